"""`advisor doctor` and the model that `advisor serve` meets: what works, what does not, what to do, and never a key."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import httpx
import pytest
from pydantic import SecretStr
from scripted_endpoint import READY, Answer, kind_of, scripted_endpoint

from assistant.agent.llm.endpoint import Reason
from assistant.knowledge.index import Index
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from ingest import pipeline
from ui import cli, doctor, running
from ui.doctor_words import WORDS

KEY = "sk-never-to-be-seen-9876543210"
TEXT = "# 手册\n\n# 00. 目的\n\n先说任务。\n\n# 04. 顺序\n\n显存先看，再看互联。\n"
Printed = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the index of a tiny corpus, and the corpus."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "handbook.zh.md").write_text(TEXT, encoding="utf-8")
    pipeline.run(Settings(data_dir=folder / "data", corpus_dir=folder / "corpus"))
    return folder


@pytest.fixture
def home(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it that the settings name, and no other settings."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ADVISOR_{name.upper()}", raising=False)
    shutil.copytree(built, tmp_path / "home")
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path / "home" / "data"))
    monkeypatch.setenv("ADVISOR_CORPUS_DIR", str(tmp_path / "home" / "corpus"))
    monkeypatch.setenv("LC_ALL", "C")
    return tmp_path / "home"


def looked(printed: Printed, code: int) -> dict[str, list[dict[str, Any]]]:
    """The report as a program reads it, by the name of what was looked at."""
    assert cli.main(["doctor", "--json"]) == code
    told = printed.readouterr()
    assert told.err == ""
    found = json.loads(told.out)
    assert found["usable"] is (code == 0)
    by_name: dict[str, list[dict[str, Any]]] = {}
    for check in found["checks"]:
        by_name.setdefault(check["name"], []).append(check)
    assert set(by_name) == set(get_args(doctor.Name))
    return by_name


def only(checks: dict[str, list[dict[str, Any]]], name: str) -> tuple[str, str, dict[str, Any]]:
    [check] = checks[name]
    return check["state"], check["says"], check["facts"]


# ---- all well


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Knowledge index", "up to date", "built-in brain", "Usable."]),
        ("zh", ["知识索引", "与资料一致", "可以使用"]),
    ],
)
def test_an_installation_that_works_is_told_in_both_languages(
    home: Path, capsys: Printed, language: str, words: list[str]
) -> None:
    assert cli.main(["doctor", "--language", language]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert [word for word in words if word not in told.out] == []
    assert told.out.count("✓") == 5
    assert language == "zh" or not re.search(r"[\u4e00-\u9fff]", told.out)


def test_what_was_found_is_told_to_programs_too(home: Path, capsys: Printed) -> None:
    checks = looked(capsys, 0)
    assert {check["state"] for found in checks.values() for check in found} == {"ok"}
    facts = only(checks, "index")[2]
    assert (facts["documents"], facts["stale"]) == (1, False)
    assert facts["passages"] >= 2
    assert facts["embedder"]
    assert only(checks, "data")[2] == {"path": str(home / "data")}
    assert only(checks, "model")[2] == {"configured": False}


def test_looking_changes_nothing(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    before = sorted(path.relative_to(home) for path in home.rglob("*"))
    looked(capsys, 0)
    assert sorted(path.relative_to(home) for path in home.rglob("*")) == before
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path / "nothing" / "yet"))
    looked(capsys, 1)
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_everything_with_the_same_parts(key: str) -> None:
    zh, en = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in WORDS[key])
    assert all(WORDS[key])
    assert zh == en
    assert not re.search(r"[\u4e00-\u9fff]", WORDS[key][1])


def test_there_are_words_for_every_way_in_which_a_model_fails() -> None:
    assert [reason for reason in get_args(Reason) if f"problem.{reason}" not in WORDS] == []


# ---- data folder, index, database


def test_a_data_folder_that_is_a_file_is_told(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    (home / "file").write_text("x")
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(home / "file"))
    state, says, _ = only(looked(capsys, 1), "data")
    assert state == "failed"
    assert "ADVISOR_DATA_DIR" in says


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_data_folder_that_is_read_only_is_told(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    (home / "data").chmod(0o500)
    try:
        assert only(looked(capsys, 1), "data")[0] == "failed"
    finally:
        (home / "data").chmod(0o700)


def test_without_an_index_nothing_can_be_asked(home: Path, capsys: Printed) -> None:
    shutil.rmtree(home / "data" / "qdrant")
    state, says, facts = only(looked(capsys, 1), "index")
    assert (state, facts["code"]) == ("failed", "index_missing")
    assert "advisor ingest" in says


def test_an_index_that_is_out_of_date_still_answers(home: Path, capsys: Printed) -> None:
    (home / "corpus" / "handbook.zh.md").write_text(TEXT + "\n新的一句。\n", encoding="utf-8")
    state, says, facts = only(looked(capsys, 0), "index")
    assert (state, facts["stale"]) == ("warning", True)
    assert "advisor ingest" in says


def test_an_index_of_another_embedder_is_told(home: Path, capsys: Printed) -> None:
    meta = home / "data" / "qdrant" / "meta.json"
    kept = json.loads(meta.read_text())
    for collection in kept["collections"].values():
        collection["metadata"]["embedder"] = "somebody-elses"
    meta.write_text(json.dumps(kept))
    state, says, facts = only(looked(capsys, 1), "index")
    assert (state, facts["code"]) == ("failed", "index_mismatch")
    assert "somebody-elses" in says


def test_an_index_that_is_rubbish_is_told(home: Path, capsys: Printed) -> None:
    (home / "data" / "qdrant" / "meta.json").write_text("{rubbish")
    state, says, _ = only(looked(capsys, 1), "index")
    assert state == "failed"
    assert "advisor ingest" in says


def test_an_index_that_another_process_uses_is_no_fault(home: Path, capsys: Printed) -> None:
    index = Index.open(Settings(data_dir=home / "data"))
    try:
        with running.announced(Settings(data_dir=home / "data"), "http://127.0.0.1:9"):
            state, says, facts = only(looked(capsys, 0), "index")
    finally:
        index.close()
    assert (state, facts["in_use"]) == ("ok", True)
    assert "in use" in says


def test_a_qdrant_server_that_is_away_is_told(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("ADVISOR_QDRANT_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")
        state, says, _ = only(looked(capsys, 1), "index")
        assert state == "failed"
        assert "ADVISOR_QDRANT_URL" in says


def test_the_conversations_of_the_database_are_counted(home: Path, capsys: Printed) -> None:
    store = ConversationStore(Settings(data_dir=home / "data").sqlalchemy_url)
    for _ in range(3):
        store.create({})
    store.close()
    state, _, facts = only(looked(capsys, 0), "database")
    assert (state, facts["conversations"]) == ("ok", 3)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("rubbish", "SQLAlchemy"),
        (f"postgresql+psycopg://advisor:{KEY}@127.0.0.1:9/advisor", "psycopg"),
        (f"nosuchdialect://advisor:{KEY}@127.0.0.1/advisor", "ADVISOR_DATABASE_URL"),
    ],
)
def test_a_database_that_can_not_be_used_is_told_without_its_password(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed, url: str, told: str
) -> None:
    monkeypatch.setenv("ADVISOR_DATABASE_URL", url)
    checks = looked(capsys, 1)
    state, says, _ = only(checks, "database")
    assert state == "failed"
    assert told in says
    assert KEY not in json.dumps(checks)


def test_a_database_file_that_is_none_is_told(home: Path, capsys: Printed) -> None:
    (home / "data" / "advisor.sqlite3").write_bytes(b"no database at all, but a text of some length" * 50)
    assert only(looked(capsys, 1), "database")[0] == "failed"


# ---- the language model


@pytest.fixture
def met(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> Callable[[Any], tuple[str, str, dict[str, Any]]]:
    """What is told of a model that answers like that."""

    def look(script: Any) -> tuple[str, str, dict[str, Any]]:
        with scripted_endpoint(script) as server:
            monkeypatch.setenv("ADVISOR_LLM_BASE_URL", server.url.replace("http://", f"http://user:{KEY}@"))
            monkeypatch.setenv("ADVISOR_LLM_MODEL", "scripted")
            monkeypatch.setenv("ADVISOR_LLM_API_KEY", KEY)
            for language in ("zh", "en"):
                assert cli.main(["doctor", "--language", language]) == 0
                told = capsys.readouterr()
                assert KEY not in told.out + told.err
                assert told.err == ""
            checks = looked(capsys, 0)
        assert KEY not in json.dumps(checks)
        state, says, facts = only(checks, "model")
        assert facts["host"] == server.url.removeprefix("http://").removesuffix("/v1")
        assert facts["model"] == "scripted"
        assert facts["seconds"] >= 0
        return state, says, facts

    return look


def test_a_model_that_answers_is_told_with_the_way_it_takes(met: Any) -> None:
    state, says, facts = met(lambda r: Answer(READY) if "response_format" not in r else Answer(status=400))
    assert (state, facts["mode"]) == ("ok", "text")
    assert "text" in says


@pytest.mark.parametrize(
    ("answer", "reason", "advice"),
    [
        (Answer(status=401), "refused", "ADVISOR_LLM_API_KEY"),
        (Answer(status=403), "refused", "ADVISOR_LLM_API_KEY"),
        (Answer(status=404), "rubbish", "ADVISOR_LLM_MODEL"),
        (Answer(status=429), "refused", "quota"),
        (Answer(status=500), "refused", "later"),
        (Answer("Hello!"), "rubbish", "another model"),
        (Answer(raw=b"<html>", media="text/html"), "page", "no OpenAI-compatible server"),
        (Answer(raw=b"<!doctype html>", media="text/html"), "page", "Check ADVISOR_LLM_BASE_URL"),
        (Answer(cut=True), "unreachable", "ADVISOR_LLM_BASE_URL"),
    ],
)
def test_a_model_that_does_not_answer_is_a_warning_with_what_to_do(
    met: Any, answer: Answer, reason: str, advice: str
) -> None:
    state, says, facts = met(lambda _: answer)
    assert (state, facts["reason"]) == ("warning", reason)
    assert advice in says
    assert "built-in brain" in says


def test_a_model_that_hangs_is_waited_for_as_long_as_a_call_may_take(met: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_LLM_TIMEOUT_S", "0.3")
    never = threading.Event()
    state, says, facts = met(lambda _: Answer(READY, gate=never))
    assert (state, facts["reason"]) == ("warning", "timeout")
    assert "ADVISOR_LLM_TIMEOUT_S" in says


def test_a_model_that_needs_longer_than_reading_may_take_is_a_warning(
    met: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADVISOR_LLM_READ_S", "0.2")
    state, says, facts = met(lambda _: Answer(READY, delay_s=0.3))
    assert (state, facts["mode"]) == ("warning", "json_schema")
    assert "raise ADVISOR_LLM_READ_S" in says
    # It can be used all the same.
    assert "reason" not in facts


def test_a_slow_model_is_no_reason_not_to_ask_it() -> None:
    with scripted_endpoint(lambda _: Answer(READY, delay_s=0.3)) as server:
        slow = Settings(llm_base_url=server.url, llm_model="scripted", llm_read_s=0.2)
        assert doctor.model_problem(slow, "en") is None
        hasty = slow.model_copy(update={"llm_timeout_s": 0.1})
        assert "no answer in time" in (doctor.model_problem(hasty, "en") or "")


# ---- settings


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"LLM_MODEL": "m"}, "model_without_url"),
        ({"LLM_BASE_URL": "http://127.0.0.1:9/v1"}, "url_without_model"),
        ({"LLM_API_KEY": KEY}, "key_without_url"),
        ({"LLM_BASE_URL": "127.0.0.1:9/v1", "LLM_MODEL": "m"}, "no_address"),
        ({"LLM_BASE_URL": "http://[", "LLM_MODEL": "m"}, "no_address"),
        ({"LLM_BASE_URL": "http://127.0.0.1:9/v1/chat/completions", "LLM_MODEL": "m"}, "whole_path"),
        ({"LLM_BASE_URL": "http://127.0.0.1:9/v1", "LLM_MODEL": "m", "LLM_TOKENS_PER_DAY": "0"}, "no_tokens"),
        ({"LLM_BASE_URL": "http://127.0.0.1:9/v1", "LLM_MODEL": "m", "LLM_TOKENS_PER_DAY": "9"}, "budgets"),
        ({"LLM_BASE_URL": "http://127.0.0.1:9/v1", "LLM_MODEL": "m", "LLM_READ_S": "40"}, "reading"),
        ({"QDRANT_API_KEY": KEY}, "qdrant_key"),
        ({"LOG_LEVEL": "loud"}, "log_level"),
    ],
)
def test_settings_that_make_no_sense_are_a_warning(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed, variables: dict[str, str], problem: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"ADVISOR_{name}", value)
    checks = looked(capsys, 0)
    assert [(check["state"], check["facts"]["problem"]) for check in checks["settings"]] == [("warning", problem)]
    assert KEY not in json.dumps(checks)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://llm.example.com/v1", True),
        ("http://8.8.8.8/v1", True),
        ("https://llm.example.com/v1", False),
        ("http://127.0.0.1:8000/v1", False),
        ("http://localhost:8000/v1", False),
        ("http://192.168.1.5/v1", False),
        ("http://[::1]:8000/v1", False),
        ("http://vllm:8000/v1", False),
        ("http://gpu.lan/v1", False),
    ],
)
def test_a_key_that_would_leave_the_network_in_the_open_is_told(home: Path, url: str, told: bool) -> None:
    chosen = Settings(data_dir=home / "data", llm_base_url=url, llm_model="m", llm_api_key=SecretStr(KEY))
    assert [key for _, key, _ in doctor._senseless(chosen)] == (["open_key"] if told else [])


def test_a_corpus_that_is_not_there_leaves_the_advisor_unusable(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    monkeypatch.setenv("ADVISOR_CORPUS_DIR", str(home / "nowhere"))
    checks = looked(capsys, 1)
    assert [check["facts"]["problem"] for check in checks["settings"]] == ["no_corpus"]


def test_a_setting_that_can_not_be_read_is_told_as_by_every_command(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    monkeypatch.setenv("ADVISOR_LLM_AT_ONCE", "0")
    assert cli.main(["doctor"]) == 2
    assert "ADVISOR_LLM_AT_ONCE" in capsys.readouterr().err


def test_the_readme_names_the_command() -> None:
    text = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    assert "advisor doctor" in text


# ---- the model that a server meets at its start

SERVER = """
import sys
sys.path[:0] = sys.argv[1:]
from paper_library import Library
from assistant.knowledge.search import Knowledge
from ui import serving, setup
from ui.api import app
setup.current_index = lambda *_: None
Knowledge.open = classmethod(lambda *_, **__: Library())
app._mount_chat = lambda *_: None
sys.exit(serving.serve("127.0.0.1", 0))
"""
TESTS = Path(__file__).resolve().parents[1]


class Served:
    """`advisor serve` over the documents, without the page, with what it has logged so far."""

    def __init__(self, folder: Path, url: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ADVISOR_", "LC_"))}
        own = {"ADVISOR_DATA_DIR": str(folder), "ADVISOR_LLM_BASE_URL": url, "ADVISOR_LLM_MODEL": "scripted"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(TESTS / "ui"), str(TESTS)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            env={**kept, **own, "ADVISOR_LLM_API_KEY": KEY, "LANG": "C"},
        )
        self.log = ""

    def address(self) -> str:
        """Where it answers, once it does."""
        assert self.process.stdout
        found = re.search(r"http://\S+", self.process.stdout.readline())
        assert found, self.process.communicate(timeout=10)
        return found[0]

    def logged(self, word: str) -> dict[str, Any]:
        """The log line that says so, once it is there."""
        assert self.process.stderr
        for line in self.process.stderr:
            self.log += line
            if word in line:
                found: dict[str, Any] = json.loads(line)
                return found
        raise AssertionError(self.log)

    def stop(self) -> int:
        """Stop it as a supervisor does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        self.log += self.process.communicate(timeout=60)[1]
        return self.process.returncode


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[[str], Served]]:
    started: list[Served] = []

    def start(url: str) -> Served:
        started.append(Served(tmp_path, url))
        return started[-1]

    yield start
    for served in started:
        if served.process.poll() is None:
            served.process.kill()
            served.process.communicate(timeout=10)


