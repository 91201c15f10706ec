"""All that a sentence of a model's prose is held against beyond what `verify` asks of any reply."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.agent.llm.bindings import Bindings
from assistant.agent.llm.claims import Claims
from assistant.agent.llm.persons import Persons
from assistant.agent.llm.stances import Stances
from assistant.agent.llm.support import Ground
from assistant.agent.verify import Violation

# Of the words of a sentence this share may be none of the notes'. Chosen on 52 sentences over 7 notes: of 31 with a
# claim of their own all have more, of 21 that put the notes into other words one.
_MOST_STRANGE = 0.65
_SHOWN = 80


class Scrutiny:
    """The notes of a turn in the ways in which sentences are held against them. `opening` is what the visitor was told
    ahead of them, `asked` the message, `case` what is known of the visitor in words."""

    def __init__(self, notes: str, opening: str, *, asked: str, case: str) -> None:
        spoken = f"{asked}\n{case}"
        self._ground = Ground(notes, opening, asked=asked)
        self._claims = Claims(notes, opening, asked)
        self._bindings = Bindings(notes, opening, spoken)
        self._stances = Stances(notes, opening, spoken)
        self._persons = Persons(notes, opening, spoken)

    def faults(self, sentence: str) -> list[Violation]:
        """What is wrong with a plain sentence; empty when it says no more than the notes, and nothing else."""
        return [Violation(kind, words[:_SHOWN]) for kind, words in self._found(sentence) if words]

    def _found(self, sentence: str) -> Iterator[tuple[str, str | None]]:
        yield "unsupported", sentence if self._ground.strange(sentence) > _MOST_STRANGE else None
        yield "stray", self._claims.stray(sentence)
        yield "elsewhere", self._claims.unmarked(sentence)
        yield "comparison", self._claims.compared(sentence)
        yield "measured", self._claims.measured(sentence)
        yield "praise", self._claims.praised(sentence)
        yield "untied", self._bindings.untied(sentence)
        yield "verdict", self._ground.verdict(sentence)
        yield "denial", self._stances.denied(sentence)
        yield "turned", self._stances.affirmed(sentence)
        yield "conditional", self._stances.unconditional(sentence)
        yield "vendor", self._persons.vendor(sentence)
        yield "visitor", self._persons.visitor(sentence)
