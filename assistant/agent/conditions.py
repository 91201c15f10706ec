"""Recommendations under a condition: "if several groups share it, T8" may name no other line than the rules do.

An alternative of a decision is a condition with its lines. Prose that states the condition and names a line that is
recommended today has turned the two around, although each of its words stands in the notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.agent.codes import Code, codes
from assistant.agent.grounds import Grounds
from assistant.agent.sentences import sentences
from assistant.rules.trace import Decision

_HAN = re.compile(r"[\u3400-\u9fff]")
_END = re.compile(r"[;；。!！?？]|\.\s")
# A condition that stands behind the line it is for: "T8 if several groups share it", or in brackets.
_BEHIND = re.compile(
    r"\s*(?:\[\d{1,3}\]\s*)*(?:[（(]|(?:only )?(?:if|when|once|for|in case|should|as soon as)\b)", re.IGNORECASE
)
# The share of a condition's wording at which it counts as stated.
_STATED = 0.75


def _grams(text: str) -> set[str]:
    """Pairs of Chinese characters, runs of four letters of others."""
    letters = "".join(char for char in text.lower() if char.isalnum())
    size = 2 if _HAN.search(letters) else 4
    return {letters[at : at + size] for at in range(len(letters) - size + 1)}


def misplaced(text: str, grounds: Grounds) -> Iterator[Code]:
    """The product codes of a plain text that stand behind a condition which the decision ties to other lines."""
    decision = grounds.findings.decision
    if decision is None or not decision.alternatives:
        return
    for sentence in sentences(text):
        start, stated = 0, ""
        for code in codes(sentence.text):
            # A condition holds for the lines behind it, up to the next words that state one.
            between = sentence.text[start : code.start]
            if start and _BEHIND.match(between):
                between = ""
                stated = ""
            elif _END.search(between):
                stated, between = "", _END.split(between)[-1]
            stated = between if len(_grams(between)) > 1 else stated
            start = code.end
            if code.product and _belies(stated, code, decision):
                yield code


def _belies(words: str, code: Code, decision: Decision) -> bool:
    own = _grams(words)
    for language in ("zh", "en"):
        stated = [
            option
            for option in decision.alternatives
            if (wanted := _grams(option.when.get(language))) and len(wanted & own) >= _STATED * len(wanted)
        ]
        if stated and all(code.product not in option.models for option in stated):
            return True
    return False
