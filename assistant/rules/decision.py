"""From requirements to a recommendation: the tables in order, with the whole trace."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from assistant.rules import counterfactual, site
from assistant.rules.capacity import capacity
from assistant.rules.catalogue import GPU_CLASSES, PRODUCTS, Product, Series
from assistant.rules.facts import SERVED, Concern, contradictory, deciding_facts, facts_of, kinds_of
from assistant.rules.requirements import FieldName, Requirements
from assistant.rules.sizing import SizingRequest, SizingResult, estimate, tier_gpus
from assistant.rules.tables import Facts, Rule, checklist, table
from assistant.rules.trace import Alternative, Change, Decision, Fired, Outcome, Risk, RuledOut


class _Verdict(NamedTuple):
    """The rows that chose the line and what they chose, before the rest of the decision is filled in."""

    facts: Facts
    series: Rule
    tier: Rule
    outcome: Outcome


def outcome_of(requirements: Requirements) -> Outcome:
    """Series, lines and whether it is a project: the part that an answer can change. Cheap."""
    return _choose(deciding_facts(requirements)).outcome


def _choose(facts: Facts) -> _Verdict:
    series = table("series").hits(facts)[0]
    facts["series"] = series.then.series or "none"
    tier = table("tiers").hits(facts)[0]
    then = tier.then
    outcome = _outcome(series.then.series or "none", then.models, then.project_based, bool(facts["storage"]))
    return _Verdict(facts, series, tier, outcome)


@cache
def _outcome(series: Series, lines: tuple[Product, ...], project_based: bool, storage: bool) -> Outcome:
    # Storage is added to a compute line, never in the place of one that is still open.
    models = {*lines, "S", "SF"} if storage and lines else {*lines}
    ordered = tuple(product for product in PRODUCTS if product in models)
    return Outcome(series=series, models=ordered, project_based=project_based)


def decide(requirements: Requirements, concerns: frozenset[Concern] = frozenset()) -> Decision:
    """The recommendation for what is known, with the rules that fired, what is ruled out and what would change it.

    `concerns` are misconceptions of section 02 that the visitor's words showed, or work that the whitepaper does not
    cover. Pure and total: any valid requirements give a decision, "none" when nothing can be recommended yet.
    """
    verdict = _choose(facts_of(requirements, concerns))
    facts, outcome = verdict.facts, verdict.outcome
    kinds = kinds_of(requirements)
    by_kind = [rule for rule in table("workloads").rules if _kind_of(rule) in kinds]
    gpu = table("gpu_classes").hits(facts)
    provisions = table("provisions").hits(facts)
    risks = table("risks").hits(facts)
    line_rules = [*by_kind, verdict.series, verdict.tier, *table("adjustments").hits(facts)]
    classes = {name for rule in gpu for name in rule.then.gpu_class}
    alternatives = _alternatives(line_rules, outcome)
    named = {*outcome.models, *(model for option in alternatives for model in option.models)}
    open_fields = counterfactual.explore(requirements, outcome, outcome_of, contradictory)
    changes = counterfactual.would_change(open_fields, outcome)
    fired = _fired([*line_rules, *gpu, *provisions, *risks])
    room = site.open_items(requirements)
    sizing = _sizing(requirements, verdict)
    firm = (
        bool(outcome.models)
        and all(rule.then.confidence == "firm" for rule in line_rules)
        and not any(name in requirements.inferred for name in _deciding())
    )
    slots = {
        slot: tuple(rule.advice for rule in provisions if rule.then.slot == slot)
        for slot in ("memory", "network", "storage", "acceptance")
    }
    return Decision(
        series=outcome.series,
        models=outcome.models,
        tier=verdict.tier.then.tier,
        gpu_class=tuple(name for name in GPU_CLASSES if name in classes),
        project_based=outcome.project_based,
        storage=slots["storage"],
        memory=next(iter(slots["memory"]), None),
        network=next(iter(slots["network"]), None),
        alternatives=alternatives,
        risks=tuple(Risk(id=r.then.risk or r.id, text=r.because, source=r.source) for r in risks),
        acceptance=slots["acceptance"],
        fired=fired,
        ruled_out=_ruled_out(facts, named),
        facility=room if outcome.series != "none" else (),
        path=site.path(requirements, fired, room, sizing, settled=firm and not changes),
        sizing=sizing,
        would_change=changes,
        missing=counterfactual.missing(open_fields),
        confidence="firm" if firm else "provisional",
    )


@cache
def _deciding() -> tuple[FieldName, ...]:
    """Fields whose inferred value still leaves the line open."""
    return tuple(row.field for row in checklist() if row.deciding)


def _sizing(requirements: Requirements, verdict: _Verdict) -> SizingResult | None:
    """The memory of the most demanding model in its lightest way, on as many GPUs as the tier is checked with."""
    request = capacity(requirements, serving=verdict.facts["work"] in SERVED).request
    if request is None or verdict.outcome.series not in ("G", "T"):
        return None
    gpus = tier_gpus().get(verdict.tier.then.tier or "")
    return _sized(request.model_copy(update={"gpus": gpus}))


_sized = lru_cache(maxsize=1024)(estimate)


def line_sizing(requirements: Requirements, product: Product) -> SizingRequest | None:
    """The check of the known models against a line that someone asks about, on as many GPUs as its tier is checked
    with; None without a model or for a line that is not checked (storage, projects)."""
    serving = product.startswith("G")
    request = capacity(requirements, serving=serving).request
    tier = next((r.then.tier for r in table("tiers").rules if product in r.then.models and r.id.startswith("W")), None)
    gpus = tier_gpus().get(tier or "")
    return request.model_copy(update={"gpus": gpus}) if request and gpus else None


def variations(requirements: Requirements) -> tuple[Change, ...]:
    """Every one-field change, of a stated field or an open one, that leads to another outcome."""
    return counterfactual.variations(requirements, outcome_of(requirements), outcome_of)


def next_question(requirements: Requirements, skip: frozenset[FieldName] = frozenset()) -> FieldName | None:
    """The field worth asking about next: the one that splits the decision most, then what a quotation needs.

    `skip` holds fields that were asked and passed over.
    """
    again = contradictory(requirements)
    fields = counterfactual.explore(requirements, outcome_of(requirements), outcome_of, contradictory)
    return counterfactual.next_question(fields, skip, again)


def _kind_of(rule: Rule) -> str:
    kinds = rule.when["kind"]
    return str(kinds[0] if isinstance(kinds, tuple) else kinds)


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
        seen.setdefault((rule.id, rule.because.en), rule.fired)
    return tuple(seen.values())
