"""What a model read in a message is joined with what the parser read by one policy, row by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.agent.llm.reading import MOST_QUESTIONS, READ_FIELDS, Reading, ReadUpdate, Verdict, joined
from assistant.dialogue.reducer import reduce
from assistant.dialogue.state import DialogueState
from assistant.dialogue.understanding import understand
from assistant.rules.requirements import WORKLOAD_KINDS, Interconnect, Scale, Sharing

ROWS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
NAMES = ("field", "value", "evidence")


def reading(read: list[list[Any]], intent: str = "inform", **more: Any) -> Reading:
    updates = [dict(zip(NAMES, one, strict=True)) for one in read]
    return Reading.model_validate({"intent": intent, "updates": updates, **more})


def values(state: DialogueState) -> dict[str, Any]:
    return {name: slot.value for name, slot in state.slots.items()}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["name"])
def test_what_a_model_read(row: dict[str, Any]) -> None:
    built_in = understand(row["message"])
    meant, judged = joined(row["message"], built_in, reading(row["read"], row.get("intent", "inform")))
    assert [one.verdict for one in judged] == row["verdicts"]
    state, _ = reduce(DialogueState(), meant)
    if meant.read:
        while state.pending is not None:
            state, _ = reduce(state, understand("是的"))
    assert values(state) == row["values"]
    assert meant.intent == row["becomes"]
    assert meant.updates == built_in.updates


def test_the_table_has_every_verdict_and_both_languages() -> None:
    assert {verdict for row in ROWS for verdict in row["verdicts"]} == set(get_args(Verdict))
    assert len(ROWS) >= 60
    assert sum(row["message"].isascii() for row in ROWS) >= 15
    assert len({row["name"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", [row for row in ROWS if "adopted" in row["verdicts"]], ids=lambda row: row["name"])
def test_what_is_adopted_is_a_reading_with_the_visitors_own_words(row: dict[str, Any]) -> None:
    built_in = understand(row["message"])
    meant, _ = joined(row["message"], built_in, reading(row["read"]))
    assert meant.read
    for update in meant.read:
        assert update.inferred
        assert update.evidence
        assert row["message"][update.start : update.end] == update.evidence


# ---- properties

MESSAGES = [
    "一个课题组做训练，18人，预算150万",
    "one research group does training, 18 people",
    "院级平台做RAG，先小规模试点，不跨节点",
    "我们 lab 做 fine-tuning，Qwen 72B，data 有 20TB",
    "we need rendering and transcoding for the whole company",
    "两台服务器做多机训练，要高速互联，需要含税报价",
]
_CODES = [*WORKLOAD_KINDS, *get_args(Sharing), *get_args(Scale), *get_args(Interconnect), "true", "false", "400", "T16"]


@st.composite
def hostile(draw: st.DrawFn) -> tuple[str, Reading]:
    message = draw(st.sampled_from(MESSAGES))
    start = draw(st.integers(0, len(message)))
    evidence = st.one_of(
        st.just(message), st.just(message[start : start + draw(st.integers(0, 12))]), st.text(max_size=5)
    )
    one = st.tuples(st.sampled_from(READ_FIELDS), st.sampled_from(_CODES), evidence)
    return message, reading(
        [list(update) for update in draw(st.lists(one, max_size=6))], draw(st.sampled_from(["inform", "recommend"]))
    )


@given(hostile())
def test_no_reading_changes_the_case_before_the_visitor_says_yes(case: tuple[str, Reading]) -> None:
    message, read = case
    built_in = understand(message)
    meant, _ = joined(message, built_in, read)
    alone, with_model = (values(reduce(DialogueState(), one)[0]) for one in (built_in, meant))
    assert with_model == alone
    assert meant.intent == built_in.intent


@given(hostile())
def test_every_update_leaves_a_verdict(case: tuple[str, Reading]) -> None:
    message, read = case
    _, judged = joined(message, understand(message), read)
    assert [(one.field, one.value, one.evidence) for one in judged] == [
        (one.field, one.value, one.evidence) for one in read.updates
    ]


def test_more_than_a_message_can_say_is_not_taken() -> None:
    _, judged = joined("四十张嘴等着", understand("四十张嘴等着"), reading([["users", "40", "四十"]] * 50))
    assert len(judged) == 12


# ---- the form


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"intent": "inform"},
        {"updates": "none"},
        {"intent": "inform", "updates": None},
        {"intent": "inform", "updates": {"field": "users"}},
        {"intent": "inform", "updates": [], "questions": "several"},
    ],
)
def test_another_form_altogether_is_no_reading(answer: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Reading.model_validate(answer)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"intent": "ask", "updates": []}, Reading(intent="ask", updates=[])),
        ({"intent": "sing", "updates": [], "mood": "good"}, Reading(intent="other", updates=[])),
        ({"intent": ["ask"], "updates": []}, Reading(intent="other", updates=[])),
        (
            {"intent": "inform", "updates": [None, 5, "x", [], {"field": "users", "value": 40, "why": "?"}]},
            Reading(intent="inform", updates=[ReadUpdate(field="users", value="40", evidence="")]),
        ),
        (
            {"intent": "inform", "updates": [{"field": "data_tb", "value": 1.5, "evidence": "1.5TB"}]},
            Reading(intent="inform", updates=[ReadUpdate(field="data_tb", value="1.5", evidence="1.5TB")]),
        ),
        ({"intent": "ask", "updates": [], "query": 5}, Reading(intent="ask", updates=[], query="5")),
        ({"intent": "ask", "updates": [], "query": "x" * 999}, Reading(intent="ask", updates=[])),
        (
            {"intent": "ask", "updates": [], "query": None, "questions": [None, 5, "a"]},
            Reading(intent="ask", updates=[], questions=["a"]),
        ),
    ],
)
def test_what_a_server_without_a_schema_lets_a_model_write_is_still_read(
    answer: dict[str, Any], expected: Reading
) -> None:
    assert Reading.model_validate(answer) == expected


# ---- what is looked up


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("散热要求", "散热要求"),
        ("  power \n and  cooling ", "power and cooling"),
        ("", None),
        ("  ", None),
        ("散热怎么做？", None),
        ("散热怎么做？ ", None),
    ],
)
def test_a_query_is_kept_where_it_says_something_else_than_the_message(query: str, kept: str | None) -> None:
    meant, _ = joined("散热怎么做？", understand("散热怎么做？"), reading([], query=query))
    assert meant.query == kept


@pytest.mark.parametrize(
    ("questions", "kept"),
    [
        ([], ()),
        (["散热怎么做？"], ()),
        (["a", "a", " a "], ()),
        (["散热？", "承重？"], ("散热？", "承重？")),
        (["", "散热？", "承重？"], ("散热？", "承重？")),
        (["散热？", "承重？", "噪声？", "供电？"], ("散热？", "承重？", "噪声？")),
        (["散热？", "承重？", "价格多少？"], ("散热？", "承重？")),
        (["散热？", "哪家最便宜？"], ()),
        (["x" * 999, "散热？", "承重？"], ("散热？", "承重？")),
    ],
)
def test_only_several_different_questions_are_several(questions: list[str], kept: tuple[str, ...]) -> None:
    message = "散热、承重、噪声、供电"
    meant, _ = joined(message, understand(message), reading([], questions=questions))
    assert meant.questions == kept
    assert len(kept) <= MOST_QUESTIONS
