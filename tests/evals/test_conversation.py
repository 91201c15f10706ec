"""The figures of understanding, worked out by hand on tiny examples, and the report that is made of them."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import ValidationError

from assistant.agent.reply import Reply, StatedValue
from assistant.bootstrap import Advisor
from assistant.errors import SessionNotFound
from evals.conversation import Played, Share, report
from evals.dialogue_metrics import (
    Counts,
    by_field,
    exact,
    interval,
    joint_goal_accuracy,
    overall,
    percentile,
    same,
)
from evals.player import TurnResult, always, checks, play
from evals.story import OPEN, Story, Turn, stories
from ui import cli

# After turn 1 all is right; after turn 2 the users are wrong; after turn 3 a field is missing and one is too many.
TURNS: list[tuple[Any, Any]] = [
    ({"users": 20}, {"users": 20}),
    ({"users": 40, "data_tb": 5}, {"users": 20, "data_tb": 5.0}),
    ({"users": 40, "data_tb": 5}, {"users": 40, "groups": 2}),
]


def test_slots_are_counted_turn_by_turn_and_field_by_field() -> None:
    assert by_field(TURNS) == {
        "data_tb": Counts(hits=1, found=1, wanted=2),
        "users": Counts(hits=2, found=3, wanted=3),
        "groups": Counts(hits=0, found=1, wanted=0),
    }


def test_the_micro_average_sums_the_counts() -> None:
    counts = overall(TURNS)
    assert counts == Counts(hits=3, found=5, wanted=5)
    assert (counts.precision, counts.recall, counts.f1) == (0.6, 0.6, 0.6)


def test_joint_goal_accuracy_is_one_turn_of_three() -> None:
    assert joint_goal_accuracy(TURNS) == pytest.approx(1 / 3)


def test_an_empty_state_is_exact_only_when_nothing_was_filled() -> None:
    assert exact({}, {})
    assert not exact({}, {"users": 3})
    assert not exact({"users": 3}, {})


def test_nothing_to_count_is_no_figure() -> None:
    assert overall([({}, {})]) == Counts()
    assert math.isnan(Counts().f1)
    assert math.isnan(joint_goal_accuracy([]))
    assert Counts(found=2).precision == 0
    assert math.isnan(Counts(found=2).recall)


def test_a_field_that_the_story_leaves_open_counts_on_neither_side() -> None:
    assert exact({"users": OPEN}, {"users": 7})
    assert exact({"users": OPEN}, {})
    assert overall([({"users": OPEN, "groups": 2}, {"users": 7, "groups": 2})]) == Counts(1, 1, 1)


@pytest.mark.parametrize(
    ("field", "one", "other", "equal"),
    [
        ("users", 20, 20.0, True),
        ("users", 20, {"min": 20, "max": 30}, False),
        ("budget_cny", {"min": 1e6, "max": 2e6}, {"max": 2000000, "min": 1000000}, True),
        ("workloads", [{"kind": "rag"}, {"kind": "training"}], [{"kind": "training"}, {"kind": "rag"}], True),
        ("workloads", [{"kind": "rag", "primary": True}], [{"kind": "rag"}], True),
        ("workloads", [{"kind": "finetune", "method": "lora"}], [{"kind": "finetune"}], False),
        ("workloads", [{"kind": "finetune", "share": 30}], [{"kind": "finetune", "share": 40}], False),
        ("models", [{"name": "Qwen2.5", "params_b": 72}], [{"name": "qwen-2.5", "params_b": 72.0}], True),
        ("models", [{"params_b": 72}], [{"name": "Qwen", "params_b": 72}], False),
        ("software", ["vLLM", "PyTorch"], ["pytorch", "VLLM "], True),
        ("organisation", " ACME lab", "acme Lab", True),
        ("delivery", "on site", "remote", False),
    ],
)
def test_values_that_mean_the_same_are_equal(field: Any, one: Any, other: Any, equal: bool) -> None:
    assert same(field, one, other) is equal
    assert same(field, other, one) is equal


def test_a_percentile_lies_between_the_ordered_figures() -> None:
    assert percentile([4, 1, 3, 2], 50) == 2.5
    assert percentile([1, 2, 3, 4, 5], 95) == pytest.approx(4.8)
    assert percentile([7], 95) == 7
    assert math.isnan(percentile([], 50))


def test_an_interval_holds_the_figure_and_is_the_same_every_time() -> None:
    def mean(chosen: Any) -> float:
        return sum(chosen) / len(chosen)

    figures = [0, 1] * 50
    low, high = interval(figures, mean, rounds=400)
    assert 0.38 < low < 0.5 < high < 0.62
    assert interval(figures, mean, rounds=400) == (low, high)
    assert interval([1, 1, 1], mean) == (1, 1)
    assert all(map(math.isnan, interval([], mean)))


# ---- stories


def story(**turns: Any) -> Story:
    return Story.model_validate({"name": "A", "class": "trap", "language": "en", "turns": [{"say": "x"}], **turns})


def test_a_state_is_what_the_turns_add_and_take_away() -> None:
    told = story(
        turns=[
            {"say": "a", "slots": {"workloads": ["rag"], "users": 3}},
            {"say": "b"},
            {"say": "c", "slots": {"users": 5}, "gone": ["workloads"]},
            {"say": "d", "gone": "all", "slots": {"groups": 2}},
            {"say": "e", "deleted": True},
            {"say": "f", "slots": {"users": 1}},
        ]
    )
    rag = {"workloads": [{"kind": "rag"}], "users": 3}
    assert list(told.states()) == [rag, rag, {"users": 5}, {"groups": 2}, {}, {"users": 1}]


@pytest.mark.parametrize(
    "turn",
    [
        {"say": "a", "hass": []},
        {},
        {"say": "a", "choose": "b"},
        {"say": "a", "slots": {"users": "many"}},
        {"say": "a", "slots": {"workloads": ["mining"]}},
        {"say": "a", "slots": {"no_such_field": 1}},
    ],
)
def test_a_turn_that_says_nothing_valid_does_not_load(turn: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        story(turns=[turn])


def test_a_folder_without_stories_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        stories(tmp_path)
    assert cli.main(["bench", "dialogue", str(tmp_path)]) == 2


def reply(text: str = "Noted.", **changes: Any) -> Reply:
    made = {"session_id": "s", "turn": 1, "language": "en", "reply": text, "intent": "inform", "verified": True}
    return Reply.model_validate({**made, **changes})


def test_checks_say_in_sentences_what_does_not_hold() -> None:
    given = reply("The line is T4.", requirements={"users": StatedValue(value=4, evidence="4", source="inferred")})
    assert checks(Turn.model_validate({"say": "x", "requirements": {"users": 4}, "has": ["T4"]}), given) == []
    turn = {
        "say": "x",
        "intent": "ask",
        "requirements": {"users": 5},
        "sources": {"users": "stated"},
        "unknown": ["users"],
        "series": "T",
        "next_question": "scale",
        "cites": ["05"],
        "has": ["T8"],
        "lacks": ["T4"],
        "proposes": True,
    }
    assert checks(Turn.model_validate(turn), given) == [
        "the intent is 'inform', not 'ask'",
        "users is 4, not 5",
        "the source of users is 'inferred', not 'stated'",
        "users is 4 and should be empty",
        "the series is None, not 'T'",
        "the next question is None, not 'scale'",
        "section 05 is not cited",
        "the reply lacks 'T8'",
        "the reply says 'T4'",
        "nothing is offered to be adopted",
    ]


def test_what_must_always_hold_is_checked_without_being_asked() -> None:
    assert always(reply(), "x") == []
    assert always(reply("  ", verified=False), "x") == ["the reply did not pass its own checks", "the reply is empty"]
    found = (("figure", "48 GB"), ("product", "T9"))
    assert always(reply(verified=False), "x", found) == [
        "the reply did not pass its own checks: figure '48 GB', product 'T9'"
    ]
    assert always(reply(), "x", found) == [], "what was taken out of a reply is not in it"
    assert always(reply("See {what} [1] 中文"), "x") == [
        "the reply shows '{'",
        "the marks in the text are not the citations",
        "an English reply holds Chinese",
    ]


def test_a_name_that_the_visitor_gave_is_no_chinese_of_the_advisors() -> None:
    known = {"organisation": StatedValue(value="临江气象局", evidence="临江气象局", source="stated")}
    assert always(reply("- Organisation: 临江气象局", requirements=known), "the summary please") == []
    added = reply("- Organisation: 临江气象局，单位", requirements=known)
    assert always(added, "x") == ["an English reply holds Chinese"]
    assert always(reply("- Organisation: 临江气象局"), "x") == ["an English reply holds Chinese"]


class Broken:
    """An advisor that breaks on one word, and whose conversations are gone after each."""

    def __init__(self) -> None:
        self.sessions: list[str | None] = []

    async def chat(self, message: str, *, session_id: str | None = None, choice: Any = None) -> Reply:
        self.sessions.append(session_id)
        if message == "crash":
            raise KeyError("a defect")
        return reply(f"You said {message}, and that is noted.")

    async def session(self, session_id: str) -> None:
        raise SessionNotFound()

    async def trace(self, session_id: str, turn: int) -> dict[str, Any]:
        raise SessionNotFound()


async def test_a_turn_that_breaks_is_a_failure_and_the_story_goes_on() -> None:
    advisor = Broken()
    told = story(
        turns=[
            {"say": "a", "deleted": True},
            {"say": "crash"},
            {"choose": "Pilot"},
            {"say": "b", "slots": {"users": 2}},
        ]
    )
    results = await play(told, cast(Advisor, advisor))
    assert [result.failures for result in results] == [
        (),
        ("the turn broke: KeyError: 'a defect'",),
        ("not offered: Pilot", "the conversation is gone"),
        ("the conversation is gone", "in truth users is 2, and the advisor has None"),
    ]
    assert advisor.sessions == [None, None, None, None], "a deleted conversation is not gone on with"
    assert [result.error for result in results] == ["", "KeyError: 'a defect'", "", ""]
    assert results[-1].gold == {"users": 2}
    assert results[-1].got == {}


# ---- the report


def played(kind: str, language: str, *turns: tuple[Any, Any, tuple[str, ...]]) -> Played:
    told = story(**{"class": kind, "language": language})
    return Played(told, tuple(TurnResult(told.turns[0], None, gold, got, wrong, 0.1) for gold, got, wrong in turns))


def test_the_report_counts_stories_by_class_and_figures_by_language() -> None:
    right = played("skip", "zh", ({"users": 2}, {"users": 2}, ()))
    wrong = played("skip", "en", ({"users": 2}, {"users": 3}, ("users is 3, not 2",)), ({"users": 2}, {"users": 2}, ()))
    again = played("trap", "en", ({}, {}, ("said before: Noted.",)))
    found = report([right, wrong, again])
    assert found.classes == {"skip": Share(1, 2, 0), "trap": Share(0, 1, 1)}
    assert found.languages == {"all": Share(1, 3, 1), "zh": Share(1, 1, 0), "en": Share(0, 2, 1)}
    assert found.understood["all"].turns == 4
    assert found.understood["all"].jga.value == pytest.approx(3 / 4)
    assert found.understood["en"].jga.value == pytest.approx(2 / 3)
    assert found.understood["all"].f1.value == pytest.approx(2 / 3)
    assert found.understood["zh"].f1 == found.understood["zh"].jga
    assert found.fields["users"] == {
        "wanted": 3,
        "found": 3,
        "precision": pytest.approx(2 / 3),
        "recall": pytest.approx(2 / 3),
        "f1": pytest.approx(2 / 3),
    }
    assert [failure for _, failure in found.failing] == ["users is 3, not 2", "said before: Noted."]
    json.dumps(asdict(found), allow_nan=False)
