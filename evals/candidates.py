"""From use to golden: real questions that got no answer, or none that helped, as candidate cases for review.

    advisor eval candidates [--out FILE.yaml] [--limit N]

Read from the installation's own conversations; nothing leaves the machine. Ways to reach people and names of
organisations are taken out, of what visitors say was wrong as well. A candidate has no `relevant` and no `facts` yet,
so it does not load as a golden case until a person has added them, or thrown it away.
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
from assistant.dialogue.organisation import contact_spans, organisation
from assistant.dialogue.phrasing import variants
from assistant.store.conversations import ConversationStore, Turn
from assistant.store.feedback import DOWN, LOW

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


def without_personal_data(message: str) -> str:
    """The message with telephone numbers, addresses and names of organisations replaced by what they are."""
    text = fold(message)
    spans = [(start, end, "contact") for start, end in contact_spans(text)]
    spans += [(u.start, u.end, u.field) for u in organisation(text) if u.field in ("organisation", "department")]
    found = message
    for start, end, name in sorted(spans, reverse=True):
        found = f"{found[:start]}[{name}]{found[end:]}"
    return found.strip()


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


def candidates(turns: Iterable[Turn], limit: int = _LIMIT) -> list[Candidate]:
    """The most frequent first, of equally frequent ones those that were rated low; messages that differ only in form
    are one. `turns` come newest first."""
    asked: dict[str, list[Candidate]] = defaultdict(list)
    for turn in turns:
        why = reason(turn)
        question = without_personal_data(turn.message)[:_LONGEST]
        if why is None or not any(char.isalpha() for char in question):
            continue
        key = "".join(char for char in fold(question).lower() if char.isalnum())
        low, comment, day = is_low(turn), comment_of(turn), turn.created_at.date().isoformat()
        said = (comment,) if low and comment else ()
        asked[key].append(Candidate(question, detect(question), why, 1, day, low, said))
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
    told = f"{candidate.reason}; asked {candidate.times} times"
    said = " / ".join(f"“{words}”" for words in candidate.comments)
    return f"{told}; what was wrong: {said}" if said else told


def as_yaml(found: Sequence[Candidate]) -> str:
    """Cases in the form of `knowledge.yaml`, to be completed."""
    rows: list[dict[str, Any]] = [
        {
            "id": f"u-{sha256(c.question.encode()).hexdigest()[:10]}",
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
    """The command line: 0, also when there is nothing to review; 2 for a file that can't be written."""
    from assistant.settings import Settings

    parser = argparse.ArgumentParser(
        prog="advisor eval candidates",
        description="Questions of visitors that got no answer, or none that helped, to be reviewed.",
    )
    parser.add_argument("--out", type=Path, metavar="FILE.yaml", help="write them to a file instead of the screen")
    parser.add_argument("--limit", type=int, default=_LIMIT, metavar="N", help=f"at most N (default {_LIMIT})")
    chosen = parser.parse_args(arguments)
    store = ConversationStore(Settings().sqlalchemy_url)
    try:
        text = as_yaml(found := candidates(store.turns(), chosen.limit))
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
