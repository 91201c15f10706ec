"""The chat page: what happens when a visitor writes, chooses, edits, switches language, begins anew or deletes.

The page holds no conversation. The browser keeps a session id; everything shown is read back from the advisor.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
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
from ui.checklist_panel import merged
from ui.fields import FIELDS, Field, shown
from ui.labels import say
from ui.page import Page, Updates, offers_of
from ui.typed import BadText, value_of

Visit = dict[str, Any]
# Turns that run at the same time; Gradio's default is one per event for all visitors together.
_CONCURRENCY = 32
_WAITING = 200


def _visit(kept: Any) -> tuple[str | None, Language]:
    """Session id and language as the browser kept them; anything else it may hold counts as nothing."""
    if not isinstance(kept, dict):
        return None, "zh"
    session, language = kept.get("session"), kept.get("language")
    return (session if isinstance(session, str) and session else None), ("en" if language == "en" else "zh")


class ChatPage:
    """The handlers over one advisor."""

    def __init__(self, advisor: Advisor, metrics: Metrics) -> None:
        self._advisor = advisor
        self._metrics = metrics
        self._beginnings = Beginnings()
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
        blocks.load(self.restore, page.visit, page.everything, **direct)
        turns = [
            gr.on([page.box.submit, page.send.click], self.write, [page.box, page.visit], page.talk, **hidden),
            page.person.click(self.ask_for_person, page.visit, page.talk, **hidden),
            *(button.click(self.choose, [button, page.visit], page.talk, **hidden) for button in page.quick),
        ]
        for turn in turns:
            turn.then(self.refresh, page.visit, page.knowledge, **direct)
        for field in FIELDS:
            editor = page.panel.editors[field.key]
            triggers = _triggers(field, editor)
            outputs = [*page.talk, *page.knowledge]
            # "once" would drop an edit made while the one before it is being answered.
            gr.on(triggers, self._editing(field), [editor, page.visit], outputs, trigger_mode="always_last", **direct)
        page.toggle.click(self.switch_language, page.visit, page.everything, **direct)
        page.new.click(self.begin, page.visit, page.everything, cancels=turns, **hidden)
        page.delete.click(self.ask_if_sure, page.visit, [page.sure, page.sure_no], **hidden)
        page.sure_no.click(lambda: gr.update(visible=False), None, page.sure, **direct)
        page.sure_yes.click(self.forget, page.visit, page.everything, cancels=turns, **hidden)

    async def _view(self, session: str | None) -> SessionView | None:
        if session is None:
            return None
        try:
            return await self._advisor.session(session)
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
        async with aclosing(self._turn(say("person_message", _visit(kept)[1]), kept, request)) as turn:
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
        page = self.page
        session, language = _visit(kept)
        if not text.strip():
            yield {page.box: gr.skip()}
            return
        async with self._beginnings.of(request.session_hash, session) as beginning:
            view = await self._view(beginning.session)
            before = page.messages(view, language)
            if beginning.session is not None and view is None:
                before.append(conversation.notice(say("session_gone", language)))
            choice = next((c for c in page.choices(view, language) if c.text == text), None) if offered else None
            before.append(conversation.said(text))
            waiting = conversation.waiting(say("looking", language))
            yield {page.chat: [*before, waiting], page.box: "", **page.offers(())}
            try:
                async with aclosing(self._told(text, view, choice, before, language)) as told:
                    async for reply, updates in told:
                        beginning.session = reply.session_id if reply else beginning.session
                        yield updates
            except InputError as error:
                # Nothing was stored: the words go back into the box.
                yield {
                    page.chat: [*before, conversation.notice(error.message(language))],
                    page.box: text[: self._advisor.settings.max_message_chars],
                    **page.offers(page.choices(view, language)),
                }
            except AdvisorError as error:
                self._metrics.failures.inc()
                yield {page.chat: [*before, conversation.notice(error.message(language))], page.box: text}
            except Exception as error:  # noqa: BLE001 - the boundary to a person: recorded, told without its insides
                self._metrics.failures.inc()
                record(error, "chat page")
                yield {page.chat: [*before, conversation.notice(say("failed", language))], page.box: text}

    async def _told(
        self,
        text: str,
        view: SessionView | None,
        choice: Suggestion | None,
        before: list[conversation.Message],
        language: Language,
    ) -> AsyncGenerator[tuple[Reply | None, Updates]]:
        """The turn as it is told: status lines, the text as it grows, and the whole reply."""
        page = self.page
        started, written = perf_counter(), ""
        session = view.session_id if view else None
        async for event in self._advisor.stream(text, session_id=session, language=language, choice=choice):
            if event.event == "status" and event.text:
                yield None, {page.chat: [*before, conversation.waiting(event.text)]}
            elif event.event == "token" and event.text:
                written += event.text
                yield None, {page.chat: [*before, conversation.partial(written)]}
            elif event.reply is not None:
                self._metrics.turn(event.reply, perf_counter() - started)
                yield (
                    event.reply,
                    {
                        page.visit: {"session": event.reply.session_id, "language": language},
                        page.chat: [*before, conversation.answered(event.reply)],
                        **page.offers(offers_of(event.reply)),
                    },
                )

    async def refresh(self, kept: Any) -> Updates:
        """Card and checklist after a turn; only the fields that it changed are touched."""
        session, language = _visit(kept)
        view = await self._view(session)
        return self.page.decided(view, language, _changed(view))

    # ---- the checklist

    def _editing(self, field: Field) -> Callable[..., Awaitable[Updates]]:
        async def edit(entered: Any, kept: Any, request: gr.Request) -> Updates:
            return await self.edit(field, entered, kept, request)

        return edit

    async def edit(self, field: Field, entered: Any, kept: Any, request: gr.Request) -> Updates:
        """One editor was left, or a choice made: the same as saying it. A value that can't be used changes nothing."""
        page = self.page
        session, language = _visit(kept)
        async with self._beginnings.of(request.session_hash, session) as beginning:
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
        view = await self._view(reply.session_id)
        decided = page.decided(view, language, _changed(view) | {field.name})
        own = decided[page.panel.editors[field.key]]
        if own.get("value") == entered:
            # It stands there already, and by now the visitor may have begun to write something else.
            del own["value"]
        return {
            page.visit: {"session": reply.session_id, "language": language},
            page.chat: page.messages(view, language),
            **page.offers(page.choices(view, language)),
            **decided,
        }

    # ---- the page as a whole

    async def restore(self, kept: Any, request: gr.Request) -> Updates:
        """A page was opened: its conversation and language come back; a new visitor gets the browser's language."""
        session, language = _visit(kept)
        if not isinstance(kept, dict) or kept.get("language") not in ("zh", "en"):
            language = accepted_language(request.headers.get("accept-language")) or "zh"
        view = await self._view(session)
        visit = {"session": view.session_id if view else None, "language": language}
        return self.page.all(view, visit, language)

    async def switch_language(self, kept: Any) -> Updates:
        """Everything in the other language; what was said stays as it was said."""
        session, language = _visit(kept)
        other: Language = "en" if language == "zh" else "zh"
        return self.page.all(await self._view(session), {"session": session, "language": other}, other)

    async def begin(self, kept: Any, request: gr.Request) -> Updates:
        """A new conversation; the old one stays where it is until it is deleted."""
        self._beginnings.drop(request.session_hash)
        language = _visit(kept)[1]
        return {**self.page.all(None, {"session": None, "language": language}, language), self.page.box: ""}

    async def ask_if_sure(self, kept: Any) -> Updates:
        """Deleting can't be undone, so it takes two clicks."""
        session, language = _visit(kept)
        if await self._view(session) is None:
            gr.Info(say("nothing_to_delete", language))
            return {self.page.sure: gr.update(visible=False)}
        return {self.page.sure: gr.update(visible=True), self.page.sure_no: say("keep", language)}

    async def forget(self, kept: Any, request: gr.Request) -> Updates:
        """Delete the conversation with all that belongs to it."""
        session, language = _visit(kept)
        if session is not None:
            try:
                await self._advisor.forget(session)
            except SessionNotFound:
                session = None
        updates = await self.begin(kept, request)
        updates[self.page.chat] = [
            conversation.notice(say("deleted", language)),
            *self.page.messages(None, language),
        ]
        return updates


def _triggers(field: Field, editor: Any) -> list[Any]:
    """The events by which a visitor says that an editor's content is meant."""
    if field.editor == "kinds":
        return [editor.input]
    # A single choice fires `input` twice, and the second would begin a conversation of its own.
    return [editor.select] if field.editor in ("choice", "flag") else [editor.submit, editor.blur]


def _changed(view: SessionView | None) -> frozenset[str]:
    """The fields that the last turn changed; all of them when there is nothing to compare with.

    Only these are drawn again: the visitor may be typing in another one at this moment.
    """
    every = frozenset(field.name for field in FIELDS)
    if view is None or not view.turns:
        return every
    last = view.turns[-2].reply if len(view.turns) > 1 else None
    if len(view.turns) > 1 and last is None:
        return every
    before = last.requirements if last else {}
    return frozenset(name for name in every if view.requirements.get(name) != before.get(name))


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
