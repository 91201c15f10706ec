"""`advisor replay`: the trace for reading, the turn run again, and what differs."""

from __future__ import annotations

import asyncio
import json
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from paper_library import Library

from assistant.agent.reply import Reply
from assistant.bootstrap import build_advisor
from assistant.errors import IndexBusy
from assistant.knowledge.search import Knowledge
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from ui import cli
from ui.differences import Run, differences
from ui.replay import DIFFERENT
from ui.replay_words import WORDS
from ui.timeline import short

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose index is the documents themselves, and a person who reads English."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ADVISOR_{name.upper()}", raising=False)
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.setattr("ui.setup.current_index", lambda *_: None)
    monkeypatch.setattr(Knowledge, "open", lambda *_, **__: Library())
    return tmp_path


@pytest.fixture
def replies(folder: Path) -> list[Reply]:
    """One conversation: said, chosen, asked."""
    with closing(build_advisor(Settings(data_dir=folder), knowledge=Library())) as advisor:
        first = advisor.ask("一个课题组做训练")
        edited = asyncio.run(advisor.edit(first.session_id, {"users": 18}, language="en"))
        asked = advisor.ask("硬件层验收验证什么内容？", session_id=first.session_id)
        return [first, edited, asked]


def change(folder: Path, turn: int, edit: Callable[[dict[str, Any], dict[str, Any]], object]) -> None:
    """Make a kept turn another one: `edit` changes its reply and its trace in place."""
    with closing(sqlite3.connect(folder / "advisor.sqlite3")) as connection:
        reply, trace = connection.execute("SELECT reply, trace FROM turns WHERE number = ?", (turn,)).fetchone()
        kept = json.loads(reply), json.loads(trace)
        edit(*kept)
        connection.execute("UPDATE turns SET reply = ?, trace = ? WHERE number = ?", (*map(json.dumps, kept), turn))
        connection.commit()


def turns(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "advisor.sqlite3")) as connection:
        return int(connection.execute("SELECT count(*) FROM turns").fetchone()[0])


# ---- reading a trace


def test_the_trace_is_a_timeline_with_readings_tools_checks_and_versions(replies: list[Reply], capsys: Printed) -> None:
    session = replies[0].session_id
    assert cli.main(["replay", session, "3", "--no-run"]) == 0
    shown = capsys.readouterr().out
    for words in (
        session,
        "硬件层验收验证什么内容？",
        "understand",
        "decide",
        "T4 / T4A",
        "search",
        "whitepaper#08",
        " ms",
    ):
        assert words in shown, words
    for words in (
        "Known before",
        "users = 18",
        "Reading",
        "built_in: intent: ask",
        "Versions",
        "shared-pairs",
        "verified",
    ):
        assert words in shown, words
    assert "Run again" not in shown
    assert cli.main(["replay", session, "1", "--no-run", "--language", "zh"]) == 0
    told = capsys.readouterr().out
    assert "各阶段" in told
    assert 'effect: ["filled", "sharing", "single_group"]' in told


