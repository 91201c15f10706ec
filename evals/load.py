"""A server under load: conversations side by side through HTTP, against one at a time on the same server."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter, sleep

import httpx

from evals.dialogue_metrics import percentile
from evals.growth import resident_mb

_START_S = 120.0
_TURN_S = 120.0
# A visit of the bench: a need, an answer, a question to the material.
VISIT = (
    "我们实验室20个人做多模态微调",
    "只有一个课题组",
    "训练平台的网络怎么规划？",
)


@dataclass(frozen=True)
class Load:
    """`conversations` at once: turns a second, milliseconds of a turn, turns that failed."""

    conversations: int
    turns_per_s: float
    p50_ms: float
    p95_ms: float
    errors: int
    turns: int


@dataclass(frozen=True)
class Server:
    """A running server: its address, its process, and the seconds from its start until it was ready."""

    url: str
    process: int
    start_s: float


@contextmanager
def served(data_dir: str) -> Iterator[Server]:
    """`advisor serve` over a data folder on a free port, until the block ends. RuntimeError when it does not start."""
    started = perf_counter()
    environment = {**os.environ, "ADVISOR_DATA_DIR": data_dir, "ADVISOR_LOG_LEVEL": "ERROR", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", "serve", "--port", "0"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        url = _address(process)
        while True:
            try:
                if httpx.get(f"{url}/readyz", timeout=5, trust_env=False).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            if perf_counter() - started > _START_S:
                raise RuntimeError("the server did not get ready")
            sleep(0.05)
        yield Server(url, process.pid, perf_counter() - started)
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None  # it was asked for
    said = []
    for line in process.stdout:
        said.append(line)
        if match := re.search(r"http://[^\s]+", line):
            return match[0].rstrip("/。.")
    raise RuntimeError("the server did not start: " + "".join(said)[-500:])


async def _visit(client: httpx.AsyncClient, took: list[float]) -> int:
    session, errors = None, 0
    for message in VISIT:
        started = perf_counter()
        try:
            answer = await client.post("/api/v1/chat", json={"message": message, "session_id": session})
            answer.raise_for_status()
            session = answer.json()["session_id"]
        except (httpx.HTTPError, KeyError, ValueError):
            errors += 1
        took.append((perf_counter() - started) * 1000)
    return errors


async def _at_once(url: str, conversations: int) -> Load:
    took: list[float] = []
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=_TURN_S, limits=limits, trust_env=False) as client:
        started = perf_counter()
        errors = sum(await asyncio.gather(*(_visit(client, took) for _ in range(conversations))))
        seconds = perf_counter() - started
    return Load(conversations, len(took) / seconds, percentile(took, 50), percentile(took, 95), errors, len(took))


def measure(
    server: Server, counts: Sequence[int], step: Callable[[str], None] = lambda _: None
) -> tuple[list[Load], float]:
    """Each number of conversations at once, after a warm-up, and the server's memory in MB at the end."""
    asyncio.run(_at_once(server.url, 2))
    found = []
    for count in counts:
        step(f"load: {count} conversations at once")
        # One alone is too few turns for a percentile.
        repeats = [asyncio.run(_at_once(server.url, count)) for _ in range(max(1, 10 // count))]
        found.append(_joined(repeats))
    return found, resident_mb(server.process)


def _joined(repeats: Sequence[Load]) -> Load:
    middle = sorted(repeats, key=lambda load: load.p50_ms)[len(repeats) // 2]
    return Load(
        middle.conversations,
        sum(load.turns_per_s for load in repeats) / len(repeats),
        middle.p50_ms,
        percentile([load.p95_ms for load in repeats], 50),
        sum(load.errors for load in repeats),
        sum(load.turns for load in repeats),
    )
