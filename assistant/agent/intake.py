"""What is accepted as a message."""

from __future__ import annotations

import unicodedata

from assistant.errors import EmptyMessage, MessageTooLong, NotText

# More unprintable characters than this part of a message, and it is not text.
_UNPRINTABLE = 0.1
# Characters without width that part a word unseen: zero-width spaces and joiners, word joiner, soft hyphen, marks of
# direction and of byte order. A joiner in an emoji goes as well; nothing is read in it.
_INVISIBLE = frozenset(
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)


def accept(message: str, *, longest: int) -> str:
    """The message, trimmed and free of characters that no text has.

    Raises `EmptyMessage`, `MessageTooLong` (over `longest` characters) or `NotText` (binary data).
    """
    text = message.encode("utf-8", "replace").decode("utf-8")
    odd = sum(1 for char in text if char == "\ufffd" or (unicodedata.category(char) == "Cc" and char not in "\n\r\t"))
    if odd and odd >= len(text) * _UNPRINTABLE:
        raise NotText()
    visible = "".join(char for char in text if char not in _INVISIBLE)
    cleaned = "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs") else " " for c in visible).strip()
    if not any(unicodedata.category(char)[0] not in "ZC" for char in cleaned):
        raise EmptyMessage()
    if len(cleaned) > longest:
        raise MessageTooLong(given=f"{len(cleaned):,}", allowed=f"{longest:,}")
    return cleaned
