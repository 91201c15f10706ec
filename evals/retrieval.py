"""The retrieval benchmark: the product's search on a question set, in every direction of the languages that it has.

    advisor bench retrieval FOLDER [--embedder NAME …] [--reranker NAME] [--json] [--index FOLDER] [--limit N]

FOLDER is in BEIR layout: corpus.jsonl, queries.jsonl and qrels/test.tsv (or qrels.tsv), in one language; or, for two,
corpus.{zh,en}.jsonl and queries.{zh,en}.jsonl; see `evals/question_set.py`. Every passage is a point of a real embedded
index and every question takes the way a visitor's does: the figures are the product's own. Embedders are compared on
the same rows.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from assistant.errors import AdvisorError
from assistant.knowledge.biencoder import SentenceTransformerEncoder
from assistant.knowledge.encoder import BundledEncoder, Encoder, Vectors
from assistant.knowledge.fusion import Hits, reciprocal_ranks
from assistant.knowledge.index import Entry, Index
from assistant.knowledge.passage import Language, Passage
from assistant.knowledge.record import IndexMetadata
from assistant.knowledge.search import Knowledge, rank
from assistant.knowledge.sparse import passage_weights, terms
from assistant.knowledge.vectors import VECTORS_VERSION, embed
from assistant.settings import Settings
from evals.question_set import QuestionSet, Row, question_set

if TYPE_CHECKING:
    from llama_index.core.postprocessor.types import BaseNodePostprocessor

SYSTEMS = ("dense", "sparse", "rrf", "ours")
# A further system where there is a reranker.
RERANKED = "reranked"
_BATCH = 16
BUNDLED = "bundled"


@dataclass(frozen=True)
class Figures:
    """Shares from 0 to 1 over `n` questions: the right passage first, among the first five, and MRR at ten."""

    n: int
    hit1: float
    hit5: float
    mrr10: float

    @classmethod
    def of(cls, ranks: Sequence[int | None]) -> Figures:
        """From the right passage's rank for each question, from 1; None where it was not found."""
        n = len(ranks)
        found = [place for place in ranks if place is not None]
        return cls(
            n,
            hit1=sum(place == 1 for place in found) / n if n else 0.0,
            hit5=sum(place <= 5 for place in found) / n if n else 0.0,
            mrr10=sum(1 / place for place in found if place <= 10) / n if n else 0.0,
        )


@dataclass(frozen=True)
class Direction:
    """Figures by system for questions in one language over passages in one. `held_out`: odd-numbered questions only."""

    question: Language
    passage: Language
    every: dict[str, Figures]
    held_out: dict[str, Figures]

    @property
    def name(self) -> str:
        """As in "en->zh"."""
        return f"{self.question}->{self.passage}"


class Remembering:
    """An encoder that embeds each question once, though two corpora are asked."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._queries: dict[str, Vectors] = {}
        self._latents: dict[str, dict[int, float] | None] = {}

    @property
    def id(self) -> str:
        return self._encoder.id

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    @property
    def longest(self) -> int | None:
        return self._encoder.longest

    def load(self) -> None:
        self._encoder.load()

    def overlong(self, texts: Sequence[str]) -> int:
        return self._encoder.overlong(texts)

    def queries(self, texts: Sequence[str]) -> Vectors:
        if len(texts) != 1:
            return self._encoder.queries(texts)
        if texts[0] not in self._queries:
            self._queries[texts[0]] = self._encoder.queries(texts)
        return self._queries[texts[0]]

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.passages(texts)

    def latents(self, texts: Sequence[str]) -> list[dict[int, float]] | None:
        if len(texts) != 1:
            return self._encoder.latents(texts)
        if texts[0] not in self._latents:
            learned = self._encoder.latents(texts)
            self._latents[texts[0]] = learned[0] if learned else None
        known = self._latents[texts[0]]
        return None if known is None else [known]


def build(
    rows: Sequence[Row],
    language: Language,
    where: Path,
    encoder: Encoder,
    step: Callable[[int], None],
    reranker: BaseNodePostprocessor | None = None,
) -> Knowledge:
    """The index over one language's passages. Vectors that an index in `where` holds already are not made again."""
    texts = [row.whole for row in rows]
    found = [terms(text) for text in texts]
    usual = max(1.0, sum(map(len, found)) / max(1, len(found)))
    metadata = IndexMetadata(embedder=encoder.id, splitter="bench", corpus="bench", usual_length={language: usual})
    index = Index.open(Settings(data_dir=where))
    kept = index.embedded()
    name = index.create(uuid4().hex[:12], encoder.dimension, metadata)
    for first in range(0, len(rows), _BATCH):
        part = slice(first, first + _BATCH)
        entries = [_entry(row, order, language) for order, row in enumerate(rows[part], start=first)]
        vectors = [kept[entry.point_id] for entry in entries if entry.point_id in kept]
        if len(vectors) < len(entries):
            bodies = [entry.passage.text for entry in entries]
            vectors = embed(encoder, texts[part], bodies, [True] * len(entries))
        weights = [passage_weights(words, usual) for words in found[part]]
        index.write(name, list(zip(entries, vectors, weights, strict=True)))
        step(len(entries))
    index.switch(name)
    return Knowledge(index, encoder, reranker)


