"""`advisor eval`: the golden list judged, compared with a baseline, gated and reported.

    advisor eval candidates                    real questions without an answer, to be reviewed
    advisor eval [--suite NAME] [--repeat K] [--baseline RUN.json] [--json OUT] [--html OUT] [--junit OUT]

The exit status is 0 when all gates are kept, 1 when one is not and only then, 2 when something that the run needs can't
be used. Visitors' conversations of the installation stay untouched: the cases run in a database of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.cases import GOLDEN, SUITES, AnyCase, Suite, load, write_schemas

if TYPE_CHECKING:
    from assistant.bootstrap import Advisor
    from assistant.settings import Settings
    from evals.coverage import Covered
    from evals.gates import Floor
    from evals.result import Result
    from evals.run import Run

# More turns than any run has.
_EVERY = 1_000_000
_BAD_INPUT = 2


def arguments() -> argparse.ArgumentParser:
    """The options of the command."""
    parser = argparse.ArgumentParser(
        prog="advisor eval", description="Judge the golden list; see docs/evaluation.md for the figures and the gates."
    )
    parser.add_argument("--suite", action="append", choices=SUITES, help="only these cases; may be given several times")
    parser.add_argument("--only", metavar="TEXT", default="", help="only cases whose id holds this")
    parser.add_argument("--brain", choices=("builtin", "llm"), default="builtin", help="who understands and writes")
    parser.add_argument(
        "--repeat", type=_count, default=1, metavar="K", help="run each case K times and score the mean"
    )
    parser.add_argument("--baseline", type=Path, metavar="RUN.json", help="an earlier run to compare with")
    parser.add_argument("--json", type=Path, metavar="OUT.json", help="write the run, to be compared with later")
    parser.add_argument("--compact", action="store_true", help="leave what was said out of the JSON (for a baseline)")
    parser.add_argument("--html", type=Path, metavar="OUT.html", help="write the report as one page")
    parser.add_argument("--junit", type=Path, metavar="OUT.xml", help="write the cases for a CI server")
    parser.add_argument("--golden", type=Path, default=GOLDEN, metavar="FOLDER", help="another golden list")
    parser.add_argument("--schemas", action="store_true", help="write the JSON schemas of the files, and nothing else")
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError("a number from 1 to 100")
    return int(text)


@contextmanager
def _bar(total: int) -> Iterator[Callable[[Any], None]]:
    """A progress bar on a terminal, silence elsewhere; gives a step to call after each case."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task, failed = progress.add_task("cases", total=total), 0

        def step(result: Any) -> None:
            nonlocal failed
            failed += not result.passed
            progress.update(task, advance=1, description=f"cases, {failed} failing" if failed else "cases")

        yield step


def _installed() -> Settings:
    from assistant.settings import Settings

    return Settings()


def _suited(settings: Settings, brain: str) -> Settings:
    """The installation's settings; the built-in brain has no model even where one is configured. ValueError without one
    where it is asked for."""
    if brain == "builtin":
        return settings.model_copy(update={"llm_base_url": None})
    if not settings.llm_base_url or not settings.llm_model:
        raise ValueError("--brain llm needs ADVISOR_LLM_BASE_URL and ADVISOR_LLM_MODEL.")
    # A run is one visitor's and no day's: no budget may end it half way.
    return settings.model_copy(update={"llm_visitor_tokens_per_day": 10**9, "llm_tokens_per_day": 10**9})


def _baseline(path: Path, suites: Sequence[Suite], only: str, cases: Sequence[AnyCase]) -> Run:
    """What the run is compared with, of the cases that were asked for. ValueError where there is nothing to compare."""
    from evals.run import loaded

    found = loaded(path).part(suites, only)
    if not {result.id for result in found.results} & {case.id for case in cases}:
        raise ValueError(f"{path} has no case in common with this run.")
    return found


def _run(
    cases: Sequence[AnyCase], settings: Settings, brain: str, repeat: int, step: Callable[[Any], None]
) -> tuple[Run, list[Covered]]:
    """The run and what it does not cover, with the installation's index and a database of its own."""
    from assistant.bootstrap import build_advisor
    from assistant.store.conversations import ConversationStore
    from evals.coverage import coverage
    from evals.model_use import model_use
    from evals.run import AT_ONCE, Run, about

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        store = ConversationStore(f"sqlite:///{Path(scratch, 'eval.sqlite3')}")
        advisor = build_advisor(settings, store=store)
        try:
            # A small endpoint answers one at a time, and what waits for its turn would count as a failure.
            at_once = 1 if brain == "llm" else AT_ONCE
            results = asyncio.run(_executed(cases, advisor, repeat=repeat, step=step, at_once=at_once))
            told = about(advisor, brain=brain, repeat=repeat)
            if brain == "llm":
                told |= model_use(turn.trace for turn in store.traces.recent(_EVERY) if turn.trace)
            found = Run(told, results)
            return found, coverage(results, advisor)
        finally:
            advisor.close()


