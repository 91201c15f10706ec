"""The tools of a turn: search, decide, suppose, vary, compare, size. Which of them run is planned by code.

The loop calls them as plain functions; `function_tools` hands the same functions to anything that speaks LlamaIndex.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from assistant.agent.citations import KnowledgeSource
from assistant.agent.reply import Language
from assistant.knowledge.passage import Passage, SearchResult
from assistant.rules.catalogue import Product, Series
from assistant.rules.decision import decide, variations
from assistant.rules.facts import Concern
from assistant.rules.lines import Line, SeriesLine, compare
from assistant.rules.requirements import Requirements
from assistant.rules.sizing import SizingRequest, SizingResult, Unsizable, estimate
from assistant.rules.trace import Change, Decision

if TYPE_CHECKING:
    from llama_index.core.tools import FunctionTool

ToolName = Literal["search", "decide", "suppose", "vary", "compare", "size"]


@dataclass(frozen=True)
class Findings:
    """What the tools of a turn gave back. `supposed` is the decision of a case that is only supposed, `changes` what
    would turn the present one."""

    decision: Decision | None = None
    supposed: Decision | None = None
    changes: tuple[Change, ...] = ()
    search: SearchResult | None = None
    lines: tuple[Line, ...] = ()
    series: tuple[SeriesLine, ...] = ()
    sizing: SizingResult | Unsizable | None = None


def merged(results: Sequence[SearchResult], limit: int) -> SearchResult:
    """Several searches as one: the answer of each first, then the rest by relevance; what covers nothing adds
    nothing, unless none covers."""
    kept = [result for result in results if result.covered] or list(results[:1])
    firsts = [passage for result in kept for passage in result.answer]
    rest = sorted((p for result in kept for p in result.passages), key=lambda p: -p.score)
    units: dict[str, Passage] = {}
    for passage in (*firsts, *rest):
        units.setdefault(passage.unit, passage)
    return SearchResult(
        passages=tuple(units.values())[:limit],
        covered=any(result.covered for result in kept),
        leading=len({passage.unit for passage in firsts}),
    )


class Tools:
    """The tools, bound to a knowledge index."""

    def __init__(self, knowledge: KnowledgeSource) -> None:
        self._knowledge = knowledge

    def run(self, name: ToolName, **arguments: Any) -> Any:
        """Call a tool by name and return what it returned."""
        return getattr(self, name)(**arguments)

    def function_tools(self) -> list[FunctionTool]:
        """The tools for LlamaIndex agents; a docstring is a tool's instruction."""
        from llama_index.core.tools import FunctionTool  # two seconds to import, and a turn does without it

        return [FunctionTool.from_defaults(getattr(self, name), name=name) for name in get_args(ToolName)]

    def search(
        self,
        query: str,
        language: Language,
        limit: int = 5,
        also: tuple[str, ...] = (),
        otherwise: str | None = None,
    ) -> SearchResult:
        """Find the passages of the whitepaper and the product sheets that answer a question.

        `also` are its parts: the passages that answer them are added. `otherwise` is the question in other words, which
        are looked up where its own find nothing.
        """
        found = [self._knowledge.search(words, language=language, limit=limit) for words in (query, *also)]
        result = merged(found, limit) if also else found[0]
        if otherwise and not result.covered:
            again = self._knowledge.search(otherwise, language=language, limit=limit)
            return again if again.covered else result
        return result

    def decide(self, requirements: Requirements, concerns: frozenset[Concern]) -> Decision:
        """Apply the decision rules to the requirements; the only place where a recommendation comes from."""
        return decide(requirements, concerns)

    def suppose(self, requirements: Requirements, concerns: frozenset[Concern]) -> Decision:
        """The decision if these were the requirements; nothing is changed by asking."""
        return decide(requirements, concerns)

    def vary(self, requirements: Requirements) -> tuple[Change, ...]:
        """Every change of one requirement that would lead to another recommendation."""
        return variations(requirements)

    def compare(
        self, products: tuple[Product, ...], series: tuple[Series, ...]
    ) -> tuple[tuple[Line, ...], tuple[SeriesLine, ...]]:
        """Set product lines or series side by side."""
        return compare(products, series)

    def size(self, request: SizingRequest | None) -> SizingResult | Unsizable:
        """Work out the GPU memory that a model and a task need; what can't be calculated is told, never guessed."""
        if request is None:
            return Unsizable("no_model")
        try:
            return estimate(request)
        except Unsizable as error:
            return error
