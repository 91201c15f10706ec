"""From requirements to a recommendation: the tables in order, with the whole trace."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.rules import counterfactual
from assistant.rules.catalogue import GPU_CLASSES, PRODUCTS, Product
from assistant.rules.facts import Concern, deciding_facts, facts_of, kinds_of
from assistant.rules.requirements import FieldName, Requirements
from assistant.rules.tables import Facts, Rule, checklist, table
from assistant.rules.trace import Advice, Alternative, Confidence, Decision, Fired, Outcome, Risk, RuledOut

# Fields whose inferred value still leaves the line open.
_DECIDING: tuple[FieldName, ...] = tuple(row.field for row in checklist() if row.deciding)


@dataclass
class _Verdict:
    """The rows that chose the line, before the rest of the decision is filled in."""

    facts: Facts
    choosing: list[Rule] = field(default_factory=list)
    outcome: Outcome = field(default_factory=lambda: Outcome(series="none", models=(), project_based=False))


def outcome_of(requirements: Requirements) -> Outcome:
    """Series, lines and whether it is a project: the part that an answer can change. Cheap."""
    return _choose(deciding_facts(requirements)).outcome


def _choose(facts: Facts) -> _Verdict:
    verdict = _Verdict(facts)
    verdict.choosing += table("series").hits(verdict.facts)
    verdict.facts["series"] = verdict.choosing[0].then.series or "none"
    verdict.choosing += table("tiers").hits(verdict.facts)
    tier = verdict.choosing[-1].then
    models = set(tier.models)
    # Added to a compute line, never in the place of one that is still open.
    if verdict.facts["storage"] and models:
        models |= {"S", "SF"}
    verdict.outcome = Outcome(
        series=verdict.choosing[0].then.series or "none",
        models=tuple(product for product in PRODUCTS if product in models),
        project_based=tier.project_based,
    )
    return verdict


def decide(requirements: Requirements, concerns: frozenset[Concern] = frozenset()) -> Decision:
    """The recommendation for what is known, with the rules that fired, what is ruled out and what would change it.

    `concerns` are misconceptions of section 02 that the visitor's words showed. Pure and total: any valid
    requirements give a decision, "none" when nothing can be recommended yet.
    """
    verdict = _choose(facts_of(requirements, concerns))
    facts = verdict.facts
    kinds = kinds_of(requirements)
    by_kind = [rule for rule in table("workloads").rules if _kind_of(rule) in kinds]
    adjustments = table("adjustments").hits(facts)
    gpu = table("gpu_classes").hits(facts)
    provisions = table("provisions").hits(facts)
    risks = table("risks").hits(facts)
    line_rules = [*by_kind, *verdict.choosing, *adjustments]
    classes = {name for rule in gpu for name in rule.then.gpu_class}
    alternatives = _alternatives(line_rules, verdict.outcome)
    named = {*verdict.outcome.models, *(model for option in alternatives for model in option.models)}

    firm = (
        bool(verdict.outcome.models)
        and all(rule.then.confidence == "firm" for rule in line_rules)
        and not any(name in requirements.inferred for name in _DECIDING)
    )
    confidence: Confidence = "firm" if firm else "provisional"
    open_fields = counterfactual.explore(requirements, verdict.outcome, outcome_of)
    slots = {
        slot: tuple(_advice(rule) for rule in provisions if rule.then.slot == slot)
        for slot in ("memory", "network", "storage", "acceptance")
    }
    return Decision(
        series=verdict.outcome.series,
        models=verdict.outcome.models,
        tier=verdict.choosing[-1].then.tier,
        gpu_class=tuple(name for name in GPU_CLASSES if name in classes),
        project_based=verdict.outcome.project_based,
        storage=slots["storage"],
        memory=next(iter(slots["memory"]), None),
        network=next(iter(slots["network"]), None),
        alternatives=alternatives,
        risks=tuple(Risk(id=r.then.risk or r.id, text=r.because, source=r.source) for r in risks),
        acceptance=slots["acceptance"],
        fired=_fired([*line_rules, *gpu, *provisions, *risks]),
        ruled_out=_ruled_out(facts, named),
        would_change=counterfactual.would_change(open_fields, verdict.outcome),
        missing=counterfactual.missing(open_fields),
        confidence=confidence,
    )


def next_question(requirements: Requirements, skip: frozenset[FieldName] = frozenset()) -> FieldName | None:
    """The field worth asking about next: the one that splits the decision most, then what a quotation needs.

    `skip` holds fields that were asked and passed over.
    """
    return counterfactual.next_question(
        counterfactual.explore(requirements, outcome_of(requirements), outcome_of), skip
    )


def _kind_of(rule: Rule) -> str:
    kinds = rule.when["kind"]
    return str(kinds[0] if isinstance(kinds, tuple) else kinds)


def _advice(rule: Rule) -> Advice:
    return Advice(rule=rule.id, text=rule.because, source=rule.source)


def _alternatives(rules: list[Rule], outcome: Outcome) -> tuple[Alternative, ...]:
    """Each set of lines once, the first condition wins; a line already recommended is no alternative."""
    options: dict[tuple[str, ...], Alternative] = {}
    for rule in rules:
        for row in rule.then.alternatives:
            if set(row.models) <= set(outcome.models) or row.models in options:
                continue
            options[row.models] = Alternative(models=row.models, when=row.when, rules=row.rules or (rule.id,))
    return tuple(options.values())


def _ruled_out(facts: Facts, named: set[Product]) -> tuple[RuledOut, ...]:
    """Excluded lines, each once and never one that the decision names as fitting."""
    rows: list[RuledOut] = []
    for rule in table("exclusions").hits(facts):
        models = tuple(model for model in rule.then.models if model not in named)
        if models:
            rows.append(RuledOut(models=models, rule=rule.id, because=rule.because, source=rule.source))
            named = {*named, *models}
    return tuple(rows)


def _fired(rules: list[Rule]) -> tuple[Fired, ...]:
    """The trace without repetition: one entry for each rule and reason."""
    seen: dict[tuple[str, str], Fired] = {}
    for rule in rules:
        seen.setdefault((rule.id, rule.because.en), Fired(rule=rule.id, because=rule.because, source=rule.source))
    return tuple(seen.values())
