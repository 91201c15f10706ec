"""What a model read in a message, and how that is joined with what the built-in parser read.

The policy, in this order:

1. A value counts only where its evidence stands in the message, word for word and not as part of a longer word or
   figure; a figure only where it is one of the figures in that evidence, anything else only where that says something.
2. The value is what the built-in parser makes of the evidence, as the answer to a question about that field. Only for a
   value of a closed set that it finds no words for does the model's own count. What makes a project of a server (a
   rack, several nodes, high interconnect) the visitor says, in words that the parser knows.
3. What the built-in parser says of a field stands, whatever the model says; both are recorded. A figure or words that
   it took for one field are none of another's.
4. Where the built-in parser read anything that decides the recommendation, the model adds nothing that decides it: with
   and without a model the same words lead to the same decision.
5. Words about others, the past, what is denied or only may come are nobody's requirement; nor is what the parser finds
   in the evidence and not in the message, which takes it back. Two values for a field that has one are none. What the
   parser takes for a question and no more ("what must we tell you about the room?") states nothing of the case; nor
   do an order's words, what the advisor is told to be, and words that are given for four fields at once.
6. What is left is asked back (`Understanding.read`) and counts for nothing before the visitor says yes.
7. The built-in intent stands, but for a message that it could only take as a question or as small talk, and that states
   something.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from assistant.agent.llm.support import said
from assistant.dialogue.clauses import clause_at
from assistant.dialogue.compound import MOST_QUESTIONS
from assistant.dialogue.denial import denied_after, denied_before
from assistant.dialogue.language import fold
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.mentions import speaks_of_own
from assistant.dialogue.modality import disowned, hedged, others, owned
from assistant.dialogue.readback import ADDED
from assistant.dialogue.reading import Intent, Understanding, Update
from assistant.dialogue.statements import fits
from assistant.dialogue.understanding import understand
from assistant.rules.requirements import (
    FIELD_NAMES,
    WORKLOAD_KINDS,
    FieldName,
    Interconnect,
    Scale,
    Sharing,
    Workload,
)

# The fields that the rules read; `budget_cny` with research, `models` by their memory, `ops_included` for the room.
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
        "ops_included",
    }
)
_CLOSED: dict[str, tuple[str, ...]] = {
    "sharing": get_args(Sharing),
    "scale": get_args(Scale),
    "interconnect": get_args(Interconnect),
}
_FLAGS = frozenset({"multi_node", "rack_scale", "tax_included", "stamped_quote", "ops_included", "want_alternative"})
_PROJECT: frozenset[FieldName] = frozenset({"rack_scale", "multi_node", "interconnect"})
_MEASURED: frozenset[FieldName] = frozenset({"data_tb", "budget_cny"})
# Fields for which one and the same words may not be the evidence all at once.
_MOST_FIELDS = 4
# A name as makers of software write one.
_NAME = re.compile(r"[A-Za-z][\w.+#-]*(?: [\w.+#-]+){0,3}", re.ASCII)
# What asks or orders something, and what tells the advisor who it is to be.
_ORDERS: frozenset[Intent] = frozenset({"commercial", "handover", "delete_data", "start_over", "export", "compare"})
_ADDRESSED = re.compile(
    r"^\s*(?:从现在起)?[你您]们?(?:现在|就|就是|是|叫|扮演|要|必须)|\b(?:you are|you're|act as|pretend)\b",
    re.IGNORECASE,
)
# A figure or a code with what hangs on it: "25GbE", "7x24".
_FIGURE = re.compile(r"[A-Za-z]*\d[A-Za-z0-9.,/]*")

# What is taken of a reading; more than that is nothing that one message says.
_MOST_UPDATES = 12
# And what a model is asked for at most: beside the parser few are wanted, and a small model fills what it may.
_WANTED = 6
_LONGEST = 200
_SHORTEST = 3
# Intents that may be no more than what the parser made of words it does not know.
_OPEN: frozenset[Intent] = frozenset({"ask", "greet", "thank", "goodbye", "acknowledge"})
# The machine room has parts of its own, and how to reach somebody is nothing to send to a model.
READ_FIELDS = tuple(field for field in FIELD_NAMES if field not in ("facility", "contact"))
# What words and figures are made of, and what would go on with one ahead of a place and behind it.
_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
_PART = re.compile(rf"[A-Za-z0-9{_NUMERAL}]")
_AHEAD = rf"(?<![A-Za-z0-9{_NUMERAL}])(?<![0-9][.,])"
_BEHIND = rf"(?![A-Za-z0-9{_NUMERAL}]|[.,][0-9])"
_ReadIntent = Literal["inform", "ask", "recommend", "other"]


def _as_text(value: object) -> object:
    """A value as text: servers without a schema let models write 20 and true as they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, int | float):
        return "" if value is None else str(value)
    return value if isinstance(value, str) else ""