def _entry(row: Row, order: int, language: Language) -> Entry:
    passage = Passage(
        id=f"{row.id}@{language}",
        unit=row.id,
        document="bench",
        title=row.title,
        section="",
        heading=(),
        language=language,
        kind="paragraph",
        text=row.text,
        start=0,
        end=len(row.text),
    )
    return Entry(passage, order, fingerprint=VECTORS_VERSION)


def _place(scores: Mapping[str, float], right: Collection[str]) -> int | None:
    """The rank of the best right key; of equal scores it comes last, so a tie never flatters."""
    best = max((scores[key] for key in right if key in scores), default=None)
    return None if best is None else sum(score >= best for score in scores.values())


def places(
    knowledge: Knowledge, question: str, language: Language, right: Collection[str], *, again: bool = False
) -> dict[str, int | None]:
    """The rank of the best relevant unit by system; with `again`, also where the reranker puts it."""
    signals = knowledge.signals(question)
    ranked = rank(signals)
    hits: Hits = signals.hits[language]
    units = signals.contents.units
    points = [units[unit][language].point for unit in right if unit in units]
    found = {
        "dense": _place(hits.dense, points),
        "sparse": _place(hits.words, points),
        "rrf": _place(reciprocal_ranks([hits.dense, hits.words]), points),
        "ours": _place({place.unit: place.score for place in ranked}, right),
    }
    if again:
        order = knowledge.reranked(signals, ranked)
        found[RERANKED] = next((n for n, place in enumerate(order, start=1) if place.unit in right), None)
    return found


