"""What a language model did in a run: read, wrote, was refused; from the traces that the turns left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

_STAGES = ("understand", "llm_read", "search", "llm_look_up", "decide", "compose", "llm_write")
_ASKED = ("llm_read", "llm_look_up", "llm_write")
FIGURES = ("calls", "read", "wrote", "refused", "after", "ms p50/p95")


def model_use(traces: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Figures in words, by name: `calls` (how often the model was asked, and how often in vain), `read` (what became of
    each thing that the model read), `wrote` (whose text the replies were, and why the built-in one where it was),
    `refused` (what the check stopped, by kind), `after` (what it stopped in whole replies), `ms` (p50 and p95 of each
    stage); `warning` where most of it was the built-in brain's work."""
    read: Counter[str] = Counter()
    wrote: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    after: Counter[str] = Counter()
    times: dict[str, list[float]] = {stage: [] for stage in _STAGES}
    asked = failed = 0
    for trace in traces:
        after.update(kind for kind, _ in trace.get("violations", ()))
        for span in trace.get("spans", ()):
            asked += span["name"] in _ASKED
            failed += span["name"] in _ASKED and "failed" in span
            if span["name"] in times:
                times[span["name"]].append(float(span["ms"]))
            if span["name"] == "llm_read":
                read.update([f"failed: {span['failed']}"] if "failed" in span else [])
                read.update(one["verdict"] for one in span.get("judged", ()))
            if span["name"] == "llm_write":
                wrote[_outcome(span)] += 1
                for stage in ("refused", "refused_again"):
                    found = span.get(stage, {}).get("violations", ())
                    refused.update(dict.fromkeys((kind for kind, _ in found), 1))
    ms = ", ".join(
        f"{stage} {np.percentile(own, 50):.0f}/{np.percentile(own, 95):.0f}" for stage, own in times.items() if own
    )
    told = (f"{asked}, {failed} failed", _counted(read), _counted(wrote), _counted(refused), _counted(after), ms)
    found = dict(zip(FIGURES, told, strict=True))
    if 2 * failed > asked:
        found["warning"] = (
            f"More than half of the model's calls failed ({failed} of {asked}): "
            "these are the figures of the built-in brain rather than of the model."
        )
    return found


def _outcome(span: Mapping[str, Any]) -> str:
    if "failed" in span:
        return f"built-in ({span['failed']})"
    if "refused_again" in span:
        return "built-in (refused twice)"
    if "lacking" in span:
        return "built-in (something left out)"
    return "prose after a repair" if "refused" in span else "prose"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {n}" for name, n in counts.most_common()) or "none"
