"""What a reply may rest on: the visitor's words, the findings of the rules and the cited passages, read once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from assistant.agent.citations import Citations
from assistant.agent.codes import codes
from assistant.agent.gpu_names import gpu_names
from assistant.agent.measures import BARE, Measure, Reading, measures
from assistant.agent.moments import known_moments
from assistant.agent.sizing_answer import sizing_grounds
from assistant.agent.spelling import plain, squeezed
from assistant.agent.tools import Findings
from assistant.dialogue.organisation import without_contacts
from assistant.dialogue.phrasing import value_word
from assistant.dialogue.quantities import quantities
from assistant.rules.catalogue import GpuClass, Product, Series
from assistant.rules.currencies import currencies
from assistant.rules.lines import line_of
from assistant.rules.sizing import SizingResult
from assistant.rules.text import Text
from assistant.rules.trace import Decision

_FIELD_UNIT: dict[str, tuple[str, float]] = {
    "users": ("people", 1.0), "groups": ("groups", 1.0), "concurrency": ("requests", 1.0), "data_tb": ("gb", 1e3),
    "budget_cny": ("cny", 1.0),
}  # fmt: skip
# What a reply puts around a source's words, and the fewest characters that are recognised behind a colon.
_ADDED = re.compile(r"\[\d{1,3}\]|⚠")
_EDGES = " ，,.。;；:：-•|!！"
_AFTER_COLON = re.compile(r"[：:]\s?")
_LEAST_QUOTED = 6


@dataclass(frozen=True)
class Known:
    """Figures that stand somewhere: exact ones, intervals by unit, and the bare values of all."""

    exact: frozenset[Reading] = frozenset()
    spans: frozenset[tuple[float, float, str]] = frozenset()
    numbers: frozenset[float] = frozenset()

    def supports(self, measure: Measure) -> bool:
        """Whether one reading of the figure stands here; an exact one holds up a vague one around it ("几十人")."""
        return any(self._holds(*reading) for reading in measure.readings)

    def _holds(self, low: float, high: float, unit: str) -> bool:
        if unit == BARE and low == high and low in self.numbers:
            return True
        if low == high:
            return (low, unit) in self.exact
        if (low, high, unit) in self.spans:
            return True
        return any(low <= value <= high and unit == kind for value, kind in self.exact)

    @classmethod
    def joined(cls, parts: Iterable[Known]) -> Known:
        """All that stands in any of them."""
        many = list(parts)
        return cls(
            frozenset[Reading]().union(*(known.exact for known in many)),
            frozenset[tuple[float, float, str]]().union(*(known.spans for known in many)),
            frozenset[float]().union(*(known.numbers for known in many)),
        )


def known(text: str) -> Known:
    """The figures of a plain text."""
    found = measures(text)
    readings = [reading for measure in found for reading in measure.readings]
    exact = {(low, unit) for low, high, unit in readings if low == high}
    exact |= {(float(value), kind) for kind, value in known_moments(text)}
    return Known(
        frozenset(exact),
        frozenset(reading for reading in readings if reading[0] != reading[1]),
        frozenset(number for measure in found for number in measure.numbers),
    )


# Sentences of the rules and passages of the corpus come again and again; the visitor's words are never kept.
_known_of_ours = lru_cache(maxsize=4096)(known)
_plain_of_ours = lru_cache(maxsize=4096)(plain)


def said(words: str) -> Known:
    """The figures in the visitor's words, however they are put: "forty-five people", "预算1200000", "40T的数据"."""
    exact = set()
    for quantity in quantities(without_contacts(words), "budget_cny"):
        unit, factor = _FIELD_UNIT[quantity.field]
        ends = {quantity.figure.low, quantity.figure.high} - {None}
        exact |= {(round(end * factor, 4), unit) for end in ends if end is not None}
    return Known.joined([known(plain(words)), Known(frozenset(exact))])


@dataclass(frozen=True)
class Advised:
    """What may be recommended: at once, or under a condition."""

    models: frozenset[Product] = frozenset()
    conditional: frozenset[Product] = frozenset()
    series: frozenset[Series] = frozenset()
    gpu_classes: frozenset[GpuClass] = frozenset()

    @cached_property
    def conditional_series(self) -> frozenset[Series]:
        """The series of what may be recommended under a condition."""
        return self.series | {line_of(product).series for product in self.conditional}


def _advised(findings: Findings) -> Advised:
    """Of a decision that recommends nothing, and without one, nothing may be recommended."""
    decision, supposed = findings.decision, findings.supposed
    models = set(decision.models) if decision else set()
    conditional = set(models)
    for found in (decision, supposed):
        if found is not None:
            conditional |= {product for option in found.alternatives for product in option.models}
    conditional |= set(supposed.models) if supposed else set()
    conditional |= {product for change in findings.changes for product in change.to.models}
    conditional |= {p for d in (decision, supposed) if d for change in d.would_change for p in change.to.models}
    series: set[Series] = {line_of(product).series for product in models}
    series |= {decision.series} - {"none"} if decision else set()
    classes = {gpu for found in (decision, supposed) if found is not None for gpu in found.gpu_class}
    return Advised(frozenset(models), frozenset(conditional), frozenset(series), frozenset(classes))


