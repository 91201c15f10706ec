"""What would change the decision, and which question is worth asking: computed by trying answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log2
from typing import Any

from assistant.rules.requirements import FieldName, Requirements
from assistant.rules.tables import ChecklistRow, checklist, trials
from assistant.rules.trace import Change, Outcome

Decide = Callable[[Requirements], Outcome]


@dataclass(frozen=True)
class Answer:
    """A trial answer: its JSON value, its prior weight and the outcome that it leads to."""

    value: Any
    weight: float
    to: Outcome


@dataclass(frozen=True)
class OpenField:
    """A field that matters for this series and is not stated (an inferred value is still open), with its answers."""

    row: ChecklistRow
    answers: tuple[Answer, ...]

    @property
    def value(self) -> float:
        """Expected information about the outcome in bits: the entropy of the outcomes under the row's priors."""
        mass: dict[Outcome, float] = {}
        for answer in self.answers:
            mass[answer.to] = mass.get(answer.to, 0.0) + answer.weight
        if len(mass) < 2:
            return 0.0
        total = sum(mass.values())
        return -sum(part / total * log2(part / total) for part in mass.values())


def explore(
    requirements: Requirements,
    outcome: Outcome,
    decide: Decide,
    contradictory: Callable[[Requirements], tuple[FieldName, ...]] = lambda _: (),
) -> tuple[OpenField, ...]:
    """Every open field with the outcome of every answer, in the checklist's order; the base of all below.

    A field that contradicts another is open again, whatever it says; an answer that would contradict what is stated is
    none that a person who knows the case gives.
    """
    found: list[OpenField] = []
    again = contradictory(requirements)
    for row in checklist():
        open_ = row.field in again or not requirements.stated(row.field)
        if outcome.series not in row.series or not open_ or not row.concerns(requirements):
            continue
        inferred = tuple(name for name in requirements.inferred if name != row.field)
        answers: list[Answer] = []
        for trial, value in trials(row.field):
            # The value was validated with the table, so a copy need not be validated again.
            told = requirements.model_copy(update={row.field: value, "inferred": inferred})
            if again or not contradictory(told):
                answers.append(Answer(trial.value, trial.weight, decide(told)))
        found.append(OpenField(row, tuple(answers)))
    return tuple(found)


def variations(requirements: Requirements, outcome: Outcome, decide: Decide) -> tuple[Change, ...]:
    """Every one-field change that leads to another outcome, of what is stated as well as of what is open.

    What "what would make it T8?" asks for; a stated field is set to each of its trial answers in turn.
    """
    found: list[Change] = []
    for row in checklist():
        inferred = tuple(name for name in requirements.inferred if name != row.field)
        for trial, value in trials(row.field):
            changed = {row.field: value, "inferred": inferred}
            if row.field == "sharing":
                # The number of groups belongs to the circle that it was said of.
                changed["groups"] = None
            to = decide(requirements.model_copy(update=changed))
            if to != outcome and to.series != "none":
                found.append(Change(field=row.field, value=trial.value, to=to))
    return tuple(found)


def would_change(fields: tuple[OpenField, ...], outcome: Outcome) -> tuple[Change, ...]:
    """Every answer to an open field that would lead to another outcome; a stated change gives exactly it."""
    return tuple(
        Change(field=open_field.row.field, value=answer.value, to=answer.to)
        for open_field in fields
        for answer in open_field.answers
        if answer.to != outcome
    )


def _agenda(fields: tuple[OpenField, ...]) -> list[tuple[FieldName, float]]:
    """Open fields with their value; one that no quotation needs is open only while it can change something."""
    valued = [(open_field.row, open_field.value) for open_field in fields]
    return [(row.field, value) for row, value in valued if row.quotation or value > 0]


def missing(fields: tuple[OpenField, ...]) -> tuple[FieldName, ...]:
    """Open fields in the checklist's order."""
    return tuple(field for field, _ in _agenda(fields))


def next_question(
    fields: tuple[OpenField, ...], skip: frozenset[FieldName] = frozenset(), first: tuple[FieldName, ...] = ()
) -> FieldName | None:
    """The open field with the highest value; when no answer can change anything, the checklist's order.

    `first` names contradictory fields: they are asked about before anything is built on them (meeting point 11).
    """
    agenda = [(field, value) for field, value in _agenda(fields) if field not in skip]
    for field in first:
        if field in dict(agenda):
            return field
    best = max(agenda, key=lambda pair: pair[1], default=None)
    if best is None:
        return None
    return best[0] if best[1] > 0 else agenda[0][0]
