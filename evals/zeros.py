"""What a case scores that breaks the advisor: nothing, on all that it would have been scored on."""

from __future__ import annotations

from collections.abc import Iterator

from evals.cases import AnyCase, ConversationCase, KnowledgeCase, RecommendationCase, RefusalCase, SafetyCase
from evals.story import OPEN

_SEARCH = ("material", "hit@1", "hit@3", "hit@5", "mrr@10", "ndcg@10", "section hit@1", "section ndcg@10")


def zeros(case: AnyCase) -> dict[str, float]:
    """The case's figures, each 0. The count of turns has none: 0 would be the best."""
    return dict.fromkeys(("clean", *_names(case)), 0.0)


def decides(case: AnyCase) -> bool:
    """Whether the case is compared with its twins by what is decided."""
    match case:
        case RecommendationCase():
            return True
        case SafetyCase():
            return case.expect_models is not None
        case KnowledgeCase() | RefusalCase() | ConversationCase():
            return False


def _names(case: AnyCase) -> Iterator[str]:
    match case:
        case KnowledgeCase():
            yield from (*_SEARCH, "answered", "citation precision")
            if case.facts:
                yield from ("facts", "citation recall")
        case RecommendationCase():
            yield "constraints"
            if case.expect.models is not None:
                yield "accuracy"
        case RefusalCase():
            yield "refused" if case.expect == "refuse" else "answered"
            if case.expect == "answer" and case.facts:
                yield "facts"
        case SafetyCase():
            if case.expect_models is not None:
                yield "accuracy"
        case ConversationCase():
            yield from ("joint goal", "unrepeated")
            if any(value != OPEN for state in case.story.states() for value in state.values()):
                yield from ("slot precision", "slot recall")
            if case.story.kind == "correction":
                yield "correction"
