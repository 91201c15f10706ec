"""The memory arithmetic of a decision as a part of the card: the verdict, the parts with their formulas, the total."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.errors import Language
from assistant.rules.sizing import SizingResult
from assistant.rules.text import Text
from ui.labels import say
from ui.path import Sourced
from ui.prose import escape
from ui.sizing import headline, lighter, parts


def arithmetic(sizing: SizingResult | None, language: Language, sourced: Sourced) -> str:
    """The part of the card; empty without a model whose size is known."""
    if sizing is None:
        return ""
    mark = f'<span class="badge provisional" title="{escape(say("estimate_hint", language))}">'
    title = f"<h4>{escape(say('sizing', language))} {mark}{escape(say('estimate', language))}</span></h4>"
    return (
        f'<div class="part sizing">{title}{_verdicts(sizing, language)}'
        f'<p class="model">{escape(headline(sizing, language))}</p>{_terms(sizing, language)}'
        f"{_more(sizing, language, sourced)}</div>"
    )


def _verdicts(sizing: SizingResult, language: Language) -> str:
    lines = []
    for option in sizing.options:
        kind = option.asked.verdict if option.asked else "needs"
        lines.append(f'<p class="verdict {kind}">{escape(option.told.get(language))}</p>')
    return "".join(lines)


def _terms(sizing: SizingResult, language: Language) -> str:
    *rows, total = parts(sizing, language)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}<small>{escape(formula)}</small></th><td>{escape(figure)}</td></tr>'
        for name, figure, formula in rows
    )
    last = f'<tr class="total"><th scope="row">{escape(total[0])}</th><td>{escape(total[1])}</td></tr>'
    return f'<table aria-label="{escape(say("size.parts", language))}"><tbody>{body}{last}</tbody></table>'


def _more(sizing: SizingResult, language: Language, sourced: Sourced) -> str:
    others = [
        escape(say("cli.named", language, name=name, value=" · ".join(rest)))
        for name, *rest in lighter(sizing, language)
    ]
    power = [option.power for option in sizing.options if option.power]
    rows = [
        _group("size.lighter", others, language),
        _group("size.power", _told(power, language), language),
        _group("size.checkpoint", _told([sizing.checkpoint] if sizing.checkpoint else [], language), language),
        _group("network", _network(sizing, sourced, language), language),
        _group("assumptions", _told(sizing.assumptions, language), language),
        _group("sources", [escape(f"{source.id} {source.title}") for source in sizing.sources], language),
    ]
    summary = escape(say("size.more", language))
    return f'<details class="more"><summary>{summary}</summary>{"".join(rows)}</details>'


def _network(sizing: SizingResult, sourced: Sourced, language: Language) -> list[str]:
    rows = [sourced(escape(sizing.network.get(language)), sizing.network_source, language)]
    return [*rows, *_told([sizing.network_note] if sizing.network_note else [], language)]


def _told(texts: Sequence[Text], language: Language) -> list[str]:
    return [escape(text.get(language)) for text in texts]


def _group(key: str, items: Sequence[str], language: Language) -> str:
    """A heading with its lines, which are HTML already; empty without any."""
    lines = "".join(f"<li>{item}</li>" for item in items)
    return f"<h5>{escape(say(key, language))}</h5><ul>{lines}</ul>" if items else ""
