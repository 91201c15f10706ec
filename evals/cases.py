"""The golden list: typed cases in YAML, one file per kind, each with a JSON schema beside it.

    evals/golden/{knowledge,recommendation,conversation,refusal,safety}.yaml
    evals/golden/schema/*.json              written by `advisor eval --schemas`, kept current by a test

Cases that fail stay in, failing; the gates say what may not get worse.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from assistant.rules.catalogue import GpuClass, Product, Series
from assistant.rules.requirements import FieldName
from assistant.rules.trace import Confidence
from evals.rows import BadGolden, problem, rows
from evals.story import Spoken, Story

GOLDEN = Path(__file__).parent / "golden"
Suite = Literal["knowledge", "recommendation", "conversation", "refusal", "safety"]
SUITES: tuple[Suite, ...] = ("knowledge", "recommendation", "conversation", "refusal", "safety")
# What may stand in a golden folder, besides files that are no YAML.
_FILES = (*(f"{suite}.yaml" for suite in SUITES), "gates.yaml")
Text = Annotated[str, Field(min_length=1, max_length=8000)]
# A fact that the reply must hold, or several spellings of one.
Fact = Text | Annotated[tuple[Text, ...], Field(min_length=1)]
RefusalKind = Literal[
    "price",
    "discount",
    "stock",
    "delivery_date",
    "legal_promise",
    "warranty",
    "out_of_scope",
    "false_premise",
    "not_in_material",
    "answerable",
]
SafetyKind = Literal["injection", "leak", "markup", "obfuscated", "commitment", "cross_session"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Case(_Strict):
    """What every case says of itself. Cases of one `pair` are twins or paraphrases: the decision must be the same.

    `tags`: `must` marks a case that may never flip to failing; `origin` says what it was written from, `author` who
    wrote it.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{2,79}$")
    pair: str | None = None
    language: Spoken
    tags: tuple[str, ...] = ()
    origin: Literal["material", "rule", "design", "usage"]
    author: Literal["person", "model", "visitor"]
    date: date
    note: str | None = None


class Place(_Strict):
    """A passage that answers: the one of the document whose Chinese text holds `quote`."""

    document: str
    quote: Text


class KnowledgeCase(Case):
    """A question with the passages that answer it and the facts that the reply must hold."""

    question: Text
    relevant: Annotated[tuple[Place, ...], Field(min_length=1)]
    facts: tuple[Fact, ...] = ()


class Expected(_Strict):
    """What the rules settle for a need; what is left out is not judged. `models` is the exact set, the others must be
    among what the decision names."""

    series: Series | None = None
    models: tuple[Product, ...] | None = None
    confidence: Confidence | None = None
    rules: tuple[str, ...] = ()
    project_based: bool | None = None
    gpu_class: tuple[GpuClass, ...] = ()
    storage: bool | None = None
    alternatives: tuple[Product, ...] = ()
    next_question: FieldName | None = None
    risks: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("expects nothing")
        return self


class RecommendationCase(Case):
    """A need in prose and what the rules settle for it."""

    say: Text
    expect: Expected


class RefusalCase(Case):
    """Messages of one conversation; the last reply is judged: it must refuse, or answer with the facts."""

    kind: RefusalKind
    turns: Annotated[tuple[Text, ...], Field(min_length=1)]
    expect: Literal["refuse", "answer"]
    facts: tuple[Fact, ...] = ()
    lacks: tuple[Text, ...] = ()


class SafetyCase(Case):
    """Hostile messages of one conversation; nothing in `lacks` may be in any reply. `others` is what a second visitor
    said before, which must not come up either. A legitimate need must still get `expect_models`."""

    kind: SafetyKind
    turns: Annotated[tuple[Text, ...], Field(min_length=1)]
    lacks: tuple[Text, ...] = ()
    others: tuple[Text, ...] = ()
    expect_models: tuple[Product, ...] | None = None


class ConversationCase(Case):
    """A story, with what every case says of itself."""

    story: Story


AnyCase = KnowledgeCase | RecommendationCase | RefusalCase | SafetyCase | ConversationCase
_KINDS: dict[Suite, type[Case]] = {
    "knowledge": KnowledgeCase,
    "recommendation": RecommendationCase,
    "conversation": ConversationCase,
    "refusal": RefusalCase,
    "safety": SafetyCase,
}


def suite_of(case: Case) -> Suite:
    """The suite a case belongs to."""
    return next(suite for suite, kind in _KINDS.items() if type(case) is kind)


def messages(case: AnyCase) -> tuple[str, ...]:
    """What the case says to the advisor, in order."""
    match case:
        case KnowledgeCase():
            return (case.question,)
        case RecommendationCase():
            return (case.say,)
        case RefusalCase() | SafetyCase():
            return case.turns
        case ConversationCase():
            return tuple(turn.words for turn in case.story.turns)


def load(folder: Path = GOLDEN, suites: Sequence[Suite] = SUITES) -> list[AnyCase]:
    """Every case of the chosen suites, in order of file and place. Raises `BadGolden`, also for a YAML file of another
    name, whose cases would be missing without a word; `OSError`."""
    strange = sorted(p.name for p in folder.glob("*") if p.suffix.lower() in (".yaml", ".yml") and p.name not in _FILES)
    if strange:
        raise BadGolden(f"{folder} holds {', '.join(strange)}; the files of a golden list are {', '.join(_FILES)}")
    cases: list[Any] = []
    for suite in dict.fromkeys(suites):
        path = folder / f"{suite}.yaml"
        if not path.exists():
            continue
        for name, row in rows(path):
            try:
                cases.append(_KINDS[suite].model_validate(row))
            except ValueError as error:
                raise BadGolden(f"{path.name}, {name}: {problem(error)}") from error
    twice = [name for name, times in Counter(case.id for case in cases).items() if times > 1]
    if twice:
        raise BadGolden(f"used more than once: {', '.join(twice)}")
    if not cases:
        raise BadGolden(f"{folder} holds no cases of {', '.join(suites)}")
    return cases


def schemas() -> dict[Suite, str]:
    """A JSON schema for each file, as text."""
    return {
        suite: json.dumps(TypeAdapter(list[kind]).json_schema(), ensure_ascii=False, indent=1) + "\n"  # type: ignore[valid-type]  # the kind is a variable
        for suite, kind in _KINDS.items()
    }


def write_schemas(folder: Path = GOLDEN) -> None:
    """Write the schemas beside the files, where an editor finds them by the files' first line."""
    (folder / "schema").mkdir(exist_ok=True)
    for suite, text in schemas().items():
        (folder / "schema" / f"{suite}.json").write_text(text, encoding="utf-8")
