"""Plays a story against an advisor and says in sentences what does not hold. Nothing here asserts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from time import perf_counter
from typing import get_args

from sqlalchemy.exc import OperationalError

from assistant.agent.reply import Language, Reply
from assistant.bootstrap import Advisor
from assistant.dialogue.phrasing import say
from assistant.errors import SessionNotFound, TurnNotFound
from assistant.rules.catalogue import PRODUCTS
from evals.dialogue_metrics import slots
from evals.result import UNVERIFIED, Violations, raised
from evals.story import State, Story, Turn

# Characters; a shorter sentence ("好的。", "Noted.") may come again.
_FORMULA = 12
_HAN = re.compile(r"[\u3400-\u9fff]")
_QUOTED = re.compile(r"“[^”]{0,2000}”|「[^」]{0,2000}」|\"[^\"]{0,2000}\"")
_CITED = re.compile(r"\[(\d{1,4})\]")
_CONTACT = re.compile(r"@|400-\d|www\.|https?:")
_ITEM = re.compile(r"\s*(?:[-*•|>]|\d{1,2}[.)、])\s*")
_SENTENCE = re.compile(r"(?:[^。！？；.!?]|[.!?](?!\s|$))+[。！？；.!?]?")
# "name: values", as opposed to "back to the question: which …?" and the head of a list.
_LISTED_VALUES = re.compile(r"[^:：]+[:：]\s*[^:：\s].*[^?？]")


@dataclass(frozen=True)
class TurnResult:
    """One turn as played. `gold` is the true state, `got` the advisor's; `failures` are sentences; `seconds` wall
    time. `reply` is None when the turn broke, and `error` what was raised. `asked` is the question that was open when
    the visitor spoke, `violations` what the advisor's own check found."""

    turn: Turn
    reply: Reply | None
    gold: State
    got: State
    failures: tuple[str, ...]
    seconds: float
    asked: str | None = None
    violations: Violations = ()
    error: str = ""


def state_of(reply: Reply) -> State:
    """The advisor's state as JSON values."""
    return {name: stated.value for name, stated in reply.requirements.items()}


def proposes(reply: Reply) -> bool:
    """Whether the reply offers to adopt what was only supposed, as a quick reply."""
    return say("adopt_yes", reply.language) in {choice.text for choice in reply.quick_replies}


def own_sentences(text: str) -> set[str]:
    """The advisor's own sentences that are long enough to be noticed when they come again.

    Left out: quotations, contact lines, list items with a citation or with the mark that stands in its place (our own
    judgement), and values listed as "name: value".
    """
    own: set[str] = set()
    for line in text.splitlines():
        item = _ITEM.match(line)
        sourced = _CITED.search(line) or any(say("house_mark", spoken) in line for spoken in get_args(Language))
        if _CONTACT.search(line) or (item and (sourced or re.search("[:：|]", line))):
            continue
        plain = _CITED.sub("", _QUOTED.sub("", line)).replace("*", "")
        sentences = (match[0].strip() for match in _SENTENCE.finditer(plain))
        own.update(s for s in sentences if len(s) > _FORMULA and not _LISTED_VALUES.fullmatch(s))
    return own


def checks(turn: Turn, reply: Reply) -> list[str]:
    """What the story says of this turn and does not hold, as sentences; [] when all holds."""
    known, wrong = state_of(reply), []

    def expect(name: str, wanted: object, found: object) -> None:
        if wanted != found:
            wrong.append(f"{name} is {found!r}, not {wanted!r}")

    if turn.intent:
        expect("the intent", turn.intent, reply.intent)
    if turn.language:
        expect("the language", turn.language, reply.language)
    for name, value in turn.requirements.items():
        expect(name, value, known.get(name))
    for name, source in turn.sources.items():
        stated = reply.requirements.get(name)
        expect(f"the source of {name}", source, stated.source if stated else None)
    wrong += [f"{name} is {known[name]!r} and should be empty" for name in turn.unknown if name in known]
    decision = reply.decision
    if turn.undecided and decision is not None and decision.series != "none":
        wrong.append(f"{decision.series} is decided on too little")
    if turn.series:
        expect("the series", turn.series, decision.series if decision else None)
    if turn.models is not None:
        expect("the recommendation", turn.models, list(decision.models) if decision else None)
    if turn.confidence:
        expect("the confidence", turn.confidence, decision.confidence if decision else None)
    if "next_question" in turn.model_fields_set:
        expect("the next question", turn.next_question, reply.next_question)
    if reply.next_question in turn.not_asked:
        wrong.append(f"{reply.next_question} is asked about")
    sections = {citation.section for citation in reply.citations}
    wrong += [f"section {section} is not cited" for section in turn.cites if section not in sections]
    if turn.uncited and reply.citations:
        wrong.append("sources stand under an answer that needs none")
    wrong += [f"the reply lacks {words!r}" for words in turn.has if words not in reply.reply]
    wrong += [f"the reply says {words!r}" for words in turn.lacks if words in reply.reply]
    if turn.proposes is not None and proposes(reply) != turn.proposes:
        wrong.append("nothing is offered to be adopted" if turn.proposes else "something is offered to be adopted")
    return wrong


