"""The machine room and the five judgements: what is still open before a quotation (W18), and the path (W20)."""

from __future__ import annotations

from functools import cache
from typing import Any

from assistant.rules.files import read
from assistant.rules.requirements import FieldName, Requirements
from assistant.rules.sizing import SizingResult
from assistant.rules.text import Frozen, Source, Text
from assistant.rules.trace import Fired, Judgement, SiteItem, Step

_CLUSTER: tuple[FieldName, ...] = ("multi_node", "rack_scale", "interconnect")


class _Judgement(Frozen):
    step: Judgement
    label: Text
    rules: tuple[str, ...]
    source: Source


@cache
def _items() -> tuple[tuple[str, SiteItem], ...]:
    table = read("site")
    source = Source(**table["source"])
    return tuple(
        (row["known"], SiteItem(rule="W18", item=row["item"], text=Text(**row["text"]), source=source))
        for row in table["items"]
    )


@cache
def judgements() -> tuple[_Judgement, ...]:
    """The five judgements in the order of section 04."""
    return tuple(_Judgement.model_validate(row) for row in read("site")["judgements"])


@cache
def _findings() -> dict[str, Any]:
    return dict(read("site")["findings"])


def _finding(key: str, **parts: Text) -> Text:
    row = _findings()[key]
    zh = {name: part.zh for name, part in parts.items()}
    en = {name: part.en for name, part in parts.items()}
    return Text(zh=row["zh"].format(**zh), en=row["en"].format(**en))


def open_items(requirements: Requirements) -> tuple[SiteItem, ...]:
    """What a formal quotation needs to know of the machine room and is not told yet (section 04.5)."""
    found: list[SiteItem] = []
    for known, item in _items():
        field, _, part = known.partition(".")
        value = getattr(requirements, field)
        if part and value is not None:
            value = getattr(value, part)
        if value is None:
            found.append(item)
    return tuple(found)


def path(
    requirements: Requirements,
    fired: tuple[Fired, ...],
    facility: tuple[SiteItem, ...],
    sizing: SizingResult | None,
    settled: bool,
) -> tuple[Step, ...]:
    """The five judgements with what each found; `settled` says that the line is chosen and no answer can change it."""
    steps: list[Step] = []
    told: set[str] = set()
    for row in judgements():
        # A rule that belongs to two judgements is told in the first that it serves.
        own = tuple(entry for entry in fired if entry.rule in row.rules and entry.because.en not in told)
        told |= {entry.because.en for entry in own}
        texts = [entry.because for entry in own]
        match row.step:
            case "workload":
                done = bool(requirements.workloads) and settled
            case "gpu_memory":
                # While memory is close to a limit, or moved the line, a person has to confirm it.
                done = sizing is not None and not any(entry.rule == "M13" for entry in own)
                texts.append(_checked(sizing) if sizing else _finding("model_open"))
            case "interconnect":
                asked = any(entry.rule in ("W04", "M08") for entry in own)
                done = asked or all(requirements.known(name) for name in _CLUSTER)
                if not asked:
                    texts.append(_finding("no_need" if done else "interconnect_open"))
            case "data_path":
                done = requirements.known("data_tb")
                if not done:
                    texts.append(_finding("data_open"))
            case "facility":
                done = not facility
                texts.append(_finding("site_open", items=_listed(facility)) if facility else _finding("site_known"))
        rules = tuple(dict.fromkeys(entry.rule for entry in own))
        steps.append(
            Step(
                step=row.step,
                label=row.label,
                settled=done,
                findings=tuple(dict.fromkeys(texts)),
                rules=rules,
                source=row.source,
            )
        )
    return tuple(steps)


def _listed(items: tuple[SiteItem, ...]) -> Text:
    return Text(zh="、".join(item.text.zh for item in items), en=", ".join(item.text.en for item in items))


def _checked(sizing: SizingResult) -> Text:
    text = sizing.options[0].told
    model = Text(zh=sizing.model, en=sizing.model)
    precision = Text(zh=sizing.precision.upper(), en=sizing.precision.upper())
    return _finding("model_checked", model=model, task=sizing.task_label, precision=precision, text=text)
