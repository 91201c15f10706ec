"""The tools of a turn as LlamaIndex `FunctionTool`s: search, decide, compare. Which run is planned by code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from llama_index.core.tools import FunctionTool

from assistant.agent.citations import KnowledgeSource
from assistant.agent.reply import Language
from assistant.knowledge.passage import SearchResult
from assistant.rules.catalogue import Product, Series
from assistant.rules.decision import decide
from assistant.rules.facts import Concern
from assistant.rules.lines import Line, SeriesLine, compare
from assistant.rules.requirements import Requirements
from assistant.rules.trace import Decision

ToolName = Literal["search", "decide", "compare"]


@dataclass(frozen=True)
class Findings:
    """What the tools of a turn gave back."""

    decision: Decision | None = None
    search: SearchResult | None = None
    lines: tuple[Line, ...] = ()
    series: tuple[SeriesLine, ...] = ()


class Tools:
    """The tools, bound to a knowledge index."""

    def __init__(self, knowledge: KnowledgeSource) -> None:
        self._knowledge = knowledge
        self.by_name: dict[ToolName, FunctionTool] = {
            "search": FunctionTool.from_defaults(self.search, name="search"),
            "decide": FunctionTool.from_defaults(self.decide, name="decide"),
            "compare": FunctionTool.from_defaults(self.compare, name="compare"),
        }

    def run(self, name: ToolName, **arguments: Any) -> Any:
        """Call a tool by name and return what it returned."""
        return self.by_name[name].call(**arguments).raw_output

    def search(self, query: str, language: Language, limit: int = 5) -> SearchResult:
        """Find the passages of the whitepaper and the product sheets that answer a question."""
        return self._knowledge.search(query, language=language, limit=limit)

    def decide(self, requirements: Requirements, concerns: frozenset[Concern]) -> Decision:
        """Apply the decision rules to the requirements; the only place where a recommendation comes from."""
        return decide(requirements, concerns)

    def compare(
        self, products: tuple[Product, ...], series: tuple[Series, ...]
    ) -> tuple[tuple[Line, ...], tuple[SeriesLine, ...]]:
        """Set product lines or series side by side."""
        return compare(products, series)
