"""Writes each turn down: its trace to the store, and to OpenTelemetry where that is set up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import structlog

from assistant.agent.llm.endpoint import Endpoint
from assistant.agent.reply import Versions
from assistant.agent.rerun import Rerun
from assistant.agent.telemetry import Telemetry
from assistant.agent.trace import Trace
from assistant.settings import Settings
from assistant.store.traces import TraceStore

_log = structlog.get_logger(__name__)


class Recorder:
    """The traces of one advisor. Nothing that goes wrong here breaks a turn."""

    def __init__(
        self,
        settings: Settings,
        traces: TraceStore,
        versions: Callable[[], Versions],
        endpoint: Endpoint | None,
        telemetry: Telemetry | None,
    ) -> None:
        self._traces = traces
        self._versions = versions
        self._endpoint = endpoint
        self._reranker = settings.reranker_model
        self._telemetry = telemetry

    @asynccontextmanager
    async def turn(self, session_id: str, number: int, rerun: Rerun) -> AsyncIterator[Trace]:
        """The trace of the turn that runs in the block, which keeps it with the reply (`ended`); of a turn that fails
        there, what there is of its trace is kept without one."""
        trace = Trace()
        trace.note("again", rerun.model_dump(mode="json"))
        try:
            yield trace
        except Exception as error:
            trace.note("failed", type(error).__name__)
            await self._keep(session_id, number, trace)
            raise
        except BaseException as error:
            # The visitor left, or the program ends.
            trace.note("failed", type(error).__name__)
            raise
        finally:
            trace.end()
            if self._telemetry is not None:
                self._telemetry.turn(trace, session_id, number)

    def ended(self, trace: Trace) -> dict[str, Any]:
        """The trace of a turn that is over, with what it was made by, as it is kept."""
        trace.end()
        made_by: dict[str, Any] = self._versions().model_dump()
        if self._reranker:
            made_by["reranker"] = self._reranker
        if self._endpoint is not None:
            made_by |= {"model": self._endpoint.model, "mode": self._endpoint.mode}
        trace.note("versions", made_by)
        return trace.as_json()

    async def _keep(self, session_id: str, number: int, trace: Trace) -> None:
        try:
            await asyncio.to_thread(self._traces.keep, session_id, number, self.ended(trace))
        except Exception as error:  # noqa: BLE001 - why the turn failed is what has to be told
            _log.warning("trace_not_kept", turn=number, error=type(error).__name__)

    def close(self) -> None:
        """Send what is still to be exported, for a moment at most."""
        if self._telemetry is not None:
            self._telemetry.close()
