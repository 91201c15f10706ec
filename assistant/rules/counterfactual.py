"""What would change the decision, and which question is worth asking: computed by trying answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import log2
from typing import Any

from assistant.rules.requirements import FieldName, Requirements
from assistant.rules.tables import ChecklistRow, checklist, trials
from assistant.rules.trace import Change, Outcome

Decide = Callable[[Requirements], Outcome]


def _open(requirements: Requirements, outcome: Outcome) -> Iterator[ChecklistRow]:
    """Fields that matter for this series and are not stated; an inferred value is still open."""
    for row in checklist():
        if outcome.series in row.series and not requirements.stated(row.field):
            yield row


def _answers(requirements: Requirements, row: ChecklistRow, decide: Decide) -> Iterator[tuple[Any, float, Outcome]]:
    """Each trial answer as (JSON value, prior weight, the outcome it leads to)."""
    inferred = tuple(name for name in requirements.inferred if name != row.field)
    for trial, value in trials(row.field):
        # The value was validated with the table, so a copy need not be validated again.
        yield (
            trial.value,
            trial.weight,
            decide(requirements.model_copy(update={row.field: value, "inferred": inferred})),
        )


def would_change(requirements: Requirements, outcome: Outcome, decide: Decide) -> tuple[Change, ...]:
    """Every answer to an open field that would lead to another outcome; a stated change gives exactly it."""
    return tuple(
        Change(field=row.field, value=value, to=to)
        for row in _open(requirements, outcome)
        for value, _, to in _answers(requirements, row, decide)
        if to != outcome
    )


def question_value(requirements: Requirements, row: ChecklistRow, decide: Decide) -> float:
    """Expected information about the outcome in bits: the entropy of the outcomes under the row's priors."""
    mass: dict[Outcome, float] = {}
    for _, weight, to in _answers(requirements, row, decide):
        mass[to] = mass.get(to, 0.0) + weight
    total = sum(mass.values())
    return -sum(part / total * log2(part / total) for part in mass.values()) if total else 0.0


def _agenda(requirements: Requirements, outcome: Outcome, decide: Decide) -> list[tuple[ChecklistRow, float]]:
    """Open fields with their question value; one that no quotation needs is open only while it can change something."""
    valued = [(row, question_value(requirements, row, decide)) for row in _open(requirements, outcome)]
    return [(row, value) for row, value in valued if row.quotation or value > 0]


def missing(requirements: Requirements, outcome: Outcome, decide: Decide) -> tuple[FieldName, ...]:
    """Open fields in the checklist's order."""
    return tuple(row.field for row, _ in _agenda(requirements, outcome, decide))


def next_question(
    requirements: Requirements,
    outcome: Outcome,
    decide: Decide,
    skip: frozenset[FieldName] = frozenset(),
) -> FieldName | None:
    """The open field with the highest question value; when no answer can change anything, the checklist's order."""
    agenda = [(row, value) for row, value in _agenda(requirements, outcome, decide) if row.field not in skip]
    best = max(agenda, key=lambda pair: pair[1], default=None)
    if best is None:
        return None
    return best[0].field if best[1] > 0 else agenda[0][0].field
