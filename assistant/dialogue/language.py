"""Which of the two languages a text is in."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["zh", "en"]
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[A-Za-z]{2,}")


def detect(text: str, default: Language = "zh") -> Language:
    """Chinese when its characters outweigh the English words (a word counts as two); `default` when neither occurs.

    Product codes, units and model names are Latin in a Chinese sentence too, so one Han character in three is enough.
    """
    han = len(_HAN.findall(text))
    words = len(_WORD.findall(text))
    if not han and not words:
        return default
    return "zh" if han >= words else "en"


def fold(text: str) -> str:
    """Full-width forms to half-width, one character for one, so that spans stay valid."""
    return "".join(
        chr(ord(char) - 0xFEE0)
        if 0xFF01 <= ord(char) <= 0xFF5E and char not in "，！？；：（）"
        else " "
        if char == "\u3000"
        else char
        for char in text
    )
