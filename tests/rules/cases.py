"""What a rule case is, where the cases stand, and what it means that one holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.dialogue.reducer import reduce
from assistant.dialogue.state import DialogueState
from assistant.dialogue.understanding import understand
from assistant.rules.catalogue import GpuClass, Product, Series
from assistant.rules.decision import decide, next_question
from assistant.rules.facts import Concern
from assistant.rules.requirements import FieldName, Requirements
from assistant.rules.trace import Confidence, Decision, Tier

FOLDER = Path(__file__).parent
# YAML beside the cases that is none: each has a test of its own.
_OTHER = frozenset({"statements", "sizing", "gpus", "architectures"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Expect(_Strict):
    """What must hold; a part that is not named is not checked. Lists under `not_…` must be absent.

    `out` is all that is ruled out, by rule, `out_rows` the same by reason; `because` are words of the
    reasons given, `out_because` of those given for ruling out.
    """

    series: Series | None = None
    models: list[Product] | None = None
    tier: Tier | None = None
    confidence: Confidence | None = None
    project_based: bool | None = None
    gpu_class: list[GpuClass] | None = None
    fired: list[str] = []
    not_fired: list[str] = []
    alternatives: list[list[Product]] = []
    no_alternatives: list[list[Product]] = []
    ruled_out: list[Product] = []
    not_ruled_out: list[Product] = []
    out: dict[str, list[Product]] | None = None
    out_rows: list[list[Product]] | None = None
    out_because: list[str] = []
    not_out_because: list[str] = []
    because: list[str] = []
    not_because: list[str] = []
    risks: list[str] | None = None
    memory: str | None = None
    network: str | None = None
    storage: list[str] | None = None
    layers: list[str] | None = None
    acceptance: int | None = None
    next_question: FieldName | None = None
    missing: list[FieldName] = []
    not_missing: list[FieldName] = []
    would_change: dict[FieldName, list[Product]] = {}


class Says(_Strict):
    """The requirements as a buyer would put them, once in each language."""

    zh: str
    en: str


class Case(_Strict):
    """`rules` must have fired or ruled a line out; `about` are points of the design that no row of a table stands for.

    `says` must be understood as what `requirements` and `concerns` state.
    """

    name: str
    says: Says | None = None
    requirements: dict[str, Any] = {}
    concerns: list[Concern] = []
    skip: list[FieldName] = []
    rules: list[str] = []
    about: list[str] = []
    expect: Expect = Expect()

    @property
    def cited(self) -> frozenset[str]:
        """Every rule that this case asks to have taken part, and every point of the design it is about."""
        return frozenset({*self.rules, *self.about, *self.expect.fired, *(self.expect.out or {})})

    @property
    def known(self) -> Requirements:
        """The requirements, validated."""
        return Requirements.model_validate(self.requirements)


@cache
def cases() -> tuple[tuple[str, Case], ...]:
    """Every case with the name of its file, in a fixed order."""
    return tuple(
        (path.stem, Case.model_validate(row))
        for path in sorted(FOLDER.glob("*.yaml"))
        if path.stem not in _OTHER
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    )


def decision_of(case: Case) -> Decision:
    """The decision for the structured requirements."""
    return decide(case.known, frozenset(case.concerns))


def decision_of_words(words: str) -> Decision:
    """The decision for a message, understood and taken into an empty conversation as the agent does it."""
    state, _ = reduce(DialogueState(), understand(words))
    return decide(state.requirements, frozenset(state.concerns))


def took_part(decision: Decision) -> frozenset[str]:
    """The rules of a decision's trace, those that rule a line out included."""
    return frozenset([row.rule for row in decision.fired] + [row.rule for row in decision.ruled_out])


def products(groups: Iterable[Iterable[Product]]) -> set[Product]:
    """All products of several groups."""
    return {product for group in groups for product in group}