def test_recent_turns_are_listed_newest_first_with_what_it_takes_to_pick_one(
    replies: list[Reply], folder: Path, capsys: Printed
) -> None:
    assert cli.main(["replay", "--last", "2"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert "conversation" in head
    assert [row.split()[2:4] for row in rows] == [[replies[0].session_id, "3"], [replies[0].session_id, "2"]]
    assert cli.main(["replay", "--last", "9", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(one["session"], one["turn"]) for one in listed] == [(replies[0].session_id, n) for n in (3, 2, 1)]
    assert (listed[0]["intent"], listed[0]["traced"], listed[0]["failed"]) == ("ask", True, None)


def test_without_any_turn_the_list_says_so(folder: Path, capsys: Printed) -> None:
    assert cli.main(["replay", "--last", "5"]) == 0
    assert capsys.readouterr().out == "There are no turns yet.\n"


# ---- running it again


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_a_turn_of_the_same_program_comes_out_the_same_and_leaves_nothing_behind(
    replies: list[Reply], folder: Path, capsys: Printed, turn: int
) -> None:
    assert cli.main(["replay", replies[0].session_id, str(turn)]) == 0
    shown = capsys.readouterr().out
    assert "The decision and the text are the same." in shown
    assert "differ" not in shown.split("Run again")[1]
    assert turns(folder) == 3


def test_what_differs_is_shown_part_by_part_with_a_code_of_its_own(
    replies: list[Reply], folder: Path, capsys: Printed
) -> None:
    def older(reply: dict[str, Any], trace: dict[str, Any]) -> None:
        reply["reply"] = reply["reply"].replace("硬件层", "外壳层", 1)
        reply["decision"]["models"] = ["G2", "G2A"]
        trace["versions"]["rules"] = "older-rules"
        trace["built_in"]["updates"].append("users set 3 <- '3'")
        trace["spans"][-2]["result"]["passages"][0][2] = 0.123

    change(folder, 3, older)
    assert cli.main(["replay", replies[0].session_id, "3"]) == DIFFERENT == 3
    shown = capsys.readouterr().out.split("Run again")[1]
    for words in (
        "rules: older-rules → ",
        "- built_in: updates: users set 3 <- '3'",
        "- search: 0.123 ",
        "models[0]: G2 → T4",
        "外壳层",
        "The decision or the text differs.",
    ):
        assert words in shown, words
    assert cli.main(["replay", replies[0].session_id, "3", "--json"]) == DIFFERENT
    told = json.loads(capsys.readouterr().out)
    assert told["same"] is False
    assert told["differences"]["decision"]["models[0]"] == ["G2", "T4"]
    assert told["again"]["reply"]["decision"]["models"] == ["T4", "T4A"]
    assert told["again"]["trace"]["spans"]


def test_another_version_alone_is_shown_and_is_no_difference(
    replies: list[Reply], folder: Path, capsys: Printed
) -> None:
    change(folder, 1, lambda reply, trace: trace["versions"].update(rules="older-rules"))
    assert cli.main(["replay", replies[0].session_id, "1"]) == 0
    assert "rules: older-rules → " in capsys.readouterr().out


def test_a_turn_that_deleted_its_data_can_not_be_found(folder: Path, capsys: Printed) -> None:
    with closing(build_advisor(Settings(data_dir=folder), knowledge=Library())) as advisor:
        reply = advisor.ask("做训练")
        asyncio.run(advisor.forget(reply.session_id))
    assert cli.main(["replay", reply.session_id, "1"]) == 1
    assert "was not found" in capsys.readouterr().err


def test_a_turn_that_broke_may_work_today_and_the_other_way_round(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("broken index")

    with closing(build_advisor(Settings(data_dir=folder), knowledge=Library())) as advisor:
        reply = advisor.ask("做训练")
        with monkeypatch.context() as patch:
            patch.setattr(advisor._knowledge, "search", broken)
            with pytest.raises(RuntimeError):
                advisor.ask("硬件层验收验证什么内容？", session_id=reply.session_id)
    assert cli.main(["replay", reply.session_id, "2"]) == DIFFERENT
    shown = capsys.readouterr().out
    assert "Not finished: RuntimeError" in shown
    assert "There was no reply then: RuntimeError" in shown
    monkeypatch.setattr(Library, "search", broken)
    assert cli.main(["replay", reply.session_id, "2"]) == 0
    assert "There is no reply now: RuntimeError" in capsys.readouterr().out
    assert cli.main(["replay", reply.session_id, "1"]) == 0


def test_a_replayed_turn_is_told_to_no_collector(
    replies: list[Reply], monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    with socket.socket() as collector:
        collector.bind(("127.0.0.1", 0))
        collector.listen()
        collector.settimeout(0)
        monkeypatch.setenv("ADVISOR_OTEL_ENDPOINT", f"http://127.0.0.1:{collector.getsockname()[1]}")
        assert cli.main(["replay", replies[0].session_id, "1"]) == 0
        with pytest.raises(BlockingIOError):
            collector.accept()


# ---- what can't be done


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["nobody", "1"], 1, "was not found"),
        (["--", "-nobody", "1"], 1, "was not found"),
        (["SESSION", "9"], 1, "no turn 9"),
        (["SESSION"], 2, "SESSION TURN"),
        ([], 2, "--last N"),
        (["SESSION", "1", "--last", "2"], 2, "--last N"),
    ],
)
def test_a_turn_that_is_not_there_is_told(
    replies: list[Reply], capsys: Printed, words: list[str], code: int, told: str
) -> None:
    given = [replies[0].session_id if word == "SESSION" else word for word in words]
    assert cli.main(["replay", *given]) == code
    streams = capsys.readouterr()
    assert told in streams.err
    assert streams.out == ""


@pytest.mark.parametrize("words", [["x", "0"], ["x", "-1"], ["x", "one"], ["x", "²"], ["--last", "0"]])
def test_a_number_that_is_none_is_refused(folder: Path, words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["replay", *words])
    assert ended.value.code == 2


def test_a_turn_without_a_trace_is_told(folder: Path, capsys: Printed) -> None:
    with closing(ConversationStore(Settings().sqlalchemy_url)) as store:
        session = store.create({})
        store.begin_turn(session, "from before")
    assert cli.main(["replay", session, "1"]) == 1
    assert "has no trace" in capsys.readouterr().err
    assert cli.main(["replay", "--last", "1"]) == 0
    assert "no trace" in capsys.readouterr().out


@pytest.mark.parametrize("state", [None, {"language": "zh", "a field of tomorrow": 1}])
def test_a_turn_whose_state_is_not_there_or_of_another_program_is_printed_and_not_run(
    replies: list[Reply], folder: Path, capsys: Printed, state: Any
) -> None:
    change(folder, 1, lambda reply, trace: trace["again"].update(state=state))
    assert cli.main(["replay", replies[0].session_id, "1"]) == 1
    streams = capsys.readouterr()
    assert "understand" in streams.out
    assert "can't be run again" in streams.err
    assert cli.main(["replay", replies[0].session_id, "1", "--no-run"]) == 0


@pytest.mark.parametrize("cut", ["spans", "again", "built_in", "versions", "effects", "violations"])
def test_a_trace_that_lacks_a_part_is_still_printed(
    replies: list[Reply], folder: Path, capsys: Printed, cut: str
) -> None:
    change(folder, 1, lambda reply, trace: trace.pop(cut))
    assert cli.main(["replay", replies[0].session_id, "1", "--no-run"]) == 0
    assert replies[0].session_id in capsys.readouterr().out


def test_while_a_server_holds_the_index_the_trace_is_printed_and_the_way_out_told(
    replies: list[Reply], folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    def taken(*_: Any) -> None:
        raise IndexBusy(path=folder)

    monkeypatch.setattr("ui.setup.current_index", taken)
    assert cli.main(["replay", replies[0].session_id, "1"]) == 1
    streams = capsys.readouterr()
    assert "understand" in streams.out
    assert "Another process is using the index" in streams.err
    assert "--no-run" in streams.err
    assert cli.main(["replay", replies[0].session_id, "1", "--no-run"]) == 0


# ---- the parts


def test_a_decision_of_an_older_program_has_today_s_defaults() -> None:
    older = Run(reply={"reply": "x", "decision": {"series": "T"}})
    assert differences(older, Run(reply={"reply": "x", "decision": older.decision})).same
    assert not differences(older, Run(reply={"reply": "x", "decision": {"series": "G"}})).same
    assert not differences(older, Run(reply={"reply": "x", "decision": None})).same


@pytest.mark.parametrize(("before", "now"), [("一。二。", "一。三。"), ("a b", "a  b"), (None, "x"), ("x", None)])
def test_texts_that_are_not_the_same_always_show_a_difference(before: str | None, now: str | None) -> None:
    runs = [Run(reply=None if text is None else {"reply": text}) for text in (before, now)]
    assert differences(*runs).text
    assert not differences(*runs).same
    assert differences(runs[0], runs[0]).same


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    assert short("red\x1b[31m\n\n  and\u202eback") == "red[31m andback"


@pytest.mark.parametrize("key", WORDS)
def test_the_words_are_in_both_languages_with_the_same_parts(key: str) -> None:
    zh, en = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in WORDS[key])
    assert zh == en
    assert all(WORDS[key])
