"""Models by name: a hub on this machine that answers as the real one does, one that does not answer, and none."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from tiny_models import bi_encoder

from assistant.errors import HubUnreachable, ModelError, ModelNotFound
from assistant.knowledge import model_files
from assistant.knowledge.biencoder import SentenceTransformerEncoder, known_id

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Holds the folder `files` as the model own/tiny; own/silent is never answered."""

    def __init__(self, files: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.files = files
        self.asked: list[str] = []
        self.over = Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: Hub

    def log_message(self, format: str, *args: object) -> None:
        """Quietly."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def _answer(self) -> None:
        path = self.path.split("?")[0]
        self.server.asked.append(path)
        names = [p.relative_to(self.server.files).as_posix() for p in self.server.files.rglob("*") if p.is_file()]
        contents = {name: (self.server.files / name).read_bytes() for name in names}
        if "silent" in path:
            self.server.over.wait()
        elif path.startswith("/api/models/own/tiny/tree/"):
            rows = [
                {"type": "file", "path": name, "size": len(content), "oid": sha1(content).hexdigest()}
                for name, content in contents.items()
            ]
            self._send(200, json.dumps(rows).encode())
        elif path.startswith("/api/models/own/tiny"):
            known = {"id": "own/tiny", "sha": COMMIT, "siblings": [{"rfilename": name} for name in names]}
            self._send(200, json.dumps(known).encode())
        elif path.startswith(f"/own/tiny/resolve/{COMMIT}/"):
            content = contents[path.split("/", 5)[5]]
            self._send(200, content, ETag=f'"{sha1(content).hexdigest()}"', X_Repo_Commit=COMMIT)
        else:
            self._send(401, X_Error_Code="RepoNotFound")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    from huggingface_hub import constants

    files = bi_encoder(tmp_path / "files", prompts={"query": "query : "})
    # What many repositories hold beside: the same weights in other formats.
    (files / "pytorch_model.bin").write_bytes(b"x" * 1000)
    (files / "onnx").mkdir()
    (files / "onnx" / "model.onnx").write_bytes(b"x" * 1000)
    server = Hub(files)
    monkeypatch.setattr(constants, "ENDPOINT", server.url)
    monkeypatch.setattr(
        constants, "HUGGINGFACE_CO_URL_TEMPLATE", server.url + "/{repo_id}/resolve/{revision}/{filename}"
    )
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


def test_a_model_is_downloaded_once_and_then_needs_no_hub(hub: Hub) -> None:
    assert known_id("own/tiny") == "own/tiny@?"
    assert hub.asked == []
    encoder = SentenceTransformerEncoder("own/tiny")
    assert encoder.id == f"own/tiny@{COMMIT[:12]}" == known_id("own/tiny")
    assert not any(path.endswith((".bin", ".onnx")) for path in hub.asked)
    hub.asked.clear()
    assert encoder.queries(["gpu"]).shape == (1, 16)
    assert encoder.longest == 32
    SentenceTransformerEncoder("own/tiny").load()
    assert hub.asked == []


def test_a_download_that_was_broken_off_is_finished(hub: Hub, tmp_path: Path) -> None:
    SentenceTransformerEncoder("own/tiny").load()
    (snapshot,) = (tmp_path / "cache" / "models--own--tiny" / "snapshots").iterdir()
    (snapshot / "model.safetensors").unlink()
    assert known_id("own/tiny") == "own/tiny@?"
    SentenceTransformerEncoder("own/tiny").load()
    assert (snapshot / "model.safetensors").exists()


def test_a_name_that_the_hub_does_not_know_is_no_model(hub: Hub) -> None:
    with pytest.raises(ModelNotFound, match="own/none"):
        SentenceTransformerEncoder("own/none").load()
    assert len(hub.asked) == 1


def test_a_bare_name_is_one_of_the_library_makers(hub: Hub) -> None:
    with pytest.raises(ModelNotFound):
        SentenceTransformerEncoder("all-none").load()
    assert hub.asked == ["/api/models/sentence-transformers/all-none"]


def test_a_hub_that_does_not_answer_is_asked_once_and_not_for_long(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "HUB_TIMEOUT_S", 0.3)
    with pytest.raises(HubUnreachable, match="ADVISOR_EMBEDDING_MODEL"):
        SentenceTransformerEncoder("own/silent").load()
    assert hub.asked == ["/api/models/own/silent"]


def test_without_a_network_the_error_says_what_to_do(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(HubUnreachable, match="copy the model here"):
        SentenceTransformerEncoder("own/tiny").load()
    # The library's own waits between its tries: there are none.
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("it waits"))
    with pytest.raises(ModelError):
        SentenceTransformerEncoder("own/tiny").load()
