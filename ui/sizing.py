"""`advisor size`: how much GPU memory a model and a task take, on how many GPUs, with the arithmetic shown."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from assistant.errors import InputError, Language, NoModel, UnknownGpu, UnknownModel
from assistant.rules.architectures import architectures
from assistant.rules.catalogue import GPU_CLASSES
from assistant.rules.gpus import gpus
from assistant.rules.sizing import Option, SizingRequest, SizingResult, Unsizable, estimate, gb, span_text
from assistant.rules.text import Text
from ui import console
from ui.labels import say

# What the interface calls the number of parameters, and what the command line does.
FIELD, _OPTION = "params_b", "--params"
_OPTIONS = {FIELD: _OPTION}
_GIVEN = ("model", "params", "task", "precision", "context", "concurrency", "batch", "rank", "zero", "gpu", "gpus")


class BadSize(InputError):
    """`problem` says which of the given figures can't be used and what would be right."""

    code = "bad_size"
    zh = "无法计算：{problem}"
    en = "This can't be calculated: {problem}"


def size(args: argparse.Namespace) -> int:
    """Prints the arithmetic; raises `BadSize` and what `sized` raises."""
    language: Language = args.language or console.language()
    given = {name: getattr(args, name) for name in _GIVEN if getattr(args, name) is not None}
    if "params" in given:
        given[FIELD] = given.pop("params").strip().rstrip("bB")
    result = sized(_request(given, language), _OPTION)
    console.out(console.json_text(result) if args.json else text(result, language))
    return 0


def sized(request: SizingRequest, option: str = FIELD) -> SizingResult:
    """The arithmetic; raises `NoModel`, `UnknownModel` or `UnknownGpu`, which say what may be given instead. `option`
    is what the caller calls the number of parameters."""
    try:
        return estimate(request)
    except Unsizable as error:
        match error.reason:
            case "unknown_gpu":
                raise UnknownGpu(name=error.name, option=option, known=_gpus()) from error
            case "unknown_model":
                raise UnknownModel(name=error.name, option=option, known=_models()) from error
            case "no_model":
                raise NoModel(option=option, known=_models()) from error


def _models() -> str:
    return ", ".join(row.id for row in architectures())


def _gpus() -> str:
    return ", ".join([*GPU_CLASSES, *(gpu.id for gpu in gpus() if not gpu.memory_gb.unverified)])


def _request(given: dict[str, Any], language: Language) -> SizingRequest:
    from ui.validation import wrongs

    try:
        return SizingRequest.model_validate(given)
    except ValidationError as error:
        found = wrongs(error.errors(), language)
        told = ("；" if language == "zh" else "; ").join(
            f"{_OPTIONS.get(wrong.where, f'--{wrong.where}')} {wrong.problem}" for wrong in found
        )
        raise BadSize(problem=told) from error


def headline(result: SizingResult, language: Language) -> str:
    """What was calculated: the model, its size where the name does not tell it, the task and the precision."""
    count = f"{result.params_b:,.0f}B" if result.params_b >= 1000 else f"{result.params_b:.4g}B"
    name = result.model if count.lower() in result.model.lower() else f"{result.model} ({count})"
    return " · ".join([name, result.task_label.get(language), result.precision.upper()])


def text(result: SizingResult, language: Language) -> str:
    """The result for a terminal: the verdict where a number of GPUs was asked about, then the arithmetic."""
    blocks = [
        [option.asked.text.get(language) for option in result.options if option.asked],
        [f"{headline(result, language)}  ({say('estimate_hint', language)})"],
        _titled("size.parts", parts(result, language), language),
        _titled("size.gpus", _counts(result.options, language), language),
        _titled("size.power", _power(result.options, language), language),
        _titled("size.lighter", lighter(result, language), language),
        _titled("size.checkpoint", [[result.checkpoint.get(language)]] if result.checkpoint else [], language),
        _titled("network", network(result, language), language),
        _titled("assumptions", _listed(result.assumptions, language), language),
        _titled("sources", [[f"{source.id}", source.title] for source in result.sources], language),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _titled(key: str, rows: Sequence[Sequence[str]], language: Language) -> list[str]:
    return [say(key, language), *console.columns(rows)] if rows else []


def _listed(texts: Sequence[Text], language: Language) -> list[list[str]]:
    return [[f"- {line.get(language)}"] for line in texts]


def parts(result: SizingResult, language: Language) -> list[list[str]]:
    """The parts of the memory with the total: label, GB, formula."""
    rows = [[term.label.get(language), f"{span_text(term.gb)} GB", term.formula] for term in result.terms]
    return [*rows, [say("size.total", language), f"{span_text(result.total_gb)} GB", ""]]


def _counts(options: Sequence[Option], language: Language) -> list[list[str]]:
    head = [say(f"size.{name}", language) for name in ("gpu", "needed", "each", "usable", "servers")]
    return [head, *(_count(option, language) for option in options)]


def _count(option: Option, language: Language) -> list[str]:
    usable = f"{gb(option.usable_gib)} GiB"
    if option.enough is None or option.per_gpu_gib is None:
        # The sentence says how many were tried.
        return [option.gpu, option.needs.get(language).removesuffix(f" × {option.gpu}"), "–", usable, "–"]
    count = str(option.enough) if option.fewest == option.enough else f"{option.fewest}–{option.enough}"
    return [option.gpu, count, f"{span_text(option.per_gpu_gib)} GiB", usable, str(option.servers)]


def _power(options: Sequence[Option], language: Language) -> list[list[str]]:
    rows = []
    for option in options:
        count = option.asked.gpus if option.asked else option.enough
        if option.power is not None:
            rows.append([f"{count} × {option.gpu}", option.power.get(language)])
    return rows


def lighter(result: SizingResult, language: Language) -> list[list[str]]:
    """The same model by a lighter method or precision: what, its memory in all, and whether the GPUs asked about hold
    it."""
    rows = []
    for other in result.others:
        row = [f"{other.label.get(language)} · {other.precision.upper()}", f"{span_text(other.total_gb)} GB"]
        rows.append([*row, say(f"size.{other.verdict}", language)] if other.verdict else row)
    return rows


def network(result: SizingResult, language: Language) -> list[list[str]]:
    """The network with the section of the whitepaper that it rests on, and what public references add."""
    told = result.network.get(language)
    section = result.network_source.section
    rows = [[f"{told}  [{say('whitepaper', language)} {section}]" if section else told]]
    return [*rows, [result.network_note.get(language)]] if result.network_note else rows
