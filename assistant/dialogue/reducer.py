"""How a message changes the state of a conversation: a pure reducer, (state, understanding) -> (state, effects)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from assistant.dialogue import readback
from assistant.dialogue.merging import value_after
from assistant.dialogue.reading import Understanding, Update
from assistant.dialogue.state import DialogueState, Effect, Pending, Slot, SlotSource, edit, to_json
from assistant.rules.requirements import FieldName, Method, ModelSpec, Range, Workload, bounds

# Fields whose value is a figure that may stand alone in a message.
_FIGURES: tuple[FieldName, ...] = ("users", "groups", "concurrency")
_A_SUM = 100_000
# The units in which the others are said.
_SCALES: dict[FieldName, dict[str, float]] = {
    "budget_cny": {"百万": 1e6, "million": 1e6, "万": 1e4, "w": 1e4, "k": 1e3},
    "data_tb": {"pb": 1000.0, "tb": 1.0, "gb": 0.001, "p": 1000.0, "t": 1.0, "g": 0.001},
}
# Requests after which the open question is as open as before: no attempt at an answer was made.
_ASIDES = frozenset(
    {
        "ask", "compare", "size", "what_changes", "open_points", "summarise", "provenance", "why_asked", "export",
        "suppose", "finish",
        "complaint", "goodbye", "greet", "thank", "commercial", "handover", "start_over", "delete_data", "out_of_scope",
    }
)  # fmt: skip


def _reconsider(slots: dict[FieldName, Slot], understanding: Understanding, answered: FieldName | None) -> None:
    """Who shares it and how many groups share it hang together: a new word on one outdates the other's old value. So
    does "one machine" as the answer to the question about several, where a whole rack was spoken of before."""
    told = {update.field for update in understanding.updates}
    rack, several = slots.get("rack_scale"), slots.get("multi_node")
    again = answered == "multi_node" and "multi_node" in told and "rack_scale" not in told
    if again and several and several.value is False and rack and rack.value is True:
        del slots["rack_scale"]
    if "sharing" not in told or "groups" in told or "sharing" not in slots or "groups" not in slots:
        return
    groups = slots["groups"].value
    low, high = (groups.get("min"), groups.get("max")) if isinstance(groups, dict) else (groups, groups)
    alone = slots["sharing"].value == "single_group"
    if (alone and (low or 0) >= 2) or (not alone and high is not None and high <= 1):
        del slots["groups"]


# Questions that a short message may put again about another product: "and T8X?" after "what would make it T8?".
_REPEATABLE = frozenset({"what_changes", "commercial"})
_ELLIPSIS = re.compile(r"^(?:那么?|还有|and|what about|how about|then|also)|(?:呢|\?|？)\s*$", re.IGNORECASE)
_BRIEF = 20


def _elliptic(state: DialogueState, understanding: Understanding) -> bool:
    """Whether a short message names a product only, after a question that it puts again."""
    # "Why not G4?" is a question of its own.
    named = bool(understanding.products) and not understanding.why and len(understanding.text) <= _BRIEF
    return named and state.last in _REPEATABLE and bool(_ELLIPSIS.search(understanding.text.strip()))


def resumed(state: DialogueState, understanding: Understanding) -> Understanding:
    """A short message after a question of size is that question with one thing changed ("那 LoRA 呢")."""
    if understanding.intent in ("ask", "inform", "recommend", "compare") and _elliptic(state, understanding):
        return replace(understanding, intent=state.last, updates=(), picks=False, why=False)  # type: ignore[arg-type]
    change = understanding.follows
    orders = ("handover", "start_over", "delete_data")
    if state.last != "size" or state.sized is None or change is None or understanding.intent in orders:
        return understanding
    told = {name: value for name, value in dict(change).items() if value is not None}
    model, before = change.model, state.sized.model
    if model is not None and model.name is None and model.params_b is None and before is not None:
        # "那 int4 呢": the same model, narrower.
        told["model"] = before.model_copy(update={"quantisation": model.quantisation})
    question = state.sized.model_copy(update=told)
    return replace(understanding, intent="size", sizing=question, updates=(), hypothetical=False, concerns=frozenset())


def apply(
    state: DialogueState, updates: Iterable[Update], passed: Iterable[FieldName] = ()
) -> tuple[dict[FieldName, Slot], list[Effect]]:
    """The slots after some updates, and what they did: a later statement replaces an earlier one, an inference never
    does. What is only hedged fills nothing, but for the work itself where none is known, as an inference."""
    slots = dict(state.slots)
    effects: list[Effect] = []
    for update in sorted(updates, key=lambda u: (u.mode not in ("remove", "withdraw"), u.hedged)):
        old = slots.get(update.field)
        if update.hedged and (old is not None or update.field != "workloads"):
            effects.append(Effect(kind="hedged", field=update.field, new=to_json(update.value)))
            continue
        if update.default and old is not None:
            continue
        inferred = update.inferred or update.hedged
        converted = update.field == "budget_cny" and not update.hedged
        if inferred and not converted and old is not None and old.source != "inferred":
            continue
        value = value_after(update, old)
        if value is None:
            if old is not None:
                del slots[update.field]
                effects.append(Effect(kind="withdrawn", field=update.field, old=old.value))
            continue
        source: SlotSource = "inferred" if inferred else "stated"
        slots[update.field] = Slot(value=value, evidence=update.evidence, source=source)
        if old is None:
            effects.append(Effect(kind="filled", field=update.field, new=value))
        elif old.value != value:
            effects.append(Effect(kind="changed", field=update.field, old=old.value, new=value))
    for name in passed:
        if name in slots:
            effects.append(Effect(kind="withdrawn", field=name, old=slots.pop(name).value))
    return slots, effects


def _stated(state: DialogueState, understanding: Understanding) -> list[Update]:
    """The updates that this message makes the case: none that are only supposed or that contradict each other."""
    if understanding.intent in ("delete_data", "start_over"):
        # "My data" is no field of the checklist.
        return []
    if understanding.hypothetical or (understanding.intent == "size" and "workloads" in state.slots):
        # A question about another model or method is no statement, once the visitor's own work is known.
        return []
    unsettled = {*understanding.conflicts, *(("groups",) if "sharing" in understanding.conflicts else ())}
    updates = [update for update in understanding.updates if update.field not in unsettled]
    told = (_as_correction(state, _refined(state, update), understanding) for update in updates)
    return [update for update in told if update.value != ()]


def _refined(state: DialogueState, update: Update) -> Update:
    """A width alone ("改成 int4") is that of the one model known; with none or several known it says nothing."""
    if update.field != "models" or update.mode != "add":
        return update
    named = tuple(spec for spec in update.value if spec.name is not None or spec.params_b is not None)
    if named or not update.value:
        return replace(update, value=named)
    known = state.slots.get("models")
    if known is None or len(known.value) != 1:
        return replace(update, value=())
    width = update.value[-1].quantisation
    return replace(update, value=(ModelSpec.model_validate({**known.value[0], "quantisation": width}),), mode="set")


def _as_correction(state: DialogueState, update: Update, understanding: Understanding) -> Update:
    """A model named to correct another takes its place: "不是 72B，是 32B"."""
    old = state.slots.get("models")
    if update.field != "models" or update.mode != "add" or old is None or not understanding.corrects:
        return update
    return replace(update, mode="set")


def _counted(state: DialogueState, understanding: Understanding) -> tuple[list[Update], Pending | None]:
    """A lone number: the value of the one figure that it can correct, or a question which of two it is."""
    if understanding.loose is None or understanding.updates or understanding.skipped:
        return [], None
    known = [name for name in _FIGURES if name in state.slots]
    last = [name for name in state.recent if name in state.slots and name in (*_FIGURES, *_SCALES)]
    fields = last if len(last) == 1 and understanding.corrects else known
    number, words = understanding.loose, understanding.text.strip()
    if len(fields) == 1 and understanding.corrects:
        value = _in_unit_of(state.slots[fields[0]], number, _SCALES.get(fields[0], {}))
        return [Update(fields[0], value, words, 0, len(understanding.text))], None
    if _large(number):
        # Nobody counts people or groups in hundreds of thousands: it is money.
        return [Update("budget_cny", number, words, 0, len(understanding.text))], None
    asked = tuple(fields) if len(fields) > 1 else tuple(dict.fromkeys([*fields, "users", "groups"]))[:2]
    return [], Pending(kind="figure", fields=asked, value=to_json(number), evidence=words)


def _in_unit_of(slot: Slot, number: Any, scales: dict[str, float]) -> Any:
    """A bare number in the unit of the figure that it corrects: "不，是 90" after "预算 80 万" is 90 万."""
    factor = next((scale for unit, scale in scales.items() if unit in slot.evidence.lower()), 1.0)
    if isinstance(number, Range):
        ends = [None if end is None else end * factor for end in bounds(number)]
        return Range(min=ends[0], max=ends[1])
    return number * factor if factor != 1.0 and number < _A_SUM else number


def _large(number: Any) -> bool:
    """Whether a lone number is rather a sum of money than a count of people or groups."""
    return (bounds(number)[1] or bounds(number)[0] or 0) >= _A_SUM


def settling(pending: Pending | None, understanding: Understanding) -> bool | None:
    """The yes or no that a message says to what is waited for; None when it is something else. Asking once more to
    delete is a yes."""
    if pending is not None and pending.kind == "read":
        return readback.answered(pending, understanding)
    if pending is None or pending.kind == "figure" or understanding.updates:
        return None
    if pending.kind == "delete" and understanding.intent == "delete_data":
        return True
    return understanding.affirmed


def _settled(state: DialogueState, understanding: Understanding) -> tuple[DialogueState, tuple[Effect, ...]] | None:
    """The turn in which a waited-for yes or no came; None when the message is something else."""
    pending = state.pending
    if pending is None:
        return None
    after: dict[str, Any] = {"pending": None, "language": understanding.language, "recent": ()}
    if pending.kind == "figure":
        named = [name for name in understanding.fields if name in pending.fields]
        if len(named) != 1 or understanding.updates:
            return None
        changed, effects = edit(state, {named[0]: pending.value}, pending.evidence)
        after["pending"] = next(iter(pending.then), None)
        return changed.model_copy(update={**after, "recent": tuple(named)}), effects
    answer = settling(pending, understanding)
    if answer is None:
        return None
    if pending.kind == "adopt" and answer:
        changed, effects = edit(state, pending.changes, pending.evidence)
        slots = dict(changed.slots)
        for name in (n for n in pending.changes if n in slots):
            slots[name] = slots[name].model_copy(update={"source": "stated"})
        return changed.model_copy(update={**after, "slots": slots, "recent": tuple(pending.changes)}), effects
    if pending.kind == "summary" and answer:
        after["confirmed"] = True
    return state.model_copy(update=after), ()


def reduce(state: DialogueState, understanding: Understanding) -> tuple[DialogueState, tuple[Effect, ...]]:
    """Take one understood message into the state: later statements replace earlier ones, inferences never do."""
    if state.pending is not None and state.pending.kind == "read":
        return _read_back(state, state.pending, understanding)
    if (settled := _settled(state, understanding)) is not None:
        return settled
    changed, effects = _taken(state, understanding)
    waiting = state.pending.then if state.pending is not None else ()
    if waiting and changed.pending is None:
        # A question of which figure stood before it, and was answered in the visitor's own words.
        changed = changed.model_copy(update={"pending": readback.left(waiting[0], understanding, settled=False)})
    return changed, effects


def _read_back(
    state: DialogueState, pending: Pending, understanding: Understanding
) -> tuple[DialogueState, tuple[Effect, ...]]:
    """The turn after it was asked whether a model read something right."""
    answer = readback.answered(pending, understanding)
    before, agreed = state.model_copy(update={"pending": None}), list[Effect]()
    if answer:
        said = readback.said(pending)
        slots, agreed = apply(before, said)
        _reconsider(slots, replace(understanding, updates=tuple(said)), None)
        before = before.model_copy(update={"slots": slots})
        understanding = readback.beside(understanding, pending)
    elif answer is False or readback.spent(pending, understanding, settled=answer is not None):
        before = before.model_copy(update={"denied": readback.denied(state, pending)})
    changed, effects = _taken(before, understanding)
    new = changed.pending
    if new is None or new.kind == "read":
        left = readback.left(pending, understanding, settled=answer is not None, new=new)
        changed = changed.model_copy(update={"pending": left})
    elif new.kind == "figure" and answer is None:
        # First which figure that is; then this again.
        changed = changed.model_copy(update={"pending": new.model_copy(update={"then": (pending,)})})
    return changed, _joined(agreed, effects)


def _joined(first: Iterable[Effect], then: Iterable[Effect]) -> tuple[Effect, ...]:
    """The effects of two steps as those of one: a field that both touch went from its first value to its last."""
    effects = {effect.field: effect for effect in first}
    for effect in then:
        known = effects.get(effect.field)
        if known is not None and known.kind in ("filled", "changed") and effect.kind == "changed":
            effect = known.model_copy(update={"new": effect.new})
        effects[effect.field] = effect
    return tuple(effects.values())


def _taken(state: DialogueState, understanding: Understanding) -> tuple[DialogueState, tuple[Effect, ...]]:
    """A message that settles nothing that was waited for."""
    counted, pending = _counted(state, understanding)
    updates = [*_stated(state, understanding), *counted]
    ends = understanding.intent in ("delete_data", "start_over")
    known = [name for name in understanding.passed if not understanding.hypothetical and not ends]
    # Taking back what was never said is a wish not to speak of it.
    known += [u.field for u in updates if u.mode == "withdraw" and u.field not in state.slots]
    slots, effects = apply(state, updates, known)
    _reconsider(slots, replace(understanding, updates=tuple(updates)), state.open_question)
    passed = [*known, *([state.open_question] if understanding.skipped and state.open_question else [])]
    skipped = state.skipped
    for name in passed:
        if name not in skipped and name not in slots:
            skipped = (*skipped, name)
            effects.append(Effect(kind="skipped", field=name))
    concerns = tuple(dict.fromkeys((*state.concerns, *sorted(understanding.concerns))))
    touched = tuple(e.field for e in effects if e.kind in ("filled", "changed"))
    if understanding.intent == "suppose":
        pending = _proposal(state, understanding)
    elif understanding.intent == "delete_data":
        pending = Pending(kind="delete")
    elif understanding.intent == "size" and "workloads" in state.slots:
        pending = _planned(state, understanding)
    elif understanding.read and pending is None:
        pending = readback.asked_back(slots, understanding, state.denied)
    changed = state.model_copy(
        update={
            "language": understanding.language,
            "slots": slots,
            "concerns": state.concerns if understanding.hypothetical else concerns,
            "sized": understanding.sizing if understanding.intent == "size" else state.sized,
            "skipped": tuple(name for name in skipped if name not in slots),
            "failed": _failed(state, understanding, effects),
            "pending": pending,
            "recent": touched or state.recent,
            "looked_up": _looked_up(state, understanding),
            "last": understanding.intent,
            "quiet": understanding.intent == "finish" or (state.quiet and understanding.intent not in _REOPENS),
            "confirmed": state.confirmed and not effects,
        }
    )
    return changed, tuple(effects)


def _planned(state: DialogueState, understanding: Understanding) -> Pending | None:
    """The offer to plan for what a question of size named; None when that is the case already."""
    asked = understanding.sizing
    if asked is None or asked.model is None:
        return None
    updates: list[Update] = [Update("models", (asked.model,), understanding.text, 0, len(understanding.text))]
    method: dict[str, Method] = {"finetune-full": "full", "lora": "lora", "qlora": "qlora"}
    if asked.task in method:
        work = (Workload(kind="finetune", method=method[asked.task]),)
        updates.append(Update("workloads", work, understanding.text, 0, len(understanding.text), mode="add"))
    slots, _ = apply(state, updates)
    return proposal(state, state.model_copy(update={"slots": slots}), understanding.text)


# After these the visitor wants questions again.
_REOPENS = frozenset({"recommend", "open_points"})


def _looked_up(state: DialogueState, understanding: Understanding) -> str | None:
    """The question that "where does this come from?" would be about."""
    if understanding.intent == "ask" and not understanding.premise and not understanding.picks:
        return understanding.text
    return state.looked_up if understanding.intent in ("provenance", "acknowledge", "thank") else None


def _failed(state: DialogueState, understanding: Understanding, effects: list[Effect]) -> dict[FieldName, int]:
    """Attempts at the open question that brought no answer; a digression is none, nor is a message that tells
    anything."""
    open_ = state.open_question
    if open_ is None or effects or understanding.conflicts or understanding.read or understanding.intent in _ASIDES:
        return state.failed
    return {**state.failed, open_: state.failed.get(open_, 0) + 1}


def supposed(state: DialogueState, understanding: Understanding) -> DialogueState | None:
    """The case as a message supposes it (a hypothetical, a claim, something hedged); None when it supposes nothing."""
    updates = [u for u in understanding.updates if u.field not in understanding.conflicts]
    if not understanding.hypothetical:
        updates = [replace(u, hedged=False) for u in updates if u.hedged]
        if not any(update.field in state.slots or update.field != "workloads" for update in updates):
            return None
    updates = [replace(u, inferred=False, hedged=False) for u in updates]
    if not updates:
        return None
    slots, _ = apply(state, updates)
    _reconsider(slots, replace(understanding, updates=tuple(updates)), None)
    concerns = tuple(dict.fromkeys((*state.concerns, *sorted(understanding.concerns))))
    return state.model_copy(update={"slots": slots, "concerns": concerns})


def _proposal(state: DialogueState, understanding: Understanding) -> Pending | None:
    """The offer to make the supposed case the visitor's own."""
    trial = supposed(state, understanding)
    return proposal(state, trial, understanding.text) if trial is not None else None


def proposal(state: DialogueState, trial: DialogueState, words: str) -> Pending | None:
    """The changes from one state to another as an offer; None when there are none."""
    old = {name: slot.value for name, slot in state.slots.items()}
    changes: dict[FieldName, Any] = {n: s.value for n, s in trial.slots.items() if old.get(n) != s.value}
    changes |= {name: None for name in state.slots if name not in trial.slots}
    return Pending(kind="adopt", changes=changes, evidence=words.strip()) if changes else None
