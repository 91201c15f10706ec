"""What a sentence ties to a product, a series, a GPU or a figure, against what the notes tie to it.

"A -> X; B -> Y" holds the words of "A -> Y", in one note and under one mark. So the kinds of work, of sharing and of
size that stand beside an anchor (a code, a series, a GPU, a figure) in a clause of the sentence have to stand beside it
in a clause of the notes; so do the names beside the subject of a row ("training layer").
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from assistant.agent.codes import codes, series_named
from assistant.agent.gpu_names import gpu_names
from assistant.agent.llm.support import STATEMENT_END, said
from assistant.agent.measures import measures
from assistant.dialogue.phrases import phrases
from assistant.knowledge import wording
from assistant.rules.catalogue import PRODUCTS

# The fields whose words tell what a line, a GPU or a figure is for.
_TELLING = frozenset({"workloads", "sharing", "scale", "interconnect", "multi_node", "rack_scale"})
_STOP = re.compile(r"[，,；;。！!？?\n]|\.(?=\s)|而(?!不|非|且)|\bwhile\b|\bwhereas\b")
# What is named only to be set apart from: its words belong to what it is not.
_APART = re.compile(
    r"(?:而不是|而非|不是|rather than|instead of|as opposed to|unlike|\bnot (?:the|for|a)\b)[^，,；;。]*", re.IGNORECASE
)
# Names in Latin letters, told from words by a capital behind their first letter.
_NAME = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]+[A-Z][A-Za-z]*(?![A-Za-z0-9])")
_ROW = " · "
# A condition of the notes, up to what holds under it; and its parts, each of which is one.
_CONDITION = re.compile(r"(?:若|如果|\b(?:if|when|should)\b)(.+?)(?:[：:]|\*\*|$)", re.IGNORECASE)
_PART = re.compile(r"[，,、（(）)]|或|\bor\b", re.IGNORECASE)
_FEWEST = 2
_SHORTEST = 4
# Characters of a subject that is a word and no phrase.
_LONGEST = 4
_SERIES_OF = {product: product[0] for product in PRODUCTS}


class Bindings:
    """The notes by anchor. `case` is what the visitor said, which may be said of what is recommended to them."""

    def __init__(self, notes: str, opening: str, case: str) -> None:
        self._kinds: dict[str, set[str]] = defaultdict(set)
        self._rows: list[tuple[frozenset[str], str]] = []
        self._conditions: list[tuple[str, frozenset[str]]] = []
        self._text = f"{notes}\n{opening}\n{case}"
        self._series: set[str | None] = {series for _, series, _, _ in series_named(self._text)}
        self._series |= {_SERIES_OF[code.product] for code in codes(self._text) if code.product}
        for line in notes.splitlines():
            head, row, _ = line.partition(_ROW)
            anchors = _anchors(head) if row else set[str]()
            for clause in STATEMENT_END.split(line):
                kinds = _kinds(clause)
                for anchor in anchors | _anchors(_APART.sub(" ", clause)):
                    self._kinds[anchor] |= kinds
                for anchor in _anchors(clause):
                    # Named, if only to be set apart.
                    self._kinds[anchor] |= set()
                condition, lines = _CONDITION.search(clause), _products(clause)
                parts = _PART.split(condition[1]) if condition and lines else []
                self._conditions += [(part.strip(), lines) for part in parts if len(part.strip()) >= _SHORTEST]
            if row:
                self._rows.append((said(head), line))
        heads = [line.partition(_ROW)[0].strip(" -*") for _, line in self._rows]
        self._called = _called(heads)
        own = _kinds(f"{opening}\n{case}")
        for product in _products(opening):
            self._kinds[product] |= own
        # What belongs to a series holds for its lines, and what a line is for belongs to its series.
        series = {letter: set(self._kinds.get(letter, ())) for letter in dict.fromkeys(_SERIES_OF.values())}
        for product, letter in _SERIES_OF.items():
            if product in self._kinds:
                self._kinds[letter] |= self._kinds[product]
                self._kinds[product] |= series[letter]

    def untied(self, sentence: str) -> str | None:
        """Words for a kind of work, sharing or size, or a name, that the notes do not tie to what stands beside it."""
        # "For rendering, transcoding and research, the T series": a list has stops of its own.
        for clause in dict.fromkeys((*_STOP.split(sentence), *STATEMENT_END.split(sentence))):
            clause = _APART.sub(" ", clause)
            known = [self._kinds[anchor] for anchor in _anchors(clause) if anchor in self._kinds]
            if not known:
                continue
            strangers = [words for words, kind in _named(clause) if not any(kind in kinds for kinds in known)]
            if strangers:
                return strangers[0]
        foreign = (words for words, series, _, _ in series_named(sentence) if series not in self._series)
        return next(foreign, None) or self._under_another_condition(sentence) or self._of_another_row(sentence)

    def _under_another_condition(self, sentence: str) -> str | None:
        """A code behind a condition that the notes have for other lines only; None without."""
        for clause in STATEMENT_END.split(sentence):
            own, lines, folded = said(clause), _products(clause), wording.fold(clause)
            tied = [
                allowed
                for part, allowed in self._conditions
                if wording.fold(part) in folded or (len(words := said(part)) >= _FEWEST and words <= own)
            ]
            if lines and tied and not any(lines & allowed for allowed in tied):
                return min(lines)
        return None

    def _of_another_row(self, sentence: str) -> str | None:
        """A name that stands in rows, but not in the one whose subject the clause names; or a subject that is none of
        the rows', called as they are ("the … layer"); None without."""
        for match in self._called.finditer(sentence) if self._called else ():
            if match[0].lower() not in self._text.lower():
                return match[0]
        for clause in STATEMENT_END.split(sentence):
            own = said(clause)
            rows = [line for head, line in self._rows if head and head <= own]
            others = [line for head, line in self._rows if not (head and head <= own)]
            for match in _NAME.finditer(clause) if len(rows) == 1 else ():
                name = match[0]
                if name not in rows[0] and any(name in line for line in others):
                    return name
        return None


