"""A streamed text as whole sentences, each as soon as it is certain that it has ended."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

# Full stops that end no sentence.
_SHORT = "".join(rf"(?<!\b{short})" for short in (r"e\.g", r"i\.e", "vs", "cf", "approx", "incl", "No"))
_MARK = r"\s?\[\d{1,3}\]"
# The marks of sources behind a full stop belong to the sentence before it. Behind a figure or capitals a full stop ends
# a sentence only where another begins; "![" begins an image.
_END = re.compile(
    rf"(?:[。！？!?]+(?!(?<=!)\[\D)[”’」』)）\"]*|(?<![A-Z0-9]){_SHORT}\.(?=\s|\[\d)|(?<=[A-Z0-9])\.(?=(?:{_MARK})*\s+[A-Z*])|\n)"
    rf"(?:{_MARK})*\s*"
)
# A mark of which the rest is still to come.
_BEGUN = re.compile(r"[\[【［〔]\d{0,3}")
# Marks as Chinese text likes to have its brackets.
_WIDE_MARK = re.compile(r"[【［〔]\s?(\d{1,3})\s?[】］〕]")
# A sentence that has its end, whatever would have come after it.
_ENDED = re.compile(rf"(?:[。！？!?]+[”’」』)）\"]*|(?<!\d)\.)(?:{_MARK})*\s*$")
# A model that never ends a sentence is cut here, in characters.
_LONGEST = 600


class CutOff(Exception):
    """A text ends before it is finished: `at_length`, or else by a filter or with the connection."""

    def __init__(self, *, at_length: bool) -> None:
        super().__init__("at its length" if at_length else "without an end")
        self.at_length = at_length


def _complete(buffer: str) -> tuple[list[str], str]:
    """The sentences that have ended, and what has not."""
    whole: list[str] = []
    start = 0
    for match in _END.finditer(buffer):
        # What follows may still be a mark of this sentence.
        if match.end() >= len(buffer) or _BEGUN.fullmatch(buffer, match.end()):
            break
        whole.append(buffer[start : match.end()].strip())
        start = match.end()
    rest = buffer[start:]
    if len(rest) > _LONGEST:
        return [*(one for one in whole if one), rest], ""
    return [one for one in whole if one], rest


async def whole_sentences(pieces: AsyncGenerator[str]) -> AsyncGenerator[str]:
    """The sentences in order; of a text that is cut at its length, those that are whole. CutOff where anything else
    ended it within a sentence: how much was to follow, nobody knows.

    The stream of pieces is closed with this one, whoever stops first.
    """
    buffer = ""
    try:
        async with aclosing(pieces) as coming:
            async for piece in coming:
                buffer = _WIDE_MARK.sub(r"[\1]", buffer + piece)
                found, buffer = _complete(buffer)
                for sentence in found:
                    yield sentence
    except CutOff as cut:
        if buffer.strip() and not _ENDED.search(buffer):
            if cut.at_length:
                return
            raise
    found, rest = _complete(buffer + "\n\n")
    for sentence in [*found, rest.strip()]:
        if sentence:
            yield sentence
