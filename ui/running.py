"""A server that is running over the same data folder: how it makes itself known, and how commands talk to it.

The embedded index belongs to one process. A server writes its address to `server.json`; a command that finds the index
taken asks that server instead.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from assistant.errors import AdvisorError, Language
from assistant.settings import Settings

_FILE = "server.json"
_TIMEOUT_S = 3.0


class ServerProblem(AdvisorError):
    """The running server refused; `detail` is its own sentence."""

    code = "server_problem"
    zh = "{detail}"
    en = "{detail}"


@contextmanager
def announced(settings: Settings, url: str) -> Iterator[None]:
    """While the block runs, other processes on this machine find the server at `url`."""
    path = settings.data_dir / _FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
    try:
        yield
    finally:
        # Another server may have taken over; its file is not ours to remove.
        if _read(settings).get("pid") == os.getpid():
            path.unlink(missing_ok=True)


def _read(settings: Settings) -> dict[str, Any]:
    try:
        found = json.loads((settings.data_dir / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def find(settings: Settings) -> str | None:
    """The address of a server that answers; None when there is none, or only the trace of a dead one."""
    import httpx

    url = _read(settings).get("url")
    if not isinstance(url, str) or not url.startswith("http"):
        return None
    try:
        # The address is this machine's, so a proxy has no business in between.
        answer = httpx.get(f"{url}/healthz", timeout=_TIMEOUT_S, trust_env=False)
    except httpx.HTTPError:
        return None
    return url if answer.status_code == 200 else None


def post(url: str, path: str, body: dict[str, Any], language: Language, timeout: float) -> Any:
    """A request to the server; raises `ServerProblem` with what it said."""
    import httpx

    try:
        answer = httpx.post(
            f"{url}/api/v1/{path}",
            json=body,
            headers={"Accept-Language": language},
            timeout=timeout + _TIMEOUT_S,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise ServerProblem(detail=f"{url}: {error}") from error
    if answer.status_code != 200:
        try:
            detail = str(answer.json()["detail"])
        except (ValueError, KeyError, TypeError):
            detail = f"{url}: HTTP {answer.status_code}"
        raise ServerProblem(detail=detail)
    return answer.json()
