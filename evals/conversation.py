"""How well conversations are understood: `advisor bench dialogue [FOLDER] [--json]`.

FOLDER holds stories in YAML (`evals.story`). Each is played against the advisor with its real index, in a database of
its own that is thrown away. Reported are:

- stories that hold, k of n, by class and by language: every assertion of every turn, an exact state after each, and
  what must always hold;
  `but for repetition` counts those that fail only because a sentence of the advisor's comes twice;
- slot precision, recall and F1, by field and over all, and joint goal accuracy, over all and for Chinese, English and
  mixed stories apart, with 95 % intervals: defined in `evals.dialogue_metrics`;
- the time of `understand` and of a whole turn, p50 and p95 in milliseconds, and their medians as a ratio to embedding
  the same messages as queries, one by one, in the same run: machines differ, ratios less so.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, get_args

import yaml

from assistant.bootstrap import Advisor, build_advisor
from assistant.dialogue.understanding import understand
from evals.dialogue_metrics import Counts, by_field, interval, joint_goal_accuracy, overall, percentile
from evals.player import TurnResult, play
from evals.story import Spoken, State, Story, StoryClass, stories

STORIES = Path(__file__).resolve().parents[1] / "tests" / "stories"
_REPEATED = ("said before: ", "the same reply twice")


@dataclass(frozen=True)
class Played:
    """A story and how its turns went."""

    story: Story
    turns: tuple[TurnResult, ...]

    @property
    def failures(self) -> list[str]:
        """All of them, in order."""
        return [failure for turn in self.turns for failure in turn.failures]

    @property
    def holds(self) -> bool:
        """Whether the story goes as told."""
        return not self.failures

    @property
    def only_repeats(self) -> bool:
        """Whether nothing is wrong but a sentence that comes twice."""
        return bool(self.failures) and all(failure.startswith(_REPEATED) for failure in self.failures)

    @property
    def states(self) -> list[tuple[State, State]]:
        """(true, advisor's) state after each turn."""
        return [(turn.gold, turn.got) for turn in self.turns]


@dataclass(frozen=True)
class Share:
    """k of n stories hold; `repeats` more fail by repetition alone."""

    held: int
    n: int
    repeats: int

    @classmethod
    def of(cls, played: Sequence[Played]) -> Share:
        return cls(sum(p.holds for p in played), len(played), sum(p.only_repeats for p in played))


@dataclass(frozen=True)
class Figure:
    """A share from 0 to 1 with the ends of its 95 % interval; None where there is nothing to count."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Understood:
    """Over `turns` turns: slots micro-averaged, and joint goal accuracy."""

    turns: int
    precision: Figure
    recall: Figure
    f1: Figure
    jga: Figure


@dataclass(frozen=True)
class Timing:
    """Milliseconds, and the median as a ratio to that of one query embedding."""

    p50: float
    p95: float
    ratio: float | None


@dataclass(frozen=True)
class Report:
    """Everything that the benchmark says. `failing` is (story, first failure)."""

    classes: dict[StoryClass, Share]
    languages: dict[str, Share]
    understood: dict[str, Understood]
    fields: dict[str, dict[str, float | None]]
    timings: dict[str, Timing]
    failing: list[tuple[str, str]]


def _number(value: float) -> float | None:
    """JSON knows no NaN."""
    return None if math.isnan(value) else value


def _understood(played: Sequence[Played]) -> Understood:
    counted = [(overall(p.states), len(p.states), joint_goal_accuracy(p.states)) for p in played]
    places = range(len(counted))

    def slot(part: Callable[[Counts], float]) -> Figure:
        def statistic(chosen: Sequence[int]) -> float:
            return part(sum((counted[i][0] for i in chosen), Counts()))

        low, high = interval(places, statistic)
        return Figure(_number(statistic(places)), _number(low), _number(high))

    def joint(chosen: Sequence[int]) -> float:
        turns = sum(counted[i][1] for i in chosen)
        return sum(counted[i][1] * counted[i][2] for i in chosen) / turns if turns else math.nan

    low, high = interval(places, joint)
    return Understood(
        sum(n for _, n, _ in counted),
        slot(lambda c: c.precision),
        slot(lambda c: c.recall),
        slot(lambda c: c.f1),
        Figure(_number(joint(places)), _number(low), _number(high)),
    )


def report(played: Sequence[Played], timings: dict[str, Timing] | None = None) -> Report:
    """The figures of stories that were played."""
    spoken = {name: [p for p in played if p.story.language == name] for name in get_args(Spoken)}
    groups = {"all": list(played), **{name: own for name, own in spoken.items() if own}}
    return Report(
        classes={
            kind: Share.of(own) for kind in get_args(StoryClass) if (own := [p for p in played if p.story.kind == kind])
        },
        languages={name: Share.of(own) for name, own in groups.items()},
        understood={name: _understood(own) for name, own in groups.items()},
        fields={
            name: {
                "wanted": counts.wanted,
                "found": counts.found,
                "precision": _number(counts.precision),
                "recall": _number(counts.recall),
                "f1": _number(counts.f1),
            }
            for name, counts in by_field(state for p in played for state in p.states).items()
        },
        timings=timings or {},
        failing=[(f"{p.story.kind}: {p.story.name}", p.failures[0]) for p in played if not p.holds],
    )


async def played(told: Sequence[Story], advisor: Advisor, step: Callable[[], None] = lambda: None) -> list[Played]:
    """Every story, played one after another."""
    results: list[Played] = []
    for story in told:
        results.append(Played(story, tuple(await play(story, advisor))))
        step()
    return results


def _ms(call: Callable[[], object]) -> float:
    started = perf_counter()
    call()
    return (perf_counter() - started) * 1000


def timings(results: Sequence[Played], embed: Callable[[str], object]) -> dict[str, Timing]:
    """`understand` and whole turns against one query embedding (`embed`) of each message."""
    said = [(t.turn.say, t.asked, t.seconds * 1000) for p in results for t in p.turns if t.turn.say]
    for words, _, _ in said[:3]:
        embed(words)
        understand(words)
    times = {
        "query embedding": [_ms(lambda w=words: embed(w)) for words, _, _ in said],  # type: ignore[misc]  # a default
        "understand": [_ms(lambda w=words, a=asked: understand(w, open_question=a)) for words, asked, _ in said],  # type: ignore[misc]
        "whole turn": [took for _, _, took in said],
    }
    base = percentile(times["query embedding"], 50)
    return {
        name: Timing(percentile(own, 50), percentile(own, 95), percentile(own, 50) / base if base else None)
        for name, own in times.items()
    }


def measure(folder: Path, step: Callable[[int, int], None] | None = None) -> Report:
    """The report with the real index. Raises `AdvisorError` when there is none, `OSError` for a bad folder."""
    from assistant.knowledge.encoder import encoder_for
    from assistant.knowledge.search import Knowledge
    from assistant.settings import Settings

    told = stories(folder)
    settings, done = Settings(), 0
    encoder = encoder_for(settings)

    def count() -> None:
        nonlocal done
        done += 1
        if step:
            step(done, len(told))

    # The visitors' conversations of the installation stay untouched.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        chosen = settings.model_copy(update={"database_url": f"sqlite:///{Path(scratch, 'stories.sqlite3')}"})
        advisor = build_advisor(chosen, knowledge=Knowledge.open(settings, encoder=encoder))
        try:
            results = asyncio.run(played(told, advisor, count))
            return report(results, timings(results, lambda words: encoder.queries([words])))
        finally:
            advisor.close()


def _percent(figure: Figure) -> str:
    if figure.value is None or figure.low is None or figure.high is None:
        return "–"
    return f"{100 * figure.value:.1f} ({100 * figure.low:.1f}–{100 * figure.high:.1f})"


def _share(value: Any) -> str:
    return "–" if value is None else f"{100 * value:.1f}"


def _print(found: Report) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    held = Table("", "hold", "of", "but for repetition", title="Stories")
    for name, share in [*found.classes.items(), *found.languages.items()]:
        held.add_row(name, str(share.held), str(share.n), f"+{share.repeats}" if share.repeats else "")
    states = Table("stories", "turns", "precision", "recall", "F1", "joint goal", title="State, % (95 % interval)")
    for name, own in found.understood.items():
        states.add_row(name, str(own.turns), *map(_percent, (own.precision, own.recall, own.f1, own.jga)))
    fields = Table("field", "true", "found", "precision", "recall", "F1", title="Slots by field, %")
    for name, row in found.fields.items():
        shares = [_share(row[part]) for part in ("precision", "recall", "f1")]
        fields.add_row(name, str(row["wanted"]), str(row["found"]), *shares)
    times = Table("", "p50 ms", "p95 ms", "ratio", title="Time; ratio to one query embedding")
    for name, timing in found.timings.items():
        times.add_row(name, f"{timing.p50:.2f}", f"{timing.p95:.2f}", f"{timing.ratio:.2f}" if timing.ratio else "–")
    console.print(held, states, fields, times)
    for name, failure in found.failing:
        console.print(f"✗ {name}: {failure.splitlines()[0]}", markup=False, highlight=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: 0, or 2 if the folder can't be used. A story that fails is a figure and no failure."""
    parser = argparse.ArgumentParser(prog="advisor bench dialogue", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=STORIES, help="stories as YAML files")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    chosen = parser.parse_args(arguments)

    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done} of {total} stories" + ("\n" if done == total else ""))
            sys.stderr.flush()

    try:
        found = measure(chosen.folder, show)
    except (OSError, ValueError, yaml.YAMLError) as error:
        sys.stderr.write(f"Can't use {chosen.folder}: {error}\n")
        return 2
    if chosen.json:
        sys.stdout.write(json.dumps(asdict(found), ensure_ascii=False, indent=2) + "\n")
    else:
        _print(found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
