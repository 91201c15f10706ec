"""An endpoint over a scripted server, for tests of the calls themselves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from pydantic import BaseModel, Field, SecretStr
from scripted_endpoint import READY, Answer, Script, Scripted, kind_of, scripted_endpoint

from assistant.agent.llm.breaker import Breaker
from assistant.agent.llm.caller import Caller
from assistant.agent.llm.endpoint import Endpoint, EndpointError, Limits

KEY = "sk-never-to-be-seen-0123456789"
GOOD = json.dumps({"shade": "green"})


class Shade(BaseModel):
    """What the tests ask for."""

    shade: str
    others: list[str] = Field(default=[], max_length=2)


class Clock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def how(request: dict[str, Any]) -> str:
    """In which way a structured answer is asked for."""
    if "response_format" in request:
        way = str(request["response_format"]["type"])
        bounded = "maxItems" in json.dumps(request)
        return way if way != "json_schema" or bounded else "json_schema_unbounded"
    return "tools" if "tools" in request else "text"


def ready(rest: Callable[[dict[str, Any]], Answer]) -> Script:
    """A server that takes a JSON schema, and answers all but the probe by `rest`."""
    return lambda request: Answer(READY) if kind_of(request) == "probe" else rest(request)


@asynccontextmanager
async def connected(
    script: Script, *, breaker: Breaker | None = None, **limits: Any
) -> AsyncIterator[tuple[Scripted, Endpoint]]:
    """The server and an endpoint that talks to it."""
    with scripted_endpoint(script) as scripted:
        endpoint = Endpoint(scripted.url, "scripted", SecretStr(KEY), Limits(**{"timeout_s": 20.0, **limits}), breaker)
        try:
            yield scripted, endpoint
        finally:
            await endpoint.close()


async def ask(endpoint: Endpoint, visitor: str = "v") -> str:
    """One structured call; the shade that came."""
    found = await endpoint.structured([("user", "Which shade?")], Shade, caller=Caller(visitor), max_tokens=20)
    return found.shade


async def prose(endpoint: Endpoint, visitor: str = "v", told: list[str] | None = None) -> list[str]:
    """One streamed call; the pieces that came, which `told` has also where it breaks off."""
    heard = told if told is not None else []
    async for piece in endpoint.stream([("user", "Tell me.")], caller=Caller(visitor), max_tokens=20):
        heard.append(piece)
    return heard


async def often(endpoint: Endpoint, visitors: Iterable[str]) -> int:
    """Ask until it is refused, for one visitor after the other; how often it was answered."""
    for answered, visitor in enumerate(visitors):
        try:
            await ask(endpoint, visitor)
        except EndpointError as error:
            if error.reason != "budget":
                raise
            return answered
    raise AssertionError("it was never refused")


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what another task or thread does."""
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.002)
