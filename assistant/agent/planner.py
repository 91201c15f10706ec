"""Which tools a turn runs. The built-in planner reads the understanding; rules run whenever anything is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from assistant.agent.tools import ToolName
from assistant.dialogue.state import DialogueState
from assistant.dialogue.understanding import Understanding

# Enough for the longest list of the whitepaper.
_LIMIT = 10


@dataclass(frozen=True)
class ToolCall:
    """A tool and its arguments."""

    name: ToolName
    arguments: dict[str, Any] = field(default_factory=dict)


class Planner(Protocol):
    """From a message's meaning and the state after it to tool calls."""

    def plan(self, understanding: Understanding, state: DialogueState) -> tuple[ToolCall, ...]:
        """The calls, in order."""


class BuiltinPlanner:
    """No model: the intent decides whether to search or compare, and known requirements alone whether to decide."""

    def plan(self, understanding: Understanding, state: DialogueState) -> tuple[ToolCall, ...]:
        calls: list[ToolCall] = []
        if state.slots or state.concerns:
            arguments = {"requirements": state.requirements, "concerns": frozenset(state.concerns)}
            calls.append(ToolCall("decide", arguments))
        if understanding.intent == "compare" or (
            understanding.products and (understanding.premise or understanding.why)
        ):
            calls.append(ToolCall("compare", {"products": understanding.products, "series": understanding.series}))
        elif understanding.intent == "ask":
            calls.append(
                ToolCall("search", {"query": understanding.text, "language": understanding.language, "limit": _LIMIT})
            )
        return tuple(calls)
