"""What every part of a reply is written with: a turn's facts, its citations, and phrases that vary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant.agent.citations import Citations
from assistant.agent.reply import Language, Suggestion
from assistant.agent.tools import Findings
from assistant.dialogue.phrasing import say, value_word
from assistant.dialogue.reading import Intent, Understanding
from assistant.dialogue.state import DialogueState, Effect
from assistant.dialogue.values import label, separator, value_text
from assistant.rules.catalogue import Product
from assistant.rules.requirements import FieldName
from assistant.rules.trace import Decision, Outcome


@dataclass(frozen=True)
class Turn:
    """Everything that a composer may use: the message's meaning, the state before and after, what the tools found.

    `trial` is the case as the message only supposes it, `findings.supposed` what would be recommended then.
    """

    understanding: Understanding
    before: DialogueState
    state: DialogueState
    effects: tuple[Effect, ...]
    findings: Findings
    previous: Outcome
    trial: DialogueState | None = None

    def case_text(self) -> str:
        """The visitor's case in words, before, after and as supposed: one value a line."""
        language = self.understanding.language
        states = (self.before, self.state, *((self.trial,) if self.trial else ()))
        values = [value_text(name, slot.value, language) for one in states for name, slot in one.slots.items()]
        return "\n".join([*values, *(slot.evidence for slot in self.state.slots.values())])


@dataclass
class Draft:
    """A reply before it is verified: claims in `text`, then the `question`, which claims nothing.

    `state` carries the question asked and the phrases used; `deleted` that the conversation is to be deleted.
    """

    text: str
    intent: Intent
    question: str
    state: DialogueState
    next_question: FieldName | None = None
    quick_replies: tuple[Suggestion, ...] = ()
    deleted: bool = False


# Pieces of sentences.
_INSIDE = frozenset({"pair", "without", "project", "with_storage", "house_mark", "inferred_mark", "only_language"})


class Wording:
    """Collects paragraphs; each phrase is used in turn with its variants."""

    def __init__(self, turn: Turn, citations: Citations) -> None:
        self.turn = turn
        self.citations = citations
        self.language: Language = turn.understanding.language
        self.spoken = dict(turn.state.spoken)
        self.parts: list[str] = []
        self.intent: Intent = turn.understanding.intent

    def say(self, key: str, **parts: object) -> str:
        """A phrase in the wording whose turn it is."""
        times = self.spoken.get(key, 0)
        self.spoken[key] = times + 1
        text = say(key, self.language, times, **parts)
        # A sentence that begins with a name begins with a capital; a pair stands inside one.
        return text[:1].upper() + text[1:] if key not in _INSIDE else text

    def add(self, text: str) -> None:
        """A paragraph."""
        if text:
            self.parts.append(text)

    def first_time(self, key: str) -> bool:
        """Whether something is told for the first time in this conversation and language."""
        mark = f"{key}:{self.language}"
        self.spoken[mark] = self.spoken.get(mark, 0) + 1
        return self.spoken[mark] == 1

    def models(self, products: tuple[Product, ...]) -> str:
        return " / ".join(products)

    def word(self, name: FieldName, value: Any) -> str:
        return value_text(name, value, self.language)

    def label(self, name: FieldName) -> str:
        """A field's name as it stands inside a sentence."""
        words = label(name, self.language)
        return words[0].lower() + words[1:] if self.language == "en" and words[1:2].islower() else words

    def pair(self, name: FieldName, value: Any) -> str:
        """A field with its value; the wording of a yes or no says what it is about."""
        if isinstance(value, bool):
            return self.word(name, value)
        return self.say("pair", name=self.label(name), value=self.word(name, value))

    def listed(self, items: list[str]) -> str:
        """Items in one sentence."""
        return separator(self.language).join(items)

    def clauses(self, items: list[str]) -> str:
        """Longer items in one sentence."""
        return ("；" if self.language == "zh" else "; ").join(items)

    def series(self, decision: Decision) -> str:
        return value_word("series", decision.series, self.language)

    @property
    def decision(self) -> Decision | None:
        """The present decision, where one was made and names anything."""
        found = self.turn.findings.decision
        return found if found is not None and found.series != "none" else None
