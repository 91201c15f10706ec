"""The terminal: UTF-8 whatever the locale says, Markdown for people, JSON for programs, progress beside the output."""

from __future__ import annotations

import io
import locale
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from assistant.errors import Language

if TYPE_CHECKING:
    from ingest.pipeline import Progress


def use_utf8() -> None:
    """Read and write UTF-8 even under LANG=C; what can't be encoded or decoded is replaced, never fatal."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def language() -> Language:
    """The person's language by their locale; English where it says nothing."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def out(text: str = "") -> None:
    """A line on standard output; a reader that has gone away ends the program quietly."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


def err(text: str) -> None:
    """A line on standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def columns(rows: Sequence[Sequence[str]], indent: str = "  ") -> list[str]:
    """Rows as lines with their cells in columns, by the width that a terminal gives them (a Chinese character two)."""
    from rich.cells import cell_len

    widths: dict[int, int] = {}
    for row in rows:
        for at, cell in enumerate(row):
            widths[at] = max(widths.get(at, 0), cell_len(cell))
    padded = (
        "  ".join(cell + " " * (widths[at] - cell_len(cell)) for at, cell in enumerate(row)).rstrip() for row in rows
    )
    return [f"{indent}{line}" for line in padded]


def markdown(text: str) -> None:
    """Markdown: formatted on a terminal, as it is in a pipe."""
    if not sys.stdout.isatty():
        out(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(text))


def json_text(value: Any) -> str:
    """A model or plain value as indented JSON."""
    from pydantic import TypeAdapter

    adapter: TypeAdapter[Any] = TypeAdapter(type(value))
    return adapter.dump_json(value, indent=2, ensure_ascii=False).decode("utf-8", "replace")


@contextmanager
def progress(names: dict[str, str]) -> Iterator[Progress]:
    """A progress bar on standard error, told stage by stage; a few plain lines where that is no terminal."""
    if not sys.stderr.isatty():
        seen: set[str] = set()

        def plain(stage: str, _: int, total: int) -> None:
            if stage not in seen:
                seen.add(stage)
                err(f"{names.get(stage, stage)} ({total})")

        yield plain
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    tasks: dict[str, Any] = {}
    with bar:

        def drawn(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(names.get(stage, stage), total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield drawn
