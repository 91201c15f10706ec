"""How fast the advisor is: `advisor bench speed [--parts …] [--sizes …] [--json] [--svg OUT]`.

Everything is measured against something in the same run, since machines differ and are noisy:

- ingest: chunks a second of a whole first ingest of the corpus, against the bare embedder on the same texts;
- turn: a turn of the advisor, against one bare embedding of the same message as a query;
- load: turns a second and the p95 of a turn with 1, 10, 50 and 100 conversations at once through HTTP;
- start: seconds from the start of the process until questions can be asked, and until `advisor ask` has answered;
- growth: a search with 100, 1,000, 10,000 … synthetic chunks on the embedded index, memory and disk.

docs/performance.md says what was measured on what.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from evals import growth, load
from evals.cases import GOLDEN, KnowledgeCase, RecommendationCase
from evals.cases import load as golden
from evals.dialogue_metrics import percentile

PARTS = ("ingest", "turn", "load", "start", "growth")
_COUNTS = (1, 10, 50, 100)
_SIZES = (100, 1_000, 10_000)
_MESSAGES = 60
_STARTS = 3


@dataclass(frozen=True)
class Turns:
    """Milliseconds of a turn and of one query embedding, and the ratio of their medians."""

    n: int
    turn_p50_ms: float
    turn_p95_ms: float
    embed_p50_ms: float
    ratio: float


@dataclass(frozen=True)
class Start:
    """Seconds until a server is ready and until `advisor ask` has answered (medians), and the server's memory in MB."""

    ready_s: float
    ask_s: float
    memory_mb: float


