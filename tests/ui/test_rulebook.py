"""The page of the rules: complete, from the tables alone, the same on disk, and nothing unverified on it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import Language
from assistant.rules.architectures import architectures
from assistant.rules.gpus import Figure, gpu_sources, gpus
from assistant.rules.requirements import WORKLOAD_KINDS
from assistant.rules.tables import checklist, constants, table
from assistant.rules.text import Text
from ui import cli
from ui.rule_words import condition, result, table_names, wording
from ui.rulebook import BOTH, COMMAND, markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"
TABLES = Path(__file__).resolve().parents[2] / "assistant" / "rules" / "tables"
LANGUAGES: list[Language] = ["zh", "en"]


def test_the_page_on_disk_is_what_the_tables_say() -> None:
    fresh = markdown(BOTH) == PAGE.read_text(encoding="utf-8")
    assert fresh, f"docs/rules.md is out of date; run: {COMMAND}"


def test_every_decision_table_is_told() -> None:
    told = set(table_names())
    decided = {path.stem for path in TABLES.glob("*.yaml") if "hit_policy:" in path.read_text(encoding="utf-8")}
    assert told == decided


@pytest.mark.parametrize("name", table_names())
def test_every_rule_of_every_table_is_a_row_with_its_reason(name: str) -> None:
    page = markdown(BOTH)
    for rule in table(name).rules:
        rows = [line for line in page.splitlines() if line.startswith(f"| {rule.id} | ")]
        assert any(rule.because.zh in row and rule.because.en in row for row in rows), rule.id
        if rule.source.quote:
            assert any(rule.source.quote in row for row in rows), rule.id


def test_the_rules_of_our_own_the_checklist_and_the_constants_are_listed() -> None:
    page = markdown(BOTH)
    for name in table_names():
        for rule in table(name).rules:
            if rule.source.document == "house":
                assert f"- **{rule.id}** (" in page
                assert rule.because.en in page
    assert [row.field for row in checklist() if f"`{row.field}`" not in page] == []
    assert [name for name, row in constants().items() if f"`{name}`" not in page or row.because.zh not in page] == []
    assert all(rule in page for rule in ("W18", "W20"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_in_one_language_has_nothing_of_the_other(language: Language) -> None:
    page = markdown((language,))
    chinese = re.findall(r"[\u4e00-\u9fff]+", page)
    assert bool(chinese) == (language == "zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_are_rectangular(language: Language) -> None:
    for page in (markdown(BOTH), markdown((language,))):
        for block in page.split("\n\n"):
            if block.startswith("|"):
                assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1, block[:200]


def test_an_unverified_figure_is_not_shown() -> None:
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in markdown(BOTH).splitlines() if "| " in line}
    for gpu in gpus():
        shown = rows[gpu.name].split("|")[3:10]
        figures: list[Figure | None] = [
            gpu.memory_gb, gpu.reported_gib, gpu.bandwidth_gb_s, gpu.bf16_tflops, gpu.fp8_tflops, gpu.link_gb_s,
            gpu.power_w,
        ]  # fmt: skip
        for cell, figure in zip(shown, figures, strict=True):
            assert (cell.strip() == "–") == (figure is None or figure.unverified), (gpu.name, cell)
    for model in architectures():
        if "params_b" in model.unverified:
            assert f"{model.size_b:g}*" in rows[model.name]
            assert f"{model.params_b:g} " not in rows[model.name] or model.params_b == model.size_b
    assert [name for name in gpu_sources() if name not in rows] == []


def test_every_condition_and_result_has_words() -> None:
    for name in table_names():
        for rule in table(name).rules:
            for told in (condition(rule), result(rule, name)):
                assert told.zh
                assert told.en
    assert all(f"workloads.{kind}" for kind in WORKLOAD_KINDS)


def _texts(node: Any) -> list[Text]:
    if isinstance(node, dict) and set(node) == {"zh", "en"}:
        return [Text(**node)]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [text for child in children for text in _texts(child)]


def test_the_wording_says_everything_in_both_languages() -> None:
    texts = _texts(wording())
    assert len(texts) > 150
    for text in texts:
        assert not re.search(r"[\u4e00-\u9fff]", text.en)
        assert set(re.findall(r"{\w+}", text.zh)) == set(re.findall(r"{\w+}", text.en)), text.en


@pytest.mark.parametrize("languages", [("zh",), ("en",), ("zh", "en")])
def test_the_diagram_names_known_rules_and_quotes_every_label(languages: tuple[Language, ...]) -> None:
    (diagram,) = re.findall(r"```mermaid\n(.*?)\n```", markdown(languages), re.DOTALL)
    known = {rule.id for name in table_names() for rule in table(name).rules} | {"W18"}
    assert set(re.findall(r"\b[WMH]\d\d\b", diagram)) <= known
    for line in diagram.splitlines():
        assert line.count('"') % 2 == 0
        outside = re.sub(r'"[^"]*"', "", line)
        assert outside.isascii(), line
    assert diagram.count("subgraph") == diagram.count("\n  end")
    for product in ("G2 / G2A", "T8X / T-RackScale", "S / SF"):
        assert product in diagram


def test_the_command_prints_or_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rules", "--language", "en"]) == 0
    assert capsys.readouterr().out == markdown(("en",))
    assert cli.main(["rules", "--write", str(tmp_path / "rules.md")]) == 0
    assert (tmp_path / "rules.md").read_text(encoding="utf-8") == markdown(BOTH)
    assert cli.main(["rules", "--write", str(tmp_path / "nowhere" / "rules.md"), "--language", "en"]) == 1
    assert "rules.md" in capsys.readouterr().err
