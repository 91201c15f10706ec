"""The state of a conversation and how a message changes it: a pure reducer, (state, understanding) -> (state, effects).

Nothing here does I/O; the state is plain data and is stored with the conversation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from assistant.dialogue.language import Language
from assistant.dialogue.reading import Understanding, Update
from assistant.dialogue.sizing import SizeQuestion
from assistant.errors import BadValue
from assistant.rules.facts import Concern, contradictory
from assistant.rules.requirements import FIELD_NAMES, FieldName, Requirements

SlotSource = Literal["stated", "inferred", "edited"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Slot(_Frozen):
    """A filled field: `value` as JSON, the words it came from, and how it came."""

    value: Any
    evidence: str
    source: SlotSource


class DialogueState(_Frozen):
    """Everything that a conversation remembers. `spoken` counts how often each phrase was used, so it can vary;
    `sized` is the last question of size, which a short message may change."""

    language: Language = "zh"
    slots: dict[FieldName, Slot] = {}
    concerns: tuple[Concern, ...] = ()
    skipped: tuple[FieldName, ...] = ()
    asked: dict[FieldName, int] = {}
    open_question: FieldName | None = None
    spoken: dict[str, int] = {}
    sized: SizeQuestion | None = None

    @property
    def requirements(self) -> Requirements:
        """The slots as the rules read them."""
        inferred = tuple(name for name, slot in self.slots.items() if slot.source == "inferred")
        return Requirements.model_validate({**{n: s.value for n, s in self.slots.items()}, "inferred": inferred})


class Effect(_Frozen):
    """What a message did to one field; `old` and `new` are JSON values."""

    kind: Literal["filled", "changed", "withdrawn", "skipped"]
    field: FieldName
    old: Any = None
    new: Any = None


_JSON: TypeAdapter[Any] = TypeAdapter(Any)


def to_json(value: Any) -> Any:
    """A field's value as plain JSON without empty parts."""
    return _JSON.dump_python(value, mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)


def _merged(old: list[dict[str, Any]], new: list[dict[str, Any]], key: str | None) -> list[dict[str, Any]]:
    """Lists join: an entry with the same key is replaced in place, others are appended."""
    result = list(old)
    for entry in new:
        same = next((i for i, e in enumerate(result) if e.get(key) == entry.get(key)), None) if key else None
        if same is not None:
            result[same] = {**result[same], **entry}
        elif entry not in result:
            result.append(entry)
    return result


def _value(update: Update, old: Slot | None) -> Any:
    """The field's new JSON value, or None when nothing is left of it."""
    if update.mode == "remove":
        gone = set(update.value)
        return [entry for entry in (old.value if old else []) if entry["kind"] not in gone] or None
    new = to_json(update.value)
    if update.mode == "add" and old is not None:
        return _merged(old.value, new, "kind" if update.field == "workloads" else None)
    return new


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


def resumed(state: DialogueState, understanding: Understanding) -> Understanding:
    """A short message after a question of size is that question with one thing changed ("那 LoRA 呢")."""
    change = understanding.follows
    if state.sized is None or change is None or understanding.intent in ("handover", "start_over", "delete_data"):
        return understanding
    told = {name: value for name, value in dict(change).items() if value is not None}
    question = state.sized.model_copy(update=told)
    return replace(understanding, intent="size", sizing=question, updates=(), concerns=frozenset())


def reduce(state: DialogueState, understanding: Understanding) -> tuple[DialogueState, tuple[Effect, ...]]:
    """Take one understood message into the state: later statements replace earlier ones, inferences never do."""
    slots = dict(state.slots)
    effects: list[Effect] = []
    updates = understanding.updates
    if understanding.intent == "size" and "workloads" in slots:
        # A question about another model or method is no statement, once the visitor's own work is known.
        updates = ()
    for update in sorted(updates, key=lambda u: u.mode == "remove", reverse=True):
        old = slots.get(update.field)
        if update.inferred and old is not None and old.source != "inferred":
            continue
        value = _value(update, old)
        if value is None:
            if old is not None:
                del slots[update.field]
                effects.append(Effect(kind="withdrawn", field=update.field, old=old.value))
            continue
        source: SlotSource = "inferred" if update.inferred else "stated"
        slots[update.field] = Slot(value=value, evidence=update.evidence, source=source)
        if old is None:
            effects.append(Effect(kind="filled", field=update.field, new=value))
        elif old.value != value:
            effects.append(Effect(kind="changed", field=update.field, old=old.value, new=value))
    _reconsider(slots, understanding, state.open_question)
    skipped = state.skipped
    if understanding.skipped and state.open_question and state.open_question not in skipped:
        skipped = (*skipped, state.open_question)
        effects.append(Effect(kind="skipped", field=state.open_question))
    concerns = tuple(dict.fromkeys((*state.concerns, *sorted(understanding.concerns))))
    changed = state.model_copy(
        update={
            "language": understanding.language,
            "slots": slots,
            "concerns": concerns,
            "sized": understanding.sizing if understanding.intent == "size" else state.sized,
            "skipped": tuple(name for name in skipped if name not in slots),
        }
    )
    return changed, tuple(effects)


def edit(
    state: DialogueState, changes: dict[FieldName, Any], evidence: str = ""
) -> tuple[DialogueState, tuple[Effect, ...]]:
    """Set or (with None) withdraw fields directly, as the checklist beside the chat does.

    Raises `BadValue` naming the field when a value does not fit; then nothing is changed.
    """
    slots = dict(state.slots)
    effects: list[Effect] = []
    for name, value in changes.items():
        if name not in FIELD_NAMES:
            raise BadValue(field=name, problem="unknown field")
        old = slots.get(name)
        if value is None or value == [] or value == "":
            if old is not None:
                del slots[name]
                effects.append(Effect(kind="withdrawn", field=name, old=old.value))
            continue
        try:
            checked = getattr(Requirements.model_validate({name: value}), name)
        except ValidationError as error:
            raise BadValue(field=name, problem=error.errors()[0]["msg"]) from error
        new = to_json(checked)
        slots[name] = Slot(value=new, evidence=evidence, source="edited")
        if old is None:
            effects.append(Effect(kind="filled", field=name, new=new))
        elif old.value != new:
            effects.append(Effect(kind="changed", field=name, old=old.value, new=new))
    changed = state.model_copy(update={"slots": slots})
    if "sharing" in contradictory(changed.requirements) and ("groups" in changes) != ("sharing" in changes):
        # The edited one of the two holds, as it does when it is said.
        gone: FieldName = "sharing" if "groups" in changes else "groups"
        effects.append(Effect(kind="withdrawn", field=gone, old=slots.pop(gone).value))
    skipped = tuple(name for name in state.skipped if name not in slots)
    return state.model_copy(update={"slots": slots, "skipped": skipped}), tuple(effects)


def fresh(state: DialogueState) -> DialogueState:
    """Start over: everything learnt is dropped, the language and what was already said (to vary it) stay."""
    return DialogueState(language=state.language, spoken=state.spoken)
