"""Small wrongs done to the decision tables, and whether the cases notice: the test of the tests.

A mutant is a table with one row changed. It is killed when a case fails, equivalent when no requirements at all lead to
another decision (worked out over `domain.points`, never listed by hand), and a survivor otherwise.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from assistant.rules.catalogue import GPU_CLASSES, PRODUCTS
from assistant.rules.decision import decide
from assistant.rules.facts import families
from assistant.rules.requirements import Requirements
from assistant.rules.tables import Facts, Rule, Table, Then, table
from assistant.rules.trace import Decision, Tier

from .cases import Case, cases, decision_of, failures
from .coverage import all_facts, decision_tables
from .domain import Point, by_facts, by_kind, signature, values

Kind = Literal["outcome", "drop", "condition", "value"]
Verdict = Literal["killed", "equivalent", "survived"]
# What a table that makes no sense any more raises when it is used.
_BROKEN = (AttributeError, IndexError, KeyError, StopIteration, TypeError, ValueError)
# The decision looks at these parts of `then`; the rest of it stays empty in that table.
_PARTS: dict[str, tuple[str, ...]] = {
    "workloads": ("family", "confidence", "alternatives"),
    "series": ("series", "confidence", "alternatives"),
    "tiers": ("models", "tier", "project_based", "confidence", "alternatives"),
    "adjustments": ("confidence", "alternatives"),
    "exclusions": ("models",),
    "gpu_classes": ("gpu_class",),
    "provisions": ("slot",),
    "risks": ("risk",),
}
# A change in one of these can show in what would change the decision of requirements that it does not touch.
_CHOOSING = frozenset({"workloads", "series", "tiers"})
_WATCHING = frozenset({"would_change", "next_question", "missing", "not_missing"})


@dataclass(frozen=True)
class Mutant:
    """One wrong: row `row` of `name` as in `changed`."""

    name: str
    row: int
    kind: Kind
    what: str
    changed: Table

    def __str__(self) -> str:
        return f"{self.name}[{self.row}] {table(self.name).rules[self.row].id} {self.kind}: {self.what}"


# ---- making them


def _but(rule: Rule, **changes: Any) -> Rule:
    # Built anew: a copy would keep what the row has cached of its old self.
    return Rule(**{name: getattr(rule, name) for name in Rule.model_fields} | changes)


def _with(name: str, row: int, *instead: Rule) -> Table:
    held = table(name)
    return Table(hit_policy=held.hit_policy, rules=(*held.rules[:row], *instead, *held.rules[row + 1 :]))


def _others(part: str, then: Then) -> Iterator[Any]:
    """Other values for one part of a row's outcome."""
    held = getattr(then, part)
    match part:
        case "family":
            yield from (letter for letter in ("g", "t", "s") if letter != held)
        case "series":
            yield from (series for series in ("G", "T", "S", "none") if series != held)
        case "tier":
            yield from (tier for tier in get_args(Tier)[:3] if tier != held)
        case "slot":
            yield from (slot for slot in ("memory", "network", "storage", "acceptance") if slot != held)
        case "confidence":
            yield "provisional" if held == "firm" else "firm"
        case "project_based":
            yield not held
        case "risk":
            yield "another"
        case "gpu_class":
            yield ()
            yield tuple(name for name in GPU_CLASSES if name not in held)
        case "models":
            yield tuple(product for product in PRODUCTS if product not in held)[:2]
            yield from (tuple(m for m in held if m != product) for product in held)
        case "alternatives":
            yield from (tuple(option for option in held if option is not dropped) for dropped in held)
        case _:
            raise ValueError(f"no other value is known for {part}")


def _outcomes(name: str, row: int, rule: Rule) -> Iterator[Mutant]:
    for part in _PARTS[name]:
        for other in _others(part, rule.then):
            then = rule.then.model_copy(update={part: other})
            told = [option.models for option in other] if part == "alternatives" else other
            yield Mutant(name, row, "outcome", f"{part} {told}", _with(name, row, _but(rule, then=then)))


def _values(name: str, row: int, rule: Rule) -> Iterator[Mutant]:
    """Each condition denied, shortened by one value, and widened by one."""
    for fact, wanted in rule.when.items():
        held = wanted if isinstance(wanted, tuple) else (wanted,)
        others = tuple(value for value in values(fact) if value not in held)
        if fact == "kind":
            # One other kind stands for all: there is a row for each.
            start = values(fact).index(held[0])
            others = (values(fact)[(start + 1) % len(values(fact))],)
        changes = [others, *(tuple(v for v in held if v != less) for less in held if len(held) > 1)]
        changes += [(*held, more) for more in others if len(held) + len(others) > 2 or fact == "kind"]
        for change in changes:
            when = {**rule.when, fact: change}
            yield Mutant(name, row, "value", f"{fact} in {list(change)}", _with(name, row, _but(rule, when=when)))


def mutants(name: str) -> Iterator[Mutant]:
    """Every mutant of a table."""
    for row, rule in enumerate(table(name).rules):
        yield from _outcomes(name, row, rule)
        yield Mutant(name, row, "drop", "the row", _with(name, row))
        for fact in rule.when:
            when = {other: wanted for other, wanted in rule.when.items() if other != fact}
            yield Mutant(name, row, "condition", f"without {fact}", _with(name, row, _but(rule, when=when)))
        yield from _values(name, row, rule)