def _products(text: str) -> frozenset[str]:
    return frozenset(code.product for code in codes(text) if code.product)


def _called(heads: list[str]) -> re.Pattern[str] | None:
    """Words that end as the subjects of two rows do ("System layer", "Training layer"); None where they do not."""
    ends = Counter(
        head.rpartition(" ")[2].lower() if head.isascii() else (len(head), head[-1:]) for head in heads if head
    )
    end, times = ends.most_common(1)[0] if ends else ("", 0)
    if times < _FEWEST:
        return None
    if isinstance(end, str):
        return re.compile(rf"\b[A-Za-z]+ {end}\b", re.IGNORECASE) if end.isalpha() else None
    return re.compile(rf"[一-鿿]{{{end[0] - 1}}}{end[1]}") if end[0] <= _LONGEST and "一" <= end[1] <= "鿿" else None


def _anchors(text: str) -> set[str]:
    found: set[str] = {code.product for code in codes(text) if code.product}
    found |= {series for _, series, _, _ in series_named(text) if series}
    found |= {gpu.key for gpu in gpu_names(text)}
    return found | {f"{reading}" for measure in measures(text) for reading in measure.readings}


def _named(clause: str) -> Iterator[tuple[str, str]]:
    """The words and the kind of each telling phrase that is not denied."""
    folded = wording.fold(clause)
    for found in phrases(folded):
        if found.phrase.field in _TELLING and not found.phrase.inferred and found.denied is None:
            yield folded[found.start : found.end], f"{found.phrase.field}={found.phrase.value}"


def _kinds(text: str) -> set[str]:
    folded = wording.fold(text)
    return {f"{found.phrase.field}={found.phrase.value}" for found in phrases(folded)}
