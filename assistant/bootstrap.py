"""The composition root: takes settings and optional fakes, returns a wired `Advisor`."""

from __future__ import annotations

import asyncio
import importlib.metadata
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any, cast
from weakref import WeakValueDictionary

import structlog
from workflows.errors import WorkflowTimeoutError

from assistant.agent.asking import offers
from assistant.agent.beginning import as_json, begun
from assistant.agent.citations import KnowledgeSource, Sources
from assistant.agent.composer import BuiltinComposer, Composer
from assistant.agent.intake import accept
from assistant.agent.llm.caller import Caller
from assistant.agent.llm.endpoint import Endpoint
from assistant.agent.llm.reader import Reader
from assistant.agent.llm.research import Research
from assistant.agent.llm.writer import Writer
from assistant.agent.planner import BuiltinPlanner, Planner
from assistant.agent.recorder import Recorder
from assistant.agent.reply import (
    Language,
    Reply,
    SessionView,
    StatedValue,
    StreamEvent,
    Suggestion,
    TurnRecord,
    Versions,
)
from assistant.agent.rerun import Rerun
from assistant.agent.telemetry import Telemetry
from assistant.agent.tools import Tools
from assistant.agent.verify import MARK
from assistant.agent.workflow import Checked, Said, Status, TurnWorkflow
from assistant.dialogue.language import detect
from assistant.dialogue.phrasing import say
from assistant.dialogue.state import DialogueState, edit
from assistant.dialogue.values import label, value_text
from assistant.errors import TurnConflict, TurnTimeout
from assistant.knowledge.passage import Passage, SearchResult
from assistant.rules.decision import decide
from assistant.rules.files import version as rules_version
from assistant.rules.requirements import FieldName, Requirements
from assistant.rules.trace import Decision
from assistant.settings import Settings
from assistant.store.conversations import ConversationStore
from assistant.store.feedback import Feedback

_log = structlog.get_logger(__name__)
# How often a turn is worked out while other processes go on with the same conversation.
_ATTEMPTS = 5
# How long a turn waits for an earlier one in another process, which may have died, and how often it looks.
_PATIENCE = timedelta(seconds=1)
_LOOK_S = 0.02


