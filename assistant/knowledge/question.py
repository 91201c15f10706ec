"""A question taken apart for search: its words, what else says the same, and how much of it a text's words cover."""

from __future__ import annotations

import math
from collections.abc import Callable
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

    def meaning(self, contents: Contents, language: Language) -> Meaning:
        """What the question asks for, weighed by how rare its words are among this language's passages."""
        return Meaning(tuple(_weighed(idea, contents, language) for idea in self.ideas))


@dataclass(frozen=True)
class Meaning:
    """A question's ideas, each with its weight and the share of it (0 to 1) that each word says."""

    ideas: tuple[tuple[float, tuple[tuple[int, float], ...], tuple[tuple[int, float], ...]], ...]

    def share(self, has: Callable[[int], bool]) -> float:
        """The share of the meaning (0 to 1) that can be said with the words that `has` accepts."""
        total = covered = 0.0
        for weight, said, instead in self.ideas:
            total += weight
            own = math.fsum(part for term, part in said if has(term))
            covered += weight * max(own, max((part for term, part in instead if has(term)), default=0.0))
        return min(1.0, covered / total) if total else 0.0


def _weighed(
    idea: Idea, contents: Contents, language: Language
) -> tuple[float, tuple[tuple[int, float], ...], tuple[tuple[int, float], ...]]:
    rarities = [contents.rarity(language, term) for term in idea.said]
    whole = math.fsum(rarities)
    said = tuple((term, rarity / whole) for term, rarity in zip(idea.said, rarities, strict=True))
    known = [(term, contents.rarity(language, term)) for term in idea.instead if contents.knows(language, term)]
    if not known:
        return whole, said, ()
    # The trade's own word is as rare as the rarest way to say it that these passages use.
    rarest = max(rarity for _, rarity in known)
    if all(contents.knows(language, term) for term in idea.said):
        rarest = max(rarest, *rarities)
    return rarest, said, tuple((term, rarity / rarest) for term, rarity in known)
