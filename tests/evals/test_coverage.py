"""What no case exercises."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from assistant.bootstrap import Advisor
from assistant.dialogue.reading import Intent
from assistant.rules.catalogue import PRODUCTS
from assistant.rules.requirements import FIELD_NAMES
from evals.cases import AnyCase, ConversationCase, KnowledgeCase, RecommendationCase
from evals.coverage import Covered, coverage
from evals.result import Result, Trace
from evals.run import execute

OWN: dict[str, Any] = {"language": "en", "origin": "design", "author": "model", "date": "2026-11-28"}
KINDS = ["rules", "products", "sections", "fields", "intents", "phrasings"]


def said(*messages: str, **exercised: tuple[str, ...]) -> Result:
    trace = tuple(Trace(message, "") for message in messages)
    return Result("a", "safety", "en", (), None, {"passed": 1.0}, (), trace, 0.1, exercised=exercised)


def by_kind(found: list[Covered]) -> dict[str, Covered]:
    return {own.kind: own for own in found}


def test_nothing_run_covers_nothing(advisor: Advisor) -> None:
    found = coverage([], advisor)
    assert [own.kind for own in found] == KINDS
    assert all(own.total == len(own.missing) > 0 for own in found)
    assert all(own.missing == tuple(sorted(own.missing)) for own in found)


@pytest.mark.parametrize(
    ("kind", "names"),
    [("products", PRODUCTS), ("fields", FIELD_NAMES), ("intents", get_args(Intent))],
)
def test_everything_there_is_can_be_missing(kind: str, names: tuple[str, ...], advisor: Advisor) -> None:
    assert by_kind(coverage([], advisor))[kind] == Covered(kind, len(names), tuple(sorted(names)))


def test_what_several_cases_touch_is_counted_once(advisor: Advisor) -> None:
    results = [said(products=("T4", "T4A")), said(products=("T4", "S")), said(products=("no such line",))]
    own = by_kind(coverage(results, advisor))["products"]
    assert set(own.missing) == set(PRODUCTS) - {"T4", "T4A", "S"}
    assert own.total == len(PRODUCTS)


async def test_a_case_covers_its_rules_lines_sections_and_fields(advisor: Advisor) -> None:
    need = {**OWN, "id": "a-need", "say": "A single research group fine-tunes LLMs.", "expect": {"series": "T"}}
    place = {"document": "whitepaper", "quote": "B200 / GB200"}
    question = {**OWN, "id": "a-question", "question": "Where do B200 and GB200 fit in?", "relevant": [place]}
    cases: list[AnyCase] = [RecommendationCase.model_validate(need), KnowledgeCase.model_validate(question)]
    before, after = by_kind(coverage([], advisor)), by_kind(coverage(await execute(cases, advisor), advisor))
    gained = {kind: set(before[kind].missing) - set(after[kind].missing) for kind in KINDS}
    assert {"W02", "W07"} <= gained["rules"]
    assert gained["products"] == {"T4", "T4A"}
    assert "06" in gained["sections"]
    assert {"workloads", "sharing"} <= gained["fields"]
    assert {"inform", "ask"} <= gained["intents"]
    assert "W01" in after["rules"].missing


@pytest.mark.parametrize("message", ["价格要含税的", "Budget 900k RMB, tax included."])
def test_a_phrasing_counts_when_a_visitor_says_it_in_either_language(message: str, advisor: Advisor) -> None:
    phrasings = by_kind(coverage([said(message)], advisor))["phrasings"]
    assert "tax_included = True" in by_kind(coverage([], advisor))["phrasings"].missing
    assert "tax_included = True" not in phrasings.missing


async def test_every_turn_of_a_story_counts(advisor: Advisor) -> None:
    turns = [{"say": "Hello there"}, {"say": "Thank you"}, {"say": "How much is a T8?"}]
    story = {"name": "A", "class": "small_talk", "language": "en", "turns": turns}
    case = ConversationCase.model_validate({**OWN, "id": "a-story", "story": story})
    missing = by_kind(coverage(await execute([case], advisor), advisor))["intents"].missing
    assert {"greet", "thank", "commercial"} & set(missing) == set()
