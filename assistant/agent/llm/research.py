"""Several things asked at once, looked up one by one by a model that can call tools; bounded in steps.

The rules run from code in every turn, whatever is looked up here. Where the endpoint takes no tools, or calls none, the
questions that the reader found are searched as they are.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from assistant.agent.llm.caller import Caller
from assistant.agent.llm.endpoint import Endpoint, EndpointError
from assistant.agent.llm.prompts import prompt
from assistant.agent.llm.toolbox import LOOKING_UP, Toolbox
from assistant.agent.tools import Tools
from assistant.agent.trace import Trace
from assistant.dialogue.reading import Understanding
from assistant.knowledge.passage import SearchResult

# Rounds of calls, calls in a round, and tokens that a round may write.
_STEPS = 3
_CALLS = 4
_MAX_TOKENS = 200
_LONGEST_RESULT = 1500


class Research:
    """Looks a compound message up in several steps."""

    def __init__(self, endpoint: Endpoint, tools: Tools) -> None:
        self._endpoint = endpoint
        self._tools = tools

    async def look_up(self, understanding: Understanding, trace: Trace, caller: Caller) -> SearchResult | None:
        """The passages that its calls found, in the order of the calls; None where there is nothing to add."""
        if len(understanding.questions) < 2:
            return None
        toolbox = Toolbox(self._tools, understanding.language)
        specs = [tool.metadata.to_openai_tool() for tool in await asyncio.to_thread(toolbox.tools, LOOKING_UP)]
        asked = prompt("look_up")
        messages = [("system", asked.text), ("user", understanding.text)]
        with trace.span("llm_look_up", prompt=asked.id, digest=asked.digest) as span, caller.reading() as looking:
            made: list[dict[str, Any]] = []
            for _ in range(_STEPS):
                try:
                    calls = await self._endpoint.tool_calls(messages, specs, caller=looking, max_tokens=_MAX_TOKENS)
                except EndpointError as error:
                    span.note("failed", error.reason)
                    break
                fresh = [c for c in calls[:_CALLS] if {"name": c[0], "arguments": c[1]} not in made]
                if not fresh:
                    break
                for name, arguments in fresh:
                    result = await asyncio.to_thread(toolbox.call, name, arguments)
                    made.append({"name": name, "arguments": arguments})
                    told = json.dumps(result, ensure_ascii=False)[:_LONGEST_RESULT]
                    called = f"{name}({json.dumps(arguments, ensure_ascii=False)})"
                    messages.append(("user", f"Result of {called}: {told}"))
            span.note("calls", made)
        if not toolbox.found:
            return None
        return SearchResult(passages=tuple(toolbox.found), covered=True)
