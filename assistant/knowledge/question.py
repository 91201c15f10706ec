"""A question taken apart for search: its words, what else says the same, and how much of it a language's passages cover."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.knowledge.contents import Contents
from assistant.knowledge.glossary import expand
from assistant.knowledge.passage import Language
from assistant.knowledge.sparse import is_content, term_id, terms
from assistant.knowledge.wording import LONGEST_QUERY, clean
from assistant.rules.catalogue import Product, products_in

# A glossary word counts less than the visitor's own.
INSTEAD_WEIGHT = 0.6


@dataclass(frozen=True)
class Idea:
    """Words of the question that mean one thing: the term ids said, and those that could be said instead."""

    said: tuple[int, ...]
    instead: tuple[int, ...] = ()


@dataclass(frozen=True)
class Question:
    """`text` is cleaned and cut to a length worth embedding; `weights` is the question's sparse vector."""

    text: str
    ideas: tuple[Idea, ...]
    weights: dict[int, float]
    products: tuple[Product, ...]

    @classmethod
    def of(cls, query: str) -> Question:
        """Take any string apart; an empty or meaningless one gives a question without ideas."""
        text = clean(query, LONGEST_QUERY)
        every = terms(text)
        words = [term for term in every if is_content(term)] or every
        ideas: list[Idea] = []
        at = 0
        for found in expand(words):
            ideas += [Idea((term_id(term),)) for term in words[at : found.start]]
            said = tuple(term_id(term) for term in words[found.start : found.end])
            ideas.append(Idea(said, tuple(sorted(term_id(term) for term in found.instead))))
            at = found.end
        ideas += [Idea((term_id(term),)) for term in words[at:]]
        weights: dict[int, float] = {}
        for idea in ideas:
            for term in idea.instead:
                weights.setdefault(term, INSTEAD_WEIGHT)
        for idea in ideas:
            weights.update(dict.fromkeys(idea.said, 1.0))
        return cls(text, tuple(dict.fromkeys(ideas)), weights, products_in(text))

    def coverage(self, contents: Contents, language: Language, words: frozenset[int] | None = None) -> float:
        """The share (0 to 1) of the question's meaning, weighed by rarity, that this language's passages have words for.

        With `words`, the share that this one set of words has.
        """
        total = covered = 0.0
        for idea in self.ideas:
            weight, share = self._weighed(idea, contents, language, words)
            total += weight
            covered += weight * share
        return covered / total if total else 0.0

    @staticmethod
    def _weighed(
        idea: Idea, contents: Contents, language: Language, words: frozenset[int] | None
    ) -> tuple[float, float]:
        def has(term: int) -> bool:
            return term in words if words is not None else contents.knows(language, term)

        said = [contents.rarity(language, term) for term in idea.said]
        share = sum(rarity for term, rarity in zip(idea.said, said, strict=True) if has(term)) / sum(said)
        known = [term for term in idea.instead if contents.knows(language, term)]
        if not known:
            return sum(said), share
        # The trade's own word is as rare as the rarest way to say it that these passages use.
        weight = max(contents.rarity(language, term) for term in known)
        if all(contents.knows(language, term) for term in idea.said):
            weight = max(weight, *said)
        found = [contents.rarity(language, term) for term in known if has(term)]
        return weight, max(share, min(1.0, max(found, default=0.0) / weight))
