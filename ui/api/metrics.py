"""Counts for Prometheus: requests by route, turns by language and intent, how long both take, opinions by rating,
and what a language model is asked."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.agent.llm.endpoint import Endpoint
from assistant.agent.reply import Reply

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """One app's counters; a registry of its own, so that two apps in one process don't add up."""

    def __init__(self, endpoint: Endpoint | None = None) -> None:
        self.registry = CollectorRegistry()
        if endpoint is not None:
            self.registry.register(ModelUse(endpoint))
        self.requests = Counter(
            "advisor_requests", "HTTP requests answered", ("route", "method", "status"), registry=self.registry
        )
        self.request_seconds = Histogram(
            "advisor_request_seconds", "Time to the end of the response", ("route",), buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self.turns = Counter(
            "advisor_turns", "Turns of a conversation", ("language", "intent", "composer", "verified"),
            registry=self.registry,
        )  # fmt: skip
        self.turn_seconds = Histogram(
            "advisor_turn_seconds", "Time that a turn took", buckets=_SECONDS, registry=self.registry
        )
        self.failures = Counter("advisor_turn_failures", "Turns that ended in an error", registry=self.registry)
        self.opinions = Counter(
            "advisor_feedback", "Opinions on answers, each change counted", ("rating",), registry=self.registry
        )

    def turn(self, reply: Reply, seconds: float) -> None:
        """Count a finished turn."""
        self.turns.labels(reply.language, reply.intent, reply.composer, str(reply.verified).lower()).inc()
        self.turn_seconds.observe(seconds)

    def feedback(self, rating: int) -> None:
        """Count an opinion, 1 to 5."""
        self.opinions.labels(str(rating)).inc()

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self.registry)


class ModelUse(Collector):
    """What the endpoint itself counts, read when somebody asks for it."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def collect(self) -> Iterator[Metric]:
        """Prometheus."""
        usage = self._endpoint.usage
        yield CounterMetricFamily("advisor_llm_calls", "Calls to the language model", usage.calls)
        yield CounterMetricFamily("advisor_llm_tokens", "Tokens reserved for these calls", usage.tokens)
        failures = CounterMetricFamily("advisor_llm_failures", "Calls that gave nothing", labels=("reason",))
        for reason, count in sorted(usage.failures.items()):
            failures.add_metric((reason,), count)
        yield failures
        resting, spent = self._endpoint.resting, self._endpoint.spent
        yield GaugeMetricFamily("advisor_llm_circuit_open", "Whether it is left alone after failures", resting)
        yield GaugeMetricFamily("advisor_llm_budget_spent", "Whether the day's tokens of all are spent", spent)


class CountRequests:
    """ASGI middleware; routes are counted by their template, never by what a caller wrote into the path."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", None) or _page(scope["path"])
            method = scope["method"] if scope["method"] in ("GET", "POST", "PATCH", "DELETE") else "other"
            self.metrics.requests.labels(route, method, str(status)).inc()
            self.metrics.request_seconds.labels(route).observe(perf_counter() - started)


def _page(path: str) -> str:
    return "unknown" if path.startswith("/api/") else "chat page"