def measure(
    told: QuestionSet,
    where: Path,
    *,
    encoder: Encoder | None = None,
    reranker: BaseNodePostprocessor | None = None,
    limit: int | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Direction]:
    """Every direction over a question set; indexes go to `where`. `limit` takes the first questions only.

    A question is asked of the passages that hold an answer to it; a direction without such a question is left out. A
    `reranker` is measured as a system of its own.
    """
    systems = (*SYSTEMS, RERANKED) if reranker else SYSTEMS
    encoder = Remembering(encoder or BundledEncoder())
    known = {held: frozenset(row.id for row in rows) for held, rows in told.passages.items()}
    asked_of = {
        (asked, held): [(row, right) for row in rows[:limit] if (right := told.relevant[row.id] & ids)]
        for held, ids in known.items()
        for asked, rows in told.questions.items()
    }
    total = sum(map(len, told.passages.values())) + sum(map(len, asked_of.values()))
    done = 0

    def step(stage: str, count: int) -> None:
        nonlocal done
        done += count
        if progress:
            progress(stage, done, total)

    directions: list[Direction] = []
    for held, passages in told.passages.items():
        indexed = partial(step, f"index {held}")
        knowledge = build(passages, held, where / held, encoder, indexed, reranker)
        try:
            for asked in told.questions:
                ranks: list[dict[str, int | None]] = []
                for row, right in asked_of[asked, held]:
                    ranks.append(places(knowledge, row.text, held, right, again=reranker is not None))
                    step(f"{asked}->{held}", 1)
                if ranks:
                    every = {system: Figures.of([own[system] for own in ranks]) for system in systems}
                    held_out = {system: Figures.of([own[system] for own in ranks[1::2]]) for system in systems}
                    directions.append(Direction(asked, held, every, held_out))
        finally:
            knowledge.close()
    return directions


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. 1 if fusion falls below its better half in any direction, 2 if the folder can't be used."""
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table

    parser = argparse.ArgumentParser(prog="advisor bench retrieval", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path, help="a BEIR folder in one language, or in zh and en")
    parser.add_argument(
        "--embedder", action="append", metavar="NAME",
        help=f"{BUNDLED!r} (default) or a sentence-transformers model by name or path; several are compared",
    )  # fmt: skip
    parser.add_argument("--reranker", metavar="NAME", help="also measure what this cross-encoder makes of the order")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--index", type=Path, help="keep the indexes here and use them again")
    parser.add_argument("--limit", type=_count, help="only this many questions of each language")
    chosen = parser.parse_args(arguments)
    console = Console(stderr=True)
    found: dict[str, list[Direction]] = {}
    systems = (*SYSTEMS, RERANKED) if chosen.reranker else SYSTEMS
    try:
        told = question_set(chosen.folder)
        if told.left_out:
            console.print(told.left_out)
        reranker = _reranker(chosen.reranker) if chosen.reranker else None
        for name in dict.fromkeys(chosen.embedder or [BUNDLED]):
            encoder: Encoder = BundledEncoder() if name == BUNDLED else SentenceTransformerEncoder(name)
            with tempfile.TemporaryDirectory() as scratch, Progress(console=console) as bar:
                task = bar.add_task("retrieval")

                def show(stage: str, done: int, total: int, bar: Progress = bar, task: Any = task) -> None:
                    bar.update(task, description=stage, completed=done, total=total)

                where = chosen.index / sha256(encoder.id.encode()).hexdigest()[:8] if chosen.index else Path(scratch)
                found[name] = measure(
                    told, where, encoder=encoder, reranker=reranker, limit=chosen.limit, progress=show
                )
    except AdvisorError as error:
        console.print(error.message("en"))
        return 2
    except (OSError, ValueError) as error:
        console.print(f"Can't use {chosen.folder}: {error}", markup=False, highlight=False, soft_wrap=True)
        return 2
    if chosen.json:
        sys.stdout.write(json.dumps({name: _plain(own) for name, own in found.items()}, indent=2) + "\n")
    else:
        for name, directions in found.items():
            title = f"{name}: hit@1 / hit@5 / MRR@10"
            table = Table("direction", "n", *systems, "ours, held out", title=title)
            for direction in directions:
                cells = [_cell(direction.every[system]) for system in systems]
                table.add_row(direction.name, str(direction.every["ours"].n), *cells, _cell(direction.held_out["ours"]))
            Console().print(table)
    return int(any(below_better_half(direction) for own in found.values() for direction in own))


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1")
    return int(text)


def _reranker(name: str) -> BaseNodePostprocessor:
    from assistant.knowledge.reranker import CrossEncoder, Reranker

    # A benchmark waits for every passage to be read.
    return Reranker(CrossEncoder(name), clock=lambda: 0.0)


def _plain(directions: Sequence[Direction]) -> dict[str, Any]:
    return {
        direction.name: {
            "all": {system: asdict(own) for system, own in direction.every.items()},
            "held_out": {system: asdict(own) for system, own in direction.held_out.items()},
        }
        for direction in directions
    }


def below_better_half(direction: Direction) -> bool:
    """Whether fusion puts the right passage first less often than dense or sparse search alone."""
    every = direction.every
    return every["ours"].hit1 < max(every["dense"].hit1, every["sparse"].hit1)


def _cell(figures: Figures) -> str:
    return f"{figures.hit1:.3f} / {figures.hit5:.3f} / {figures.mrr10:.3f}"


if __name__ == "__main__":
    raise SystemExit(main())
