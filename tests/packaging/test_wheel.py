"""The wheel alone is enough: built, installed in an empty environment, served from an empty folder."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.wheel


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that holds the wheel and what it depends on, and no checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)], check=True, capture_output=True
    )
    (wheel,) = folder.glob("advisor-*.whl")
    venv.create(folder / "env", with_pip=True)
    pip = [str(folder / "env/bin/python"), "-m", "pip", "install", "-q", "-c", str(ROOT / "constraints.txt")]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    return folder / "env/bin"


def test_the_wheel_serves_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("ADVISOR_", "PYTHON"))}
    with (tmp_path / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [str(installed / "advisor"), "serve", "--port", str(port)],
            cwd=tmp_path,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_ready(base, server, tmp_path / "server.log")
            body = json.dumps({"message": "单课题组做大模型微调"}).encode()
            request = urllib.request.Request(
                f"{base}/api/v1/chat", data=body, headers={"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                reply = json.load(answer)
            assert reply["decision"]["models"] == ["T4", "T4A"]
            with urllib.request.urlopen(f"{base}/", timeout=60) as page:
                assert page.status == 200
            assert (tmp_path / ".advisor").is_dir()
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_until_ready(base: str, server: subprocess.Popen[bytes], log: Path, seconds: float = 300) -> None:
    """Until `/readyz` answers 200; fails with the server's log when it ends before."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{base}/api/v1/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    pytest.fail(f"the server did not become ready:\n{log.read_text(errors='replace')[-3000:]}")
