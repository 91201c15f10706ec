"""Regular expressions over text in which two scripts stand side by side."""

from __future__ import annotations

import re


def expression(pattern: str, flags: int = 0) -> re.Pattern[str]:
    r"""A compiled pattern in which `\b` is where a Latin word or number ends, beside Chinese characters too: the `data`
    of "data大概300TB" is a word."""
    return re.compile(pattern.replace(r"\b", r"(?a:\b)"), flags)
