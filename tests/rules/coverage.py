"""Which rules the cases exercise; `python -m tests.rules.coverage` prints it as a Markdown table."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import assistant.rules
from assistant.rules.facts import facts_of, kinds_of
from assistant.rules.requirements import Requirements
from assistant.rules.tables import Facts, Rule, table
from assistant.rules.trace import Decision

from .cases import Case, cases, decision_of

# What the design lists: the rules of the whitepaper, and the points where they meet.
DESIGN = frozenset({f"W{n:02}" for n in range(1, 21)} | {f"M{n:02}" for n in range(1, 18)})
Row = tuple[str, int]


@cache
def decision_tables() -> tuple[str, ...]:
    """The tables that declare a hit policy, by file name."""
    folder = Path(assistant.rules.__file__).parent / "tables"
    paths = sorted(folder.glob("*.yaml"))
    return tuple(p.stem for p in paths if "\nhit_policy:" in f"\n{p.read_text(encoding='utf-8')}")


def all_facts(requirements: Requirements, case: Case, decision: Decision) -> Facts:
    """The facts of a case with the series that was decided, as the tables after the first read them."""
    return facts_of(requirements, frozenset(case.concerns)) | {"series": decision.series}


def matching(name: str, requirements: Requirements, facts: Facts) -> tuple[Rule, ...]:
    """The rows of a table that apply; kinds of work are looked up one by one, as the decision does it."""
    if name != "workloads":
        return tuple(table(name).hits(facts))
    return tuple(r for r in table(name).rules for kind in kinds_of(requirements) if r.matches({"kind": kind}))


@cache
def rows_of(case_name: str) -> frozenset[Row]:
    """The table rows that took part in a case: they apply, and the trace tells them."""
    case = next(case for _, case in cases() if case.name == case_name)
    decision = decision_of(case)
    told = {(row.rule, row.because.en) for row in decision.fired}
    told |= {(row.rule, row.because.en) for row in decision.ruled_out}
    facts = all_facts(case.known, case, decision)
    return frozenset(
        (name, table(name).rules.index(rule))
        for name in decision_tables()
        for rule in matching(name, case.known, facts)
        if (rule.id, rule.because.en) in told
    )


def rows() -> tuple[tuple[Row, Rule], ...]:
    """Every row of every decision table."""
    return tuple(((name, i), rule) for name in decision_tables() for i, rule in enumerate(table(name).rules))


def citing(rule: str) -> tuple[Case, ...]:
    """The cases that ask a rule to take part, or are about it."""
    return tuple(case for _, case in cases() if rule in case.cited)


def markdown() -> str:
    """Rule, its rows, the cases in which it takes part, those that ask for it, and one of these."""
    ids = sorted(DESIGN | {rule.id for _, rule in rows()}, key=lambda rule: ("WMH".index(rule[0]), rule))
    lines = [
        "| rule | rows | cases it takes part in | cases about it | for example |",
        "| --- | --- | --- | --- | --- |",
    ]
    for rule in ids:
        own = {row for row, r in rows() if r.id == rule}
        taking_part = sum(bool(own & rows_of(case.name)) for _, case in cases())
        about = citing(rule)
        example = about[0].name if about else "none"
        lines.append(f"| {rule} | {len(own)} | {taking_part} | {len(about)} | {example} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(markdown() + "\n")
