"""The whole web application: the interface under /api/v1, the pages of the material, and the chat page at /."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi_offline import FastAPIOffline
from starlette.routing import Route, compile_path
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from assistant.bootstrap import Advisor, build_advisor
from assistant.settings import Settings
from assistant.store.feedback import LONGEST_COMMENT
from ui.api import problems, routes, source
from ui.api.guard import Bound, Guard, language_of
from ui.api.headers import OwnPage, SecurityHeaders
from ui.api.metrics import CountRequests, Metrics

PREFIX = "/api/v1"
STATIC = Path(__file__).resolve().parent.parent / "static"


def create_app(settings: Settings | None = None, advisor: Advisor | None = None, *, chat_page: bool = True) -> FastAPI:
    """The application over `advisor`, or over one built from `settings` and closed with the application.

    Without `chat_page` it is the interface and the pages of the material alone.

    Raises what `build_advisor` raises (`IndexMissing`, `IndexMismatch`, `IndexBusy`).
    """
    settings = settings or (advisor.settings if advisor is not None else Settings())
    owned = advisor is None
    wired = advisor if advisor is not None else build_advisor(settings)
    metrics = Metrics(wired.endpoint)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if owned:
            wired.close()

    app: FastAPI = FastAPIOffline(
        docs_url="/docs",
        # Redoc's bundle shows a logo from its maker's host.
        redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json",
        title="AI GPU Server Advisor",
        summary="选型顾问：规则给出推荐，资料给出依据。Rules decide, sources are cited.",
        version="1",
        lifespan=lifespan,
        swagger_ui_parameters={"validatorUrl": None},
    )
    problems.install(app)
    interface = routes.router(wired, metrics)
    app.include_router(interface, prefix=PREFIX)
    app.include_router(routes.operations(wired, metrics))
    app.include_router(routes.operations(wired, metrics), prefix=PREFIX, include_in_schema=False)
    app.include_router(source.router(wired))
    app.mount("/advisor-static", StaticFiles(directory=STATIC))
    for path in ("/api", "/api/{rest:path}"):
        # An ASGI application is asked whatever the method is; a function only for those it names.
        app.router.routes.append(Route(path, Unknown(interface)))

    if chat_page:
        _mount_chat(app, wired, metrics)

    # The last added sees a request first.
    app.add_middleware(OwnPage)
    app.add_middleware(
        Guard,
        prefix="/api/",
        message=Bound(settings.max_message_chars),
        bounds={f"{PREFIX}/feedback": Bound(LONGEST_COMMENT, "problem.comment_too_large")},
    )
    app.add_middleware(problems.Unbroken)
    app.add_middleware(CountRequests, metrics=metrics)
    app.add_middleware(SecurityHeaders)
    return app


def _mount_chat(app: FastAPI, advisor: Advisor, metrics: Metrics) -> None:
    # Read when Gradio is imported: neither usage figures nor a version check leave the machine.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    from ui import chat

    chat.mount(app, advisor, metrics)


class Unknown:
    """ASGI: everything else under /api is a problem, which tells a wrong method from a wrong address."""

    def __init__(self, known: APIRouter) -> None:
        self._routes = [
            (compile_path(f"{PREFIX}{route.path}")[0], route.methods or set())
            for route in known.routes
            if isinstance(route, APIRoute)
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        language = language_of(scope)
        allowed = {method for pattern, methods in self._routes if pattern.match(scope["path"]) for method in methods}
        if allowed:
            answer = problems.labelled(405, "method_not_allowed", "problem.method", language)
            answer.headers["Allow"] = ", ".join(sorted(allowed))
        else:
            answer = problems.labelled(404, "not_found", "problem.not_found", language)
        await answer(scope, receive, send)
