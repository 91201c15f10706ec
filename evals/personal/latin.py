"""Names of people in Latin letters: capitalised words behind what introduces a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import Pattern

from assistant.dialogue.expressions import expression
from evals.personal.sign import TAKEN, TECHNICAL
from evals.personal.words import NOT_LATIN

_UPPER, _LOWER = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"
_WORD = rf"(?:[{_UPPER}][{_LOWER}]{{1,20}}(?:['’-]?[{_UPPER}][{_LOWER}]{{1,20}})?|[A-Z]['’][A-Z][{_LOWER}]{{1,20}})"
_BETWEEN = r"(?:[A-Z]\.? |(?:van|von|de|der|den|da|di|del|la|le|bin|ibn|al|el) ){0,2}"
_NAME = rf"{_WORD}(?: {_BETWEEN}{_WORD}){{0,3}}(?![A-Za-z0-9])"
_FULL = rf"{_WORD}(?: {_BETWEEN}{_WORD}){{1,3}}(?![A-Za-z0-9])"
_FORM = expression(_NAME)
# Behind "my name is" small letters and capitals are a name as well.
_LETTER = "A-Za-zÀ-ÖØ-öø-ÿ"
_ANY = expression(rf"[{_LETTER}][{_LETTER}.'’-]{{0,30}}(?: [{_LETTER}][{_LETTER}.'’-]{{0,30}}){{0,3}}")
_LAST_FIRST = expression(rf", ?{_NAME}(?=\s*(?:$|[\n;]))")
# Where a single word stands that may be something else, the sentence has to end or go on to where that person is.
_AFTER = expression(
    rf"\s?(?:from|at|of|here|with|and|in|speaking|by the way|who|again)\b|\s?[,.!?;:)\n。，；！？、—–{TAKEN}]|\s*$"
)
_TITLE = expression(
    r"\b(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Professor|Madam|Herr|Frau|Monsieur|Madame)\b\.? (?:(?:Dr|Prof)\.? )?"
)
_CALLED = expression(
    r"(?:(?i:\b(?:call me|they call me|known as|goes by|named"
    r"|(?:I am|I['’]?m|he is|she is|he['’]s|she['’]s) called"
    r"|ask for|speak (?:to|with)|talk to|spoke (?:to|with)|written by|prepared by))"
    r"|(?i:,|\band|\bhis|\bher|\bcontact)\s?(?i:name(?: is)?))\s"
)
_MAYBE = expression(
    r"(?i:\b(?:I am|I['’]?m|this is|here is|it is|it['’]s|contact"
    r"|reach out to|reach|call|phone|cc|meet|met|ping|email|mail|on behalf of))\s"
)
_RELATION = expression(
    r"(?i:\b(?:my|our|his|her|their|the|a)\s(?:colleagues?|boss|manager|supervisor|advisor|adviser|director|professor"
    r"|teacher|student|friend|wife|husband|partner|assistant|secretary|admin|lead|team lead|head of [a-z]{2,12}"
    r"|CTO|CEO|CIO|CFO|PI|sysadmin|buyer|engineer|postdoc|coworker|co-worker|client|dean|contact)"
    r"(?:,| is|:|['’]s name is| named| called)?)\s"
)
_GREETING = expression(r"(?:^|(?<=[\n.!?,]))\s?(?i:hi|hello|hey|dear|thanks|thank you|good (?:morning|afternoon)),?\s")
_AFTER_GREETING = expression(r"\s?(?:[,!:.\n—–]|$)")
_ALONE: tuple[Pattern[str], ...] = (
    expression(rf"(?:^|(?<=[\n.!?,] )|(?<=[\n.!?,]))(?P<it>{_NAME})(?= here\b| speaking\b)"),
    expression(
        rf"(?<![A-Za-z])(?P<it>{_FULL})(?=,? \(?(?:CTO|CEO|CIO|CFO|COO|PhD|Ph\.D|MD"
        r"|Professor|Prof|Director|Manager|Head of|VP|Lead|Dean|Chair)\b)"
    ),
    expression(
        rf"(?<![A-Za-z])(?P<it>{_NAME})"
        r"(?=['’]s? (?:cell|mobile|phone|e-?mail|number|address|wechat|passport|home|account|desk)\b)"
    ),
    # A signature.
    expression(rf"(?:[—–~]{{1,3}}|--|[.!?] ?-)\s?(?P<it>{_NAME})\s{{0,3}}$", re.MULTILINE),
    expression(
        r"(?i:\b(?:regards|sincerely|cheers|thanks|thank you|many thanks|best|best wishes|yours|yours truly|BR|rgds))"
        rf",?!?\.?\s{{1,3}}(?P<it>{_NAME})\s{{0,3}}$",
        re.MULTILINE,
    ),
    expression(rf"\n\s{{0,3}}(?P<it>{_FULL})\s{{0,3}}\Z"),
    expression(rf"(?<![A-Za-z])(?P<it>{_FULL})(?=[\s,:(</|-]{{1,3}}{TAKEN})"),
    expression(rf"{TAKEN}[\s,(/|-]{{1,3}}(?P<it>{_FULL})(?=[),.;\s]|$)"),
)


def _usable(words: list[str]) -> int:
    """How many of the words can be a name, from the first."""
    count = 0
    for word in words:
        if word.lower().strip(".'’-") in NOT_LATIN or TECHNICAL.match(word):
            break
        count += 1
    return count


def latin_name(text: str, start: int, *, sure: bool = False, alone: bool = False) -> int | None:
    """The end of a name that begins at `start`; None where none does.

    `sure` takes small letters for one, `alone` wants a single word to end its clause.
    """
    match = (_ANY if sure else _FORM).match(text, start)
    if match is None:
        return None
    words = match[0].split(" ")
    count = _usable(words)
    if not count:
        return None
    end = start + len(" ".join(words[:count]).rstrip(".-"))
    if sure and (given := _LAST_FIRST.match(text, end)):
        return given.end()
    # "Purchasing here", "I am Planning": a single word in -ing is hardly a name.
    if count == 1 and not sure and len(words[0]) > 6 and words[0].endswith("ing"):
        return None
    return None if alone and count == 1 and not _AFTER.match(text, end) else end


def latin_names(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand behind English words, signed, or beside other personal data."""
    for cue, alone in ((_TITLE, False), (_CALLED, True), (_MAYBE, True), (_RELATION, True)):
        for match in cue.finditer(text):
            if (end := latin_name(text, match.end(), alone=alone)) is not None:
                yield match.end(), end
    for match in _GREETING.finditer(text):
        end = latin_name(text, match.end())
        if end is not None and _AFTER_GREETING.match(text, end):
            yield match.end(), end
    for pattern in _ALONE:
        for match in pattern.finditer(text):
            if latin_name(text, match.start("it")) == match.end("it"):
                yield match.span("it")
