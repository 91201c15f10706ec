"""Every figure of a text, in digits or words of both languages, with its unit: 512GB, 五百一十二GB, half a terabyte.

A figure carries every reading that its words allow ("120 万" may be yuan or a count, "96G" bytes or bits); it is
supported when one of them is. Ordinals, list and section numbers, citation marks and codes are no figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import floor, log10

from assistant.agent.codes import codes
from assistant.agent.gpu_names import gpu_names
from assistant.agent.moments import moments
from assistant.agent.units import GPU_NAME, unit_at
from assistant.dialogue.figures import parse_one

Reading = tuple[float, str]
# What stands for a number without a unit, and for a count of things that no unit tells apart.
BARE = "n"

_SMALL = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|one"
)
_BIG = "hundred|thousand|million|billion|dozen|couple of|couple"
_WORDS = (
    rf"(?:half an?|an?|several|{_SMALL}|dozen|couple of)(?:[ -](?:and )?(?:{_SMALL}"
    rf"|{_BIG})(?![a-z])){{0,7}}(?: and a half)?"
)
_PLURAL = r"(?:tens of thousands|dozens|hundreds|thousands|millions)(?: of)?"
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9.])(?P<digits>\d+(?:,\d{3})*(?:\.\d+)?)"
    r"|(?P<zh>(?<![统唯同单之第逐])(?:[几数上近]?[零〇一二两三四五六七八九十百千几]{1,10}"
    r"|(?<=[上近过数])(?=[万亿]))(?:点[零一二三四五六七八九]{1,4})?)"
    rf"|(?<![A-Za-z])(?P<en>{_PLURAL}|{_WORDS})(?![A-Za-z])",
    re.IGNORECASE,
)
_SCALE = re.compile(
    r"[ -]?(?:(?P<wan>[百千十]?万)|(?P<yi>十?亿)|(?P<million>million|mn|mio|mln)(?![a-z])"
    r"|(?P<billion>billion|bn)(?![a-z])"
    r"|(?P<thousand>thousand|grand)(?![a-z])|(?P<letter>[kKMw])(?=[ -]?(?:元|yuan|RMB|CNY|dollars|USD|人"
    r"|users|images|documents|张|条|份|个)))"
    r"(?:[多余来几]|[以之]?上)?",
    re.IGNORECASE,
)
_FACTOR = {"wan": 1e4, "yi": 1e8, "million": 1e6, "billion": 1e9, "thousand": 1e3}
_HEDGE = re.compile(r"[多来余几]?(?:个(?=[多半来]))?[多来余半]?")
_RANGE = re.compile(r"\s*(?:-|–|—|~|～|/|、|至|到|to|or|and|或者?)\s*", re.IGNORECASE)
_CURRENCY = re.compile(
    r"(?:(?P<cny>CNY|RMB|[￥¥]|人民币)|(?P<usd>US ?\$|USD|\$)|(?P<eur>€|EUR)|(?P<hkd>HK\$|HKD))\s?$", re.IGNORECASE
)
# 百分之二十; 三成 has its unit behind it.
_PERCENT_OF = re.compile(r"(?P<of>百分之|千分之)$")
_LEVEL = re.compile(r"\s?(?:量级|级别|级|-level)")
# What holds digits and counts nothing: marks, sections, ordinals, steps, list numbers, versions of the paper.
_NO_FIGURE = re.compile(
    r"[\[【〔]\^?\s*\d{1,3}(?:\s*[,，、–-]\s*\d{1,3}){0,9}\s*[\]】〕]"
    r"|(?:第|白皮书|[§#])\s?\d{1,3}(?:\.\d{1,2}){0,2}(?:\s?(?:、|,|和|及|至|到|-"
    r"|–)\s?(?:第\s?)?\d{2}(?:\.\d{1,2}){0,2}(?!\d|\s?[A-Za-z%人万个台张]))*\s?(?:节|章|条|点|步|页|项|行"
    r"|阶段|层)?"
    r"|(?:section|sections|chapter|chapters|whitepaper|white paper|item|items|point|step|stage|table"
    r"|figure|no\.|number|rule|rules|row|page|part|option|phase|tier|level|question)"
    r"\s?\d{1,3}(?:\.\d{1,2}){0,2}(?:(?:\s?(?:,|and|to|-|–|&)\s?|, and )\d{1,2}(?:\.\d{1,2}){0,2}(?!\d"
    r"|\s?(?:[GT]B|%|people|users|GPU|card|day|week|kW)))*(?![\d.]*\d)"
    r"|(?:(?<=\n)|^)[ \t>#*+-]{0,8}\d{1,2}[.)、．](?!\d)|[(（][1-9][)）]|(?<![\d.])\d{1,3}(?:st|nd|rd"
    r"|th)(?![a-z])"
    r"|(?<![\d.,])0\d(?:\.\d{1,2})?(?![\d.]|\s?(?:GB|TB|%|人|kW))|[步规]骤?则?\s?\d{1,2}(?!\d)"
    r"|ISO ?\d{3,5}|24\s?[/x×]\s?7",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?<!\d)400-965-8299(?!\d)|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,100}|(?:https?://"
    r"|www\.)[^\s，。）)]{1,200}"
)
# A model's version is a figure of that model alone.
_MODEL = re.compile(
    r"(?<![A-Za-z])(?P<name>qwen|千问|llama|deepseek|glm|chatglm|baichuan|yi|mi[sx]tral|gemma|phi|gpt"
    r"|internlm|kimi|grok|claude)"
    r"[ -]?(?:v|r)?(?P<version>\d{1,2}(?:\.\d{1,2})?)(?![\d.]*[\dBb])",
    re.IGNORECASE,
)
# One of these is an article; "一个 TB" is a figure.
_COUNTED = frozenset({
    "people", "groups", "machines", "cards", "racks", "requests", "days", "weeks", "months", "years", "hours",
    "minutes", "seconds", "cores", "disks", "ports", "supplies", "times", "quarters", "mm", BARE,
})  # fmt: skip
# Beside 20 and 1,200 in digits; a lone 百 or 千 is part of a word.
_HUNDREDS = re.compile(r"[一二两三四五六七八九][百千]")
_DIGITS = r"零一二三四五六七八九"
_THIS_CENTURY = (2020, 2039)


@dataclass(frozen=True)
class Measure:
    """A figure at `text[start:end]`: what its words may mean, each a lower and an upper end with a unit.

    `numbers` are the bare values, for a repetition that leaves the unit out."""

    words: str
    readings: tuple[tuple[float, float, str], ...]
    start: int
    end: int
    numbers: tuple[float, ...] = ()


@dataclass
class _Token:
    start: int
    end: int
    low: float
    high: float
    digits: bool
    scale: float = 1.0
    kinds: tuple[tuple[str, float], ...] = ()
    shared: bool = False


def _value(match: re.Match[str]) -> tuple[float, float] | None:
    """What a numeral says, as an interval; None when it is none."""
    words = match[0].lower()
    if match["digits"]:
        value = float(words.replace(",", ""))
        return value, value
    if match["zh"] is not None:
        whole, _, part = words.partition("点")
        over = whole[:1] in ("上", "近") and len(whole) > 1
        figure = parse_one(whole.lstrip("上近")) if whole.lstrip("上近") else None
        if figure is None or figure.low is None or figure.high is None:
            return (1.0, 1.0) if not whole else None
        fraction = float("0." + "".join(str(_DIGITS.index(char)) for char in part)) if part else 0.0
        low, high = figure.low + fraction, figure.high + fraction
        return (low * 0.8, high * 2) if over else (low, high)
    if words.startswith(("dozens", "hundreds", "thousands", "millions", "tens")):
        unit = {"d": 12.0, "h": 100.0, "t": 1000.0, "m": 1e6}[words[0]]
        return (20_000.0, 99_000.0) if words.startswith("tens") else (unit, unit * 9)
    if words.startswith("half a") and words in ("half a", "half an"):
        return 0.5, 0.5
    half = 0.5 if words.endswith(" and a half") else 0.0
    words = words.removesuffix(" and a half")
    words = re.sub(r"billion", "thousand million", words.replace("couple of", "couple"))
    figure = parse_one(re.sub(r"^(?=hundred|thousand|million|dozen|couple)", "a ", words))
    if figure is None or figure.low is None or figure.high is None:
        return None
    return figure.low + half, figure.high + half


def _masked(text: str, dates: list[tuple[int, int]]) -> str:
    """The text with all that is no figure blanked out, place by place."""
    chars = list(text)
    spans = [match.span() for pattern in (_NO_FIGURE, _CONTACT, _MODEL) for match in pattern.finditer(text)]
    spans += [(code.start, code.end) for code in codes(text)]
    spans += dates
    for start, end in spans:
        chars[start:end] = "\n" * (end - start)
    for name in gpu_names(text):
        if name.named:  # what is counted stays to be seen: "8×H100"
            chars[name.start : name.end] = GPU_NAME * (name.end - name.start)
    return "".join(chars)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    place = 0
    while match := _NUMBER.search(text, place):
        place = max(match.end(), place + 1)
        value = _value(match)
        if value is None:
            continue
        token = _Token(match.start(), match.end(), *value, digits=match["digits"] is not None)
        place = match.end()
        if hedge := _HEDGE.match(text, place):
            place = hedge.end() if token.digits or hedge[0] else place
        unit = unit_at(text, place)
        # "700 亿参数" and "70 billion parameters" have the scale inside the unit.
        if (unit is None or unit.kinds[0][0] != "params") and (scale := _SCALE.match(text, place)):
            name, words = next((n, w) for n, w in scale.groupdict().items() if w)
            lead = {"十": 10.0, "百": 100.0, "千": 1000.0}.get(words[0], 1.0)
            letters = {"k": 1e3, "m": 1e6, "w": 1e4}
            token.scale = lead * _FACTOR[name] if name in _FACTOR else letters[words.lower()]
            place = scale.end()
            unit = unit_at(text, place)
        if unit:
            token.kinds, place = unit.kinds, unit.end
        elif (before := _CURRENCY.search(text[max(0, match.start() - 8) : match.start()])) and before.lastgroup:
            token.kinds = ((before.lastgroup, 1.0),)
        elif of := _PERCENT_OF.search(text[max(0, match.start() - 3) : match.start()]):
            token.kinds = (("%", 1.0 if of["of"] == "百分之" else 0.1),)
        token.end = place
        tokens.append(token)
    # "512GB - 1TB", "10/25GbE", "20-30万": what is said last belongs to each part.
    for token, following in zip(reversed(tokens[:-1]), reversed(tokens[1:]), strict=True):
        if not token.kinds and _RANGE.fullmatch(text[token.end : following.start]):
            token.kinds = following.kinds
            if token.scale == 1.0 and following.scale != 1.0:
                token.scale, token.shared = following.scale, True
            elif token.high < 10 and following.low >= 100 and not following.digits:
                token.scale = 10.0 ** floor(log10(following.low))  # "two to three hundred"
    return tokens


def measures(text: str) -> list[Measure]:
    """Every figure of a plain text in order; a lone digit, or a word without a unit, is none."""
    found = [
        Measure(match[0], ((float(match["version"]), float(match["version"]), f"version of {match['name'].lower()}"),),
                match.start(), match.end())
        for match in _MODEL.finditer(text)
    ]  # fmt: skip
    dates = moments(text)
    for kind, start, end in dates:
        found.append(Measure(text[start:end], ((float(kind[1]), float(kind[1]), kind[0]),), start, end))
    masked = _masked(text, [(start, end) for _, start, end in dates])
    for token in _tokens(masked):
        words = text[token.start : token.end].strip()
        one = token.low == token.high == 1 and token.scale == 1.0
        if token.kinds:
            if one and not token.digits and token.kinds[0][0] in _COUNTED:
                continue  # "一台" and "one server" are articles
            readings = [
                (_rounded(token.low * token.scale * factor), _rounded(token.high * token.scale * factor), kind)
                for kind, factor in token.kinds
            ]
            if token.shared:
                # The scale of the next part may not be its own: "8 到 1 万张".
                readings += [(_rounded(token.low * f), _rounded(token.high * f), kind) for kind, f in token.kinds]
        elif token.scale != 1.0:
            if _LEVEL.match(masked, token.end):
                continue  # 百万级 is an order, and the whitepaper's word
            low, high = _rounded(token.low * token.scale), _rounded(token.high * token.scale)
            readings = [(low, high, "cny"), (low, high, BARE)]
        elif _counts(token, words):
            readings = [(token.low, token.high, BARE)]
        else:
            continue
        numbers = (token.low, _rounded(token.low * token.scale))
        found.append(Measure(words, tuple(readings), token.start, token.end, numbers))
    return sorted(found, key=lambda measure: measure.start)


def _counts(token: _Token, words: str) -> bool:
    """Whether a number without a unit makes a claim; a lone digit makes none, nor a year in a title ("白皮书 2026")."""
    if not token.digits:
        return bool(_HUNDREDS.match(words))
    year = words.isdigit() and len(words) == 4 and _THIS_CENTURY[0] <= int(words) <= _THIS_CENTURY[1]
    return not year and (token.low >= 10 or "." in words)


def _rounded(value: float) -> float:
    return round(value, 4)
