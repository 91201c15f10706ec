"""How search and memory grow with the number of chunks, on the embedded Qdrant.

The chunks are synthetic: random unit vectors and random terms, as many as the corpus has on average, which cost what
real ones cost and mean nothing. Each stands in one language, so a question takes the second pass for learned terms.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

from assistant.knowledge.encoder import Encoder
from assistant.knowledge.index import Entry, Index
from assistant.knowledge.passage import Passage
from assistant.knowledge.record import IndexMetadata
from assistant.knowledge.search import Knowledge
from assistant.knowledge.vectors import VECTORS_VERSION, Embedded
from assistant.settings import Settings
from evals.dialogue_metrics import percentile

# Terms of an average chunk, and how many different ones there are.
_TERMS = 24
_VOCABULARY = 30_000
_BATCH = 500
_QUESTIONS = 12
_SEED = 7


@dataclass(frozen=True)
class Size:
    """An index of `chunks`: milliseconds of a search beside the embedding of its question, MB on disk and in memory,
    seconds to open it."""

    chunks: int
    search_p50_ms: float
    search_p95_ms: float
    embed_p50_ms: float
    disk_mb: float
    memory_mb: float
    open_s: float


def resident_mb(process: int | str = "self") -> float:
    """Memory of a process in MB; NaN where the system has no /proc."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return float("nan")
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), float("nan"))


def _synthetic(count: int, dimension: int) -> list[tuple[Entry, Embedded, dict[int, float]]]:
    random = np.random.default_rng(_SEED)
    rows: list[tuple[Entry, Embedded, dict[int, float]]] = []
    for number in range(count):
        passage = Passage(
            id=f"synthetic#{number}@zh" if number % 2 else f"synthetic#{number}@en",
            unit=f"synthetic#{number}",
            document="synthetic",
            title="synthetic",
            section=str(number % 40),
            heading=(),
            language="zh" if number % 2 else "en",
            kind="paragraph",
            text=f"chunk {number}",
            start=0,
            end=1,
        )
        vector = random.standard_normal(dimension).astype(np.float32)
        terms = random.integers(0, _VOCABULARY, _TERMS)
        weights = {int(term): float(weight) for term, weight in zip(terms, random.random(_TERMS) * 2, strict=True)}
        entry = Entry(passage, number, f"{number:064x}")
        rows.append((entry, Embedded(vector / np.linalg.norm(vector), None, None), weights))
    return rows


def measure(
    sizes: Sequence[int], encoder: Encoder, questions: Sequence[str], step: Callable[[str], None] = lambda _: None
) -> list[Size]:
    """Each size in an index of its own; the folder is thrown away."""
    found: list[Size] = []
    for size in sizes:
        step(f"growth: {size:,} chunks")
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            found.append(_measured(size, Settings(data_dir=Path(folder)), encoder, questions))
    return found


def _measured(size: int, settings: Settings, encoder: Encoder, questions: Sequence[str]) -> Size:
    index = Index.open(settings)
    metadata = IndexMetadata(
        embedder=encoder.id, splitter=VECTORS_VERSION, corpus="synthetic", usual_length={"zh": 30.0, "en": 30.0}
    )
    name = index.create("growth", encoder.dimension, metadata)
    rows = _synthetic(size, encoder.dimension)
    for first in range(0, size, _BATCH):
        index.write(name, rows[first : first + _BATCH])
    index.switch(name)
    index.close()
    before, started = resident_mb(), perf_counter()
    knowledge = Knowledge.open(settings, encoder=encoder)
    opened = perf_counter() - started
    try:
        took, embedded = [], []
        for question in [*questions[:1], *questions[:_QUESTIONS]]:
            started = perf_counter()
            encoder.queries([question])
            middle = perf_counter()
            knowledge.search(question)
            took.append((perf_counter() - middle) * 1000)
            embedded.append((middle - started) * 1000)
        memory = resident_mb() - before
    finally:
        knowledge.close()
    disk = sum(path.stat().st_size for path in settings.data_dir.rglob("*") if path.is_file()) / 2**20
    # The first is a warm-up.
    took, embedded = took[1:], embedded[1:]
    return Size(size, percentile(took, 50), percentile(took, 95), percentile(embedded, 50), disk, memory, opened)