def main(
    given: Sequence[str] | None = None,
    *,
    installed: Callable[[], Settings] = _installed,
    model_problem: Callable[[Settings], str | None] = lambda _: None,
) -> int:
    """The command line; see the module. `installed` gives the settings, `model_problem` says in a sentence why the
    language model that they name can't be used. Raises what opening the index raises."""
    words = list(sys.argv[1:] if given is None else given)
    if words[:1] == ["candidates"]:
        from evals.candidates import main as candidates

        return candidates(words[1:])
    chosen = arguments().parse_args(words)
    if chosen.schemas:
        return _write_schemas(chosen.golden)
    from sqlalchemy.exc import OperationalError

    from evals.gates import floors
    from evals.output import check

    suites: tuple[Suite, ...] = tuple(dict.fromkeys(chosen.suite or SUITES))
    try:
        cases = [case for case in load(chosen.golden, suites) if chosen.only in case.id]
        if not cases:
            raise ValueError(f"No case's id holds {chosen.only!r}.")
        # A floor is that of a whole suite: a part of it proves nothing.
        kept = [] if chosen.only else floors(chosen.golden)
        baseline = _baseline(chosen.baseline, suites, chosen.only, cases) if chosen.baseline else None
        settings = _suited(installed(), chosen.brain)
    except OSError as error:
        return _unusable(f"Can't read {error.filename}: {error.strerror}")
    except ValueError as error:
        return _unusable(str(error))
    try:
        # Found out before the run rather than after it.
        for path in filter(None, (chosen.json, chosen.html, chosen.junit)):
            check(path)
    except OSError as error:
        return _unusable(f"Can't write {error.filename}: {error.strerror}")
    problem = model_problem(settings) if chosen.brain == "llm" else None
    if problem is not None:
        return _unusable(problem)
    try:
        with _bar(len(cases)) as step:
            run, covered = _run(cases, settings, chosen.brain, chosen.repeat, step)
    except OperationalError as error:
        return _unusable(f"The run's own database in {tempfile.gettempdir()} can't be used: {error.orig}")
    return _told(chosen, suites, kept, run, baseline, covered)


async def _executed(cases: Sequence[AnyCase], advisor: Advisor, **how: Any) -> tuple[Result, ...]:
    from evals.run import execute

    try:
        return await execute(cases, advisor, **how)
    finally:
        if advisor.endpoint is not None:
            # Its connections go with this event loop.
            await advisor.endpoint.close()


def _told(
    chosen: argparse.Namespace,
    suites: Sequence[Suite],
    kept: Sequence[Floor],
    run: Run,
    baseline: Run | None,
    covered: Sequence[Covered],
) -> int:
    """Write and print the run; the exit status. What can't be written loses nothing of the rest."""
    from evals.gates import breaches
    from evals.output import write
    from evals.report import html, junit
    from evals.run import dumped
    from evals.summary import show

    wrong = breaches(run, kept, baseline, suites=suites)
    written: list[tuple[Path | None, Callable[[], str]]] = [
        (chosen.json, lambda: dumped(run, compact=chosen.compact)),
        (chosen.html, lambda: html(run, baseline=baseline, breaches=wrong, covered=covered)),
        (chosen.junit, lambda: junit(run)),
    ]
    lost = []
    for path, text in written:
        try:
            if path is not None:
                write(path, text())
        except OSError as error:
            lost.append(f"Can't write {error.filename}: {error.strerror}")
    try:
        show(run, baseline, wrong)
    except SystemExit:
        # A reader that has gone away (`| head`) changes nothing of what the gates say.
        pass
    except OSError as error:
        lost.append(f"Can't write the figures: {error.strerror}")
        with suppress(OSError):
            # The interpreter would try again at its end, and fail with a status of its own.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    for sentence in lost:
        sys.stderr.write(f"{sentence}\n")
    return _BAD_INPUT if lost else int(bool(wrong))


def _write_schemas(folder: Path) -> int:
    try:
        write_schemas(folder)
    except OSError as error:
        return _unusable(f"Can't write {error.filename}: {error.strerror}")
    return 0


def _unusable(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return _BAD_INPUT
