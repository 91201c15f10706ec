"""A real server on a free port with its own data folder, and a real Chromium that notes every request."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api")

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Server:
    """`advisor serve` as a process over one data folder; it can be stopped and started again."""

    data: Path
    port: int = 0
    url: str = ""
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def start(self) -> None:
        environment = {**os.environ, "ADVISOR_DATA_DIR": str(self.data), "LANG": "C.UTF-8", "NO_PROXY": "*"}
        with (self.data / "server.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ui.cli", "serve", "--port", str(self.port)],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        match = re.search(r"http://[\d.]+:(\d+)", line)
        assert match, (self.data / "server.log").read_text()
        self.url, self.port = match[0], int(match[1])

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("advisor"))
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("there is no Chromium")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield opened
        opened.close()


@dataclass
class Visitor:
    """One person with a browser of their own. `foreign` and `errors` must stay empty; a fixture looks."""

    context: Any
    page: Any
    url: str
    foreign: list[str]
    errors: list[str]

    def open(self, path: str = "/") -> None:
        self.page.goto(self.url + path)
        self.ready()

    def tab(self) -> Visitor:
        """Another tab of the same browser."""
        other = replace(self, page=self.context.new_page())
        other.open()
        return other

    def said(self, *texts: str) -> None:
        """Wait for the conversation to hold just these messages of the visitor's."""
        sync_api.expect(self.page.locator("#chat .said")).to_have_text(list(texts), timeout=15_000)

    def ready(self) -> None:
        self.page.wait_for_selector("#chat .foot")
        self.page.wait_for_selector("#box textarea")
        # The page is restored from the server after it is drawn.
        self.page.wait_for_load_state("networkidle")

    def says(self, text: str) -> str:
        """Send a message, wait for the whole reply, and return its text."""
        feet = self.page.locator("#chat .foot").count()
        self.page.fill("#box textarea", text)
        self.page.press("#box textarea", "Enter")
        return self.answer(feet)

    def answer(self, feet: int) -> str:
        self.page.wait_for_function("n => document.querySelectorAll('#chat .foot').length > n", arg=feet)
        self.page.wait_for_selector("#chat .status", state="detached")
        return str(self.page.locator("#chat .reply").last.inner_text())

    def models(self, wanted: str) -> None:
        """Wait for the card to recommend these."""
        sync_api.expect(self.page.locator(".card .models")).to_have_text(wanted, timeout=15_000)

    def field(self, key: str) -> Any:
        return self.page.locator(f"#field-{key} :is(input, textarea)")


@pytest.fixture
def visit(server: Server, browser: Any) -> Iterator[Callable[..., Visitor]]:
    visitors: list[Visitor] = []

    def opened(locale: str = "zh-CN", width: int = 1366, height: int = 860, path: str = "/") -> Visitor:
        context = browser.new_context(locale=locale, viewport={"width": width, "height": height})
        context.set_default_timeout(45_000)
        visitor = Visitor(context, context.new_page(), server.url, [], [])

        def noted(request: Any) -> None:
            if not request.url.startswith((server.url, "data:", "blob:")):
                visitor.foreign.append(request.url)

        context.on("request", noted)
        context.on("weberror", lambda error: visitor.errors.append(str(error.error)))
        context.on("dialog", lambda dialog: (visitor.errors.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        visitors.append(visitor)
        visitor.open(path)
        return visitor

    yield opened
    for visitor in visitors:
        visitor.context.close()
        assert visitor.foreign == []
        assert visitor.errors == []
