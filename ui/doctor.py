"""`advisor doctor`: what of an installation works, what does not, and what to do about it. Never shows a key."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import os
import socket
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel

from assistant.agent.llm.endpoint import Endpoint, EndpointError
from assistant.errors import AdvisorError, IndexBusy, IndexMismatch, IndexMissing, Language
from assistant.settings import Settings
from ui import console, running, setup
from ui.doctor_words import say

State = Literal["ok", "warning", "failed"]
Name = Literal["data", "index", "database", "model", "settings"]
_MARKS: dict[State, str] = {"ok": "✓", "warning": "!", "failed": "✗"}
_FAILED = 1
# Where a Qdrant server listens when its address does not say, and how long it is waited for.
_QDRANT_PORT = 6333
_PATIENCE_S = 3.0


class Check(BaseModel):
    """What was found of one part: in words, and as `facts` for programs."""

    name: Name
    state: State
    says: str
    facts: dict[str, Any] = {}


class Report(BaseModel):
    """All of it. `usable` says that questions can be answered; a warning leaves that true."""

    usable: bool
    checks: list[Check]


def doctor(language: Language | None, *, as_json: bool) -> int:
    """Exit code 0 when the advisor is usable, 1 when it is not; raises `BadSetting`."""
    spoken: Language = language or console.language()
    chosen = setup.settings()
    # What goes wrong is told here, once.
    setup.logs("CRITICAL")
    found = report(chosen, spoken)
    console.out(console.json_text(found) if as_json else text(found, spoken))
    return 0 if found.usable else _FAILED


def report(chosen: Settings, language: Language) -> Report:
    """Look at everything."""
    checks = [
        _data(chosen, language),
        _index(chosen, language),
        _database(chosen, language),
        asyncio.run(_model(chosen, language)),
        *_settings(chosen, language),
    ]
    return Report(usable=all(check.state != "failed" for check in checks), checks=checks)


def model_problem(chosen: Settings, language: Language) -> str | None:
    """Why the configured language model can't be used and what to do about it; None when it can."""
    found = asyncio.run(_model(chosen, language, unusable="model.not_asked"))
    return found.says if "reason" in found.facts else None


def fault(chosen: Settings, language: Language, error: Exception, used: Collection[Name]) -> str | None:
    """What of the installation an error comes from, of the parts that were used; None where it shows nowhere."""
    from sqlalchemy.exc import SQLAlchemyError

    looks = {"data": _data, "index": _index, "database": _database}
    checks = (look(chosen, language) for name, look in looks.items() if name in used)
    broken = next((check.says for check in checks if check.state == "failed"), None)
    if broken is None and "database" in used and isinstance(error, SQLAlchemyError):
        # It can be opened, and is broken further on.
        return say("database.unreachable", language, url=_shown(chosen), problem=type(error).__name__)
    return broken


def _shown(chosen: Settings) -> str:
    from sqlalchemy.engine import make_url

    return make_url(chosen.sqlalchemy_url).render_as_string(hide_password=True)


def text(found: Report, language: Language) -> str:
    """The report as lines for a person."""
    rows = [[_MARKS[check.state], say(check.name, language), check.says] for check in found.checks]
    return "\n".join([*console.columns(rows), "", say("usable" if found.usable else "unusable", language)])


# ---- what is written to


def _data(chosen: Settings, language: Language) -> Check:
    folder = chosen.data_dir.resolve()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())

    def check(state: State, key: str, path: Path) -> Check:
        return Check(
            name="data", state=state, says=say(f"data.{key}", language, path=path), facts={"path": str(folder)}
        )

    if not nearest.is_dir():
        return check("failed", "no_folder", nearest)
    if not os.access(nearest, os.W_OK | os.X_OK):
        return check("failed", "read_only", nearest)
    return check("ok", "there" if nearest == folder else "to_be_made", folder)


