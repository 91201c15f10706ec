"""The chat page as components: where each part stands, and the updates that fill it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from assistant.agent.reply import Language, Reply, SessionView, Suggestion
from assistant.bootstrap import Advisor
from ui import conversation
from ui.card import Card
from ui.checklist_panel import ChecklistPanel
from ui.labels import say
from ui.places import Places
from ui.prose import escape

Update = Any
Updates = dict[Any, Update]
_QUICK = 5


class Page:
    """Builds the page inside the current `gr.Blocks`; later calls return updates by component."""

    def __init__(self, advisor: Advisor, language: Language = "zh") -> None:
        self._advisor = advisor
        self._card = Card(Places(advisor).link, advisor.label, advisor.value_text)
        # Kept by the browser, so that a reload finds the conversation again, whichever process answers. Gradio hands
        # the key to every page, so it protects nothing; the session id itself is the secret.
        self.visit = gr.BrowserState(None, storage_key="advisor.visit", secret="advisor")
        with gr.Row(elem_id="top", equal_height=True):
            self.title = gr.HTML(_title(language), elem_id="brand")
            with gr.Row(elem_id="actions"):
                self.person = gr.Button(say("person", language), size="sm", elem_id="person", min_width=0)
                self.new = gr.Button(say("new", language), size="sm", elem_id="new", min_width=0)
                self.delete = gr.Button(say("delete", language), size="sm", elem_id="delete", min_width=0)
                self.toggle = gr.Button(say("other_language", language), size="sm", elem_id="language", min_width=0)
        self.tabs = gr.HTML(_tabs(language), elem_id="tabs")
        with gr.Row(elem_id="sure", visible=False) as self.sure:
            self.sure_text = gr.HTML(_sure(language))
            self.sure_yes = gr.Button(say("delete", language), variant="stop", size="sm", elem_id="sure-yes")
            self.sure_no = gr.Button(say("no", language), size="sm", elem_id="sure-no")
        with gr.Row(elem_id="main"):
            with gr.Column(scale=6, min_width=320, elem_id="talk"):
                self.chat = gr.Chatbot(
                    [],
                    show_label=False,
                    label=say("conversation", language),
                    elem_id="chat",
                    height="100%",
                    layout="bubble",
                    buttons=[],
                    feedback_options=None,
                    latex_delimiters=[],
                    sanitize_html=True,
                    allow_tags=False,
                    group_consecutive_messages=False,
                    allow_file_downloads=False,
                )
                with gr.Row(elem_id="quick"):
                    self.quick = [
                        gr.Button("", size="sm", visible=False, elem_classes="quick", min_width=0)
                        for _ in range(_QUICK)
                    ]
                with gr.Row(elem_id="composer", equal_height=True):
                    self.box = gr.Textbox(
                        show_label=False,
                        label=say("message", language),
                        placeholder=say("placeholder", language),
                        lines=1,
                        max_lines=6,
                        scale=8,
                        container=False,
                        autofocus=False,
                        elem_id="box",
                    )
                    self.send = gr.Button(
                        say("send", language), variant="primary", scale=1, min_width=72, elem_id="send"
                    )
                self.label = gr.HTML(_label(language), elem_id="machine-made")
            with gr.Column(scale=4, min_width=320, elem_id="side"):
                self.card = gr.HTML(self._card.html(None, language), elem_id="card")
                with gr.Column(elem_id="list"):
                    self.panel = ChecklistPanel(advisor.label, language)

    # ---- groups of outputs

    @property
    def talk(self) -> list[Any]:
        """What a turn changes while it runs."""
        return [self.visit, self.chat, self.box, *self.quick]

    @property
    def knowledge(self) -> list[Any]:
        """What follows from the requirements."""
        return [self.card, *self.panel.components]

    @property
    def everything(self) -> list[Any]:
        """Every component that a language or a restored conversation changes."""
        words = [
            self.title, self.person, self.new, self.delete, self.toggle, self.tabs, self.sure, self.sure_text,
            self.sure_yes, self.sure_no, self.send, self.label,
        ]  # fmt: skip
        return [*self.talk, *self.knowledge, *words, *self.panel.labelled]

    # ---- updates

    def messages(self, view: SessionView | None, language: Language) -> list[conversation.Message]:
        """The welcome, then every turn."""
        first = conversation.greeting(self._advisor.greeting(language), language)
        return [first, *(conversation.messages(view) if view else [])]

    def choices(self, view: SessionView | None, language: Language) -> tuple[Suggestion, ...]:
        """The quick replies on offer: those of the last reply, or the starters."""
        last = view.turns[-1].reply if view and view.turns else None
        if last is None:
            return tuple(self._advisor.starters(language))[:_QUICK]
        return offers_of(last)

    def offers(self, choices: Sequence[Suggestion]) -> Updates:
        """The quick reply buttons."""
        return {
            button: gr.update(value=choices[i].text, visible=True) if i < len(choices) else gr.update(visible=False)
            for i, button in enumerate(self.quick)
        }

    def decided(self, view: SessionView | None, language: Language, only: frozenset[str] | None = None) -> Updates:
        """Card and checklist; `only` names the fields whose editors may change under the visitor's hands."""
        updates: Updates = {self.card: self._card.html(view.decision if view else None, language)}
        editors = self.panel.values(view.requirements if view else {}, language)
        if only is not None:
            editors = {self.panel.editors[key]: editors[self.panel.editors[key]] for key in self.panel.keys_of(only)}
        return {**updates, **editors}

    def all(self, view: SessionView | None, visit: dict[str, Any], language: Language) -> Updates:
        """The whole page in one language."""
        return {
            self.visit: visit,
            self.chat: self.messages(view, language),
            self.box: gr.update(placeholder=say("placeholder", language), label=say("message", language)),
            **self.offers(self.choices(view, language)),
            **self.decided(view, language),
            **self.panel.labels(language),
            self.title: _title(language),
            self.person: say("person", language),
            self.new: say("new", language),
            self.delete: say("delete", language),
            self.toggle: say("other_language", language),
            self.tabs: _tabs(language),
            self.sure: gr.update(visible=False),
            self.sure_text: _sure(language),
            self.sure_yes: say("delete", language),
            self.sure_no: say("keep", language),
            self.send: say("send", language),
            self.label: _label(language),
        }


def offers_of(reply: Reply) -> tuple[Suggestion, ...]:
    """A reply's quick replies, or its plain suggestions where it has none."""
    return (reply.quick_replies or tuple(Suggestion(text=text) for text in reply.suggestions))[:_QUICK]


def _title(language: Language) -> str:
    code = "zh-CN" if language == "zh" else "en"
    return (
        f'<div class="brand" data-lang="{code}"><img src="/advisor-static/mark.svg" alt="" width="34" height="34">'
        f"<div><h1>{escape(say('title', language))}</h1><p>{escape(say('tagline', language))}</p></div></div>"
    )


def _tabs(language: Language) -> str:
    """The switch of the narrow layout; the script in the page's head answers it."""
    names = (("chat", "tab_chat"), ("card", "tab_card"), ("list", "tab_list"))
    buttons = "".join(
        f'<button type="button" role="tab" data-pane="{pane}">{escape(say(key, language))}</button>'
        for pane, key in names
    )
    return f'<div class="tabs" role="tablist">{buttons}</div>'


def _sure(language: Language) -> str:
    return f'<p class="sure">{escape(say("delete_sure", language))}</p>'


def _label(language: Language) -> str:
    return f'<p class="machine-made">{escape(say("machine_made", language))}</p>'
