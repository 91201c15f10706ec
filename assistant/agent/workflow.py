"""One turn as a LlamaIndex `Workflow`: read, look up, write, check. Control flow is code; no model decides it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Literal

from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StopEvent

from assistant.agent.citations import Citations, Sources
from assistant.agent.composer import Composer
from assistant.agent.planner import Planner
from assistant.agent.tools import Findings, Tools
from assistant.agent.verify import Violation, verify
from assistant.agent.wording import Draft, Turn
from assistant.dialogue.phrasing import say
from assistant.dialogue.reading import Understanding
from assistant.dialogue.reducer import reduce, resumed, supposed
from assistant.dialogue.state import DialogueState, Effect, fresh
from assistant.dialogue.understanding import understand
from assistant.dialogue.values import value_text
from assistant.rules.decision import outcome_of

# Where a tool's result stands among the findings.
_RESULT = {"decide": "decision", "suppose": "supposed", "vary": "changes", "search": "search", "size": "sizing"}
Stage = Literal["reading", "searching", "deciding", "checking"]


class Begin(StartEvent):
    """A message and the state it meets. `chosen` effects were already taken into `state` (a quick reply, an edit)."""

    message: str
    state: DialogueState
    before: DialogueState
    language: Literal["zh", "en"] | None = None
    forced: bool = False
    chosen: tuple[Effect, ...] = ()


class Status(Event):
    """Streamed to the visitor at once."""

    stage: Stage
    language: Literal["zh", "en"]


class Understood(Event):
    understanding: Any
    before: Any
    state: Any
    effects: Any
    trial: Any


class Found(Event):
    turn: Any


class Written(Event):
    turn: Any
    draft: Any
    citations: Any


class Checked(StopEvent):
    """The end: the draft that may be sent, its citations and findings, and what was wrong with it before."""

    turn: Any
    draft: Any
    citations: Any
    verified: bool
    violations: Any


class TurnWorkflow(Workflow):
    """The loop with its replaceable parts: planner and composer. Knows nothing of storage or HTTP."""

    def __init__(self, tools: Tools, planner: Planner, composer: Composer, sources: Sources, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self._tools = tools
        self._planner = planner
        self._composer = composer
        self._sources = sources

    @step
    async def read(self, ctx: Context, begin: Begin) -> Understood:
        """What does the message say, and what does that change?"""
        fallback = begin.language or begin.state.language
        understanding = await asyncio.to_thread(_understood, begin, fallback)
        if begin.forced:
            understanding = replace(understanding, language=fallback)
        ctx.write_event_to_stream(Status(stage="reading", language=understanding.language))
        if begin.chosen:
            # The choice set its field directly; its words need not be parsed a second time.
            understanding = _chosen(understanding)
        understanding = resumed(begin.state, understanding)
        state, effects = reduce(begin.state, understanding)
        trial = supposed(begin.state, understanding)
        if understanding.intent == "start_over":
            state, effects = fresh(state), ()
        return Understood(
            understanding=understanding,
            before=begin.before,
            state=state,
            effects=(*begin.chosen, *effects),
            trial=trial,
        )

    @step
    async def look_up(self, ctx: Context, event: Understood) -> Found:
        """Run the planned tools; the rules run whenever a requirement is known."""
        understanding: Understanding = event.understanding
        results: dict[str, Any] = {}
        for call in self._planner.plan(understanding, event.state, event.trial):
            stage: Stage = "searching" if call.name in ("search", "compare") else "deciding"
            ctx.write_event_to_stream(Status(stage=stage, language=understanding.language))
            # Tools compute; a worker thread keeps other visitors' turns moving.
            result = await asyncio.to_thread(self._tools.run, call.name, **call.arguments)
            if call.name == "compare":
                results["lines"], results["series"] = result
            else:
                results[_RESULT[call.name]] = result
        return Found(
            turn=Turn(
                understanding=understanding,
                before=event.before,
                state=event.state,
                effects=tuple(event.effects),
                findings=Findings(**results),
                previous=outcome_of(event.before.requirements),
                trial=event.trial,
            )
        )

    @step
    async def write(self, event: Found) -> Written:
        """Put the findings into words."""
        citations = Citations(self._sources, event.turn.understanding.language)
        draft = await asyncio.to_thread(self._composer.compose, event.turn, citations)
        return Written(turn=event.turn, draft=draft, citations=citations)

    @step
    async def check(self, ctx: Context, event: Written) -> Checked:
        """Nothing unverified leaves: paragraphs that fail are taken out, and a reply with none left is replaced."""
        turn: Turn = event.turn
        draft: Draft = event.draft
        ctx.write_event_to_stream(Status(stage="checking", language=turn.understanding.language))
        violations = _violations(draft.text, turn, event.citations)
        text = draft.text
        verified = not violations
        if violations:
            kept = [part for part in text.split("\n\n") if not _violations(part, turn, event.citations)]
            text = "\n\n".join(kept)
            # Checked again as a whole; a reply of which nothing is left was not verified but withdrawn.
            verified = bool(text) and not _violations(text, turn, event.citations)
            text = text or say("replaced", turn.understanding.language)
        draft.text = "\n\n".join(part for part in (text, draft.question) if part)
        return Checked(turn=turn, draft=draft, citations=event.citations, verified=verified, violations=violations)


def _understood(begin: Begin, fallback: Literal["zh", "en"]) -> Understanding:
    """The message's meaning. A yes or no belongs to what was proposed, if anything was, and not to the open question;
    with no case yet a supposed one ("if three groups share it, what do we need?") is the case."""
    before = begin.before
    found = understand(begin.message, open_question=before.open_question, language=fallback, recent=before.recent)
    if begin.before.pending is not None and found.affirmed is not None:
        found = understand(begin.message, language=fallback)
    if found.hypothetical and not found.premise and not begin.state.slots:
        intent = "recommend" if found.intent == "suppose" else found.intent
        found = replace(found, hypothetical=False, intent=intent)
    return found


def _chosen(understanding: Understanding) -> Understanding:
    return Understanding(
        text=understanding.text, language=understanding.language, intent="inform", domain=understanding.domain
    )


def _violations(text: str, turn: Turn, citations: Citations) -> list[Violation]:
    values = [
        value_text(name, slot.value, turn.understanding.language)
        for slots in (turn.before.slots, turn.state.slots, turn.trial.slots if turn.trial else {})
        for name, slot in slots.items()
    ]
    values += [value_text(c.field, c.value, turn.understanding.language) for c in turn.findings.changes]
    visitor = "\n".join([turn.understanding.text, *values, *(slot.evidence for slot in turn.state.slots.values())])
    return verify(
        text,
        visitor=visitor,
        findings=turn.findings,
        citations=citations,
        catalogue=bool(turn.understanding.unknown_codes),
    )