def _as_query(value: object) -> object:
    text = _as_text(value)
    return text if isinstance(text, str) and len(text) <= _LONGEST else ""


def _as_list(*kinds: type) -> Any:
    """The entries of a list that are of the kind at all; no list is an error."""

    def usable(value: object) -> object:
        return [entry for entry in value if isinstance(entry, kinds)] if isinstance(value, list | tuple) else value

    return BeforeValidator(usable)


def _at_most(entries: int) -> Any:
    """Told to the model; a longer list is cut where it is read, and is no error."""
    return Field(json_schema_extra={"maxItems": entries})


Said = Annotated[str, BeforeValidator(_as_text)]


class ReadUpdate(BaseModel):
    """One statement about the visitor's own case, with the words of the message that make it."""

    model_config = ConfigDict(extra="ignore")

    field: Annotated[Said, WithJsonSchema({"type": "string", "enum": list(READ_FIELDS)})] = ""
    value: Said = ""
    evidence: Said = ""


class Reading(BaseModel):
    """A message as a model reads it: what it may say of one. What of it counts is for `joined` to judge, so nothing but
    another form altogether is refused here."""

    model_config = ConfigDict(extra="ignore")

    intent: Annotated[_ReadIntent, BeforeValidator(lambda v: v if v in get_args(_ReadIntent) else "other")]
    updates: Annotated[list[ReadUpdate], _as_list(dict, ReadUpdate), _at_most(_WANTED)]
    query: Annotated[str, BeforeValidator(_as_query)] = ""
    questions: Annotated[list[Annotated[str, BeforeValidator(_as_query)]], _as_list(str), _at_most(MOST_QUESTIONS)] = []


Verdict = Literal[
    "agreed",
    "built_in_kept",
    "adopted",
    "unknown_field",
    "no_evidence",
    "no_value",
    "not_decisive",
    "not_theirs",
    "only_asked",
    "contradicted",
]


@dataclass(frozen=True)
class Judged:
    """What became of one thing that the model read."""

    field: str
    value: str
    evidence: str
    verdict: Verdict


def joined(message: str, built_in: Understanding, reading: Reading) -> tuple[Understanding, tuple[Judged, ...]]:
    """The message's meaning by the policy above, and what became of each of the model's updates."""
    decides = any(update.field in DECIDING for update in built_in.updates) or bool(built_in.passed)
    read = reading.updates[:_MOST_UPDATES]
    fields: dict[str, set[str]] = defaultdict(set)
    for one in read:
        fields[one.evidence].add(one.field)
    # Words that are to say everything say nothing.
    told = [
        one if len(fields[one.evidence]) < _MOST_FIELDS else one.model_copy(update={"evidence": ""}) for one in read
    ]
    found = _consistent([_judged(message, built_in, one, decides) for one in told])
    judged = [
        Judged(one.field, one.value, one.evidence, verdict) for one, (verdict, _) in zip(read, found, strict=True)
    ]
    adopted: list[Update] = []
    for _, update in found:
        if update is not None and update not in adopted:
            adopted.append(update)
    meant = replace(
        built_in,
        query=_query(message, reading),
        questions=built_in.questions or _questions(message, reading),
        read=tuple(adopted),
    )
    if adopted and built_in.intent in _OPEN and not built_in.question and reading.intent in ("inform", "recommend"):
        meant = replace(meant, intent=reading.intent)
    return meant, tuple(judged)


_Outcome = tuple[Verdict, Update | None]


def _consistent(found: list[_Outcome]) -> list[_Outcome]:
    """What was judged, without fields of one value that were given several."""
    values: dict[FieldName, list[Any]] = defaultdict(list)
    for _, update in found:
        if update is not None and update.mode == "set" and update.value not in values[update.field]:
            values[update.field].append(update.value)
    return [
        ("contradicted", None) if update is not None and len(values[update.field]) > 1 else (verdict, update)
        for verdict, update in found
    ]


def _asks(message: str, place: tuple[int, int]) -> bool:
    """Whether the clause at that place asks or speaks of nobody: "we colour films all day, how is it cooled?" says
    something first, "a machine that runs all day, what does it need?" does not."""
    clause, mark, whole = clause_at(fold(message), *place)
    return whole or mark in ("?", "？") or bool(lexicon().question.search(clause)) or not speaks_of_own(clause)


