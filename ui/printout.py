"""A decision as text for a terminal: the five judgements with their reasons, then what goes with the line."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.dialogue.values import label, separator, value_text
from assistant.errors import Language
from assistant.rules.sizing import SizingResult
from assistant.rules.text import Source, Text
from assistant.rules.trace import Advice, Decision, Fired, Outcome, Step
from ui import console
from ui.labels import say
from ui.sizing import headline, lighter

Rows = list[list[str]]
_MARKS = {True: "✓", False: "○"}


def text(decision: Decision, language: Language) -> str:
    """The whole decision, grouped: the line first, what is still open last."""
    blocks = [
        _head(decision, language),
        _path(decision, language),
        _titled("sizing", _sizing(decision.sizing, language), language),
        _titled("cli.beside", _beside(decision, language), language),
        _titled("acceptance", [_advised(check, language) for check in decision.acceptance], language),
        _titled(
            "risks",
            [["!", risk.text.get(language), _source(risk.source, language)] for risk in decision.risks],
            language,
        ),
        _titled(
            "alternatives", [[" / ".join(a.models), a.when.get(language)] for a in decision.alternatives], language
        ),
        _titled("ruled_out", _ruled_out(decision, language), language),
        _titled("would_change", _changes(decision, language), language),
        _missing(decision, language),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _titled(key: str, rows: Sequence[Sequence[str]], language: Language) -> list[str]:
    return [say(key, language), *console.columns(rows)] if rows else []


def _source(source: Source, language: Language) -> str:
    """ "[Whitepaper 05]", or that it is a rule of ours."""
    if source.section is None:
        return f"[{say('house', language)}]"
    return f"[{say('whitepaper', language)} {source.section}]"


def _head(decision: Decision, language: Language) -> list[str]:
    models = " / ".join(decision.models) or say("series_open" if decision.series != "none" else "card_none", language)
    marks = [say(decision.confidence, language)]
    if decision.project_based:
        marks.append(say("project_based", language))
    lines = [f"{models}  ({', '.join(marks)})"]
    if decision.series != "none":
        lines.append(say(f"series_{decision.series}", language))
    if decision.gpu_class:
        names = separator(language).join(say(f"gpu_{name}", language) for name in decision.gpu_class)
        lines.append(say("cli.named", language, name=say("gpu", language), value=names))
    return lines


def _path(decision: Decision, language: Language) -> list[str]:
    """The judgements in order, each with the reasons that belong to it; a reason is told once. What is told in a group
    of its own, such as memory and acceptance, is left to that group."""
    beside = {_key(advice.rule, advice.text) for advice in _advices(decision)}
    beside |= {(fired.rule, fired.because.en) for fired in decision.fired if fired.rule == "W16"}
    told = set(beside)
    lines: list[str] = []
    # Without a line nothing is judged yet; what is said then is why.
    for number, step in enumerate(decision.path if decision.series != "none" else (), 1):
        state = "settled" if step.settled else "open"
        details = {"mark": _MARKS[step.settled], "number": number, "state": say(state, language)}
        lines.append(
            say("cli.step", language, label=step.label.get(language), section=step.source.section or "", **details)
        )
        lines += console.columns(_reasons(step, decision, told, language), indent="    ")
    rest = [_reason(fired, language) for fired in decision.fired if _key(fired.rule, fired.because) not in told]
    title = say("path" if lines else "cli.reasons", language)
    return [title, *lines, *console.columns(rest, indent="    " if lines else "  ")]


def _reasons(step: Step, decision: Decision, told: set[tuple[str, str]], language: Language) -> Rows:
    rows: Rows = []
    for fired in decision.fired:
        key = _key(fired.rule, fired.because)
        if fired.rule in step.rules and key not in told:
            told.add(key)
            rows.append(_reason(fired, language))
    own = {fired.because for fired in decision.fired}
    for finding in step.findings:
        if finding in own or (step.step == "gpu_memory" and decision.sizing is not None):
            # Told above, or told by the arithmetic below.
            continue
        if step.step == "facility" and decision.facility:
            item = decision.facility[0]
            rows.append([item.rule, f"{finding.get(language)}  {_source(item.source, language)}"])
        else:
            rows.append(["–", finding.get(language)])
    return rows


def _reason(fired: Fired, language: Language) -> list[str]:
    return [fired.rule, f"{fired.because.get(language)}  {_source(fired.source, language)}"]


def _key(rule: str, words: Text) -> tuple[str, str]:
    return rule, words.en


def _advices(decision: Decision) -> list[Advice]:
    single = [advice for advice in (decision.memory, decision.network) if advice]
    return [*single, *decision.storage, *decision.acceptance]


def _advised(advice: Advice, language: Language) -> list[str]:
    return [advice.rule, f"{advice.text.get(language)}  {_source(advice.source, language)}"]


def _beside(decision: Decision, language: Language) -> Rows:
    groups = (
        ("memory", [decision.memory] if decision.memory else []),
        ("network", [decision.network] if decision.network else []),
        ("storage", list(decision.storage)),
    )
    return [[say(key, language), *_advised(advice, language)] for key, group in groups for advice in group]


def _sizing(sizing: SizingResult | None, language: Language) -> Rows:
    if sizing is None:
        return []
    verdicts = [option.told.get(language) for option in sizing.options]
    others = [
        say("cli.named", language, name=name, value=" · ".join(rest)) for name, *rest in lighter(sizing, language)
    ]
    rows = [[headline(sizing, language)], *([verdict] for verdict in verdicts)]
    if others:
        told = separator(language).join(others)
        rows.append([say("cli.named", language, name=say("size.lighter", language), value=told)])
    return [*rows, [f"({say('estimate_hint', language)})"]]


def _risks(decision: Decision, language: Language) -> Rows:
    return [["!", f"{risk.text.get(language)}  {_source(risk.source, language)}"] for risk in decision.risks]


def _alternatives(decision: Decision, language: Language) -> Rows:
    return [
        [" / ".join(option.models), f"{option.when.get(language)}  [{', '.join(option.rules)}]"]
        for option in decision.alternatives
    ]


def _ruled_out(decision: Decision, language: Language) -> Rows:
    return [
        [" / ".join(row.models), row.rule, f"{row.because.get(language)}  {_source(row.source, language)}"]
        for row in decision.ruled_out
    ]


def outcome(to: Outcome, language: Language) -> str:
    """What a changed answer leads to, in a few words."""
    models = " / ".join(to.models) or say(f"series_{to.series}", language)
    return f"{models} ({say('project_note', language)})" if to.project_based else models


def _changes(decision: Decision, language: Language) -> Rows:
    return [
        [f"{label(change.field, language)} = {value_text(change.field, change.value, language)}",
         f"→ {outcome(change.to, language)}"]
        for change in decision.would_change
    ]  # fmt: skip


def _missing(decision: Decision, language: Language) -> list[str]:
    if not decision.missing:
        return []
    return [say("cli.missing", language) + separator(language).join(label(name, language) for name in decision.missing)]
