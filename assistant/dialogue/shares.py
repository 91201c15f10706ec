"""How kinds of work stand to one another: their shares of the whole, the main one, the occasional ones."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.dialogue.denial import Span, listed
from assistant.dialogue.expressions import expression
from assistant.dialogue.figures import parse_one
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.modality import before

# ruff: noqa: E501  # a regular expression is easier to read whole than broken

_DIGITS = dict(zip("一二两三四五六七八九", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
# How far before a kind of work the words that mark it as the main or an occasional one may stand.
_LEAD = 48
_NUMERAL = "[一二两三四五六七八九]"
_TENS = "ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_SHARE = expression(
    rf"(?P<english>{_TENS}(?:[- ]five)?) per ?cent\b|(?P<n>\d{{1,3}}(?:\.\d+)?)\s*(?:%|percent\b|个百分点)|百分之(?P<spelt>\d{{1,3}}|{_NUMERAL}?十{_NUMERAL}?|{_NUMERAL})"
    rf"|(?P<tenths>{_NUMERAL})成(?P<five>[五半])?(?!会|要|得|是|不变|立|功)|(?P<whole>[二三四五])分之(?P<parts>[一二三四])"
    r"|(?P<half>一半|\bhalf\b)|\b(?P<count>a|one|two|three)[- ](?P<part>third|quarter)s?\b"
    r"|(?P<rest>剩下的?|剩余的?|其余的?|\b(?:the )?(?:rest|remainder|remaining)\b)",
    re.IGNORECASE,
)
_RATIO = expression(
    rf"(?<![\d.])(?P<a>\d{{1,2}})\s*[/:：比]\s*(?P<b>\d{{1,2}})(?![\d.%:/])|(?P<c>{_NUMERAL})比?(?P<d>{_NUMERAL})(?:开|分)"
    rf"|(?P<e>{_NUMERAL})比(?P<f>{_NUMERAL})|(?P<even>各(?:占)?(?:一半|半)|一半一半|对半|各(?:占)?50 ?%|\bhalf and half\b|\bfifty[- ]fifty\b|\b(?:equally|evenly)(?: split)?\b|\b50[- ]50\b)",
    re.IGNORECASE,
)  # fmt: skip
# A bare number right behind a kind of work, or right before it: "推理80，训练20".
_PART_AFTER = expression(r"\s*(?:占|大概|大约|约|:|：|about )?\s*(?P<n>\d{1,2})(?=\s*(?:$|[，,、;；/。和与]|and\b))")
_PART_BEFORE = expression(r"(?:^|[，,、;；/。和与\s])(?P<n>\d{1,2})\s*$")
# Between a kind of work and the share that follows it.
_FOLLOWS = expression(
    r"\s*(?:的|这块|任务|工作|业务|服务|work|jobs?|workloads?)*\s*(?:为主|大概|大约|约|差不多|能|要|会|is|are|at|takes?|makes?|up|about|around|roughly|accounts?|for|:|：|\(|（|=|-|,(?= (?:about|\d)))*"
    r"\s*(?:占(?:比|到|了|据|总量的?)?)?\s*(?:大概|大约|约|差不多|将近|about|around|roughly)*\s*"
    r"|[^。；;！？!?]{0,10}[，,]\s*(?:大概|大约|约)?占(?:比|到|了)?\s*(?:大概|大约|约)?\s*",
    re.IGNORECASE,
)
_LEADS = expression(r"(?:(?!\band\b)[^，。；,;、和及]){0,16}")


@dataclass
class Standing:
    """What a text says of the weight of one kind of work; `share` in percent."""

    share: float | None = None
    primary: bool = False
    minor: bool = False


def _percent(match: re.Match[str]) -> float | None:
    if match["n"]:
        return min(float(match["n"]), 100.0)
    if match["english"]:
        english = parse_one(match["english"])
        return english.low if english else None
    if match["spelt"]:
        spelt = parse_one(match["spelt"])
        return min(spelt.low, 100.0) if spelt and spelt.low is not None else None
    if match["tenths"]:
        return float(_DIGITS[match["tenths"]] * 10 + (5 if match["five"] else 0))
    if match["whole"]:
        return round(100 * _DIGITS[match["parts"]] / _DIGITS[match["whole"]], 1)
    if match["half"]:
        return 50.0
    if match["part"]:
        count = {"a": 1, "one": 1, "two": 2, "three": 3}[match["count"].lower()]
        return round(100 * count / (3 if match["part"].lower() == "third" else 4), 1)
    return None


def _ratio(text: str, count: int) -> list[float] | None:
    """Parts of the whole that are told as a proportion of the kinds: "七三开", "80/20"."""
    for match in _RATIO.finditer(text):
        if match["even"]:
            return [round(100 / count, 1)] * count
        pair = [match[one] for one in "abcdef" if match[one]]
        one, other = (float(_DIGITS.get(part, part)) for part in pair)
        if one + other in (10.0, 100.0) and count == 2:
            return [one * 100 / (one + other), other * 100 / (one + other)]
    return None


def _parts(text: str, spans: list[Span]) -> list[float] | None:
    """Bare numbers beside each kind of work that make up a whole of 10 or 100."""
    after = [_PART_AFTER.match(text, end) for _, end in spans]
    ahead = [_PART_BEFORE.search(text[max(0, start - 6) : start]) for start, _ in spans]
    for side in (after, ahead):
        parts = [float(match["n"]) for match in side if match]
        if len(parts) == len(spans) and sum(parts) in (10.0, 100.0):
            return [100 * part / sum(parts) for part in parts]
    return None


def _shares(text: str, spans: list[Span]) -> list[float | None]:
    """Each share goes to the kind of work that it follows, or else to the one that follows it."""
    shares: list[float | None] = [None] * len(spans)
    rest: int | None = None
    matches = [m for m in _SHARE.finditer(text) if not any(s < m.end() and m.start() < e for s, e in spans)]
    for place, match in enumerate(matches):
        low = matches[place - 1].end() if place else 0
        high = matches[place + 1].start() if place + 1 < len(matches) else len(text)
        ahead = [i for i, (_, end) in enumerate(spans) if low <= end <= match.start()]
        behind = [i for i, (start, _) in enumerate(spans) if match.end() <= start <= high]
        target = None
        if ahead and shares[ahead[-1]] is None and _FOLLOWS.fullmatch(text[spans[ahead[-1]][1] : match.start()]):
            target = ahead[-1]
        elif behind and _LEADS.fullmatch(text[match.end() : spans[behind[0]][0]]):
            target = behind[0]
        if target is None:
            continue
        if match["rest"]:
            rest = target
        elif shares[target] is None:
            shares[target] = _percent(match)
    known = sum(share for share in shares if share is not None)
    if rest is not None and shares[rest] is None and 0 < known < 100:
        shares[rest] = round(100 - known, 1)
    return shares


def standing(text: str, spans: list[Span]) -> list[Standing]:
    """For each kind of work, by its place and in order, how it stands to the others."""
    stands = [Standing(share) for share in _shares(text, spans)]
    apart = [i for i, span in enumerate(spans) if not i or span[0] >= spans[i - 1][1]]
    parts = None
    if len(apart) >= 2 and not any(stand.share for stand in stands):
        parts = _ratio(text, len(apart)) or _parts(text, [spans[place] for place in apart])
    for place, part in zip(apart, parts or (), strict=False):
        stands[place].share = part
    words = lexicon()
    for place, (start, end) in enumerate(spans):
        stand = stands[place]
        previous = spans[place - 1] if place else (0, 0)
        lead = before(text, start, min(_LEAD, max(0, start - previous[1])))
        main, side = list(words.primary.finditer(lead)), list(words.minor.finditer(lead))
        tail = text[end : end + 24]
        if place and not main and not side and listed(text, previous, (start, end)):
            stand.primary, stand.minor = stands[place - 1].primary, stands[place - 1].minor
        else:
            own = bool(side) or text[start:end].startswith(("小规模", "少量"))
            stand.minor = own and not (main and main[-1].start() > side[-1].start() if side else False)
            stand.primary = bool(main) and not stand.minor
        if words.minor_after.match(tail):
            stand.minor, stand.primary = True, False
        elif words.primary_after.match(tail) and not stand.minor:
            stand.primary = True
    for place in range(len(spans) - 2, -1, -1):
        following = stands[place + 1]
        if listed(text, spans[place], spans[place + 1]) and not stands[place].minor:
            stands[place].primary = stands[place].primary or following.primary
    return stands
