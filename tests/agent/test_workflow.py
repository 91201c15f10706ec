"""Nothing unverified leaves: a composer that lies, and what the visitor gets instead."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.library import Library, passages
from assistant.agent.citations import Citations
from assistant.agent.composer import BuiltinComposer, Draft, Turn
from assistant.agent.planner import BuiltinPlanner
from assistant.agent.reply import Reply
from assistant.agent.tools import merged
from assistant.bootstrap import build_advisor
from assistant.dialogue.phrasing import variants
from assistant.dialogue.state import DialogueState, edit
from assistant.dialogue.understanding import understand
from assistant.knowledge.passage import SearchResult
from assistant.settings import Settings


class Liar:
    """The built-in composer's draft with something changed."""

    def __init__(self, change: Callable[[str], str]) -> None:
        self._change = change

    def compose(self, turn: Turn, citations: Citations) -> Draft:
        draft = BuiltinComposer().compose(turn, citations)
        return replace(draft, text=self._change(draft.text))


def answer(folder: Path, change: Callable[[str], str], message: str) -> Reply:
    advisor = build_advisor(Settings(data_dir=folder), knowledge=Library(), composer=Liar(change))
    try:
        return asyncio.run(advisor.chat(message))
    finally:
        advisor.close()


MESSAGE = "一个课题组做训练"


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        ("其实 G16 更好。", "G16"),
        ("选 SF 就够。", "SF"),
        ("内存配 141 GB。", "141 GB"),
        ("见 [9]。", "[9]"),
        ("价格是 35 万。", "35"),
        ("3周内交付。", "3周"),
        ("质保三年，保修 3 年。", "保修"),
        ("最多 64 人使用。", "64"),
    ],
)
@pytest.mark.parametrize("place", ["before", "after", "between"])
def test_a_paragraph_that_lies_is_taken_out_and_the_rest_stays(
    tmp_path: Path, lie: str, words: str, place: str
) -> None:
    def change(text: str) -> str:
        parts = text.split("\n\n")
        parts.insert({"before": 0, "after": len(parts), "between": 1}[place], lie)
        return "\n\n".join(parts)

    honest = answer(tmp_path / "honest", lambda text: text, MESSAGE)
    reply = answer(tmp_path / "lying", change, MESSAGE)
    assert words not in reply.reply
    assert reply.reply == honest.reply
    assert reply.verified
    assert reply.decision == honest.decision


def test_a_reply_that_is_nothing_but_lies_is_replaced(tmp_path: Path) -> None:
    reply = answer(tmp_path, lambda _: "G16 有 141 GB 内存 [9]。", MESSAGE)
    assert variants("replaced", "zh")[0] in reply.reply
    assert "G16" not in reply.reply
    assert reply.citations == ()


def test_a_lie_inside_a_true_paragraph_takes_the_paragraph_with_it(tmp_path: Path) -> None:
    reply = answer(tmp_path, lambda text: text.replace("**T4 / T4A**", "**T4 / T4A**（141 GB）", 1), MESSAGE)
    assert "141 GB" not in reply.reply
    assert reply.verified


def test_only_the_citations_that_the_text_still_names_are_listed(tmp_path: Path) -> None:
    reply = answer(tmp_path, lambda text: text.split("\n\n")[0], MESSAGE)
    assert [citation for citation in reply.citations if f"[{citation.id}]" not in reply.reply] == []


def test_an_honest_reply_is_verified_and_every_mark_has_its_citation(tmp_path: Path) -> None:
    reply = answer(tmp_path, lambda text: text, MESSAGE)
    assert reply.verified
    assert reply.citations
    assert all(f"[{citation.id}]" in reply.reply for citation in reply.citations)


# ---- which tools run


@pytest.mark.parametrize(
    ("message", "known", "tools"),
    [
        ("你好", False, []),
        ("验收包括什么？", False, ["search"]),
        ("验收包括什么？", True, ["decide", "search"]),
        ("T4 和 T8 的区别", False, ["compare"]),
        ("T4 和 T8 的区别", True, ["decide", "compare"]),
        ("多少钱？", False, []),
        ("你刚才说 G2 可以做整柜训练", False, ["compare"]),
        ("谢谢", True, ["decide"]),
    ],
)
def test_the_intent_decides_which_tools_run(message: str, known: bool, tools: list[str]) -> None:
    state = edit(DialogueState(), {"scale": "pilot"})[0] if known else DialogueState()
    calls = BuiltinPlanner().plan(understand(message), state)
    assert [call.name for call in calls] == tools


def test_each_of_several_questions_is_looked_up(tmp_path: Path) -> None:
    advisor = build_advisor(Settings(data_dir=tmp_path), knowledge=Library())
    try:
        reply = asyncio.run(advisor.chat("训练层验证内容有哪些？报价前机房要确认什么？"))
        beside_a_price = asyncio.run(advisor.chat("T8 多少钱？训练层验证内容有哪些？"))
    finally:
        advisor.close()
    assert {"08", "04.5"} <= {citation.section for citation in reply.citations}
    assert beside_a_price.intent == "commercial"
    assert "08" in {citation.section for citation in beside_a_price.citations}


def _found(*units: str, covered: bool = True, whole: tuple[str, ...] = ()) -> SearchResult:
    found = [passage for unit in units for passage in passages() if passage.id == f"{unit}@zh"]
    return SearchResult(passages=tuple(found), covered=covered, whole=whole)


def test_several_searches_keep_the_answer_of_each_first() -> None:
    table = tuple(f"whitepaper#08.t1.r{n}" for n in (1, 2, 3, 4))
    one = _found(table[2], "whitepaper#preface.p4", table[0], table[1], table[3], whole=table)
    other, nothing = _found("whitepaper#09.i5", table[0]), _found("whitepaper#preface.p1", covered=False)
    both = merged([one, other, nothing], limit=6)
    assert [passage.unit for passage in both.passages[: both.leading]] == [*table, "whitepaper#09.i5"]
    assert len(both.passages) == 6
    assert not merged([nothing], limit=6).covered
