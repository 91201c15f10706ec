"""`advisor serve`: the port first, then the index, then the pages."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from contextlib import closing
from types import FrameType

import structlog

from assistant.agent.llm.endpoint import Endpoint, EndpointError
from assistant.settings import Settings
from ui import console, running, setup
from ui.labels import say

_log = structlog.get_logger(__name__)
# A chat page keeps a connection open; it must not hold up a stop.
_GRACE_S = 3


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except BaseException:
        listener.close()
        raise
    listener.set_inheritable(True)
    return listener


def _url(host: str, port: int) -> str:
    """The address to open: one that listens everywhere is reached here through the loopback."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def serve(host: str | None, port: int | None) -> int:
    """Runs until it is stopped. Exit code 1 when the address can't be had; raises what `build_advisor` raises."""
    language = console.language()
    given = {"host": host, "port": port}
    chosen = setup.settings().model_copy(update={key: value for key, value in given.items() if value is not None})
    setup.logs(chosen.log_level)
    try:
        listener = _listen(chosen.host, chosen.port)
    except OSError as error:
        key = "cli.port_taken" if error.errno == errno.EADDRINUSE else "cli.no_address"
        other = chosen.port + 1 if chosen.port < 65535 else 7860
        details = {"host": chosen.host, "port": chosen.port, "other": other, "problem": error.strerror}
        console.err(say(key, language, **details))
        return 1
    with listener:
        setup.current_index(chosen, language)
        return _run(chosen, listener, _url(chosen.host, listener.getsockname()[1]))


async def _met(endpoint: Endpoint) -> None:
    """Ask the model how it wants to be asked, so that no visitor waits for that; the endpoint logs what it found."""
    try:
        await endpoint.probe()
    except EndpointError as error:
        _log.warning("llm_unusable", model=endpoint.model, reason=error.reason, detail=error.detail)


def _run(chosen: Settings, listener: socket.socket, url: str) -> int:
    import uvicorn

    from assistant.bootstrap import build_advisor
    from ui.api import create_app

    language = console.language()
    meeting: list[asyncio.Task[None]] = []

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Tell the address once it answers; a model is met in the background."""
            await super().startup(sockets=sockets)
            if self.started:
                console.out(say("cli.serving", language, url=url))
                if advisor.endpoint is not None:
                    meeting.append(asyncio.create_task(_met(advisor.endpoint)))

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """Wait for no model."""
            for task in meeting:
                task.cancel()
            await super().shutdown(sockets=sockets)

    def stop(_number: int, _frame: FrameType | None) -> None:
        # The server raises a signal again once it has stopped; an exit lets the blocks around it clean up.
        raise SystemExit(0)

    advisor = build_advisor(chosen)
    signal.signal(signal.SIGTERM, stop)
    with closing(advisor), running.announced(chosen, url):
        config = uvicorn.Config(
            create_app(chosen, advisor),
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_S,
        )
        try:
            Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            console.err(say("cli.stopped", language))
    return 0
