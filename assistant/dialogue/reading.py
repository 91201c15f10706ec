"""What one message means: an intent and field updates, each with the words it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from assistant.dialogue.language import Language
from assistant.dialogue.sizing import SizeQuestion
from assistant.rules.catalogue import Product, Series
from assistant.rules.facts import Concern
from assistant.rules.requirements import FieldName

Intent = Literal[
    "recommend",
    "ask",
    "inform",
    "compare",
    "size",
    "what_changes",
    "open_points",
    "summarise",
    "provenance",
    "why_asked",
    "export",
    "suppose",
    "finish",
    "acknowledge",
    "complaint",
    "goodbye",
    "greet",
    "thank",
    "out_of_scope",
    "commercial",
    "handover",
    "start_over",
    "delete_data",
    "unclear",
]


@dataclass(frozen=True)
class Update:
    """A value for a field from `text[start:end]`.

    `mode` "add" joins a list or the parts of the machine room, or raises a figure by `value` ("再加10个人"; below zero:
    lowers it); "times" multiplies it ("人数翻倍"), "remove" takes entries of a list away (work by its codes),
    "withdraw" empties the field (`value` is None). `inferred` marks a reading rather than a statement,
    `hedged` something that may come ("以后可能也会微调"): it is told apart from what is settled. `default` marks what
    counts only while nothing is known of the field, `minor` work that is said to be occasional beside what else there
    is.
    """

    field: FieldName
    value: Any
    evidence: str
    start: int
    end: int
    inferred: bool = False
    mode: Literal["set", "add", "remove", "withdraw", "times"] = "set"
    hedged: bool = False
    minor: bool = False
    default: bool = False


@dataclass(frozen=True)
class Understanding:
    """What one message means.

    `skipped` says that the open question was passed over ("not decided yet"); `affirmed` that the whole message is a
    yes or a no; `conflicts` names fields that the message gives two values; `loose` is a number that belongs to no
    field by its words; `hypothetical` that the updates are only supposed ("what if three groups shared it?");
    `passed` fields are said to be not known or not decided, `fields` are those that the message calls by their names;
    `corrects` that it puts something new in the place of something said before; `picks` that it takes up a product or
    asks for it to be confirmed.

    `domain` says that the words belong to the subject, `other_vendor` that another maker is named, of whom the material
    says nothing, `why` that a product is asked to be justified or ruled out, `premise` that the visitor claims what the
    advisor said before, which is checked and never just accepted; `sizing` is what is asked about GPU memory, `enough`
    that a product is asked to be enough, `follows` what a short message would change in a question of size before it.

    `questions` are what it asks one by one where that is several things. Only a language model tells `query`, what it
    asks as a search query that stands alone, and `read`, what it may say in words that the parser does not know.
    """

    text: str
    language: Language
    intent: Intent
    updates: tuple[Update, ...] = ()
    products: tuple[Product, ...] = ()
    series: tuple[Series, ...] = ()
    unknown_codes: tuple[str, ...] = ()
    concerns: frozenset[Concern] = frozenset()
    question: bool = False
    skipped: bool = False
    affirmed: bool | None = None
    conflicts: tuple[FieldName, ...] = ()
    loose: Any = None
    hypothetical: bool = False
    passed: tuple[FieldName, ...] = ()
    fields: tuple[FieldName, ...] = ()
    corrects: bool = False
    picks: bool = False
    domain: bool = False
    premise: bool = False
    recaps: bool = False
    other_vendor: bool = False
    why: bool = False
    sizing: SizeQuestion | None = None
    enough: bool = False
    follows: SizeQuestion | None = None
    query: str | None = None
    questions: tuple[str, ...] = ()
    read: tuple[Update, ...] = ()