class Advisor:
    """All that the outside may ask for. Safe for concurrent use on one event loop; keeps no conversation in memory."""

    def __init__(
        self,
        settings: Settings,
        knowledge: KnowledgeSource,
        store: ConversationStore,
        planner: Planner,
        composer: Composer,
        versions: Versions,
        endpoint: Endpoint | None = None,
        telemetry: Telemetry | None = None,
    ) -> None:
        self.settings = settings
        self.endpoint = endpoint
        self._knowledge = knowledge
        self._store = store
        self._versions = versions
        self._recorder = Recorder(settings, store.traces, lambda: self.versions, endpoint, telemetry)
        tools = Tools(knowledge)
        self._workflow = TurnWorkflow(
            tools,
            planner,
            composer,
            Sources(knowledge),
            timeout=settings.longest_turn_s,
            reader=Reader(endpoint) if endpoint else None,
            research=Research(endpoint, tools) if endpoint else None,
            writer=Writer(endpoint) if endpoint else None,
        )
        # One turn at a time within a conversation; the entry goes when nobody waits on it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def versions(self) -> Versions:
        """What replies are made from now: hashes of rules and corpus, the embedder, the program."""
        # The corpus may be ingested anew while the advisor runs.
        return self._versions.model_copy(update={"corpus": self._knowledge.corpus})

    # ---- conversation

    async def chat(
        self,
        message: str,
        *,
        session_id: str | None = None,
        language: Language | None = None,
        choice: Suggestion | None = None,
    ) -> Reply:
        """Take one turn. A `choice` (quick reply) sets its field directly.

        Raises `InputError` for a message that can't be used, `SessionNotFound`, and `TurnTimeout`.
        """
        return await _whole(self.stream(message, session_id=session_id, language=language, choice=choice))

    async def stream(
        self,
        message: str,
        *,
        session_id: str | None = None,
        language: Language | None = None,
        choice: Suggestion | None = None,
    ) -> AsyncIterator[StreamEvent]:
        """The turn as it happens: status lines, then the verified text in pieces, citations, and the whole reply."""
        text = accept(message, longest=self.settings.max_message_chars)
        changes = {choice.field: choice.value} if choice is not None and choice.field is not None else {}
        async for event in self._turn(text, session_id, language, changes):
            yield event

    async def edit(
        self, session_id: str | None, changes: dict[FieldName, Any], *, language: Language | None = None
    ) -> Reply:
        """Change checklist fields directly (None withdraws one); equals saying it.

        Raises `BadValue` with nothing changed, or `SessionNotFound`.
        """
        spoken: Language = language or "zh"
        if session_id is not None and language is None:
            spoken = (await self._state(session_id)).language
        told = [
            f"{label(name, spoken)}: {value_text(name, value, spoken) if value not in (None, [], '') else '—'}"
            for name, value in as_json(changes).items()
        ]
        return await _whole(self._turn("; ".join(told), session_id, spoken, changes, force_language=True))

    async def again(self, turn: Rerun) -> Reply:
        """Run a kept turn from the state that it met, in a conversation of its own; raises what `chat` does."""
        session_id = await asyncio.to_thread(self._store.create, turn.state or {})
        return await _whole(self._turn(turn.message, session_id, turn.language, turn.changes, turn.forced))

    async def session(self, session_id: str) -> SessionView:
        """The conversation for its owner; raises `SessionNotFound`."""
        kept = await asyncio.to_thread(self._store.load, session_id)
        state = DialogueState.model_validate(kept.state)
        turns = tuple(
            TurnRecord(
                turn=turn.number,
                message=turn.message,
                reply=Reply.model_validate(turn.reply) if turn.reply else None,
                created_at=turn.created_at.isoformat(),
            )
            for turn in kept.turns
        )
        decision = decide(state.requirements, frozenset(state.concerns)) if state.slots else None
        return SessionView(
            session_id=kept.id,
            language=state.language,
            turns=turns,
            requirements=_stated(state),
            missing=decision.missing if decision else ("workloads",),
            next_question=state.open_question,
            decision=decision,
        )

    async def forget(self, session_id: str) -> None:
        """Delete the conversation and all that belongs to it; raises `SessionNotFound`."""
        await asyncio.to_thread(self._store.delete, session_id)

    async def rate(self, session_id: str, turn: int, rating: int, comment: str | None = None) -> Feedback:
        """Keep what its owner thinks of an answer, 1 to 5, in place of what they thought before.

        Raises `SessionNotFound`, `TurnNotFound`, `TurnUnanswered` and `CommentTooLong`.
        """
        return await asyncio.to_thread(self._store.feedback.give, session_id, turn, rating, comment)

    async def feedback(self, session_id: str) -> Mapping[int, Feedback]:
        """What its owner thinks of the answers, by turn."""
        return await asyncio.to_thread(self._store.feedback.of, session_id)

    async def trace(self, session_id: str, turn: int) -> Mapping[str, Any]:
        """How a turn came about, as it is kept; raises `SessionNotFound` and `TurnNotFound`."""
        return (await asyncio.to_thread(self._store.traces.of, session_id, turn)).trace or {}

    def ask(self, message: str, *, session_id: str | None = None, language: Language | None = None) -> Reply:
        """One turn from synchronous code."""
        return asyncio.run(self.chat(message, session_id=session_id, language=language))

    # ---- without a conversation

    def recommend(self, requirements: Requirements) -> Decision:
        """The decision for given requirements."""
        return decide(requirements)

    async def search(self, query: str, *, language: Language | None = None, limit: int = 5) -> SearchResult:
        """Passages for a question, in its own language unless another is asked for."""
        text = accept(query, longest=self.settings.max_message_chars)
        spoken: Language = language or detect(text)
        return await asyncio.to_thread(self._knowledge.search, text, language=spoken, limit=limit)

    def passage_document(self, document: str, language: Language) -> list[Passage]:
        """All passages of a document in order; [] for an unknown one."""
        return self._knowledge.document(document, language)

    def ready(self) -> bool:
        """Whether questions can be asked."""
        return bool(self._knowledge.document("whitepaper", "zh"))

    # ---- words for the page

    def greeting(self, language: Language) -> str:
        """The first words of a conversation."""
        return say("greeting", language)

    def starters(self, language: Language) -> tuple[Suggestion, ...]:
        """Quick replies before anything is said."""
        return offers("workloads", language)

    def options(self, field: FieldName, language: Language) -> tuple[Suggestion, ...]:
        """The quick replies to the question about a field."""
        return offers(field, language)

    def label(self, field: FieldName, language: Language) -> str:
        """A field's name."""
        return label(field, language)

    def value_text(self, field: FieldName, value: Any, language: Language) -> str:
        """A checklist value in words."""
        return value_text(field, value, language)

    def close(self) -> None:
        """Let go of the index and the database."""
        self._recorder.close()
        self._knowledge.close()
        self._store.close()

    # ---- one turn

    async def _state(self, session_id: str) -> DialogueState:
        return DialogueState.model_validate(await asyncio.to_thread(self._store.state, session_id))

    async def _turn(
        self,
        text: str,
        session_id: str | None,
        language: Language | None,
        changes: dict[FieldName, Any],
        force_language: bool = False,
    ) -> AsyncIterator[StreamEvent]:
        if changes:
            edit(DialogueState(), changes)  # a bad value is refused before anything is stored
        if session_id is None:
            first = DialogueState(language=language or detect(text))
            session_id = await asyncio.to_thread(self._store.create, first.model_dump(mode="json"))
        lock = self._locks.setdefault(session_id, asyncio.Lock())
        async with lock:
            number = await asyncio.to_thread(self._store.begin_turn, session_id, text)
            while await asyncio.to_thread(self._store.awaited, session_id, number, _PATIENCE):
                await asyncio.sleep(_LOOK_S)
            said = ""
            for attempt in range(1, _ATTEMPTS + 1):
                kept = await asyncio.to_thread(self._store.snapshot, session_id)
                turn = Rerun(message=text, state=kept.state, language=language, forced=force_language, changes=changes)
                begin = begun(turn, Caller.within(self.settings.llm_turn_s, session_id, self.settings.llm_read_s))
                if said:
                    yield StreamEvent(event="reset")
                said = ""
                try:
                    async with self._recorder.turn(session_id, number, turn) as begin.trace:
                        handler = self._workflow.run(start_event=begin)
                        async for event in handler.stream_events():
                            if isinstance(event, Status):
                                told = say(f"status_{event.stage}", event.language)
                                yield StreamEvent(event="status", text=told, session_id=session_id)
                            elif isinstance(event, Said):
                                said += event.text
                                yield StreamEvent(event="token", text=event.text)
                        try:
                            checked = cast(Checked, await handler)
                        except WorkflowTimeoutError as error:
                            _log.warning("turn_timeout", session=session_id[:6], turn=number)
                            raise TurnTimeout() from error
                        if checked.violations:
                            found = [(v.kind, v.words) for v in checked.violations]
                            _log.warning("violations", turn=number, found=found)
                        reply = self._reply(session_id, number, checked)
                        await asyncio.to_thread(self._keep, reply, checked, kept.version)
                    break
                except TurnConflict:
                    # Another process finished a turn meanwhile: this one is worked out again, from what that one left.
                    if attempt == _ATTEMPTS:
                        raise
        # What was told already is not told again, but where the built-in text took its place.
        if not reply.reply.startswith(said):
            yield StreamEvent(event="reset")
            said = ""
        for piece in _pieces(reply.reply[len(said) :]):
            yield StreamEvent(event="token", text=piece)
        for citation in reply.citations:
            yield StreamEvent(event="citation", citation=citation)
        yield StreamEvent(event="done", reply=reply)

    def _keep(self, reply: Reply, checked: Checked, version: int) -> None:
        """Keep the reply with the state it led to, or delete the conversation where that is what was wished; raises
        `TurnConflict` and `SessionNotFound` as the store does."""
        if reply.deleted:
            self._store.delete(reply.session_id)
            return
        written, state = reply.model_dump(mode="json"), checked.draft.state.model_dump(mode="json")
        trace = self._recorder.ended(checked.trace)
        self._store.finish_turn(reply.session_id, reply.turn, written, state, version=version, trace=trace)

    def _reply(self, session_id: str, number: int, checked: Checked) -> Reply:
        draft, turn = checked.draft, checked.turn
        state: DialogueState = draft.state
        cited = set(MARK.findall(draft.text))
        decision = turn.findings.decision
        return Reply(
            session_id=session_id,
            turn=number,
            language=turn.understanding.language,
            reply=draft.text,
            intent=draft.intent,
            verified=checked.verified,
            composer=checked.composer,
            citations=tuple(c for c in checked.citations.all() if c.id in cited),
            requirements=_stated(state),
            missing=decision.missing if decision else ("workloads",),
            next_question=draft.next_question,
            suggestions=tuple(choice.text for choice in draft.quick_replies),
            quick_replies=draft.quick_replies,
            decision=decision,
            deleted=draft.deleted,
            versions=self.versions,
        )


