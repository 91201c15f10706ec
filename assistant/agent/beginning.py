"""How a turn begins: with what a quick reply or an edit sets already in its state."""

from __future__ import annotations

from typing import Any

from assistant.agent.llm.caller import Caller
from assistant.agent.rerun import Rerun
from assistant.agent.workflow import Begin
from assistant.dialogue.state import DialogueState, Effect, edit
from assistant.rules.requirements import FieldName


def as_json(changes: dict[FieldName, Any]) -> dict[FieldName, Any]:
    """The changes as checked JSON; raises `BadValue`."""
    state, _ = edit(DialogueState(), changes)
    return {name: state.slots[name].value if name in state.slots else None for name in changes}


def begun(turn: Rerun, caller: Caller) -> Begin:
    """The start of a turn; `caller` is for whom and until when a model may be asked. Raises `BadValue`."""
    before = DialogueState.model_validate(turn.state)
    state, chosen = edit(before, turn.changes, evidence=turn.message) if turn.changes else (before, ())
    effects = (tuple(chosen) or _unchanged(turn.changes, state)) if turn.changes else ()
    return Begin(
        message=turn.message,
        state=state,
        before=before,
        language=turn.language,
        forced=turn.forced,
        chosen=effects,
        caller=caller,
    )


def _unchanged(changes: dict[FieldName, Any], state: DialogueState) -> tuple[Effect, ...]:
    """A choice that confirms what was known is an answer too."""
    return tuple(
        Effect(kind="filled", field=name, new=state.slots[name].value) for name in changes if name in state.slots
    )
