"""What only a model read into a message: asked back piece by piece, and nothing before the visitor says yes.

One question at a time, about one field and the words that it was read from. "Yes, and forty people" is a yes, "I don't
know" is none; an aside is answered and the question put once more in other words; what the visitor says of the field
themselves takes its place; what was denied is not asked again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from assistant.dialogue.language import fold
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.merging import value_after
from assistant.dialogue.reading import Understanding, Update
from assistant.dialogue.state import DialogueState, Pending, Slot
from assistant.rules.requirements import FieldName, Requirements

# Questions that one message may lead to, and how often each is put.
_MOST = 2
_TIMES = 2
# Readings that were denied and are kept in mind.
_DENIED = 20
# Fields that grow by what is added.
ADDED: frozenset[FieldName] = frozenset({"workloads", "models", "software"})
# The first thing to know is the work (whitepaper 04).
_FIRST: tuple[FieldName, ...] = ("workloads", "sharing", "scale")
# Characters of a message that says no more than "I don't know".
_SHORT = 24
# What stands between a yes and the rest.
_BETWEEN = " ，,。！!；;、~."
# After these the visitor wants no question.
_ENDS = frozenset({"handover", "finish", "goodbye", "start_over", "delete_data"})


def asked_back(
    slots: Mapping[FieldName, Slot], understanding: Understanding, denied: Iterable[str] = ()
) -> Pending | None:
    """The first question whether a model read the message right, with what is to be asked then; None without any."""
    wanted: dict[tuple[FieldName, str], list[Update]] = {}
    for update in understanding.read:
        old = slots.get(update.field)
        if value_after(update, old) != (old.value if old else None) and _key(update.evidence) not in denied:
            wanted.setdefault((update.field, update.evidence), []).append(update)
    asked = [_pending(field, words, updates) for (field, words), updates in wanted.items()]
    asked.sort(key=lambda one: _FIRST.index(one.fields[0]) if one.fields[0] in _FIRST else len(_FIRST))
    return asked[0].model_copy(update={"then": tuple(asked[1:_MOST])}) if asked else None


def _pending(field: FieldName, words: str, updates: list[Update]) -> Pending:
    slot: Slot | None = None
    for update in updates:
        slot = Slot(value=value_after(update, slot), evidence=words, source="inferred")
    return Pending(kind="read", changes={field: slot.value if slot else None}, fields=(field,), value=1, evidence=words)


def answered(pending: Pending, understanding: Understanding) -> bool | None:
    """The yes or no that a message says, or begins with; None when it does neither, or both. Who does not know says no
    yes, and work that the visitor names in the place of what was asked is a no to it."""
    text, words = fold(understanding.text).strip(), lexicon()
    unsure = not understanding.updates and len(text) <= _SHORT and bool(words.unknown.search(text))
    if understanding.intent in _ENDS:
        return None
    if unsure and not words.agrees.search(text):
        return False
    if understanding.affirmed is not None and not understanding.updates and not unsure:
        return understanding.affirmed
    agrees, disagrees = words.agrees.search(text), words.disagrees.search(text)
    if disagrees and not agrees:
        return None if words.agrees.search(text[disagrees.end() :].strip(_BETWEEN)) else False
    if not agrees:
        return None
    rest = text[agrees.end() :]
    if words.wavers.search(rest) or words.unknown.search(rest) or rest.strip(_BETWEEN) in ("?", "？"):
        return None
    others = any(u.field in pending.fields and u.mode != "remove" for u in understanding.updates)
    return not others or bool(words.adds.search(rest))


def puzzled(understanding: Understanding) -> bool:
    """Whether the visitor does not understand the question."""
    return bool(lexicon().puzzled.search(fold(understanding.text)))


def said(pending: Pending) -> list[Update]:
    """What was asked, as the visitor's own statement."""
    updates: list[Update] = []
    for field, value in pending.changes.items():
        typed = getattr(Requirements.model_validate({field: value}), field)
        updates.append(Update(field, typed, pending.evidence, 0, 0, mode="add" if field in ADDED else "set"))
    return updates


def beside(understanding: Understanding, pending: Pending) -> Understanding:
    """The rest of a message that begins with a yes: work that it names is added to what was agreed to."""
    own = tuple(
        replace(u, mode="add") if u.mode == "set" and u.field in ADDED and u.field in pending.fields else u
        for u in understanding.updates
    )
    return replace(understanding, updates=own)


def denied(state: DialogueState, pending: Pending) -> tuple[str, ...]:
    """The readings that are not asked again, with this one."""
    return (*state.denied, _key(pending.evidence))[-_DENIED:]


def left(
    pending: Pending, understanding: Understanding, *, settled: bool, new: Pending | None = None
) -> Pending | None:
    """The question that is open after a message: the same once more, the next, or none. `new` is what the message
    itself led to, which comes after it."""
    if understanding.intent in _ENDS:
        return None
    told, same = _told(understanding), _key(pending.evidence)
    coming = (*pending.then, *_chain(new))
    rest = [one for one in coming if not told & set(one.fields) and _key(one.evidence) != same]
    if not settled and not _touched(pending, understanding) and pending.value < _TIMES:
        return pending.model_copy(update={"value": pending.value + 1, "then": tuple(rest[: _MOST - 1])})
    return rest[0].model_copy(update={"then": tuple(rest[1:_MOST])}) if rest else None


def spent(pending: Pending, understanding: Understanding, *, settled: bool) -> bool:
    """Whether it was asked as often as it is asked, without an answer."""
    return not settled and not _touched(pending, understanding) and pending.value >= _TIMES


def _told(understanding: Understanding) -> set[FieldName]:
    return {update.field for update in understanding.updates} | set(understanding.passed)


def _touched(pending: Pending, understanding: Understanding) -> bool:
    """Whether the visitor says something of the field themselves, and not only asks what is meant."""
    return bool(_told(understanding) & set(pending.fields)) and not puzzled(understanding)


def _chain(pending: Pending | None) -> tuple[Pending, ...]:
    return (pending, *pending.then) if pending is not None else ()


def _key(words: str) -> str:
    return "".join(char for char in fold(words) if char.isalnum())[:80]
