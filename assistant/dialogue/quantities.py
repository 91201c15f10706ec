"""Figures with a unit: people, groups, money, data, parameters, simultaneous requests; each with its span."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.dialogue.figures import NUMBER, ONE, Figure, bounded, figure, parse_one
from assistant.rules.requirements import FieldName, Range

# A figure starts where a run of digits or numerals starts, never inside one.
_GUARD = r"(?<![A-Za-z0-9.零〇一二两三四五六七八九十百千几])"
_NOT = re.compile(r"(?:不是|并非|不再是|\bnot)\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Quantity:
    """A figure for a field at `text[start:end]`."""

    field: FieldName
    figure: Figure
    start: int
    end: int

    def value(self) -> float | int | Range:
        """As `Requirements` wants it: a number, or a range when it is not exact."""
        whole = self.field in ("users", "groups", "concurrency")
        # Beyond 1e15 nothing is meant seriously; the field refuses the infinite and so does `Range`.
        if self.figure.exact and self.figure.low is not None:
            return int(self.figure.low) if whole else self.figure.low
        return Range(min=self.figure.low, max=self.figure.high)


def _compiled(unit: str) -> re.Pattern[str]:
    return re.compile(rf"{_GUARD}{NUMBER}(?:\s*(?:来|多|余|几))?{unit}", re.IGNORECASE)


_USERS = _compiled(
    r"\s*[- ]?(?:个|名|位)?\s*(?:多|左右)?\s*(?:人(?!民币|工|天|月)|名?(?:用户|同学|学生|研究生|博士生|员工|同事|研究员|老师|工程师|成员)"
    r"|(?:[a-z]{1,20} ){0,2}?(?:people|persons?|users?|researchers?|students?|members?|staff|employees?|engineers?|colleagues|scientists?|developers?|seats?)\b)"
)
# "a team of 12", "a lab with thirty"
_TEAM = re.compile(
    rf"(?:team|lab|group|department|staff) (?:of|with) (?:about |around |some )?{NUMBER}(?![A-Za-z0-9])", re.IGNORECASE
)
_GROUPS = _compiled(
    r"\s*[- ]?(?:个|支)?\s*(?:多)?\s*(?:不同的?)?(?:课题组|研究组|科研团队|团队|实验室|小组|组(?!织|件|合|网)"
    r"|(?:different |research |separate )*(?:groups?|teams?|labs?|laboratories)\b)"
)
_CONCURRENCY = re.compile(
    rf"(?:并发(?:量|数|用户|请求)?(?:大?约|大概|在|为|是|到|要)?\s*|concurrency (?:of |is |around )*){NUMBER}"
    rf"|{_GUARD}(?:{NUMBER.replace('P<', 'P<b_')})\s*(?:个|路)?\s*(?:并发|concurrent|simultaneous|parallel (?:requests|users))",
    re.IGNORECASE,
)
_DATA = _compiled(r"\s*(?P<unit>PB|TB|GB|P|T|G)(?![A-Za-z])")
_DATA_WORDS = re.compile(r"数据|素材|语料|样本|归档|备份|容量|data|corpus|archive|footage|backup", re.IGNORECASE)
# Memory, cards, disks and links carry the same units and are never the size of the data.
_NOT_DATA = re.compile(
    r"内存|显存|显卡|硬盘|磁盘|固态|网卡|带宽|单卡|每卡|\bRAM\b|memory|VRAM|\bGPUs?\b|\bcards?\b|disk|SSD|NVMe|GbE|bandwidth",
    re.IGNORECASE,
)
_TERABYTES = {"P": 1000.0, "T": 1.0, "G": 0.001}

_MONEY_ZH = re.compile(
    rf"{_GUARD}(?:(?P<sign>￥|¥|RMB|CNY)\s*)?{NUMBER}\s*(?:多|来|余)?(?P<unit>万|亿|[wW](?![A-Za-z])|[kK](?![A-Za-z])|[mM](?:illion)?(?![A-Za-z]))?"
    r"\s*(?P<currency>元|块钱|人民币|RMB|CNY|yuan|￥)?",
    re.IGNORECASE,
)
_LEVEL = re.compile(
    r"(?P<zh>十|百|千)万(?:元)?(?:级别?|量级)|(?P<en>multi-million|million-level)(?:[- ](?:yuan|rmb|cny))?",
    re.IGNORECASE,
)
_MONEY_WORDS = re.compile(
    r"预算|经费|资金|拨款|投入|总价|花(?:费)?|budget|funding|funds|spend|afford|grant", re.IGNORECASE
)
_NOT_MONEY = re.compile(
    r"单价|每(?:张|块|片|卡|台|个|人)|一(?:张|块)卡|迭代|步|轮|张图|图片|样本|条|参数|人次|用户|token|steps?\b|iterations?|images?|samples?|each\b|per (?:card|gpu|unit)",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"\$|USD|美元|美金|dollars?|欧元|EUR|€|港币|HKD", re.IGNORECASE)
_MONEY_UNITS = {"万": 1e4, "w": 1e4, "亿": 1e8, "k": 1e3, "m": 1e6, "million": 1e6}
_BILLIONS = re.compile(
    rf"{_GUARD}(?P<n>{ONE}|(?<=)(?=[百千万]))?\s*(?P<scale>[百千万]*亿)(?:级|规模)?(?:的)?(?:参数|大模型|模型)"
)


_SUM_DIGITS = 5


def _clause(text: str, start: int, end: int, reach: int = 14) -> str:
    """The words around a figure, cut at the ends of its clause."""
    before = re.split(r"[，。；,;!?！？\n]", text[max(0, start - reach) : start])[-1]
    after = re.split(r"[，。；,;!?！？\n]", text[end : end + reach])[0]
    return before + text[start:end] + after


def _plain(
    field: FieldName, pattern: re.Pattern[str], text: str, accept: Callable[[re.Match[str]], bool] = lambda _: True
) -> Iterator[Quantity]:
    for match in pattern.finditer(text):
        found = figure(match, text)
        if found is None or not accept(match):
            continue
        # The bound words may follow the unit ("20人以内").
        found = bounded(found, text, match.start(), match.end()) if found.exact else found
        yield Quantity(field, found, match.start(), match.end())


def _data(text: str, asked: bool) -> Iterator[Quantity]:
    for match in _DATA.finditer(text):
        near = _clause(text, match.start(), match.end())
        found = figure(match, text)
        if found is None or _NOT_DATA.search(near) or not (asked or _DATA_WORDS.search(near)):
            continue
        yield Quantity("data_tb", found.times(_TERABYTES[match["unit"][0].upper()]), match.start(), match.end())


def _money(text: str, asked: bool) -> Iterator[Quantity]:
    for match in _LEVEL.finditer(text):
        low = {"十": 1e5, "百": 1e6, "千": 1e7}.get(match["zh"] or "百", 1e6)
        yield Quantity("budget_cny", Figure(low, low * 10 - 1), match.start(), match.end())
    for match in _MONEY_ZH.finditer(text):
        near = _clause(text, match.start(), match.end())
        unit, scale = match["unit"], match["low_scale"] or match["high_scale"]
        marked = bool(match["currency"] or match["sign"])
        told = bool(_MONEY_WORDS.search(near)) or asked
        # Asked for the budget, a plain number of this size is one.
        bare_sum = asked and len(match["low"]) >= _SUM_DIGITS
        if (
            not (marked or told)
            or not (unit or scale or marked or bare_sum)
            or _NOT_MONEY.search(near)
            or _FOREIGN.search(near)
        ):
            continue
        if any(level.start() <= match.start() < level.end() for level in _LEVEL.finditer(text)):
            continue
        found = figure(match, text)
        if found is not None:
            factor = _MONEY_UNITS.get((unit or "").lower(), 1.0)
            found = (
                bounded(found.times(factor), text, match.start(), match.end()) if found.exact else found.times(factor)
            )
            yield Quantity("budget_cny", found, match.start(), match.end())


def _concurrency(text: str) -> Iterator[Quantity]:
    for match in _CONCURRENCY.finditer(text):
        words = match["low"] or match["b_low"]
        scale = {"万": 1e4, "亿": 1e8}.get(match["low_scale"] or match["b_low_scale"] or "", 1.0)
        found = parse_one(words)
        if found is not None:
            yield Quantity(
                "concurrency", bounded(found.times(scale), text, match.start(), match.end()), match.start(), match.end()
            )


def quantities(text: str, open_question: FieldName | None = None) -> list[Quantity]:
    """Every figure that fills a field, in order of appearance; a figure said not to hold ("不是20人") is left out."""
    found = [
        *_plain("users", _USERS, text),
        *_plain("users", _TEAM, text),
        *_plain("groups", _GROUPS, text),
        *_concurrency(text),
        *_data(text, open_question == "data_tb"),
        *_money(text, open_question == "budget_cny"),
    ]
    requests = [q for q in found if q.field == "concurrency"]
    kept = [
        q
        for q in found
        if not _NOT.search(text[: q.start])
        # "200 concurrent users" are requests, not people.
        and not (q.field == "users" and any(q.start < r.end and r.start < q.end for r in requests))
    ]
    return sorted(kept, key=lambda q: q.start)


def bare(text: str) -> Figure | None:
    """The figure when the whole message is one number, with at most a filler around it ("大概20个", "about 20")."""
    match = re.fullmatch(
        rf"\s*(?:大?约|大概|差不多|也就|about|around|roughly|some|it's|是|有|sorry,?)?\s*{NUMBER}\s*(?:个|位|名|左右|吧|来个|多个|几个|or so)*\s*[。.!！]?\s*",
        text,
        re.IGNORECASE,
    )
    return figure(match, text) if match else None