async def violations(advisor: Advisor, reply: Reply) -> Violations:
    """What the advisor's own check found in a reply; () of one that went with its conversation."""
    try:
        trace = await advisor.trace(reply.session_id, reply.turn)
    except (SessionNotFound, TurnNotFound):
        return ()
    return tuple((str(kind), str(words)) for kind, words in trace.get("violations", ()))


def always(reply: Reply, said: str, found: Violations = ()) -> list[str]:
    """What must hold for every reply, whatever the story, and does not; `found` is what the advisor's own check did."""
    wrong = []
    if not reply.verified:
        told = ", ".join(f"{kind} {words!r}" for kind, words in found)
        wrong.append(f"{UNVERIFIED}: {told}" if told else UNVERIFIED)
    if not reply.reply.strip():
        wrong.append("the reply is empty")
    wrong += [f"the reply shows {mark!r}" for mark in ("{", "None") if mark in reply.reply]
    if set(_CITED.findall(reply.reply)) != {citation.id for citation in reply.citations}:
        wrong.append("the marks in the text are not the citations")
    if reply.language == "en" and _HAN.search(re.sub(r"“.*?”", "", _without(reply.reply, said, *_names(reply)))):
        wrong.append("an English reply holds Chinese")
    if reply.decision and not set(reply.decision.models) <= set(PRODUCTS):
        wrong.append("a product is recommended that does not exist")
    return wrong


def _names(reply: Reply) -> list[str]:
    """What the visitor calls things by on the checklist: it is never translated."""
    values = [stated.value for stated in reply.requirements.values()]
    listed = [entry for value in values for entry in (value if isinstance(value, list) else [value])]
    return [entry for entry in listed if isinstance(entry, str)]


def _without(text: str, *words: str) -> str:
    for own in filter(None, words):
        text = text.replace(own, "")
    return text


async def _take(advisor: Advisor, turn: Turn, last: Reply | None) -> tuple[Reply, list[str]]:
    session = last.session_id if last else None
    if turn.edit is not None:
        return await advisor.edit(session, turn.edit), []
    if turn.choose is not None:
        offered = next((s for s in (last.quick_replies if last else ()) if s.text == turn.choose), None)
        wrong = [] if offered else [f"not offered: {turn.choose}"]
        return await advisor.chat(turn.choose, session_id=session, choice=offered), wrong
    return await advisor.chat(turn.say or "", session_id=session), []


async def _exists(advisor: Advisor, reply: Reply) -> bool:
    try:
        await advisor.session(reply.session_id)
    except SessionNotFound:
        return False
    return True


async def play(story: Story, advisor: Advisor) -> list[TurnResult]:
    """Every turn of the story with what did not hold; a turn that breaks is a failure, and the story goes on."""
    results: list[TurnResult] = []
    last: Reply | None = None
    number, said = 0, set[str]()
    replies: list[str] = []
    for turn, gold in zip(story.turns, story.states(), strict=True):
        asked = last.next_question if last else None
        started = perf_counter()
        try:
            reply, wrong = await _take(advisor, turn, last)
        except OperationalError:
            # The database that the story runs in can't be used: that says nothing of the advisor.
            raise
        except Exception as error:  # noqa: BLE001  # whatever breaks a turn is what the story is to find out
            took, known, broke = perf_counter() - started, state_of(last) if last else {}, raised(error)
            failures = (f"the turn broke: {broke}",)
            results.append(TurnResult(turn, None, gold, known, failures, took, asked, error=broke))
            continue
        took = perf_counter() - started
        found = await violations(advisor, reply)
        number += 1
        if reply.turn != number:
            wrong.append(f"this is turn {reply.turn}, not {number}")
        wrong += [*always(reply, turn.words, found), *checks(turn, reply)]
        if reply.reply in replies:
            wrong.append("the same reply twice")
        wrong += [f"said before: {sentence}" for sentence in sorted(own_sentences(reply.reply) & said)]
        said |= own_sentences(reply.reply)
        replies.append(reply.reply)
        deleted = not await _exists(advisor, reply)
        got = {} if deleted else state_of(reply)
        if deleted != turn.deleted:
            wrong.append("the conversation is gone" if deleted else "the conversation is still kept")
        wrong += [
            f"in truth {name} is {gold.get(name)!r}, and the advisor has {got.get(name)!r}"
            for name, counts in slots(gold, got).items()
            if not counts.hits
        ]
        results.append(TurnResult(turn, reply, gold, got, tuple(wrong), took, asked, found))
        last, number = (None, 0) if deleted else (reply, number)
        if deleted:
            # A new conversation remembers nothing of what was said in the one before.
            said, replies = set(), []
    return results
