"""A conversation as chat messages: HTML that is ours alone, on one line each.

A chat component reads its messages as Markdown. A message that is a single HTML block without a blank line passes
through that untouched, so what stands in it was rendered and escaped here, once, for visitors and advisor alike.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from assistant.agent.reply import Citation, Language, Reply, SessionView
from assistant.store.feedback import Feedback
from ui import feedback
from ui.labels import say
from ui.prose import escape, one_line, to_html
from ui.visit import is_waiting

Message = dict[str, Any]


def said(text: str) -> Message:
    """What the visitor wrote, literally."""
    lines = escape(text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "<br>")
    return {"role": "user", "content": f'<div class="said">{lines}</div>'}


def _answer(body: str) -> Message:
    return {"role": "assistant", "content": one_line(body)}


def waiting(status: str) -> Message:
    """The line that shows at once, before there is any text."""
    return _answer(f'<div class="status"><span class="pulse"></span>{escape(status)}</div>')


def partial(text: str) -> Message:
    """A reply while it arrives."""
    return _answer(f'<div class="reply arriving">{to_html(text)}</div>')


def awaited(status: str) -> Message:
    """The place of a reply that is being worked out, but not for this page: it looks again until it is there."""
    return _answer(f'<div class="status elsewhere"><span class="pulse"></span>{escape(status)}</div>')


def notice(text: str) -> Message:
    """A word from the page itself, such as what went wrong."""
    return _answer(f'<div class="notice" role="alert">{escape(text)}</div>')


def greeting(markdown: str, language: Language) -> Message:
    """The first words, before there is a conversation."""
    return _answer(f'<div class="reply">{to_html(markdown)}</div>{_foot(language, verified=False)}')


def answered(reply: Reply, language: Language | None = None, kept: Feedback | None = None) -> Message:
    """A whole reply with its sources under it; with thumbs in the page's `language`, where it can be judged."""
    links = {citation.id: citation.url for citation in reply.citations}
    body = f'<div class="reply">{to_html(reply.reply, links)}</div>'
    if reply.citations:
        body += _sources(reply.citations, reply.language)
    thumbs = feedback.thumbs(language) if language else ""
    foot = _foot(reply.language, verified=reply.verified, thumbs=thumbs)
    return _answer(body + (feedback.opinion(foot, reply, language, kept) if language else foot))


def messages(view: SessionView, language: Language, patience: timedelta) -> list[Message]:
    """Every turn that is kept; one without a reply says whether there may still be one."""
    shown: list[Message] = []
    opinions = feedback.given(view)
    for turn in view.turns:
        shown.append(said(turn.message))
        if turn.reply is not None:
            shown.append(answered(turn.reply, language, opinions.get(turn.turn)))
        elif is_waiting(turn, patience):
            shown.append(awaited(say("looking", language)))
        else:
            shown.append(notice(say("no_answer", language)))
    return shown


def place(citation: Citation, language: Language) -> str:
    """Where a citation stands, short: "白皮书 07 · 内存"."""
    sheet = citation.document.rsplit("/", 1)[-1]
    name = say("whitepaper", language) if sheet == "whitepaper" else sheet.upper()
    heading = citation.heading.rsplit(" › ", 1)[-1]
    # A heading often begins with the section's own number.
    words = heading.removeprefix(citation.section).lstrip(" .、:：") or heading
    where = f"{name} {citation.section}".strip()
    return f"{where} · {words}" if words else where


def _sources(citations: tuple[Citation, ...], language: Language) -> str:
    chips = "".join(
        f'<a class="chip" href="{escape(c.url)}" target="_blank" rel="noopener"><b>{escape(c.id)}</b>'
        f"{escape(place(c, language))}</a>"
        for c in citations
    )
    quotes = "".join(
        f"<p><b>[{escape(c.id)}]</b> {escape(c.quote)}"
        + (f"<br><small>{escape(say('original', language))}：{escape(c.original)}</small>" if c.original else "")
        + "</p>"
        for c in citations
    )
    summary = escape(say("quotes", language, count=len(citations)))
    return f'<div class="sources">{chips}<details><summary>{summary}</summary>{quotes}</details></div>'


def _foot(language: Language, *, verified: bool, thumbs: str = "") -> str:
    checked = (
        f'<span title="{escape(say("verified_hint", language))}">✓ {escape(say("verified", language))}</span>'
        if verified
        else ""
    )
    return f'<div class="foot"><span>{escape(say("machine_made_short", language))}</span>{checked}{thumbs}</div>'