def test_a_model_that_hangs_does_not_keep_a_server_from_being_ready(serving: Callable[[str], Served]) -> None:
    gate, asked = threading.Event(), threading.Event()

    def script(request: dict[str, Any]) -> Answer:
        assert kind_of(request) == "probe"
        asked.set()
        return Answer(READY, gate=gate)

    with scripted_endpoint(script) as endpoint:
        served = serving(endpoint.url)
        address = served.address()
        assert httpx.get(f"{address}/readyz", trust_env=False).status_code == 200
        assert asked.wait(60)
        assert httpx.get(f"{address}/healthz", trust_env=False).status_code == 200
        gate.set()
        assert served.logged("llm_probed")["mode"] == "json_schema"
        assert served.stop() == 0
    assert KEY not in served.log


def test_a_server_stops_while_its_model_still_hangs(serving: Callable[[str], Served]) -> None:
    never, asked = threading.Event(), threading.Event()

    def script(request: dict[str, Any]) -> Answer:
        asked.set()
        return Answer(READY, gate=never)

    with scripted_endpoint(script) as endpoint:
        served = serving(endpoint.url)
        served.address()
        assert asked.wait(60)
        assert served.stop() == 0
    assert "Traceback" not in served.log


def test_a_model_that_refuses_is_logged_and_the_server_goes_on(serving: Callable[[str], Served]) -> None:
    with scripted_endpoint(lambda _: Answer(status=401)) as endpoint:
        served = serving(endpoint.url)
        address = served.address()
        told = served.logged("llm_unusable")
        assert (told["level"], told["reason"], told["detail"]) == ("warning", "refused", "status 401")
        assert httpx.get(f"{address}/readyz", trust_env=False).status_code == 200
        assert served.stop() == 0
    assert KEY not in served.log
