"""A folder in BEIR layout is read as it is meant, and what can't be used is told with its place."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from evals.question_set import BadQuestionSet, Row, question_set
from evals.retrieval import main

CORPUS = '{"_id": "p0", "title": "Cats", "text": "Lions sleep."}\n{"_id": "p1", "text": "Bread is baked."}\n'
QUERIES = '{"_id": "q0", "text": "Where do lions sleep?"}\n{"_id": "q1", "text": "What is baked?"}\n'
QRELS = "query-id\tcorpus-id\tscore\nq0\tp0\t1\nq1\tp1\t1\n"
BOTH = {"q0": frozenset({"p0"}), "q1": frozenset({"p1"})}


def _folder(path: Path, corpus: str = CORPUS, queries: str = QUERIES, qrels: str = QRELS) -> Path:
    for name, text in (("corpus.jsonl", corpus), ("queries.jsonl", queries), ("qrels.tsv", qrels)):
        (path / name).write_bytes(text.encode("utf-8"))
    return path


@pytest.mark.parametrize(
    "qrels",
    [
        QRELS,
        QRELS.partition("\n")[2],
        "q0\tp0\nq1\tp1\n",
        "query_id\tcorpus_id\nq0\tp0\nq1\tp1\n",
        "q0\t0\tp0\t1\nq1\t0\tp1\t1\n",
        "\ufeff" + QRELS,
        "\ufeff" + QRELS.partition("\n")[2],
        QRELS.replace("\n", "\r\n"),
        "\n" + QRELS.replace("\n", "\n\n  \n"),
        QRELS.rstrip("\n"),
        QRELS.replace("\t1", "\t2.0") + "q0\tp1\t0\n",
    ],
    ids=[
        "headings", "none", "two columns", "two columns with headings", "TREC", "BOM", "BOM without headings", "CRLF",
        "blank lines", "no last line feed", "grades",
    ],
)  # fmt: skip
def test_every_judgement_is_read_whatever_the_form_of_the_file(tmp_path: Path, qrels: str) -> None:
    assert question_set(_folder(tmp_path, qrels=qrels)).relevant == BOTH


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\n" + text.replace("\n", "\n\n"),
        lambda text: text.replace('"_id": "p1",', '"_id": "p1", "title": null,'),
    ],
    ids=["BOM", "CRLF", "blank lines", "title null"],
)
def test_rows_are_read_whatever_the_form_of_the_file(tmp_path: Path, change: Callable[[str], str]) -> None:
    told = question_set(_folder(tmp_path, change(CORPUS), change(QUERIES)))
    assert told.passages == {"en": (Row("p0", "Lions sleep.", "Cats"), Row("p1", "Bread is baked."))}
    assert [row.id for row in told.questions["en"]] == ["q0", "q1"]
    assert told.relevant == BOTH
    assert told.left_out is None


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85"])
def test_a_separator_inside_a_text_ends_no_line(tmp_path: Path, sign: str) -> None:
    told = question_set(_folder(tmp_path, CORPUS.replace("Lions sleep", f"Lions{sign}sleep")))
    assert told.passages["en"][0].text == f"Lions{sign}sleep."


def test_packed_files_are_read(tmp_path: Path) -> None:
    for path in list(_folder(tmp_path).iterdir()):
        (tmp_path / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert question_set(tmp_path).relevant == BOTH


def test_a_numbered_id_is_the_same_as_a_written_one(tmp_path: Path) -> None:
    told = question_set(_folder(tmp_path, CORPUS.replace('"p0"', "7"), qrels="q0\t7\t1\n"))
    assert told.relevant == {"q0": frozenset({"7"})}


def test_judgements_of_what_is_not_there_are_counted_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    qrels = QRELS + "q0\tgone\t1\nq1\tgone\t1\nnobody\tp0\t1\n"
    told = question_set(_folder(tmp_path, qrels=qrels))
    assert (told.unknown_questions, told.unknown_passages) == (1, 2)
    assert told.relevant == BOTH
    assert main([str(tmp_path), "--limit", "1", "--json"]) in (0, 1)
    assert "1 of unknown questions, 2 of unknown passages" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("corpus.jsonl", "", "corpus.jsonl: empty"),
        ("corpus.jsonl", "\n\n", "corpus.jsonl: empty"),
        ("queries.jsonl", "", "queries.jsonl: empty"),
        ("qrels.tsv", "", "qrels.tsv: no judgement"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\n", "qrels.tsv: no judgement"),
        ("qrels.tsv", "q0\tp0\t0\n", "qrels.tsv: no judgement"),
        ("qrels.tsv", "q0\tgone\t1\n", "none of 1 judgements is of a known question and a known passage"),
        ("qrels.tsv", "gone\tp0\t1\n", "(1 of unknown questions, 0 of unknown passages)"),
        ("qrels.tsv", "q0\tp0\t1\nq1\tp1\tmuch\n", "qrels.tsv, line 2: the grade 'much' is no number"),
        ("qrels.tsv", "q0 p0 1\n", "qrels.tsv, line 1: question, passage and grade are wanted, parted by tabs"),
        ("corpus.jsonl", CORPUS + '{"_id": "p2", "title": "x"}\n', "corpus.jsonl, line 3: there is no `text`"),
        ("corpus.jsonl", CORPUS + '{"text": "x"}\n', "corpus.jsonl, line 3: there is no `_id`"),
        ("corpus.jsonl", CORPUS + '\n{"_id": "p2", "text": 5}\n', "corpus.jsonl, line 4: `text` is no text"),
        ("queries.jsonl", '{"_id": "q0"}\n', "queries.jsonl, line 1: there is no `text`"),
        ("corpus.jsonl", CORPUS + '{"_id": "p0", "text": "x"}\n', "line 3: the `_id` 'p0' stands there twice"),
        ("corpus.jsonl", CORPUS + "[1]\n", "corpus.jsonl, line 3: not a JSON object"),
        ("corpus.jsonl", CORPUS + "{\n", "corpus.jsonl, line 3: not JSON"),
    ],
)
def test_what_can_not_be_used_is_told_with_its_place_and_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str, problem: str
) -> None:
    (_folder(tmp_path) / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadQuestionSet) as raised:
        question_set(tmp_path)
    assert problem in str(raised.value)
    assert main([str(tmp_path)]) == 2
    assert problem in capsys.readouterr().err


@pytest.mark.parametrize("data", [b"\x1f\x8b\x08\x00broken", b"plain"])
def test_a_packed_file_that_is_none_is_told(tmp_path: Path, data: bytes) -> None:
    (_folder(tmp_path) / "corpus.jsonl").unlink()
    (tmp_path / "corpus.jsonl.gz").write_bytes(data)
    with pytest.raises(BadQuestionSet, match="can't be unpacked"):
        question_set(tmp_path)


def test_a_file_in_another_encoding_is_told(tmp_path: Path) -> None:
    (_folder(tmp_path) / "corpus.jsonl").write_bytes("显存".encode("gbk"))
    with pytest.raises(BadQuestionSet, match="not UTF-8 at byte 0"):
        question_set(tmp_path)


@pytest.mark.parametrize("limit", ["0", "-1", "many", "1.5"])
def test_a_limit_below_one_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], limit: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([str(_folder(tmp_path)), f"--limit={limit}"])
    assert ended.value.code == 2
    assert "a whole number from 1" in capsys.readouterr().err