def _database(chosen: Settings, language: Language) -> Check:
    from sqlalchemy import create_engine, func, inspect, select
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    from assistant.store.schema import ConversationRow

    def check(state: State, key: str, **details: object) -> Check:
        return Check(name="database", state=state, says=say(f"database.{key}", language, **details), facts=details)

    try:
        url = make_url(chosen.sqlalchemy_url)
    except ArgumentError:
        return check("failed", "bad_url")
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return check("ok", "to_be_made", url=shown)
    try:
        engine = create_engine(url)
    except ModuleNotFoundError as error:
        return check("failed", "no_driver", url=shown, package=error.name)
    except SQLAlchemyError as error:
        return check("failed", "unreachable", url=shown, problem=type(error).__name__)
    try:
        with engine.connect() as connection:
            known = inspect(connection).has_table(ConversationRow.__tablename__)
            count = connection.scalar(select(func.count()).select_from(ConversationRow)) if known else 0
    except (SQLAlchemyError, OSError) as error:
        # A driver's own words may hold how it was asked to connect.
        return check("failed", "unreachable", url=shown, problem=type(error).__name__)
    finally:
        engine.dispose()
    return check("ok", "there", url=shown, conversations=count or 0)


# ---- the index


def _index(chosen: Settings, language: Language) -> Check:
    from ingest import pipeline

    def check(state: State, says: str, **facts: object) -> Check:
        return Check(name="index", state=state, says=says, facts=facts)

    if chosen.qdrant_url:
        host, problem = _host(chosen.qdrant_url), _away(chosen.qdrant_url)
        if problem:
            says = say("index.unreachable", language, host=host, problem=problem)
            return check("failed", says, code="index_unreachable", host=host)
    elif not chosen.index_dir.is_dir():
        missing = IndexMissing(path=chosen.index_dir)
        return check("failed", missing.message(language), code=missing.code)
    try:
        written = pipeline.other_embedder(chosen)
        if written is not None:
            from assistant.knowledge.encoder import embedder_id

            raise IndexMismatch(written=written, configured=embedder_id(chosen))
        facts = _inside(chosen)
        stale = pipeline.is_stale(chosen)
    except IndexBusy:
        return _in_use(chosen, language)
    except AdvisorError as error:
        return check("failed", error.message(language), code=error.code)
    except Exception as error:  # noqa: BLE001 - whatever an index that is broken or a server elsewhere may raise
        return check("failed", say("index.broken", language, problem=type(error).__name__), code="index_broken")
    key = "stale" if stale else "current"
    return check("warning" if stale else "ok", say(f"index.{key}", language, **facts), **facts, stale=stale)


def _away(url: str) -> str | None:
    """Why nothing answers at a Qdrant server's address. Its client would wait, and warn from a thread of its own."""
    try:
        parts = urlsplit(url)
        socket.create_connection((parts.hostname or "", parts.port or _QDRANT_PORT), _PATIENCE_S).close()
    except (OSError, ValueError) as error:
        return type(error).__name__
    return None


def _inside(chosen: Settings) -> dict[str, Any]:
    """How much the index holds and what wrote it; raises `IndexMissing` and `IndexBusy`."""
    from assistant.knowledge.index import Index

    index = Index.open(chosen)
    try:
        written = index.metadata()
        if written is None:
            raise IndexMissing(path=index.where)
        passages = [stored.entry.passage for stored in index.entries()]
    finally:
        index.close()
    documents = {(passage.document, passage.language) for passage in passages}
    return {"documents": len(documents), "passages": len(passages), "embedder": written.embedder}


def _in_use(chosen: Settings, language: Language) -> Check:
    """A server holds the embedded index: what its own file says."""
    from assistant.knowledge.record import recorded

    written = recorded(chosen.index_dir)
    embedder = written.embedder if written else "?"
    url = running.find(chosen)
    where = say("index.where", language, url=url) if url else ""
    says = say("index.in_use", language, embedder=embedder, where=where)
    return Check(name="index", state="ok", says=says, facts={"embedder": embedder, "in_use": True, "url": url})


# ---- the language model