@dataclass(frozen=True)
class Grounds:
    """Everything that a reply may rest on. `visitor` is what the visitor said, with the checklist's values."""

    visitor: str
    findings: Findings
    citations: Citations
    told: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, visitor: str, findings: Findings, citations: Citations) -> Grounds:
        return cls(plain(visitor), findings, citations, tuple(map(_plain_of_ours, _told(findings))))

    @cached_property
    def passages(self) -> dict[str, str]:
        """The cited passages by the number of their mark."""
        pairs = zip(self.citations.all(), self.citations.passages, strict=True)
        return {citation.id: _plain_of_ours(passage.text) for citation, passage in pairs}

    @cached_property
    def said(self) -> Known:
        """The visitor's figures."""
        return said(self.visitor)

    @cached_property
    def ruled(self) -> Known:
        """The figures of the findings."""
        return Known.joined(map(_known_of_ours, self.told))

    @cached_property
    def cited(self) -> dict[str, Known]:
        """The figures of each cited passage."""
        return {mark: _known_of_ours(text) for mark, text in self.passages.items()}

    def supports(self, measure: Measure) -> bool:
        """Whether a figure stands anywhere."""
        return self.supports_uncited(measure) or any(known.supports(measure) for known in self.cited.values())

    def supports_uncited(self, measure: Measure) -> bool:
        """Whether a figure stands in the visitor's words or the findings, so that no mark is needed."""
        return self.said.supports(measure) or self.ruled.supports(measure)

    @cached_property
    def advised(self) -> Advised:
        """What may be recommended."""
        return _advised(self.findings)

    @cached_property
    def visitor_products(self) -> frozenset[Product]:
        """What the visitor named."""
        return frozenset(code.product for code in codes(self.visitor) if code.product)

    @cached_property
    def visitor_codes(self) -> frozenset[str]:
        """Everything the visitor said that looks like a code, known or not."""
        return frozenset(squeezed(code.words) for code in codes(self.visitor))

    @cached_property
    def ruled_products(self) -> frozenset[Product]:
        """What the findings name anywhere: recommended, alternative, ruled out, compared."""
        named: set[Product] = set()
        for decision in (self.findings.decision, self.findings.supposed):
            named |= decision.named_products() if decision else set()
        for change in self.findings.changes:
            named |= set(change.to.models)
        for line in self.findings.lines:
            named |= set(line.models)
        return frozenset(named)

    @cached_property
    def cited_products(self) -> dict[str, frozenset[str]]:
        """What each cited passage names."""
        pairs = zip(self.citations.all(), self.citations.passages, strict=True)
        return {
            citation.id: frozenset(code.product for code in codes(self.passages[citation.id]) if code.product)
            | frozenset(passage.products)
            for citation, passage in pairs
        }

    @cached_property
    def gpus(self) -> frozenset[str]:
        """Every GPU that may be named."""
        names = {name.key for text in (self.visitor, *self.told) for name in gpu_names(text)}
        for gpu_class in self.advised.gpu_classes:
            label = value_word("gpu_class", gpu_class, "zh")
            names |= {name.key for name in gpu_names(label)}
        return frozenset(names | self.cited_gpus)

    @cached_property
    def cited_gpus(self) -> frozenset[str]:
        """The GPUs that the cited passages name."""
        return frozenset(name.key for text in self.passages.values() for name in gpu_names(text))

    @cached_property
    def sources(self) -> str:
        """The cited passages and the rules' sentences without white space, to find words in that are theirs."""
        return "\n".join(squeezed(text) for text in (*self.passages.values(), *self.told))

    def quoted(self, words: str) -> bool:
        """Whether words are a passage's or a rule's own."""
        own = _ADDED.sub("", words).strip(_EDGES)
        return squeezed(own) in self.sources or any(
            len(part) >= _LEAST_QUOTED and squeezed(part) in self.sources for part in _AFTER_COLON.split(own, 1)[1:]
        )


def _told(findings: Findings) -> list[str]:
    """The sentences of the rules that a reply may repeat; section numbers, ids and trial values are no grounds."""
    texts: list[Text] = []
    rates = [f"CNY {rate.cny:g}, {rate.year} 年" for rate in currencies().rates]
    told = sizing_grounds(findings.sizing) if isinstance(findings.sizing, SizingResult) else []
    for decision in (findings.decision, findings.supposed):
        if decision is not None:
            texts += _texts(decision)
            told += sizing_grounds(decision.sizing)
    texts += [line.fit for line in findings.lines]
    texts += [text for row in findings.series for text in (row.fit, row.focus)]
    return [*told, *rates, *(words for text in texts for words in (text.zh, text.en))]


def _texts(decision: Decision) -> list[Text]:
    return [
        *(row.because for row in decision.fired),
        *(row.because for row in decision.ruled_out),
        *(option.when for option in decision.alternatives),
        *(risk.text for risk in decision.risks),
    ]
