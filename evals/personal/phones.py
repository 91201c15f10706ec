"""Telephone numbers, however their digits are grouped or spelt."""

from __future__ import annotations

import re

from evals.personal.identifiers import is_round
from evals.personal.sign import Sign

_GAP = r"[ .·_/–—-]{0,2}"
# 138 1234 5678, 1381-234-5678, 1 3 8 …; other groups are several numbers: "16 32 64 128 24".
_GROUPS = {(11,), (3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (4, 3, 4), (3, 3, 5), (5, 6), (3, 2, 2, 2, 2), (1,) * 11}
_NUMERALS = "一二三四五六七八九零〇幺妖两壹贰叁肆伍陆柒捌玖洞拐"
_WORDS = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_LABEL = (
    r"(?:电话|手机|座机|固话|分机|传真|联系方式|联络方式|热线|致电|拨打|打给我"
    r"|(?<![a-z])(?:tel|telephone|phone|mobile|cell(?:phone)?|fax|whatsapp|signal|viber)(?: number| no\.?| id)?"
    r"|call (?:me|us)|text me|reach me|ring me|number is|会议号|meeting id)"
)
_TOLD = r"(?:号码|号|是|为|is|at|on|via|using|[:.=\s]){1,5}"
# A count is no number to call, even behind such a word.
_COUNTED = (
    r"(?!\s?(?:元|块|万|亿|个|人|名|路|次|分钟|小时|张|台|calls?|users?|people|agents?|tokens?|minutes?|times|k\b))"
)


def _mobile(match: re.Match[str]) -> bool:
    groups = re.findall(r"\d+", match["own"])
    return tuple(map(len, groups)) in _GROUPS and not (" " in match["own"] and is_round(groups[1:]))


def _count(match: re.Match[str]) -> int:
    return sum(char.isdigit() for char in match[0])


def _national(match: re.Match[str]) -> bool:
    return 9 <= _count(match) <= 12


def _abroad(match: re.Match[str]) -> bool:
    return (8 if match[0].startswith("+") else 10) <= _count(match) <= 15


def _bracketed(match: re.Match[str]) -> bool:
    return 9 <= _count(match) <= 13 and not is_round(re.findall(r"\d+", match[0])[1:])


def _american(match: re.Match[str]) -> bool:
    groups = re.findall(r"\d+", match[0])
    return bool(re.search(r"[(-]|\.", match[0])) or not is_round(groups)


def _spelt(match: re.Match[str]) -> bool:
    """Digits of both scripts, or enough of the Chinese ones for no year."""
    chinese = sum(char in _NUMERALS for char in match[0])
    digits = _count(match)
    return chinese >= 8 or (chinese >= 2 and digits >= 2 and chinese + digits >= 10)


SIGNS: tuple[Sign, ...] = (
    Sign.of(
        "contact", rf"(?<![\d.])(?:(?:\+|00)?86[ .-]{{0,2}})?(?P<own>1{_GAP}[3-9](?:{_GAP}\d){{9}})(?!\d|\.\d)", _mobile
    ),
    Sign.of("contact", r"(?<![\d.])1[3-9]\d[ -]?[*x]{4}[ -]?\d{4}(?!\d)|(?<![\d.])1[3-9]\d{5}[*x]{4}"),
    Sign.of(
        "contact",
        r"(?<![\d.])(?:\(0\d{2,3}\)|0\d{2,3})[ -]{0,2}[2-9]\d{2,3}[ -]{0,2}\d{4}"
        r"(?:\s?(?:-|转|ext\.?|x|分机)\s?\d{1,6})?(?!\d)",
    ),
    Sign.of("contact", r"(?<![\w)+])(?:\+|00(?=[1-9]))\d{1,3}(?:[ .()/-]{0,3}\d{1,5}){2,6}(?!\d)", _abroad),
    Sign.of("contact", r"(?<![\d.,:-])0\d{1,4}(?:[ .-]{1,2}\d{2,8}){1,4}(?!\d)|(?<![\w.,-])0\d{8,10}(?!\d)", _national),
    Sign.of(
        "contact",
        r"(?<![\d.,-])(?:\+?1[ .-]?)?(?:\([2-9]\d\d\)\s?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{4}"
        r"(?:\s?(?:ext\.?|x)\s?\d{1,6})?(?!\d|[.,-]\d)",
        _american,
    ),
    Sign.of("contact", r"(?<![A-Za-z0-9)])\(\+?\d{2,4}\)[ -]{0,2}\d{1,4}(?:[ -]{1,2}\d{3,4}){1,3}(?!\d)", _bracketed),
    Sign.of("contact", rf"{_LABEL}{_TOLD}(?P<it>[+(]?\d[\d() .-]{{4,20}}\d)(?!\d){_COUNTED}"),
    Sign.of("contact", rf"[{_NUMERALS}\d](?:[ -]?[{_NUMERALS}\d]){{7,20}}", _spelt),
    Sign.of("contact", rf"(?<![a-z]){_WORDS}(?:[\s-]{{1,2}}{_WORDS}){{6,20}}(?![a-z])"),
)
