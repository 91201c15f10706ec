"""Which tools a turn runs. The built-in planner reads the understanding; rules run whenever anything is known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from assistant.agent.tools import ToolName
from assistant.dialogue.reading import Understanding
from assistant.dialogue.state import DialogueState
from assistant.rules.decision import line_sizing, outcome_of
from assistant.rules.footprint import Task
from assistant.rules.requirements import Requirements
from assistant.rules.sizing import SizingRequest

# Enough for the longest list of the whitepaper.
MOST_PASSAGES = 10


@dataclass(frozen=True)
class ToolCall:
    """A tool and its arguments."""

    name: ToolName
    arguments: dict[str, Any] = field(default_factory=dict)


class Planner(Protocol):
    """From a message's meaning and the state after it to tool calls."""

    def plan(
        self, understanding: Understanding, state: DialogueState, trial: DialogueState | None = None
    ) -> tuple[ToolCall, ...]:
        """The calls, in order; `trial` is the case as the message only supposes it."""


class BuiltinPlanner:
    """No model: the intent decides whether to search or compare, and known requirements alone whether to decide."""

    def plan(
        self, understanding: Understanding, state: DialogueState, trial: DialogueState | None = None
    ) -> tuple[ToolCall, ...]:
        calls: list[ToolCall] = []
        if state.slots or state.concerns:
            calls.append(_decision("decide", state))
        if trial is not None:
            calls.append(_decision("suppose", trial))
        intent, named = understanding.intent, bool(understanding.products)
        if intent == "size" and understanding.sizing is not None:
            calls.append(ToolCall("size", {"request": _request(understanding, state.requirements)}))
        elif intent == "what_changes" and state.slots:
            calls.append(ToolCall("vary", {"requirements": state.requirements}))
            calls += [_comparison(understanding)] if named else []
        elif intent == "compare" or (named and (understanding.premise or understanding.why or understanding.picks)):
            calls.append(_comparison(understanding))
            if understanding.enough and (request := line_sizing(state.requirements, understanding.products[0])):
                calls.append(ToolCall("size", {"request": request}))
        elif intent == "provenance" and state.looked_up:
            calls.append(_search(state.looked_up, understanding))
        elif intent in ("ask", "what_changes"):
            calls.append(_search(understanding.text, understanding))
        elif intent == "commercial" and understanding.questions:
            # A price is nothing to look up; what is asked beside it is.
            first, *others = understanding.questions
            calls.append(_search(first, replace(understanding, questions=tuple(others))))
        if understanding.question and intent in ("recommend", "inform", "compare"):
            # "Which document has the final say?" sounds like a wish for a product; a statement may end in a question.
            calls.append(_search(understanding.text, understanding))
        return tuple(calls)


def _decision(name: ToolName, state: DialogueState) -> ToolCall:
    return ToolCall(name, {"requirements": state.requirements, "concerns": frozenset(state.concerns)})


def _comparison(understanding: Understanding) -> ToolCall:
    return ToolCall("compare", {"products": understanding.products, "series": understanding.series})


def _search(query: str, understanding: Understanding) -> ToolCall:
    told: dict[str, Any] = {"also": understanding.questions} if understanding.questions else {}
    if understanding.query:
        told["otherwise"] = understanding.query
    return ToolCall("search", {"query": query, "language": understanding.language, "limit": MOST_PASSAGES, **told})


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
