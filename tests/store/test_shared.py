"""Several processes on one database: every turn has a number of its own, and no update is lost."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from assistant import bootstrap
from assistant.bootstrap import Advisor, build_advisor
from assistant.errors import TurnConflict
from assistant.knowledge.passage import Passage, SearchResult
from assistant.rules.requirements import FieldName
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore


class Empty:
    """A library without a book: what is stored doesn't depend on what can be cited."""

    corpus = "empty"
    embedder = "none"

    def search(self, query: str, *, language: Any, limit: int = 5) -> SearchResult:
        return SearchResult(passages=[], covered=False)

    def unit(self, unit: str, language: Any) -> Passage | None:
        return None

    def document(self, document: str, language: Any) -> list[Passage]:
        return []

    def close(self) -> None:
        pass


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'shared.sqlite3'}"


@pytest.fixture
def advisors(tmp_path: Path, url: str) -> Iterator[tuple[Advisor, Advisor]]:
    """Two advisors that share nothing but the database file, as two processes do."""
    both = [
        build_advisor(Settings(data_dir=tmp_path), knowledge=Empty(), store=ConversationStore(url)) for _ in range(2)
    ]
    yield both[0], both[1]
    for advisor in both:
        advisor.close()


def at_once(*work: Callable[[], Any]) -> list[Exception]:
    """Run each in a thread of its own; what went wrong in them."""
    problems: list[Exception] = []
    ready = threading.Barrier(len(work))

    def run(job: Callable[[], Any]) -> None:
        ready.wait()
        try:
            job()
        except Exception as error:  # noqa: BLE001 - whatever went wrong in the thread belongs in the assertion
            problems.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


# One field each, so that a lost update leaves a hole.
SAID = {"workloads": "做训练", "users": "20人", "budget_cny": "预算150万"}
ENTERED: dict[FieldName, Any] = {
    "data_tb": 30, "groups": 3, "multi_node": True, "concurrency": 50, "tax_included": True, "interconnect": "high",
    "software": ["PyTorch"], "stamped_quote": False,
}  # fmt: skip


async def test_turns_through_two_advisors_lose_nothing_and_are_numbered_in_one_row(
    advisors: tuple[Advisor, Advisor],
) -> None:
    session = (await advisors[0].chat("你好")).session_id
    either = cycle(advisors)
    questions = [f"内存怎么配 {n}" for n in range(8)]
    replies = await asyncio.gather(
        *(next(either).chat(message, session_id=session) for message in (*SAID.values(), *questions)),
        *(next(either).edit(session, {name: value}) for name, value in ENTERED.items()),
    )
    view = await advisors[1].session(session)
    assert [turn.turn for turn in view.turns] == list(range(1, 21))
    assert sorted(reply.turn for reply in replies) == list(range(2, 21))
    assert {turn.message for turn in view.turns} > {*SAID.values(), *questions}
    assert all(turn.reply is not None and turn.reply.turn == turn.turn for turn in view.turns)
    assert {*SAID, *ENTERED} - view.requirements.keys() == set()


async def test_messages_to_one_advisor_are_answered_in_the_order_they_came(advisors: tuple[Advisor, Advisor]) -> None:
    session = (await advisors[0].chat("做训练")).session_id
    done: list[int] = []

    async def send(people: int) -> None:
        reply = await advisors[0].chat(f"{people}人", session_id=session)
        assert reply.requirements["users"].value == people
        done.append(people)

    await asyncio.gather(*(send(people) for people in range(11, 21)))
    assert done == list(range(11, 21))
    assert [turn.message for turn in (await advisors[0].session(session)).turns[1:]] == [f"{n}人" for n in done]


