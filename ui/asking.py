"""`advisor ask`, `chat` and `search`: with the index of this process, or through the server that holds it."""

from __future__ import annotations

import asyncio
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

from assistant.agent.reply import Language, Reply
from assistant.errors import AdvisorError, IndexBusy
from assistant.knowledge.passage import SearchResult
from assistant.settings import Settings
from ui import console, running, setup
from ui.labels import say

if TYPE_CHECKING:
    from assistant.bootstrap import Advisor


class _Line:
    """To the advisor, wherever it runs."""

    def __init__(self, chosen: Settings, language: Language) -> None:
        self._settings = chosen
        self._language = language
        self._advisor: Advisor | None = None
        self._url: str | None = None
        try:
            setup.current_index(chosen, language)
            from assistant.bootstrap import build_advisor

            self._advisor = build_advisor(chosen)
        except IndexBusy:
            self._url = running.find(chosen)
            if self._url is None:
                raise

    def ask(self, message: str, session: str | None, language: Language | None) -> Reply:
        if self._advisor is not None:
            return self._advisor.ask(message, session_id=session, language=language)
        body = {"message": message, "session_id": session, "language": language}
        return Reply.model_validate(self._post("chat", body))

    def search(self, query: str, language: Language | None, limit: int) -> SearchResult:
        if self._advisor is not None:
            return asyncio.run(self._advisor.search(query, language=language, limit=limit))
        body = {"query": query, "limit": limit, "language": language}
        return SearchResult.model_validate(self._post("search", body))

    def close(self) -> None:
        if self._advisor is not None:
            self._advisor.close()

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        assert self._url is not None
        given = {key: value for key, value in body.items() if value is not None}
        return running.post(self._url, path, given, self._language, self._settings.longest_turn_s)


def _open(language: Language) -> _Line:
    chosen = setup.settings()
    setup.logs(chosen.log_level, quiet=True)
    return _Line(chosen, language)


def ask(message: str, language: Language | None, *, as_json: bool) -> int:
    """One turn of a new conversation."""
    with closing(_open(language or console.language())) as line:
        reply = line.ask(message, None, language)
    if as_json:
        console.out(console.json_text(reply))
    else:
        show(reply)
    return 0


def show(reply: Reply) -> None:
    """A reply with its sources, for reading."""
    console.markdown(reply.reply)
    for citation in reply.citations:
        where = " ".join(part for part in (citation.document, citation.section) if part)
        console.out(f"  [{citation.id}] {where} · {citation.quote}")
    console.out(f"  ({say('machine_made_short', reply.language)})")


def search(query: str, language: Language | None, limit: int, *, as_json: bool) -> int:
    """Passages on a question, and whether the material covers it at all."""
    with closing(_open(language or console.language())) as line:
        result = line.search(query, language, limit)
    if as_json:
        console.out(console.json_text(result))
        return 0
    if not result.covered:
        console.out(say("cli.covered_not", language or console.language()))
    for passage in result.passages:
        where = " › ".join((passage.document, *passage.heading))
        console.out(f"{passage.score:.2f}  {where}\n      {passage.text}")
    return 0


def chat(language: Language | None) -> int:
    """A conversation until /quit or the end of the input; lines may also come from a pipe."""
    spoken = language or console.language()
    people = sys.stdin.isatty()
    line = _open(spoken)
    session: str | None = None
    try:
        if people:
            console.out(say("cli.commands", spoken))
        while (text := _read(people)) is not None:
            if not text.strip():
                continue
            if text.strip() in ("/quit", "/exit"):
                break
            if text.strip() == "/new":
                session = None
                console.out(say("cli.new", spoken))
                continue
            try:
                reply = line.ask(text, session, language)
            except AdvisorError as error:
                # One message that can't be used ends no conversation.
                console.err(error.message(spoken))
                continue
            session, spoken = reply.session_id, reply.language
            show(reply)
            console.out()
    finally:
        line.close()
    if people:
        console.out(say("cli.bye", spoken))
    return 0


def _read(people: bool) -> str | None:
    """The next line; None at the end."""
    if not people:
        text = sys.stdin.readline()
        return text.rstrip("\n") if text else None
    try:
        return input("> ")
    except EOFError:
        return None
