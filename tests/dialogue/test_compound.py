"""A message that asks several things is the questions it is made of."""

from __future__ import annotations

import pytest

from assistant.dialogue.compound import MOST_QUESTIONS, questions_in
from assistant.dialogue.understanding import understand


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("机器到了要测哪些？机房要多少电？", ["机器到了要测哪些？", "机房要多少电？"]),
        ("渲染用什么卡，训练用什么卡", ["渲染用什么卡", "训练用什么卡"]),
        ("我们三十来人做推理，并发怎么估，存储又怎么配？", ["我们三十来人做推理，并发怎么估", "存储又怎么配？"]),
        ("What does acceptance cover, and who must be there?", ["What does acceptance cover", "who must be there?"]),
        (
            "which card is for rendering and which one trains models?",
            ["which card is for rendering", "which one trains models?"],
        ),
        ("Is air cooling enough? How deep is a rack?", ["Is air cooling enough?", "How deep is a rack?"]),
        ("验收测什么 and how long is the rack?", ["验收测什么", "how long is the rack?"]),
    ],
)
def test_each_question_stands_in_its_own_words(message: str, questions: list[str]) -> None:
    assert list(questions_in(message)) == questions


@pytest.mark.parametrize(
    "message",
    [
        "机房要多少电？",
        "G4 是什么？它适合谁？",  # leans on what was named before
        "两张卡跑得动吗，可以吧，行吗",
        "G2、G4、G8 怎么选？",
        "When we get the machine, what do we test?",
        "What is T-RackScale, and is it needed for inference?",
        "How much memory do CPU and GPU need?",
        "We train on images and are moving to video.",
        "我们做训练。二十个人用。",
        "？？？！",
        "",
    ],
)
def test_what_asks_one_thing_or_none_has_no_parts(message: str) -> None:
    assert questions_in(message) == ()


def test_a_long_list_of_questions_is_cut() -> None:
    many = "".join(f"第{n}层要测什么？" for n in "一二三四五六七八九" * 200)
    assert len(questions_in(many)) == MOST_QUESTIONS


def test_beside_a_price_only_what_is_no_price_is_looked_up() -> None:
    assert understand("T8 多少钱？验收时测什么？").questions == ("验收时测什么？",)
    assert understand("T8 多少钱？交货期多久？").questions == ()
    assert understand("T8 多少钱？几周到货？质保几年？").questions == ()
