"""A message that asks several things is looked up by tools, in bounded steps; the decision never comes from there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from scripted_endpoint import READY, Answer, Script, kind_of

from agent.library import Library
from agent.llm.turns import NOTHING_READ, Stage
from assistant.agent.llm.toolbox import LOOKING_UP, Toolbox
from assistant.agent.tools import Tools

MESSAGE = "训练层验证内容有哪些？报价前机房要确认什么？"
Called = Callable[[int], Answer]


def caller(rounds: Called) -> Script:
    """A model that reads nothing, writes nothing, and calls tools round by round."""
    made = {"look_up": 0}

    def script(request: dict[str, Any]) -> Answer:
        kind = kind_of(request)
        if kind == "look_up":
            made["look_up"] += 1
            return rounds(made["look_up"])
        return {"probe": Answer(READY), "read": Answer(NOTHING_READ)}.get(kind, Answer(status=400))

    return script


def searches(*queries: str) -> Answer:
    return Answer(calls=[("search", json.dumps({"query": query}, ensure_ascii=False)) for query in queries])


async def test_what_the_tools_find_is_cited_in_the_reply(stage: Stage) -> None:
    found = "材料有没有给出 T8X 的显存？"
    turn = await stage.take(MESSAGE, caller(lambda n: searches(found) if n == 1 else Answer("DONE")))
    assert stage.server.kinds().count("look_up") == 2
    # The second round is told what the first one found.
    asked = stage.server.asked([r for r in stage.server.requests if kind_of(r) == "look_up"][1])
    assert "Result of search" in asked
    assert {"08", "04.5"} <= {citation.section for citation in turn.reply.citations}


@pytest.mark.parametrize(
    ("name", "rounds", "most"),
    [
        ("calls without end", lambda n: searches(f"第{n}层"), 3),
        ("the same call again", lambda n: searches("第1层"), 2),
        ("nothing to call", lambda n: Answer("DONE"), 1),
        ("a server that takes no tools", lambda n: Answer(status=400), 1),
        ("a tool that there is not", lambda n: Answer(calls=[("buy", "{}")]), 2),
        ("arguments that are none", lambda n: Answer(calls=[("search", '{"q": 1}')]), 2),
        ("arguments that are no JSON", lambda n: Answer(calls=[("search", "T8")]), 1),
        ("a hundred calls at once", lambda n: searches(*(f"第{n}层{k}" for k in range(100))), 3),
    ],
)
async def test_looking_up_ends_and_costs_the_visitor_nothing(
    stage: Stage, name: str, rounds: Called, most: int
) -> None:
    plain = await stage.plainly(MESSAGE)
    turn = await stage.take(MESSAGE, caller(rounds))
    assert stage.server.kinds().count("look_up") == most, name
    assert turn.reply.composer == "builtin"
    assert turn.reply.verified
    assert turn.reply.decision == plain.decision
    assert {citation.section for citation in plain.citations} <= {citation.section for citation in turn.reply.citations}


@pytest.mark.parametrize("message", ["训练层验证内容有哪些？", "一个课题组做训练", "你好"])
async def test_a_message_that_asks_one_thing_is_not_researched(stage: Stage, message: str) -> None:
    await stage.take(message, caller(lambda n: searches("x")))
    assert "look_up" not in stage.server.kinds()


# ---- the tools by themselves


@pytest.fixture
def toolbox() -> Toolbox:
    return Toolbox(Tools(Library()), "zh")


def test_each_tool_tells_a_model_what_it_is_for_and_what_it_takes(toolbox: Toolbox) -> None:
    names = ("search", "recommend", "size", "compare", "update_requirements", "hand_over")
    for name, tool in zip(names, toolbox.tools(names), strict=True):
        spec = tool.metadata.to_openai_tool()["function"]
        assert spec["name"] == name
        assert len(spec["description"]) > 60
    sizing = toolbox.tools(("size",))[0].metadata.to_openai_tool()["function"]["parameters"]
    assert set(sizing["properties"]) == {"model", "task", "gpu", "gpus"}
    assert sizing["required"] == ["model"]


def test_a_recommendation_comes_from_the_rules_alone(toolbox: Toolbox) -> None:
    found = toolbox.recommend({"workloads": [{"kind": "training"}], "sharing": "single_group"})
    assert found["models"] == ["T4", "T4A"]
    assert found["fired"]
    told = toolbox.recommend({"workloads": [{"kind": "gardening"}], "users": -3})
    assert len(told["error"]) >= 2


def test_an_update_is_judged_by_the_policy_of_a_turn(toolbox: Toolbox) -> None:
    updates = [
        {"field": "users", "value": "40", "evidence": "四十"},
        {"field": "users", "value": "99", "evidence": "九十九人"},
        {"field": "price", "value": "1", "evidence": "四十张嘴"},
    ]
    verdicts = [one["verdict"] for one in toolbox.update_requirements("四十张嘴等着", updates)]
    assert verdicts == ["adopted", "no_evidence", "unknown_field"]


def test_what_is_looked_up_once_is_kept_once(toolbox: Toolbox) -> None:
    first = toolbox.search("训练层验证内容有哪些？")
    toolbox.search("训练层验证内容有哪些？")
    assert [passage.unit for passage in toolbox.found] == [row["id"] for row in first]
    assert toolbox.search("明天天气如何") == []


def test_lines_are_compared_and_memory_is_worked_out(toolbox: Toolbox) -> None:
    assert [row["models"] for row in toolbox.compare(["G2", "T8X", "Z9"])] == ["G2 / G2A", "T8X / T-RackScale"]
    assert toolbox.size("Qwen2.5-72B")["total_gb"]["low"] > 100
    assert "error" in toolbox.size("no such model")


def test_the_way_to_a_person_is_told(toolbox: Toolbox) -> None:
    assert "400-965-8299" in toolbox.hand_over()


@pytest.mark.parametrize("name", ["recommend", "update_requirements", "hand_over", "__init__", "tools", "buy"])
def test_in_a_turn_nothing_but_looking_up_can_be_called(toolbox: Toolbox, name: str) -> None:
    told = toolbox.call(name, {})
    assert name in told
    assert all(tool in told for tool in LOOKING_UP)
