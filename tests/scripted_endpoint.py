"""An OpenAI-compatible HTTP server that says what a test tells it to: a real one on a real port, no patched client."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

READY = json.dumps({"ready": True, "colour": "red"})


@dataclass
class Answer:
    """`text` is the message; with `pieces` it is streamed in those. `calls` are tool calls as (name, arguments).

    `delay_s` before the first byte, `pause_s` between pieces, `cut` closes the connection after the pieces, `status`
    other than 200 refuses. With `gate` the answer waits until somebody sets it. `finish` is why the answer ends; None
    leaves it out. `raw` is the whole body, of the kind `media`. `gone` is set when a stream has ended, whoever did it.
    """

    text: str = ""
    pieces: Iterable[str] = ()
    calls: Sequence[tuple[str, str]] = ()
    delay_s: float = 0.0
    pause_s: float = 0.0
    cut: bool = False
    status: int = 200
    raw: bytes | None = None
    media: str = "application/json"
    finish: str | None = "stop"
    gate: threading.Event | None = None
    gone: threading.Event | None = None


# What the endpoint answers to a request (its JSON body).
Script = Callable[[dict[str, Any]], Answer]


@dataclass
class Scripted:
    """A running endpoint: its base URL, the script in force, and the requests that came."""

    url: str
    script: Script
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    server: _Server | None = None

    def kinds(self) -> list[str]:
        """What was asked for, in order, without the first question of how to ask."""
        return [kind for kind in map(kind_of, self.requests) if kind != "probe"]

    def die(self) -> None:
        """Drop every connection and take no more, at once; for a script to call, in the server's own thread."""
        assert self.server is not None
        self.server.drop()

    def asked(self, request: dict[str, Any]) -> str:
        """All that a request says, as one text."""
        return "\n".join(str(message.get("content")) for message in request["messages"])


def kind_of(request: dict[str, Any]) -> str:
    """ "probe", "read", "write", "repair" or "look_up", by the prompt."""
    said = "\n".join(str(message.get("content")) for message in request["messages"])
    for words, kind in (
        ("was refused by a check", "repair"),
        ('"colour"', "probe"),
        ("You read one message", "read"),
        ("asked several things at once", "look_up"),
        ("You write the reply", "write"),
    ):
        if words in said:
            return kind
    return "?"


def _message(answer: Answer) -> dict[str, Any]:
    calls = [
        {"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for n, (name, arguments) in enumerate(answer.calls)
    ]
    return {"role": "assistant", "content": answer.text or None, **({"tool_calls": calls} if calls else {})}


def _chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


async def _chunks(answer: Answer, request: Request) -> AsyncIterator[bytes]:
    try:
        for piece in answer.pieces or [answer.text]:
            if await request.is_disconnected():
                return
            yield _chunk({"role": "assistant", "content": piece})
            await asyncio.sleep(answer.pause_s)
        if answer.cut:
            raise ConnectionResetError
        if answer.finish is not None:
            yield _chunk({}, answer.finish)
        yield b"data: [DONE]\n\n"
    finally:
        if answer.gone is not None:
            answer.gone.set()


async def _half(answer: Answer) -> AsyncIterator[bytes]:
    yield answer.raw or b'{"id": "x", "object": "chat.comp'
    raise ConnectionResetError


async def _opened(gate: threading.Event) -> None:
    while not gate.is_set():
        await asyncio.sleep(0.005)


def _application(scripted: Scripted) -> FastAPI:
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        body = await request.json()
        scripted.requests.append(body)
        scripted.headers.append(dict(request.headers))
        answer = scripted.script(body)
        await asyncio.sleep(answer.delay_s)
        if answer.gate is not None:
            await _opened(answer.gate)
        if answer.cut and not body.get("stream"):
            return StreamingResponse(_half(answer), media_type="application/json")
        if answer.raw is not None:
            return Response(answer.raw, answer.status, media_type=answer.media)
        if answer.status != 200:
            # Real servers quote the key that they refuse.
            return JSONResponse(
                {"error": {"message": f"no: {request.headers.get('authorization')}", "type": "x"}}, answer.status
            )
        if body.get("stream"):
            return StreamingResponse(_chunks(answer, request), media_type="text/event-stream")
        choice = {"index": 0, "message": _message(answer), "finish_reason": answer.finish}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        return JSONResponse(
            {
                "id": "x",
                "object": "chat.completion",
                "created": 0,
                "model": "scripted",
                "choices": [choice],
                "usage": usage,
            }
        )

    return app


class _Server(uvicorn.Server):
    """Stops sooner than uvicorn's own, as a test has one of these each."""

    async def main_loop(self) -> None:
        while not self.should_exit:
            await asyncio.sleep(0.005)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.drop()

    def drop(self) -> None:
        """Close every connection as it is, and listen no more."""
        for listener in self.servers:
            listener.close()
        for connection in [*self.server_state.connections]:
            connection.transport.abort()


@contextmanager
def scripted_endpoint(script: Script) -> Iterator[Scripted]:
    """Serve the script on a free port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    scripted = Scripted(f"http://127.0.0.1:{port}/v1", script)
    config = uvicorn.Config(_application(scripted), host="127.0.0.1", port=port, log_level="critical", lifespan="off")
    server = scripted.server = _Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.002)
    try:
        yield scripted
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)
