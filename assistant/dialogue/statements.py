"""Everything that the words of a message fill, field by field, before it is known what the message is for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Literal

from pydantic import ValidationError

from assistant.dialogue.dates import purchase
from assistant.dialogue.delivery import delivery
from assistant.dialogue.denial import denied_before
from assistant.dialogue.expressions import expression
from assistant.dialogue.facility import room
from assistant.dialogue.figures import denied
from assistant.dialogue.labelled import labelled
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.modality import disowned, hedged, others
from assistant.dialogue.models import FoundModel
from assistant.dialogue.organisation import organisation, without_contacts
from assistant.dialogue.phrases import Found, values
from assistant.dialogue.quantities import Quantity, quantities
from assistant.dialogue.reading import Update
from assistant.dialogue.software import software
from assistant.dialogue.steps import step_at, times
from assistant.dialogue.work import work
from assistant.rules.requirements import FieldName, ModelSpec, Range, Requirements, Workload


def _figures(text: str, open_question: FieldName | None) -> list[Update]:
    found = quantities(text, open_question)
    return [*(_relative(text, update) for update in _told(text, found)), *times(text)]


def _relative(text: str, update: Update) -> Update:
    """A figure that is more or less than before, where it is the only one of its field."""
    step = step_at(text, update.start, update.end)
    if step is None or not isinstance(update.value, int | float):
        return update
    return replace(update, value=step * update.value, mode="add")


def _told(text: str, found: list[Quantity]) -> list[Update]:
    return [
        Update(
            one.field,
            one.value(),
            text[one.start : one.end].strip(),
            one.start,
            one.end,
            inferred=one.inferred,
            hedged=hedged(text, one.start, one.end),
        )
        for one in found
    ]


def _models(text: str, found: list[FoundModel]) -> list[Update]:
    found = [item for item in found if not others(text, item.start)]
    gone = [item for item in found if _taken_back(text, item)]
    kept = [item for item in found if item not in gone]
    updates = []
    modes: tuple[tuple[list[FoundModel], Literal["remove", "set", "add"]], ...]
    modes = ((gone, "remove"), (kept, _mode(text, kept)))
    for items, mode in modes:
        if items:
            specs: tuple[ModelSpec, ...] = tuple(dict.fromkeys(item.spec for item in items))
            start, end = items[0].start, items[-1].end
            updates.append(Update("models", specs, text[start:end], start, end, mode=mode))
    return updates


_COUNTED = expression(
    r"[两二三四2-4]\s?(?:个|种)\s?模型|\b(?:two|three|four|2|3|4) (?:different )?models\b", re.IGNORECASE
)


def _mode(text: str, found: list[FoundModel]) -> Literal["set", "add"]:
    """All the models there are where their number is said ("两个模型：一个 7B，一个 72B"), else one more."""
    return "set" if len(found) > 1 and _COUNTED.search(text) else "add"


def _taken_back(text: str, item: FoundModel) -> bool:
    return denied_before(text, item.start) is not None or denied(text, item.start, item.end)


def _serving_from_models(text: str, updates: list[Update]) -> list[Update]:
    """A model that is deployed or run, with no kind of work named, is served: inference."""
    named = next((u for u in updates if u.field == "models"), None)
    worked = any(u.field == "workloads" and u.mode != "remove" for u in updates)
    if named is None or worked or not lexicon().deploy.search(text):
        return updates
    inference = (Workload(kind="inference"),)
    # A model that runs under work known already ("we'd run vLLM, the model is Qwen 14B") is no other work.
    return [*updates, Update("workloads", inference, named.evidence, named.start, named.end, mode="add", default=True)]


def statements(text: str, found: list[Found], named: list[FoundModel], asked: FieldName | None = None) -> list[Update]:
    """The updates of a folded text; `asked` is the field whose figures need no word of their own.

    `found` and `named` are of the text without contact details."""
    whole, text = text, without_contacts(text)
    updates = [*work(text, found), *values(text, found), *_figures(text, asked), *_models(text, named), *labelled(text)]
    updates += [*room(text), *purchase(text), *software(text), *organisation(whole), *delivery(text)]
    updates = [u for u in updates if not _in_a_name(u, updates) and not disowned(text, u.start)]
    return [u for u in _serving_from_models(text, _sharing_from_groups(updates)) if fits(u)]


def _in_a_name(update: Update, updates: list[Update]) -> bool:
    """Whether what is inferred is but a part of an organisation's name: Nova Labs is no laboratory that shares."""
    names = (other for other in updates if other.field == "organisation")
    return update.inferred and any(name.start <= update.start and update.end <= name.end for name in names)


def fits(update: Update) -> bool:
    """Whether the field can hold the value; a figure beyond all reason is not taken."""
    if update.mode in ("remove", "withdraw", "times") or (
        update.mode == "add" and isinstance(update.value, int | float)
    ):
        return True
    try:
        Requirements.model_validate({update.field: update.value})
    except ValidationError:
        return False
    return True


def _several(value: Any) -> bool:
    low = value.min if isinstance(value, Range) else value
    return low is not None and low >= 2


def _sharing_from_groups(updates: list[Update]) -> list[Update]:
    """Several groups named by number share the machine, unless a wider circle is named."""
    groups = next((u for u in updates if u.field == "groups"), None)
    sharing = next((u for u in updates if u.field == "sharing"), None)
    if groups is not None and groups.value == 1 and (sharing is None or sharing.inferred):
        kept = [u for u in updates if u is not sharing]
        return [*kept, Update("sharing", "single_group", groups.evidence, groups.start, groups.end)]
    if groups is None or not _several(groups.value):
        return updates
    if sharing is not None and (sharing.value != "single_group" or not sharing.inferred):
        return updates
    kept = [u for u in updates if u is not sharing]
    return [*kept, Update("sharing", "multi_group", groups.evidence, groups.start, groups.end)]
