"""A text as a reader sees it: entities, full width, look-alike letters, invisible characters and emphasis undone.

A model's prose may spell a product code or a figure in ways that look the same on the page. The check reads this form;
what the visitor gets stays as it was written.
"""

from __future__ import annotations

import html
import re
import unicodedata

# Letters of other scripts that look like those of the codes, and of the units and words beside them.
_ALIKE = dict(
    zip(
        "АВЕКМНОРСТХЅІЈҮԌаеорсхуіѕјԍΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαᎢᏀᏚᎪΧꓔꓖꓢꓮꓫƬ",
        "ABEKMHOPCTXSIJYGaeopcxyisjgABEZHIKMNOPTYXoaTGSAXTGSAXT",
        strict=True,
    )
)
_ROMAN = dict(zip("ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ", ["1", "2", "3", "4", "5", "6", "7", "8", "9", "X", "11", "12"], strict=True))
# Chinese commas and stops say where a clause ends; folded into ASCII they would join figures ("20，30 人").
_KEPT = "，：；！？（）～"
_STYLED = re.compile("[\u2460-\u24ff\u2070-\u209f\u00b2\u00b3\u00b9\u2100-\u214f\u2160-\u217f\u3000\uff01-\uff5e"
                     "\uffe0-\uffe6\U0001d400-\U0001d7ff\u2780-\u2793]")  # fmt: skip
_COUNTED_MARK = re.compile("(?<![A-Za-z\u24b6-\u24e9])[\u2460-\u249b\u2780-\u2793]")
_EMPHASIS = re.compile(r"(?<!\d)\*{1,3}|\*{1,3}(?!\d)|`+|~~|\\(?=[-*_`~\\])")

_SPACES = re.compile(r"[^\S\n]+")


def _drop(char: str) -> bool:
    """Whether a character takes no room on the page: format characters, variation selectors, combining marks."""
    category = unicodedata.category(char)
    return category == "Cf" or (category in ("Mn", "Me") and not "\u0900" <= char <= "\u0fff")


def _folded(char: str) -> str:
    if char in _ROMAN:
        return _ROMAN[char]
    if char in _ALIKE:
        return _ALIKE[char]
    if char in _KEPT:
        return char
    if _STYLED.match(char):
        # "㎡" and the like stay words; "Ⓣ⑧" becomes letters and digits.
        return unicodedata.normalize("NFKC", char).strip("()") or " "
    if not char.isascii() and char.isdecimal():
        return str(unicodedata.decimal(char))
    return char


def plain(text: str) -> str:
    """The text as it reads. A counting mark ("①") becomes a space, so that it joins no figure behind it."""
    shown = html.unescape(text) if "&" in text else text
    shown = _COUNTED_MARK.sub(" ", shown)
    if not shown.isascii():
        parts = []
        for char in shown:
            if char < "\u0080" or "\u4e00" <= char <= "\u9fff":
                parts.append(char)
            elif not _drop(char):
                parts.append(_folded(char))
        shown = "".join(parts)
    # One space for many: no pattern behind this has to search a run of them again and again.
    return _SPACES.sub(" ", _EMPHASIS.sub("", shown))


def squeezed(text: str) -> str:
    """Without white space and case, to look for words in a source."""
    return re.sub(r"\s+", "", text).lower()
