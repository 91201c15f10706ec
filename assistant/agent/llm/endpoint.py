"""An OpenAI-compatible endpoint: structured answers and streamed prose, bounded in time, tokens and failures.

What a server can do differs: some take a JSON schema, some only "JSON mode", some only tools, some nothing. That is
found out once with a tiny question (`probe`), best first, and kept. Nothing here raises anything but `EndpointError`,
whose words hold neither the key nor what the server said, and `CutOff` at the end of a text that is not finished.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args
from weakref import WeakKeyDictionary

import httpx
import structlog
from pydantic import BaseModel, Field, SecretStr, ValidationError

from assistant.agent.llm.breaker import Breaker
from assistant.agent.llm.budget import Budget, estimated
from assistant.agent.llm.caller import Caller
from assistant.agent.llm.client import answers_closed, chat_client, http_client
from assistant.agent.llm.failure import EndpointError, Reason, told_as, worth_another
from assistant.agent.llm.forms import Mode, asked_for, first_object, strict
from assistant.agent.llm.prompts import prompt
from assistant.agent.llm.streaming import CutOff
from assistant.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage, ChatResponse
    from llama_index.llms.openai_like import OpenAILike

__all__ = ["Endpoint", "EndpointError", "Limits", "Reason", "Usage"]

_log = structlog.get_logger(__name__)
_M = TypeVar("_M", bound=BaseModel)
# Tokens that a probe may take.
_PROBE_TOKENS = 60
# Seconds until an endpoint that answered in no way that can be used is asked again how it wants to be asked.
_PROBE_REST_S = 300.0
# Real questions, one after the other, that a server turns away before it is asked in another way.
_MOST_TURNED_AWAY = 2
# Before anything has come back a lost connection is worth one more try.
_ATTEMPTS = 2
# Why a text ends that is not at its end; None is a server that went away without a word.
_UNFINISHED = (None, "length", "content_filter")


@dataclass(frozen=True)
class Limits:
    """`timeout_s` bounds one call (all calls of a turn: its `Caller`), `first_s` the wait for the first word of prose,
    `at_once` those in flight, the budgets count tokens in a day."""

    timeout_s: float = 30.0
    first_s: float = math.inf
    at_once: int = 8
    visitor_tokens: int = 100_000
    total_tokens: int = 5_000_000


@dataclass
class Usage:
    """What was spent since the start: calls, failures by reason, tokens reserved."""

    calls: int = 0
    tokens: int = 0
    failures: dict[str, int] = field(default_factory=dict)


class _Probe(BaseModel):
    ready: bool
    colour: Literal["red", "green"]
    # A list with a bound, which not every server takes.
    notes: list[str] = Field(default=[], max_length=2)


@dataclass(repr=False)
class _Connected:
    """What belongs to one event loop; the client's own `repr` would show the key."""

    client: OpenAILike
    http: httpx.AsyncClient
    slots: asyncio.Semaphore


