"""The recommendation card: a decision as HTML, everything in it escaped. It shows the trace and decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.agent.reply import Language
from assistant.rules.requirements import FieldName
from assistant.rules.text import Source
from assistant.rules.trace import Advice, Alternative, Decision, Outcome, Risk, RuledOut, SiteItem
from ui.arithmetic import arithmetic
from ui.labels import say
from ui.path import path
from ui.prose import escape

Link = Callable[[Source, Language], str | None]
Words = Callable[[FieldName, object, Language], str]
Label = Callable[[FieldName, Language], str]

# Fields that can change the line come first among what is missing; this many are shown before "and n more".
_MISSING_SHOWN = 8
_REASONS_SHOWN = 3


class Card:
    """Draws decisions. `link` opens a source, `label` and `words` put a field and its value into words."""

    def __init__(self, link: Link, label: Label, words: Words) -> None:
        self._link = link
        self._label = label
        self._words = words

    def html(self, decision: Decision | None, language: Language) -> str:
        """The whole card; an invitation while there is no decision."""
        if decision is None:
            return _shell(language, f'<p class="empty">{escape(say("card_empty", language))}</p>')
        parts = [
            self._head(decision, language),
            self._advice(decision, language),
            arithmetic(decision.sizing, language, self._linked),
            self._alternatives(decision.alternatives, language),
            self._risks(decision, language),
            self._why(decision, language),
            self._ruled_out(decision.ruled_out, language),
            self._changes(decision, language),
            self._acceptance(decision.acceptance, language),
            self._room(decision.facility, language),
            self._missing(decision, language),
        ]
        return _shell(language, "".join(parts))

    def _head(self, decision: Decision, language: Language) -> str:
        if decision.series == "none":
            return (
                f'<h3 class="models none">{escape(say("card_none", language))}</h3>'
                f'<p class="reason">{escape(say("card_none_hint", language))}</p>'
            )
        badges = _badge(
            decision.confidence, say(decision.confidence, language), say(f"{decision.confidence}_hint", language)
        )
        if decision.project_based:
            badges += _badge("project", say("project_based", language))
        series = say(f"series_{decision.series}", language)
        models = " / ".join(decision.models)
        if not models:
            models, series = say(f"short_{decision.series}", language), f"{series} · {say('series_open', language)}"
        reason = ("；" if language == "zh" else " · ").join(_reasons(decision, language))
        chips = "".join(
            f'<span class="gpu">{escape(say(f"gpu_{name}", language))}</span>' for name in decision.gpu_class
        )
        return (
            f'<div class="badges">{badges}</div>'
            f'<p class="series">{escape(series)}</p>'
            f'<h3 class="models">{escape(models)}</h3>'
            f'<p class="reason">{escape(reason)}</p>'
            + (f'<p class="gpus"><span class="term">{escape(say("gpu", language))}</span>{chips}</p>' if chips else "")
        )

    def _advice(self, decision: Decision, language: Language) -> str:
        rows: list[tuple[str, Sequence[Advice]]] = [
            ("memory", [decision.memory] if decision.memory else []),
            ("network", [decision.network] if decision.network else []),
            ("storage", decision.storage),
        ]
        cells = [
            f"<dt>{escape(say(key, language))}</dt>"
            + "".join(f"<dd>{self._sourced(a.text.get(language), a.source, language)}</dd>" for a in advice)
            for key, advice in rows
            if advice
        ]
        return f'<dl class="advice">{"".join(cells)}</dl>' if cells else ""

    def _alternatives(self, options: Sequence[Alternative], language: Language) -> str:
        rows = [
            f"<li><b>{escape(' / '.join(option.models))}</b> "
            f'<span class="when">{escape(option.when.get(language))}</span></li>'
            for option in options
        ]
        return _section(say("alternatives", language), rows)

    def _risks(self, decision: Decision, language: Language) -> str:
        rows = [f"<li>{self._sourced(r.text.get(language), r.source, language)}</li>" for r in decision.risks]
        return _section(say("risks", language), rows, "risks")

    def _why(self, decision: Decision, language: Language) -> str:
        """The path and the reasons; what the card already tells as advice, checks or risks is not told again."""
        rows = []
        told = {advice.text.get(language) for advice in _advised(decision)}
        for fired in decision.fired:
            if fired.because.get(language) in told:
                continue
            told.add(fired.because.get(language))
            quote = fired.source.text(language)
            tail = f"<q>{escape(quote)}</q>" if quote else ""
            if fired.source.document == "house":
                tail = f"<small>{escape(say('house_rule', language))}</small>"
            said = self._sourced(fired.because.get(language), fired.source, language)
            rows.append(f'<li><span class="rule">{escape(fired.rule)}</span>{said}{tail}</li>')
        drawing = path(decision, language, self._linked)
        return _details(say("why", language), rows, "why", drawing)

    def _ruled_out(self, rows: Sequence[RuledOut], language: Language) -> str:
        items = [
            f"<li><b>{escape(' / '.join(row.models))}</b> "
            f"{self._sourced(row.because.get(language), row.source, language)}</li>"
            for row in rows
        ]
        return _details(say("ruled_out", language), items, "out")

    def _changes(self, decision: Decision, language: Language) -> str:
        rows = [
            f'<li><span class="if">{escape(self._label(change.field, language))} = '
            f"{escape(self._words(change.field, change.value, language))}</span>"
            f'<span class="then">{escape(_outcome(change.to, language))}</span></li>'
            for change in decision.would_change
        ]
        return _details(say("would_change", language), rows, "changes")

    def _acceptance(self, checks: Sequence[Advice], language: Language) -> str:
        rows = [
            f'<li><span class="rule">{escape(check.rule)}</span>'
            f"{self._sourced(check.text.get(language), check.source, language)}</li>"
            for check in checks
        ]
        return _details(say("acceptance", language), rows, "acceptance")

    def _room(self, items: Sequence[SiteItem], language: Language) -> str:
        """What the machine room still has to tell, as chips."""
        if not items:
            return ""
        chips = "".join(f"<span>{escape(item.text.get(language))}</span>" for item in items)
        title = self._sourced(say("facility_open", language), items[0].source, language)
        return f'<div class="part missing room"><h4>{title}</h4><p>{chips}</p></div>'

    def _missing(self, decision: Decision, language: Language) -> str:
        if not decision.missing:
            return ""
        names = [self._label(name, language) for name in decision.missing if name != "contact"]
        shown = "".join(f"<span>{escape(name)}</span>" for name in names[:_MISSING_SHOWN])
        rest = len(names) - _MISSING_SHOWN
        more = f"<small>{escape(say('and_more', language, count=rest))}</small>" if rest > 0 else ""
        title = say("missing" if decision.confidence == "provisional" else "missing_quote", language)
        return f'<div class="missing"><h4>{escape(title)}</h4><p>{shown}{more}</p></div>' if names else ""

    def _sourced(self, text: str, source: Source, language: Language) -> str:
        return self._linked(escape(text), source, language)

    def _linked(self, markup: str, source: Source, language: Language) -> str:
        """HTML with the link to the source's passage behind it."""
        address = self._link(source, language)
        if address is None or source.section is None:
            return markup
        title = f"{say('whitepaper', language)} {source.section}"
        return (
            f'{markup} <a class="src" href="{escape(address)}" target="_blank" rel="noopener" '
            f'title="{escape(source.text(language) or title)}">{escape(title)}</a>'
        )