def _stated(state: DialogueState) -> dict[FieldName, StatedValue]:
    return {
        name: StatedValue(value=slot.value, evidence=slot.evidence, source=slot.source)
        for name, slot in state.slots.items()
    }


async def _whole(turn: AsyncIterator[StreamEvent]) -> Reply:
    """The reply at the end of a turn."""
    async for event in turn:
        if event.reply is not None:
            return event.reply
    raise TurnTimeout()


def _pieces(text: str) -> list[str]:
    """A verified text in the pieces it is streamed in: lines, so that a table or a link never arrives torn."""
    return text.splitlines(keepends=True)


def build_advisor(
    settings: Settings | None = None,
    *,
    knowledge: KnowledgeSource | None = None,
    store: ConversationStore | None = None,
    planner: Planner | None = None,
    composer: Composer | None = None,
) -> Advisor:
    """A ready advisor. Raises `IndexMissing`, `IndexMismatch` or `IndexBusy` when the index can't be opened, and
    `TelemetryMissing`."""
    chosen = settings or Settings()
    telemetry = Telemetry.of(chosen)
    if knowledge is None:
        from assistant.knowledge.search import Knowledge

        knowledge = Knowledge.open(chosen)
    try:
        kept = store or ConversationStore(chosen.sqlalchemy_url)
    except BaseException:
        knowledge.close()
        raise
    versions = Versions(
        rules=rules_version(),
        corpus=knowledge.corpus,
        embedder=knowledge.embedder,
        program=importlib.metadata.version("advisor"),
    )
    chosen_planner, chosen_composer = planner or BuiltinPlanner(), composer or BuiltinComposer()
    return Advisor(chosen, knowledge, kept, chosen_planner, chosen_composer, versions, Endpoint.of(chosen), telemetry)
