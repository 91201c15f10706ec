"""The retrieval benchmark on a tiny parallel set: it counts right and runs the product's own search."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle

from evals.question_set import question_set
from evals.retrieval import SYSTEMS, Direction, Figures, below_better_half, main, measure

PASSAGES = {
    "en": ["The lion sleeps in the savanna.", "Bread is baked from flour and water.", "The moon circles the earth."],
    "zh": ["狮子睡在草原上。", "面包用面粉和水烤成。", "月亮绕着地球转。"],
}
QUESTIONS = {
    "en": ["Where does the lion sleep?", "What is bread baked from?", "What circles the earth?"],
    "zh": ["狮子睡在哪里？", "面包是用什么烤的？", "什么绕着地球转？"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    data = tmp_path / "beir"
    data.mkdir()
    for language in ("zh", "en"):
        corpus = [{"_id": f"p{n}", "title": "", "text": text} for n, text in enumerate(PASSAGES[language])]
        queries = [{"_id": f"q{n}", "text": text} for n, text in enumerate(QUESTIONS[language])]
        for name, rows in (("corpus", corpus), ("queries", queries)):
            lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
            (data / f"{name}.{language}.jsonl").write_text(lines + "\n", encoding="utf-8")
    judged = "".join(f"q{n}\tp{n}\t1\n" for n in range(3))
    (data / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + judged, encoding="utf-8")
    return data


def test_all_four_directions_are_measured_for_every_system(folder: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    directions = measure(
        question_set(folder), tmp_path / "index", progress=lambda stage, done, total: steps.append((done, total))
    )
    assert {direction.name for direction in directions} == {"zh->zh", "en->zh", "zh->en", "en->en"}
    for direction in directions:
        assert set(direction.every) == set(SYSTEMS)
        assert direction.every["ours"] == Figures(3, 1.0, 1.0, 1.0)
        assert direction.held_out["ours"].n == 1
    assert steps[-1] == (18, 18)


def test_figures_count_misses_and_the_tenth_place() -> None:
    assert Figures.of([1, 2, 11, None]) == Figures(4, 0.25, 0.5, (1 + 0.5) / 4)
    assert Figures.of([]) == Figures(0, 0.0, 0.0, 0.0)


def test_fusion_below_its_better_half_is_a_failure() -> None:
    good, bad = Figures(2, 0.9, 1, 1), Figures(2, 0.8, 1, 1)
    every = {"dense": good, "sparse": bad, "rrf": bad, "ours": bad}
    assert below_better_half(Direction("zh", "zh", every, every))
    assert not below_better_half(Direction("zh", "zh", every | {"ours": good}, every))


def test_the_command_prints_json_and_refuses_a_folder_without_data(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(folder), "--json", "--limit", "1"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["bundled"]["en->zh"]["all"]["ours"]["n"] == 1
    assert main([str(tmp_path / "none")]) == 2


def test_a_plain_beir_folder_in_one_language_is_one_direction(folder: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    (plain / "qrels").mkdir(parents=True)
    (plain / "corpus.jsonl").write_bytes((folder / "corpus.zh.jsonl").read_bytes())
    (plain / "queries.jsonl").write_bytes((folder / "queries.zh.jsonl").read_bytes())
    # Two passages answer the first question; a grade of nought answers nothing; the third question is not judged.
    rows = "q0\tp0\t2\nq0\tp1\t1\nq1\tp1\t1\nq1\tp2\t0\n"
    (plain / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + rows, encoding="utf-8")
    (direction,) = measure(question_set(plain), tmp_path / "index")
    assert direction.name == "zh->zh"
    assert direction.every["ours"].n == 2
    assert direction.every["ours"].hit1 == 1.0


def test_a_question_is_asked_only_of_the_passages_that_hold_an_answer(folder: Path, tmp_path: Path) -> None:
    english = folder / "corpus.en.jsonl"
    english.write_text("".join(english.read_text(encoding="utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")
    asked = {direction.name: direction.every["ours"].n for direction in measure(question_set(folder), tmp_path / "i")}
    assert asked == {"zh->zh": 3, "en->zh": 3, "zh->en": 2, "en->en": 2}


class Backwards(BaseNodePostprocessor):
    """Puts the best last."""

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        return nodes[::-1]


def test_a_reranker_is_measured_beside_the_product_and_changes_none_of_its_figures(
    folder: Path, tmp_path: Path
) -> None:
    for direction in measure(question_set(folder), tmp_path / "index", reranker=Backwards()):
        assert direction.every["ours"] == Figures(3, 1.0, 1.0, 1.0)
        assert direction.every["reranked"] == Figures(3, 0.0, 1.0, pytest.approx(1 / 3))


def test_an_embedder_or_reranker_that_can_not_be_had_is_said(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for option in ("--embedder", "--reranker"):
        assert main([str(folder), option, str(tmp_path / "nothing")]) == 2
        assert "There is no model" in capsys.readouterr().err
