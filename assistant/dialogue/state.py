"""The state of a conversation: plain data, stored with the conversation; and the checklist edited directly."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from assistant.dialogue.language import Language
from assistant.dialogue.sizing import SizeQuestion
from assistant.errors import BadValue
from assistant.rules.facts import OPPOSED, Concern, contradictory
from assistant.rules.requirements import FIELD_NAMES, FieldName, Requirements

SlotSource = Literal["stated", "inferred", "edited"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Slot(_Frozen):
    """A filled field: `value` as JSON, the words it came from, and how it came."""

    value: Any
    evidence: str
    source: SlotSource


class Pending(_Frozen):
    """A yes or no that the advisor waits for beside the checklist.

    "adopt": shall the supposed `changes` (JSON values by field; None withdraws one) be the case from now on? "delete":
    shall the conversation be deleted? "summary": is the summary right? "figure": which of `fields` is the number
    `value`? "read": did a model read the one field of `changes` right, asked for the `value`-th time; `then` is what is
    to be asked after it. `evidence` are the words that the change or the number came from.
    """

    kind: Literal["adopt", "delete", "summary", "figure", "read"]
    changes: dict[FieldName, Any] = {}
    fields: tuple[FieldName, ...] = ()
    value: Any = None
    evidence: str = ""
    then: tuple[Pending, ...] = ()


class DialogueState(_Frozen):
    """Everything that a conversation remembers.

    `asked` counts how often a field was asked about, `failed` how often the answer was none; `spoken` counts how often
    each phrase was used, so it can vary; `sized` is the last question of size, which a short message may change;
    `pending` a yes or no that is waited for; `recent` the fields that were filled last; `last` the intent of the
    message before; `looked_up` the last question answered from the material, if nothing was decided since; `quiet` that
    the visitor wants no questions; `confirmed` that the summary was found right; `denied` are the words that a model
    read wrongly, as the visitor said.
    """

    language: Language = "zh"
    slots: dict[FieldName, Slot] = {}
    concerns: tuple[Concern, ...] = ()
    skipped: tuple[FieldName, ...] = ()
    asked: dict[FieldName, int] = {}
    open_question: FieldName | None = None
    spoken: dict[str, int] = {}
    sized: SizeQuestion | None = None
    failed: dict[FieldName, int] = {}
    pending: Pending | None = None
    recent: tuple[FieldName, ...] = ()
    last: str | None = None
    looked_up: str | None = None
    quiet: bool = False
    confirmed: bool = False
    denied: tuple[str, ...] = ()

    @property
    def requirements(self) -> Requirements:
        """The slots as the rules read them."""
        inferred = tuple(name for name, slot in self.slots.items() if slot.source == "inferred")
        return Requirements.model_validate({**{n: s.value for n, s in self.slots.items()}, "inferred": inferred})


class Effect(_Frozen):
    """What a message did to one field; `old` and `new` are JSON values. A "hedged" value was noted, not taken."""

    kind: Literal["filled", "changed", "withdrawn", "skipped", "hedged"]
    field: FieldName
    old: Any = None
    new: Any = None


_JSON: TypeAdapter[Any] = TypeAdapter(Any)


def to_json(value: Any) -> Any:
    """A field's value as plain JSON without empty parts."""
    return _JSON.dump_python(value, mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)


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
    for one, other in OPPOSED:
        if one in contradictory(changed.requirements) and (one in changes) != (other in changes):
            # The edited one of the two holds, as it does when it is said.
            gone = other if one in changes else one
            effects.append(Effect(kind="withdrawn", field=gone, old=slots.pop(gone).value))
    skipped = tuple(name for name in state.skipped if name not in slots)
    # A question about another field is as open as before.
    open_ = state.pending is not None and state.pending.kind == "read" and not set(state.pending.fields) & set(changes)
    after: dict[str, Any] = {
        "slots": slots,
        "skipped": skipped,
        "pending": state.pending if open_ else None,
        "recent": tuple(e.field for e in effects),
    }
    if effects:
        after["confirmed"] = False
    return state.model_copy(update=after), tuple(effects)


def fresh(state: DialogueState) -> DialogueState:
    """Start over: everything learnt is dropped, the language and what was already said (to vary it) stay."""
    return DialogueState(language=state.language, spoken=state.spoken)
