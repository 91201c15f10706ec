"""What is written down of a turn: its stages, what it takes to run it again, within a bound."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scripted_endpoint import Answer, kind_of, scripted_endpoint

from agent.library import Library
from assistant.agent.llm.prompts import prompt
from assistant.agent.rerun import Rerun
from assistant.agent.trace import LARGEST, Trace, bounded
from assistant.bootstrap import Advisor, build_advisor
from assistant.dialogue.state import DialogueState
from assistant.errors import TurnTimeout
from assistant.settings import Settings


@pytest.fixture
def advisor(tmp_path: Path) -> Iterator[Advisor]:
    opened = build_advisor(Settings(data_dir=tmp_path), knowledge=Library())
    yield opened
    opened.close()


def kept(advisor: Advisor, session: str, turn: int) -> dict[str, Any]:
    trace = advisor._store.traces.of(session, turn).trace
    assert trace is not None
    return trace


async def test_a_turn_leaves_its_stages_its_outcome_and_what_made_it(advisor: Advisor) -> None:
    reply = await advisor.chat("一个课题组做训练，18人，验收包括什么？")
    trace = kept(advisor, reply.session_id, 1)
    names = [span["name"] for span in trace["spans"]]
    assert names[0] == "understand"
    assert names[-1] == "compose"
    assert {"decide", "search"} <= set(names)
    found = {span["name"]: span.get("result") for span in trace["spans"]}
    assert reply.decision
    assert found["decide"]["models"] == list(reply.decision.models)
    assert found["search"]["passages"]
    assert (trace["intent"], trace["composer"], trace["verified"]) == (reply.intent, "builtin", True)
    assert trace["violations"] == []
    assert ["filled", "users", 18] in trace["effects"]
    assert any("18" in update for update in trace["built_in"]["updates"])
    assert reply.versions
    assert trace["versions"] == reply.versions.model_dump()
    assert trace["seconds"] >= 0
    assert "failed" not in trace


async def test_what_it_takes_to_run_a_turn_again_is_kept_with_it(advisor: Advisor) -> None:
    first = await advisor.chat("做训练")
    await advisor.chat("18人", session_id=first.session_id, language="en")
    await advisor.edit(first.session_id, {"sharing": "college", "users": None})
    said, edited = kept(advisor, first.session_id, 2)["again"], kept(advisor, first.session_id, 3)["again"]
    assert (said["message"], said["language"], said["forced"], said["changes"]) == ("18人", "en", False, {})
    assert set(DialogueState.model_validate(said["state"]).slots) == {"workloads"}
    assert (edited["forced"], edited["changes"]) == (True, {"sharing": "college", "users": None})
    assert set(DialogueState.model_validate(edited["state"]).slots) == {"workloads", "users"}


async def test_a_turn_runs_again_to_the_same_reply_whatever_came_later(advisor: Advisor, tmp_path: Path) -> None:
    first = await advisor.chat("做训练")
    replies = [first]
    for message in ("18人", "一个课题组", "G2 和 T4 的区别是什么？"):
        replies.append(await advisor.chat(message, session_id=first.session_id))
    replies.append(await advisor.edit(first.session_id, {"sharing": "college"}))
    other = build_advisor(Settings(data_dir=tmp_path / "other"), knowledge=Library())
    try:
        for reply in replies:
            again = await other.again(Rerun.model_validate(kept(advisor, first.session_id, reply.turn)["again"]))
            assert (again.reply, again.decision) == (reply.reply, reply.decision)
            assert again.session_id != reply.session_id
    finally:
        other.close()


async def test_a_turn_that_ran_out_of_time_leaves_what_there_was(tmp_path: Path) -> None:
    stuck = Library()
    stuck.gate.clear()
    advisor = build_advisor(Settings(data_dir=tmp_path, turn_timeout_s=0.3), knowledge=stuck)
    session = advisor._store.create(DialogueState().model_dump(mode="json"))
    with pytest.raises(TurnTimeout):
        await advisor.chat("数据路径为什么重要？", session_id=session)
    stuck.gate.set()
    turn = advisor._store.traces.of(session, 1)
    assert turn.reply is None
    assert turn.trace
    assert turn.trace["failed"] == "TurnTimeout"
    assert [span["name"] for span in turn.trace["spans"]] == ["understand", "search"]
    assert turn.trace["again"]["message"] == "数据路径为什么重要？"
    advisor.close()


async def test_a_turn_that_broke_leaves_what_there_was_and_the_error_is_told_as_ever(tmp_path: Path) -> None:
    class Broken(Library):
        def search(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError("secret words")

    advisor = build_advisor(Settings(data_dir=tmp_path), knowledge=Broken())
    session = advisor._store.create(DialogueState().model_dump(mode="json"))
    with pytest.raises(RuntimeError, match="secret words"):
        await advisor.chat("数据路径为什么重要？", session_id=session)
    trace = kept(advisor, session, 1)
    assert trace["failed"]
    assert trace["spans"][-1]["broke"] == "RuntimeError"
    assert "secret words" not in json.dumps(trace)
    advisor.close()


async def test_a_trace_that_can_not_be_kept_does_not_hide_why_the_turn_failed(
    advisor: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(advisor._store.traces, "keep", refused)
    monkeypatch.setattr(advisor._knowledge, "search", refused)
    with pytest.raises(OSError, match="disk full"):
        await advisor.chat("数据路径为什么重要？")


async def test_the_trace_of_a_visitor_who_left_and_of_a_deleted_conversation_is_not_kept(advisor: Advisor) -> None:
    stream = advisor.stream("18人做渲染")
    session = (await anext(stream)).session_id
    assert session
    await stream.aclose()  # type: ignore[attr-defined]
    assert advisor._store.traces.of(session, 1).trace is None
    reply = await advisor.chat("18人做渲染")
    await advisor.forget(reply.session_id)
    assert reply.session_id not in {turn.conversation for turn in advisor._store.traces.recent(10)}


@pytest.mark.parametrize(
    ("message", "tool", "part"),
    [
        ("70B 全参微调，8 卡 96G 够吗？", "size", {"model": "70B", "task": "finetune-full"}),
        ("显存够吗？", "size", "no_model"),
        ("T4 和 G2 的区别", "compare", [[["T4", "T4A"], ["G2", "G2A"]], ["G", "T"]]),
        ("什么情况下会变成别的型号？", "vary", None),
    ],
)
async def test_what_each_tool_gave_back_is_kept_in_short(advisor: Advisor, message: str, tool: str, part: Any) -> None:
    first = await advisor.chat("一个课题组做训练")
    reply = await advisor.chat(message, session_id=first.session_id)
    (span,) = (span for span in kept(advisor, reply.session_id, 2)["spans"] if span["name"] == tool)
    result = span["result"]
    if isinstance(part, dict):
        assert {name: result[name] for name in part} == part
        assert result["total_gb"][0] <= result["total_gb"][1]
        assert result["enough"]
    elif part is None:
        assert ["sharing", "college", "T", ["T8", "T8A"]] in result
    else:
        assert result == part


async def test_what_was_searched_for_is_kept(advisor: Advisor) -> None:
    reply = await advisor.chat("验收的硬件层包括什么？")
    (span,) = (span for span in kept(advisor, reply.session_id, 1)["spans"] if span["name"] == "search")
    assert (span["query"], span["language"]) == ("验收的硬件层包括什么？", "zh")


# ---- the bound


def test_a_trace_within_the_bound_is_left_as_it_is() -> None:
    trace = Trace()
    with trace.span("understand", intent="ask"):
        pass
    trace.note("again", {"message": "x", "state": {}})
    assert "cut" not in trace.as_json()
    assert [span["name"] for span in trace.as_json()["spans"]] == ["understand"]


def test_long_lists_and_texts_are_cut_and_what_was_cut_is_said() -> None:
    again = {"message": "x" * 4000, "state": {"slots": {"users": {"value": 20}}}}
    spans = [
        {"name": "llm_read", "start_ms": 0.0, "ms": 1.0, "judged": [{"words": "长" * 300}] * 500, "read": "y" * 9000}
    ]
    trace = {"again": again, "spans": spans, "versions": {"rules": "r"}}
    kept = bounded(trace)
    assert len(json.dumps(kept)) <= LARGEST
    assert kept["again"] == again
    assert kept["versions"] == {"rules": "r"}
    assert kept["spans"][0]["name"] == "llm_read"
    assert 0 < len(kept["spans"][0]["judged"]) < 500
    assert any(line.startswith("llm_read.judged: ") and line.endswith(" of 500 entries") for line in kept["cut"])
    assert any(line.startswith("llm_read.read: ") and line.endswith(" of 9000 characters") for line in kept["cut"])


def test_a_state_that_is_too_large_by_itself_is_left_out_and_said_to_be() -> None:
    kept = bounded({"again": {"message": "x", "state": {"words": "长" * LARGEST}}, "spans": [{"name": "decide"}]})
    assert kept["again"] == {"state": None}
    assert "again" in kept["cut"]
    assert kept["spans"] == [{"name": "decide"}]


@pytest.mark.parametrize(
    "monster",
    [
        {"spans": [{"name": f"s{n}", "list": list(range(200))} for n in range(3000)]},
        {"spans": [], "built_in": {f"key {n}": "value" for n in range(20000)}},
        {"again": {"state": {"a": "b" * LARGEST}}, "spans": [], "effects": [["x" * 500] * 400] * 400},
    ],
)
def test_nothing_gets_past_the_bound(monster: dict[str, Any]) -> None:
    kept = bounded(monster)
    assert len(json.dumps(kept)) <= LARGEST
    assert kept["cut"]
    assert isinstance(kept["spans"], list)


async def test_a_trace_never_holds_a_key_or_the_text_of_a_prompt(tmp_path: Path) -> None:
    def answers(request: dict[str, Any]) -> Answer:
        if kind_of(request) == "probe":
            return Answer(json.dumps({"ready": True, "colour": "red"}))
        return Answer("{}") if kind_of(request) == "read" else Answer(pieces=["验收分三层。[1]"])

    with scripted_endpoint(answers) as endpoint:
        settings = Settings(
            data_dir=tmp_path, llm_base_url=endpoint.url, llm_model="tiny-model", llm_api_key="sk-very-secret"
        )
        advisor = build_advisor(settings, knowledge=Library())
        try:
            reply = await advisor.chat("验收的硬件层包括什么？")
            assert advisor.endpoint
            await advisor.endpoint.close()
            trace = kept(advisor, reply.session_id, 1)
        finally:
            advisor.close()
    assert endpoint.requests
    read = next(span for span in trace["spans"] if span["name"] == "llm_read")
    assert (read["prompt"], read["digest"]) == (prompt("read").id, prompt("read").digest)
    assert (trace["versions"]["model"], trace["versions"]["mode"]) == ("tiny-model", "json_schema")
    text = json.dumps(trace, ensure_ascii=False)
    assert "sk-very-secret" not in text
    assert all(line not in text for line in prompt("read").text.splitlines() if len(line) > 20)
