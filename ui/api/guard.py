"""What reaches the interface: a JSON body of a bounded size, well-formed text, and the caller's language.

Plain ASGI, because the body has to be looked at before FastAPI reads it: a declared length can lie, a body can be no
text at all, and a lone surrogate in a string could not be written out again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.agent.reply import Language
from ui.prose import clean

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_WITH_BODY = {"POST", "PUT", "PATCH", "DELETE"}
_SIZED_ELSEWHERE = 1 << 20
# A JSON escape of one character takes up to twelve bytes.
_BYTES_PER_CHARACTER = 12
_ENVELOPE_BYTES = 16 * 1024


@dataclass(frozen=True)
class Bound:
    """How long a text of a body may be, and the label that says so."""

    characters: int
    label: str = "problem.too_large"

    @property
    def bytes(self) -> int:
        """Room for such a text however it is written, so a body beyond it holds a longer one."""
        return self.characters * _BYTES_PER_CHARACTER + _ENVELOPE_BYTES


class TooLarge(Exception):
    """The body exceeds the limit, declared or not."""


class NotJson(Exception):
    """The body is no JSON in UTF-8; the text says where it breaks."""


def accepted_language(header: str | None) -> Language | None:
    """Chinese or English, whichever an Accept-Language header wants more; None when it names neither."""
    best: tuple[float, Language] | None = None
    for part in (header or "").split(","):
        tag, _, rest = part.strip().partition(";")
        match = re.search(r"q\s*=\s*(\d(?:\.\d+)?)", rest)
        weight = float(match[1]) if match else 1.0
        name = tag.strip().lower()[:2]
        if weight > 0 and name in ("zh", "en") and (best is None or weight > best[0]):
            best = (weight, "zh" if name == "zh" else "en")
    return best[1] if best else None


def language_of(scope: Scope) -> Language:
    """The language in which to speak to this caller."""
    chosen = scope.get("state", {}).get("language")
    if chosen in ("zh", "en"):
        return "zh" if chosen == "zh" else "en"
    return accepted_language(Headers(scope=scope).get("accept-language")) or "en"


def _language_of_body(body: Any) -> Language | None:
    """The `language` that a body asks for, else the one it is written in where it holds Chinese."""
    if not isinstance(body, dict):
        return None
    if body.get("language") in ("zh", "en"):
        return "zh" if body["language"] == "zh" else "en"
    words = " ".join(str(body[key]) for key in ("message", "query", "comment") if isinstance(body.get(key), str))
    return "zh" if _CHINESE.search(words) else None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def parse(body: bytes) -> Any:
    """A body's JSON; raises `NotJson`. Too deep a nesting and endless digits are no JSON either."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise NotJson(f"(UTF-8, byte {error.start})") from error
    except json.JSONDecodeError as error:
        raise NotJson(f"(line {error.lineno}, column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise NotJson("") from error


async def _read(receive: Receive, headers: Headers, limit: int) -> bytes:
    declared = headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > limit:
        raise TooLarge
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(chunks)
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            raise TooLarge
        if not message.get("more_body"):
            return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body once, then whatever the server says (that the client left)."""
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


class Guard:
    """Lets through bodies within their bound: that of their path in `bounds`, else that of a `message`. Under `prefix`
    they must be JSON."""

    def __init__(self, app: ASGIApp, *, prefix: str, message: Bound, bounds: Mapping[str, Bound]) -> None:
        self.app = app
        self.prefix = prefix
        self.message = message
        self.bounds = bounds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["method"] not in _WITH_BODY:
            await self.app(scope, receive, send)
            return
        # The problems speak through the guard's own language, so the import is here and not a circle above.
        from ui.api.problems import labelled

        headers = Headers(scope=scope)
        ours = scope["path"].startswith(self.prefix)
        bound = self.bounds.get(scope["path"], self.message)
        limit = bound.bytes if ours else _SIZED_ELSEWHERE
        try:
            body = await _read(receive, headers, limit)
            if ours and body:
                document = parse(body)
                scope.setdefault("state", {})["language"] = _language_of_body(document)
                # Written again: without lone surrogates, and under the type that the framework expects.
                body = clean(json.dumps(document, ensure_ascii=False)).encode("utf-8")
                scope = {**scope, "headers": _as_json(scope["headers"], len(body))}
        except TooLarge:
            language = language_of(scope)
            answer = labelled(413, "too_large", bound.label, language, limit=f"{bound.characters:,}")
            await answer(scope, receive, send)
            return
        except NotJson as error:
            answer = labelled(400, "invalid_json", "problem.bad_json", language_of(scope), where=str(error))
            await answer(scope, receive, send)
            return
        await self.app(scope, _replay(body, receive), send)


def _as_json(headers: list[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    kept = [(k, v) for k, v in headers if k.lower() not in (b"content-type", b"content-length", b"transfer-encoding")]
    return [*kept, (b"content-type", b"application/json"), (b"content-length", str(length).encode())]
