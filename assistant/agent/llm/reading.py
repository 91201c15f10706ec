"""What a model read in a message, and how that is joined with what the built-in parser read.

The policy, in this order:

1. A value counts only where its evidence stands in the message, word for word; a figure only where it is one of the
   figures in that evidence.
2. The value is what the built-in parser makes of the evidence, as the answer to a question about that field. Only for a
   value of a closed set that it finds no words for does the model's own count, and then as a reading (`inferred`).
3. What the built-in parser says of a field stands, whatever the model says; both are recorded.
4. Where the built-in parser read anything that decides the recommendation, the model adds nothing that decides it: with
   and without a model the same words lead to the same decision.
5. Words about others, the past, or what only may come are nobody's requirement.
6. The built-in intent stands, but for a message that it could only take as a question and that states something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from assistant.dialogue.language import fold
from assistant.dialogue.modality import disowned, hedged, others, owned
from assistant.dialogue.reading import Understanding, Update
from assistant.dialogue.statements import fits
from assistant.dialogue.understanding import understand
from assistant.rules.requirements import (
    WORKLOAD_KINDS,
    FieldName,
    Interconnect,
    Scale,
    Sharing,
    Workload,
)

ReadField = Literal[
    "workloads",
    "models",
    "software",
    "data_tb",
    "users",
    "groups",
    "sharing",
    "scale",
    "concurrency",
    "interconnect",
    "multi_node",
    "rack_scale",
    "budget_cny",
    "tax_included",
    "stamped_quote",
    "ops_included",
    "want_alternative",
    "purchase_by",
    "delivery",
    "organisation",
    "department",
]
# The fields that the rules of the recommendation read; `budget_cny` with research, `models` by their memory.
DECIDING: frozenset[FieldName] = frozenset(
    {
        "workloads",
        "models",
        "groups",
        "sharing",
        "scale",
        "interconnect",
        "multi_node",
        "rack_scale",
        "budget_cny",
    }
)
_CLOSED: dict[str, tuple[str, ...]] = {
    "sharing": get_args(Sharing),
    "scale": get_args(Scale),
    "interconnect": get_args(Interconnect),
}
_FLAGS = frozenset({"multi_node", "rack_scale", "tax_included", "stamped_quote", "ops_included", "want_alternative"})
_ADDED = frozenset({"workloads", "models", "software"})
# Questions of one message that are looked up beside the whole of it.
MOST_QUESTIONS = 3

Said = Annotated[str, Field(max_length=200)]


class ReadUpdate(BaseModel):
    """One statement about the visitor's own case, with the words of the message that make it."""

    model_config = ConfigDict(extra="forbid")

    field: ReadField
    value: Said
    evidence: Said


class Reading(BaseModel):
    """A message as a model reads it."""

    model_config = ConfigDict(extra="forbid")

    intent: Literal["inform", "ask", "recommend", "other"]
    updates: Annotated[list[ReadUpdate], Field(max_length=12)]
    query: Annotated[str, Field(max_length=300)]
    questions: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=6)]


Verdict = Literal["agreed", "built_in_kept", "adopted", "no_evidence", "no_value", "not_decisive", "not_theirs"]


@dataclass(frozen=True)
class Judged:
    """What became of one thing that the model read."""

    field: FieldName
    value: str
    evidence: str
    verdict: Verdict


def joined(message: str, built_in: Understanding, reading: Reading) -> tuple[Understanding, tuple[Judged, ...]]:
    """The message's meaning by the policy above, and what became of each of the model's updates."""
    judged: list[Judged] = []
    adopted: list[Update] = []
    decides = any(update.field in DECIDING for update in built_in.updates) or bool(built_in.passed)
    for update in reading.updates:
        verdict, found = _judged(message, built_in, update, decides)
        judged.append(Judged(update.field, update.value, update.evidence, verdict))
        if found is not None and found not in adopted:
            adopted.append(found)
    meant = replace(
        built_in,
        updates=(*built_in.updates, *adopted),
        query=_query(message, reading),
        questions=_questions(reading),
    )
    if adopted and built_in.intent == "ask" and not built_in.question and reading.intent in ("inform", "recommend"):
        meant = replace(meant, intent=reading.intent)
    return meant, tuple(judged)


def _judged(message: str, built_in: Understanding, update: ReadUpdate, decides: bool) -> tuple[Verdict, Update | None]:
    place = _place(message, update.evidence)
    if place is None:
        return "no_evidence", None
    own = [known for known in built_in.updates if known.field == update.field]
    value = _value(update.field, update.value, update.evidence)
    if own:
        return ("agreed" if any(_same(known.value, value) for known in own) else "built_in_kept"), None
    if update.field in built_in.passed or built_in.hypothetical:
        return "built_in_kept", None
    if value is None:
        return "no_value", None
    text, (start, end) = fold(message), place
    if others(text, start) or disowned(text, start) or owned(text, start, end) or hedged(text, start, end):
        return "not_theirs", None
    if decides and update.field in DECIDING:
        return "not_decisive", None
    mode: Literal["add", "set"] = "add" if update.field in _ADDED else "set"
    found = Update(update.field, value, message[start:end], start, end, inferred=True, mode=mode)
    return ("adopted", found) if fits(found) else ("no_value", None)


def _place(message: str, evidence: str) -> tuple[int, int] | None:
    """Where the evidence stands in the message."""
    wanted = evidence.strip()
    start = fold(message).find(fold(wanted)) if wanted else -1
    return (start, start + len(wanted)) if start >= 0 else None


def _value(field: FieldName, told: str, evidence: str) -> Any:
    """The field's value: what the parser makes of the evidence, or one of a closed set that the model named."""
    for update in understand(evidence, open_question=field).updates:
        if update.field == field and update.value is not None and update.mode in ("set", "add"):
            return update.value
    code = told.strip().lower()
    if field == "workloads" and code in WORKLOAD_KINDS:
        return (Workload(kind=code),)
    if code in _CLOSED.get(field, ()):
        return code
    if field in _FLAGS and code in ("true", "false"):
        return code == "true"
    return None


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return {getattr(entry, "kind", entry) for entry in other} <= {getattr(entry, "kind", entry) for entry in one}
    return bool(one == other)


def _query(message: str, reading: Reading) -> str | None:
    query = " ".join(reading.query.split())
    return query if query and fold(query) != fold(" ".join(message.split())) else None


def _questions(reading: Reading) -> tuple[str, ...]:
    """The questions of a message that asks several."""
    asked: Sequence[str] = [" ".join(question.split()) for question in reading.questions]
    distinct = tuple(dict.fromkeys(question for question in asked if question))
    return distinct[:MOST_QUESTIONS] if len(distinct) > 1 else ()
