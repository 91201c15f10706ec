"""Which tools a turn runs. The built-in planner reads the understanding; rules run whenever anything is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from assistant.agent.tools import ToolName
from assistant.dialogue.reading import Understanding
from assistant.dialogue.state import DialogueState
from assistant.rules.decision import line_sizing, outcome_of
from assistant.rules.footprint import Task
from assistant.rules.requirements import Requirements
from assistant.rules.sizing import SizingRequest

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
        if understanding.sizing is not None and understanding.intent == "size":
            calls.append(ToolCall("size", {"request": _request(understanding, state.requirements)}))
        elif understanding.intent == "compare" or (
            understanding.products and (understanding.premise or understanding.why)
        ):
            calls.append(ToolCall("compare", {"products": understanding.products, "series": understanding.series}))
            if understanding.enough and (request := line_sizing(state.requirements, understanding.products[0])):
                calls.append(ToolCall("size", {"request": request}))
        elif understanding.intent == "ask":
            calls.append(
                ToolCall("search", {"query": understanding.text, "language": understanding.language, "limit": _LIMIT})
            )
        return tuple(calls)


def _request(understanding: Understanding, requirements: Requirements) -> SizingRequest | None:
    question = understanding.sizing
    assert question is not None  # the caller's condition
    asked = question.request(requirements.models, _doing(requirements))
    if asked and question.gpu is None and question.gpus is None:
        # "T4 够吗", or a question about the memory of what is recommended: the line stands for its GPUs.
        line = understanding.products or outcome_of(requirements).models
        own = question.model is None or question.model in requirements.models
        if line and own and (request := line_sizing(requirements, line[0])):
            return asked.model_copy(update={"gpu": request.gpu, "gpus": request.gpus})
    return asked


def _doing(requirements: Requirements) -> Task | None:
    """What the conversation does with its models, for a question of size that does not say."""
    for work in requirements.workloads:
        if work.kind in ("finetune", "training"):
            if work.method in ("lora", "qlora"):
                return work.method
            return "training" if work.kind == "training" else "finetune-full"
    return None
