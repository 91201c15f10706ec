"""`advisor eval`: the golden list judged, compared with a baseline, gated and reported.

    advisor eval candidates                    real questions without an answer, to be reviewed
    advisor eval [--suite NAME] [--repeat K] [--baseline RUN.json] [--json OUT] [--html OUT] [--junit OUT]

The exit status is 0 when all gates are kept, 1 when one is not, 2 when a file can't be used. Visitors' conversations of
the installation stay untouched: the cases run in a database of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from evals.cases import GOLDEN, SUITES, load, write_schemas

# More turns than any run has.
_EVERY = 1_000_000


def arguments() -> argparse.ArgumentParser:
    """The options of the command."""
    parser = argparse.ArgumentParser(
        prog="advisor eval", description="Judge the golden list; see docs/evaluation.md for the figures and the gates."
    )
    parser.add_argument("--suite", action="append", choices=SUITES, help="only these cases; may be given several times")
    parser.add_argument("--only", metavar="TEXT", help="only cases whose id holds this")
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


def _settings(brain: str) -> Any:
    """The installation's settings; the built-in brain has no model even where one is configured. ValueError without one
    where it is asked for."""
    from assistant.settings import Settings

    settings = Settings()
    if brain == "builtin":
        return settings.model_copy(update={"llm_base_url": None})
    if not settings.llm_base_url or not settings.llm_model:
        raise ValueError("--brain llm needs ADVISOR_LLM_BASE_URL and ADVISOR_LLM_MODEL.")
    # A run is one visitor's and no day's: no budget may end it half way.
    return settings.model_copy(update={"llm_visitor_tokens_per_day": 10**9, "llm_tokens_per_day": 10**9})


def _run(cases: Sequence[Any], settings: Any, brain: str, repeat: int, step: Callable[[Any], None]) -> tuple[Any, Any]:
    """The run and what it does not cover, with the installation's index and a database of its own."""
    from assistant.bootstrap import build_advisor
    from assistant.store.conversations import ConversationStore
    from evals.coverage import coverage
    from evals.model_use import model_use
    from evals.run import AT_ONCE, Run, about, execute

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        store = ConversationStore(f"sqlite:///{Path(scratch, 'eval.sqlite3')}")
        advisor = build_advisor(settings, store=store)
        try:
            # A small endpoint answers one at a time, and what waits for its turn would count as a failure.
            at_once = 1 if brain == "llm" else AT_ONCE
            results = asyncio.run(execute(cases, advisor, repeat=repeat, step=step, at_once=at_once))
            told = about(advisor, brain=brain, repeat=repeat)
            if brain == "llm":
                told |= model_use(turn.trace for turn in store.traces.recent(_EVERY) if turn.trace)
            found = Run(told, results)
            return found, coverage(results, advisor)
        finally:
            advisor.close()


def _print(run: Any, baseline: Any, wrong: Sequence[str]) -> None:
    import math

    from rich.console import Console
    from rich.table import Table

    from evals.run import ALL, compared, slices

    console = Console()
    for own in slices(run):
        if own.name != ALL or own.suite == ALL:
            continue
        table = Table("metric", "value", "95 %", "n", title=f"{own.suite}, {own.n} cases")
        for metric, figure in own.figures.items():
            if not math.isnan(figure.value):
                table.add_row(metric, f"{figure.value:.3f}", f"{figure.low:.3f}–{figure.high:.3f}", str(figure.n))
        console.print(table)
    for name in ("brain", "read", "wrote", "refused", "after", "ms p50/p95"):
        if run.about.get("read"):
            console.print(f"{name}: {run.about.get(name)}", markup=False, highlight=False)
    failing = [result for result in run.results if not result.passed]
    console.print(f"{len(run.results) - len(failing)} of {len(run.results)} cases hold.")
    if baseline is None:
        for result in failing[:20]:
            first = result.failures[0] if result.failures else ""
            console.print(f"✗ {result.id}: {first}", markup=False, highlight=False)
        if len(failing) > 20:
            console.print(f"… and {len(failing) - 20} more; --html shows each with its trace.")
    else:
        change = compared(baseline, run)
        for mark, names in (("✗", change.turned_worse), ("✓", change.turned_better)):
            for name in names:
                result = run.result(name)
                why = f": {result.failures[0]}" if result and result.failures else ""
                console.print(f"{mark} {name}{why}", markup=False, highlight=False)
        if not change.turned_worse and not change.turned_better:
            console.print("No case turned against the baseline.")
    for breach in wrong:
        console.print(f"GATE {breach}", markup=False, highlight=False, style="bold red")


def main(given: Sequence[str] | None = None) -> int:
    """The command line; see the module."""
    words = list(sys.argv[1:] if given is None else given)
    if words[:1] == ["candidates"]:
        from evals.candidates import main as candidates

        return candidates(words[1:])
    chosen = arguments().parse_args(words)
    if chosen.schemas:
        try:
            write_schemas(chosen.golden)
        except OSError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        return 0
    from evals.gates import breaches, floors
    from evals.report import html, junit
    from evals.run import dumped, loaded

    try:
        cases = load(chosen.golden, chosen.suite or SUITES)
        cases = [case for case in cases if not chosen.only or chosen.only in case.id]
        settings = _settings(chosen.brain)
        kept = floors(chosen.golden)
        baseline = loaded(chosen.baseline) if chosen.baseline else None
        for path in filter(None, (chosen.json, chosen.html, chosen.junit)):
            path.parent.mkdir(parents=True, exist_ok=True)
            # Found out before the run rather than after it.
            path.open("a", encoding="utf-8").close()
    except (OSError, ValueError, yaml.YAMLError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not cases:
        sys.stderr.write(f"No case's id holds {chosen.only!r}.\n")
        return 2
    with _bar(len(cases)) as step:
        run, covered = _run(cases, settings, chosen.brain, chosen.repeat, step)
    # A floor is that of a whole suite: a part of it proves nothing.
    wrong = breaches(run, [] if chosen.only else kept, baseline)
    if chosen.json:
        chosen.json.write_text(dumped(run, compact=chosen.compact), encoding="utf-8")
    if chosen.html:
        page = html(run, baseline=baseline, breaches=wrong, covered=covered)
        chosen.html.write_text(page, encoding="utf-8")
    if chosen.junit:
        chosen.junit.write_text(junit(run), encoding="utf-8")
    _print(run, baseline, wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
