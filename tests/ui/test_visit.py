"""What the browser keeps of a visit is read with care, and of two tabs' copies the later choice counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.agent.reply import SessionView, TurnRecord
from ui import conversation
from ui.visit import Visit, is_waiting, mark, mark_after

PATIENCE = timedelta(seconds=30)


def turn(age: float, *, zone: bool = True) -> TurnRecord:
    begun = datetime.now(UTC) - timedelta(seconds=age)
    return TurnRecord(turn=1, message="m", created_at=(begun if zone else begun.replace(tzinfo=None)).isoformat())


def view(*turns: TurnRecord) -> SessionView:
    return SessionView(
        session_id="s", language="zh", turns=turns, requirements={}, missing=(), next_question=None, decision=None
    )


@pytest.mark.parametrize(
    "kept",
    [None, "", 3, [], {}, {"session": 3, "language": "fr", "since": "now", "shown": 1, "offered": "x", "previous": ""}],
)
def test_whatever_else_a_browser_holds_counts_as_nothing(kept: Any) -> None:
    assert Visit.read(kept) == Visit.newest(kept) == Visit()


def test_a_visit_comes_back_as_it_was_kept() -> None:
    visit = Visit("s", "en", "p", 7.5, "3.2.1", "zh")
    assert Visit.read(visit.kept()) == visit
    assert visit.answered == 2


@pytest.mark.parametrize(("since", "session"), [(5.0, "mine"), (10.0, "mine"), (11.0, "theirs")])
def test_of_two_tabs_the_later_choice_counts_in_the_language_of_this_one(since: float, session: str) -> None:
    mine = Visit("mine", "en", None, 10.0, "2.2.0")
    theirs = Visit("theirs", "zh", "old", since, "9.9.0")
    newest = Visit.newest({**mine.kept(), "newest": theirs.kept()})
    assert (newest.session, newest.language) == (session, "en")
    assert newest.shown == ("2.2.0" if session == "mine" else "")


def test_choosing_a_conversation_is_dated_and_going_on_with_it_is_not() -> None:
    begun = Visit(since=1.0).at("s")
    assert begun.since > 1.0
    assert begun.at("s", shown="1.1.0").since == begun.since
    assert begun.at(None).since >= begun.since


@pytest.mark.parametrize("zone", [True, False])
@pytest.mark.parametrize(("age", "waits"), [(1, True), (29, True), (31, False)])
def test_a_message_is_waited_for_no_longer_than_a_turn_may_take(age: float, waits: bool, zone: bool) -> None:
    kept = turn(age, zone=zone)
    assert is_waiting(kept, PATIENCE) is waits
    last = conversation.messages(view(kept), "zh", PATIENCE)[-1]["content"]
    assert ("elsewhere" in last) is waits
    assert ("没有回复" in last) is not waits
    # The page looks again until it can tell: the mark changes with the waiting.
    assert mark(view(kept), PATIENCE) == ("1.0.1" if waits else "1.0.0")


def test_the_mark_tells_how_much_is_shown() -> None:
    assert mark(None, PATIENCE) == ""
    assert mark_after(None, PATIENCE) == "1.1.0"
    assert mark_after(view(turn(99)), PATIENCE) == "2.1.0"


@pytest.mark.parametrize("shown", ["", "3", "a.b.c", "1.-2.0", "1.²" + ".0", "9.99999999999.0"])
def test_a_mark_that_means_nothing_shows_no_reply(shown: str) -> None:
    assert Visit(shown=shown).answered == 0
