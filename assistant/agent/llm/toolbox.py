"""The advisor's tools for whatever speaks LlamaIndex: typed functions of plain arguments, whose docstrings instruct.

Nothing is decided by calling them. `recommend` applies the rules to what it is given, `update_requirements` tells what
a message says by the same policy as a turn, `hand_over` the way to a person; none of them changes a conversation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ValidationError

from assistant.agent.llm.reading import Reading, ReadUpdate, joined
from assistant.agent.tools import Tools
from assistant.dialogue.phrasing import say
from assistant.dialogue.understanding import understand
from assistant.knowledge.passage import Language, Passage
from assistant.rules.catalogue import PRODUCTS, Product
from assistant.rules.footprint import Task
from assistant.rules.requirements import Requirements
from assistant.rules.sizing import SizingRequest, SizingResult

if TYPE_CHECKING:
    from llama_index.core.tools import FunctionTool

ToolboxName = Literal["search", "recommend", "size", "compare", "update_requirements", "hand_over"]
# Those that look something up; a model may call them in a turn.
LOOKING_UP: tuple[ToolboxName, ...] = ("search", "size", "compare")
_LIMIT = 4


class SizeArguments(BaseModel):
    """What `size` takes; LlamaIndex can't read a named `Literal` off the function."""

    model: str
    task: Task = "inference"
    gpu: str | None = None
    gpus: int | None = None


class Toolbox:
    """The tools in one language; `found` collects the passages that searches gave."""

    def __init__(self, tools: Tools, language: Language) -> None:
        self._tools = tools
        self._language: Language = language
        self.found: list[Passage] = []

    def tools(self, names: tuple[ToolboxName, ...]) -> list[FunctionTool]:
        """The named tools as LlamaIndex `FunctionTool`s."""
        from llama_index.core.tools import FunctionTool  # two seconds to import, and most turns do without it

        schemas = {"size": SizeArguments}
        return [FunctionTool.from_defaults(getattr(self, n), name=n, fn_schema=schemas.get(n)) for n in names]

    def call(self, name: str, arguments: dict[str, Any]) -> Any:
        """Call a tool that looks something up; what can't be called is told in words, as the caller is a model."""
        if name not in LOOKING_UP:
            return f"There is no tool {name}; there are {', '.join(LOOKING_UP)}."
        try:
            return getattr(self, name)(**arguments)
        except (TypeError, ValueError) as error:
            return f"{name} can't be called like that: {type(error).__name__}"

    def search(self, query: str) -> list[dict[str, str]]:
        """Find the passages of the whitepaper and the product sheets that answer one question. Ask one thing at a time,
        in full words; returns id and text of each passage, best first, or nothing where the material has no answer."""
        result = self._tools.search(str(query)[:300], self._language, _LIMIT)
        passages = result.passages if result.covered else ()
        self.found += [passage for passage in passages if passage.unit not in {p.unit for p in self.found}]
        return [{"id": passage.unit, "text": passage.text} for passage in passages]

    def recommend(self, requirements: dict[str, Any]) -> dict[str, Any]:
        """Apply the decision rules to a checklist (workloads, sharing, scale, …) and return series, product lines,
        alternatives, the rules that fired and what is missing. The only way to a recommendation."""
        try:
            decision = self._tools.decide(Requirements.model_validate(requirements), frozenset())
        except ValidationError as error:
            return {"error": [f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors()]}
        return decision.model_dump(
            mode="json", include={"series", "models", "alternatives", "fired", "missing", "confidence", "risks"}
        )

    def size(self, model: str, task: Task = "inference", gpu: str | None = None, gpus: int | None = None) -> Any:
        """Work out how much GPU memory a language model needs for a task (inference, lora, qlora, finetune-full,
        training), and whether a number of GPUs of a kind holds it."""
        result = self._tools.size(SizingRequest(model=model, task=task, gpu=gpu, gpus=gpus))
        if not isinstance(result, SizingResult):
            return {"error": str(result)}
        return result.model_dump(mode="json", exclude={"references"})

    def compare(self, products: list[str]) -> list[dict[str, str]]:
        """Tell what each of several product lines (G2, T4, T8X, …) is for."""
        known: tuple[Product, ...] = tuple(code for code in PRODUCTS if code in products)
        lines, _ = self._tools.compare(known, ())
        return [{"models": " / ".join(line.models), "fit": line.fit.get(self._language)} for line in lines]

    def update_requirements(self, message: str, updates: list[dict[str, str]]) -> list[dict[str, str]]:
        """Check what a visitor's message says about their case: each update has field, value and evidence, the words of
        the message it rests on. Returns what would be taken, and why not where it would not."""
        try:
            read = [ReadUpdate.model_validate(update) for update in updates][:12]
        except ValidationError as error:
            return [{"error": f"{error.error_count()} updates have another form"}]
        built_in = understand(message, language=self._language)
        _, judged = joined(message, built_in, Reading(intent="inform", updates=read, query="", questions=[]))
        return [{"field": one.field, "evidence": one.evidence, "verdict": one.verdict} for one in judged]

    def hand_over(self) -> str:
        """The way to a person: for prices, delivery, stock, warranty, or when the visitor asks for somebody."""
        return say("handover", self._language)
