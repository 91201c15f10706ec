"""Units behind a figure, in both languages, each with its kind and factor.

Decimal and binary bytes are kinds of their own (1 TiB is not 1 TB), and so are bytes and bits of a network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# What a GPU's name is replaced by before units are looked for, so that its digits are no figure.
GPU_NAME = "\x01"
# (kind, factor, pattern); the first that matches holds, so longer units stand before their beginnings.
_UNITS: tuple[tuple[str, float, str], ...] = (
    # Small b is a bit, large B a byte; elsewhere the case of a unit says nothing.
    ("gbe", 1.0, r"(?-i:Gb)(?:/s|ps)(?![A-Za-z])"),
    ("gb/s", 1e3, r"TB\s?(?:/\s?s(?:ec)?|ps|每秒|per second)"),
    ("gb/s", 1.0, r"GB\s?(?:/\s?s(?:ec)?|(?-i:(?<=B)ps)|每秒|per second)"),
    ("gb/s", 1e-3, r"MB\s?(?:/\s?s(?:ec)?|每秒|per second)"),
    ("gbe", 1e3, r"Tb(?:ps|it/s|/s)|TbE"),
    ("gbe", 1.0, r"G(?:bE|Bit/s|bps|b/s|bit|igabit)(?:s|/s)?(?:\s?(?:Ethernet|以太网?))?|G\s?(?=网|以太|端口|光口"
        r"|Ethernet|network)"),
    ("gbe", 1e-3, r"M(?:bps|bit/s|b/s)"),
    ("gbe", 10.0, r"万兆"),
    ("gib", 1024.0, r"TiB|tebibytes?"),
    ("gib", 1.0, r"GiB|gibibytes?"),
    ("gib", 1 / 1024, r"MiB"),
    ("gb", 1e6, r"PB|petabytes?"),
    ("gb", 1e3, r"(?:个\s?)?TB|terabytes?"),
    ("gb", 1.0, r"(?:个\s?)?GB|gigabytes?|gigs?\b"),
    ("gb", 1e-3, r"MB|megabytes?"),
    ("tflops", 1e6, r"EFLOPS?"),
    ("tflops", 1e3, r"PFLOPS?"),
    ("tflops", 1.0, r"TFLOPS?|teraflops?"),
    ("tops", 1.0, r"TOPS"),
    ("kwh", 1.0, r"kWh|度电"),
    ("w", 1e6, r"MW|兆瓦"),
    ("w", 1e3, r"kW|千瓦|kilowatts?|KVA"),
    ("w", 1.0, r"watts?|瓦"),
    ("kgm2", 1.0, r"(?:kg|公斤|千克)\s?(?:/|每|per )\s?(?:m2|m²|㎡|平方米|平米|平|square met(?:er|re))"),
    ("kg", 1e3, r"吨|tons?\b|tonnes?"),
    ("kg", 1.0, r"kg|公斤|千克|kilos?|kilograms?"),
    ("mm", 1.0, r"mm|毫米|millimet(?:er|re)s?"),
    ("mm", 10.0, r"cm|厘米|centimet(?:er|re)s?"),
    ("mm", 1e3, r"米|met(?:er|re)s?"),
    ("%", 1.0, r"%|percent|per cent|个?百分点"),
    ("%", 0.1, r"‰"),
    ("%", 10.0, r"成(?![为本功了果交熟立就分员])"),
    ("params", 0.1, r"亿(?:个)?参数"),
    ("params", 1.0, r"B(?![A-Za-z])|(?:billion|bn)[- ]?(?:parameters?|params?)"),
    ("params", 1e-3, r"(?:million)[- ]?(?:parameters?|params?)"),
    ("tokens/s", 1.0, r"(?:个)?(?:tokens?|词元)\s?(?:/\s?s(?:ec(?:ond)?)?|每秒|per second|a second)"),
    ("bit", 1.0, r"-?bits?(?![A-Za-z])|位(?=的?(?:量化|精度|浮点|整数|权重|优化|整型|训练))|比特"),
    ("requests", 1.0, r"(?:个|条|路)?并发|路(?!由|径|线)|simultaneous|concurrent|concurrency|parallel|QPS|RPS|(?:个"
        r"|条)?(?:请求|会话)|requests?|sessions?"),
    ("people", 1.0, r"(?:多)?(?:个|名|位)?人(?!民币|民|工|机|类|天|月)|名(?!称|单)|位(?!置|于|数|宽)|个?(?:用户|学生"
        r"|老师|教师|员工|同事|研究员|工程师|研究生|成员)"
        r"|(?:(?!weeks|days|months|years|hours|minutes|cards|servers|nodes|groups|from|with|that|over|before"
        r"|after|between"
     r"|than|racks|percent|times)[a-z]{4,14} ){0,2}?(?:people|persons?|users?|researchers?|students?"
        r"|engineers?|staff|employees|members?|colleagues|scientists|developers?|postdocs|seats)"),
    ("groups", 1.0, r"(?:个|支)?(?:课题组|研究组|团队|小组|实验室)|个组|(?:research )?(?:groups?|teams?|labs?"
        r"|laborator(?:y|ies))"),
    ("racks", 1.0, r"(?:个|台)?机柜|个柜|racks?"),
    ("machines", 1.0, r"台|(?:个|台)?(?:节点|服务器)|(?:[GT]\d?[AX]? |GPU |compute |training |inference )?(?:servers?"
        r"|nodes?|machines?|boxes)"),
    ("cards", 1.0, r"(?:张|块|片|颗|[×x*])?\s?\x01{2,40}(?:\s?(?:GPUs?|cards?|显卡|卡))?|(?:张|块|片|颗)?\s?(?:显卡"
        r"|卡(?!顿)|GPU|加速卡)|张(?!图|照|纸|表)|颗|[×x*]\s?(?=GPU|\d{2,3}\s?GB?)"
     r"|(?:professional |data-?cent(?:er|re) )?(?:GPUs?|cards?|accelerators?)"),
    ("rack units", 1.0, r"U(?![A-Za-z])"),
    ("cores", 1.0, r"核|cores?"),
    ("disks", 1.0, r"(?:块|个)?(?:硬盘|盘位|盘|SSD|NVMe)|disks?|drives?|SSDs?|NVMes?|bays?"),
    ("ports", 1.0, r"个?(?:网口|端口|光口)|ports?"),
    ("supplies", 1.0, r"(?:个|路|块)?电源|power suppl(?:y|ies)|PSUs?"),
    ("ghz", 1.0, r"GHz"),
    ("ghz", 1e-3, r"MHz"),
    ("degrees", 1.0, r"℃|°\s?C?|摄氏度|degrees?"),
    ("db", 1.0, r"dB(?:A|\(A\))?|分贝"),
    ("v", 1.0, r"V(?![A-Za-z])|伏|volts?"),
    ("ms", 1.0, r"ms(?![A-Za-z])|毫秒|milliseconds?"),
    ("seconds", 1.0, r"秒|seconds?"),
    ("minutes", 1.0, r"分钟|minutes?"),
    ("hours", 1.0, r"个?小时|hours?"),
    ("days", 1.0, r"个?(?:工作日|自然日)|天|日(?!志|常|均|历)|(?:working |business |calendar )?days?"),
    ("weeks", 1.0, r"个?(?:星期|礼拜)|周(?!期|边|末)|weeks?"),
    ("months", 1.0, r"个月|月(?!份|底|初|末|中)|months?"),
    ("years", 1.0, r"年(?!级|轻|会)|years?"),
    ("quarters", 1.0, r"个?季度"),
    ("times", 1.0, r"倍|-?fold|times|[x×](?![A-Za-z0-9])(?!\s?\d)"),
    ("cny", 1.0, r"元|块钱|人民币|RMB|CNY|yuan|renminbi"),
    ("usd", 1.0, r"美元|美金|USD|US dollars?|dollars?"),
    ("eur", 1.0, r"欧元|EUR|euros?"),
    ("hkd", 1.0, r"港[元币]|HKD"),
    ("n", 1.0, r"(?:个)?\s?(?:tokens?|词元|上下文)|of (?:them|these|those)|images?|documents?|files?|samples?"
        r"|records?|layers?|models?|experts?"
     r"|(?:张|幅)(?:图|照)|[条份篇页](?!件)|个(?:模型|专家|文档|样本|文件)|parameters?|参数"),
)  # fmt: skip
# A Latin unit is no unit where it only begins a longer word.
_WHOLE = r"(?:(?<![A-Za-z])|(?![A-Za-z]))"
_PATTERN = re.compile(
    "|".join(f"(?P<u{place}>(?:{pattern}){_WHOLE})" for place, (_, _, pattern) in enumerate(_UNITS)), re.IGNORECASE
)
# A letter that is short for several units: every reading counts, and one of them has to be supported.
_SHORT: dict[str, tuple[tuple[str, float], ...]] = {
    "G": (("gb", 1.0), ("gib", 1.0), ("gbe", 1.0)),
    "T": (("gb", 1e3), ("gib", 1024.0), ("tflops", 1.0)),
    "P": (("gb", 1e6), ("tflops", 1e3)),
    "M": (("n", 1e6), ("cny", 1e6), ("gb", 1e-3)),
    "m": (("mm", 1e3), ("n", 1e6), ("cny", 1e6)),
    "W": (("w", 1.0), ("n", 1e4), ("cny", 1e4)),
    "w": (("n", 1e4), ("cny", 1e4), ("w", 1.0)),
    "K": (("n", 1e3), ("n", 1024.0), ("cny", 1e3)),
    "k": (("n", 1e3), ("n", 1024.0), ("cny", 1e3)),
}
_SHORT_UNIT = re.compile(r"[GTPMmWwKk](?![A-Za-z0-9])")


@dataclass(frozen=True)
class Unit:
    """What stands behind a number up to `end`: the kinds it may mean, each with its factor."""

    kinds: tuple[tuple[str, float], ...]
    end: int


def unit_at(text: str, place: int) -> Unit | None:
    """The unit that begins at a place of a text, after a space or a hyphen at most; None when there is none."""
    for start in (place, place + 1) if text[place : place + 1] in (" ", "-") else (place,):
        match = _PATTERN.match(text, start)
        if match and match.lastgroup:
            kind, factor, _ = _UNITS[int(match.lastgroup[1:])]
            return Unit(((kind, factor),), match.end())
        if short := _SHORT_UNIT.match(text, start):
            return Unit(_SHORT[short[0]], short.end())
    return None
