"""Which question next, in which words, with which quick replies."""

from __future__ import annotations

from typing import Any

from assistant.dialogue.language import Language
from assistant.dialogue.phrasing import questions, variants
from assistant.dialogue.state import DialogueState
from assistant.rules.decision import next_question
from assistant.rules.requirements import FieldName

# Failed attempts at an answer after which choices are spelled out, and after which the field is passed over.
CHOICES = 2
_TIRED = 3


def next_field(state: DialogueState, *, aside: bool = False) -> FieldName | None:
    """The field worth asking about: by value for the decision, then for the quotation; passed over ones never again.

    Nothing, once the visitor wants no more questions. After an `aside` a question that was put in every wording stays
    open; else it gives way to the next.
    """
    if state.quiet:
        return None
    passed = {*state.skipped, *exhausted(state, aside=aside), "contact"}
    if (budget := state.slots.get("budget_cny")) and budget.source == "inferred":
        # Given in another currency and converted: it was answered.
        passed.add("budget_cny")
    if "sharing" in passed:
        # Who shares it and how many groups share it are one question to a visitor.
        passed.add("groups")
    if "groups" in state.skipped:
        passed.add("sharing")
    return next_question(state.requirements, frozenset(passed))


def exhausted(state: DialogueState, *, aside: bool = False) -> list[FieldName]:
    """Fields with no attempt left: answered thrice by something else, or asked about in every wording there is."""
    tired: list[FieldName] = [name for name, times in state.failed.items() if times >= _attempts(name)]
    if aside:
        return tired
    return [*tired, *(name for name, times in state.asked.items() if times >= _wordings(name) and name not in tired)]


def _attempts(field: FieldName) -> int:
    return _TIRED if questions()[field]["options"] else CHOICES


def _wordings(field: FieldName) -> int:
    return len(wordings(field, "zh")) + len(shorter("zh"))


def wordings(field: FieldName, language: Language) -> list[str]:
    """Every wording of a field's question."""
    found: list[str] = questions()[field]["ask"][language]
    return found


def shorter(language: Language) -> list[str]:
    """Reminders that fit any field; they hold its label."""
    return variants("ask_again", language)


def question(field: FieldName, language: Language, times_asked: int) -> str | None:
    """The question in the wording whose turn it is; None when all were used and a shorter form is due."""
    found = wordings(field, language)
    return found[times_asked] if times_asked < len(found) else None


def assumption(field: FieldName, language: Language) -> str:
    """What is assumed while the field is unknown."""
    text: str = questions()[field]["unknown"][language]
    return text


def options(field: FieldName, language: Language) -> list[tuple[str, Any]]:
    """Quick replies as (words, JSON value); at most five."""
    return [(row[language], row["value"]) for row in questions()[field]["options"]][:5]


def asked(state: DialogueState, field: FieldName | None) -> DialogueState:
    """The state after asking: the open question and how often it was put."""
    if field is None:
        return state.model_copy(update={"open_question": None})
    counts = {**state.asked, field: state.asked.get(field, 0) + 1}
    return state.model_copy(update={"open_question": field, "asked": counts})
