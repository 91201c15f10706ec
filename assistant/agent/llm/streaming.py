"""A streamed text as whole sentences, each as soon as it is certain that it has ended."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing

# The marks of sources behind a full stop belong to the sentence before it.
_END = re.compile(
    r"(?:[。！？!?]+[”’」』)）\"]*|(?<![A-Z0-9])\.(?=\s)|(?<=[A-Z0-9])\.(?=\s+[A-Z*])|\n)(?:\s?\[\d{1,3}\])*\s*"
)
# A model that never ends a sentence is cut here, in characters.
_LONGEST = 600


def _complete(buffer: str) -> tuple[list[str], str]:
    """The sentences that have ended, and what has not."""
    whole: list[str] = []
    start = 0
    for match in _END.finditer(buffer):
        # What follows may still be a mark of this sentence.
        if match.end() >= len(buffer) or buffer[match.end()] == "[":
            break
        whole.append(buffer[start : match.end()].strip())
        start = match.end()
    rest = buffer[start:]
    if len(rest) > _LONGEST:
        return [*(one for one in whole if one), rest], ""
    return [one for one in whole if one], rest


async def whole_sentences(pieces: AsyncGenerator[str]) -> AsyncGenerator[str]:
    """The sentences in order. The stream of pieces is closed with this one, whoever stops first."""
    buffer = ""
    async with aclosing(pieces) as coming:
        async for piece in coming:
            buffer += piece
            found, buffer = _complete(buffer)
            for sentence in found:
                yield sentence
    found, rest = _complete(buffer + "\n\n")
    for sentence in [*found, rest.strip()]:
        if sentence:
            yield sentence
