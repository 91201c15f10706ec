"""Errors as RFC 9457 problem details, in the caller's language, without anything internal."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Literal

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.agent.reply import Language
from assistant.errors import (
    AdvisorError,
    CommentTooLong,
    IndexBusy,
    IndexMismatch,
    IndexMissing,
    InputError,
    MessageTooLong,
    SessionNotFound,
    TurnConflict,
    TurnNotFound,
    TurnTimeout,
    TurnUnanswered,
)
from ui.api.guard import language_of
from ui.labels import say
from ui.prose import clean
from ui.validation import Wrong, wrongs

MEDIA_TYPE = "application/problem+json"
_log = structlog.get_logger("advisor.http")
_STATUS: tuple[tuple[type[AdvisorError], int, str], ...] = (
    (MessageTooLong, 413, "problem.input"),
    (CommentTooLong, 413, "problem.input"),
    (InputError, 422, "problem.input"),
    (SessionNotFound, 404, "problem.session"),
    (TurnNotFound, 404, "problem.turn"),
    (TurnUnanswered, 409, "problem.unanswered"),
    (TurnTimeout, 504, "problem.timeout"),
    (TurnConflict, 503, "problem.conflict"),
    (IndexMissing, 503, "problem.index"),
    (IndexMismatch, 503, "problem.index"),
    (IndexBusy, 503, "problem.index"),
)


class Problem(BaseModel):
    """RFC 9457 problem details. `code` is stable and for programs; `title` and `detail` are for people."""

    type: str = Field(examples=["urn:advisor:problem:session_not_found"])
    title: str = Field(examples=["没有找到这段对话"])
    status: int = Field(examples=[404])
    detail: str
    code: str = Field(examples=["session_not_found"])
    language: Literal["zh", "en"] = "en"
    errors: list[Wrong] | None = None


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    language: Language,
    *,
    errors: list[Wrong] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as a response."""
    body = Problem(
        type=f"urn:advisor:problem:{code}",
        title=title,
        status=status,
        detail=clean(detail),
        code=code,
        language=language,
        errors=errors,
    )
    return Response(
        body.model_dump_json(exclude_none=True),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"Content-Language": "zh-CN" if language == "zh" else "en", **(headers or {})},
    )


def labelled(status: int, code: str, key: str, language: Language, **details: object) -> Response:
    """A problem whose title and detail are the labels `key` and `key`.detail."""
    return problem(status, code, say(key, language), say(f"{key}.detail", language, **details), language)


def of_error(error: AdvisorError, language: Language) -> tuple[int, str, str]:
    """(status, title, detail) of an error raised on purpose."""
    for kind, status, key in _STATUS:
        if isinstance(error, kind):
            return status, say(key, language), error.message(language)
    return 500, say("problem.internal", language), error.message(language)


def install(app: FastAPI) -> None:
    """Make every error of the app a problem."""

    @app.exception_handler(AdvisorError)
    async def advisor_error(request: Request, error: AdvisorError) -> Response:
        language = language_of(request.scope)
        status, title, detail = of_error(error, language)
        if status >= 500:
            _log.error("advisor_error", code=error.code, path=request.url.path)
        return problem(status, error.code, title, detail, language)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        language = language_of(request.scope)
        return problem(
            422,
            "invalid_request",
            say("problem.invalid", language),
            say("problem.invalid.detail", language),
            language,
            errors=wrongs(error.errors(), language),
        )

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        language = language_of(request.scope)
        if error.status_code == 405:
            answer = labelled(405, "method_not_allowed", "problem.method", language)
            answer.headers.update(error.headers or {})
            return answer
        if error.status_code == 404:
            return labelled(404, "not_found", "problem.not_found", language)
        if error.status_code == 400:
            return labelled(400, "invalid_json", "problem.bad_json", language, where="")
        return problem(error.status_code, "http_error", str(error.detail), str(error.detail), language)


def internal(error: BaseException, language: Language, path: str) -> Response:
    """A 500 that says nothing of what happened but where it is recorded."""
    return labelled(500, "internal", "problem.internal", language, reference=record(error, path))


def record(error: BaseException, path: str) -> str:
    """Log an unexpected error with its traceback; returns the reference to look it up by."""
    reference = secrets.token_hex(4)
    _log.error("unexpected_error", path=path, reference=reference, exc_info=error)
    return reference


class Unbroken:
    """ASGI middleware: an exception that nobody expected becomes a problem instead of a broken connection."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as error:
            if started:
                raise
            await internal(error, language_of(scope), scope["path"])(scope, receive, send)
