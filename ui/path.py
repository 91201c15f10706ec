"""The path through a decision: the five judgements as stations on a line that ends at the recommendation.

HTML and CSS alone, so that it is read out in order, follows the theme and fits a phone; everything in it is escaped.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.errors import Language
from assistant.rules.text import Source, Text
from assistant.rules.trace import Decision, Step
from ui.labels import say
from ui.prose import escape

# Puts the link to a source's passage behind a text that is escaped already.
Sourced = Callable[[str, Source, Language], str]

# What a station says of its reasons; the whole list stands below the path.
_REASONS_SHOWN = 2


def path(decision: Decision, language: Language, sourced: Sourced) -> str:
    """The drawing; empty while no line is recommended, since nothing is judged then."""
    if decision.series == "none" or not decision.path:
        return ""
    settled = sum(step.settled for step in decision.path)
    title = say(
        "path_label", language, settled=settled, open=len(decision.path) - settled, line=_line(decision, language)
    )
    stations = "".join(
        _station(number, step, decision, language, sourced) for number, step in enumerate(decision.path, 1)
    )
    end = (
        f'<li class="end"><span class="dot" aria-hidden="true">→</span><b>{escape(_line(decision, language))}</b></li>'
    )
    return f'<ol class="path" role="list" aria-label="{escape(title)}">{stations}{end}</ol>'


def _line(decision: Decision, language: Language) -> str:
    return (
        " / ".join(decision.models) or f"{say(f'short_{decision.series}', language)} · {say('series_open', language)}"
    )


def _station(number: int, step: Step, decision: Decision, language: Language, sourced: Sourced) -> str:
    state = "settled" if step.settled else "open"
    mark = "✓" if step.settled else str(number)
    rules = "".join(f'<span class="rule">{escape(rule)}</span>' for rule in step.rules)
    head = sourced(f"<b>{escape(step.label.get(language))}</b>", step.source, language)
    said = "".join(f"<p>{escape(text)}</p>" for text in _said(step, decision, language))
    return (
        f'<li class="{state}"><span class="dot" aria-hidden="true">{mark}</span>'
        f'<div class="station">{head}<span class="state">{escape(say(state, language))}</span></div>{said}'
        + (f'<div class="ids">{rules}</div>' if rules else "")
        + "</li>"
    )


def _said(step: Step, decision: Decision, language: Language) -> list[str]:
    """What the judgement found, short: how it stands, then its first reasons. What has a part of its own on the card
    (memory, network, storage, acceptance) is not repeated."""
    fired = {entry.because for entry in decision.fired}
    beside = {advice.text for advice in (*decision.storage, *decision.acceptance)}
    beside |= {advice.text for advice in (decision.memory, decision.network) if advice}
    if step.step == "facility" and decision.facility:
        standing = [say("room_open", language, count=len(decision.facility))]
    else:
        standing = [text.get(language) for text in step.findings if text not in fired]
    reasons: list[Text] = [text for text in step.findings if text in fired and text not in beside]
    shown = [text.get(language) for text in reasons[:_REASONS_SHOWN]]
    if len(reasons) > _REASONS_SHOWN:
        shown.append(say("findings_more", language, count=len(reasons) - _REASONS_SHOWN))
    # A judgement with nothing else to say tells the first thing that it settled.
    return [*standing, *shown] or [text.get(language) for text in step.findings[:1]]
