"""How the notes say something: under a condition, denied, set aside. A sentence of their words says it alike.

"If it becomes high-throughput: G8" does not say that it is high-throughput, and "not a quotation" says the opposite of
what its words alone would.
"""

from __future__ import annotations

import re

from assistant.agent.codes import codes
from assistant.agent.llm.support import CLAUSE_END, STATEMENT_END, said
from assistant.knowledge import wording

# Words that deny, but for what is no denial or is advice ("不建议", "should not"), and for the notes' own silence.
_DENIAL = re.compile(
    r"不(?!建议|推荐|应|要|宜|妨|同|仅|只|但|断|少|过|如|错|论|管)|(?<!有)没(?!有?(?:写|说|提|给|列|回答|涉及))"
    r"|无(?!论|疑|限|线)|并非|未必"
    r"|\b(?:not(?! only| just)|no(?! matter| longer than)|never|none|without|cannot|neither|nor|isn't|aren't|doesn't"
    r"|don't|won't|can't|unnecessary|needless)\b",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:should|must|do|better) not\b|\bdon't (?:take|use|judge|buy|choose|rely|look)\b", re.IGNORECASE
)
_SILENCE = re.compile(r"材料|资料|白皮书|原文|\b(?:material|white ?paper|notes?|document)\b", re.IGNORECASE)
# What a note sets aside ("not a quotation", "do not let it become one"), up to the end of its clause, and how a
# sentence may say that otherwise.
_ASIDE = re.compile(
    r"(?:不是|并非|不要|不让|勿|\b(?:is|are|was|do|does|should|must) not\b|, not (?=the |a )|\brather than\b"
    r"|\binstead of\b)"
    r"([^，,；;。.(（\[]+)",
    re.IGNORECASE,
)
_KEPT_ASIDE = re.compile(
    r"避免|防止|以免|而非|别|忽视|不|没|无|\b(?:avoid\w*|prevent\w*|rather than|instead of|keep\w*\b.{0,40}\bfrom|lest"
    r"|not|never|only|no)\b|n't\b",
    re.IGNORECASE,
)
# A condition, in the notes and in sentences; the latter have more ways to say one.
_UNDER = re.compile(
    r"(?:^|[^\w一-鿿])(?:若|如果|如需|一旦|当)|若(?:是|要|希望|扩展|进入|多)|(?:需求|情况)时"
    r"|\b(?:if|when|once|should it|unless|without)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"若|如|要是|假如|倘|一旦|除非|只有|当|时|的话|场景|情况|需求(?!不)|则|可以?|后续|以后|将来|日后|才|就"
    r"|\b(?:if|when|once|should|unless|until|for|in case|where|whenever|would|could|may|might|can|later|only|without"
    r"|condition|depends?|case)\b",
    re.IGNORECASE,
)
# Of the words of what is set aside, the share that says it.
_SAID = 0.8
# Of a clause's words this share may stand in conditions only.
_MOST_CONDITIONAL = 0.5
_FEWEST = 2


class Stances:
    """The notes by clause. What the visitor said (`asked`) and was told (`opening`) is no condition."""

    def __init__(self, notes: str, opening: str, asked: str) -> None:
        folded_notes = wording.fold(notes)
        self._aside = [words for match in _ASIDE.finditer(folded_notes) if len(words := said(match[1])) >= _FEWEST]
        self._denies = bool(_DENIAL.search(folded_notes) or _DENIAL.search(wording.fold(opening)))
        conditional: set[str] = set()
        stated = set(said(f"{opening}\n{asked}"))
        for sentence in STATEMENT_END.split(notes):
            folded = wording.fold(sentence)
            under = _UNDER.search(folded)
            stated |= said(folded[: under.start()] if under else folded)
            conditional |= said(folded[under.start() :]) if under else set()
        self._conditional = conditional - stated

    def denied(self, sentence: str) -> str | None:
        """The word by which a sentence denies something where no note denies anything; None where there is none."""
        if self._denies or _SILENCE.search(sentence):
            return None
        match = _DENIAL.search(_ADVICE.sub(" ", wording.fold(sentence)))
        return match[0] if match else None

    def affirmed(self, sentence: str) -> str | None:
        """A clause of a sentence that says what the notes set aside ("this is a quotation"); None without."""
        if _KEPT_ASIDE.search(wording.fold(sentence)):
            return None
        for clause in STATEMENT_END.split(sentence):
            own = said(clause)
            if any(len(own & words) >= _SAID * len(words) for words in self._aside):
                return clause.strip()
        return None

    def unconditional(self, sentence: str) -> str | None:
        """A clause that states what the notes have as a condition only; None without. What a line is for may be said of
        it without an "if"."""
        if _CONDITION.search(wording.fold(sentence)):
            return None
        for clause in CLAUSE_END.split(sentence):
            own = said(clause)
            held = own & self._conditional
            if len(own) >= _FEWEST and len(held) > _MOST_CONDITIONAL * len(own) and not codes(clause):
                return clause.strip()
        return None
