"""Visitors' questions without an answer become candidates, without what tells who asked."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from agent.library import Library
from pydantic import ValidationError

from assistant.bootstrap import build_advisor
from assistant.settings import Settings
from evals.candidates import as_yaml, candidates, main, without_personal_data
from evals.cases import KnowledgeCase


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


def test_nobody_asked_is_an_empty_list() -> None:
    assert yaml.safe_load(as_yaml(candidates([]))) == []


def test_a_file_that_can_t_be_written_ends_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path))
    assert main(["--out", str(tmp_path)]) == 2
