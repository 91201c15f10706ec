"""A real advisor beside a scripted model, and what a visitor sees of a turn."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from scripted_endpoint import READY, Answer, Script, Scripted, kind_of, scripted_endpoint

from agent.library import Library
from agent.llm.calls import KEY
from assistant.agent.llm.endpoint import Endpoint
from assistant.agent.reply import Reply, StreamEvent
from assistant.bootstrap import Advisor, build_advisor
from assistant.settings import Settings

NOTHING_READ = json.dumps({"intent": "other", "updates": [], "query": "", "questions": []})
Said = Answer | Callable[[dict[str, Any]], Answer]


@dataclass(frozen=True)
class Taken:
    """One turn: its events in order, the reply, and the texts that were streamed."""

    events: list[StreamEvent]

    @property
    def reply(self) -> Reply:
        reply = self.events[-1].reply
        assert reply
        return reply

    @property
    def told(self) -> list[str]:
        return [event.text or "" for event in self.events if event.event == "token"]

    @property
    def shown(self) -> str:
        """What someone who reads nothing but the tokens has at the end."""
        text = ""
        for event in self.events:
            text = "" if event.event == "reset" else text + (event.text or "" if event.event == "token" else "")
        return text


def model(write: Said, repair: Said | None = None, read: Said | None = None) -> Script:
    """A model that reads, writes and repairs like that, and looks nothing up; by itself it repairs nothing."""
    parts: dict[str, Said] = {
        "probe": Answer(READY),
        "read": read or Answer(NOTHING_READ),
        "write": write,
        "repair": repair or Answer(status=400),
    }

    def script(request: dict[str, Any]) -> Answer:
        said = parts.get(kind_of(request), Answer("DONE"))
        return said if isinstance(said, Answer) else said(request)

    return script


@asynccontextmanager
async def advised(folder: Path, script: Script, **settings: Any) -> AsyncIterator[tuple[Advisor, Scripted]]:
    """An advisor with that model."""
    with scripted_endpoint(script) as server:
        chosen = {"llm_base_url": server.url, "llm_model": "scripted", "llm_api_key": SecretStr(KEY), **settings}
        async with opened(folder, **chosen) as advisor:
            yield advisor, server


@asynccontextmanager
async def opened(folder: Path, **settings: Any) -> AsyncIterator[Advisor]:
    """An advisor with whatever the settings say."""
    advisor = build_advisor(Settings(data_dir=folder, **settings), knowledge=Library())
    try:
        yield advisor
    finally:
        if advisor.endpoint is not None:
            await advisor.endpoint.close()
        advisor.close()


def model_of(advisor: Advisor) -> Endpoint:
    """The advisor's endpoint."""
    assert advisor.endpoint
    return advisor.endpoint


async def take(advisor: Advisor, message: str, session: str | None = None) -> Taken:
    """One turn."""
    return Taken([event async for event in advisor.stream(message, session_id=session)])


class Stage:
    """An advisor beside a model, and one without: for many short tests, each with a conversation of its own."""

    def __init__(self, folder: Path, server: Scripted) -> None:
        chosen = Settings(data_dir=folder / "model", llm_base_url=server.url, llm_model="scripted")
        self.server = server
        self.advisor = build_advisor(chosen, knowledge=Library())
        self._plain = build_advisor(Settings(data_dir=folder / "plain"), knowledge=Library())
        self._replies: dict[str, Reply] = {}

    async def take(self, message: str, script: Script, *, met: bool = True, session: str | None = None) -> Taken:
        """One turn with a model that answers by the script; the server keeps the requests of this turn only.

        The endpoint knows nothing of the turns before, but how it wants to be asked, where it was `met` before.
        """
        self.server.script = script
        self.server.requests.clear()
        endpoint = model_of(self.advisor)
        endpoint.breaker.succeeded()
        endpoint._probes.succeeded()
        endpoint._mode = "json_schema" if met else None
        try:
            return await take(self.advisor, message, session)
        finally:
            # Connections belong to a test's own event loop.
            await model_of(self.advisor).close()

    async def plainly(self, message: str) -> Reply:
        """The reply without any model."""
        if message not in self._replies:
            self._replies[message] = (await take(self._plain, message)).reply
        return self._replies[message]

    def close(self) -> None:
        """Let go of both."""
        self.advisor.close()
        self._plain.close()