def failures(case: Case) -> Iterator[str]:
    """What does not hold, one sentence each; nothing when the case holds. Lazy, so that the first can be enough."""
    decision = decision_of(case)
    expect = case.expect
    for name in ("series", "tier", "confidence", "project_based"):
        if name in expect.model_fields_set and getattr(decision, name) != getattr(expect, name):
            yield f"{name} is {getattr(decision, name)!r}, not {getattr(expect, name)!r}"
    for name in ("models", "gpu_class"):
        wanted = getattr(expect, name)
        if wanted is not None and list(getattr(decision, name)) != wanted:
            yield f"{name} is {list(getattr(decision, name))}, not {wanted}"
    fired = {row.rule for row in decision.fired}
    if absent := {*expect.fired} - fired:
        yield f"{sorted(absent)} did not fire"
    if absent := {*case.rules} - took_part(decision):
        yield f"{sorted(absent)} took no part"
    if extra := {*expect.not_fired} & fired:
        yield f"{sorted(extra)} fired"
    yield from _told(expect, decision)
    yield from _beside(expect, decision)
    yield from _asked(case, decision)


def _told(expect: Expect, decision: Decision) -> Iterator[str]:
    """Alternatives, exclusions and reasons."""
    offered = [list(option.models) for option in decision.alternatives]
    if absent := [models for models in expect.alternatives if models not in offered]:
        yield f"{absent} is no alternative, only {offered}"
    if extra := [models for models in expect.no_alternatives if models in offered]:
        yield f"{extra} is an alternative"
    out = products(row.models for row in decision.ruled_out)
    if missing := {*expect.ruled_out} - out:
        yield f"{sorted(missing)} is not ruled out"
    if wrong := {*expect.not_ruled_out} & out:
        yield f"{sorted(wrong)} is ruled out"
    if expect.out is not None:
        by_rule: dict[str, list[Product]] = {}
        for row in decision.ruled_out:
            by_rule.setdefault(row.rule, []).extend(row.models)
        if by_rule != expect.out:
            yield f"ruled out is {by_rule}, not {expect.out}"
    if expect.out_rows is not None and [list(row.models) for row in decision.ruled_out] != expect.out_rows:
        yield f"ruled out by reason is {[list(row.models) for row in decision.ruled_out]}, not {expect.out_rows}"
    reasons = "\n".join(row.because.en for row in decision.fired)
    if unsaid := [words for words in expect.because if words not in reasons]:
        yield f"{unsaid} is no reason given"
    excluded = "\n".join(row.because.en for row in decision.ruled_out)
    if unsaid := [words for words in expect.out_because if words not in excluded]:
        yield f"{unsaid} is no reason given for ruling out"
    if said := [words for words in expect.not_out_because if words in excluded]:
        yield f"{said} is a reason given for ruling out"
    if said := [words for words in expect.not_because if words in reasons]:
        yield f"{said} is a reason given"


def _beside(expect: Expect, decision: Decision) -> Iterator[str]:
    """What goes with the line: risks, memory, network, storage and acceptance."""
    if expect.risks is not None and [risk.id for risk in decision.risks] != expect.risks:
        yield f"risks are {[risk.id for risk in decision.risks]}, not {expect.risks}"
    for name in ("memory", "network"):
        words, advice = getattr(expect, name), getattr(decision, name)
        if words is not None and (advice is None or words not in advice.text.en):
            yield f"{name} is {advice}, without {words!r}"
    told = list(dict.fromkeys(layer.rule for layer in decision.storage))
    if expect.storage is not None and told != expect.storage:
        yield f"storage is {told}, not {expect.storage}"
    layers = [f"{advice.layer} {advice.rule}" for advice in decision.storage]
    if expect.layers is not None and layers != expect.layers:
        yield f"the layers are {layers}, not {expect.layers}"
    if expect.acceptance is not None and len(decision.acceptance) != expect.acceptance:
        yield f"{len(decision.acceptance)} layers of acceptance, not {expect.acceptance}"


def _asked(case: Case, decision: Decision) -> Iterator[str]:
    """What is still open, what would change the decision, and which question is next."""
    expect = case.expect
    if closed := {*expect.missing} - {*decision.missing}:
        yield f"{sorted(closed)} is not missing"
    if still_open := {*expect.not_missing} & {*decision.missing}:
        yield f"{sorted(still_open)} is missing"
    for field, models in expect.would_change.items():
        if not any(change.field == field and list(change.to.models) == models for change in decision.would_change):
            yield f"no value of {field} leads to {models}"
    if "next_question" in expect.model_fields_set:
        asked = next_question(case.known, frozenset(case.skip))
        if asked != expect.next_question:
            yield f"{asked} is asked, not {expect.next_question}"