async def _model(chosen: Settings, language: Language, unusable: str = "model.unusable") -> Check:
    endpoint = Endpoint.of(chosen)
    if endpoint is None:
        return Check(name="model", state="ok", says=say("model.none", language), facts={"configured": False})
    facts: dict[str, Any] = {"configured": True, "host": _host(endpoint.base_url), "model": endpoint.model}
    started = time.perf_counter()
    try:
        await endpoint.connect()
        started = time.perf_counter()
        mode = await endpoint.probe()
    except EndpointError as error:
        facts |= {"seconds": round(time.perf_counter() - started, 2), "reason": error.reason, "detail": error.detail}
        problem = say(f"problem.{error.reason}", language, detail=f" ({error.detail})" if error.detail else "")
        advice = say(f"advice.{_advice(error)}", language, timeout=chosen.llm_timeout_s)
        says = say(unusable, language, **facts, problem=problem, advice=advice)
        return Check(name="model", state="warning", says=says, facts=facts)
    finally:
        await endpoint.close()
    facts |= {"seconds": round(time.perf_counter() - started, 2), "mode": mode}
    if facts["seconds"] > chosen.llm_read_s:
        says = say("model.slow", language, **facts, limit=chosen.llm_read_s)
        return Check(name="model", state="warning", says=says, facts=facts)
    return Check(name="model", state="ok", says=say("model.ready", language, **facts), facts=facts)


def _advice(error: EndpointError) -> str:
    """What to do about it, by what the server answered."""
    status = error.detail.removeprefix("status ")
    by_status = {"401": "key", "403": "key", "402": "quota", "429": "quota", "404": "missing", "405": "missing"}
    return by_status.get(status, "unreachable" if error.reason in ("resting", "busy") else error.reason)


def _host(url: str) -> str:
    """Where a URL leads, without a name and password that may stand in it."""
    try:
        parts = urlsplit(url)
        return f"{parts.hostname or '?'}{f':{parts.port}' if parts.port else ''}"
    except ValueError:
        return "?"


# ---- settings


def _settings(chosen: Settings, language: Language) -> list[Check]:
    """One for each thing that makes no sense, or one that all does."""
    found = [
        Check(name="settings", state=state, says=say(f"settings.{key}", language, **details), facts={"problem": key})
        for state, key, details in _senseless(chosen)
    ]
    return found or [Check(name="settings", state="ok", says=say("settings.fine", language))]


def _senseless(chosen: Settings) -> Iterator[tuple[State, str, dict[str, object]]]:
    url, model, key = chosen.llm_base_url, chosen.llm_model, chosen.llm_api_key
    if model and not url:
        yield "warning", "model_without_url", {}
    if url and not model:
        yield "warning", "url_without_model", {}
    if key and key.get_secret_value() and not url:
        yield "warning", "key_without_url", {}
    if url:
        parts = urlsplit(url) if _host(url) != "?" else None
        if parts is None or parts.scheme not in ("http", "https"):
            yield "warning", "no_address", {}
        else:
            if parts.path.rstrip("/").endswith("/completions"):
                yield "warning", "whole_path", {}
            if key and key.get_secret_value() and parts.scheme == "http" and not _near(parts.hostname or ""):
                yield "warning", "open_key", {"host": _host(url)}
    if url and model and chosen.llm_read_s >= chosen.llm_turn_s:
        yield "warning", "reading", {}
    if url and model and not min(chosen.llm_tokens_per_day, chosen.llm_visitor_tokens_per_day):
        yield "warning", "no_tokens", {}
    elif url and model and chosen.llm_visitor_tokens_per_day > chosen.llm_tokens_per_day:
        yield "warning", "budgets", {}
    if chosen.qdrant_api_key and chosen.qdrant_api_key.get_secret_value() and not chosen.qdrant_url:
        yield "warning", "qdrant_key", {}
    if chosen.log_level.upper() not in logging.getLevelNamesMapping():
        yield "warning", "log_level", {}
    if not chosen.corpus_dir.is_dir():
        yield "failed", "no_corpus", {"path": chosen.corpus_dir}


def _near(host: str) -> bool:
    """Whether a host is this machine or in its own network, as far as its name tells."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".lan"))
