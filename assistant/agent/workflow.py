"""One turn as a LlamaIndex `Workflow`: read, look up, write, check. Control flow is code; no model decides it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, Literal, Protocol, TypeVar

import structlog
from workflows import Context, Workflow, step
from workflows.events import Event, StartEvent, StopEvent

from assistant.agent.citations import Citations, Sources
from assistant.agent.composer import Composer
from assistant.agent.llm.caller import Caller
from assistant.agent.planner import MOST_PASSAGES, Planner
from assistant.agent.tools import Findings, Tools, merged
from assistant.agent.trace import Trace, asked, outline, told
from assistant.agent.verify import Violation, verify
from assistant.agent.wording import Draft, Turn
from assistant.dialogue.phrasing import say
from assistant.dialogue.reading import Understanding
from assistant.dialogue.reducer import reduce, resumed, supposed
from assistant.dialogue.state import DialogueState, Effect, fresh
from assistant.dialogue.understanding import understand
from assistant.dialogue.values import value_text
from assistant.knowledge.passage import SearchResult
from assistant.rules.decision import outcome_of

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")
# Where a tool's result stands among the findings.
_RESULT = {"decide": "decision", "suppose": "supposed", "vary": "changes", "search": "search", "size": "sizing"}
Stage = Literal["reading", "searching", "deciding", "writing", "checking"]


class Begin(StartEvent):
    """A message and the state it meets. `chosen` effects were already taken into `state` (a quick reply, an edit).
    `caller` is for whom and until when a model may be asked, `trace` what the turn is written down in."""

    message: str
    state: DialogueState
    before: DialogueState
    language: Literal["zh", "en"] | None = None
    forced: bool = False
    chosen: tuple[Effect, ...] = ()
    caller: Any = None
    trace: Any = None


class Status(Event):
    """Streamed to the visitor at once."""

    stage: Stage
    language: Literal["zh", "en"]


class Said(Event):
    """A sentence of the reply that has passed its check, streamed before the rest is written."""

    text: str


class Reader(Protocol):
    """Reads a message further than the built-in parser did, or gives back what that one read."""

    async def read(self, message: str, built_in: Understanding, trace: Trace, caller: Caller) -> Understanding:
        """The message's meaning; never raises."""


class Research(Protocol):
    """Looks a message that asks several things up in several steps."""

    async def look_up(self, understanding: Understanding, trace: Trace, caller: Caller) -> SearchResult | None:
        """What was found beside the planned search; never raises."""


class Writer(Protocol):
    """Puts a draft's text into prose, or leaves it (None)."""

    async def write(
        self,
        turn: Turn,
        draft: Draft,
        citations: Citations,
        *,
        check: Callable[[str, bool], Sequence[Violation]],
        tell: Callable[[str], None],
        trace: Trace,
        caller: Caller,
    ) -> str | None:
        """`check` names what a sentence may not say (with True, each statement needs the mark of its source), `tell`
        streams one that passed; never raises."""


class Understood(Event):
    begin: Any
    understanding: Any
    before: Any
    state: Any
    effects: Any
    trial: Any


class Found(Event):
    begin: Any
    turn: Any


class Written(Event):
    begin: Any
    prose: Any
    turn: Any
    draft: Any
    citations: Any


class Checked(StopEvent):
    """The end: the draft that may be sent, its citations and findings, and what was wrong with it before. `composer`
    says whose text it is, `trace` how it came about."""

    composer: Any
    trace: Any
    turn: Any
    draft: Any
    citations: Any
    verified: bool
    violations: Any


