"""Which question next, in which words, with which quick replies."""

from __future__ import annotations

from typing import Any

from assistant.dialogue.language import Language
from assistant.dialogue.phrasing import questions
from assistant.dialogue.state import DialogueState
from assistant.rules.decision import next_question
from assistant.rules.requirements import FieldName

# After this many askings without an answer a field is passed over.
_ATTEMPTS = 2


def next_field(state: DialogueState) -> FieldName | None:
    """The field worth asking about: by value for the decision, then for the quotation; passed over ones never again."""
    tired = {name for name, times in state.asked.items() if times >= _ATTEMPTS}
    passed = {*state.skipped, *tired, "contact"}
    if "sharing" in passed:
        # Who shares it and how many groups share it are one question to a visitor.
        passed.add("groups")
    return next_question(state.requirements, frozenset(passed))


def question(field: FieldName, language: Language, times_asked: int) -> str:
    """The question in the wording whose turn it is."""
    wordings: list[str] = questions()[field]["ask"][language]
    return wordings[times_asked % len(wordings)]


def options(field: FieldName, language: Language) -> list[tuple[str, Any]]:
    """Quick replies as (words, JSON value); at most five."""
    return [(row[language], row["value"]) for row in questions()[field]["options"]][:5]


def asked(state: DialogueState, field: FieldName | None) -> DialogueState:
    """The state after asking: the open question and how often it was put."""
    if field is None:
        return state.model_copy(update={"open_question": None})
    counts = {**state.asked, field: state.asked.get(field, 0) + 1}
    return state.model_copy(update={"open_question": field, "asked": counts})
