"""What the whitepaper states ends up as a rule that quotes it, or as a question that finds it; nothing is left out."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import yaml

from assistant.rules.decision import decide
from assistant.rules.requirements import Requirements
from assistant.rules.tables import table
from assistant.rules.text import Source

from .cases import FOLDER
from .coverage import decision_tables
from .test_tables import places

STATEMENTS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "statements.yaml").read_text(encoding="utf-8"))
COUNT = 49
RULED = [pytest.param(row, rule, id=f"{row['id']} {rule}") for row in STATEMENTS for rule in row.get("rules", ())]


@cache
def _sources(rule: str) -> tuple[Source, ...]:
    """What the rows of a rule rest on, the machine room of a training platform included (W18)."""
    known = Requirements.model_validate({"workloads": [{"kind": "training"}]})
    rows = [(row.id, row.source) for name in decision_tables() for row in table(name).rules]
    rows += [(item.rule, item.source) for item in decide(known).facility]
    return tuple(source for name, source in rows if name == rule)


def test_every_statement_is_there_once_and_in_order() -> None:
    assert [row["id"] for row in STATEMENTS] == list(range(1, COUNT + 1))


@pytest.mark.parametrize("row", [pytest.param(row, id=str(row["id"])) for row in STATEMENTS])
def test_a_statement_stands_in_its_section_and_can_be_asked_for(row: dict[str, Any]) -> None:
    for language in ("zh", "en"):
        assert places(language, row["section"], row["phrase"][language]), row["phrase"][language]
        assert row["asks"][language].strip()
    assert row["phrase"]["zh"] not in row["asks"]["zh"], "a question does not quote its answer"


@pytest.mark.parametrize(("row", "rule"), RULED)
def test_a_rule_quotes_the_paragraph_of_its_statement(row: dict[str, Any], rule: str) -> None:
    paragraph = {line for line, _ in places("zh", row["section"], row["phrase"]["zh"])}
    quoted = {
        line
        for source in _sources(rule)
        if source.section == row["section"]
        for line, _ in places("zh", source.section, source.quote)
    }
    assert paragraph & quoted


def test_every_rule_of_the_whitepaper_is_some_statement() -> None:
    stated = {rule for row in STATEMENTS for rule in row.get("rules", ())}
    # W20 is the order itself, the heading of section 04.
    assert {f"W{n:02}" for n in range(1, 20)} <= stated
