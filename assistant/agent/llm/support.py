"""How much of what a sentence says is said in its notes: a plausible claim that rests on none has words of its own.

The checks of `verify` know products, figures, promises and sources. They do not know that "it also proves how reliable
the platform is" stands nowhere; the share of a sentence's words that the notes have tells that, whatever it is about.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from assistant.knowledge import wording
from assistant.knowledge.sparse import FUNCTION_WORDS

_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[a-z]{2,}")
# Where a statement of a note or a sentence ends, and where a clause of it does.
STATEMENT_END = re.compile(r"[；;。！!？?\n]|\.(?=\s)")
CLAUSE_END = re.compile(r"[，,；;。：:！!？?\n—–]|\.(?=\s)")
_CLAUSE = re.compile(r"[，,；;。：:！!？?—–]|\.(?=\s)")
# Chinese characters, or half as many words, from which a clause says something.
_LONG = 4
# Letters that tell an English word whatever its ending.
_STEM = 5
# Figures and product codes.
_CODE = re.compile(r"[a-z]*\d[\w.]*")
# The share of new words below which a sentence says nothing new.
_NEW = 0.15
# What may be said about the notes themselves.
_OF_THE_NOTES = """材料 资料 白皮书 没有 写明 说明 回答 提到 给出 涉及 列出 指出 提醒 原文
material whitepaper notes answer state mention cover list point"""
# How an answer begins that says yes or no.
_VERDICT = re.compile(
    r"\W*(?:可以|不可以|能|不能|行|不行|会|不会|有|没有|够|不够|是|不是|对|不对)的?(?:[，,。.！!；;]|$)"
    r"|\W*(?:没问题|当然|没错|是的|对的|确实|完全可以|可以的|恐怕不)"
    r"|\W*(?:sure|definitely|indeed|correct|right|exactly|true|nope|yeah)\b\s*[,.!;:—–-]"
    r"|\W*(?:yes|no|of course|absolutely|certainly)\b",
    re.IGNORECASE,
)
# What joins and colours statements without stating anything, beyond the words that search leaves out.
_JOINING_ZH = re.compile(
    r"简单(?:来)?说|也就是说|换句话说|具体来说|总的来说|总之|因此|所以|因为|由于|如果|若是|若|则|同时|另外|此外|以及|并且|而且|或者|主要|通常|一般|建议|推荐|优先|适合|选择|方案|方向"
    r"|侧重|不同|原因|理由|如下|要点|方面|情况|场景|目前|当前|您的|您|这样|需要|应当|应该|可以|进行|作为|属于|对于|关于|根据|按照|确认|考虑|说明|包括|其中|之一"
)
_JOINING_EN = """
because since therefore thus hence also additionally moreover however while whereas although usually typically
generally mainly recommend recommended suggest suggested choose choice option options suitable fits first start
starts prefer preferred consider considered ensure include includes including according based case cases
situation needs needed want wants good right well make makes sure confirm confirmed means work works go goes
given line lines
reason reasons following point points few differ differs different difference focus focuses matter matters
"""


@cache
def _joining() -> frozenset[str]:
    return frozenset(word[:_STEM] for word in (*FUNCTION_WORDS, *_JOINING_EN.split()))


@lru_cache(maxsize=256)
def said(text: str) -> frozenset[str]:
    """What a text states, as pairs of Chinese characters and stems of English words; what only joins is left out."""
    lowered = wording.fold(text)
    pairs: set[str] = set()
    for run in _HAN.findall(_JOINING_ZH.sub(" ", lowered)):
        pairs |= {
            run[at : at + 2]
            for at in range(len(run) - 1)
            if not (run[at] in FUNCTION_WORDS or run[at + 1] in FUNCTION_WORDS)
        }
    return frozenset(pairs) | {stem for word in _WORD.findall(lowered) if (stem := word[:_STEM]) not in _joining()}


class Ground:
    """The words of the notes, asked for by many sentences. What only the visitor said (`asked`) supports nothing, and
    is not strange either."""

    def __init__(self, *texts: str, asked: str = "") -> None:
        whole = "\n".join(texts)
        self._said = said(f"{whole}\n{_OF_THE_NOTES}")
        self._asked = said(asked) - self._said
        self._judges = any(_VERDICT.match(line) for line in whole.splitlines())

    def strange(self, sentence: str) -> float:
        """The share of a sentence's words that are not the notes'; 0 for one that states nothing, 1 for one that gives
        the visitor's words back and no more."""
        whole = said(sentence)
        own = whole - self._asked
        if len(whole) > 1 and not whole & self._said:
            return 1.0
        if any(self._foreign(clause) for clause in _CLAUSE.split(sentence)):
            return 1.0
        return len(own - self._said) / len(own) if len(own) > 1 else 0.0

    def _foreign(self, clause: str) -> bool:
        """Whether a clause of some length has no word of the notes and one at least of its own."""
        own = said(clause)
        long = sum(char.isalpha() for char in clause if ord(char) > 0x2E7F) + 2 * len(_WORD.findall(clause.lower()))
        return len(own - self._asked) > 1 and not own & self._said and long >= _LONG

    def verdict(self, sentence: str) -> str | None:
        """A yes or no to the visitor's question that the notes do not say themselves; None where there is none."""
        match = _VERDICT.match(sentence)
        return match[0] if match and not self._judges else None


def repeats(sentence: str, before: str) -> bool:
    """Whether a sentence says in other order what was said before it: no figure or code of its own, hardly a word."""
    own, codes = said(sentence), set(_CODE.findall(wording.fold(sentence)))
    if not own or not codes <= set(_CODE.findall(wording.fold(before))):
        return False
    return len(own - said(before)) <= _NEW * len(own)
