"""A question set in BEIR layout, read from a folder: passages, questions, and which passages answer which question.

    corpus.jsonl, queries.jsonl                      one language; or
    corpus.{zh,en}.jsonl, queries.{zh,en}.jsonl      two
    qrels/test.tsv or qrels.tsv                      question, passage and grade, with a line of headings or without

Each may be packed with gzip (`.gz`). Nothing is guessed at: what can't be used is told with its file, line and key.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.knowledge.passage import Language
from assistant.knowledge.wording import language_of

LANGUAGES: tuple[Language, ...] = ("zh", "en")
_JUDGEMENTS = ("qrels.tsv", "qrels/test.tsv")
_HEADINGS = ("query-id", "queryid", "qid", "query", "question", "question-id")
# So many passages tell the language of a corpus whose name does not.
_SAMPLE = 20


class BadQuestionSet(ValueError):
    """A question set that can't be used; the message says which file and what is wrong with it."""


@dataclass(frozen=True)
class Row:
    """A passage or a question. `title` is empty where there is none."""

    id: str
    text: str
    title: str = ""

    @property
    def whole(self) -> str:
        """The title, where there is one, and the text."""
        return "\n".join(filter(None, (self.title, self.text)))


@dataclass(frozen=True)
class QuestionSet:
    """Passages and judged questions by language, and the passages that answer each question.

    Questions without a judgement are left out, as they can't be scored: a BEIR set holds those of all its parts.
    `unknown_questions` and `unknown_passages` count judgements that name what is not there.
    """

    passages: dict[Language, tuple[Row, ...]]
    questions: dict[Language, tuple[Row, ...]]
    relevant: dict[str, frozenset[str]]
    unknown_questions: int = 0
    unknown_passages: int = 0

    @property
    def left_out(self) -> str | None:
        """The judgements that can't be measured, for people; None where all can."""
        if not self.unknown_questions and not self.unknown_passages:
            return None
        unknown = f"{self.unknown_questions} of unknown questions, {self.unknown_passages} of unknown passages"
        return f"Judgements left out: {unknown}."


def question_set(folder: Path) -> QuestionSet:
    """What a folder holds. Raises `OSError` for a missing file, `BadQuestionSet` for one that can't be used."""
    corpora = {own: path for own in LANGUAGES if (path := _file(folder, f"corpus.{own}.jsonl")).exists()}
    if corpora:
        asked = {own: _file(folder, f"queries.{own}.jsonl") for own in corpora}
        passages = {own: _rows(path) for own, path in corpora.items()}
    else:
        rows = _rows(_file(folder, "corpus.jsonl"))
        own = language_of("\n".join(row.text for row in rows[:_SAMPLE]))
        passages, asked = {own: rows}, {own: _file(folder, "queries.jsonl")}
    judged_in = next((path for name in _JUDGEMENTS if (path := _file(folder, name)).exists()), folder / _JUDGEMENTS[0])
    judged = _judgements(judged_in)
    questions = {own: _rows(path) for own, path in asked.items()}
    return _checked(passages, questions, judged, judged_in)


def _checked(
    passages: dict[Language, tuple[Row, ...]],
    questions: dict[Language, tuple[Row, ...]],
    judged: Sequence[tuple[str, str]],
    judged_in: Path,
) -> QuestionSet:
    known = frozenset(row.id for rows in passages.values() for row in rows)
    asked = frozenset(row.id for rows in questions.values() for row in rows)
    relevant: dict[str, set[str]] = {}
    unknown_questions = unknown_passages = 0
    for question, passage in judged:
        if question not in asked:
            unknown_questions += 1
        elif passage not in known:
            unknown_passages += 1
        else:
            relevant.setdefault(question, set()).add(passage)
    if not relevant:
        raise BadQuestionSet(
            f"{judged_in}: none of {len(judged)} judgements is of a known question and a known passage "
            f"({unknown_questions} of unknown questions, {unknown_passages} of unknown passages)"
        )
    chosen = {own: tuple(row for row in rows if row.id in relevant) for own, rows in questions.items()}
    if missing := [own for own, rows in chosen.items() if not rows]:
        raise BadQuestionSet(f"{judged_in}: no question in {', '.join(missing)} has a judgement")
    return QuestionSet(
        passages,
        chosen,
        {question: frozenset(own) for question, own in relevant.items()},
        unknown_questions,
        unknown_passages,
    )


def _file(folder: Path, name: str) -> Path:
    """The file of that name, or its packed form where only that exists."""
    plain, packed = folder / name, folder / f"{name}.gz"
    return packed if packed.exists() and not plain.exists() else plain


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Each line that is not blank, with its number from 1. A line ends with a line feed and with nothing else, for a
    JSON text may hold the other separators that Unicode has."""
    try:
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadQuestionSet(f"{path}: not UTF-8 at byte {error.start}") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadQuestionSet(f"{path}: can't be unpacked: {error}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.removesuffix("\r")


def _rows(path: Path) -> tuple[Row, ...]:
    rows: dict[str, Row] = {}
    for number, line in _lines(path):
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadQuestionSet(f"{path}, line {number}: not JSON: {error}") from error
        if not isinstance(found, dict):
            raise BadQuestionSet(f"{path}, line {number}: not a JSON object")
        row = Row(_id(found, path, number), _text(found, "text", path, number), _text(found, "title", path, number, ""))
        if row.id in rows:
            raise BadQuestionSet(f"{path}, line {number}: the `_id` {row.id!r} stands there twice")
        rows[row.id] = row
    if not rows:
        raise BadQuestionSet(f"{path}: empty")
    return tuple(rows.values())


def _id(found: dict[str, Any], path: Path, number: int) -> str:
    # Some sets number what others name.
    own = found.get("_id")
    if isinstance(own, int) and not isinstance(own, bool):
        return str(own)
    name = _text(found, "_id", path, number)
    if not name:
        raise BadQuestionSet(f"{path}, line {number}: `_id` is empty")
    return name


def _text(found: dict[str, Any], key: str, path: Path, number: int, default: str | None = None) -> str:
    value = found.get(key)
    value = default if value is None else value
    if value is None:
        raise BadQuestionSet(f"{path}, line {number}: there is no `{key}`")
    if not isinstance(value, str):
        raise BadQuestionSet(f"{path}, line {number}: `{key}` is no text")
    return value


def _judgements(path: Path) -> list[tuple[str, str]]:
    """Question and passage of each judgement above nought. Raises `BadQuestionSet` where there is none."""
    found: list[tuple[str, str]] = []
    for place, (number, line) in enumerate(_lines(path)):
        parts = [part.strip() for part in line.split("\t")]
        if len(parts) not in (2, 3, 4):
            raise BadQuestionSet(f"{path}, line {number}: question, passage and grade are wanted, parted by tabs")
        if place == 0 and _is_heading(parts):
            continue
        # TREC's form has a column of noughts in the second place; where there is no grade, what is named is right.
        question, passage, grade = (parts[0], parts[-2], parts[-1]) if len(parts) > 2 else (*parts, "1")
        value = _number(grade)
        if value is None:
            raise BadQuestionSet(f"{path}, line {number}: the grade {grade!r} is no number")
        if value > 0:
            found.append((question, passage))
    if not found:
        raise BadQuestionSet(f"{path}: no judgement with a grade above 0")
    return found


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _is_heading(parts: Sequence[str]) -> bool:
    """Whether a first line names its columns: by its grade, which is no number, or where there is none by its words."""
    if len(parts) > 2:
        return _number(parts[-1]) is None
    return parts[0].lower().replace("_", "-") in _HEADINGS
