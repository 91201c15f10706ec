"""A run of the golden list: every case judged, with what it was run on; kept as JSON and compared with another run."""

from __future__ import annotations

import asyncio
import json
import math
import platform
import subprocess
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from assistant.bootstrap import Advisor
from evals.cases import AnyCase, Suite
from evals.figures import COUNTS, OF_PAIRS
from evals.judging import judge
from evals.result import Result
from evals.statistics import Difference, Estimate, compare, estimate

AT_ONCE = 4
ALL = "all"


@dataclass(frozen=True)
class Run:
    """`about` says what was run on: commit, hashes of rules and corpus, embedder, brain, machine, time."""

    about: dict[str, str]
    results: tuple[Result, ...]

    def result(self, name: str) -> Result | None:
        """The case of that id."""
        return self._by_id.get(name)

    def part(self, suites: Collection[Suite], text: str = "") -> Run:
        """The cases of those suites whose id holds the text."""
        return replace(self, results=tuple(r for r in self.results if r.suite in suites and text in r.id))

    @property
    def _by_id(self) -> dict[str, Result]:
        return {result.id: result for result in self.results}


def about(advisor: Advisor, *, brain: str, repeat: int) -> dict[str, str]:
    """What a run rests on."""
    versions = advisor.versions
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty"],  # whichever git the path has
            cwd=Path(__file__).parent, capture_output=True, text=True, timeout=5, check=True,
        )  # fmt: skip
        commit = found.stdout.strip()
    except (OSError, subprocess.SubprocessError):
        commit = "-"
    return {
        "commit": commit,
        "rules": versions.rules,
        "corpus": versions.corpus,
        "embedder": versions.embedder,
        "program": versions.program,
        "brain": brain if advisor.endpoint is None else f"{brain} {advisor.endpoint.model}, {advisor.endpoint.mode}",
        "repeat": str(repeat),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }


async def execute(
    cases: Sequence[AnyCase],
    advisor: Advisor,
    *,
    repeat: int = 1,
    step: Callable[[Result], None] = lambda _: None,
    at_once: int = AT_ONCE,
) -> tuple[Result, ...]:
    """Every case, some at a time, in the order given. A case that is repeated scores the mean of its repetitions."""
    gate = asyncio.Semaphore(at_once)

    async def one(case: AnyCase) -> Result:
        async with gate:
            found = _mean([await judge(case, advisor) for _ in range(repeat)])
        step(found)
        return found

    return with_twins(await asyncio.gather(*map(one, cases)))


def _mean(results: Sequence[Result]) -> Result:
    if len(results) == 1:
        return results[0]
    names = {name for result in results for name in result.scores}
    scores = {
        name: sum(own) / len(own)
        for name in names
        if (own := [result.scores[name] for result in results if name in result.scores])
    }
    failures = tuple(dict.fromkeys(failure for result in results for failure in result.failures))
    worst = min(results, key=lambda result: result.scores.get("passed", 0))
    return replace(worst, scores=scores, failures=failures, seconds=sum(r.seconds for r in results) / len(results))


def with_twins(results: Iterable[Result]) -> tuple[Result, ...]:
    """With `twin agreement` on the first case of each pair that decides something: a pair counts once."""
    found = list(results)
    pairs: dict[str, list[int]] = defaultdict(list)
    for place, result in enumerate(found):
        if result.pair and result.outcome:
            pairs[f"{result.suite}:{result.pair}"].append(place)
    for places in pairs.values():
        if len(places) > 1:
            agree = float(len({found[place].outcome for place in places}) == 1)
            first = found[places[0]]
            found[places[0]] = replace(first, scores={**first.scores, "twin agreement": agree})
    return tuple(found)


@dataclass(frozen=True)
class Slice:
    """Figures of some cases of a suite: `name` is "all", a language or a tag."""

    suite: str
    name: str
    n: int
    figures: dict[str, Estimate]


def slices(run: Run) -> list[Slice]:
    """Each suite as a whole, by language and by tag, and everything together. What is of pairs is of no language."""
    found = [_slice(ALL, ALL, run.results)]
    for suite in dict.fromkeys(result.suite for result in run.results):
        own = [result for result in run.results if result.suite == suite]
        found.append(_slice(suite, ALL, own))
        for language in sorted({result.language for result in own}):
            part = _slice(suite, language, [r for r in own if r.language == language])
            found.append(replace(part, figures={m: f for m, f in part.figures.items() if m not in OF_PAIRS}))
        for tag in sorted({tag for result in own for tag in result.tags}):
            found.append(_slice(suite, tag, [r for r in own if tag in r.tags]))
    return found


def _slice(suite: str, name: str, results: Sequence[Result]) -> Slice:
    metrics = dict.fromkeys(metric for result in results for metric in result.scores)
    own = {m: [r.scores[m] for r in results if m in r.scores] for m in metrics}
    return Slice(
        suite,
        name,
        len(results),
        {metric: estimate(values, share=metric not in COUNTS) for metric, values in own.items()},
    )


@dataclass(frozen=True)
class Comparison:
    """Two runs over their common cases: what turned, and every metric by suite. `gone` are cases that only the earlier
    run has, `added` those that only the later one has."""

    turned_worse: tuple[str, ...]
    turned_better: tuple[str, ...]
    metrics: dict[tuple[str, str], Difference] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


def compared(before: Run, after: Run) -> Comparison:
    """The cases that both runs hold, case by case."""
    old, new_ids = {result.id: result for result in before.results}, {result.id for result in after.results}
    both = [(old[result.id], result) for result in after.results if result.id in old]
    worse = tuple(new.id for was, new in both if was.passed and not new.passed)
    better = tuple(new.id for was, new in both if not was.passed and new.passed)
    metrics: dict[tuple[str, str], Difference] = {}
    for suite in dict.fromkeys(new.suite for _, new in both):
        own = [(was, new) for was, new in both if new.suite == suite]
        for metric in dict.fromkeys(metric for _, new in own for metric in new.scores):
            ends = [[side.scores.get(metric, math.nan) for side in sides] for sides in zip(*own, strict=True)]
            change = compare(ends[0], ends[1])
            if metric in COUNTS:
                change = replace(change, better=change.worse, worse=change.better)
            metrics[suite, metric] = change
    gone = tuple(name for name in old if name not in new_ids)
    return Comparison(worse, better, metrics, gone, tuple(r.id for r in after.results if r.id not in old))


def dumped(run: Run, *, compact: bool = False) -> str:
    """A run as JSON; `compact` leaves out what was said, so that it is small enough to be kept beside the cases."""
    results = [asdict(replace(r, trace=(), exercised={}) if compact else r) for r in run.results]
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in results)
    return f'{{"about": {json.dumps(run.about)},\n"results": [\n{rows}\n]}}\n'


_RUN = TypeAdapter(Run)


def loaded(path: Path) -> Run:
    """A run from JSON. Raises `OSError`, or `ValueError` when the file is none."""
    try:
        run = _RUN.validate_json(path.read_bytes(), strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = " ".join(map(str, first["loc"]))
        told = f"{where}: {first['msg']}" if where else first["msg"]
        raise ValueError(f"{path} is no run of `advisor eval`: {told}") from error
    names = [result.id for result in run.results]
    if len(set(names)) < len(names):
        raise ValueError(f"{path} is no run of `advisor eval`: a case stands in it twice")
    return run
