"""The real application over the real advisor; only the index is replaced by the documents themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from paper_library import Library

from assistant.bootstrap import Advisor, build_advisor
from assistant.settings import Settings
from ui import setup
from ui.api import create_app


@pytest.fixture
def advisor(tmp_path: Path) -> Iterator[Advisor]:
    built = build_advisor(Settings(data_dir=tmp_path), knowledge=Library())
    yield built
    built.close()


@pytest.fixture
def app(advisor: Advisor) -> FastAPI:
    return create_app(advisor.settings, advisor, chat_page=False)


@pytest.fixture
async def page_client(advisor: Advisor) -> AsyncIterator[httpx.AsyncClient]:
    """With the chat page."""
    # Inside a running loop: without one Gradio makes a loop of its own and never closes it.
    transport = httpx.ASGITransport(app=create_app(advisor.settings, advisor), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://advisor.test") as opened:
        yield opened


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    setup.logs("CRITICAL")
    yield
    # A command that ran in the test logs to a stream that is gone with the test.
    setup.logs("CRITICAL")


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://advisor.test") as opened:
        yield opened
