"""What the person at the keyboard sees of a model that can't be had, or that is not the index's."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_models import bi_encoder

from ui.cli import main

COMMANDS = [["ingest"], ["serve", "--port", "0"], ["ask", "storage layer"], ["search", "storage layer"]]


@pytest.fixture(autouse=True)
def _environment(tmp_path: Path, small_corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ADVISOR_CORPUS_DIR", str(small_corpus))
    monkeypatch.setenv("LC_ALL", "C")


@pytest.mark.parametrize("indexed", [False, True])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_which_model_can_not_be_had(
    command: list[str],
    indexed: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if indexed:
        assert main(["ingest"]) == 0
        capsys.readouterr()
    for name, words in ((str(tmp_path / "nothing"), "There is no model"), (str(tmp_path), "can't be loaded")):
        monkeypatch.setenv("ADVISOR_EMBEDDING_MODEL", name)
        assert main(command) == 1
        told = capsys.readouterr()
        assert words in told.err
        assert name in told.err
        assert "Traceback" not in told.err
        assert told.out == ""


@pytest.mark.parametrize("command", COMMANDS[1:])
def test_a_reranker_that_can_not_be_had_stops_a_command_and_lets_go_of_the_index(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("ADVISOR_RERANKER_MODEL", str(tmp_path / "nothing"))
        assert main(command) == 1
        assert "ADVISOR_RERANKER_MODEL" in capsys.readouterr().err
    assert main(["search", "storage layer"]) == 0


def test_another_model_waits_for_an_ingest_which_tells_of_the_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ingest"]) == 0
    model = bi_encoder(tmp_path / "model")
    monkeypatch.setenv("ADVISOR_EMBEDDING_MODEL", str(model))
    capsys.readouterr()
    for command in COMMANDS[1:]:
        assert main(command) == 1
        told = capsys.readouterr().err
        assert "Run: advisor ingest" in told
        assert "model@" in told
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert main(["ingest"]) == 0
    told = capsys.readouterr()
    assert "multilingual-e5-small-q4" in told.err
    assert "model@" in told.err
    assert "新增 4，未变 0，移除 4" in told.out
    assert main(["search", "storage layer"]) == 0
    assert main(["ingest"]) == 0
    assert "model@" not in capsys.readouterr().err


def test_passages_longer_than_the_model_reads_are_counted_for_the_person_at_the_keyboard(
    tmp_path: Path, small_corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "gpu memory " * 40
    (small_corpus / "long.en.md").write_text(f"# Long\n\n{words}\n", encoding="utf-8")
    monkeypatch.setenv("ADVISOR_EMBEDDING_MODEL", str(bi_encoder(tmp_path / "model")))
    assert main(["ingest"]) == 0
    assert "longer than the 32 tokens that the model reads at once: 1" in capsys.readouterr().err
