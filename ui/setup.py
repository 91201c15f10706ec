"""What every command starts with: settings that are valid, logs that don't mix with output, and a current index."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import structlog
from pydantic import ValidationError

from assistant.errors import IndexMismatch, Language
from assistant.settings import Settings
from ui import console
from ui.labels import say

if TYPE_CHECKING:
    from assistant.knowledge.encoder import Encoder
    from ingest.pipeline import Summary


class BadSetting(Exception):
    """An environment variable holds a value that can't be used."""

    def __init__(self, name: str, problem: str) -> None:
        self.name, self.problem = name, problem
        super().__init__(f"{name}: {problem}")


def settings() -> Settings:
    """The settings of this process; raises `BadSetting`."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        raise BadSetting(f"ADVISOR_{str(first['loc'][0]).upper()}", first["msg"]) from error


def logs(level: str, *, quiet: bool = False) -> None:
    """Logs go to standard error, as lines for people or, where that is no terminal, as JSON; `quiet` keeps warnings."""
    threshold = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    people = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Without the values of variables: they hold what visitors wrote.
            *([] if people else [structlog.processors.format_exc_info]),
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
            if people
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(max(threshold, logging.WARNING) if quiet else threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def current_index(chosen: Settings, language: Language) -> None:
    """Ingest when there is no index or it is out of date, with progress on standard error.

    Raises `CorpusError` and `IndexBusy`; for an index of another model, which takes minutes to replace and may be
    somebody's on purpose, `IndexMismatch`, or `ModelError` where the model that is configured can't be had at all.
    """
    from ingest import pipeline

    if not pipeline.is_stale(chosen):
        return
    written = pipeline.other_embedder(chosen)
    if written is not None:
        from assistant.knowledge.encoder import encoder_for

        encoder = encoder_for(chosen)
        encoder.load()
        raise IndexMismatch(written=written, configured=encoder.id)
    ingested(chosen, language)


def ingested(chosen: Settings, language: Language, encoder: Encoder | None = None) -> Summary:
    """Ingest, with progress and what could not be read as it is on standard error. Raises what `pipeline.run` does."""
    from ingest import pipeline

    with console.progress({"split": say("cli.split", language), "embed": say("cli.embed", language)}) as told:
        summary = pipeline.run(chosen, told, encoder=encoder)
    for skipped in summary.skipped:
        console.err(say("cli.skipped", language, path=skipped.path, problem=skipped.problem))
    if summary.overlong:
        console.err(say("cli.overlong", language, count=summary.overlong, longest=summary.longest))
    return summary
