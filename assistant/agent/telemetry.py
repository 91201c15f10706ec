"""Each turn as an OpenTelemetry trace, sent over OTLP/HTTP in the background.

What leaves is when each stage ran and small facts: intent, composer, models, prompts by version, counts. What a visitor
wrote, and what was read in it, leaves only where `ADVISOR_OTEL_CONTENT` says so. A conversation is named by a hash: its
id opens it. The SDK is imported only where an endpoint is set.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final, cast

import structlog

from assistant.agent.trace import Span, Trace
from assistant.errors import TelemetryMissing
from assistant.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
    from opentelemetry.trace import Tracer

_log = structlog.get_logger(__name__)
# How often spans are sent, the longest one sending may take, and the longest the end of the program waits for it.
_EVERY_MS: Final = 2000
_SENDING_S: Final = 5.0
_CLOSING_S: Final = 1.0
# Spans that wait for a collector; beyond, the oldest are dropped.
_WAITING: Final = 2048
_LONGEST: Final = 4000

_Value = str | bool | int | float | Sequence[str]


class Telemetry:
    """Sends turns to a collector. Nothing here is slow or raises once it is made."""

    def __init__(self, endpoint: str, *, content: bool = False, model: str | None = None) -> None:
        """`endpoint` is the collector's base URL, `model` the language model's name. Raises `TelemetryMissing`."""
        try:
            import opentelemetry.exporter.otlp.proto.http.trace_exporter
            import opentelemetry.sdk.trace.export  # noqa: F401 - here, so that what is missing is told at the start
        except ImportError as error:
            raise TelemetryMissing(problem=error) from error
        self._endpoint = endpoint
        self._content = content
        self._model = model
        self._lock = threading.Lock()
        self._started: tuple[TracerProvider, Tracer] | None = None

    @classmethod
    def of(cls, settings: Settings) -> Telemetry | None:
        """Where the settings name a collector; raises `TelemetryMissing`."""
        if not settings.otel_endpoint:
            return None
        model = settings.llm_model if settings.llm_base_url else None
        return cls(settings.otel_endpoint, content=settings.otel_content, model=model)

    def turn(self, trace: Trace, session_id: str, number: int) -> None:
        """Hand a turn that is over to the background thread."""
        try:
            self._hand_over(trace, session_id, number)
        except Exception as error:  # noqa: BLE001 - a turn never fails for being told about
            _log.warning("telemetry_broke", error=type(error).__name__)

    def close(self) -> None:
        """Send what waits, for a moment at most."""
        with self._lock:
            started, self._started = self._started, None
        if started is not None:
            # A collector that hangs must not hold up the end of the program.
            closing = threading.Thread(target=started[0].shutdown, daemon=True, name="telemetry-close")
            closing.start()
            closing.join(_CLOSING_S)

    def _hand_over(self, trace: Trace, session_id: str, number: int) -> None:
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

        tracer = self._tracer()
        root = tracer.start_span(
            "turn",
            kind=SpanKind.SERVER,
            start_time=trace.began_ns,
            attributes=dict(self._of_turn(trace, session_id, number)),
        )
        if failed := trace.facts.get("failed"):
            root.set_status(Status(StatusCode.ERROR, str(failed)))
        inside = set_span_in_context(root)
        for stage in list(trace.spans):
            begun = trace.began_ns + round(stage.start_ms * 1e6)
            attributes = dict(self._of_stage(stage))
            span = tracer.start_span(stage.name, inside, start_time=begun, attributes=attributes)
            if wrong := stage.facts.get("broke") or stage.facts.get("failed"):
                span.set_status(Status(StatusCode.ERROR, str(wrong)))
            span.end(begun + round(stage.ms * 1e6))
        root.end(trace.began_ns + round((trace.ms or 0.0) * 1e6))

    def _of_turn(self, trace: Trace, session_id: str, number: int) -> Iterator[tuple[str, _Value]]:
        """What is said of a turn: nothing that is not named here."""
        yield "session.id", hashlib.sha256(session_id.encode()).hexdigest()[:16]
        yield "advisor.turn", number
        for name in ("intent", "language", "composer", "verified", "broke", "failed"):
            if name in trace.facts:
                yield f"advisor.{name}", trace.facts[name]
        violations = trace.facts.get("violations", ())
        yield "advisor.violations", len(violations)
        again = trace.facts.get("again") or {}
        yield "advisor.changes", len(again.get("changes") or ())
        if self._content:
            yield "advisor.message", str(again.get("message", ""))[:_LONGEST]
            for name in ("built_in", "effects", "violations"):
                if name in trace.facts:
                    yield f"advisor.{name}.content", _text(trace.facts[name])

    def _of_stage(self, span: Span) -> Iterator[tuple[str, _Value]]:
        """What is said of a stage: nothing that is not named here."""
        facts = span.facts
        for name in ("intent", "prompt", "digest", "sentences", "failed"):
            if isinstance(facts.get(name), str | int):
                yield f"advisor.{name}", facts[name]
        if span.name.startswith("llm_") and self._model:
            yield "gen_ai.operation.name", "chat"
            yield "gen_ai.request.model", self._model
        for name in ("judged", "calls", "lacking"):
            if isinstance(facts.get(name), list):
                yield f"advisor.{name}", len(facts[name])
        if "refused" in facts:
            yield "advisor.refused", 2 if "refused_again" in facts else 1
        yield from _of_result(facts.get("result"))
        if self._content:
            told = {name: value for name, value in facts.items() if name not in ("prompt", "digest", "result")}
            if told:
                yield "advisor.content", _text(told)

    def _tracer(self) -> Tracer:
        """The thread that sends starts with the first turn."""
        with self._lock:
            if self._started is None:
                self._started = _started(self._endpoint)
            return self._started[1]


def _of_result(result: Any) -> Iterator[tuple[str, _Value]]:
    """The outline of what a tool gave back."""
    if isinstance(result, list):
        yield "advisor.results", len(result)
    if not isinstance(result, Mapping):
        return
    if "passages" in result:
        yield "advisor.covered", bool(result["covered"])
        yield "advisor.passages", len(result["passages"])
    if "rules" in result:
        yield "advisor.series", str(result["series"])
        yield "advisor.products", list(result["models"])
        yield "advisor.rules", list(result["rules"])


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)[:_LONGEST]


def _started(endpoint: str) -> tuple[TracerProvider, Tracer]:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    # The SDK complains of every batch that it could not send; that is told once, below.
    library = logging.getLogger("opentelemetry")
    library.addHandler(logging.NullHandler())
    library.propagate = False
    program = version("advisor")
    provider = TracerProvider(
        resource=Resource.create({"service.name": "advisor", "service.version": program}), shutdown_on_exit=False
    )
    sending = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=_SENDING_S)
    exporter = cast("SpanExporter", _Told(sending, endpoint))
    provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=_WAITING, schedule_delay_millis=_EVERY_MS))
    return provider, provider.get_tracer("advisor", program)


class _Told:
    """The exporter, with a line in the log when the collector is lost and when it is back."""

    def __init__(self, exporter: SpanExporter, endpoint: str) -> None:
        self._exporter = exporter
        self._endpoint = endpoint
        self._lost = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Called by the background thread."""
        result = self._exporter.export(spans)
        lost = result.name != "SUCCESS"
        if lost != self._lost:
            # A URL may hold a name and a password, which stand before an @.
            _log.warning("telemetry_lost" if lost else "telemetry_back", endpoint=self._endpoint.rpartition("@")[2])
        self._lost = lost
        return result

    def shutdown(self) -> None:
        """Called once."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Nothing waits here."""
        return self._exporter.force_flush(timeout_millis)
