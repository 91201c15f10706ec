"""Where somebody lives or works, once it names a street, a building or a room. A city by itself tells nobody."""

from __future__ import annotations

import re

from evals.personal.sign import BEGIN, HAN, Sign

_WORD = r"[\u4e00-\u9fffA-Za-z0-9]"
_COUNT = r"(?:\d{1,5}|[A-Z]\d{0,3}|[一二三四五六七八九十甲乙丙丁东南西北]{1,3})"
_BUILDING = r"(?:塔|号楼|号院|栋|幢|座|单元|层|楼|室|房间?|门|户|弄|号|院|区|期|组|队)"
_PARTS = rf"(?:[\s,、-]{{0,2}}(?:{_COUNT}\s?{_BUILDING}|(?<=[栋幢座元楼层号弄院塔-])\d{{2,5}}(?![\dA-Za-z])))"
# From the province down; what stands before it is no part of the place.
_OWN = r"(?:(?![在到于是为住去我你他的了])[\u4e00-\u9fff])"
_HEAD = (
    rf"(?:(?:北京|上海|天津|重庆|{_OWN}{{2,7}}?(?:省|自治区))\s?)?(?:{_OWN}{{2,5}}?市)?(?:{_OWN}{{1,6}}?(?:区|县|旗|新区))?"
    rf"(?:{_OWN}{{1,6}}?(?:镇|乡|街道|开发区|高新区))?"
)
_ROAD = rf"{_OWN}{{1,8}}?(?:大街|大道|街|路|巷|胡同|道|弄|里|村|条){HAN}{{0,4}}?"
_PLACE = (
    rf"{_WORD}{{1,10}}?(?:小区|大厦|广场|花园|公寓|家园|新村|园区|科技园|软件园|产业园|创业园|工业园|写字楼"
    r"|科学园|创新园|生态园|工业区|大楼|宿舍|家属院|苑|府|庭|城)"
)
# 双路 and 线路 are no roads, and what is numbered on them is a machine.
_NO_ROAD = re.compile(
    r"(?:[单双四八多两每几\d]|线|链|网|电|通|思|套|回|支|管|半|一)路|通道|报道|渠道|知道|怀里|这里|那里|哪里|条$"
)
_MACHINE = r"(?!\s?(?:机|卡|柜|节点|服务器|线|槽|GPU|端口|交换|盘|位|模型|产品|方案))"

_STREET = (
    r"(?:Street|Road|Avenue|Lane|Boulevard|Crescent|Terrace|Parkway|Highway|Broadway|Mews|Quay|Alley|Hutong|Dajie|Dadao"
    r"|(?:St|Rd|Ave|Ln|Blvd|Dr|Hwy|Pkwy|Ct|Pl)\b\.?|Drive|Court|Place|Square|Close|Row|Way|Jie|Lu)(?![A-Za-z])"
)
_NAME = r"(?:[A-Z][A-Za-z.'’-]{0,20}|\d{1,3}(?:st|nd|rd|th)|de|la|of|the)"
_ROOM = (
    r"(?:(?:Apt|Apartment|Suite|Ste|Unit|Floor|Flat|Room|Rm|Building|Bldg|Block)\b\.?|#)\s?"
    r"(?:[A-Z]?\d[\w-]{0,5}|[A-Z](?![a-z]))"
)
_TOWN = r"[A-Z][a-z.'’-]{1,20}(?: [A-Z][a-z.'’-]{1,20}){0,2}"
_CODE = (
    r"(?:[A-Z]{2}\s)?\d{5}(?:-\d{4})?(?!\d)|\d{6}(?!\d)"
    r"|[A-Z]{1,2}\d[A-Z\d]?\s\d(?![KMGTPE]B)[A-Z]{2}(?![A-Za-z])|[A-Z]{2}(?![A-Za-z])"
)
_TAIL = rf"(?:,?\s{_ROOM}|,\s(?:{_TOWN}|{_CODE})|\s(?:{_CODE})){{0,5}}"
# "8 NVMe Drive", "4 GPU Way": bays and ways of a machine.
_NO_STREET = re.compile(r"NVMe|SSD|HDD|SAS|SATA|Hot|Swap|GPU|CPU|PCIe|Bay|RTX|PRO|Lane$", re.IGNORECASE)