def _judged(message: str, built_in: Understanding, update: ReadUpdate, decides: bool) -> _Outcome:
    if update.field not in READ_FIELDS:
        return "unknown_field", None
    field: FieldName = update.field
    place = _place(message, update.evidence)
    if place is None:
        return "no_evidence", None
    own = [known for known in built_in.updates if known.field == field]
    value = _value(field, update.value, update.evidence)
    if own:
        named = _named(field, update.value)
        said = value if named is None else named
        stated = [known for known in own if known.mode in ("set", "add") and not known.hedged]
        return ("agreed" if any(_same(known.value, said) for known in stated) else "built_in_kept"), None
    if field in built_in.passed or built_in.hypothetical:
        return "built_in_kept", None
    if value is None or (field == "software" and not _NAME.fullmatch(update.evidence.strip())):
        # The parser takes any words for the name of a software that it does not know.
        return "no_value", None
    if isinstance(value, bool | str | tuple):
        if not _says_something(update.evidence):
            return "no_evidence", None
        if _read_otherwise(built_in, place):
            return "built_in_kept", None
        if _ADDRESSED.search(clause_at(fold(message), *place)[0]):
            return "not_theirs", None
    elif _counted(built_in, place):
        return "built_in_kept", None
    if _taken_back(message, field, update.evidence, place):
        return "not_theirs", None
    if built_in.intent == "ask" and built_in.question and not built_in.updates and _asks(message, place):
        return "only_asked", None
    if built_in.intent in _ORDERS and not speaks_of_own(clause_at(fold(message), *place)[0]):
        # "Write down that we get our money back if training is slow": the order's words, not a need of theirs.
        return "only_asked", None
    if field in DECIDING and (decides or (field in _PROJECT and _parsed(field, update.evidence) is None)):
        return "not_decisive", None
    start, end = place
    mode: Literal["add", "set"] = "add" if field in ADDED else "set"
    found = Update(field, value, message[start:end], start, end, inferred=True, mode=mode)
    return ("adopted", found) if fits(found) else ("no_value", None)


def _says_something(evidence: str) -> bool:
    """Whether words other than figures and codes are more than a mark, an article or a single character."""
    evidence = _FIGURE.sub("", evidence)
    wide = sum(ord(char) > 0x2E7F and char.isalpha() for char in evidence)
    return wide > 1 or sum(char.isalnum() for char in evidence) > _SHORTEST


def _counted(built_in: Understanding, place: tuple[int, int]) -> bool:
    """Whether the parser took the figure there for another field: one figure says one thing."""
    start, end = place
    return any(known.start < end and start < known.end for known in built_in.updates)


def _read_otherwise(built_in: Understanding, place: tuple[int, int]) -> bool:
    """Whether most of the words there are what the parser understood as something else."""
    start, end = place
    known = {at for one in built_in.updates for at in range(max(start, one.start), min(end, one.end))}
    return 2 * len(known) > end - start


def _taken_back(message: str, field: FieldName, evidence: str, place: tuple[int, int]) -> bool:
    """Whether the words around the evidence say that it is not the visitor's own wish."""
    text, (start, end) = fold(message), place
    if others(text, start) or disowned(text, start) or owned(text, start, end) or hedged(text, start, end):
        return True
    if denied_before(text, start) is not None or denied_after(text, end) is not None:
        return True
    # Alone it would be read, and in its message it was not; or it is an order of its own.
    alone = understand(evidence)
    return alone.intent in _ORDERS or any(update.field == field for update in alone.updates)


def _place(message: str, evidence: str) -> tuple[int, int] | None:
    """Where the evidence stands in the message, whole: "3人" is no evidence in "13人", nor "rain" in "training"."""
    wanted = fold(evidence.strip())
    if not wanted or len(wanted) > _LONGEST:
        return None
    ahead = _AHEAD if _PART.match(wanted[0]) else ""
    behind = _BEHIND if _PART.match(wanted[-1]) else ""
    match = re.search(f"{ahead}{re.escape(wanted)}{behind}", fold(message))
    return match.span() if match else None


def _value(field: FieldName, told: str, evidence: str) -> Any:
    """The field's value: what the parser makes of the evidence, or one of a closed set that the model named."""
    parsed = _parsed(field, evidence)
    return _named(field, told) if parsed is None else parsed


def _parsed(field: FieldName, evidence: str) -> Any:
    if field in _MEASURED and evidence.strip().isdigit():
        # Forty what? The unit is no part of the evidence.
        return None
    for update in understand(evidence, open_question=field).updates:
        if update.field == field and update.value is not None and update.mode in ("set", "add"):
            return update.value
    return None


def _named(field: FieldName, told: str) -> Any:
    """The value that the model named, where the field's values are a closed set and it is one of them."""
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


def _questions(message: str, reading: Reading) -> tuple[str, ...]:
    """The questions of a message that asks several, in words that are mostly its own."""
    asked: Sequence[str] = [" ".join(question.split()) for question in reading.questions]
    words = said(message)
    distinct = tuple(dict.fromkeys(q for q in asked if (own := said(q)) and 2 * len(own & words) >= len(own)))
    return distinct[:MOST_QUESTIONS] if len(distinct) > 1 else ()
