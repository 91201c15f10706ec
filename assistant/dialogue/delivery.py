"""What is wanted of the delivery: on-site installation, training of the staff, a place, acceptance documents."""

from __future__ import annotations

import re
from typing import Protocol, TypeVar

from assistant.dialogue.clauses import CLAUSE_END
from assistant.dialogue.expressions import expression
from assistant.dialogue.reading import Update


class _Place(Protocol):
    start: int
    end: int


Placed = TypeVar("Placed", bound=_Place)
_PEOPLE = (
    r"(?:staff|team|engineers?|operators?|users|people|employees|admin(?:istrator)?s?|technicians|researchers"
    r"|colleagues|students|it (?:staff|team)|sysadmins?)"
)
_WANTED = expression(
    r"(?:上门|现场|驻场|免费|到场|原厂)(?:的)?(?:安装|培训|调试|部署|服务|交付|实施|支持|验收)(?:(?:、|和|及|与"
    r"|/)?(?:安装|培训(?!机构|班|学校)|调试|部署|服务|验收|上架)){0,4}"
    r"|安装(?:、|和|及|与)?(?:调试|培训|部署)(?:(?:、|和|及|与)?(?:培训|调试|验收)){0,2}|(?:负责|包|含|需要|要|提供"
    r"|帮忙|协助|做好?)(?:现场|设备)?(?:安装|上架|调试|搬运)"
    r"|上架(?:安装|调试|服务|加电)?(?:(?:、|和|及|与)(?:加电|调试|布线))?|(?:操作|使用|用户|运维|管理员?|员工|人员"
    r"|技术|售后|安装)培训(?!机构|班|学校|平台|行业|公司)"
    r"|(?:提供|给|要|需要|安排|做|含|包|带|加|有|来|和|、|及)(?:一?次|几次|[一二两三\d]天|人员|相关|配套|必要的?"
    r"|使用|技术|我们的?人?|老师们?)?的?培训(?!机构|班|学校|平台|行业|公司|中心|模型|系统|部|数据)"
    r"|培训(?:我们的?)?(?:老师|员工|运维(?:人员|团队)?|管理员|人员|同事|学生|工程师)"
    r"|(?:送货|配送|运送?|交付|发货|寄|交货)(?:上门|入室|上楼|到(?!货|位|期|哪|什么"
    r"|多)[\u4e00-\u9fffA-Za-z0-9]{2,16})|送到(?!哪|什么)[\u4e00-\u9fffA-Za-z0-9]{2,16}|送货上门"
    r"|(?:提供|给|要|需要|出具|附|含|交付|带|移交)?(?:完整的?|全套的?|相关|书面)?(?:验收|交付|竣工|安装"
    r"|测试)(?:资料|文档|报告|材料|清单|手册|单)"
    r"|分批(?:交付|到货|供货)|(?:一次性|整体)(?:交付|到货)|拆箱|垃圾清运|(?:现场)?(?:综合)?布线"
    r"|\bon-?site (?:installation|training|service|support|setup|set-?up|deployment|commissioning|delivery"
    r"|acceptance)(?:(?:,| and| &|/) ?(?:installation|training|commissioning|support|setup)){0,3}"
    rf"|\b(?:training|workshops?|courses?|hands-on sessions?) (?:session |course |day )?(?:for|of) (?:(?:our|the"
    rf"|your|all|my) )(?:[a-z]{{2,14}} )?{_PEOPLE}\b"
    rf"|\b(?:train|teach|instruct|onboard)(?:ing)? (?:our|the|my|your) (?:[a-z]{{2,14}} )?{_PEOPLE}\b"
    r"|\b(?:user|staff|operator|admin(?:istrator)?|customer|end-?user|handover|product|technical"
    r"|team) training\b(?! (?:data|set|run|job)s?)"
    r"|\brack(?:ing)?(?:[- ](?:and|&)[- ]|-n-)stack(?:ing)?|\bracking\b|\b(?:rack|physical) (?:installation"
    r"|mounting)|\binstallation (?:and|&) (?:commissioning|training|setup|configuration)|\bcommissioning\b"
    r"|\bwhite-?glove\b"
    r"|\b(?:acceptance|handover|test|delivery) (?:documents?|documentation|reports?|papers?|protocols?"
    r"|certificates?|tests?)\b"
    r"|\b(?:deliver(?:ed|y)?|ship(?:ped|ping|ment)?|sent) (?:it |them |everything )?to (?:our "
    r"|the )?(?:[A-Z][\w'-]{1,20}(?: [A-Z][\w'-]{1,20}){0,3}|campus|office|warehouse|data ?cent(?:er|re)"
    r"|server room|lab|site|door|premises)"
    r"|\b(?:install|set up|unpack|assemble)(?:ed)? (?:it |them |everything )?(?:on[- ]site|at our (?:site|office"
    r"|premises)|in our (?:rack|room|data ?cent(?:er|re)))",
    re.IGNORECASE,
)
_NOT = expression(
    r"(?:不(?:用|需要?|要|必)|无需|没有?|自己|\bno\b|\bnot\b|\bwithout|don't (?:need|want)|do not need)\s*(?:你们"
    r"|提供|any|an?)?\s*$",
    re.IGNORECASE,
)
_ONLY = expression(r"(?:只要|只需要?|仅需)$")
# A place of delivery ends where the sentence goes on.
_TAIL = expression(r"(?:就行|即可|就可以|可以吗|行吗|吧|的话|吗|呢|哦|的$)+.*$")
_LONGEST = 400


def delivery(text: str) -> list[Update]:
    """What a folded text wants of the delivery, as one update in the visitor's words.

    Its span covers words such as "training for our staff", which speak of no model: `apart` leaves out what they hide.
    """
    spans = delivery_spans(text)
    if not spans:
        return []
    start, end = spans[0][0], spans[-1][1]
    pieces = dict.fromkeys(_TAIL.sub("", text[a:b].strip()) or text[a:b].strip() for a, b in spans)
    chinese = any("\u4e00" <= char <= "\u9fff" for char in text[start:end])
    words = ("、" if chinese else ", ").join(pieces)
    return [Update("delivery", words[:_LONGEST], text[start:end].strip(), start, end)]


def delivery_spans(text: str) -> list[tuple[int, int]]:
    """Where the words for delivery stand, those denied left out."""
    found: list[tuple[int, int]] = []
    for match in _WANTED.finditer(text):
        before = CLAUSE_END.split(text[max(0, match.start() - 16) : match.start()])[-1]
        if not _NOT.search(before):
            words = match[0]
            start = match.start() + len(words) - len(words.lstrip("、和及 "))
            start -= len(only[0]) if (only := _ONLY.search(before)) and start == match.start() else 0
            found.append((start, match.start() + len(words.rstrip())))
    return found


def apart(found: list[Placed], text: str) -> list[Placed]:
    """What stands outside the words for the delivery: "training for our staff" trains no model."""
    spans = delivery_spans(text)
    return [item for item in found if not any(start <= item.start and item.end <= end for start, end in spans)]
