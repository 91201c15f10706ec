"""The chat page: what happens when a visitor writes, chooses, edits, switches language, begins anew or deletes.

The page holds no conversation. The browser keeps a session id; everything shown is read back from the advisor.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from time import perf_counter
from typing import Any

import gradio as gr
from fastapi import FastAPI

from assistant.agent.reply import Language, Reply, SessionView, Suggestion
from assistant.bootstrap import Advisor
from assistant.errors import AdvisorError, InputError, SessionNotFound
from ui import conversation, theme
from ui.api.guard import accepted_language
from ui.api.metrics import Metrics
from ui.api.problems import record
from ui.beginnings import Beginnings
from ui.carried import Carried
from ui.checklist_panel import merged
from ui.feedback import Rated
from ui.fields import FIELDS, Field, shown
from ui.labels import say
from ui.page import Page, Updates, offers_of
from ui.typed import BadText, value_of
from ui.visit import KEEP, NEWEST, Visit, knows_language, mark, mark_after

# Turns that run at the same time; Gradio's default is one per event for all visitors together.
_CONCURRENCY = 32
_WAITING = 200


class ChatPage:
    """The handlers over one advisor."""

    def __init__(self, advisor: Advisor, metrics: Metrics) -> None:
        self._advisor = advisor
        self._metrics = metrics
        self._beginnings = Beginnings()
        self._carried = Carried()
        with gr.Blocks(analytics_enabled=False, title=say("title", "zh"), fill_height=True, fill_width=True) as blocks:
            self.page = Page(advisor)
            self._wire(blocks)
        self.blocks = blocks

    def _wire(self, blocks: gr.Blocks) -> None:
        page = self.page
        hidden: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        # Only what streams goes through the queue: an event that joins it while the one before it ends can lose its
        # answer, since the browser may still hold the closing stream for an open one.
        direct: dict[str, Any] = {**hidden, "queue": False}
        blocks.load(self.restore, page.visit, page.everything, js=NEWEST, **direct)
        page.visit.change(None, page.visit, None, js=KEEP)
        page.look.click(self.look, page.visit, page.followed, js=NEWEST, **direct)
        turns = [
            gr.on([page.box.submit, page.send.click], self.write, [page.box, page.visit], page.talk, **hidden),
            page.person.click(self.ask_for_person, page.visit, page.talk, **hidden),
            *(button.click(self.choose, [button, page.visit], page.talk, **hidden) for button in page.quick),
        ]
        for turn in turns:
            turn.then(self.refresh, page.visit, page.followed, **direct)
        for field in FIELDS:
            editor = page.panel.editors[field.key]
            triggers = _triggers(field, editor)
            outputs = [*page.talk, *page.knowledge]
            # "once" would drop an edit made while the one before it is being answered.
            gr.on(triggers, self._editing(field), [editor, page.visit], outputs, trigger_mode="always_last", **direct)
        page.toggle.click(self.switch_language, page.visit, page.everything, **direct)
        page.new.click(self.begin, page.visit, page.everything, cancels=turns, **hidden)
        page.back.click(self.go_back, page.visit, page.everything, **direct)
        page.delete.click(self.ask_if_sure, page.visit, [page.sure, page.sure_no], **hidden)
        page.sure_no.click(lambda: gr.update(visible=False), None, page.sure, **direct)
        page.sure_yes.click(self.forget, page.visit, page.everything, cancels=turns, **hidden)

    async def _view(self, session: str | None) -> SessionView | None:
        if session is None:
            return None
        try:
            return Rated.of(await self._advisor.session(session), await self._advisor.feedback(session))
        except SessionNotFound:
            return None

    # ---- turns

    async def write(self, text: str, kept: Any, request: gr.Request) -> AsyncGenerator[Updates]:
        """Send what was typed."""
        async with aclosing(self._turn(text or "", kept, request)) as turn:
            async for updates in turn:
                yield updates

    async def ask_for_person(self, kept: Any, request: gr.Request) -> AsyncGenerator[Updates]:
        """The way to a person is a message like any other."""
        async with aclosing(self._turn(say("person_message", Visit.read(kept).language), kept, request)) as turn:
            async for updates in turn:
                yield updates

    async def choose(self, text: str, kept: Any, request: gr.Request) -> AsyncGenerator[Updates]:
        """Send a quick reply; the one on offer under that text also sets its field."""
        async with aclosing(self._turn(text, kept, request, offered=True)) as turn:
            async for updates in turn:
                yield updates

    async def _turn(
        self, text: str, kept: Any, request: gr.Request, *, offered: bool = False
    ) -> AsyncGenerator[Updates]:
        page, visit = self.page, Visit.read(kept)
        language = visit.language
        if not text.strip():
            yield {page.box: gr.skip()}
            return
        async with self._beginnings.of(request.session_hash, visit.session) as beginning:
            view = await self._view(beginning.session)
            before = page.messages(view, language)
            if beginning.session is not None and view is None:
                before.append(conversation.notice(say("session_gone", language)))
            choice = self._chosen(text, view, language) if offered else None
            before.append(conversation.said(text))
            waiting = conversation.waiting(say("looking", language))
            yield {page.chat: [*before, waiting], page.box: "", page.back: gr.update(visible=False), **page.offers(())}
            try:
                async with aclosing(self._told(text, view, choice, before, visit)) as told:
                    async for session, updates in told:
                        beginning.session = session
                        yield updates
                if beginning.session is None:
                    self._beginnings.drop(request.session_hash)
            except InputError as error:
                # Nothing was stored: the words go back into the box.
                yield {
                    page.chat: [*before, conversation.notice(error.message(language))],
                    page.box: text[: self._advisor.settings.max_message_chars],
                    **page.way_back(visit),
                    **page.offers(page.choices(view, language, visit.offered)),
                }
            except AdvisorError as error:
                self._metrics.failures.inc()
                yield await self._unanswered(error.message(language), text, before, visit, beginning.session)
            except Exception as error:  # noqa: BLE001 - the boundary to a person: recorded, told without its insides
                self._metrics.failures.inc()
                record(error, "chat page")
                yield await self._unanswered(say("failed", language), text, before, visit, beginning.session)

    def _chosen(self, text: str, view: SessionView | None, language: Language) -> Suggestion | None:
        """The quick reply under a text, whichever language it was offered in."""
        on_offer = [choice for spoken in (None, "zh", "en") for choice in self.page.choices(view, language, spoken)]
        return next((choice for choice in on_offer if choice.text == text), None)

    async def _unanswered(
        self, problem: str, text: str, before: list[conversation.Message], visit: Visit, session: str | None
    ) -> Updates:
        """The message is kept, but there is no reply to it: what went wrong, and the words in the box again."""
        shown = mark(await self._view(session), self.page.patience)
        return {
            self.page.visit: visit.at(session, shown=shown).kept(),
            self.page.chat: [*before, conversation.notice(problem)],
            self.page.box: text,
        }

    async def _told(
        self,
        text: str,
        view: SessionView | None,
        choice: Suggestion | None,
        before: list[conversation.Message],
        visit: Visit,
    ) -> AsyncGenerator[tuple[str | None, Updates]]:
        """The turn as it is told: status lines, the text as it grows, and the whole reply; each with its session."""
        page = self.page
        started, written = perf_counter(), ""
        session = view.session_id if view else None
        shown = mark_after(view, page.patience)
        turn = self._advisor.stream(text, session_id=session, language=visit.language, choice=choice)
        counted = self._carried.events(turn, lambda reply: self._metrics.turn(reply, perf_counter() - started))
        async with aclosing(counted) as events:
            async for event in events:
                if event.event == "status" and event.text:
                    updates: Updates = {page.chat: [*before, conversation.waiting(event.text)]}
                    if event.session_id is not None and event.session_id != session:
                        # Told at once: a page that is reloaded now finds the conversation it has just begun.
                        session = event.session_id
                        visit = visit.at(session)
                        updates[page.visit] = visit.kept()
                    yield session, updates
                elif event.event == "reset":
                    written = ""
                elif event.event == "token" and event.text:
                    written += event.text
                    yield session, {page.chat: [*before, conversation.partial(written)]}
                elif event.reply is not None and event.reply.deleted:
                    yield None, self._deleted(text, event.reply, visit)
                elif event.reply is not None:
                    session = event.reply.session_id
                    yield (
                        session,
                        {
                            page.visit: visit.at(session, shown=shown).kept(),
                            page.chat: [*before, conversation.answered(event.reply, visit.language)],
                            **page.offers(offers_of(event.reply)),
                        },
                    )

    def _deleted(self, text: str, reply: Reply, visit: Visit) -> Updates:
        """The turn deleted the conversation: its last words stay in sight, and the next message begins anew."""
        page = self.page
        last = [*page.messages(None, visit.language), conversation.said(text), conversation.answered(reply)]
        return {page.visit: visit.at(None).kept(), page.chat: last, **page.offers(page.choices(None, visit.language))}

    async def refresh(self, kept: Any) -> Updates:
        """Card and checklist after a turn; only the fields that it changed are touched."""
        visit = Visit.read(kept)
        view = await self._view(visit.session)
        changed = _changed(view, max(0, visit.answered - 1))
        if view is not None and visit.shown != mark(view, self.page.patience):
            # Another tab or process spoke in between.
            return self.page.follow(view, replace(visit, shown=mark(view, self.page.patience)), changed)
        return self.page.decided(view, visit.language, changed)

    async def look(self, kept: Any, request: gr.Request) -> Updates:
        """What another tab did is shown here too; when nothing changed, nothing is touched."""
        own, visit = Visit.read(kept), Visit.newest(kept)
        view = await self._view(visit.session)
        if view is None and visit.session is not None:
            visit = visit.at(None)
        visit = replace(visit, shown=mark(view, self.page.patience))
        if (visit.session, visit.previous, visit.shown) == (own.session, own.previous, own.shown):
            return {self.page.visit: gr.skip() if visit.since == own.since else visit.kept()}
        if visit.session == own.session:
            return self.page.follow(view, visit, _changed(view, own.answered))
        self._beginnings.drop(request.session_hash)
        updates = self.page.follow(view, replace(visit, offered=None))
        if own.session is not None and visit.session is None and visit.previous is None:
            updates[self.page.chat] = self._nothing_left(visit.language)
        return updates

    def _nothing_left(self, language: Language) -> list[conversation.Message]:
        return [conversation.notice(say("deleted", language)), *self.page.messages(None, language)]

    # ---- the checklist

    def _editing(self, field: Field) -> Callable[..., Awaitable[Updates]]:
        async def edit(entered: Any, kept: Any, request: gr.Request) -> Updates:
            return await self.edit(field, entered, kept, request)

        return edit

    async def edit(self, field: Field, entered: Any, kept: Any, request: gr.Request) -> Updates:
        """One editor was left, or a choice made: the same as saying it. A value that can't be used changes nothing."""
        page, visit = self.page, Visit.read(kept)
        language = visit.language
        async with self._beginnings.of(request.session_hash, visit.session) as beginning:
            view = await self._view(beginning.session)
            requirements = view.requirements if view else {}
            stated = requirements.get(field.name)
            if (entered or None) == (shown(field, stated.value if stated else None, language) or None):
                return {page.box: gr.skip()}
            try:
                value = merged(field, value_of(field, entered), requirements)
                session = view.session_id if view else None
                reply = await self._advisor.edit(session, {field.name: value}, language=language)
            except (BadText, AdvisorError) as error:
                return page.panel.refused(field, requirements, language, error.message(language))
            beginning.session = reply.session_id
        answered = visit.answered if view else 0
        view = await self._view(reply.session_id)
        changed = _changed(view, answered) | {field.name}
        updates = page.follow(view, visit.at(reply.session_id, shown=mark(view, page.patience)), changed)
        own = updates[page.panel.editors[field.key]]
        if own.get("value") == entered:
            # It stands there already, and by now the visitor may have begun to write something else.
            del own["value"]
        return updates

    # ---- the page as a whole

    async def restore(self, kept: Any, request: gr.Request) -> Updates:
        """A page was opened: its conversation and language come back; a new visitor gets the browser's language."""
        visit = Visit.newest(kept)
        if not knows_language(kept):
            accepted = accepted_language(request.headers.get("accept-language")) or "zh"
            visit = replace(visit, language=accepted)
        view = await self._view(visit.session)
        previous = visit.previous if view is None and await self._view(visit.previous) else None
        session = view.session_id if view else None
        visit = replace(visit, session=session, previous=previous, shown=mark(view, self.page.patience))
        return self.page.all(view, visit)

    async def switch_language(self, kept: Any) -> Updates:
        """Everything in the other language, the quick replies too; what was said stays as it was said."""
        visit = Visit.read(kept)
        other: Language = "en" if visit.language == "zh" else "zh"
        view = await self._view(visit.session)
        return self.page.all(view, replace(visit, language=other, offered=other, shown=mark(view, self.page.patience)))

    async def begin(self, kept: Any, request: gr.Request) -> Updates:
        """A new conversation; the old one stays within reach until something is said in the new one."""
        self._beginnings.drop(request.session_hash)
        visit = Visit.read(kept)
        view = await self._view(visit.session)
        aside = visit.at(None, previous=view.session_id if view else visit.previous)
        return {**self.page.all(None, aside), self.page.box: ""}

    async def go_back(self, kept: Any, request: gr.Request) -> Updates:
        """The conversation that was put aside."""
        self._beginnings.drop(request.session_hash)
        visit = Visit.read(kept)
        view = await self._view(visit.previous)
        return self.page.all(view, visit.at(view.session_id if view else None, shown=mark(view, self.page.patience)))

    async def ask_if_sure(self, kept: Any) -> Updates:
        """Deleting can't be undone, so it takes two clicks."""
        visit = Visit.read(kept)
        if not any([await self._view(session) for session in (visit.session, visit.previous)]):
            gr.Info(say("nothing_to_delete", visit.language))
            return {self.page.sure: gr.update(visible=False)}
        return {self.page.sure: gr.update(visible=True), self.page.sure_no: say("keep", visit.language)}

    async def forget(self, kept: Any, request: gr.Request) -> Updates:
        """Delete the conversation with all that belongs to it, and the one put aside."""
        self._beginnings.drop(request.session_hash)
        visit = Visit.read(kept)
        for session in filter(None, (visit.session, visit.previous)):
            with suppress(SessionNotFound):
                await self._advisor.forget(session)
        updates = {**self.page.all(None, visit.at(None)), self.page.box: ""}
        updates[self.page.chat] = self._nothing_left(visit.language)
        return updates


