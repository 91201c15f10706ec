"""The check on a model's prose: every row of `test_verify.yaml`, hostile spellings included."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.library import Library, passages
from assistant.agent.citations import Citations, Sources
from assistant.agent.codes import codes
from assistant.agent.spelling import plain
from assistant.agent.tools import Findings
from assistant.agent.verify import verify
from assistant.knowledge.passage import Passage
from assistant.rules.catalogue import find_products
from assistant.rules.decision import decide
from assistant.rules.requirements import Requirements
from assistant.rules.trace import Decision

SOURCES = Sources(Library())
TABLE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("test_verify.yaml").read_text(encoding="utf-8"))
GROUPS = [name for name in TABLE if name not in ("decisions", "passages")]
KINDS = {
    "product", "recommended", "series", "gpu", "pairing", "meaning", "figure", "citation", "quote", "promise", "markup",
    "uncited",
}  # fmt: skip
NOT_YET = "prose not caught yet"
LEAST = 250
HUGE = 20_000


def _rows() -> list[object]:
    return [
        pytest.param(
            row,
            id=f"{group}: {row['text']}",
            marks=[pytest.mark.xfail(reason="an oblique wording", strict=True)] if group == NOT_YET else [],
        )
        for group in GROUPS
        for row in TABLE[group]
    ]


@cache
def passage(name: str) -> Passage:
    words = TABLE["passages"][name]
    held = [p for p in passages() if p.language == "zh" and words in p.text]
    return min(held, key=lambda p: p.document != "whitepaper")


@cache
def decision(name: str | None) -> Decision | None:
    return decide(Requirements.model_validate(TABLE["decisions"][name])) if name else None


def violations(row: dict[str, Any]) -> set[str]:
    citations = Citations(SOURCES, "zh")
    for name in row.get("cited", ()):
        citations.passage(passage(name))
    found = verify(
        row["text"],
        visitor=row.get("visitor", ""),
        findings=Findings(decision=decision(row.get("decision"))),
        citations=citations,
        marks=row.get("marks", False),
    )
    return {violation.kind for violation in found}


@pytest.mark.parametrize("row", _rows())
def test_a_sentence_is_judged_as_told(row: dict[str, Any]) -> None:
    assert violations(row) == set(row.get("kinds", ()))


@pytest.mark.parametrize(
    "seed",
    [
        "1",
        "一",
        "1-",
        "30 万，",
        "两周",
        "T8 ",
        "T-",
        "推荐 T8，",
        "T8 has H100 ",
        "[1,",
        "<a",
        "a@b",
        "不",
        " \n",
        "如果；",
        "\u200b",
    ],
)
def test_an_endless_text_comes_to_an_end(seed: str) -> None:
    # Nested or unbounded runs in a pattern would keep this test from ever ending.
    violations({"text": (seed * HUGE)[:HUGE], "decision": "laboratory", "cited": ["groups"], "marks": True})


def test_the_wider_reading_finds_every_code_that_the_catalogue_finds() -> None:
    for text in (plain(p.text) for p in passages()):
        own = {(code.product, code.start) for code in codes(text)}
        assert {(product, start) for _, product, start, _ in find_products(text)} <= own, text


def test_the_words_of_a_violation_are_those_of_the_text_as_it_reads() -> None:
    findings = Findings(decision=decision("laboratory"))
    found = verify("推荐 Т８X。", visitor="", findings=findings, citations=Citations(SOURCES, "zh"))
    assert [(violation.kind, violation.words) for violation in found] == [("recommended", "T8X")]


def test_the_list_of_all_lines_may_be_told_and_none_of_it_recommended() -> None:
    citations = Citations(SOURCES, "zh")
    rest = {"visitor": "G16?", "findings": Findings(), "citations": citations, "catalogue": True}
    assert verify("材料里没有 G16。产品线有 G2 / G2A、T8X 和 S / SF。", **rest) == []
    assert [v.kind for v in verify("材料里没有 G16。推荐 T8X。", **rest)] == ["recommended"]


def test_the_table_is_large_and_names_known_kinds() -> None:
    rows = [row for group in GROUPS for row in TABLE[group]]
    assert len(rows) >= LEAST
    assert {kind for row in rows for kind in row.get("kinds", ())} <= KINDS
    assert {key for row in rows for key in row} <= {"text", "decision", "visitor", "cited", "marks", "kinds"}