class TurnWorkflow(Workflow):
    """The loop with its replaceable parts: planner and composer, and the reader and writer that a language model puts
    beside them. Knows nothing of storage or HTTP."""

    def __init__(
        self,
        tools: Tools,
        planner: Planner,
        composer: Composer,
        sources: Sources,
        timeout: float,
        reader: Reader | None = None,
        research: Research | None = None,
        writer: Writer | None = None,
    ) -> None:
        super().__init__(timeout=timeout)
        self._reader = reader
        self._research = research
        self._writer = writer
        self._tools = tools
        self._planner = planner
        self._composer = composer
        self._sources = sources

    @step
    async def read(self, ctx: Context, begin: Begin) -> Understood:
        """What does the message say, and what does that change?"""
        fallback = begin.language or begin.state.language
        trace = begin.trace = begin.trace or Trace()
        with trace.span("understand") as span:
            understanding = await asyncio.to_thread(_understood, begin, fallback)
            span.note("intent", understanding.intent)
        trace.note("built_in", told(understanding))
        if begin.forced:
            understanding = replace(understanding, language=fallback)
        ctx.write_event_to_stream(Status(stage="reading", language=understanding.language))
        if begin.chosen:
            # The choice set its field directly; its words need not be parsed a second time.
            understanding = _chosen(understanding)
        elif self._reader is not None:
            reading = self._reader.read(begin.message, understanding, trace, begin.caller)
            understanding = await _beside(reading, understanding, trace)
        understanding = resumed(begin.state, understanding)
        state, effects = reduce(begin.state, understanding)
        trial = supposed(begin.state, understanding)
        if understanding.intent == "start_over":
            state, effects = fresh(state), ()
        trace.note("language", understanding.language)
        trace.note("effects", [[e.kind, e.field, e.new] for e in (*begin.chosen, *effects)])
        return Understood(
            begin=begin,
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
            with event.begin.trace.span(call.name, **asked(call.arguments)) as span:
                result = await asyncio.to_thread(self._tools.run, call.name, **call.arguments)
                span.note("result", outline(result))
            if call.name == "compare":
                results["lines"], results["series"] = result
            else:
                results[_RESULT[call.name]] = result
        if self._research is not None and isinstance(results.get("search"), SearchResult):
            looking_up = self._research.look_up(understanding, event.begin.trace, event.begin.caller)
            further = await _beside(looking_up, None, event.begin.trace)
            if further is not None:
                results["search"] = merged([results["search"], further], MOST_PASSAGES)
        return Found(
            begin=event.begin,
            turn=Turn(
                understanding=understanding,
                before=event.before,
                state=event.state,
                effects=tuple(event.effects),
                findings=Findings(**results),
                previous=outcome_of(event.before.requirements),
                trial=event.trial,
            ),
        )

    @step
    async def write(self, ctx: Context, event: Found) -> Written:
        """Put the findings into words."""
        turn, begin = event.turn, event.begin
        citations = Citations(self._sources, turn.understanding.language)
        with begin.trace.span("compose"):
            draft = await asyncio.to_thread(self._composer.compose, turn, citations)
        prose = None
        if self._writer is not None:
            ctx.write_event_to_stream(Status(stage="writing", language=turn.understanding.language))
            writing = self._writer.write(
                turn,
                draft,
                citations,
                check=lambda text, marks: _violations(text, turn, citations, marks=marks),
                tell=lambda text: ctx.write_event_to_stream(Said(text=text)),
                trace=begin.trace,
                caller=begin.caller,
            )
            prose = await _beside(writing, None, begin.trace)
        return Written(begin=begin, prose=prose, turn=turn, draft=draft, citations=citations)

    @step
    async def check(self, ctx: Context, event: Written) -> Checked:
        """Nothing unverified leaves: paragraphs that fail are taken out, and a reply with none left is replaced."""
        turn: Turn = event.turn
        draft: Draft = event.draft
        ctx.write_event_to_stream(Status(stage="checking", language=turn.understanding.language))
        composer: Literal["builtin", "llm"] = "builtin"
        if event.prose is not None and not _violations(event.prose, turn, event.citations):
            # Sentence by sentence it passed before; as a whole it may still say what none of them does.
            draft.text, composer = event.prose, "llm"
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
        trace: Trace = event.begin.trace
        trace.note("intent", draft.intent)
        trace.note("composer", composer)
        trace.note("verified", verified)
        trace.note("violations", [[v.kind, v.words] for v in violations])
        return Checked(
            composer=composer,
            trace=trace,
            turn=turn,
            draft=draft,
            citations=event.citations,
            verified=verified,
            violations=violations,
        )


async def _beside(work: Awaitable[_T], otherwise: _T, trace: Trace) -> _T:
    """What a part with a language model gives, or what there is without it: whatever breaks there breaks no turn."""
    try:
        return await work
    except Exception as error:  # noqa: BLE001 - the boundary to a model's part: recorded, and done without
        trace.note("broke", type(error).__name__)
        _log.exception("llm_part_broke")
        return otherwise


def _understood(begin: Begin, fallback: Literal["zh", "en"]) -> Understanding:
    """The message's meaning. A yes or no belongs to what was proposed, if anything was, and not to the open question;
    with no case yet a supposed one ("if three groups share it, what do we need?") is the case."""
    before = begin.before
    found = understand(begin.message, open_question=before.open_question, language=fallback, recent=before.recent)
    waited = begin.before.pending
    if waited is not None and (found.affirmed is not None or (waited.kind == "read" and found.skipped)):
        found = understand(begin.message, language=fallback)
    if found.hypothetical and not found.premise and not begin.state.slots:
        intent = "recommend" if found.intent == "suppose" else found.intent
        found = replace(found, hypothetical=False, intent=intent)
    return found


def _chosen(understanding: Understanding) -> Understanding:
    return Understanding(
        text=understanding.text, language=understanding.language, intent="inform", domain=understanding.domain
    )


def _violations(text: str, turn: Turn, citations: Citations, *, marks: bool = False) -> list[Violation]:
    language = turn.understanding.language
    changes = [value_text(change.field, change.value, language) for change in turn.findings.changes]
    return verify(
        text,
        visitor="\n".join((turn.understanding.text, turn.case_text(), *changes)),
        findings=turn.findings,
        citations=citations,
        catalogue=bool(turn.understanding.unknown_codes),
        marks=marks,
    )
