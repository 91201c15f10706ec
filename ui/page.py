"""The chat page as components: where each part stands, and the updates that fill it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
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
from ui.visit import Visit

Update = Any
Updates = dict[Any, Update]
_QUICK = 5
# A turn that takes its whole time still has to be written down.
_GRACE = timedelta(seconds=5)


class Page:
    """Builds the page inside the current `gr.Blocks`; later calls return updates by component."""

    def __init__(self, advisor: Advisor, language: Language = "zh") -> None:
        self._advisor = advisor
        # How old a message without a reply may be and still get one.
        self.patience = timedelta(seconds=advisor.settings.longest_turn_s) + _GRACE
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
                # Nobody sees this button; the page's script presses it when another tab may have done something.
                self.look = gr.Button("", elem_id="look", min_width=0)
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
                self.back = gr.Button(say("back", language), size="sm", visible=False, elem_id="back", min_width=0)
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
        return [self.visit, self.chat, self.box, self.back, *self.quick]

    @property
    def followed(self) -> list[Any]:
        """What may have changed in another tab; what is being written here is not among it."""
        return [self.visit, self.chat, self.back, *self.quick, *self.knowledge]

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
        return [first, *(conversation.messages(view, language, self.patience) if view else [])]

    def choices(
        self, view: SessionView | None, language: Language, offered: Language | None = None
    ) -> tuple[Suggestion, ...]:
        """The quick replies on offer: those of the last reply, or the starters.

        They speak the reply's language, unless the visitor has switched the page to `offered` since.
        """
        last = next((turn.reply for turn in reversed(view.turns) if turn.reply), None) if view else None
        if last is None:
            return tuple(self._advisor.starters(offered or language))[:_QUICK]
        if offered is None or offered == last.language:
            return offers_of(last)
        return tuple(self._translated(choice, offered) for choice in offers_of(last))

    def _translated(self, choice: Suggestion, language: Language) -> Suggestion:
        """The same choice in other words; what sets no field is only its words and stays."""
        if choice.field is None:
            return choice
        options = self._advisor.options(choice.field, language)
        return next((option for option in options if option.value == choice.value), choice)

    def offers(self, choices: Sequence[Suggestion]) -> Updates:
        """The quick reply buttons."""
        return {
            button: gr.update(value=choices[i].text, visible=True) if i < len(choices) else gr.update(visible=False)
            for i, button in enumerate(self.quick)
        }

    def decided(self, view: SessionView | None, language: Language, only: frozenset[str] | None = None) -> Updates:
        """Card and checklist; `only` names the fields whose editors may change under the visitor's hands."""
        updates: Updates = {self.card: self._drawn(view, language)}
        editors = self.panel.values(view.requirements if view else {}, language)
        if only is not None:
            editors = {self.panel.editors[key]: editors[self.panel.editors[key]] for key in self.panel.keys_of(only)}
        return {**updates, **editors}

    def _drawn(self, view: SessionView | None, language: Language) -> str:
        """The card, with marks by which the page's script sees which pane has something new, in whatever language."""
        decision = view.decision if view else None
        stated = sorted((name, value.model_dump_json()) for name, value in view.requirements.items()) if view else []
        marks = {
            "chat": str(len(view.turns)) if view else "0",
            "card": _digest(decision.model_dump_json()) if decision else "",
            "list": _digest(repr(stated)) if stated else "",
        }
        attributes = "".join(f' data-{pane}="{value}"' for pane, value in marks.items())
        return f'<div class="marks"{attributes}>{self._card.html(decision, language)}</div>'

    def way_back(self, visit: Visit) -> Updates:
        """The control that brings the conversation put aside back, while there is one."""
        visible = visit.session is None and visit.previous is not None
        return {self.back: gr.update(value=say("back", visit.language), visible=visible)}

    def follow(self, view: SessionView | None, visit: Visit, only: frozenset[str] | None = None) -> Updates:
        """The conversation as it is kept, and what follows from it."""
        return {
            self.visit: visit.kept(),
            self.chat: self.messages(view, visit.language),
            **self.way_back(visit),
            **self.offers(self.choices(view, visit.language, visit.offered)),
            **self.decided(view, visit.language, only),
        }

    def all(self, view: SessionView | None, visit: Visit) -> Updates:
        """The whole page in one language."""
        language = visit.language
        return {
            **self.follow(view, visit),
            self.box: gr.update(placeholder=say("placeholder", language), label=say("message", language)),
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


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def _title(language: Language) -> str:
    code = "zh-CN" if language == "zh" else "en"
    return (
        f'<div class="brand" data-lang="{code}"><img src="/advisor-static/mark.svg" alt="" width="34" height="34">'
        f"<div><h1>{escape(say('title', language))}</h1><p>{escape(say('tagline', language))}</p></div></div>"
    )


def _tabs(language: Language) -> str:
    """The switch of the narrow layout; the script in the page's head answers it."""
    names = (("chat", "tab_chat"), ("card", "tab_card"), ("list", "tab_list"))
    news = f'<span class="news" role="img" aria-label="{escape(say("news", language))}"></span>'
    buttons = "".join(
        f'<button type="button" role="tab" data-pane="{pane}">{escape(say(key, language))}{news}</button>'
        for pane, key in names
    )
    return f'<div class="tabs" role="tablist">{buttons}</div>'


def _sure(language: Language) -> str:
    return f'<p class="sure">{escape(say("delete_sure", language))}</p>'


def _label(language: Language) -> str:
    return f'<p class="machine-made">{escape(say("machine_made", language))}</p>'
