"""Numbered references: from a rule's source or a passage to a link that opens on the exact place."""

from __future__ import annotations

import re

import pytest

from agent.library import Library, passages
from assistant.agent.citations import Citations, Sources, anchor, url
from assistant.rules.lines import lines
from assistant.rules.tables import table
from assistant.rules.text import Source

SOURCES = Sources(Library())
TABLES = ("workloads", "series", "tiers", "adjustments", "exclusions", "gpu_classes", "provisions", "risks")


def _whitepaper_sources() -> list[Source]:
    found = [rule.source for name in TABLES for rule in table(name).rules] + [line.source for line in lines()]
    return list({source.quote: source for source in found if source.quote}.values())


def test_every_source_of_a_rule_opens_somewhere_or_is_a_heading() -> None:
    unopened = [source.section for source in _whitepaper_sources() if SOURCES.unit_of(source) is None]
    # "Five judgements, in order" is the title of section 04; a title is no unit.
    assert unopened == ["04"]


def test_a_unit_lies_in_the_section_that_the_rule_names() -> None:
    for source in _whitepaper_sources():
        unit = SOURCES.unit_of(source)
        if unit:
            found = next(p for p in passages() if p.unit == unit and p.language == "zh")
            assert found.section == source.section


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_quote_is_part_of_the_passage_it_opens(language: str) -> None:
    citations = Citations(SOURCES, language)  # type: ignore[arg-type]
    for source in _whitepaper_sources():
        citations.rule(source)
    for citation, passage in zip(citations.all(), citations.passages, strict=True):
        assert passage.language == language
        assert re.sub(r"\s", "", citation.quote) in re.sub(r"\s", "", passage.text)
        assert citation.section == passage.section
        assert citation.heading


def test_numbers_count_from_one_and_the_same_passage_keeps_its_number() -> None:
    citations = Citations(SOURCES, "zh")
    first, second = table("workloads").rules[0].source, table("series").rules[2].source
    assert [citations.rule(s) for s in (first, second, first)] == ["[1]", "[2]", "[1]"]
    assert [c.id for c in citations.all()] == ["1", "2"]


def test_a_house_rule_has_nothing_to_open() -> None:
    citations = Citations(SOURCES, "en")
    assert citations.rule(Source(document="house")) == ""
    assert citations.all() == ()


def test_a_quote_that_stands_nowhere_is_not_cited() -> None:
    assert Citations(SOURCES, "zh").rule(Source(section="03", quote="这句话白皮书里没有", quote_en="nowhere")) == ""


def test_english_readers_get_the_chinese_original_too() -> None:
    source = table("workloads").rules[0].source
    english, chinese = Citations(SOURCES, "en"), Citations(SOURCES, "zh")
    english.rule(source)
    chinese.rule(source)
    assert english.all()[0].original == chinese.passages[0].text
    assert chinese.all()[0].original is None


def test_a_link_opens_the_document_in_its_language_at_the_unit() -> None:
    for passage in passages():
        link = url(passage)
        assert re.fullmatch(r"/source/[\w/%.-]+\?lang=(?:zh|en)#u-[A-Za-z0-9.-]+", link)
        assert f"lang={passage.language}" in link
        assert link.endswith(f"#{anchor(passage.unit)}")


def test_two_units_never_share_an_anchor_within_a_document() -> None:
    by_document: dict[str, list[str]] = {}
    for passage in passages():
        if passage.language == "zh":
            by_document.setdefault(passage.document, []).append(anchor(passage.unit))
    assert all(len(set(anchors)) == len(anchors) for anchors in by_document.values())
