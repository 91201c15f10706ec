"""Machine-room conditions in a text (whitepaper section 04.5): power a rack, depth, cooling, network, load."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from assistant.dialogue.clauses import CLAUSE_END
from assistant.dialogue.expressions import expression
from assistant.dialogue.figures import parse_one
from assistant.dialogue.reading import Update
from assistant.rules.requirements import Facility

_N = r"(?<![\dA-Za-z.])(?P<n>\d{1,5}(?:\.\d{1,3})?)(?:\s*(?:-|~|到|至|to)\s*\d{1,5}(?:\.\d{1,3})?)?"
_RACK = r"机柜|单柜|每柜|一个柜|柜子|柜|\brack|cabinet"
_RACK_WORD = expression(_RACK, re.IGNORECASE)
_ROOM = expression(
    rf"{_RACK}|机房|PDU|供电|配电|数据中心|\broom\b|\bsite\b|data cent(?:er|re)|server room|colo", re.IGNORECASE
)
_POWER = expression(
    rf"(?:{_N}|(?P<zh>[一二两三四五六七八九十]{{1,2}}))\s*个?(?P<unit>kW|千瓦|kilowatts?|KVA)(?!h|时)", re.IGNORECASE
)
_WATTS = expression(
    rf"(?:单柜|每柜|每个?机柜|机柜)(?:功率|供电|最大|只有|最多|是|为|能给|的)?\s*{_N}\s*(?:W|瓦)(?![a-z])"
    rf"|{_N.replace('<n>', '<n_b>')}\s*W (?:per|a|/) ?rack",
    re.IGNORECASE,
)
# Power of a card, a machine or the cooling plant is not that of a rack.
_OTHER_POWER = expression(
    r"单卡|每卡|显卡|\bGPU|整机|每台|一台|单台|服务器|功耗|UPS|空调|制冷|总(?:功率|共|电)|市电|machine"
    r"|server(?! room)|node|\bcards?\b|cooling|consum|draw|total",
    re.IGNORECASE,
)
_MM = r"(?P<unit>mm|毫米|cm|厘米|公分|m(?!2)|米)(?![a-zA-Z²])"
_DEPTH = (
    expression(
        rf"(?:柜深|深度(?!学习)|(?<![加较更水])深(?![度圳入层化])|depth|deep)(?:是|为|有|约|大概|只有|of|is|:|："
        rf"|\s){{0,4}}{_N}\s*{_MM}(?P<more>\d)?",
        re.IGNORECASE,
    ),
    expression(rf"{_N}\s*{_MM}(?P<more>\d)?\s*(?:的)?\s*(?:深(?!度?学习|圳|入)|deep|in depth|depth)", re.IGNORECASE),
    expression(
        r"(?:机柜|柜深|rack)[^，。；,;\d]{0,8}(?:深度?)?\s*(?P<n>1[0-3]\d\d|[89]\d\d)(?!\d)(?:\s*深"
        r"|(?=\s*(?:mm)?(?:$|[，。,;；])))(?P<unit>)(?P<more>)",
        re.IGNORECASE,
    ),
    expression(
        r"(?:[4-8]\d\d|600|800)\s*(?:mm)?\s*[*x×X]\s*(?P<n>(?:9|10|11|12"
        r"|13)\d0)(?:\s*(?:mm))?(?P<unit>)(?P<more>)(?=\s*(?:[*x×X]\s*\d{3,4}|的?(?:标准)?机?柜| racks?|$|[，,。]))",
        re.IGNORECASE,
    ),
)
_NETWORK = expression(
    r"(?<![\dA-Za-z.])(?P<n>\d{1,4})\s*(?:GbE|GigE|Gbps|Gb/s|Gbit/s|GE\b|gigabit|G ?(?:的)?(?:b?ps)?\s*(?:以太网?"
    r"|光网络?|光纤|光口|交换机?|网络?(?![卡页站盘])|ethernet|network|switch|uplink|links?\b))"
    r"|(?:网络|交换机|上联|带宽|network|switch|uplink)(?:是|为|有|用的?|都是|只有|已经|目前|现在|升级到|is|:|："
    r"|\s){0,3}(?P<n_b>\d{1,4})\s*G(?:b(?:ps|E)?)?(?![A-Za-z])"
    r"|(?P<word>(?:双)?万兆|千兆|(?<![一二两三四五六七八九几数上])双?百[Gg](?![瓦Bb])"
    r"(?!\s*的?(?:数据|素材|文件|资料|内存|显存|硬盘)))|\b(?P<ten>ten|one)[- ]gig(?:abit)?\b",
    re.IGNORECASE,
)
_IB = expression(r"\s*(?:IB|InfiniBand)|(?:IB|InfiniBand)\s*$", re.IGNORECASE)
_LOAD = expression(
    rf"{_N}\s*(?P<unit>kg|公斤|千克|吨|t|tons?)\s*(?:/|每|一|per |a )?\s*(?:m2|m²|㎡|平米|平方米?|平|sqm"
    rf"|square met(?:er|re)s?)"
    rf"|每(?:平方米|平米|平)(?:承重|能承|可承|承受)?\s*{_N.replace('<n>', '<n_b>')}\s*(?P<unit_b>kg|公斤|千克|吨)"
    rf"|(?:承重|荷载|载荷|floor load(?:ing)?)(?:能力|要求|是|为|有|只有|大概|约|of|is|:|："
    rf"|\s){{0,4}}{_N.replace('<n>', '<n_c>')}\s*(?P<unit_c>kg|公斤|千克|吨)?",
    re.IGNORECASE,
)
_NOISE = expression(
    r"(?:(?:噪音|噪声|noise|sound)[^，。；,;\d]{0,16}|(?:不超过|低于|小于|below|under|max(?:imum)?|less than"
    r"|up to)\s*)\d{2,3}\s*(?:分贝|dBA?(?:\(A\))?|decibels?)(?:以下|以内|之内)?|\d{2,3}\s*(?:分贝|dBA?"
    r"|decibels?)(?:以下|以内|之内| or less| max)",
    re.IGNORECASE,
)
_PDU = expression(
    r"(?:双路|单路|两路|A/?B路|智能|\d{2,3}\s?A|C1[39](?:/C1[39])?|三相|单相|dual|redundant|three-phase"
    r"|2N)\s*(?:的)?\s*(?:PDU|供电|市电|电源插座|feeds?|power feeds?)s?(?:[^，。；,;]{0,4}C1[39](?:/C1[39])?)?"
    r"|PDUs?\s*(?:是|为|有|用|插座|接口|with|:|：)?\s*(?:双路|单路|三相|单相|C1[39](?:/C1[39])?"
    r"|\d{2,3}\s?A)(?:[,，/和 ]{0,2}(?:C1[39]|\d{2,3}\s?A))?|(?<![A-Za-z0-9])C1[39](?:/C1[39])?\s*(?:插座|插头|接口"
    r"|outlets?|sockets?)?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_MANAGEMENT = expression(
    r"(?<![A-Za-z])(?:IPMI|BMC|Redfish|iDRAC|iLO|KVM over IP)(?![A-Za-z])|远程(?:管理|运维|开关机|控制|KVM)"
    r"|带外(?:管理|网络)?|remote management|out-of-band(?: management)?|lights-out",
    re.IGNORECASE,
)
_STORES = (
    r"共享存储|集中存储|分布式存储|并行(?:文件系统|存储)|对象存储|存储(?:集群|系统|阵列|柜)|NAS|SAN存储|SAN|Ceph"
    r"|Lustre|GPFS|BeeGFS|GlusterFS|MinIO|NetApp|Isilon|群晖|Synology|WekaFS|Weka|VAST|parallel (?:file ?system"
    r"|storage)|shared (?:storage|filesystem|file system)|object storage|file server"
)
_STORAGE = expression(
    rf"(?:已有|已经有|现有|有现成的?|原有|目前有|现在有|机房有|我们有|这边有|配了|建了|用的是|已(?:经)?部署"
    rf"|(?<![没还])有|\b(?:already have|have|existing|there is|there's|we run|we use"
    rf"|our)\b)[^，。；,;!?！？\n没无]{{0,12}}?(?P<store>(?:\d{{1,5}}\s?[TP]B?\s*(?:的)?\s*)?(?:{_STORES})(?![A-Za-z])(?:[（(][^）)]{{1,20}}[）)])?)",
    re.IGNORECASE,
)
_LIQUID = expression(r"液冷|水冷|冷板|浸没式?|liquid|water[- ]cool|cold plate|immersion", re.IGNORECASE)
_AIR = expression(
    r"风冷|空调|air[- ]?(?:cool\w*|con\w*)|\bair only\b|(?<![a-z])A/?C(?![a-z0-9])|(?<![a-z])air(?![a-z-]|port)",
    re.IGNORECASE,
)
_NO = expression(
    r"(?:没有?|不(?:支持|能用?|具备|需要|用|要|考虑|想|行)|无法|无|未|做不了|上不了|\bno\b|\bnot\b|without|don't"
    r"|cannot|can't|isn't)(?:上|装|用|做|any|have|support|need|条件|\s){0,3}$",
    re.IGNORECASE,
)
_NO_AFTER = expression(
    r"\s*(?:的)?(?:条件)?(?:我们)?(?:做不了|没有|不行|不支持|用不了|上不了|不考虑|is not|isn't|not (?:possible"
    r"|available))",
    re.IGNORECASE,
)
_ASKED = expression(
    r"[?？]|[吗么呢](?:$|[。!！])|有没有|是否|要不要|能不能|可不可以|是不是|需不需要|^(?:is|are|do|does|can|could"
    r"|what|how|which)\b",
    re.IGNORECASE,
)
_MILLIMETRES = {"mm": 1.0, "毫米": 1.0, "cm": 10.0, "厘米": 10.0, "公分": 10.0, "m": 1000.0, "米": 1000.0, "": 1.0}
_NETWORKS = {"万兆": 10.0, "双万兆": 10.0, "千兆": 1.0, "百g": 100.0, "双百g": 100.0}
_CLAUSE = expression(r"[，。；,;!！\n]")

Part = tuple[str, Any, int, int]


def _clause(text: str, start: int, end: int) -> str:
    before = _CLAUSE.split(text[max(0, start - 24) : start])[-1]
    return before + text[start:end] + _CLAUSE.split(text[end : end + 24])[0]


def _asked(text: str, start: int, end: int) -> bool:
    """Whether the clause of the words is a question."""
    before = CLAUSE_END.split(text[max(0, start - 60) : start])[-1]
    after = _CLAUSE.split(text[end : end + 60])[0]
    return bool(_ASKED.search((before + text[start:end] + after).strip()))


def _denied(text: str, start: int, end: int) -> bool:
    before = _CLAUSE.split(text[max(0, start - 14) : start])[-1]
    return bool(_NO.search(before) or _NO_AFTER.match(text[end : end + 16]))


def _power(text: str, alone: bool) -> Iterator[Part]:
    for match in _POWER.finditer(text):
        near = _clause(text, match.start(), match.end())
        rack = _RACK_WORD.search(near)
        if rack is None and (_OTHER_POWER.search(near) or not (alone or _ROOM.search(text))):
            continue
        power = parse_one(match["n"] or match["zh"])
        if power is not None and power.exact:
            yield "rack_power_kw", power.low, match.start(), match.end()
    for match in _WATTS.finditer(text):
        yield "rack_power_kw", float(match["n"] or match["n_b"]) / 1000, match.start(), match.end()


def _depth(text: str) -> Iterator[Part]:
    for pattern in _DEPTH:
        for match in pattern.finditer(text):
            value = float(match["n"]) * _MILLIMETRES[match["unit"].lower()]
            if match["more"]:
                # 1米2 is 1.2 m.
                value += float(match["more"]) * _MILLIMETRES[match["unit"].lower()] / 10
            if 300 <= value <= 3000:
                yield "rack_depth_mm", value, match.start(), match.end()
                return


def _network(text: str) -> Iterator[Part]:
    for match in _NETWORK.finditer(text):
        if _IB.match(text[match.end() : match.end() + 12]) or _IB.search(
            text[max(0, match.start() - 12) : match.start()]
        ):
            continue
        if match["word"]:
            value = _NETWORKS[match["word"].lower()]
        elif match["ten"]:
            value = 10.0 if match["ten"].lower() == "ten" else 1.0
        else:
            value = float(match["n"] or match["n_b"])
        yield "network_gbe", value, match.start(), match.end()


def _load(text: str) -> Iterator[Part]:
    for match in _LOAD.finditer(text):
        value = float(match["n"] or match["n_b"] or match["n_c"])
        unit = (match["unit"] or match["unit_b"] or match["unit_c"] or "kg").lower()
        yield "floor_load_kg_m2", value * (1000 if unit[0] in "t吨" else 1), match.start(), match.end()


def _cooling(text: str) -> Iterator[Part]:
    kinds: dict[str, tuple[int, int]] = {}
    for kind, pattern in (("liquid", _LIQUID), ("air", _AIR)):
        for match in pattern.finditer(text):
            if _asked(text, match.start(), match.end()):
                continue
            if _denied(text, match.start(), match.end()):
                # Where liquid cooling is ruled out, air is what there is.
                if kind == "liquid":
                    kinds.setdefault("air", match.span())
                continue
            kinds[kind] = match.span()
            break
    if len(kinds) == 1:
        kind, (start, end) = next(iter(kinds.items()))
        yield "cooling", kind, start, end


def _words(text: str) -> Iterator[Part]:
    for name, pattern in (("noise_limit", _NOISE), ("pdu", _PDU), ("remote_management", _MANAGEMENT)):
        match = pattern.search(text)
        if match and not _denied(text, match.start(), match.end()) and not _asked(text, match.start(), match.end()):
            yield name, match[0].strip(), match.start(), match.end()
    match = _STORAGE.search(text)
    if match and not _asked(text, match.start(), match.end()):
        yield "shared_storage", match["store"].strip(), match.start("store"), match.end("store")


def _parts(text: str, alone: bool) -> list[Part]:
    readers = (_power(text, alone), _depth(text), _network(text), _load(text), _cooling(text), _words(text))
    first: dict[str, Part] = {}
    for part in (part for reader in readers for part in reader):
        first.setdefault(part[0], part)
    return sorted(first.values(), key=lambda part: part[2])


def facility(text: str) -> Facility | None:
    """The conditions that an answer about the machine room states; None when it states none."""
    parts = _parts(text, alone=True)
    return Facility.model_validate({name: value for name, value, _, _ in parts}) if parts else None


def room(text: str) -> list[Update]:
    """The conditions that any message states, as one update with just the stated parts."""
    parts = _parts(text, alone=False)
    if not parts:
        return []
    # Beside other conditions of the room a power needs no word for the rack.
    parts = _parts(text, alone=True)
    start, end = min(part[2] for part in parts), max(part[3] for part in parts)
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    value = Facility.model_validate({name: value for name, value, _, _ in parts})
    return [Update("facility", value, words.strip(), start, start + len(words.strip()), mode="add")]
