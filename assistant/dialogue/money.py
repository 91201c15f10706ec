"""Sums of money in a text: what is meant as the budget, in yuan or dollars, and what cannot be converted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.dialogue.clauses import SENTENCE_END
from assistant.dialogue.expressions import expression
from assistant.dialogue.figures import GUARD_IN_WORDS, Figure, figure, number
from assistant.rules.currencies import in_yuan, rate_of

_YUAN = r"元|块钱|块(?![卡板盘硬显大])|人民币|RMB|CNY|yuan|renminbi|￥|¥"
_DOLLAR = r"美元|美金|美刀|刀(?![片具])|USD|US ?dollars?|dollars?|bucks"
# A currency without a published rate in the table; what it is called, and its code.
_OTHER = {
    "EUR": r"欧元|EUR\b|euros?\b|€",
    "HKD": r"港币|港元|港纸|HKD\b|HK ?dollars?\b|HK\$",
    "GBP": r"英镑|GBP\b|pounds?(?: sterling)?\b|£",
    "JPY": r"日元|日币|JPY\b|yen\b",
    "TWD": r"新?台币|TWD\b|NT\$",
    "SGD": r"新加坡元|新币|SGD\b|S\$",
    "AUD": r"澳元|澳币|AUD\b|A\$|AU\$",
    "CAD": r"加元|加币|CAD\b|C\$|CA\$",
    "KRW": r"韩元|KRW\b|₩",
    "CHF": r"瑞士法郎|CHF\b",
    "RUB": r"卢布|RUB\b|₽",
    "INR": r"卢比|INR\b|₹",
    "MOP": r"澳门元|MOP\b",
}
_OTHERS = "|".join(f"(?P<{code}{{0}}>{words})" for code, words in _OTHER.items())
_SCALED = number(r"|mio\b|mn\b|mln\b|mil\b|m(?![A-Za-z²2])|grand\b")
_SUM = expression(
    rf"(?:(?P<sign>(?<![A-Za-z])(?:RMB|CNY)\s*|[￥¥]\s*)|(?P<dollar>(?<![A-Za-z])(?:USD?\s?\$?|(?:美元|美金)(?:大约|大概|是|为|就是|约|[:：])?)\s*"
    rf"|(?<![A-Za-z])\$\s*)"
    rf"|(?:{_OTHERS.format('_before')})\s*)?(?<!\d)(?<!\d[.,]){GUARD_IN_WORDS}{_SCALED}"
    rf"\s*(?:(?P<cny>{_YUAN})|(?P<usd>(?:{_DOLLAR})(?![A-Za-z])|\$)|{_OTHERS.format('_after')})?",
    re.IGNORECASE,
)
_LEVEL = expression(
    r"(?P<zh>十|百|千)万(?:元|人民币)?(?:级别?|量级|规模|级的)|(?P<en>multi-million|million-level)(?:[- ](?:yuan"
    r"|rmb|cny))?",
    re.IGNORECASE,
)
_CUE = expression(
    r"预算|手[里头上]|用不[了到着]|经费|资金|拨款|投入|投资|总价|总额|额度|花|批了|批下来|申请(?:到|了|下来)|落实|控制在|拿出|能出|掏|费用"
    r"|专项|采购(?:金额|款|额)|项目金额|成本|封顶|钱"
    r"|budget|funding|funds?\b|funded|spend|afford|grant|allocat|earmark|approved|invest|financ|ceiling|\bcost"
    r"|\bcap\b|capital|to work with|available",
    re.IGNORECASE,
)
_PART_BEFORE = expression(
    r"(?:单价|每(?:一)?(?:张|块|片|卡|台|个|人|颗|条|套|节点)|一(?:张|块|片|颗|台)[^，。；,;]{0,8}?|单(?:卡|台|机)"
    r"|卡价|(?:per|each"
    r"|every) (?:card|gpu|unit|node|server|seat|user)|\beach|apiece)[^，。；,;\d]{0,24}$",
    re.IGNORECASE,
)
_PART_AFTER = expression(
    r"\s*(?:左右)?\s*(?:的?单价|一(?:张|块|片|台|颗|套|个月)|[/每](?:一)?(?:张|块|片|台|个|卡|人|套|月)|(?:an?|per"
    r"|/|each|every)\s?(?:card"
    r"|gpu|unit|node|server|seat|user|piece|month)|each\b|apiece)",
    re.IGNORECASE,
)
# Things that are counted in ten thousands and in millions as well.
_COUNTED = expression(
    r"\s*(?:多|来)?\s*(?:个|次)?\s*(?:迭代|步|轮|张|幅|图|条|样本|参数|次|人|名|位|用户|字|词|行|份|页|篇|件|小时"
    r"|片|帧|路|核|台|并发|QPS|token|steps?\b"
    r"|iterations?|images?\b|samples?|pictures|photos|documents?\b|files\b|rows|records|parameters?|params|people"
    r"|users|requests|hours|context|queries|pages"
    r"|[GTPMK]B|[TGP](?![A-Za-z])|W\b|kW|瓦|卡|B\b)",
    re.IGNORECASE,
)
_LEAST_DIGITS = 5
_FEWEST_DIGITS = 3
# A clause that is no more than a sum in ten thousands, in a sentence that counts nothing else: "最多150万", "80w左右".
_LEAD = (
    r"(?:不|no|是|那就?|就|也就|差不多|大?约|大概|估计|可能|最多|至多|顶多|最高|不超过|不到|至少|起码|上限|控制在|按|总共|一共|"
    r"改成|应该|sorry|about|around|roughly|up to|at most|max(?:imum)?|under|actually|make it|it's)"
)
_ALONE_BEFORE = expression(rf"(?:{_LEAD}\s*)*$", re.IGNORECASE)
_ALONE_AFTER = expression(
    r"\s*(?:左右|上下|以内|之内|以下|出头|封顶|这样|的?样子|吧|啊|呢|哦|了|max|tops|or so"
    r"|or less)*\s*(?=$|[，。；,;.!！?？\n])",
    re.IGNORECASE,
)
_OF_SUMS = ("万", "w", "W", "k", "K", "百万", "千万")
_COUNTS_OTHER = expression(
    r"参数|样本|图片|图像|迭代|步数|日活|月活|注册|粉丝|用户|人|并发|请求|QPS|token|数据|文档|条|张|次|学生|"
    r"param|sample|image|iteration|step|user|request|record|document|file|people",
    re.IGNORECASE,
)
_NEXT = expression(r"[，。；,;!?！？\n]|[一二三四五六七八九十百千\d]")


@dataclass(frozen=True)
class Money:
    """A sum in yuan at `text[start:end]`; `converted` when it was said in another currency."""

    figure: Figure
    start: int
    end: int
    converted: bool = False


def _foreign_code(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    return next((code for code in _OTHER if groups[f"{code}_before"] or groups[f"{code}_after"]), None)


def _told(text: str, start: int, end: int) -> bool:
    """Whether the words of the sentence before, or right after, speak of a budget."""
    before = SENTENCE_END.split(text[max(0, start - 30) : start])[-1]
    after = _NEXT.split(text[end : end + 18])[0]
    return bool(_CUE.search(before) or _CUE.search(after))


def _alone(text: str, start: int, end: int) -> bool:
    """Whether a scaled sum is all that its clause says, and the sentence before counts nothing else; with no word
    around it at all it may be anything."""
    if not (text[:start] + text[end:]).strip(" 。.!！"):
        return False
    sentence = SENTENCE_END.split(text[max(0, start - 40) : start])[-1]
    clause = re.split("[，,]", sentence)[-1].strip()
    return bool(
        _ALONE_BEFORE.fullmatch(clause) and _ALONE_AFTER.match(text, end) and not _COUNTS_OTHER.search(sentence)
    )


def _part(text: str, start: int, end: int) -> bool:
    """Whether the figure is the price of a part, or no money at all."""
    return bool(_PART_BEFORE.search(text[max(0, start - 36) : start]) or _PART_AFTER.match(text[end : end + 16]))


def _digits(words: str) -> int:
    return sum(char.isdigit() for char in words.split(".")[0])


def money(text: str, *, asked: bool = False) -> Iterator[Money]:
    """Every sum that is meant as the budget, in order; `asked` when the budget was just asked for."""
    levels = list(_LEVEL.finditer(text))
    covered = {place for level in levels for place in range(level.start(), level.end())}
    for level in levels:
        if _COUNTED.match(text[level.end() : level.end() + 16]) and not asked:
            continue
        low = {"十": 1e5, "百": 1e6, "千": 1e7}[level["zh"] or "百"]
        yield Money(Figure(low, low * 10 - 1), level.start(), level.end())
    for match in _SUM.finditer(text):
        if match.start() in covered or match.end() - 1 in covered or _foreign_code(match):
            continue
        dollars = bool(match["dollar"] or match["usd"])
        marked = dollars or bool(match["sign"] or match["cny"])
        scaled = bool(match["low_scale"] or match["high_scale"] or re.search("million|thousand", match["low"], re.I))
        long = _digits(match["low"]) >= _LEAST_DIGITS
        start = match.start("low") if not match["sign"] and not match["dollar"] else match.start()
        if match["cny"] == "块" and not (scaled or long):
            continue  # 一块 is a piece, or together
        if marked and not (scaled or long) and _digits(match["low"]) < _FEWEST_DIGITS:
            continue  # nobody buys a server for 1 yuan
        if not (marked or scaled or long) or _part(text, start, match.end()):
            continue
        if not marked and (
            _COUNTED.match(text[match.end() : match.end() + 16])
            or not (
                asked
                or _told(text, start, match.end())
                or (
                    match["low_scale"] in ("万", "w", "W", "k", "K", "百万", "千万")
                    and _alone(text, start, match.end())
                )
            )
        ):
            continue
        found = figure(match, text)
        if found is None:
            continue
        if dollars:
            ends = [None if end is None else in_yuan(end, "USD") for end in (found.low, found.high)]
            found = Figure(*ends)
            if found.low is None and found.high is None:
                continue
        yield Money(found, start, match.end(), converted=dollars)


def foreign(text: str) -> list[tuple[str, int, int]]:
    """Sums in a currency that the table cannot convert, as the visitor's words with their place."""
    found = []
    for match in _SUM.finditer(text):
        if (code := _foreign_code(match)) and rate_of(code) is None:
            words = match[0].strip()
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            found.append((words, start, start + len(words)))
    return found
