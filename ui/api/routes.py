"""The interface under /api/v1: each route hands its body to the advisor and returns what comes back."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import asdict
from time import perf_counter
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from starlette.responses import Response, StreamingResponse

from assistant.agent.citations import anchor
from assistant.agent.reply import Language, Reply, SessionView, StreamEvent
from assistant.bootstrap import Advisor
from assistant.errors import AdvisorError
from assistant.rules.sizing import SizingResult
from assistant.rules.trace import Decision
from ui.api.guard import language_of
from ui.api.metrics import CONTENT_TYPE, Metrics
from ui.api.problems import MEDIA_TYPE, Problem, labelled, of_error, record
from ui.api.schemas import (
    CHANGES_EXAMPLES,
    CHAT_EXAMPLES,
    FEEDBACK_EXAMPLES,
    RECOMMEND_EXAMPLES,
    SEARCH_EXAMPLES,
    SIZE_EXAMPLES,
    Changes,
    ChatRequest,
    FeedbackRequest,
    FeedbackResponse,
    Found,
    Needs,
    SearchRequest,
    SearchResponse,
    SizeRequest,
    Status,
)
from ui.labels import say
from ui.sizing import sized


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    schema = {MEDIA_TYPE: {"schema": Problem.model_json_schema(ref_template="#/components/schemas/{model}")}}
    return {status: {"description": "Problem details (RFC 9457)", "content": schema} for status in statuses}


def _event(name: str, data: str) -> bytes:
    return f"event: {name}\ndata: {data}\n\n".encode()


def router(advisor: Advisor, metrics: Metrics) -> APIRouter:
    """The routes over one advisor."""
    api = APIRouter()

    async def finish(turn: AsyncIterator[StreamEvent], first: StreamEvent, request: Request) -> AsyncGenerator[bytes]:
        """The rest of a turn as events; once a stream has begun, an error can only be one more event."""
        started = perf_counter()
        language = language_of(request.scope)
        try:
            yield _event(first.event, first.model_dump_json(exclude_none=True))
            async for event in turn:
                yield _event(event.event, event.model_dump_json(exclude_none=True))
                if event.reply is not None:
                    metrics.turn(event.reply, perf_counter() - started)
        except AdvisorError as error:
            metrics.failures.inc()
            status, title, detail = of_error(error, language)
            yield _failed(status, error.code, title, detail, language)
        except Exception as error:  # noqa: BLE001 - the boundary: recorded, and told without its insides
            metrics.failures.inc()
            detail = say("problem.internal.detail", language, reference=record(error, request.url.path))
            yield _failed(500, "internal", say("problem.internal", language), detail, language)

    @api.post(
        "/chat",
        tags=["conversation"],
        summary="One turn: the whole reply at once",
        responses=_problems(400, 404, 413, 422, 503, 504),
    )
    async def chat(body: Annotated[ChatRequest, Body(openapi_examples=CHAT_EXAMPLES)]) -> Reply:
        started = perf_counter()
        try:
            reply = await advisor.chat(
                body.message, session_id=body.session_id, language=body.language, choice=body.choice
            )
        except BaseException:
            metrics.failures.inc()
            raise
        metrics.turn(reply, perf_counter() - started)
        return reply

    @api.post(
        "/chat/stream",
        tags=["conversation"],
        summary="One turn as Server-Sent Events: status, token, reset, citation, done; or error",
        response_class=Response,
        responses={
            200: {"description": "Events; `done` carries the whole reply", "content": {"text/event-stream": {}}},
            **_problems(400, 404, 413, 422, 503),
        },
    )
    async def stream(
        body: Annotated[ChatRequest, Body(openapi_examples=CHAT_EXAMPLES)], request: Request
    ) -> StreamingResponse:
        turn = advisor.stream(body.message, session_id=body.session_id, language=body.language, choice=body.choice)
        # What is wrong with the request shows before the first event, while a status code can still say so.
        first = await anext(turn)

        async def events() -> AsyncGenerator[bytes]:
            async with aclosing(finish(turn, first, request)) as rest:
                async for event in rest:
                    yield event

        return StreamingResponse(
            events(), media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )

    @api.post(
        "/feedback",
        tags=["conversation"],
        summary="What the visitor thinks of an answer: the last opinion counts",
        responses=_problems(400, 404, 409, 413, 422),
    )
    async def feedback(
        body: Annotated[FeedbackRequest, Body(openapi_examples=FEEDBACK_EXAMPLES)],
    ) -> FeedbackResponse:
        given = await advisor.rate(body.session_id, body.turn, body.scale, body.comment)
        metrics.feedback(given.rating)
        return FeedbackResponse(session_id=body.session_id, **asdict(given))

    @api.post(
        "/recommend",
        tags=["rules"],
        summary="Requirements to a recommendation: pure, nothing is stored",
        responses=_problems(400, 413, 422),
    )
    async def recommend(
        body: Annotated[Needs, Body(openapi_examples=RECOMMEND_EXAMPLES)],
    ) -> Decision:
        return advisor.recommend(body)

    @api.post(
        "/size",
        tags=["rules"],
        summary="GPU memory of a model and a task: how much, on how many GPUs, with the arithmetic",
        responses=_problems(400, 413, 422),
    )
    async def size(body: Annotated[SizeRequest, Body(openapi_examples=SIZE_EXAMPLES)]) -> SizingResult:
        return sized(body)

    @api.post(
        "/search",
        tags=["material"],
        summary="Passages of the material on a question",
        responses=_problems(400, 413, 422, 503),
    )
    async def search(
        body: Annotated[SearchRequest, Body(openapi_examples=SEARCH_EXAMPLES)],
    ) -> SearchResponse:
        # Without a wish the question's own language decides, not the browser's.
        result = await advisor.search(body.query, language=body.language, limit=body.limit)
        found = [
            Found(**dict(passage), url=f"/source/{passage.document}?lang={passage.language}#{anchor(passage.unit)}")
            for passage in result.passages
        ]
        return SearchResponse(passages=found, covered=result.covered)

    @api.get(
        "/sessions/{session_id}",
        tags=["conversation"],
        summary="A conversation with its checklist",
        responses=_problems(404),
    )
    async def session(session_id: str) -> SessionView:
        return await advisor.session(session_id)

    @api.patch(
        "/sessions/{session_id}/requirements",
        tags=["conversation"],
        summary="Edit the checklist; the same as saying it",
        response_model=Reply,
        responses=_problems(400, 404, 413, 422),
    )
    async def edit(
        session_id: str, body: Annotated[Changes, Body(openapi_examples=CHANGES_EXAMPLES)], request: Request
    ) -> Any:
        changes = body.values()
        if not changes:
            await advisor.session(session_id)
            return labelled(422, "nothing_to_change", "problem.nothing", language_of(request.scope))
        return await advisor.edit(session_id, changes, language=body.language)

    @api.delete(
        "/sessions/{session_id}",
        tags=["conversation"],
        summary="Delete a conversation and everything in it",
        status_code=204,
        responses=_problems(404),
    )
    async def forget(session_id: str) -> None:
        await advisor.forget(session_id)

    return api


def _failed(status: int, code: str, title: str, detail: str, language: Language) -> bytes:
    body = Problem(
        type=f"urn:advisor:problem:{code}", title=title, status=status, detail=detail, code=code, language=language
    )
    return _event("error", body.model_dump_json(exclude_none=True))


def operations(advisor: Advisor, metrics: Metrics) -> APIRouter:
    """What runs the program rather than uses it: is it alive, is it ready, what has it done."""
    api = APIRouter(tags=["operation"])

    @api.get("/healthz", summary="The process is alive")
    async def healthz() -> Status:
        return Status(status="ok")

    @api.get("/readyz", summary="Questions can be asked", response_model=Status, responses=_problems(503))
    async def readyz(request: Request) -> Any:
        if advisor.ready():
            return Status(status="ready")
        return labelled(503, "not_ready", "problem.not_ready", language_of(request.scope))

    @api.get("/metrics", summary="Counts for Prometheus", response_class=Response)
    async def read_metrics() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return api
