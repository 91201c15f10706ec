"""Turns as OpenTelemetry traces, sent to a collector that is a real HTTP server and reads the protobuf."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import structlog
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from scripted_endpoint import Answer, kind_of, scripted_endpoint
from structlog.testing import capture_logs

from agent.library import Library
from assistant.agent import telemetry
from assistant.agent.telemetry import Telemetry
from assistant.bootstrap import Advisor, build_advisor
from assistant.dialogue.state import DialogueState
from assistant.errors import TelemetryMissing
from assistant.settings import Settings

WORDS = "星河设计院有18人做渲染，验收包括什么？"


@dataclass
class Collector:
    """What arrived, as (path, request) in order. While `gate` is not set nothing is answered."""

    url: str = ""
    arrived: list[tuple[str, ExportTraceServiceRequest]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for _, request in self.arrived
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def span(self, name: str) -> Span:
        (found,) = (span for span in self.spans if span.name == name)
        return found


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()
    collector.gate.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.gate.wait(20)
            collector.arrived.append((self.path, ExportTraceServiceRequest.FromString(body)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    collector.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        collector.gate.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as started:
        yield started


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy between, and logs as they are by default, whatever ran before."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    structlog.reset_defaults()


def attributes(span: Span) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        kind = value.WhichOneof("value")
        return [plain(one) for one in value.array_value.values] if kind == "array_value" else getattr(value, kind)

    return {one.key: plain(one.value) for one in span.attributes}


def chatted(folder: Path, *messages: str, knowledge: Library | None = None, **more: Any) -> str:
    """A conversation through an advisor that is closed at the end, which sends what waits; its id."""
    advisor = build_advisor(Settings(data_dir=folder, **more), knowledge=knowledge or Library())
    with closing(advisor):
        session = advisor._store.create(DialogueState().model_dump(mode="json"))
        for message in messages:
            asyncio.run(_asked(advisor, message, session))
    return session


async def _asked(advisor: Advisor, message: str, session: str) -> None:
    await advisor.chat(message, session_id=session)
    if advisor.endpoint is not None:
        await advisor.endpoint.close()


def test_each_turn_is_a_trace_with_its_stages_as_spans(tmp_path: Path, collector: Collector) -> None:
    session = chatted(tmp_path, WORDS, "验收的硬件层包括什么？", otel_endpoint=collector.url + "/")
    assert {path for path, _ in collector.arrived} == {"/v1/traces"}
    resource = {
        one.key: one.value.string_value for one in collector.arrived[0][1].resource_spans[0].resource.attributes
    }
    assert resource["service.name"] == "advisor"
    turns = [span for span in collector.spans if span.name == "turn"]
    assert len({span.trace_id for span in turns}) == 2
    for turn in turns:
        inside = [span for span in collector.spans if span.trace_id == turn.trace_id and span is not turn]
        stages = [span for span in inside if span.name != "turn"]
        assert [span.name for span in stages][:1] == ["understand"]
        assert {span.parent_span_id for span in stages} == {turn.span_id}
        for span in stages:
            assert turn.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano
            assert span.end_time_unix_nano <= turn.end_time_unix_nano + 100_000
    first = attributes(turns[0])
    assert (first["advisor.turn"], first["advisor.composer"], first["advisor.verified"]) == (1, "builtin", True)
    assert (first["advisor.intent"], first["advisor.language"], first["advisor.violations"]) == ("ask", "zh", 0)
    assert len({attributes(turn)["session.id"] for turn in turns}) == 1
    found = attributes([span for span in collector.spans if span.name == "search"][-1])
    assert found["advisor.covered"] is True
    assert found["advisor.passages"] > 0
    decided = attributes(next(span for span in collector.spans if span.name == "decide"))
    assert decided["advisor.series"] == "G"
    assert decided["advisor.rules"]
    assert session not in str(collector.arrived)


@pytest.mark.parametrize("content", [False, True])
def test_the_visitor_s_words_leave_only_where_that_is_wished(
    tmp_path: Path, collector: Collector, content: bool
) -> None:
    def answers(request: dict[str, Any]) -> Answer:
        if kind_of(request) == "probe":
            return Answer(json.dumps({"ready": True, "colour": "red"}))
        if kind_of(request) == "read":
            told = {"field": "organisation", "evidence": "星河设计院"}
            return Answer(json.dumps({"updates": [told]}, ensure_ascii=False))
        return Answer(pieces=["星河设计院要的验收分三层。[1]"])

    with scripted_endpoint(answers) as endpoint:
        chatted(
            tmp_path,
            WORDS,
            otel_endpoint=collector.url,
            otel_content=content,
            llm_base_url=endpoint.url,
            llm_model="tiny-model",
            llm_api_key="sk-very-secret",
        )
    sent = json.dumps([attributes(span) for span in collector.spans], ensure_ascii=False)
    assert ("星河设计院" in sent) is content
    assert ("18" in str(attributes(collector.span("turn")).get("advisor.message"))) is content
    assert "sk-very-secret" not in sent
    read = attributes(collector.span("llm_read"))
    assert (read["gen_ai.request.model"], read["gen_ai.operation.name"]) == ("tiny-model", "chat")
    assert read["advisor.prompt"]


def test_a_turn_that_failed_is_told_as_an_error(tmp_path: Path, collector: Collector) -> None:
    class Broken(Library):
        def search(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError("secret words")

    with pytest.raises(RuntimeError):
        chatted(tmp_path, "数据路径为什么重要？", knowledge=Broken(), otel_endpoint=collector.url)
    assert collector.span("turn").status.code == 2
    assert collector.span("search").status.message == "RuntimeError"
    assert "secret words" not in str(collector.arrived)


def test_a_collector_that_is_down_breaks_no_turn_and_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry, "_SENDING_S", 0.2)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://user:password@127.0.0.1:{nobody.getsockname()[1]}"
        advisor = build_advisor(Settings(data_dir=tmp_path, otel_endpoint=url), knowledge=Library())
        with capture_logs() as logs, closing(advisor):
            for _ in range(3):
                assert advisor.ask("18人做渲染").verified
                # What waits for two seconds otherwise.
                assert advisor._recorder._telemetry
                started = advisor._recorder._telemetry._started
                assert started
                started[0].force_flush()
    lost = [line for line in logs if line["event"] == "telemetry_lost"]
    assert len(lost) == 1
    assert "password" not in str(lost)


def test_a_collector_that_hangs_holds_up_neither_a_turn_nor_the_end(tmp_path: Path, collector: Collector) -> None:
    collector.gate.clear()
    chatted(tmp_path, "18人做渲染", otel_endpoint=collector.url)
    # The gate is still closed: nobody waited for it.
    assert collector.arrived == []


def test_a_turn_never_fails_for_being_told_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise ValueError("anything")

    monkeypatch.setattr(Telemetry, "_hand_over", broken)
    with capture_logs() as logs:
        chatted(tmp_path, "18人做渲染", otel_endpoint="http://127.0.0.1:9")
    assert [line["error"] for line in logs if line["event"] == "telemetry_broke"] == ["ValueError"]


def test_a_missing_package_is_told_with_what_to_install_before_anything_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    knowledge = Library()
    with pytest.raises(TelemetryMissing) as told:
        build_advisor(Settings(data_dir=tmp_path, otel_endpoint="http://127.0.0.1:4318"), knowledge=knowledge)
    for language in ("zh", "en"):
        assert "pip install opentelemetry-sdk" in told.value.message(language)
        assert "ADVISOR_OTEL_ENDPOINT" in told.value.message(language)
    assert list(tmp_path.iterdir()) == []


def test_the_sdk_is_imported_only_where_it_is_wanted() -> None:
    code = "import sys, assistant.bootstrap; print([n for n in sys.modules if n.startswith('opentelemetry.sdk')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("endpoint", ["localhost:4318", "ftp://x", "http://", "http://a b"])
def test_an_endpoint_that_is_no_address_is_refused(endpoint: str) -> None:
    with pytest.raises(ValueError, match="otel_endpoint"):
        Settings(otel_endpoint=endpoint)


def test_an_empty_endpoint_is_none() -> None:
    assert Telemetry.of(Settings(otel_endpoint="")) is None


async def test_many_turns_at_once_are_each_told_whole(tmp_path: Path, collector: Collector) -> None:
    advisor = build_advisor(Settings(data_dir=tmp_path, otel_endpoint=collector.url), knowledge=Library())
    await asyncio.gather(*(advisor.chat(f"{n}人做渲染") for n in range(11, 23)))
    advisor.close()
    turns = [span for span in collector.spans if span.name == "turn"]
    assert len({span.trace_id for span in turns}) == 12
    for turn in turns:
        stages = [span.name for span in collector.spans if span.parent_span_id == turn.span_id]
        assert sorted(stages) == ["compose", "decide", "understand"]
