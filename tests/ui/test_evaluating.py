"""`advisor eval` where something of the installation can't be used: a sentence and 2, never a traceback, never 1."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
import yaml
from scripted_endpoint import Answer, scripted_endpoint

from assistant import bootstrap
from assistant.errors import IndexBusy, IndexMismatch
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from ui import cli

CASE = {"id": "a-case", "language": "en", "origin": "design", "author": "model", "date": "2026-11-28"}
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation without an index, and no other settings; beside it a golden list of one case."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ADVISOR_{name.upper()}", raising=False)
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LC_ALL", "C")
    (tmp_path / "golden").mkdir()
    rows = [{**CASE, "kind": "leak", "turns": ["Hello there"]}]
    (tmp_path / "golden" / "safety.yaml").write_text(yaml.safe_dump(rows), encoding="utf-8")
    return tmp_path


def told(home: Path, printed: Printed, *options: str) -> str:
    """What is said of a run that can't be done."""
    assert cli.main(["eval", "--golden", str(home / "golden"), *options]) == 2
    found = printed.readouterr()
    assert found.out == ""
    assert "Traceback" not in found.err
    return found.err


def raising(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def build(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(bootstrap, "build_advisor", build)


def test_without_an_index_there_is_a_sentence_and_2(
    home: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "There is no knowledge index at" in told(home, capsys)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "还没有知识索引" in told(home, capsys)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (IndexBusy(path="there"), "Another process is using the index at there."),
        (IndexMismatch(written="a", configured="b"), "The index was written with the embedder a"),
        (OSError(28, "No space left on device"), "Can't go on: [Errno 28] No space left on device"),
    ],
)
def test_an_index_that_can_t_be_opened_is_a_sentence_and_2(
    error: Exception, words: str, home: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    raising(monkeypatch, error)
    assert told(home, capsys).startswith(words)


def test_an_index_that_is_rubbish_is_told_as_by_the_doctor(home: Path, capsys: Printed) -> None:
    (home / "data" / "qdrant").mkdir(parents=True)
    (home / "data" / "qdrant" / "meta.json").write_text("{rubbish", encoding="utf-8")
    assert "advisor ingest" in told(home, capsys)


def test_a_defect_is_shown_whole_and_is_no_gate_either(
    home: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "data" / "qdrant").mkdir(parents=True)
    raising(monkeypatch, ZeroDivisionError("a defect"))
    monkeypatch.setattr("ui.doctor.fault", lambda *_: None)
    assert cli.main(["eval", "--golden", str(home / "golden")]) == 2
    assert "ZeroDivisionError: a defect" in capsys.readouterr().err


def test_a_setting_that_can_t_be_read_is_told_as_by_every_command(
    home: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADVISOR_PORT", "many")
    assert told(home, capsys).startswith("The setting ADVISOR_PORT can't be used")
    assert cli.main(["eval", "candidates"]) == 2
    assert capsys.readouterr().err.startswith("The setting ADVISOR_PORT can't be used")


def test_ctrl_c_is_neither_of_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raising(monkeypatch, KeyboardInterrupt())
    assert cli.main(["eval", "--golden", str(home / "golden")]) == 130


# ---- a language model


def test_a_model_that_is_away_ends_with_2_in_the_doctor_s_words_before_anything_is_opened(
    home: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    raising(monkeypatch, AssertionError("nothing is to be run"))
    monkeypatch.setenv("ADVISOR_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("ADVISOR_LLM_MODEL", "nobody")
    says = told(home, capsys, "--brain", "llm")
    assert says.startswith("nobody at 127.0.0.1:9 can't be used: it can't be reached, after ")
    assert says.endswith("Check ADVISOR_LLM_BASE_URL, and that the server runs.\n")
    assert "The built-in brain answers" not in says


def test_a_model_that_refuses_the_key_is_told_without_it(
    home: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted_endpoint(lambda _: Answer(status=401)) as server:
        monkeypatch.setenv("ADVISOR_LLM_BASE_URL", server.url)
        monkeypatch.setenv("ADVISOR_LLM_MODEL", "scripted")
        monkeypatch.setenv("ADVISOR_LLM_API_KEY", "sk-secret")
        says = told(home, capsys, "--brain", "llm")
    assert "Check ADVISOR_LLM_API_KEY." in says
    assert "sk-secret" not in says


# ---- candidates


def corrupt(home: Path) -> None:
    """A database whose first page is right and whose others are not."""
    path = home / "data" / "advisor.sqlite3"
    store = ConversationStore(f"sqlite:///{path}")
    for _ in range(50):
        store.begin_turn(store.create({"x": "y" * 500}), "?" * 500)
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


@pytest.mark.parametrize("how", ["no database", "corrupt", "bad url", "a folder"])
def test_candidates_of_a_broken_database_are_a_sentence_and_2(
    how: str, home: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "data").mkdir()
    if how == "no database":
        (home / "data" / "advisor.sqlite3").write_bytes(b"no database at all, but a text of some length" * 50)
    elif how == "corrupt":
        corrupt(home)
    elif how == "bad url":
        monkeypatch.setenv("ADVISOR_DATABASE_URL", "rubbish")
    else:
        (home / "data" / "advisor.sqlite3").mkdir()
    assert cli.main(["eval", "candidates"]) == 2
    found = capsys.readouterr()
    assert "ADVISOR_DATABASE_URL" in found.err
    assert "Traceback" not in found.err
    assert found.out == ""
