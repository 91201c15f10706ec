"""What is accepted as a message."""

from __future__ import annotations

import unicodedata

from assistant.errors import EmptyMessage, MessageTooLong, NotText

# More unprintable characters than this part of a message, and it is not text.
_UNPRINTABLE = 0.1


def accept(message: str, *, longest: int) -> str:
    """The message, trimmed and free of characters that no text has.

    Raises `EmptyMessage`, `MessageTooLong` (over `longest` characters) or `NotText` (binary data).
    """
    text = message.encode("utf-8", "replace").decode("utf-8")
    odd = sum(1 for char in text if char == "\ufffd" or (unicodedata.category(char) == "Cc" and char not in "\n\r\t"))
    if odd and odd >= len(text) * _UNPRINTABLE:
        raise NotText()
    cleaned = "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in text).strip()
    if not any(unicodedata.category(char)[0] not in "ZC" for char in cleaned):
        raise EmptyMessage()
    if len(cleaned) > longest:
        raise MessageTooLong(given=f"{len(cleaned):,}", allowed=f"{longest:,}")
    return cleaned
