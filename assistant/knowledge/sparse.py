"""Words as sparse vectors: BM25 split between the two sides of an index.

A passage's vector holds the saturated, length-normalised term frequency; the question's vector holds 1 per term; Qdrant
multiplies by the inverse document frequency (`Modifier.IDF`). Their dot product is BM25 (Robertson and Zaragoza 2009).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from assistant.knowledge.wording import fold

# Low: passages here are short, and a row that says a word three times is hardly more about it than with it once.
K1 = 0.5
B = 0.75
_HAN_RUN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+"
# A code or number stays whole: t4a, t-rackscale, 512gb, 10.5, h100; a quantity swallows the space before its unit.
_QUANTITY = r"\d+(?:\.\d+)?\s?(?:gbe|gb/s|gbps|gb|tb|pb|mb|kw|db|ghz)(?![a-z])"
_CODE = r"[a-z0-9]+(?:[-.'’][a-z0-9]+)*\+*"
_TOKEN = re.compile(f"(?P<han>{_HAN_RUN})|(?P<quantity>{_QUANTITY})|(?P<code>{_CODE})")

FUNCTION_WORDS = frozenset(Path(__file__).with_name("function_words.txt").read_text(encoding="utf-8").split())


def _singular(word: str) -> str:
    """A light fold of English plurals; never of codes with digits."""
    if len(word) <= 3 or not word.isalpha() or not word.endswith("s") or word.endswith(("ss", "is")):
        return word
    if word.endswith("us") and not word.endswith("pus"):  # status stays, GPUs does not
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=4096)
def _han_terms(run: str) -> tuple[str, ...]:
    import rjieba

    return tuple(word for word in rjieba.cut_for_search(run) if word.strip())


def terms(text: str) -> list[str]:
    """The terms of a text in order, repeats kept: Chinese words, singular English words, codes and quantities."""
    found: list[str] = []
    for match in _TOKEN.finditer(fold(text)):
        if match.group("han"):
            found.extend(_han_terms(match.group("han")))
        elif match.group("quantity"):
            found.append(re.sub(r"\s", "", match.group("quantity")))
        else:
            found.append(_singular(re.sub(r"['’]s$", "", match.group("code"))))
    return found


def is_content(term: str) -> bool:
    """False for function words, which say nothing about what a question is about."""
    return term not in FUNCTION_WORDS


@lru_cache(maxsize=65536)
def term_id(term: str) -> int:
    """A term's place in the sparse space: 32 bits of a hash that is the same everywhere."""
    return int.from_bytes(blake2b(term.encode("utf-8", "replace"), digest_size=4).digest(), "big")


def passage_weights(words: Sequence[str], usual_length: float) -> dict[int, float]:
    """The passage's half of BM25: term id -> tf (k1 + 1) / (tf + k1 (1 - b + b length / usual length)).

    `usual_length` is the number of terms in an average passage of the language.
    """
    norm = K1 * (1 - B + B * len(words) / usual_length)
    weights: dict[int, float] = {}
    for term, count in Counter(words).items():
        key = term_id(term)
        weights[key] = max(weights.get(key, 0.0), count * (K1 + 1) / (count + norm))
    return weights
