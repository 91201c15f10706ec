"""The check that no reply leaves without: each kind of violation, at the limit and just beyond it."""

from __future__ import annotations

from typing import Any

import pytest

from agent.library import Library, passages
from assistant.agent.citations import Citations, Sources
from assistant.agent.tools import Findings
from assistant.agent.verify import verify
from assistant.knowledge.passage import Language, Passage
from assistant.rules.decision import decide
from assistant.rules.lines import compare
from assistant.rules.requirements import Requirements

SOURCES = Sources(Library())
PILOT = decide(Requirements.model_validate({"workloads": [{"kind": "inference"}], "scale": "pilot"}))
LABORATORY = decide(Requirements.model_validate({"workloads": [{"kind": "training"}], "sharing": "single_group"}))


def whitepaper(words: str, language: Language = "zh") -> Passage:
    return next(p for p in passages() if p.document == "whitepaper" and p.language == language and words in p.text)


def found(
    text: str, *, visitor: str = "", findings: Findings | None = None, cited: tuple[str, ...] = (), **more: Any
) -> list[str]:
    citations = Citations(SOURCES, "zh")
    for words in cited:
        citations.passage(whitepaper(words))
    return [v.kind for v in verify(text, visitor=visitor, findings=findings or Findings(), citations=citations, **more)]


@pytest.mark.parametrize(
    ("text", "visitor"),
    [
        ("您好，请说说任务。", ""),
        ("推荐 **G2 / G2A**，扩展后是 G4 / G4A。", ""),
        ("T8 / T8A 与 T8X 不需要。", ""),
        ("已记下：使用人数 35 人。", "我们35人"),
        ("已记下：预算 80 万元。", "预算八十万"),
        ("预算 120 万元", "预算1200000"),
        ("数据 40 TB", "40T的数据"),
        ("20–30 人", "二十到三十人"),
        ("Noted: 45 people", "forty-five people"),
        ("section 05, item 7", ""),
        ("2026", ""),
    ],
)
def test_a_clean_text_passes(text: str, visitor: str) -> None:
    assert found(text, visitor=visitor, findings=Findings(decision=PILOT)) == []


@pytest.mark.parametrize("code", ["T5", "G16", "G9A", "T9X"])
def test_a_product_that_no_line_has_is_wrong_everywhere(code: str) -> None:
    assert found(f"推荐 {code}", findings=Findings(decision=PILOT), cited=("小规模试点可从",)) == ["product"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [("还有 G8", []), ("推荐 G8", ["recommended"]), ("选 S / SF 存储", ["product", "product"]), ("选 SF", ["product"])],
)
def test_a_product_outside_the_decision_is_wrong(text: str, kinds: list[str]) -> None:
    assert found(text, findings=Findings(decision=PILOT)) == kinds


def test_without_a_decision_no_product_may_be_named() -> None:
    assert found("推荐 T4 / T4A") == ["product", "product"]


def test_a_product_in_a_cited_passage_a_comparison_or_the_question_may_be_named() -> None:
    assert found("G8A 也写到了", cited=("小规模试点可从",)) == []
    lines, series = compare(("T8", "T4"), ())
    assert found("T8A 对 T4", findings=Findings(lines=lines, series=series)) == []
    assert found("您问的 T8X", visitor="T8X 怎么样") == []


def test_the_list_of_all_lines_is_allowed_where_it_is_meant() -> None:
    assert found("产品线有 G2、T8X、SF", catalogue=True) == []


@pytest.mark.parametrize(
    "text",
    [
        "显存 141 GB",
        "最多 64 人",
        "12 weeks",
        "占 55%",
        "9-11 人",
        "重 85 kg",
        "800 GbE",
    ],
)
def test_a_figure_that_nothing_supports_is_wrong(text: str) -> None:
    assert "figure" in found(text, visitor="我们35人", findings=Findings(decision=LABORATORY))


def test_a_figure_of_the_decision_or_of_a_cited_passage_is_right() -> None:
    assert found("从 512GB - 1TB 评估", findings=Findings(decision=LABORATORY)) == []
    assert found("从 512GB 评估") == ["figure"]
    assert found("10/25GbE 可起步", cited=("单机推理 10/25GbE",)) == []
    assert found("25GbE 可起步") == ["figure"]


def test_both_ends_of_a_range_are_checked() -> None:
    assert found("30–35 人", visitor="30 到 35 人") == []
    assert found("25–35 人", visitor="35人") == ["figure"]
    assert found("35–45 人", visitor="35人") == ["figure"]


def test_a_figure_is_not_supported_by_a_longer_one_that_holds_its_digits() -> None:
    assert found("5 人", visitor="35人") == ["figure"]
    assert found("350 人", visitor="35人") == ["figure"]


def test_a_citation_must_exist() -> None:
    assert found("见 [1]", cited=("小规模试点可从",)) == []
    assert found("见 [2]", cited=("小规模试点可从",)) == ["citation"]
    assert found("见 [1]") == ["citation"]


def test_an_altered_quote_is_wrong() -> None:
    citations = Citations(SOURCES, "zh")
    passage = whitepaper("小规模试点可从")
    citations.passage(passage, "小规模试点可从 G4 / G4A 开始")
    assert [v.kind for v in verify("[1]", visitor="", findings=Findings(), citations=citations)] == ["quote"]


def test_a_quote_may_differ_in_white_space_only() -> None:
    citations = Citations(SOURCES, "zh")
    citations.passage(whitepaper("小规模试点可从"), "小规模试点可从  G2/G2A 开始")
    assert verify("[1]", visitor="", findings=Findings(), citations=citations) == []


@pytest.mark.parametrize(
    ("text", "visitor"),
    [
        ("￥300,000 即可拿下", "300000 30万"),
        ("30万元一台", "30万元"),
        ("价格是 30 万", "30万"),
        ("售价约 30 万元", "30万"),
        ("the price is CNY 300,000", "300000"),
        ("it costs are about 300000", "300000"),
        ("保修 3 年", "3年"),
        ("质保期为三年", "三年"),
        ("a 3-year warranty", "3 years"),
        ("2周内交付", "2周"),
        ("30天可到货", "30天"),
        ("6 weeks delivery", "6 weeks"),
    ],
)
def test_no_price_delivery_or_warranty_is_promised_even_in_the_visitors_own_figures(text: str, visitor: str) -> None:
    assert "promise" in found(text, visitor=visitor)


@pytest.mark.parametrize(
    "text",
    [
        "价格以正式报价为准。",
        "质保条款只有正式报价文件说了算。",
        "Delivery and warranty are decided by the formal quotation.",
        "预算 80 万元已记下。",
    ],
)
def test_to_decline_is_no_promise(text: str) -> None:
    assert found(text, visitor="80万") == []
