"""The client of an endpoint: made once for an event loop, and no answer longer than any that is asked for is read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

import httpx
from pydantic import SecretStr

if TYPE_CHECKING:
    from llama_index.llms.openai_like import OpenAILike

# Bytes of one answer; what is asked for takes some hundred thousand at most, even streamed piece by piece.
MOST_BYTES = 4_000_000


# The answers that a call has begun to read.
_BEGUN: ContextVar[list[httpx.Response] | None] = ContextVar("begun", default=None)


class TooLong(Exception):
    """The endpoint sends more than any answer has."""


class _Bounded(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream
        # What the answer begins with.
        self.head = b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST_BYTES
        async for chunk in self._stream:
            left -= len(chunk)
            if left < 0:
                raise TooLong
            self.head = self.head or chunk.lstrip()[:1]
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _bound(response: httpx.Response) -> None:
    assert isinstance(response.stream, httpx.AsyncByteStream)
    response.stream = _Bounded(response.stream)
    begun = _BEGUN.get()
    if begun is not None:
        begun.append(response)


@asynccontextmanager
async def answers_closed(begun: list[httpx.Response]) -> AsyncIterator[None]:
    """At the end of the block the answers begun in it are closed, read or not: the library above lets go of one that
    nobody reads to its end only when the garbage is collected, and the server goes on writing until then. `begun` gets
    them as they come."""
    _BEGUN.set(begun)
    try:
        yield
    finally:
        _BEGUN.set(None)
        for response in begun:
            await response.aclose()


def is_page(answer: httpx.Response) -> bool:
    """Whether an answer that tells of no error is a web page: its first letter tells, as the kind that a server gives
    its answers may be any."""
    return answer.is_success and isinstance(answer.stream, _Bounded) and answer.stream.head == b"<"


def http_client(timeout_s: float) -> httpx.AsyncClient:
    """The connections; what is packed would be counted before it is unpacked, so nothing is to be packed."""
    return httpx.AsyncClient(
        timeout=timeout_s,
        follow_redirects=False,
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [_bound]},
    )


def chat_client(
    base_url: str, model: str, api_key: SecretStr | None, http: httpx.AsyncClient, timeout_s: float
) -> OpenAILike:
    """LlamaIndex's client of an OpenAI-compatible endpoint."""
    # Seconds to import, so only where a model is configured.
    import openai.resources.chat.completions  # noqa: F401 - else it is imported in the first call's time
    from llama_index.llms.openai_like import OpenAILike

    return OpenAILike(
        model=model,
        api_base=base_url,
        api_key=api_key.get_secret_value() if api_key else "none",
        is_chat_model=True,
        temperature=0.0,
        max_retries=0,
        # Its own is a minute, whatever the connections are allowed.
        timeout=timeout_s,
        async_http_client=http,
    )
