"""From use to golden: real questions that got no answer, as candidate cases for somebody to review.

    advisor eval candidates [--out FILE.yaml] [--limit N]

Read from the installation's own conversations; nothing leaves the machine. Ways to reach people and names of
organisations are taken out. A candidate has no `relevant` and no `facts` yet, so it does not load as a golden case
until a person has added them, or thrown it away.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

import yaml

from assistant.agent.reply import Language
from assistant.dialogue.language import detect, fold
from assistant.dialogue.organisation import contact_spans, organisation
from assistant.dialogue.phrasing import variants
from assistant.store.conversations import ConversationStore, Turn

_LONGEST = 400
_LIMIT = 200


@dataclass(frozen=True)
class Candidate:
    """A question without personal data, why it is a candidate, and how often it came up."""

    question: str
    language: Language
    reason: str
    times: int
    last: str


def without_personal_data(message: str) -> str:
    """The message with telephone numbers, addresses and names of organisations replaced by what they are."""
    text = fold(message)
    spans = [(start, end, "contact") for start, end in contact_spans(text)]
    spans += [(u.start, u.end, u.field) for u in organisation(text) if u.field in ("organisation", "department")]
    found = message
    for start, end, name in sorted(spans, reverse=True):
        found = f"{found[:start]}[{name}]{found[end:]}"
    return found.strip()


def reason(turn: Turn) -> str | None:
    """Why a turn wants a case: it broke, it was not understood, it was turned away, or got the nearest passage only."""
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
    """The most frequent first; messages that differ only in form are one."""
    times: Counter[str] = Counter()
    latest: dict[str, Candidate] = {}
    for turn in turns:
        why = reason(turn)
        question = without_personal_data(turn.message)[:_LONGEST]
        if why is None or not any(char.isalpha() for char in question):
            continue
        key = "".join(char for char in fold(question).lower() if char.isalnum())
        times[key] += 1
        latest[key] = Candidate(question, detect(question), why, 0, turn.created_at.date().isoformat())
    found = [Candidate(c.question, c.language, c.reason, times[key], c.last) for key, c in latest.items()]
    return sorted(found, key=lambda c: (-c.times, c.question))[:limit]


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
            "note": f"{c.reason}; asked {c.times} times",
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
        prog="advisor eval candidates", description="Questions of visitors that got no answer, to be reviewed."
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
