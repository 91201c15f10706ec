"""Conversations as data: what a visitor says turn by turn, what must hold after each, and the true state.

A story is a list entry of a YAML file. Every turn carries what it changes in the true state (`slots`, `gone`); a turn
without either changes nothing, so each turn of each story counts for joint goal accuracy.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from assistant.agent.reply import Language
from assistant.dialogue.reading import Intent
from assistant.dialogue.state import SlotSource
from assistant.rules.catalogue import Product, Series
from assistant.rules.requirements import FieldName, Requirements
from assistant.rules.trace import Confidence

StoryClass = Literal[
    "happy_path",
    "correction",
    "digression",
    "skip",
    "unknown",
    "negation",
    "contradiction",
    "interruption",
    "language_switch",
    "bare_number",
    "trap",
    "small_talk",
    "false_premise",
    "price_pressure",
    "injection",
    "hand_over",
    "deletion",
    "hypothetical",
    "summary",
]
Spoken = Literal["zh", "en", "mixed"]
State = dict[FieldName, Any]
# In `slots`: the story does not say which value the field has, if any; the field is left out of every figure.
OPEN = "?"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _full(values: Any) -> Any:
    """`workloads: [rag]` is short for `workloads: [{kind: rag}]`."""
    if isinstance(values, dict) and isinstance(values.get("workloads"), list):
        kinds = [{"kind": entry} if isinstance(entry, str) else entry for entry in values["workloads"]]
        return {**values, "workloads": kinds}
    return values


class Turn(_Strict):
    """`say`, `choose` a quick reply by its words, or `edit` the checklist; then what must hold.

    `slots` is what the turn changes in the true state, whole values by field; `gone` the fields it empties, or "all".
    The advisor's state must be the true one after every turn.
    `requirements` are values that must be there exactly; `unknown` fields that must be empty. `proposes`: the reply
    offers to adopt what was only supposed; `deleted`: after the turn the conversation exists no more.
    """

    say: str | None = None
    choose: str | None = None
    edit: State | None = None
    slots: State = {}
    gone: list[FieldName] | Literal["all"] = []
    requirements: State = {}
    sources: dict[FieldName, SlotSource] = {}
    unknown: list[FieldName] = []
    intent: Intent | None = None
    language: Language | None = None
    series: Series | None = None
    models: list[Product] | None = None
    confidence: Confidence | None = None
    undecided: bool = False
    next_question: FieldName | None = None
    not_asked: list[FieldName] = []
    cites: list[str] = []
    uncited: bool = False
    has: list[str] = []
    lacks: list[str] = []
    proposes: bool | None = None
    deleted: bool = False

    _whole = field_validator("slots", "requirements", mode="before")(_full)

    @model_validator(mode="after")
    def _checked(self) -> Self:
        if sum(part is not None for part in (self.say, self.choose, self.edit)) != 1:
            raise ValueError("a turn is one of `say`, `choose`, `edit`")
        for values in (self.slots, self.requirements):
            Requirements.model_validate({name: value for name, value in values.items() if value != OPEN})
        return self

    @property
    def words(self) -> str:
        """What the visitor did, to be shown beside a failure."""
        return self.say or self.choose or str(self.edit)

    def after(self, before: State) -> State:
        """The true state after the turn."""
        if self.deleted:
            return {}
        kept = {} if self.gone == "all" else {name: v for name, v in before.items() if name not in self.gone}
        return {**kept, **self.slots}


class Story(_Strict):
    """`name` is a sentence and a claim; `fails` says why the story is known not to hold yet."""

    name: str
    kind: StoryClass = Field(alias="class")
    language: Spoken
    turns: list[Turn] = Field(min_length=1)
    fails: str | None = None

    def states(self) -> Iterator[State]:
        """The true state after each turn."""
        state: State = {}
        for turn in self.turns:
            state = turn.after(state)
            yield state


def stories(folder: Path) -> list[Story]:
    """All stories of a folder's YAML files, by file name. Raises `OSError`, `yaml.YAMLError`, `ValidationError`."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise FileNotFoundError(f"{folder} holds no stories (*.yaml)")
    return [
        Story.model_validate(row) for path in paths for row in yaml.safe_load(path.read_text(encoding="utf-8")) or ()
    ]
