"""What no case exercises: rules, products, sections, fields of the checklist and ways of saying them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from assistant.bootstrap import Advisor
from assistant.dialogue.language import fold
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.reading import Intent
from assistant.rules.catalogue import PRODUCTS
from assistant.rules.requirements import FIELD_NAMES
from assistant.rules.tables import table
from evals.result import Result

# The tables whose rows fire.
_TABLES = ("series", "tiers", "workloads", "gpu_classes", "provisions", "risks", "adjustments")


@dataclass(frozen=True)
class Covered:
    """Of one kind of thing: how many there are, and those that nothing exercises."""

    kind: str
    total: int
    missing: tuple[str, ...]


def coverage(results: Iterable[Result], advisor: Advisor) -> list[Covered]:
    """What the cases of a run touched, against all there is. A phrasing is a row of the lexicon."""
    found = list(results)
    touched: dict[str, set[str]] = {}
    for result in found:
        for kind, names in result.exercised.items():
            touched.setdefault(kind, set()).update(names)
    said = [fold(turn.message) for result in found for turn in result.trace]
    rows = {f"{p.field} = {p.value}": p.pattern for p in lexicon().phrases}
    phrased = {name for name, pattern in rows.items() if any(pattern.search(text) for text in said)}
    everything: dict[str, set[str]] = {
        "rules": {rule.id for name in _TABLES for rule in table(name).rules},
        "products": set(PRODUCTS),
        "sections": {p.section for p in advisor.passage_document("whitepaper", "zh")},
        "fields": set(FIELD_NAMES),
        "intents": set(get_args(Intent)),
        "phrasings": set(rows),
    }
    touched["phrasings"] = phrased
    return [
        Covered(kind, len(whole), tuple(sorted(whole - touched.get(kind, set())))) for kind, whole in everything.items()
    ]