def _road(match: re.Match[str]) -> bool:
    return not _NO_ROAD.search(match["road"])


def _place(match: re.Match[str]) -> bool:
    return sum(char.isdigit() for char in match[0]) >= 2 or "室" in match[0] or "座" in match[0]


def _street(match: re.Match[str]) -> bool:
    return not _NO_STREET.search(match["name"])


def _told(match: re.Match[str]) -> bool:
    return bool(re.search(r"[市区县镇乡村路街巷号栋幢楼室苑]|\d.*[A-Za-z]{3}", match["it"]))


SIGNS: tuple[Sign, ...] = (
    Sign.of(
        "address",
        rf"{_HEAD}(?P<road>{_ROAD})\s?{_COUNT}(?:-\d{{1,4}})?\s?(?:号|弄|巷)(?!楼|院){_MACHINE}(?:{_PLACE})?{_PARTS}{{0,6}}",
        _road,
    ),
    Sign.of("address", rf"{_HEAD}(?P<road>{_ROAD})\s?{_COUNT}\s?(?:号楼|号院)(?:{_PLACE})?{_PARTS}{{0,6}}", _road),
    Sign.of("address", rf"{_HEAD}{_PLACE}{_PARTS}{{1,6}}", _place),
    Sign.of(
        "address",
        rf"(?<![A-Za-z0-9])\d{{1,3}}\s?(?:栋|幢|号楼|座)\s?{_PARTS}{{1,4}}|\d{{1,2}}单元\s?\d{{2,4}}(?:室|号|(?!\d))"
        rf"|{BEGIN}\d{{3,5}}\s?(?:室|房间)",
    ),
    Sign.of(
        "address",
        r"(?:(?:收货|通讯|邮寄|家庭|办公|公司|单位|联系|快递|详细|寄送|注册)地址|住址|住所|(?<![PpACc])地址|家住|住在|寄到|寄给|送货到|快递到)"
        r"(?:\s?[:是为]\s?|\s)?(?P<it>[\u4e00-\u9fffA-Za-z0-9()#·-][^,，。;；!?\n\ue000]{3,60})",
        _told,
    ),
    Sign.of("address", r"(?:邮编|邮政编码)[\s:是为]{0,3}(?P<it>\d{6})(?!\d)"),
    Sign.of(
        "address",
        r"\b(?:zip(?: ?code)?|post ?code|postal code)(?: is)?[\s:]{0,3}"
        r"(?P<it>[A-Z0-9]{3,5}(?:[ -][A-Z0-9]{3,4})?)(?![A-Za-z0-9])",
    ),
    Sign(
        "address",
        re.compile(
            rf"(?:{_ROOM},?\s)?{BEGIN}(?:No\.?\s?)?\d{{1,5}}[A-Za-z]?(?:-\d{{1,4}})?,?\s"
            rf"(?P<name>(?:{_NAME}\s){{1,4}}){_STREET}{_TAIL}"
        ),
        _street,
    ),
    Sign(
        "address",
        re.compile(
            rf"{BEGIN}\d{{1,5}}\s"
            r"(?P<name>(?:(?!(?:the|a|an|of|down|off|on|in|our|per|new|or|to)\b)[a-z'’-]{2,20}\s){1,2})"
            r"(?:street|road|avenue|boulevard|lane)(?![A-Za-z]|\s(?:map|test))(?:,\s[A-Za-z][a-z]{2,20})?"
        ),
    ),
    Sign(
        "address",
        re.compile(
            r"(?<![A-Za-z])[A-ZÄÖÜ][\wäöüß-]{2,30}(?:straße|strasse|str\.|gasse|allee|platz|weg)\s\d{1,4}[a-z]?"
            r"(?:,\s\d{5}\s[A-ZÄÖÜ][a-zäöüß]+)?"
            r"|(?<!\d)\d{1,4}(?:\s?bis)?,?\s(?:rue|quai|impasse|chemin)\s(?:(?:de|du|des|la|le)\s){0,2}"
            r"[A-ZÀ-Þ][\w'’-]{2,30}(?:\s[A-Z][\w-]{2,30}){0,2}"
        ),
    ),
    Sign.of("address", r"\bP\.?\s?O\.? Box \d{1,7}|邮政?信箱\s?\d{1,6}\s?号?"),
)
