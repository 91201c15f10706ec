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

from assistant.knowledge.wording import fold

K1 = 1.2
B = 0.75
# Words of a usual passage of this corpus; BM25's average length, fixed so that a passage's vector depends on itself
# alone and can be kept when other passages change.
USUAL_LENGTH = {"zh": 24.0, "en": 24.0}

_HAN_RUN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+"
# A code or number stays whole: t4a, t-rackscale, 512gb, 10.5, h100; a quantity swallows the space before its unit.
_QUANTITY = r"\d+(?:\.\d+)?\s?(?:gbe|gb/s|gbps|gb|tb|pb|mb|kw|db|ghz)(?![a-z])"
_CODE = r"[a-z0-9]+(?:[-.'’][a-z0-9]+)*\+*"
_TOKEN = re.compile(f"(?P<han>{_HAN_RUN})|(?P<quantity>{_QUANTITY})|(?P<code>{_CODE})")

_ENGLISH_FUNCTION = frozenset(
    "a an and any are as at be been but by can could did do does doing for from had has have having he her his how i if in "
    "into is it its itself just like me might more most much many must my no not of off on once only or other our out "
    "over own per please same shall she should so some such than that the their them then there these they this those "
    "to too under until up us use using very via was we were what when where which while who whom whose why will with "
    "would you your yours im i'm it's what's don't doesn't there's let tell know about also need want get give".split()
)
_CHINESE_FUNCTION = frozenset(
    "的 了 吗 呢 吧 啊 呀 么 嘛 是 在 有 和 与 或 及 以 也 都 就 而 但 被 把 对 从 到 向 给 于 由 为 之 其 此 该 这 那 哪 "
    "我 你 您 他 她 它 我们 你们 您们 他们 它们 咱们 自己 什么 怎么 怎样 怎么样 如何 哪些 哪个 哪种 哪里 几个 多少 几 "
    "多大 多长 多久 为什么 是否 能否 可否 可以 能 会 要 想 需要 应该 应 请 请问 一下 一个 一些 一种 这个 那个 这些 那些 "
    "还 还是 不 没 没有 吗 最 更 很 太 比较 如果 因为 所以 时 时候 里 中 上 下 后 前 来 去 做 用 让 并 等 个 种 些 多 大 "
    "告诉 知道 有没有 是不是 能不能 要不要 该 才 只 又 再 呗 啦 跟 谁 何".split()
)


def _singular(word: str) -> str:
    """A light fold of English plurals; never of codes with digits."""
    if len(word) <= 3 or not word.isalpha() or not word.endswith("s") or word.endswith(("ss", "us", "is")):
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
    """The terms of a text in order, repeats kept: Chinese words, English words in the singular, codes and quantities."""
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
    return term not in _ENGLISH_FUNCTION and term not in _CHINESE_FUNCTION


@lru_cache(maxsize=65536)
def term_id(term: str) -> int:
    """A term's place in the sparse space: 32 bits of a hash that is the same everywhere."""
    return int.from_bytes(blake2b(term.encode("utf-8", "replace"), digest_size=4).digest(), "big")


def passage_weights(words: Sequence[str], usual_length: float) -> dict[int, float]:
    """The passage's half of BM25: term id -> tf (k1 + 1) / (tf + k1 (1 - b + b length / usual length))."""
    norm = K1 * (1 - B + B * len(words) / usual_length)
    weights: dict[int, float] = {}
    for term, count in Counter(words).items():
        key = term_id(term)
        weights[key] = max(weights.get(key, 0.0), count * (K1 + 1) / (count + norm))
    return weights
