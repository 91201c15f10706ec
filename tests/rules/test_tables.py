"""The tables themselves: every row has a true source in both languages, no table has a gap or an overlap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from assistant.rules.capacity import NEEDS
from assistant.rules.catalogue import PRODUCTS, find_products, products_in
from assistant.rules.facts import SHARES, SIZES, WORKS, families
from assistant.rules.lines import compare, line_of, lines, series_lines
from assistant.rules.requirements import FIELD_NAMES, WORKLOAD_KINDS, Requirements
from assistant.rules.tables import ChecklistRow, Constant, Rule, Table, Trial, checklist, constants, table, trials
from assistant.rules.text import Source, Text

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
TABLES = ("workloads", "series", "tiers", "adjustments", "exclusions", "gpu_classes", "provisions", "risks")


@dataclass(frozen=True)
class Unit:
    """A paragraph, a list item, a heading or one cell of a table row."""

    section: str
    text: str
    place: tuple[int, int]


def squeezed(text: str) -> str:
    return re.sub(r"[\s*]", "", text).lower()


@cache
def units(language: str) -> tuple[Unit, ...]:
    found: list[Unit] = []
    section = "preface"
    lines_ = (CORPUS / f"whitepaper.{language}.md").read_text(encoding="utf-8").splitlines()
    for row, line in enumerate(line for line in lines_ if line.strip()):
        heading = re.match(r"#+ (?:(\d+)\. )?(.+)", line)
        if heading:
            if heading[1]:
                section = heading[1] if len(heading[1]) == 2 else f"{section[:2]}.{heading[1]}"
            found.append(Unit(section, heading[0].lstrip("# "), (row, 0)))
        elif line.startswith("|"):
            cells = line.strip().strip("|").split("|")
            found += [Unit(section, cell, (row, column)) for column, cell in enumerate(cells)]
        else:
            found.append(Unit(section, line, (row, 0)))
    return tuple(found)


def places(language: str, section: str | None, quote: str | None) -> set[tuple[int, int]]:
    wanted = squeezed(quote or "?")
    return {unit.place for unit in units(language) if unit.section == section and wanted in squeezed(unit.text)}


def rules() -> Iterator[tuple[str, Rule]]:
    for name in TABLES:
        for index, rule in enumerate(table(name).rules):
            yield f"{name}[{index}] {rule.id}", rule


def sources() -> list[tuple[str, Source]]:
    return [
        *((name, rule.source) for name, rule in rules()),
        *((f"checklist {row.field}", row.source) for row in checklist()),
        *((f"lines {row.models[0]}", row.source) for row in lines()),
        *((f"series {row.series}", row.source) for row in series_lines()),
    ]


def texts() -> list[tuple[str, Text]]:
    return [
        *((name, rule.because) for name, rule in rules()),
        *((name, option.when) for name, rule in rules() for option in rule.then.alternatives),
        *((f"checklist {row.field}", row.label) for row in checklist()),
        *((f"lines {row.models[0]}", row.fit) for row in lines()),
        *((f"series {row.series}", text) for row in series_lines() for text in (row.name, row.fit, row.focus)),
        *((f"constant {name}", constant.because) for name, constant in constants().items()),
    ]


QUOTED = [pytest.param(source, id=name) for name, source in sources() if source.document == "whitepaper"]


@pytest.mark.parametrize("source", QUOTED)
def test_a_quote_stands_in_one_place_of_its_section_in_the_chinese_whitepaper(source: Source) -> None:
    assert places("zh", source.section, source.quote)


@pytest.mark.parametrize("source", QUOTED)
def test_the_english_quote_stands_under_the_same_heading_of_the_translation(source: Source) -> None:
    assert places("en", source.section, source.quote_en)


@pytest.mark.parametrize("source", QUOTED)
def test_both_quotes_are_the_same_place_of_the_document(source: Source) -> None:
    assert places("zh", source.section, source.quote) & places("en", source.section, source.quote_en)


def test_a_house_rule_claims_no_section_and_no_quote() -> None:
    for name, source in sources():
        if source.document == "house":
            assert (source.section, source.quote, source.quote_en) == (None, None, None), name


@pytest.mark.parametrize(("name", "text"), [pytest.param(n, t, id=f"{n} {t.en[:20]}") for n, t in texts()])
def test_a_text_is_filled_in_and_in_its_language(name: str, text: Text) -> None:
    for words in (text.zh, text.en):
        assert words == words.strip()
        assert "{" not in words
    assert not re.search(r"[\u3400-\u9fff，。；：、]", text.en)
    assert re.search(r"[\u3400-\u9fff]", text.zh)


@pytest.mark.parametrize(("name", "text"), [pytest.param(n, t, id=f"{n} {t.en[:20]}") for n, t in texts()])
def test_both_languages_name_the_same_products_and_figures(name: str, text: Text) -> None:
    assert products_in(text.zh) == products_in(text.en)
    if name.startswith(("provisions", "series[", "tiers", "gpu_classes")):
        assert set(re.findall(r"\d+", text.zh)) == set(re.findall(r"\d+", text.en))


def test_no_text_names_a_product_that_no_line_has() -> None:
    assert [code for _, text in texts() for code, line, _, _ in find_products(text.zh + text.en) if line is None] == []


def test_the_limits_in_the_texts_are_the_limits_that_decide() -> None:
    option = next(rule for rule in table("series").rules if rule.id == "M02").then.alternatives[0]
    share = f"{constants()['small_finetune_share_max'].value:g}%"
    size = f"{constants()['small_finetune_params_b_max'].value:g}B"
    for words in (option.when.zh, option.when.en):
        assert share in words
        assert size in words


# ---- rows that must not load

GOOD: dict[str, Any] = {
    "id": "W99",
    "when": {"work": "g"},
    "then": {"series": "G"},
    "because": {"zh": "因为", "en": "because"},
    "source": {"section": "03", "quote": "推理", "quote_en": "inference"},
}


def test_the_sample_row_loads() -> None:
    assert Table.model_validate({"hit_policy": "unique", "rules": [GOOD]}).rules[0].id == "W99"


@pytest.mark.parametrize(
    ("what", "row"),
    [
        ("no source", {k: v for k, v in GOOD.items() if k != "source"}),
        ("no reason", {k: v for k, v in GOOD.items() if k != "because"}),
        ("no id", {k: v for k, v in GOOD.items() if k != "id"}),
        ("no condition", {k: v for k, v in GOOD.items() if k != "when"}),
        ("unknown key", {**GOOD, "note": "x"}),
        ("unknown key in then", {**GOOD, "then": {"serie": "G"}}),
        ("unknown series", {**GOOD, "then": {"series": "X"}}),
        ("unknown product", {**GOOD, "then": {"models": ["G9"]}}),
        ("unknown GPU class", {**GOOD, "then": {"gpu_class": ["24gb"]}}),
        ("unknown tier", {**GOOD, "then": {"tier": "huge"}}),
        ("unknown confidence", {**GOOD, "then": {"confidence": "sure"}}),
        ("Chinese only", {**GOOD, "because": {"zh": "因为"}}),
        ("English only", {**GOOD, "because": {"en": "because"}}),
        ("empty English", {**GOOD, "because": {"zh": "因为", "en": ""}}),
        ("a third language", {**GOOD, "because": {"zh": "因为", "en": "because", "fr": "car"}}),
        ("whitepaper without a quote", {**GOOD, "source": {"section": "03"}}),
        ("whitepaper without a section", {**GOOD, "source": {"quote": "推理"}}),
        ("unknown document", {**GOOD, "source": {"document": "blog", "section": "03", "quote": "推理"}}),
        ("unknown key in source", {**GOOD, "source": {**GOOD["source"], "page": 3}}),
        ("alternative without a condition", {**GOOD, "then": {"alternatives": [{"models": ["G4"]}]}}),
        (
            "alternative with one language",
            {**GOOD, "then": {"alternatives": [{"models": ["G4"], "when": {"zh": "若"}}]}},
        ),
    ],
)
def test_a_malformed_row_does_not_load(what: str, row: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Table.model_validate({"hit_policy": "unique", "rules": [row]})


@pytest.mark.parametrize("policy", [None, "any", "priority"])
def test_a_table_declares_a_hit_policy_that_is_known(policy: str | None) -> None:
    data: dict[str, Any] = {"rules": [GOOD]}
    if policy:
        data["hit_policy"] = policy
    with pytest.raises(ValidationError):
        Table.model_validate(data)


@pytest.mark.parametrize(
    "row",
    [
        {"field": "colour", "label": {"zh": "色", "en": "Colour"}, "source": {"document": "house"}},
        {"field": "users", "label": {"zh": "人数"}, "source": {"document": "house"}},
        {"field": "users", "label": {"zh": "人数", "en": "Users"}},
        {"field": "users", "label": {"zh": "人数", "en": "Users"}, "source": {"document": "house"}, "ask": "?"},
    ],
)
def test_a_malformed_checklist_row_does_not_load(row: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ChecklistRow.model_validate(row)


def test_a_trial_has_weight_and_a_constant_has_a_unit_and_a_reason() -> None:
    with pytest.raises(ValidationError):
        Trial.model_validate({"value": 1, "weight": 0})
    with pytest.raises(ValidationError):
        Constant.model_validate({"value": 1, "because": {"zh": "因", "en": "why"}})
    with pytest.raises(ValidationError):
        Constant.model_validate({"value": 1, "unit": "percent"})


def test_a_condition_on_an_unknown_fact_is_an_error_and_not_a_silent_miss() -> None:
    with pytest.raises(KeyError):
        Rule.model_validate({**GOOD, "when": {"colour": "red"}}).matches({"work": "g"})


# ---- gaps and overlaps

DOMAINS: dict[str, tuple[Any, ...]] = {
    "work": WORKS,
    "share": SHARES,
    "size": SIZES,
    "series": ("G", "T", "S", "none"),
    "storage": (True, False),
    "cluster": (True, False),
    "million_research": (True, False),
    "contradiction": (True, False),
    "need": NEEDS,
    "need_most": NEEDS,
}


def _all_facts(name: str) -> Iterator[dict[str, Any]]:
    used = sorted({fact for rule in table(name).rules for fact in rule.when})
    for values in product(*(DOMAINS[fact] for fact in used)):
        yield dict(zip(used, values, strict=True))


def test_exactly_one_series_row_holds_for_every_work_and_storage() -> None:
    assert table("series").hit_policy == "unique"
    for facts in _all_facts("series"):
        assert sum(rule.matches(facts) for rule in table("series").rules) == 1, facts


def test_every_series_row_is_reachable() -> None:
    rows = table("series").rules
    hit = {index for facts in _all_facts("series") for index, rule in enumerate(rows) if rule.matches(facts)}
    assert hit == set(range(len(rows)))


def test_the_tiers_have_no_gap() -> None:
    assert table("tiers").hit_policy == "first"
    assert [facts for facts in _all_facts("tiers") if not table("tiers").hits(facts)] == []


def test_every_tier_row_is_the_first_for_something() -> None:
    first = {table("tiers").rules.index(table("tiers").hits(facts)[0]) for facts in _all_facts("tiers")}
    assert first == set(range(len(table("tiers").rules)))


@pytest.mark.parametrize("name", TABLES)
def test_every_value_in_a_condition_can_occur(name: str) -> None:
    for rule in table(name).rules:
        for fact, wanted in rule.when.items():
            allowed = {*DOMAINS.get(fact, (True, False)), *(WORKLOAD_KINDS if fact == "kind" else ())}
            assert set(wanted if isinstance(wanted, tuple) else (wanted,)) <= allowed, (rule.id, fact)


def test_every_kind_of_work_has_one_family_and_one_row() -> None:
    assert set(families()) == set(WORKLOAD_KINDS)
    kinds = [kind for rule in table("workloads").rules for kind in rule.when["kind"]]  # type: ignore[union-attr]
    assert sorted(kinds) == sorted(WORKLOAD_KINDS)


# ---- the checklist and the lines


def test_the_checklist_names_every_field_once() -> None:
    assert sorted(row.field for row in checklist()) == sorted(FIELD_NAMES)


def test_a_field_with_trials_is_deciding_and_the_other_way_round() -> None:
    for row in checklist():
        assert bool(row.try_) == row.deciding, row.field


def test_every_trial_is_a_value_of_its_field() -> None:
    for row in checklist():
        for trial, value in trials(row.field):
            assert Requirements.model_validate({row.field: trial.value}).known(row.field)
            assert value not in (None, ())


def test_every_product_belongs_to_one_line_of_its_own_series() -> None:
    assert sorted(p for line in lines() for p in line.models) == sorted(PRODUCTS)
    for product_ in PRODUCTS:
        assert line_of(product_).series == product_[0]


@pytest.mark.parametrize(
    ("products", "series", "pairs", "both"),
    [
        (("T4", "T8"), (), [("T4", "T4A"), ("T8", "T8A")], False),
        (("T4", "T4A"), (), [("T4", "T4A")], False),
        (("G8", "T4"), (), [("G8", "G8A"), ("T4", "T4A")], True),
        ((), ("G", "T"), [], True),
        (("G4",), ("T",), [("G4", "G4A")], True),
    ],
)
def test_a_comparison_across_the_series_tells_both_series(
    products: Any, series: Any, pairs: list[tuple[str, ...]], both: bool
) -> None:
    told, letters = compare(products, series)
    assert [line.models for line in told] == pairs
    assert {row.series for row in letters} == ({"G", "T"} if both else set())
