"""How fast the rules are, as ratios to a baseline of the same run: `python -m evals.rules`.

The baseline is validating a filled checklist and printing it as JSON, which any use of the rules does as well; machines
differ and are noisy, so the ratio is what to compare between runs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

from assistant.rules import counterfactual
from assistant.rules.decision import decide, outcome_of
from assistant.rules.requirements import Requirements
from assistant.rules.sizing import SizingRequest, estimate

_ROUNDS = 30
_CASES: tuple[dict[str, Any], ...] = (
    {},
    {"workloads": [{"kind": "inference"}]},
    {"workloads": [{"kind": "multimodal"}], "users": 20, "sharing": "single_group", "inferred": ["sharing"]},
    {"workloads": [{"kind": "finetune"}], "models": [{"params_b": 70}], "sharing": "single_group"},
    {"workloads": [{"kind": "rag"}, {"kind": "training"}], "budget_cny": {"min": 1e6, "max": 9e6}, "groups": 4},
    {"workloads": [{"kind": "training"}], "multi_node": True, "models": [{"name": "DeepSeek", "params_b": 671}]},
)


@dataclass(frozen=True)
class Timing:
    """Median and worst of a call over the cases, in milliseconds, and the median as a ratio to the baseline."""

    name: str
    median_ms: float
    worst_ms: float
    ratio: float


def _times(call: Callable[[Requirements], object]) -> list[float]:
    """The best of each case's rounds: what the code takes when the machine lets it."""
    found: list[float] = []
    for case in _CASES:
        requirements = Requirements.model_validate(case)
        call(requirements)
        rounds: list[float] = []
        for _ in range(_ROUNDS):
            started = perf_counter()
            call(requirements)
            rounds.append(perf_counter() - started)
        found.append(min(rounds) * 1000)
    return found


def _change(requirements: Requirements) -> object:
    outcome = outcome_of(requirements)
    return counterfactual.would_change(counterfactual.explore(requirements, outcome, outcome_of), outcome)


def _size(requirements: Requirements) -> object:
    size = requirements.models[0].params_b if requirements.models else 72
    return estimate(SizingRequest(params_b=size, task="finetune-full", gpu="96gb", gpus=8))


def measure() -> list[Timing]:
    """Every call of the rules, timed; the first row is the baseline."""
    calls: dict[str, Callable[[Requirements], object]] = {
        "baseline": lambda r: Requirements.model_validate(r.model_dump()).model_dump_json(),
        "decide": decide,
        "outcome_of": outcome_of,
        "would_change": _change,
        "size": _size,
    }
    times = {name: _times(call) for name, call in calls.items()}
    base = median(times["baseline"])
    return [Timing(name, median(found), max(found), median(found) / base) for name, found in times.items()]


def main(arguments: Sequence[str] = ()) -> int:
    """Prints the table, or JSON with `--json`."""
    timings = measure()
    if "--json" in arguments:
        sys.stdout.write(json.dumps([vars(timing) for timing in timings]) + "\n")
        return 0
    sys.stdout.write(f"{'':14}{'median ms':>11}{'worst ms':>11}{'ratio':>9}\n")
    for row in timings:
        sys.stdout.write(f"{row.name:14}{row.median_ms:11.3f}{row.worst_ms:11.3f}{row.ratio:9.1f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
