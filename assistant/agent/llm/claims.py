"""What a sentence says of a product, and by which mark, against what the notes say of it.

Words that all stand in the notes can still be put together wrongly: the condition of one line with the code of another,
a statement with the mark of a note that does not hold it, a comparison that nobody made.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from assistant.agent.codes import Code, codes, series_named
from assistant.agent.llm.support import STATEMENT_END, said
from assistant.agent.verify import MARK
from assistant.knowledge import wording
from assistant.rules.catalogue import Product

_STOP = re.compile(r"[，,；;。：:！!？?\n]|\.(?=\s)")
# Of the words around a code this share may stand in no clause that names it, and of those of a sentence in none of the
# notes that it marks. Chosen on 178 wrong sentences and 44 faithful ones over 19 turns (docs/language-model.md).
_MOST_STRAY = 0.6
_MOST_UNMARKED = 0.35
_FEWEST = 2
# Comparisons, each of which a note has to make.
_COMPARED = re.compile(
    r"比(?!较|如|例)[^，。；]{1,24}(?:更|[高低快慢强弱好差多少贵优稳省大小])|越[^，。；]{1,12}越|一样|相同|同款|等同"
    r"|优于|胜过|强于|快于|不如|超过|领先|(?:更|最)(?:快|强|好|稳|省|便宜|贵|划算|安静|先进|可靠|优|受欢迎)"
    r"|\b(?:faster|slower|better|worse|cheaper|quieter|stronger|fastest|best|cheapest|strongest|beats?|outperforms?|superior"
    r"|the same (?:as|server|machine|hardware|model)|identical to|equivalent to|equals?)\b"
    r"|\b(?:little|much|far|slightly|no) (?:more|less)\b|\bmore \w+ than\b|\bless \w+ than\b"
    r"|\bmost (?:powerful|popular|reliable|advanced|cost-effective)\b",
    re.IGNORECASE,
)


# Words that make a statement hold always, for all or for certain.
_ABSOLUTE = re.compile(
    r"只(?:有|能|可|用于|需|要)(?!看)|必须|一定|务必|完全|彻底|全部|所有|已经|无法|自带|从不|永远|总是|绝对|没(?:有)?问题|足够"
    r"|\b(?:must|always|never|already|enough|at least|certainly|guaranteed|every"
    r"|needs? no|impossible)\b",
    re.IGNORECASE,
)
# How long something takes, what comes before what, and how many machines there are to be.
_MEASURED = re.compile(
    r"[几一两三四五半数]\s?(?:秒|分钟|小时|天|周|个?月|年|个?工作日)|马上|立即|立刻|很快|尽快|到货"
    r"|(?:交付|报价|验收|采购|上线|部署|安装|下单|投产|扩容|签约|付款)(?:之|以)?[前后]|其次|首要|最关键|最重要|优先于"
    r"|[两二三四五六七八九十几]\s?(?:台|套|柜)(?!式)"
    r"|\b(?:within|in under|instantly|immediately|before|after|takes? precedence)\b"
    r"|\b(?:seconds|minutes|hours?|days?|weeks?|months?)\b"
    r"|\b(?:two|three|four|five|six|eight|several|multiple) (?:[gt]\d\w* ?/? ?)*(?:\w+ )?"
    r"(?:servers?|nodes?|machines?|units?|racks?)\b"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?) (?:other|more|further|additional)\b",
    re.IGNORECASE,
)
# What advertising says of anything.
_PRAISED = re.compile(
    r"成熟|口碑|广泛|热门|深受|久经|领先|轻松|平滑|无缝|省心|放心|完美|强大|卓越|出色|理想|典型|标准配置"
    r"|\b(?:proven|trusted|widely|mature|established|leading|easily|smoothly|seamless\w*|perfect\w*|powerful|excellent"
    r"|ideal\w*|robust|standard configuration|cost-effective|future-proof)\b",
    re.IGNORECASE,
)


class Claims:
    """The notes by product and by mark."""

    def __init__(self, notes: str, opening: str, asked: str = "") -> None:
        self._text = wording.fold(f"{notes}\n{opening}")
        self._asked = wording.fold(asked)
        self._about: dict[Product, set[str]] = defaultdict(set)
        self._marked: dict[str, set[str]] = defaultdict(set)
        common = set(said(opening))
        for line in notes.splitlines():
            words = said(line)
            for mark in MARK.findall(line):
                self._marked[mark] |= words
            for clause in STATEMENT_END.split(line):
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
        return self._own(sentence, _COMPARED, _ABSOLUTE)

    def measured(self, sentence: str) -> str | None:
        """Words for a time, an order or a number of machines that no note has; None without."""
        words = self._own(sentence, _MEASURED)
        return words if words and words not in self._asked else None

    def praised(self, sentence: str) -> str | None:
        """Words of praise that no note has; None without."""
        return self._own(sentence, _PRAISED)

    def _own(self, sentence: str, *patterns: re.Pattern[str]) -> str | None:
        folded = wording.fold(sentence)
        found = (match[0] for pattern in patterns for match in pattern.finditer(folded))
        return next((words for words in found if words not in self._text), None)


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
        ahead = STATEMENT_END.split(sentence[start:begin])[-1]
        limit = groups[place + 1][0].start if place + 1 < len(groups) else len(sentence)
        behind = _STOP.split(sentence[end:limit])[0]
        yield group, f"{ahead} {sentence[begin:end]} {behind}"
        start = end
