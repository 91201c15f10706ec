"""`advisor recommend`: requirements in, decision out; no index, no conversation, no model."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.dialogue.values import label, value_text
from assistant.errors import InputError, Language
from assistant.rules.decision import decide
from assistant.rules.requirements import Requirements
from assistant.rules.trace import Decision
from ui import console
from ui.fields import FIELDS
from ui.labels import say
from ui.typed import BadText, value_of
from ui.validation import wrongs

_TYPED: dict[str, str] = {"users": "users", "groups": "groups", "budget": "budget_cny", "data_tb": "data_tb"}


class BadRequirements(InputError):
    """`problem` says what is wrong with the given requirements."""

    code = "bad_requirements"
    zh = "需求无法使用：{problem}"
    en = "The requirements can't be used: {problem}"


def recommend(args: argparse.Namespace) -> int:
    """Prints the decision; raises `BadRequirements`."""
    language: Language = args.language or console.language()
    try:
        requirements = Requirements.model_validate({**_from_file(args.file), **_from_options(args, language)})
    except ValidationError as error:
        told = "; ".join(f"{wrong.where}: {wrong.problem}" for wrong in wrongs(error.errors(), language))
        raise BadRequirements(problem=told) from error
    decision = decide(requirements)
    console.out(console.json_text(decision) if args.json else text(decision, language))
    return 0


def _from_file(name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    content = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig", errors="replace")
    try:
        found = json.loads(content)
    except ValueError as error:
        raise BadRequirements(problem=f"{name}: {error}") from error
    if not isinstance(found, dict):
        raise BadRequirements(problem=f"{name}: not a JSON object")
    return found


def _from_options(args: argparse.Namespace, language: Language) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if args.workload:
        given["workloads"] = [{"kind": kind} for kind in dict.fromkeys(args.workload)]
    by_key = {field.key: field for field in FIELDS}
    try:
        for option, name in _TYPED.items():
            if getattr(args, option):
                given[name] = value_of(by_key[name], getattr(args, option))
        if args.model:
            given["models"] = value_of(by_key["models"], ",".join(args.model))
    except BadText as error:
        raise BadRequirements(problem=error.message(language)) from error
    for name in ("sharing", "scale", "interconnect", "multi_node", "rack_scale"):
        if getattr(args, name) is not None:
            given[name] = getattr(args, name)
    return given


def text(decision: Decision, language: Language) -> str:
    """A decision in a few lines."""
    models = " / ".join(decision.models) or say("series_open" if decision.series != "none" else "card_none", language)
    marks = [say(decision.confidence, language)]
    if decision.project_based:
        marks.append(say("project_based", language))
    lines = [f"{models}  ({', '.join(marks)})"]
    if decision.series != "none":
        lines.append(say(f"series_{decision.series}", language))
    for fired in decision.fired:
        section = f" [{say('whitepaper', language)} {fired.source.section}]" if fired.source.section else ""
        lines.append(f"  {fired.rule}  {fired.because.get(language)}{section}")
    for option in decision.alternatives:
        lines.append(f"  {' / '.join(option.models)}: {option.when.get(language)}")
    if decision.would_change:
        lines.append(say("cli.change", language))
    for change in decision.would_change:
        name = label(change.field, language)
        to = " / ".join(change.to.models) or say(f"series_{change.to.series}", language)
        lines.append(f"  {name} = {value_text(change.field, change.value, language)} → {to}")
    if decision.missing:
        names = [label(name, language) for name in decision.missing]
        lines.append(say("cli.missing", language) + ("、" if language == "zh" else ", ").join(names))
    return "\n".join(lines)
