"""Markup that no reply may carry: HTML, links, images, and addresses that run something or lead elsewhere.

Product design, "Safety of a public page": no auto-loaded images or links from model text. Bold, lists, tables and
citation marks are the templates' own; the whitepaper's address, mail and phone (section 10) may be named.
"""

from __future__ import annotations

import re

# Whitepaper section 10: the only addresses that stand in the material.
_OURS = frozenset({"www.yrtserver.com", "yrtserver.com", "sales@yrtserver.com"})
_FORBIDDEN = re.compile(
    r"!\[|<[/!?]?[A-Za-z][^<>]{0,2000}>|<(?:script|img|iframe|svg|a|object|embed|form|style|link|meta"
    r"|video|audio|body|input)(?![A-Za-z])"
    r"|<\||<!--|\]\(\s?[^)\s]|(?:^|\n) {0,3}\[[^\]\n]{1,80}\]: {0,8}\S",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\[([^\[\]\n]{1,80})\]\[([^\[\]\n]{0,80})\]")
_SCHEME = re.compile(
    r"(?<![A-Za-z])(?:(?:java|vb|live)\s?script\s?:|data:[a-z-]{1,20}[/;,]|(?:file|ftp|blob|about|chrome"
    r"|intent|tel|sms):/?/?[^\s，。]{1,80}"
    r"|https?://[^\s，。；）)\]]{1,300}|mailto:[^\s，。；）)\]]{1,120})",
    re.IGNORECASE,
)
_MAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_HOST = re.compile(
    r"(?<![A-Za-z0-9@._/-])(?:[A-Za-z0-9-]{1,63}\.){1,4}(?:com|cn|net|org|io|ai|dev|app|co|top|xyz|info|me"
    r"|cc|shop|site|online|vip)"
    r"(?![A-Za-z0-9-])(?:/[^\s，。；）)]{0,200})?",
    re.IGNORECASE,
)


def markup(text: str, *, known: str) -> list[str]:
    """The forbidden markup in a text as the reader's program would take it; `known` holds addresses that were named."""
    named = known.lower()
    found: list[str] = []

    def ours(address: str) -> bool:
        return address.lower().rstrip("./") in _OURS or address.lower() in named

    found += [match[0] for match in _FORBIDDEN.finditer(text)]
    # Two citation marks side by side are no link by reference.
    found += [match[0] for match in _REFERENCE.finditer(text) if not (match[1] + match[2]).isdigit()]
    for pattern in (_SCHEME, _MAIL, _HOST):
        found += [match[0] for match in pattern.finditer(text) if not ours(match[0])]
    return found
