"""The command line: readable lines on the right stream, exit codes that scripts can use."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.errors import IndexBusy
from assistant.rules.trace import Decision
from assistant.settings import Settings
from ui import cli, running


def _advisor(*words: str, data: Path, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a person runs it, in a terminal that knows no UTF-8."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ADVISOR_", "LC_", "PYTHONUTF8"))}
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *words],
        input=given,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env={**kept, "LANG": "C", "ADVISOR_DATA_DIR": str(data), **environment},
    )


def test_recommend_prints_chinese_even_where_the_locale_knows_none(tmp_path: Path) -> None:
    words = ["recommend", "--workload", "multimodal", "--users", "20-30", "--sharing", "single_group"]
    done = _advisor(*words, "--language", "zh", data=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("T4 / T4A")
    assert "什么会改变推荐" in done.stdout
    assert done.stderr == ""


def test_recommend_reads_a_file_or_a_pipe_and_prints_json(tmp_path: Path) -> None:
    given = json.dumps({"workloads": [{"kind": "multimodal"}], "sharing": "college"})
    path = tmp_path / "wanted.json"
    path.write_text(given, encoding="utf-8")
    for done in (
        _advisor("recommend", str(path), "--json", data=tmp_path),
        _advisor("recommend", "-", "--json", data=tmp_path, given=given),
    ):
        assert "T8" in Decision.model_validate_json(done.stdout).models


@pytest.mark.parametrize(
    ("words", "given", "told"),
    [
        (["recommend", "--users", "many"], "", "Enter a number"),
        (["recommend", "-"], "{", "can't be used"),
        (["recommend", "-"], "[1]", "not a JSON object"),
        (["recommend", "-"], '{"workloads": [{"kind": "cooking"}]}', "workloads[0].kind"),
        (["recommend", "--sharing", "friends"], "", "invalid choice"),
        (["nonsense"], "", "invalid choice"),
        (["serve", "--port", "99999"], "", "0 to 65535"),
    ],
)
def test_what_can_not_be_used_is_told_on_one_stream_with_code_2(
    tmp_path: Path, words: list[str], given: str, told: str
) -> None:
    done = _advisor(*words, data=tmp_path, given=given)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_missing_file_is_told_with_code_1(tmp_path: Path) -> None:
    done = _advisor("recommend", str(tmp_path / "nothing.json"), data=tmp_path)
    assert done.returncode == 1
    assert "nothing.json" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_can_not_be_used_is_named(tmp_path: Path) -> None:
    done = _advisor("ingest", data=tmp_path, ADVISOR_PORT="many")
    assert done.returncode == 2
    assert "ADVISOR_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_told_before_anything_is_built(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _advisor("serve", "--port", str(port), data=tmp_path)
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert not (tmp_path / "qdrant").exists()


def test_a_question_imports_no_web_framework() -> None:
    code = (
        "import sys, ui.cli, ui.asking, ui.setup, assistant.bootstrap\n"
        "print([name for name in ('gradio', 'fastapi', 'uvicorn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_dead_server_leaves_no_trace_that_misleads(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert running.find(settings) is None
    (tmp_path / "server.json").write_text("{broken", encoding="utf-8")
    assert running.find(settings) is None
    (tmp_path / "server.json").write_text('{"url": "http://127.0.0.1:9", "pid": 1}', encoding="utf-8")
    assert running.find(settings) is None
    with running.announced(settings, "http://127.0.0.1:9"):
        assert json.loads((tmp_path / "server.json").read_text())["url"] == "http://127.0.0.1:9"
    assert not (tmp_path / "server.json").exists()


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another process holds the index."""

    def taken(*_: object) -> None:
        raise IndexBusy(path=tmp_path)

    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setattr("ui.setup.current_index", taken)


@pytest.mark.usefixtures("busy")
def test_a_question_goes_to_the_server_that_holds_the_index(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reply = {
        "session_id": "s", "turn": 1, "language": "en", "reply": "From the server.", "intent": "ask", "verified": True
    }  # fmt: skip
    asked: list[tuple[str, object]] = []
    monkeypatch.setattr(running, "find", lambda settings: "http://127.0.0.1:1")
    monkeypatch.setattr(running, "post", lambda url, path, body, *rest: asked.append((path, body)) or reply)
    assert cli.main(["ask", "hello"]) == 0
    assert asked == [("chat", {"message": "hello"})]
    assert "From the server." in capsys.readouterr().out


@pytest.mark.usefixtures("busy")
def test_a_taken_index_without_a_server_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "find", lambda settings: None)
    assert cli.main(["ask", "hello"]) == 1
    streams = capsys.readouterr()
    assert "Another process is using the index" in streams.err
    assert streams.out == ""
