"""Visitors' questions without an answer become candidates, without what tells who asked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from agent.library import Library
from pydantic import ValidationError

from assistant.bootstrap import build_advisor
from assistant.settings import Settings
from assistant.store.conversations import Turn
from assistant.store.feedback import Feedback
from evals.candidates import Approved, as_yaml, candidates, main
from evals.cases import AnyCase, KnowledgeCase, RefusalCase
from evals.personal.removal import without_personal_data
from evals.rows import BadGolden


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("电话 13912345678，能做风洞仿真吗", "能做风洞仿真吗"),
        ("mail me at ann@larkfield.com about wind tunnels", "about wind tunnels"),
        ("我们是星河律师事务所，想问问水冷", "想问问水冷"),
    ],
)
def test_personal_data_is_taken_out_and_the_question_stays(message: str, kept: str) -> None:
    plain = without_personal_data(message)
    assert kept in plain
    for told in ("13912345678", "ann@larkfield.com", "星河律师事务所"):
        assert told not in plain


async def _talk(folder: Path, *messages: str) -> None:
    advisor = build_advisor(Settings(data_dir=folder), knowledge=Library())
    for message in messages:
        await advisor.chat(message)
    advisor.close()


async def test_what_was_turned_away_is_a_candidate_once_and_what_was_answered_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await _talk(tmp_path, "明天会下雨吗", "明天会下雨吗？", "部门级推理平台用什么", "why is the sky blue?")
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path))
    assert main([]) == 0
    rows = yaml.safe_load(capsys.readouterr().out)
    questions = [row["question"] for row in rows]
    assert len(questions) == 2
    # The one that came up twice stands first.
    assert "下雨" in questions[0]
    assert rows[0]["note"].endswith("asked 2 times")
    assert {row["language"] for row in rows} == {"zh", "en"}


async def test_a_candidate_is_no_case_before_somebody_has_completed_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _talk(tmp_path, "明天会下雨吗")
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path))
    out = tmp_path / "candidates.yaml"
    assert main(["--out", str(out)]) == 0
    (row,) = yaml.safe_load(out.read_text(encoding="utf-8"))
    with pytest.raises(ValidationError):
        KnowledgeCase.model_validate(row)
    done = row | {"relevant": [{"document": "whitepaper", "quote": "机柜深度"}], "facts": ["机柜"]}
    assert KnowledgeCase.model_validate(done).author == "visitor"


def _turn(message: str, rating: int | None = None, comment: str | None = None, day: int = 1, **reply: Any) -> Turn:
    at = datetime(2026, 1, day, tzinfo=UTC)
    given = Feedback(1, rating, comment, at, at) if rating is not None else None
    return Turn(1, message, {"verified": True, "intent": "ask", "reply": "x", **reply}, at, given)


@pytest.mark.parametrize(
    ("rating", "reason"), [(1, "thumbs down"), (2, "low rating"), (3, None), (5, None), (None, None)]
)
def test_an_answer_that_did_not_help_makes_its_question_a_candidate(rating: int | None, reason: str | None) -> None:
    assert [c.reason for c in candidates([_turn("内存怎么配", rating)])] == ([reason] if reason else [])


def test_what_was_wrong_stands_beside_the_question_cut_and_without_personal_data() -> None:
    comment = "型号不对，\n请打 13912345678 或 ann@larkfield.com，我们是星河律师事务所。" + "很长" * 200
    (row,) = yaml.safe_load(as_yaml(candidates([_turn("内存怎么配", 1, comment)])))
    assert row["tags"] == ["candidate", "thumbs-down"]
    assert row["note"].startswith("thumbs down; asked once; what was wrong: “型号不对， 请打")
    assert len(row["note"]) < 260
    for told in ("13912345678", "ann@larkfield.com", "星河律师事务所"):
        assert told not in row["note"]
    done = row | {"relevant": [{"document": "whitepaper", "quote": "机柜深度"}], "facts": ["机柜"]}
    assert KnowledgeCase.model_validate(done).note == row["note"]


def test_of_equally_frequent_questions_those_rated_low_come_first() -> None:
    turned_away = {"intent": "out_of_scope"}
    turns = [
        _turn("twice", **turned_away),
        _turn("twice?", **turned_away),
        _turn("a question turned away", **turned_away),
        _turn("the answer was no help", 2),
        _turn("Turned away and told so", 1, "why not?", **turned_away),
    ]
    found = candidates(turns)
    assert [c.question for c in found] == [
        "twice", "Turned away and told so", "the answer was no help", "a question turned away"
    ]  # fmt: skip
    assert [c.reason for c in found[1:]] == ["thumbs down", "low rating", "out_of_scope"]


def test_a_question_asked_by_several_keeps_the_last_date_and_what_each_said() -> None:
    turned_away = {"intent": "out_of_scope"}
    said = [_turn("内存怎么配", 1, f"comment {n}", day=20 - n) for n in range(5)]
    (found,) = candidates([_turn("内存怎么配？", day=21, **turned_away), *said, _turn("内存怎么配", 1, "comment 0")])
    assert (found.last, found.times, found.reason) == ("2026-01-21", 7, "thumbs down")
    assert found.comments == ("comment 0", "comment 1", "comment 2")


async def test_a_thumb_down_given_to_the_advisor_reaches_the_reviewer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    advisor = build_advisor(Settings(data_dir=tmp_path), knowledge=Library())
    reply = await advisor.chat("部门级推理平台用什么")
    await advisor.rate(reply.session_id, reply.turn, 1, "没说价格")
    advisor.close()
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path))
    assert main([]) == 0
    (row,) = yaml.safe_load(capsys.readouterr().out)
    assert row["question"] == "部门级推理平台用什么"
    assert "没说价格" in row["note"]


def test_names_and_numbers_are_gone_from_the_question_and_from_what_was_wrong() -> None:
    (row,) = yaml.safe_load(
        as_yaml(candidates([_turn("我叫张三，身份证 11010519491231002X，内存怎么配", 1, "找李娜 wx: gpu_king2024")]))
    )
    assert row["question"] == "我叫[name]，身份证 [id number]，内存怎么配"
    assert row["note"].endswith("“找[name] wx: [account]”")


def test_the_language_is_that_of_what_the_visitor_wrote() -> None:
    (found,) = candidates([_turn("张三 13812345678 H100？", 1)])
    assert (found.question, found.language) == ("[name] [contact] H100？", "zh")


_ORIGIN = {"language": "zh", "origin": "usage", "author": "visitor", "date": "2026-01-01"}
_PLACES = [{"document": "whitepaper", "quote": "机柜深度"}]


@pytest.mark.parametrize(
    "case",
    [
        KnowledgeCase.model_validate({**_ORIGIN, "id": "k-memory", "question": "内存怎么配？", "relevant": _PLACES}),
        RefusalCase.model_validate(
            {**_ORIGIN, "id": "r-memory", "kind": "price", "turns": ["你好", "内存怎么配"], "expect": "refuse"}
        ),
        # Its text was written anew, its id was kept.
        KnowledgeCase.model_validate(
            {**_ORIGIN, "id": "u-959866cf5f", "question": "怎样配置内存", "relevant": _PLACES}
        ),
    ],
    ids=["question", "last turn", "id"],
)
def test_what_the_golden_list_holds_already_is_no_candidate(case: AnyCase) -> None:
    turns = [_turn("内存怎么配", 1), _turn("硬盘怎么配", 1)]
    assert [c.question for c in candidates(turns, approved=Approved.of([case]))] == ["硬盘怎么配"]


def test_an_approved_question_is_known_by_what_is_left_without_personal_data() -> None:
    (first,) = candidates([_turn("我叫张三，内存怎么配", 1)])
    case = KnowledgeCase.model_validate({**_ORIGIN, "id": "k-first", "question": first.question, "relevant": _PLACES})
    assert candidates([_turn("我叫李雷，内存怎么配", 1)], approved=Approved.of([case])) == []


def test_a_golden_list_that_can_t_be_read_ends_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> list[AnyCase]:
        raise BadGolden("knowledge.yaml is no list of cases")

    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path))
    monkeypatch.setattr("evals.candidates.load", broken)
    assert main([]) == 2
    assert "no list of cases" in capsys.readouterr().err


def test_nobody_asked_is_an_empty_list() -> None:
    assert yaml.safe_load(as_yaml(candidates([]))) == []


def test_a_file_that_can_t_be_written_ends_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path))
    assert main(["--out", str(tmp_path)]) == 2
