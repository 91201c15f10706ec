"""Every statement of the whitepaper is found by a buyer's question, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.dialogue.language import Language
from assistant.knowledge.search import Knowledge

STATEMENTS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).resolve().parents[1] / "rules" / "statements.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("row", [pytest.param(row, id=str(row["id"])) for row in STATEMENTS])
def test_a_statement_is_found_by_its_question(knowledge: Knowledge, row: dict[str, Any], language: Language) -> None:
    result = knowledge.search(row["asks"][language], language=language, limit=5)
    found = [p for p in result.passages if p.document == "whitepaper" and p.section == row["section"]]
    assert any(row["phrase"][language] in passage.text for passage in found), [p.unit for p in result.passages]
    assert result.covered