def _triggers(field: Field, editor: Any) -> list[Any]:
    """The events by which a visitor says that an editor's content is meant."""
    if field.editor == "kinds":
        return [editor.input]
    # A single choice fires `input` twice, and the second would begin a conversation of its own.
    return [editor.select] if field.editor in ("choice", "flag") else [editor.submit, editor.blur]


def _changed(view: SessionView | None, answered: int) -> frozenset[str]:
    """The fields that changed since a page showed so many replies; all of them when there is nothing to compare with.

    Only these are drawn again: the visitor may be typing in another one at this moment.
    """
    every = frozenset(field.name for field in FIELDS)
    if view is None:
        return every
    told = [turn.reply.requirements for turn in view.turns if turn.reply]
    # With several processes an earlier message may be answered after a later one, so each reply since is compared.
    since = told[answered - 1 :] if answered else [{}, *told]
    return frozenset(name for name in every if any(view.requirements.get(name) != then.get(name) for then in since))


def mount(app: FastAPI, advisor: Advisor, metrics: Metrics) -> None:
    """Put the page at the root of `app`; routes added before it come first."""
    blocks = ChatPage(advisor, metrics).blocks
    blocks.queue(default_concurrency_limit=_CONCURRENCY, max_size=_WAITING, api_open=False)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=theme.theme(),
        head=theme.head(),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        pwa=False,
        max_file_size="1b",
    )
