"""The thumbs under an answer, and the comment that a thumb down may carry.

A chat message passes a sanitizer that drops `data-` and `aria-` attributes and text areas. So the answer is named in an
`id` and a thumb in its `value`; the page's script (`static/feedback.js`) adds the rest, sends, and tells the outcome.
Gradio's own thumbs speak the browser's language, sit under notices too, and show as given what could not be kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Self

from assistant.agent.reply import Language, Reply, SessionView
from assistant.store.feedback import LOW, Feedback
from ui.labels import say
from ui.prose import escape

# The lowest rating that shows as a thumb up; between the two no thumb is shown as given.
_HIGH = 4


class Rated(SessionView):
    """A conversation with what its owner thinks of the answers, by turn."""

    feedback: Mapping[int, Feedback] = {}

    @classmethod
    def of(cls, view: SessionView, given: Mapping[int, Feedback]) -> Self:
        """The same conversation with these opinions."""
        return cls(**dict(view), feedback=given)


def given(view: SessionView) -> Mapping[int, Feedback]:
    """The opinions that a view carries."""
    return view.feedback if isinstance(view, Rated) else {}


def mark(view: SessionView) -> str:
    """What is thought of a conversation, short; "" while nothing is."""
    told = sorted((turn, kept.rating, kept.comment) for turn, kept in given(view).items())
    return sha256(repr(told).encode()).hexdigest()[:8] if told else ""


def thumbs(language: Language) -> str:
    """The two thumbs."""
    buttons = "".join(
        f'<button type="button" class="thumb" value="{value}" title="{_said(f"feedback.{value}", language)}"></button>'
        for value in ("up", "down")
    )
    return f'<span class="thumbs" role="group" title="{_said("feedback", language)}">{buttons}</span>'


def opinion(foot: str, reply: Reply, language: Language, kept: Feedback | None) -> str:
    """The end of an answer: its foot, which holds the thumbs, and the place for a comment."""
    shown = ["opinion"]
    if kept is not None and (kept.rating <= LOW or kept.rating >= _HIGH):
        shown.append("down" if kept.rating <= LOW else "up")
    comment = kept.comment if kept is not None else None
    if comment:
        shown.append("commented")
    # A blank line would end the HTML block.
    words = escape(comment or "").replace("\n", "&#10;")
    return (
        f'<div class="{" ".join(shown)}" id="{escape(reply.session_id)}.{reply.turn}">{foot}'
        f'<details class="why"><summary><span class="ask">{_said("feedback.why", language)}</span>'
        f'<span class="edit">{_said("feedback.edit", language)}</span></summary>'
        f'<span class="kept" hidden>{words}</span>'
        f'<button type="button" class="submit">{_said("feedback.send", language)}</button></details>'
        f'<p class="told" role="status"></p><span class="thanks" hidden>{_said("feedback.thanks", language)}</span>'
        f'<span class="lost" hidden>{_said("feedback.lost", language)}</span></div>'
    )


def _said(key: str, language: Language) -> str:
    return escape(say(key, language))