class Endpoint:
    """One model at one URL. Safe for concurrent use; importing the client library waits for the first call."""

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: SecretStr | None = None,
        limits: Limits | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        self.base_url = base_url
        self.model = model
        self.limits = limits or Limits()
        self.usage = Usage()
        self.breaker = breaker or Breaker()
        self._api_key = api_key
        self._budget = Budget(self.limits.visitor_tokens, self.limits.total_tokens)
        self._mode: Mode | None = None
        self._spoilt: set[Mode] = set()
        self._turned_away = 0
        self._probes = Breaker(threshold=1, rest_s=_PROBE_REST_S)
        # A client's connections belong to an event loop; a program may run several, one after the other.
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, _Connected] = WeakKeyDictionary()

    @classmethod
    def of(cls, settings: Settings) -> Endpoint | None:
        """The configured model; None without one."""
        if not settings.llm_base_url or not settings.llm_model:
            return None
        limits = Limits(
            timeout_s=settings.llm_timeout_s,
            first_s=settings.llm_read_s,
            at_once=settings.llm_at_once,
            visitor_tokens=settings.llm_visitor_tokens_per_day,
            total_tokens=settings.llm_tokens_per_day,
        )
        return cls(settings.llm_base_url, settings.llm_model, settings.llm_api_key, limits)

    @property
    def mode(self) -> Mode | None:
        """How structured answers are asked for; None until a probe has succeeded."""
        return self._mode

    @property
    def resting(self) -> bool:
        """Whether it is left alone for a while after failures, but for a trial."""
        return self.breaker.open or self._probes.open

    @property
    def spent(self) -> bool:
        """Whether a call was refused today because everybody's tokens would not do."""
        return self._budget.spent

    # ---- what a caller wants

    async def connect(self) -> None:
        """Make this event loop's client beforehand: its first import takes seconds that are not the model's."""
        try:
            await self._connected()
        except Exception as error:  # noqa: BLE001 - as in a call
            raise told_as(error) from None

    async def probe(self, until: float = math.inf) -> Mode:
        """Find out, once, how to ask for structured answers. EndpointError when no way works `until` then."""
        if self._mode is None:
            if not self._probes.allow():
                raise EndpointError("resting")
            failure, nobody = EndpointError("rubbish"), Caller("probe", until)
            ways: tuple[Mode, ...] = get_args(Mode)
            for mode in (way for way in ways if way not in self._spoilt):
                try:
                    await self._structured([("user", prompt("probe").text)], _Probe, mode, nobody, _PROBE_TOKENS)
                except EndpointError as error:
                    failure = error
                    # Answered, but not like that: the next way may do. Anything else is no matter of how one asks.
                    if error.reason != "rubbish":
                        break
                else:
                    self._mode = mode
                    _log.info("llm_probed", model=self.model, mode=mode)
                    break
            if self._mode is None:
                if failure.reason == "rubbish":
                    # It takes no question at all; to ask all of them in each turn would only cost time.
                    self._probes.failed()
                    self._spoilt.clear()
                else:
                    self._probes.abandoned()
                raise failure
            self._probes.succeeded()
        return self._mode

    async def structured(
        self, messages: Sequence[tuple[str, str]], schema: type[_M], *, caller: Caller, max_tokens: int
    ) -> _M:
        """An answer to (role, text) messages that fits the schema. EndpointError."""
        mode = await self.probe(caller.until)
        try:
            answer = await self._structured(messages, schema, mode, caller, max_tokens)
        except EndpointError as error:
            if error.turned_away and self._mode == mode:
                self._turned_away += 1
                if self._turned_away == _MOST_TURNED_AWAY:
                    # It took a small question in this way and takes no real one: the next turn asks for another way.
                    self._spoilt.add(mode)
                    self._mode, self._turned_away = None, 0
            raise
        self._turned_away = 0
        return answer

    async def stream(
        self, messages: Sequence[tuple[str, str]], *, caller: Caller, max_tokens: int
    ) -> AsyncGenerator[str]:
        """The prose as it comes, in pieces. EndpointError, also in the middle; CutOff where it ends before its end."""
        reason: object = None
        said = False

        async def begun() -> tuple[AsyncGenerator[ChatResponse], ChatResponse | None]:
            # The request is made when the first piece is asked for.
            pieces = await client.astream_chat(_chat(messages), max_tokens=max_tokens)
            return pieces, await anext(pieces, None)

        async with self._call(caller, estimated(*(text for _, text in messages)) + max_tokens) as client:
            async with asyncio.timeout(self.limits.first_s):
                pieces, piece = await self._first(begun)
            async with aclosing(pieces):
                while piece is not None:
                    reason = _ended(piece) or reason
                    if piece.delta:
                        said = True
                        yield piece.delta
                    piece = await anext(pieces, None)
            if not said:
                raise EndpointError("rubbish", "no text")
        if reason in _UNFINISHED:
            raise CutOff(at_length=reason == "length")

    async def tool_calls(
        self, messages: Sequence[tuple[str, str]], tools: Sequence[dict[str, Any]], *, caller: Caller, max_tokens: int
    ) -> list[tuple[str, dict[str, Any]]]:
        """The calls that the model wants made, as (name, arguments); [] when it wants none. EndpointError."""
        tokens = estimated(*(text for _, text in messages), json.dumps(list(tools))) + max_tokens
        async with self._call(caller, tokens) as client:
            kwargs: dict[str, Any] = {"tools": list(tools), "max_tokens": max_tokens}
            answer = await self._first(lambda: client.achat(_chat(messages), **kwargs))
            return [
                (str(call.function.name), first_object(call.function.arguments))
                for call in _message(answer).tool_calls or ()
                if getattr(call, "function", None) is not None
            ]

    async def close(self) -> None:
        """Let go of this event loop's connections."""
        connected = self._clients.pop(asyncio.get_running_loop(), None)
        if connected is not None:
            await connected.http.aclose()

    # ---- one call

    async def _structured(
        self, messages: Sequence[tuple[str, str]], schema: type[_M], mode: Mode, caller: Caller, max_tokens: int
    ) -> _M:
        rules = strict(schema.model_json_schema(), bounded=mode == "json_schema")
        if mode in ("json_object", "text"):
            messages = [*messages, ("user", f"Answer with one JSON object of this schema only:\n{json.dumps(rules)}")]
        tokens = estimated(*(text for _, text in messages), json.dumps(rules)) + max_tokens
        async with self._call(caller, tokens) as client:
            kwargs = {"max_tokens": max_tokens, **asked_for(mode, rules)}
            answer = await self._first(lambda: client.achat(_chat(messages), **kwargs))
            message, cut = _message(answer), _ended(answer) == "length"
            if mode == "tools":
                calls = [call for call in message.tool_calls or () if getattr(call, "function", None) is not None]
                found = first_object(calls[0].function.arguments, cut=cut) if calls else None
            else:
                found = first_object(message.content or "", cut=cut)
            try:
                return schema.model_validate(found)
            except ValidationError as error:
                raise EndpointError("rubbish", f"{error.error_count()} errors against the schema") from None

    @asynccontextmanager
    async def _call(self, caller: Caller, tokens: int) -> AsyncIterator[OpenAILike]:
        """The client, within the limits; whatever goes wrong is told as an `EndpointError` and to the breaker.

        The tokens are taken off the budgets only when the call is made.
        """
        started, seconds = time.perf_counter(), min(self.limits.timeout_s, caller.left())
        begun: list[httpx.Response] = []
        if seconds <= 0:
            raise EndpointError("late")
        if not self.breaker.allow():
            raise EndpointError("resting")
        try:
            connected = await self._connected()
            async with asyncio.timeout(seconds):
                if connected.slots.locked():
                    # Waiting in a queue would cost this visitor the time in which the built-in brain answers.
                    raise EndpointError("busy")
                async with connected.slots, answers_closed(begun):
                    if not self._budget.reserve(caller.visitor, tokens):
                        raise EndpointError("budget")
                    self.usage.calls += 1
                    self.usage.tokens += tokens
                    yield connected.client
        except asyncio.CancelledError:
            self.breaker.abandoned()
            raise
        except Exception as error:  # noqa: BLE001 - the boundary to somebody else's server: told by kind, never by words
            told = told_as(error, begun)
            self._told(told, started)
            raise told from None
        except BaseException:
            # The reader of a stream has seen enough, which says nothing of the endpoint.
            self.breaker.abandoned()
            raise
        else:
            self.breaker.succeeded()

    def _told(self, error: EndpointError, started: float) -> None:
        self.usage.failures[error.reason] = self.usage.failures.get(error.reason, 0) + 1
        if error.reason in ("unreachable", "timeout", "refused", "page") or (error.reason == "rubbish" and self._mode):
            self.breaker.failed()
        else:
            self.breaker.abandoned()
        seconds = round(time.perf_counter() - started, 2)
        _log.warning("llm_failed", reason=error.reason, detail=error.detail, seconds=seconds)

    async def _first(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """The call's answer, tried once more after a pause of random length where nothing came of it."""
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

        retrying = AsyncRetrying(
            retry=retry_if_exception(worth_another),
            stop=stop_after_attempt(_ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.2, max=1.0),
            reraise=True,
        )

        async def once() -> Any:
            return await call()

        return await retrying(once)

    async def _connected(self) -> _Connected:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            http = http_client(self.limits.timeout_s)
            told = (self.base_url, self.model, self._api_key, http, self.limits.timeout_s)
            client = await asyncio.to_thread(chat_client, *told)
            # Another call may have been quicker, and its slots are what counts.
            made = _Connected(client, http, asyncio.Semaphore(self.limits.at_once))
            self._clients.setdefault(loop, made)
        return self._clients[loop]


def _chat(messages: Sequence[tuple[str, str]]) -> list[ChatMessage]:
    from llama_index.core.llms import ChatMessage

    return [ChatMessage(role=role, content=text) for role, text in messages]


def _message(answer: Any) -> Any:
    """The endpoint's own message in an answer."""
    choices = getattr(answer.raw, "choices", None)
    if not choices or choices[0].message is None:
        raise EndpointError("rubbish", "no message")
    return choices[0].message


def _ended(piece: ChatResponse) -> object:
    """Why the text ends with this piece or answer, in the server's word; None where it goes on."""
    choices = getattr(piece.raw, "choices", None)
    return getattr(choices[0], "finish_reason", None) if choices else None