async def test_a_turn_is_worked_out_again_from_what_another_process_left(
    advisors: tuple[Advisor, Advisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = advisors
    monkeypatch.setattr(bootstrap, "_PATIENCE", timedelta(0))
    session = (await one.chat("做训练")).session_id
    events = one.stream("20人", session_id=session)
    await anext(events)
    # The other process is faster while the first one is under way.
    await two.chat("预算150万", session_id=session)
    last = [event async for event in events][-1].reply
    assert last is not None
    assert last.requirements.keys() >= {"workloads", "users", "budget_cny"}
    assert (last.turn, [t.turn for t in (await two.session(session)).turns]) == (2, [1, 2, 3])


async def test_a_turn_waits_for_the_one_before_it_in_another_process(advisors: tuple[Advisor, Advisor]) -> None:
    one, two = advisors
    session = (await one.chat("做训练")).session_id
    events = one.stream("20人", session_id=session)
    await anext(events)
    later = asyncio.create_task(two.chat("40人", session_id=session))
    _, pending = await asyncio.wait({later}, timeout=0.3)
    assert pending == {later}
    assert [event async for event in events][-1].reply is not None
    assert (await later).requirements["users"].value == 40
    assert (await two.session(session)).requirements["users"].value == 40


async def test_a_turn_that_died_elsewhere_holds_the_next_one_up_for_a_moment_only(
    advisors: tuple[Advisor, Advisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "_PATIENCE", timedelta(seconds=0.3))
    session = (await advisors[0].chat("做训练")).session_id
    advisors[1]._store.begin_turn(session, "lost")
    reply = await asyncio.wait_for(advisors[0].chat("20人", session_id=session), timeout=5)
    assert (reply.turn, reply.requirements["users"].value) == (3, 20)


async def test_a_conversation_that_never_rests_ends_the_turn_with_its_message_kept(
    advisors: tuple[Advisor, Advisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = (await advisors[0].chat("做训练")).session_id

    def overtaken(*_: Any, **__: Any) -> None:
        raise TurnConflict()

    monkeypatch.setattr(advisors[0]._store, "finish_turn", overtaken)
    with pytest.raises(TurnConflict):
        await advisors[0].chat("20人", session_id=session)
    (_, turn) = (await advisors[1].session(session)).turns
    assert (turn.message, turn.reply) == ("20人", None)


def test_a_turn_worked_out_from_an_older_state_is_refused_whole(url: str) -> None:
    with closing(ConversationStore(url)) as one, closing(ConversationStore(url)) as two:
        session = one.create({"n": 0})
        slow, fast = one.begin_turn(session, "slow"), two.begin_turn(session, "fast")
        seen = one.snapshot(session)
        two.finish_turn(session, fast, {"reply": "fast"}, {"n": 1}, two.snapshot(session).version)
        with pytest.raises(TurnConflict):
            one.finish_turn(session, slow, {"reply": "slow"}, {"n": 2}, seen.version)
        kept = two.load(session)
        assert (kept.state, [turn.reply for turn in kept.turns]) == ({"n": 1}, [None, {"reply": "fast"}])
        one.finish_turn(session, slow, {"reply": "slow"}, {"n": 2}, one.snapshot(session).version)
        assert two.state(session) == {"n": 2}


def test_turns_begun_at_once_never_share_a_number(url: str) -> None:
    with closing(ConversationStore(url)) as store:
        session = store.create({})

        def begin(name: str) -> None:
            with closing(ConversationStore(url)) as mine:
                for n in range(10):
                    mine.begin_turn(session, f"{name}{n}")

        assert at_once(*(lambda name=name: begin(name) for name in "abcd")) == []
        turns = store.load(session).turns
        assert [turn.number for turn in turns] == list(range(1, 41))
        for name in "abcd":
            assert [t.message for t in turns if t.message[0] == name] == [f"{name}{n}" for n in range(10)]


def test_counting_together_loses_no_step(url: str) -> None:
    with closing(ConversationStore(url)) as store:
        session = store.create({"n": 0})

        def count() -> None:
            with closing(ConversationStore(url)) as mine:
                for _ in range(8):
                    number = mine.begin_turn(session, "+1")
                    while True:
                        seen = mine.snapshot(session)
                        try:
                            mine.finish_turn(session, number, {}, {"n": seen.state["n"] + 1}, seen.version)
                            break
                        except TurnConflict:
                            continue

        assert at_once(count, count, count) == []
        assert store.state(session) == {"n": 24}


# ---- a database from before there were versions

_BEFORE = """
CREATE TABLE conversations (
    id VARCHAR(64) NOT NULL, state JSON NOT NULL, created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL,
    PRIMARY KEY (id)
);
CREATE TABLE turns (
    id INTEGER NOT NULL, conversation_id VARCHAR(64) NOT NULL, number INTEGER NOT NULL, message TEXT NOT NULL,
    reply JSON, created_at DATETIME NOT NULL, PRIMARY KEY (id), UNIQUE (conversation_id, number),
    FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE
);
INSERT INTO conversations VALUES ('old', '{"n": 1}', '2026-01-01 00:00:00', '2026-01-01 00:00:00');
INSERT INTO turns VALUES (1, 'old', 1, 'kept words', NULL, '2026-01-01 00:00:00');
"""


@pytest.fixture
def older(tmp_path: Path, url: str) -> str:
    with closing(sqlite3.connect(tmp_path / "shared.sqlite3")) as connection:
        connection.executescript(_BEFORE)
    return url


def test_an_older_database_opens_keeps_its_conversations_and_goes_on(older: str) -> None:
    for _ in range(2):
        with closing(ConversationStore(older)) as store:
            assert [turn.message for turn in store.load("old").turns][:1] == ["kept words"]
            seen = store.snapshot("old")
            number = store.begin_turn("old", "more")
            store.finish_turn("old", number, {"reply": "x"}, {"n": seen.state["n"] + 1}, seen.version)
    with closing(ConversationStore(older)) as store:
        assert (store.state("old"), len(store.load("old").turns)) == ({"n": 3}, 3)


@pytest.mark.parametrize("existing", ["none", "older"])
def test_processes_that_start_together_agree_on_the_tables(
    url: str, existing: str, request: pytest.FixtureRequest
) -> None:
    if existing == "older":
        request.getfixturevalue("older")
    assert at_once(*[lambda: ConversationStore(url).close()] * 6) == []
    with closing(ConversationStore(url)) as store:
        assert store.begin_turn(store.create({}), "hello") == 1
