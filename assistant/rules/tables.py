"""The decision tables of `tables/*.yaml`, checked when loaded.

A row is `id`, `when`, `then`, `because` {zh, en} and `source`. A row without a source, without one of the languages or
with an unknown key does not load.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from assistant.rules.catalogue import GpuClass, Product, Series
from assistant.rules.files import read
from assistant.rules.requirements import FieldName, Requirements, WorkloadKind
from assistant.rules.text import Frozen, Source, Text
from assistant.rules.trace import Advice, Confidence, Fired, StorageLayer, Tier

HitPolicy = Literal["unique", "first", "collect"]
Fact = str | bool
Facts = dict[str, Fact]


class AlternativeRow(Frozen):
    """Lines that come first under `when`; `rules` defaults to the row that names them."""

    models: tuple[Product, ...]
    when: Text
    rules: tuple[str, ...] = ()


class Then(Frozen):
    """What a row contributes; each table uses the keys it needs."""

    family: Literal["g", "t", "s"] | None = None
    series: Series | None = None
    models: tuple[Product, ...] = ()
    tier: Tier | None = None
    project_based: bool = False
    confidence: Confidence = "firm"
    alternatives: tuple[AlternativeRow, ...] = ()
    gpu_class: tuple[GpuClass, ...] = ()
    slot: Literal["memory", "network", "storage", "acceptance"] | None = None
    layer: StorageLayer | None = None
    risk: str | None = None


class Rule(Frozen):
    """One row. `when` maps a fact to the value, or list of values, that it must have."""

    id: str
    when: dict[str, Fact | tuple[Fact, ...]]
    then: Then
    because: Text
    source: Source

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        whitepaper = self.source.document == "whitepaper"
        if whitepaper and not (self.source.section and self.source.quote):
            raise ValueError(f"rule {self.id}: a whitepaper source needs `section` and `quote`")
        return self

    @cached_property
    def fired(self) -> Fired:
        """The row as an entry of the trace."""
        return Fired(rule=self.id, because=self.because, source=self.source)

    @cached_property
    def advice(self) -> Advice:
        """The row as a recommendation beside the line."""
        return Advice(rule=self.id, text=self.because, source=self.source, layer=self.then.layer)

    def matches(self, facts: Facts) -> bool:
        """Whether every condition holds; a condition on an unknown fact name is an error of the table."""
        for name, wanted in self.when.items():
            value = facts[name]
            if value not in wanted if isinstance(wanted, tuple) else value != wanted:
                return False
        return True


class Table(Frozen):
    """A decision table with its declared hit policy."""

    hit_policy: HitPolicy
    rules: tuple[Rule, ...]

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The facts that the conditions name."""
        return tuple(dict.fromkeys(name for rule in self.rules for name in rule.when))

    @cached_property
    def looked_up(self) -> dict[tuple[Fact, ...], tuple[Rule, ...]]:
        """The hits so far: facts come from closed sets, so there are few combinations and each is searched once."""
        return {}

    def hits(self, facts: Facts) -> tuple[Rule, ...]:
        """The rows that apply: all of them for "collect", the first for "first" and "unique".

        That a "unique" table never has two is a property of the table, checked over its whole domain by a test.
        """
        key = tuple([facts[name] for name in self.reads])
        found = self.looked_up.get(key)
        if found is None:
            found = tuple(rule for rule in self.rules if rule.matches(facts))
            found = self.looked_up[key] = found if self.hit_policy == "collect" else found[:1]
        return found


class Trial(Frozen):
    """A value that an unknown field could turn out to have, with a house prior for ordering questions."""

    value: Any
    weight: float = Field(gt=0)


class ChecklistRow(Frozen):
    """One field of the checklist; `series` and `kinds` limit it to the series and the work for which it matters."""

    field: FieldName
    label: Text
    source: Source
    deciding: bool = False
    quotation: bool = True
    series: tuple[Series, ...] = ("G", "T", "S", "none")
    kinds: tuple[WorkloadKind, ...] = ()
    try_: tuple[Trial, ...] = Field(default=(), alias="try")

    def concerns(self, requirements: Requirements) -> bool:
        """Whether any of the work is of a kind that the field is limited to."""
        return not self.kinds or any(work.kind in self.kinds for work in requirements.workloads)


@cache
def trials(field: FieldName) -> tuple[tuple[Trial, Any], ...]:
    """Each trial of a field with its value validated as that field of `Requirements`."""
    row = next(row for row in checklist() if row.field == field)
    return tuple((t, getattr(Requirements.model_validate({field: t.value}), field)) for t in row.try_)


class Constant(Frozen):
    """A figure of our own, with its unit and reason."""

    value: float
    unit: str
    because: Text


def _filled(node: Any, figures: dict[str, str]) -> Any:
    """Texts with `{constant}` replaced, so that a figure stands in one place only."""
    if isinstance(node, str):
        for name, figure in figures.items():
            node = node.replace("{" + name + "}", figure)
        return node
    if isinstance(node, dict):
        return {key: _filled(value, figures) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(item, figures) for item in node]
    return node


@cache
def constants() -> dict[str, Constant]:
    """The house constants by name."""
    return {name: Constant.model_validate(row) for name, row in read("house")["constants"].items()}


@cache
def table(name: str) -> Table:
    """A decision table by file name; raises `ValidationError` on a malformed row."""
    figures = {key: f"{constant.value:g}" for key, constant in constants().items()}
    return Table.model_validate(_filled(read(name), figures))


@cache
def checklist() -> tuple[ChecklistRow, ...]:
    """The checklist rows in asking order."""
    return tuple(ChecklistRow.model_validate(row) for row in read("checklist")["fields"])