def _messages() -> list[str]:
    cases = golden(GOLDEN, ("knowledge", "recommendation"))
    said = [
        c.question if isinstance(c, KnowledgeCase) else c.say
        for c in cases
        if isinstance(c, KnowledgeCase | RecommendationCase)
    ]
    return said[:: max(1, len(said) // _MESSAGES)][:_MESSAGES]


def turns() -> Turns:
    """First turns of conversations over questions and needs of the golden list."""
    from assistant.bootstrap import build_advisor
    from assistant.knowledge.encoder import encoder_for
    from assistant.knowledge.search import Knowledge
    from assistant.settings import Settings

    settings = Settings()
    encoder = encoder_for(settings)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        chosen = settings.model_copy(update={"database_url": f"sqlite:///{Path(scratch, 'speed.sqlite3')}"})
        advisor = build_advisor(chosen, knowledge=Knowledge.open(settings, encoder=encoder))
        try:
            took, embedded = asyncio.run(_timed(advisor, encoder))
        finally:
            advisor.close()
    base = percentile(embedded, 50)
    return Turns(len(took), percentile(took, 50), percentile(took, 95), base, percentile(took, 50) / base)


async def _timed(advisor: Any, encoder: Any) -> tuple[list[float], list[float]]:
    took: list[float] = []
    embedded: list[float] = []
    messages = _messages()
    await advisor.chat(messages[0])
    for message in messages:
        started = perf_counter()
        encoder.queries([message])
        middle = perf_counter()
        await advisor.chat(message)
        took.append((perf_counter() - middle) * 1000)
        embedded.append((middle - started) * 1000)
    return took, embedded


def _copied(folder: Path) -> Path:
    """A copy of the installation's index, so that a running server keeps its own."""
    from assistant.settings import Settings

    source = Settings().index_dir
    if not source.exists():
        raise FileNotFoundError(f"{source} holds no index; run `advisor ingest` first")
    shutil.copytree(source, folder / source.name, ignore=shutil.ignore_patterns(".lock"))
    return folder


def started_and_loaded(parts: Sequence[str], step: Callable[[str], None]) -> tuple[Start | None, list[load.Load]]:
    """The start of a server and the load on it, on a copy of the index."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder = _copied(Path(scratch))
        ready: list[float] = []
        asked: list[float] = []
        loads: list[load.Load] = []
        memory = float("nan")
        for number in range(_STARTS if "start" in parts else 1):
            step(f"start {number + 1}")
            with load.served(str(folder)) as server:
                ready.append(server.start_s)
                memory = growth.resident_mb(server.process)
                if number == 0 and "load" in parts:
                    loads, memory = load.measure(server, _COUNTS, step)
            if "start" in parts:
                began = perf_counter()
                environment = {**os.environ, "ADVISOR_DATA_DIR": str(folder)}
                command = [sys.executable, "-m", "ui.cli", "ask", "单课题组做微调用什么？", "--json"]
                subprocess.run(command, env=environment, check=True, capture_output=True)
                asked.append(perf_counter() - began)
        start = Start(median(ready), median(asked), memory) if "start" in parts else None
        return start, loads


def grown(sizes: Sequence[int], step: Callable[[str], None]) -> list[growth.Size]:
    """How a search grows with the index."""
    from assistant.knowledge.encoder import encoder_for
    from assistant.settings import Settings

    return growth.measure(sizes, encoder_for(Settings()), _messages(), step)


def svg(sizes: Sequence[growth.Size], loads: Sequence[load.Load]) -> str:
    """Two plots: a search by number of chunks (both axes logarithmic), p95 by conversations at once."""
    import math

    def plot(left: int, title: str, points: Sequence[tuple[float, float]], across: str, up: str) -> str:
        if not points:
            return ""
        xs, ys = ([math.log10(max(value, 0.1)) for value in side] for side in zip(*points, strict=True))
        low_x, high_x = min(xs), max(max(xs), min(xs) + 1)
        low_y, high_y = math.floor(min(ys)), math.ceil(max(max(ys), min(ys) + 0.1))
        place = [
            (left + 60 + 280 * (x - low_x) / (high_x - low_x), 250 - 190 * (y - low_y) / (high_y - low_y))
            for x, y in zip(xs, ys, strict=True)
        ]
        marks = "".join(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="#2f6fb2"/>'
            f'<text x="{x:.0f}" y="{y - 9:.0f}" text-anchor="middle">{value:,.0f}</text>'
            f'<text x="{x:.0f}" y="268" text-anchor="middle">{number:,.0f}</text>'
            for (x, y), (number, value) in zip(place, points, strict=True)
        )
        line = " ".join(f"{x:.0f},{y:.0f}" for x, y in place)
        return (
            f'<text x="{left + 200}" y="24" text-anchor="middle" font-weight="600">{title}</text>'
            f'<line x1="{left + 50}" x2="{left + 350}" y1="250" y2="250" stroke="#98a"/>'
            f'<polyline points="{line}" fill="none" stroke="#2f6fb2" stroke-width="2"/>{marks}'
            f'<text x="{left + 200}" y="288" text-anchor="middle" fill="#667">{across}; {up}</text>'
        )

    search = [(size.chunks, size.search_p50_ms) for size in sizes]
    waits = [(own.conversations, own.p95_ms) for own in loads]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 300" width="800" '
        'font-family="system-ui,sans-serif" font-size="12"><rect width="800" height="300" fill="#fff"/>'
        + plot(0, "Search on the embedded index", search, "chunks", "p50, ms")
        + plot(400, "A turn under load", waits, "conversations at once", "p95, ms")
        + "</svg>"
    )


def _print(found: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for name, rows in found.items():
        own = rows if isinstance(rows, list) else [rows]
        if not own or own[0] is None:
            continue
        columns = list(asdict(own[0]))
        table = Table(*columns, title=name)
        for row in own:
            table.add_row(
                *(f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" for value in asdict(row).values())
            )
        console.print(table)


def main(arguments: Sequence[str] | None = None, *, ingest: Callable[[], Any]) -> int:
    """The command line: 0, or 2 when there is no index or an option can't be used. `ingest` measures the ingest."""
    parser = argparse.ArgumentParser(prog="advisor bench speed", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--parts", default=",".join(PARTS), help="any of " + ", ".join(PARTS))
    parser.add_argument("--sizes", default=",".join(map(str, _SIZES)), help="chunks, for growth")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--svg", type=Path, metavar="OUT.svg", help="write the plots")
    chosen = parser.parse_args(arguments)
    parts = [part.strip() for part in chosen.parts.split(",")]
    if unknown := [part for part in parts if part not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}")
    if not all(part.strip().isdigit() and int(part) > 0 for part in chosen.sizes.split(",")):
        parser.error("sizes are whole numbers, such as 100,1000")

    def step(words: str) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"{words}\n")

    found: dict[str, Any] = {}
    try:
        if "ingest" in parts:
            step("ingest")
            found["ingest"] = ingest()
        if "turn" in parts:
            step("turn")
            found["turn"] = turns()
        if {"start", "load"} & {*parts}:
            found["start"], found["load"] = started_and_loaded(parts, step)
        if "growth" in parts:
            found["growth"] = grown([int(part) for part in chosen.sizes.split(",")], step)
    except (OSError, RuntimeError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if chosen.svg:
        chosen.svg.write_text(svg(found.get("growth", []), found.get("load", [])), encoding="utf-8")
    if chosen.json:
        plain = {k: [asdict(row) for row in v] if isinstance(v, list) else asdict(v) for k, v in found.items() if v}
        sys.stdout.write(json.dumps(plain, indent=1) + "\n")
    else:
        _print(found)
    return 0
