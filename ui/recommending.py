"""`advisor recommend`: requirements in, decision out; no index, no conversation, no model."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from assistant.errors import InputError, Language
from assistant.rules.decision import decide
from assistant.rules.requirements import Requirements
from ui import console
from ui.fields import FIELDS
from ui.printout import text
from ui.typed import BadText, value_of
from ui.validation import wrongs

_TYPED: dict[str, str] = {"users": "users", "groups": "groups", "budget": "budget_cny", "data_tb": "data_tb"}
_TRAINED = ("finetune", "training", "vision", "multimodal", "science", "research_platform")


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
        given["workloads"] = [_workload(kind, args.method) for kind in dict.fromkeys(args.workload)]
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


def _workload(kind: str, method: str | None) -> dict[str, Any]:
    """A method belongs to the work that trains a model."""
    return {"kind": kind, "method": method} if method and kind in _TRAINED else {"kind": kind}
