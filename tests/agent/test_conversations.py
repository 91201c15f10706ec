"""Conversations in YAML: what a visitor says turn by turn, and what must hold after each."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from agent.library import Library
from assistant.agent.reply import Language, Reply, Suggestion
from assistant.bootstrap import Advisor, build_advisor
from assistant.dialogue.reading import Intent
from assistant.rules.catalogue import PRODUCTS, Product, Series
from assistant.rules.requirements import FieldName
from assistant.rules.trace import Confidence
from assistant.settings import Settings

STORIES = Path(__file__).parent / "stories"
LEAST = 25


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Turn(_Strict):
    """`say`, `choose` a quick reply by its words, or `edit` the checklist; then what must hold."""

    say: str | None = None
    choose: str | None = None
    edit: dict[FieldName, Any] | None = None
    intent: Intent | None = None
    language: Language | None = None
    requirements: dict[FieldName, Any] = {}
    sources: dict[FieldName, str] = {}
    unknown: list[FieldName] = []
    series: Series | None = None
    models: list[Product] | None = None
    confidence: Confidence | None = None
    undecided: bool = False
    next_question: FieldName | None = None
    not_asked: list[FieldName] = []
    cites: list[str] = []
    uncited: bool = False
    has: list[str] = []
    lacks: list[str] = []


class Story(_Strict):
    name: str
    turns: list[Turn]


@cache
def stories() -> list[tuple[str, Story]]:
    return [
        (path.stem, Story.model_validate(row))
        for path in sorted(STORIES.glob("*.yaml"))
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


async def _take(advisor: Advisor, turn: Turn, last: Reply | None) -> Reply:
    session = last.session_id if last else None
    if turn.edit is not None:
        return await advisor.edit(session, turn.edit)
    if turn.choose is not None:
        offered: list[Suggestion] = [s for s in (last.quick_replies if last else ()) if s.text == turn.choose]
        assert offered, f"not offered: {turn.choose}"
        return await advisor.chat(turn.choose, session_id=session, choice=offered[0])
    assert turn.say is not None
    return await advisor.chat(turn.say, session_id=session)


def _holds(turn: Turn, reply: Reply) -> None:
    given = turn.model_fields_set
    known = {name: stated.value for name, stated in reply.requirements.items()}
    if turn.intent:
        assert reply.intent == turn.intent
    if turn.language:
        assert reply.language == turn.language
    for name, value in turn.requirements.items():
        assert known.get(name) == value, name
    for name, source in turn.sources.items():
        assert reply.requirements[name].source == source
    assert [name for name in turn.unknown if name in known] == []
    if turn.undecided:
        assert reply.decision is None or reply.decision.series == "none"
    if turn.series or turn.models is not None or turn.confidence:
        assert reply.decision is not None
        assert turn.series in (None, reply.decision.series)
        assert turn.models in (None, list(reply.decision.models))
        assert turn.confidence in (None, reply.decision.confidence)
    if "next_question" in given:
        assert reply.next_question == turn.next_question
    assert reply.next_question not in turn.not_asked
    assert set(turn.cites) <= {citation.section for citation in reply.citations}
    if turn.uncited:
        assert reply.citations == ()
    for words in turn.has:
        assert words in reply.reply
    for words in turn.lacks:
        assert words not in reply.reply


def _always(reply: Reply, said: str) -> None:
    """What holds for every reply, whatever the story."""
    assert reply.verified
    assert reply.reply.strip()
    assert "{" not in reply.reply
    assert "None" not in reply.reply
    marks = set(re.findall(r"\[(\d+)\]", reply.reply))
    assert marks == {citation.id for citation in reply.citations}
    if reply.language == "en":
        assert not re.search(r"[\u3400-\u9fff]", re.sub(r"“.*?”", "", reply.reply.replace(said, "")))
    if reply.decision:
        assert set(reply.decision.models) <= set(PRODUCTS)


@pytest.mark.parametrize("story", [pytest.param(s, id=f"{f}: {s.name}") for f, s in stories()])
async def test_the_conversation_goes_as_told(story: Story, tmp_path: Path) -> None:
    advisor = build_advisor(Settings(data_dir=tmp_path), knowledge=Library())
    last: Reply | None = None
    before: list[str] = []
    for number, turn in enumerate(story.turns, 1):
        last = await _take(advisor, turn, last)
        try:
            assert last.turn == number
            _always(last, turn.say or turn.choose or "")
            _holds(turn, last)
            assert last.reply not in before, "the same reply twice"
        except AssertionError as error:
            error.add_note(f"turn {number}, {turn.say or turn.choose or turn.edit}: {last.reply}")
            raise
        before.append(last.reply)
    advisor.close()


def test_there_are_enough_stories_and_each_name_is_used_once() -> None:
    names = [story.name for _, story in stories()]
    assert len(names) >= LEAST
    assert len(set(names)) == len(names)
