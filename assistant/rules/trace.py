"""The parts a decision is told in: the rows of its trace, and the decision itself."""

from __future__ import annotations

from typing import Any, Literal

from assistant.rules.catalogue import GpuClass, Product, Series
from assistant.rules.requirements import FieldName
from assistant.rules.sizing import SizingResult
from assistant.rules.text import Frozen, Source, Text

Confidence = Literal["firm", "provisional"]
Tier = Literal["pilot", "department", "high_throughput", "laboratory", "college_platform", "project", "storage"]
StorageLayer = Literal["local", "shared", "archive"]
Judgement = Literal["workload", "gpu_memory", "interconnect", "data_path", "facility"]


# Rules that only say what is still open, and those that stand beside the choice of a line: GPU classes, provisions,
# acceptance, formal documents, risks.
_BESIDE = frozenset({"W09", "W10", "W11", "W12", "W13", "W14", "W15", "W16", "W17", "W19", "M12", "M16"})


class Fired(Frozen):
    """A rule that took part in the decision."""

    rule: str
    because: Text
    source: Source


class RuledOut(Frozen):
    """Product lines that the decision excludes, by which rule and why."""

    models: tuple[Product, ...]
    rule: str
    because: Text
    source: Source


class Alternative(Frozen):
    """Lines that would come first under a condition."""

    models: tuple[Product, ...]
    when: Text
    rules: tuple[str, ...]


class Risk(Frozen):
    """A misconception of whitepaper section 02 that the requirements run into."""

    id: str
    text: Text
    source: Source


class Advice(Frozen):
    """A recommendation beside the line: memory, network, a storage layer (`layer`), a check at acceptance."""

    rule: str
    text: Text
    source: Source
    layer: StorageLayer | None = None


class SiteItem(Frozen):
    """A point of the machine room that a formal quotation needs and that is not known yet (section 04.5)."""

    rule: str
    item: str
    text: Text
    source: Source


class Step(Frozen):
    """One of the five judgements of section 04, in their order: whether it is settled, and by which rules."""

    step: Judgement
    label: Text
    settled: bool
    findings: tuple[Text, ...]
    rules: tuple[str, ...]
    source: Source


class Outcome(Frozen):
    """What a changed answer would lead to."""

    series: Series
    models: tuple[Product, ...]
    project_based: bool


class Change(Frozen):
    """Giving `field` the value `value` (JSON) changes the outcome to `to`."""

    field: FieldName
    value: Any
    to: Outcome


class Decision(Frozen):
    """The recommendation with its trace; made by `assistant.rules.decision.decide` and by nothing else.

    `series` "none" means that no line is recommended: nothing known yet, statements that contradict each other, or
    work outside the whitepaper. `models` may be empty while `series` is known: then each tier is an alternative.
    `sizing` is the arithmetic of the model that needs most memory (meeting point 13), `facility` what is still open of
    the machine room, `path` the five judgements of section 04.
    """

    series: Series
    models: tuple[Product, ...] = ()
    tier: Tier | None = None
    gpu_class: tuple[GpuClass, ...] = ()
    project_based: bool = False
    storage: tuple[Advice, ...] = ()
    memory: Advice | None = None
    network: Advice | None = None
    alternatives: tuple[Alternative, ...] = ()
    risks: tuple[Risk, ...] = ()
    acceptance: tuple[Advice, ...] = ()
    fired: tuple[Fired, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    facility: tuple[SiteItem, ...] = ()
    path: tuple[Step, ...] = ()
    sizing: SizingResult | None = None
    would_change: tuple[Change, ...] = ()
    missing: tuple[FieldName, ...] = ()
    confidence: Confidence = "provisional"

    @property
    def outcome(self) -> Outcome:
        """The part that a changed answer can change."""
        return Outcome(series=self.series, models=self.models, project_based=self.project_based)

    @property
    def reasons(self) -> tuple[Fired, ...]:
        """The rules that chose the line, each id once, from the workload to the tier."""
        seen: dict[str, Fired] = {}
        for fired in self.fired:
            if fired.rule not in _BESIDE:
                seen.setdefault(fired.rule, fired)
        return tuple(seen.values())

    def named_products(self) -> frozenset[Product]:
        """Every product line that this decision names anywhere."""
        groups = [self.models, *(a.models for a in self.alternatives), *(r.models for r in self.ruled_out)]
        groups += [c.to.models for c in self.would_change]
        return frozenset(product for group in groups for product in group)
