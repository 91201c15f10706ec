"""From use to golden: real questions that got no answer, or none that helped, as candidate cases for review.

    advisor eval candidates [--out FILE.yaml] [--limit N]

Read from the installation's own conversations; nothing leaves the machine. What tells who asked is taken out as far as
it can be recognised, of what visitors say was wrong as well. A candidate has no `relevant` and no `facts` yet, so it
does not load as a golden case until a person has added them, or thrown it away. What is in the golden list is none.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

import yaml

from assistant.agent.reply import Language
from assistant.dialogue.language import detect, fold
from assistant.dialogue.phrasing import variants
from assistant.store.conversations import ConversationStore, Turn
from assistant.store.feedback import DOWN, LOW
from evals.cases import AnyCase, ConversationCase, KnowledgeCase, RecommendationCase, load
from evals.personal.removal import without_personal_data
from evals.rows import BadGolden

_LONGEST = 400
# Of what visitors say was wrong, so much stands beside a question, from so many of them.
_COMMENT = 200
_COMMENTS = 3
_LIMIT = 200


@dataclass(frozen=True)
class Candidate:
    """A question without personal data, why it is a candidate, how often it came up, and what was said to be wrong.

    `rated` is true when a visitor rated an answer to it low.
    """

    question: str
    language: Language
    reason: str
    times: int
    last: str
    rated: bool = False
    comments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Approved:
    """What the golden list holds already: texts as `_key` gives them, and ids, which stay when a text is reworded."""

    keys: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()

    @classmethod
    def of(cls, cases: Iterable[AnyCase]) -> Approved:
        """From the cases of the golden list."""
        listed = list(cases)
        return cls(
            frozenset(_key(_question(text)) for case in listed for text in judged(case)),
            frozenset(case.id for case in listed),
        )


def judged(case: AnyCase) -> Sequence[str]:
    """The messages whose replies a case judges."""
    if isinstance(case, KnowledgeCase):
        return (case.question,)
    if isinstance(case, RecommendationCase):
        return (case.say,)
    if isinstance(case, ConversationCase):
        return [turn.say for turn in case.story.turns if turn.say]
    return case.turns[-1:]


def _question(message: str) -> str:
    return without_personal_data(message)[:_LONGEST]


def _key(question: str) -> str:
    """What questions that differ only in form share."""
    return "".join(char for char in fold(question).lower() if char.isalnum())


def _id(question: str) -> str:
    return f"u-{sha256(question.encode()).hexdigest()[:10]}"


def is_low(turn: Turn) -> bool:
    """Whether the visitor said that the answer did not help."""
    return turn.feedback is not None and turn.feedback.rating <= LOW


def comment_of(turn: Turn) -> str | None:
    """What the visitor said was wrong, on one line, without personal data, cut."""
    if turn.feedback is None or turn.feedback.comment is None:
        return None
    words = " ".join(without_personal_data(turn.feedback.comment).split())
    return words if len(words) <= _COMMENT else words[: _COMMENT - 1] + "…"


def reason(turn: Turn) -> str | None:
    """Why a turn wants a case: its answer was rated low, it broke, it was not understood, it was turned away, or got
    the nearest passage only."""
    if turn.feedback is not None and is_low(turn):
        return "thumbs down" if turn.feedback.rating == DOWN else "low rating"
    reply = turn.reply
    if reply is None:
        return "no reply"
    if not reply.get("verified", True):
        return "not verified"
    intent, text = reply.get("intent"), str(reply.get("reply", ""))
    if intent in ("unclear", "out_of_scope"):
        return str(intent)
    for language in get_args(Language):
        if any(words in text for words in variants("nearest", language)):
            return "nearest passage"
        if intent == "ask" and any(words in text for words in variants("not_covered", language)):
            return "not covered"
    return None


def candidates(turns: Iterable[Turn], limit: int = _LIMIT, approved: Approved | None = None) -> list[Candidate]:
    """The most frequent first, of equally frequent ones those that were rated low; messages that differ only in form
    are one, and those in the golden list none. `turns` come newest first."""
    approved = approved or Approved()
    asked: dict[str, list[Candidate]] = defaultdict(list)
    for turn in turns:
        if (why := reason(turn)) is None:
            continue
        question = _question(turn.message)
        key = _key(question)
        if not any(char.isalpha() for char in question) or key in approved.keys or _id(question) in approved.ids:
            continue
        low, comment, day = is_low(turn), comment_of(turn), turn.created_at.date().isoformat()
        said = (comment,) if low and comment else ()
        asked[key].append(Candidate(question, detect(turn.message), why, 1, day, low, said))
    found = [_together(same) for same in asked.values()]
    return sorted(found, key=lambda c: (-c.times, not c.rated, c.question))[:limit]


def _together(same: Sequence[Candidate]) -> Candidate:
    """The same question asked several times, newest first."""
    # What a visitor says of an answer tells more than how it came about.
    telling = next((c for c in same if c.rated), same[0])
    comments = dict.fromkeys(words for c in same for words in c.comments)
    return replace(
        same[0],
        reason=telling.reason,
        times=len(same),
        rated=telling.rated,
        comments=tuple(comments)[:_COMMENTS],
    )


def _note(candidate: Candidate) -> str:
    """Why, how often, and the visitors' own words, for the reviewer."""
    told = f"{candidate.reason}; asked {'once' if candidate.times == 1 else f'{candidate.times} times'}"
    said = " / ".join(f"“{words}”" for words in candidate.comments)
    return f"{told}; what was wrong: {said}" if said else told


def as_yaml(found: Sequence[Candidate]) -> str:
    """Cases in the form of `knowledge.yaml`, to be completed."""
    rows: list[dict[str, Any]] = [
        {
            "id": _id(c.question),
            "language": c.language,
            "tags": ["candidate", c.reason.replace(" ", "-")],
            "origin": "usage",
            "author": "visitor",
            "date": c.last,
            "note": _note(c),
            "question": c.question,
            "relevant": [],
            "facts": [],
        }
        for c in found
    ]
    head = "# Candidates: add `relevant` and `facts`, or make it a refusal; drop the tag; move it to its file.\n"
    return head + yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=120)


def main(arguments: Sequence[str]) -> int:
    """The command line: 0, also when there is nothing to review; 2 for a file that can't be read or written."""
    from assistant.settings import Settings

    parser = argparse.ArgumentParser(
        prog="advisor eval candidates",
        description="Questions of visitors that got no answer, or none that helped, to be reviewed.",
    )
    parser.add_argument("--out", type=Path, metavar="FILE.yaml", help="write them to a file instead of the screen")
    parser.add_argument("--limit", type=int, default=_LIMIT, metavar="N", help=f"at most N (default {_LIMIT})")
    chosen = parser.parse_args(arguments)
    try:
        approved = Approved.of(load())
    except (BadGolden, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    store = ConversationStore(Settings().sqlalchemy_url)
    try:
        text = as_yaml(found := candidates(store.turns(), chosen.limit, approved))
    finally:
        store.close()
    if chosen.out:
        try:
            chosen.out.write_text(text, encoding="utf-8")
        except OSError as error:
            sys.stderr.write(f"{error}\n")
            return 2
        sys.stderr.write(f"{len(found)} candidates in {chosen.out}\n")
    else:
        sys.stdout.write(text)
    return 0