# ---- judging them


@contextmanager
def swapped(mutant: Mutant) -> Iterator[None]:
    """The rules read the mutant in place of its table. The only place where a table is exchanged."""

    def stand_in(name: str) -> Table:
        return mutant.changed if name == mutant.name else table(name)

    readers = [
        module
        for name, module in list(sys.modules.items())
        if name.startswith("assistant.rules.") and vars(module).get("table") is table
    ]
    families.cache_clear()
    for module in readers:
        vars(module)["table"] = stand_in
    try:
        yield
    finally:
        for module in readers:
            vars(module)["table"] = table
        families.cache_clear()


@cache
def _examined() -> tuple[tuple[Case, Requirements, Facts], ...]:
    """Each case with its requirements and facts."""
    return tuple((case, case.known, all_facts(case.known, case, decision_of(case))) for _, case in cases())


def _told(held: Table, facts: Facts) -> tuple[tuple[str, Then, str], ...]:
    return tuple((rule.id, rule.then, rule.because.en) for rule in held.hits(facts))


def _touches(mutant: Mutant, requirements: Requirements, facts: Facts) -> bool:
    """Whether the mutant's table answers differently."""
    if mutant.name == "workloads":
        kinds = _kinds(table("workloads").rules[mutant.row])
        return bool(kinds & {work.kind for work in requirements.workloads})
    return _told(table(mutant.name), facts) != _told(mutant.changed, facts)


def _kinds(rule: Rule) -> set[Any]:
    return {*wanted} if isinstance(wanted := rule.when["kind"], tuple) else {wanted}


def _fails(case: Case) -> bool:
    try:
        return any(True for _ in failures(case))
    except _BROKEN:
        return True


def _split(mutant: Mutant) -> tuple[list[Case], list[Case]]:
    """Cases in which the mutant's table answers differently, and the others that watch what would change a decision."""
    touched: list[Case] = []
    rest: list[Case] = []
    for case, known, facts in _examined():
        if _touches(mutant, known, facts):
            touched.append(case)
        elif mutant.name in _CHOOSING and _WATCHING & case.expect.model_fields_set:
            rest.append(case)
    return touched, rest


def _killed(mutant: Mutant, by: list[Case]) -> bool:
    with swapped(mutant):
        return any(_fails(case) for case in by)


def _decided(point: Point) -> Decision | None:
    try:
        return decide(point.requirements, point.concerns)
    except _BROKEN:
        return None


def affected(mutant: Mutant) -> list[tuple[Point, ...]]:
    """Points at which the mutant's table answers differently, put together where it reads the same facts."""
    ground = by_facts(mutant.name) if mutant.name != "workloads" else tuple((point,) for point in by_kind())
    if mutant.name != "workloads":
        # Nothing changes where neither the row nor what became of it applies.
        rows = [table(mutant.name).rules[mutant.row], *mutant.changed.rules[mutant.row : mutant.row + 1]]
        ground = tuple(group for group in ground if any(row.matches(group[0].facts) for row in rows))
    return [group for group in ground if _touches(mutant, group[0].requirements, group[0].facts)]


def _differing(mutant: Mutant, groups: list[tuple[Point, ...]]) -> Iterator[Point]:
    """The points of the groups, one where the tables leave no room for two decisions."""
    if mutant.name in ("workloads", "series"):
        # Another series has its own tiers and additions, so its points are all looked at.
        yield from (point for group in groups for point in group)
        return
    seen: set[tuple[Any, ...]] = set()
    for group in groups:
        told = _told(mutant.changed, group[0].facts)
        for point in group:
            if (key := (told, signature(point))) not in seen:
                seen.add(key)
                yield point


def equivalent(mutant: Mutant, groups: list[tuple[Point, ...]]) -> bool:
    """Whether every decision is the same all the same."""
    differing = list(_differing(mutant, groups))
    before = [_decided(point) for point in differing]
    with swapped(mutant):
        return all(_decided(point) == held for point, held in zip(differing, before, strict=True))


def judge(mutant: Mutant) -> Verdict:
    """What becomes of a mutant. The order saves time: most are killed by the first case, or change no answer at all."""
    touched, rest = _split(mutant)
    if _killed(mutant, touched):
        return "killed"
    groups = affected(mutant)
    if not groups:
        return "equivalent"
    if _killed(mutant, rest):
        return "killed"
    return "equivalent" if equivalent(mutant, groups) else "survived"


@cache
def judged(name: str) -> tuple[tuple[Mutant, Verdict], ...]:
    """Every mutant of a table with its verdict."""
    return tuple((mutant, judge(mutant)) for mutant in mutants(name))


def summary() -> str:
    """Killed, equivalent and survived, by table and kind."""
    lines = ["| table | kind | mutants | killed | equivalent | survived |", "| --- | --- | --- | --- | --- | --- |"]
    for name in decision_tables():
        for kind in get_args(Kind):
            verdicts = [verdict for mutant, verdict in judged(name) if mutant.kind == kind]
            counts = " | ".join(str(verdicts.count(verdict)) for verdict in get_args(Verdict))
            lines.append(f"| {name} | {kind} | {len(verdicts)} | {counts} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(summary() + "\n")
