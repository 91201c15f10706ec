"""`advisor replay`: how a kept turn came about, and what the program of today makes of the same turn."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import structlog
from pydantic import ValidationError

from assistant.agent.rerun import Rerun
from assistant.dialogue.state import DialogueState
from assistant.errors import IndexBusy, InputError, Language, TraceMissing, TurnUnrepeatable
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.traces import TracedTurn
from ui import console, setup
from ui.differences import Differences, Pair, Run, differences
from ui.replay_words import say
from ui.timeline import short, timeline

if TYPE_CHECKING:
    from assistant.agent.reply import Reply
    from assistant.bootstrap import Advisor

_log = structlog.get_logger(__name__)
# The exit code of a turn that comes out differently today.
DIFFERENT: Final = 3
_LINES: Final = 30
_WIDE: Final = 400


class WhichTurn(InputError):
    """Neither a turn nor a number of recent ones was given, or both were."""

    code = "which_turn"
    zh = "请给出会话和轮次（advisor replay SESSION TURN），或用 --last N 列出最近的轮次。"
    en = "Name a conversation and a turn (advisor replay SESSION TURN), or list recent turns with --last N."


def replay(args: argparse.Namespace) -> int:
    """0 where decision and text are what they were, `DIFFERENT` where not. Raises `WhichTurn`, `SessionNotFound`,
    `TurnNotFound`, `TraceMissing`, `TurnUnrepeatable`, and what opening the index raises."""
    language: Language = args.language or console.language()
    if (args.last is None) == (args.session is None) or (args.session is None) != (args.turn is None):
        raise WhichTurn()
    chosen = setup.settings()
    setup.logs(chosen.log_level, quiet=True)
    with closing(ConversationStore(chosen.sqlalchemy_url)) as store:
        if args.last is not None:
            _list(store.traces.recent(args.last), language, as_json=args.json)
            return 0
        turn = store.traces.of(args.session, args.turn)
    if turn.trace is None:
        raise TraceMissing(turn=turn.number)
    if args.no_run:
        console.out(console.json_text(_told(turn)) if args.json else timeline(turn, turn.trace, language))
        return 0
    if not args.json:
        console.out(timeline(turn, turn.trace, language) + "\n")
    now = _again(_rerun(turn, turn.trace), chosen, language)
    found = differences(Run(turn.trace, turn.reply, turn.trace.get("failed")), now)
    if args.json:
        again = {"trace": now.trace, "reply": now.reply, "failed": now.failed}
        told = {**_told(turn), "again": again, "differences": asdict(found), "same": found.same}
        console.out(console.json_text(told))
    else:
        console.out(_compared(turn.trace, now, found, language))
    return 0 if found.same else DIFFERENT


# ---- the turn again


def _rerun(turn: TracedTurn, trace: Mapping[str, Any]) -> Rerun:
    """What it takes to run the turn again, checked; raises `TurnUnrepeatable`."""
    try:
        rerun = Rerun.model_validate(trace.get("again"))
        DialogueState.model_validate(rerun.state)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "state"
        raise TurnUnrepeatable(turn=turn.number, problem=f"{where}: {first['msg']}") from error
    return rerun


def _again(rerun: Rerun, chosen: Settings, language: Language) -> Run:
    """Run it with today's program in a database that is gone afterwards; nobody but this command hears of it."""
    from assistant.bootstrap import build_advisor

    private = chosen.model_copy(update={"otel_endpoint": None})
    try:
        setup.current_index(chosen, language)
        with (
            TemporaryDirectory(prefix="advisor-replay-") as folder,
            closing(ConversationStore(f"sqlite:///{Path(folder) / 'replay.sqlite3'}")) as store,
            closing(build_advisor(private, store=store)) as advisor,
        ):
            reply, failed = asyncio.run(_taken(advisor, rerun))
            turns = store.traces.recent(1)
            trace = (turns[0].trace if turns else None) or {}
            return Run(trace, reply.model_dump(mode="json") if reply else None, failed)
    except IndexBusy:
        console.err(say("no_run", language))
        raise


async def _taken(advisor: Advisor, rerun: Rerun) -> tuple[Reply | None, str | None]:
    """The reply, or what it failed with: a turn that broke may break again, which is an answer too."""
    try:
        return await advisor.again(rerun), None
    except Exception as error:  # noqa: BLE001 - whatever breaks in the turn is what is looked for; logged with its place
        _log.exception("turn_broke")
        return None, type(error).__name__
    finally:
        if advisor.endpoint is not None:
            await advisor.endpoint.close()


# ---- in words


def _compared(trace: Mapping[str, Any], now: Run, found: Differences, language: Language) -> str:
    lines = [say("again", language)]
    for key, failed in (("then_failed", trace.get("failed")), ("now_failed", now.failed)):
        if failed:
            lines.append("  " + say(key, language, error=failed))
    for name, rows in (
        ("versions", _pairs(found.versions)),
        ("reading", found.reading),
        ("tools", found.tools),
        ("reply", _pairs(found.reply)),
        ("decision", _pairs(found.decision)),
        ("text", found.text),
    ):
        if rows:
            lines += [say(f"differs.{name}", language), *(f"  {short(row, _WIDE)}" for row in rows[:_LINES])]
        if len(rows) > _LINES:
            lines.append("  " + say("further", language, count=len(rows) - _LINES))
    return "\n".join([*lines, say("same" if found.same else "different", language)])


def _pairs(pairs: Mapping[str, Pair]) -> list[str]:
    def shown(value: Any) -> str:
        return "–" if value is None else short(value, 100)

    return [f"{name}: {shown(before)} → {shown(now)}" for name, (before, now) in pairs.items()]


def _told(turn: TracedTurn) -> dict[str, Any]:
    return {
        "session": turn.conversation,
        "turn": turn.number,
        "created_at": turn.created_at.isoformat(),
        "message": turn.message,
        "reply": turn.reply,
        "trace": turn.trace,
    }


def _list(turns: Sequence[TracedTurn], language: Language, *, as_json: bool) -> None:
    if as_json:
        console.out(console.json_text([_listed(turn) for turn in turns]))
        return
    if not turns:
        console.out(say("no_turns", language))
        return
    rows = [[say(key, language).lower() for key in ("when", "session", "turn", "seconds", "intent", "message")]]
    for turn in turns:
        about = _listed(turn)
        state = say("no_trace", language) if turn.trace is None else about["intent"] or say("unfinished", language)
        # An id of an older release may begin with what a command line takes for an option.
        session = f"-- {turn.conversation}" if turn.conversation.startswith("-") else turn.conversation
        at = f"{turn.created_at:%Y-%m-%d %H:%M:%S}"
        seconds = "–" if about["seconds"] is None else str(about["seconds"])
        rows.append([at, session, str(turn.number), seconds, state, short(turn.message, 60)])
    console.out("\n".join(console.columns(rows, indent="")))


def _listed(turn: TracedTurn) -> dict[str, Any]:
    trace = turn.trace or {}
    return {
        "session": turn.conversation,
        "turn": turn.number,
        "created_at": turn.created_at.isoformat(),
        "message": turn.message,
        "traced": turn.trace is not None,
        **{name: trace.get(name) for name in ("intent", "composer", "seconds", "failed")},
    }
