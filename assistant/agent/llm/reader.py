"""Reads a message with a model beside the built-in parser, which alone counts where the model fails or adds nothing."""

from __future__ import annotations

import re

from assistant.agent.llm.caller import Caller
from assistant.agent.llm.endpoint import Endpoint, EndpointError
from assistant.agent.llm.prompts import prompt
from assistant.agent.llm.reading import Reading, joined
from assistant.agent.trace import Trace
from assistant.dialogue.reading import Intent, Understanding

_MAX_TOKENS = 400
# Requests about the conversation: a model has nothing to add.
_PLAIN: frozenset[Intent] = frozenset(
    {
        "complaint",
        "finish",
        "start_over",
        "delete_data",
        "handover",
        "summarise",
        "open_points",
        "provenance",
        "why_asked",
        "export",
    }
)
# Small talk, which may be the beginning of a message that says something.
_TALK: frozenset[Intent] = frozenset({"greet", "thank", "goodbye", "acknowledge"})
# Chinese characters, and half as many words of other scripts, that are small talk and no more.
_LONGEST_TALK = 8
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W\d_\u3400-\u9fff]+")
# A message of fewer letters says no more than the parser finds.
_SHORTEST = 4


class Reader:
    """One small structured call for each message that has anything to read."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def read(self, message: str, built_in: Understanding, trace: Trace, caller: Caller) -> Understanding:
        """The message's meaning; the built-in one where the endpoint gives nothing."""
        if not _worth_reading(message, built_in):
            return built_in
        asked = prompt("read")
        with trace.span("llm_read", prompt=asked.id, digest=asked.digest) as span:
            try:
                await self._endpoint.connect()
                with caller.reading() as reader:
                    reading = await self._endpoint.structured(
                        [("system", asked.text), ("user", message)], Reading, caller=reader, max_tokens=_MAX_TOKENS
                    )
            except EndpointError as error:
                span.note("failed", error.reason)
                if error.reason == "timeout":
                    # It hangs, and the visitor has waited long enough: neither look-ups nor prose in this turn.
                    caller.give_up()
                return built_in
            meant, judged = joined(message, built_in, reading)
            span.note("read", reading.model_dump(mode="json"))
            span.note("judged", [vars(one) for one in judged])
        return meant


def _worth_reading(message: str, built_in: Understanding) -> bool:
    if built_in.intent in _PLAIN or sum(char.isalnum() for char in message) < _SHORTEST:
        return False
    said = sum(1 if len(word) == 1 else 2 for word in _WORD.findall(message))
    return built_in.intent not in _TALK or said > _LONGEST_TALK
