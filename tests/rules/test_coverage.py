"""No rule and no row of a table without a case that asks for it."""

from __future__ import annotations

import pytest

from .cases import cases
from .coverage import DESIGN, citing, decision_tables, markdown, rows, rows_of


@pytest.mark.parametrize("rule", sorted(DESIGN | {rule.id for _, rule in rows()}))
def test_every_rule_is_what_some_case_is_about(rule: str) -> None:
    assert citing(rule)


@pytest.mark.parametrize("name", decision_tables())
def test_every_row_takes_part_in_a_case_that_asks_for_its_rule(name: str) -> None:
    used = {(row, rule) for _, case in cases() for row in rows_of(case.name) for rule in case.cited}
    assert [f"{name}[{i}] {rule.id}" for (n, i), rule in rows() if n == name and ((n, i), rule.id) not in used] == []


def test_a_case_is_about_rules_that_exist() -> None:
    known = DESIGN | {rule.id for _, rule in rows()}
    assert {rule: case.name for _, case in cases() for rule in case.cited - known} == {}


def test_the_table_of_coverage_has_a_line_for_each_rule() -> None:
    lines = markdown().splitlines()
    assert len(lines) == len(DESIGN | {rule.id for _, rule in rows()}) + 2
    w05 = next(line for line in lines if line.startswith("| W05 "))
    # Storage alone or beside compute: two kinds of work, the series, the tier, the addition, the layer, the exclusion.
    assert w05.split(" | ")[1] == "7"
