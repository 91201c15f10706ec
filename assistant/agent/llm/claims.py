"""What a sentence says of a product, and by which mark, against what the notes say of it.

Words that all stand in the notes can still be put together wrongly: the condition of one line with the code of another,
a statement with the mark of a note that does not hold it, a comparison that nobody made.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from assistant.agent.codes import Code, codes, series_named
from assistant.agent.llm.support import said
from assistant.agent.verify import MARK
from assistant.knowledge import wording
from assistant.rules.catalogue import Product

_CLAUSE = re.compile(r"[；;。！!？?\n]|\.(?=\s)")
_STOP = re.compile(r"[，,；;。：:！!？?\n]|\.(?=\s)")
# Of the words around a code this share may stand in no clause that names it, and of those of a sentence in none of the
# notes that it marks. Chosen on 178 wrong sentences and 44 faithful ones over 19 turns (docs/language-model.md).
_MOST_STRAY = 0.5
_MOST_UNMARKED = 0.35
_FEWEST = 2
# Comparisons, each of which a note has to make.
_COMPARED = re.compile(
    r"比(?!较|如|例)[^，。；]{1,24}(?:更|还)?[高低快慢强弱好差多少贵优稳省大小]|优于|胜过|强于|快于|不如|超过|领先|(?:更|最)(?:快|强|好|稳|省|便宜|贵|划算|安静|先进|可靠|优|受欢迎)"
    r"|\b(?:faster|slower|better|worse|cheaper|quieter|stronger|fastest|best|cheapest|strongest|beats?|outperforms?|superior)\b"
    r"|\bmore \w+ than\b|\bless \w+ than\b|\bmost (?:powerful|popular|reliable|advanced|cost-effective)\b",
    re.IGNORECASE,
)


# Words that make a statement hold always, for all or for certain.
_ABSOLUTE = re.compile(
    r"只(?:有|能|可|用于|需|要)(?!看)|必须|一定|务必|完全|彻底|全部|所有|已经|无法|自带|从不|永远|总是|绝对|没(?:有)?问题|足够"
    r"|\b(?:must|always|never|already|enough|at least|alone|certainly|guaranteed"
    r"|needs? no|impossible)\b",
    re.IGNORECASE,
)


class Claims:
    """The notes by product and by mark."""

    def __init__(self, notes: str, opening: str) -> None:
        self._text = wording.fold(f"{notes}\n{opening}")
        self._about: dict[Product, set[str]] = defaultdict(set)
        self._marked: dict[str, set[str]] = defaultdict(set)
        common: set[str] = said(opening)
        for line in notes.splitlines():
            words = said(line)
            for mark in MARK.findall(line):
                self._marked[mark] |= words
            for clause in _CLAUSE.split(line):
                for group, around in _around(clause):
                    for product in _products(group):
                        self._about[product] |= said(around)
                # What belongs to a series holds for its lines; other notes say nothing of any product.
                if series_named(clause) and not codes(clause):
                    common |= said(clause)
        self._common = common
        self._all_marked = set[str]().union(*self._marked.values())

    def stray(self, sentence: str) -> str | None:
        """The code of a product of which the sentence says what the notes say of none or of another; None without."""
        for code, around in _around(sentence):
            own = said(around)
            known = self._common.union(*(self._about[product] for product in _products(code)))
            if len(own) >= _FEWEST and len(own - known) > _MOST_STRAY * len(own):
                return code[0].words
        return None

    def unmarked(self, sentence: str) -> str | None:
        """The marks of a sentence whose words stand in other notes than those; None where they do not."""
        marks = [mark for mark in MARK.findall(sentence) if mark in self._marked]
        if not marks:
            return None
        own = said(sentence) & self._all_marked
        held = set[str]().union(*(self._marked[mark] for mark in marks))
        if len(own) >= _FEWEST and len(own - held) > _MOST_UNMARKED * len(own):
            return " ".join(f"[{mark}]" for mark in marks)
        return None

    def compared(self, sentence: str) -> str | None:
        """The words of a comparison, or of what is to hold always, that no note has; None without."""
        folded = wording.fold(sentence)
        for match in (*_COMPARED.finditer(folded), *_ABSOLUTE.finditer(folded)):
            if match[0] not in self._text:
                return match[0]
        return None


def _products(group: list[Code]) -> set[Product]:
    return {code.product for code in group if code.product}


def _around(sentence: str) -> Iterator[tuple[list[Code], str]]:
    """Each group of codes between which nothing stops, with the words before it, among it, and up to the next stop."""
    groups: list[list[Code]] = []
    for code in codes(sentence):
        if groups and not _STOP.search(MARK.sub("", sentence[groups[-1][-1].end : code.start])):
            groups[-1].append(code)
        else:
            groups.append([code])
    start = 0
    for place, group in enumerate(groups):
        begin, end = group[0].start, group[-1].end
        ahead = _CLAUSE.split(sentence[start:begin])[-1]
        limit = groups[place + 1][0].start if place + 1 < len(groups) else len(sentence)
        behind = _STOP.split(sentence[end:limit])[0]
        yield group, f"{ahead} {sentence[begin:end]} {behind}"
        start = end