def _reasons(decision: Decision, language: Language) -> list[str]:
    """Why this line, short."""
    return [fired.because.get(language) for fired in decision.reasons[:_REASONS_SHOWN]]


def _advised(decision: Decision) -> list[Advice | Risk]:
    """What has a place of its own on the card."""
    beside = [advice for advice in (decision.memory, decision.network) if advice is not None]
    return [*beside, *decision.storage, *decision.risks, *decision.acceptance]


def _shell(language: Language, body: str) -> str:
    return f'<section class="card" aria-live="polite"><h2>{escape(say("card", language))}</h2>{body}</section>'


def _badge(kind: str, text: str, hint: str = "") -> str:
    title = f' title="{escape(hint)}"' if hint else ""
    return f'<span class="badge {kind}"{title}>{escape(text)}</span>'


def _section(title: str, rows: Sequence[str], kind: str = "") -> str:
    return f'<div class="part {kind}"><h4>{escape(title)}</h4><ul>{"".join(rows)}</ul></div>' if rows else ""


def _details(title: str, rows: Sequence[str], kind: str, lead: str = "") -> str:
    if not rows:
        return ""
    return (
        f'<details class="part {kind}"><summary>{escape(title)}<span class="n">{len(rows)}</span></summary>'
        f"{lead}<ul>{''.join(rows)}</ul></details>"
    )


def _outcome(to: Outcome, language: Language) -> str:
    models = " / ".join(to.models) or say(f"series_{to.series}", language)
    if not to.project_based:
        return models
    note = say("project_note", language)
    return f"{models}（{note}）" if language == "zh" else f"{models} ({note})"
