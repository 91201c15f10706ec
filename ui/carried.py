"""A turn that is carried to its end even when its page has been left: reloaded, closed, or turned to something else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable

from assistant.agent.reply import Reply, StreamEvent
from assistant.errors import AdvisorError
from ui.api.problems import record


class Carried:
    """The turns under way in this process; `finished` hears of every reply, listened to or not."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def events(
        self, turn: AsyncIterator[StreamEvent], finished: Callable[[Reply], None]
    ) -> AsyncGenerator[StreamEvent]:
        """The turn's events as they come, with its error at the end; leaving does not stop it."""
        told: asyncio.Queue[StreamEvent | Exception | None] = asyncio.Queue()
        left = False

        async def carry() -> None:
            try:
                async for event in turn:
                    if event.reply is not None:
                        finished(event.reply)
                    told.put_nowait(event)
                told.put_nowait(None)
            except Exception as error:  # noqa: BLE001 - handed to whoever listens, else recorded
                told.put_nowait(error)
                if left and not isinstance(error, AdvisorError):
                    record(error, "chat page, left")

        task = asyncio.create_task(carry())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            while (item := await told.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            left = True
