"""Short answers to the question just asked: a bare number, yes or no, "not decided", or a few words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from assistant.dialogue.dates import window
from assistant.dialogue.expressions import expression
from assistant.dialogue.facility import facility
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.phrasing import questions
from assistant.dialogue.quantities import Quantity, bare
from assistant.rules.catalogue import find_products
from assistant.rules.requirements import FieldName, ModelSpec

_COUNTS: frozenset[FieldName] = frozenset({"users", "groups", "concurrency", "data_tb"})
_FLAGS: frozenset[FieldName] = frozenset(
    {"multi_node", "rack_scale", "tax_included", "stamped_quote", "ops_included", "want_alternative"}
)
_TEXTS: frozenset[FieldName] = frozenset({"delivery", "organisation", "department", "software", "contact"})
_LONGEST = 120
_SHORT = 16
_PASSED_OVER = 40
# Billions of parameters: a bare number beyond is no size of a model.
_LARGEST_MODEL = 2000.0


@dataclass(frozen=True)
class Answer:
    """`values` holds the one value found, or nothing; `skipped` that the visitor passes."""

    values: tuple[Any, ...] = ()
    skipped: bool = False


_NOTHING = Answer()
_PASSED = Answer(skipped=True)


def answer_to(field: FieldName, text: str, *, already: frozenset[FieldName]) -> Answer:
    """What a message says to the open question beyond what was understood anyway (`already`)."""
    words = lexicon()
    stripped = text.strip()
    if field in already:
        return _NOTHING
    if len(stripped) <= _PASSED_OVER and words.unknown.search(stripped):
        # "还没定，估计二三十个" is an answer all the same.
        return _number(field, words.unknown.sub("", stripped), already) or _PASSED
    if not already and (chosen := _chosen(field, stripped)) is not None:
        return chosen
    if len(stripped) <= _SHORT and (said := _bare(field, stripped)) is not None:
        return said
    if (number := _number(field, stripped, already)) is not None:
        return number
    if field in _FLAGS or field == "interconnect":
        yes = True if words.affirm.search(stripped) else False if words.deny.search(stripped) else None
        if yes is None:
            return _NOTHING
        return Answer((yes,)) if field in _FLAGS else Answer(("high" if yes else "standard",))
    if field == "facility":
        room = facility(stripped)
        return Answer((room,)) if room else _NOTHING
    if field == "purchase_by":
        dates = window(stripped)
        return Answer((dates,)) if dates else _NOTHING
    return _words(field, stripped) if field in _TEXTS and not already else _NOTHING


def _bare(field: FieldName, text: str) -> Answer | None:
    """Words that mean something as the answer to this field. They must be most of the message: "要" inside
    "要开会讨论" answers nothing. The longest match decides."""
    said = [
        (m.end() - m.start(), p.value)
        for p in lexicon().bare
        if p.field == field
        and (m := p.pattern.search(text))
        and 2 * (m.end() - m.start()) >= len(text.rstrip("。.!！?？吧呢"))
    ]
    return Answer((max(said, key=lambda pair: pair[0])[1],)) if said else None


def _number(field: FieldName, text: str, already: frozenset[FieldName]) -> Answer | None:
    """The figure that the whole message is, where the field holds one."""
    if already or not (field in _COUNTS or field == "models"):
        return None
    figure = bare(text.strip(" ,，。.;；"))
    if figure is None and field in _COUNTS and len(text) <= _PASSED_OVER:
        # "用的人我知道，25个": one clause is the number, the others hold none.
        clauses = [part for part in re.split(r"[，。,;；!！]|\.(?!\d)", text) if part.strip()]
        found = [one for part in clauses if (one := bare(part.strip())) is not None]
        figure = found[0] if len(found) == 1 and sum(bool(re.search(r"\d", part)) for part in clauses) <= 1 else None
    if figure is None:
        return None
    if field == "models":
        size = figure.low if figure.exact else None
        return Answer(((ModelSpec(params_b=size),),)) if size and size <= _LARGEST_MODEL else None
    counted = Quantity(field, figure, 0, 0)
    return Answer((counted.value(),)) if counted.sensible else None


# ---- one of the options shown

_ORDINALS = {
    "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "前者": 1, "后者": 2, "former": 1, "latter": 2, "last": -1, "最后": -1,
    "①": 1, "②": 2, "③": 3, "④": 4, "⑤": 5,
}  # fmt: skip
_ORDINAL = expression(
    r"(?:那|我|我们|就|应该|大概|还是|请)*(?:选择?|要|是|算|属于)?\s*(?:"
    r"第\s?(?P<zh>[一二两三四五1-5])\s?(?:个|种|项|款|条|类|档|种情况|个选项|套)?|(?:选项|方案"
    r"|序号)\s?(?P<item>[一二三四五1-5A-Ea-e])"
    r"|(?P<end>前者|后者|最后)(?:一?(?:个|种|项))?|(?P<ring>[①②③④⑤])|选\s?(?P<letter>[A-Ea-e])"
    r"|(?:it'?s |i'?d (?:say|pick|go with|take) |i'?ll (?:take|go with) |we'?d (?:say|pick) |let'?s (?:take|say"
    r"|go with) |pick |take |choose )?"
    r"(?:the )?(?P<en>first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th|former|latter|last)(?: (?:one|option"
    r"|choice|item|of (?:those|these|them)))?"
    r"|(?:option|choice|number|no\.?) ?(?P<option>[1-5]|[A-Ea-e]|one|two|three|four|five)"
    r")(?:吧|呢|啊|了|就行|就好|please|, please| please)?[。.!！]?",
    re.IGNORECASE,
)


def ordinal(text: str) -> int | None:
    """Which of the options a folded message picks, counted from 1 (-1: the last): "第二个", "the first one",
    "option 3"; None when the message is anything else."""
    match = _ORDINAL.fullmatch(text.strip()) if len(text) <= _PASSED_OVER else None
    found = next((group for group in match.groups() if group), None) if match else None
    if found is None:
        return None
    return int(found) if found.isdigit() and found.isascii() else _ORDINALS[found.lower()]


def _chosen(field: FieldName, text: str) -> Answer | None:
    """The value of the option picked by its number; None when the field has none there."""
    place = ordinal(text)
    options = questions().get(field, {}).get("options") or []
    if place is None or not -1 <= place <= len(options) or not options:
        return None
    value = options[place - 1 if place > 0 else -1]["value"]
    return Answer((tuple(value) if isinstance(value, list) else value,))


# ---- free words

_REFUSED = expression(
    r"(?:都|暂时|目前|先|也|其他|真的)?(?:无|没有?|没啥|没什么|暂无|不需要|不用|不要|不必|不方便(?:说|透露|提供)?"
    r"|保密|匿名|个人(?:用户)?|没有?(?:什么)?(?:特殊|特别|其他|额外|别的)?的?(?:要求|需求|需要)|就这些"
    r"|算了)了?[吧的呢]?[。.!！~]*"
    r"|(?:no(?:ne|pe|thing)?|n/?a|not (?:needed|necessary|really|applicable)|nothing (?:special|else"
    r"|in particular)|no,? thanks?(?: you)?|no (?:special |particular |other )?(?:needs?|requirements?|preference)"
    r"|(?:i'?d )?(?:rather|prefer) not(?: (?:to )?(?:say|tell))?|private|anonymous|confidential|nevermind"
    r"|never mind)[.!]*",
    re.IGNORECASE,
)
_SMALL_TALK = expression(
    r"(?:谢谢|多谢|感谢|好的?|嗯+|哦+|噢+|啊+|呃+|额+|行|可以|是的?|对的?|您?你?好|在吗?|哈+|呵+|嘿+|明白|了解"
    r"|知道了|收到|稍等|等等|等一下|我?再?想想|随便|不错|再见|拜拜|辛苦了?|没事|没关系|不客气|厉害|真的|当然|测试"
    r"|继续|下一个|[啦了吧呀哦呢~ ，,])+[。.!！~]*"
    r"|(?:ok(?:ay)?|thanks?(?: you| a lot| so much)?|thx|got it|i see|sure|fine|great|good|nice|cool|hi|hello|hey"
    r"|bye|yes|yeah|yep|right|alright|well|hmm+|uh+|um+|wait|hold on|one (?:moment|sec(?:ond)?)|let me (?:think"
    r"|check|see)|never ?mind|go on|next|continue|test(?:ing)?|lol|please)(?:[ ,]+(?:ok(?:ay)?|thanks?|thank you"
    r"|great|good|fine|please|then|now|so))*[.!]*",
    re.IGNORECASE,
)
_ASKS = expression(
    r"[?？]|[吗么呢嘛]\s*$|什么|怎么|为何|为什么|多少|哪[个些里款一]|谁|是不是|能不能|有没有|可不可以|如何"
    r"|^(?:what|why|how|who|when|where|which|can|could|do|does|did|is|are|will|would|should|may)\b",
    re.IGNORECASE,
)
# Words of a sentence to the advisor, not of a name.
_SPOKEN = expression(
    r"我[想要再们在有没还不会打准]|你们?|您|想要?[买看问了做]|帮我|给我|告诉|推荐|介绍|报价|价格|多少钱|便宜|预算"
    r"|先看|先聊|换一?个|不想|不是|没有|还没|不知道|听不懂|看不懂|天气|机器人|人工|删除|重新|开始|取消|服务器|显卡"
    r"|训练|推理|渲染"
    r"|\b(?:i|i'm|i'd|i'll|you|your|me|please|want|need|tell|show|give|recommend|suggest|price|quote|cheap|budget"
    r"|don't|doesn't|not|can't|maybe|later|thanks?|sorry|because|should|would|could|server|gpu|what|why|how"
    r"|weather|robot|human)\b",
    re.IGNORECASE,
)
_LEAD_IN = expression(
    r"^(?:(?:我们?|咱们?|这边)?(?:单位|公司|学校|部门|机构)?(?:是|在|叫做?|来自|属于|用的是|主要用|用)|就是"
    r"|(?:we(?:'re| are)|i(?:'m| am)|it(?:'s| is)|this is|our \w+ is)(?: (?:from|with|at|in|called))?(?: the)?"
    r"|from|at|using|we use|the(?= \S)|our(?= \S))[:：\s]*",
    re.IGNORECASE,
)
_DELIVERED = expression(
    r"安装|培训|上架|送|运|货|交付|验收|现场|上门|调试|包装|卸|搬|楼|电梯|工作日|周[一二三四五六日末]|月底|分批"
    r"|合同|地址|机房|仓库|布线|资料|文档|发票|省|市|区|县|校区|园区"
    r"|install|train|deliver|ship|rack|on-?site|floor|accept|document|unload|dock|warehouse|campus|address|customs"
    r"|incoterm|DDP|DAP|FOB|CIF|weekend|working days?|batch|packag|commission",
    re.IGNORECASE,
)
_TRAIL = expression(r"(?:的|吧|啊|哦|呀)?[。.!！~\s]*$")
_WORDS_MOST = 9
_HAN_MOST = 24


def _is_name(text: str) -> bool:
    """Whether words may be a name: no question, no sentence, no number, no product of ours."""
    if not text or _ASKS.search(text) or _SPOKEN.search(text) or find_products(text):
        return False
    if len(text.split()) > _WORDS_MOST or sum("\u4e00" <= char <= "\u9fff" for char in text) > _HAN_MOST:
        return False
    return len(text) >= 2 and bool(re.search(r"[^\W\d_]", text)) and not re.search(r"[，。；;！!]", text)


def _words(field: FieldName, text: str) -> Answer:
    """A few words for a field of free text; a refusal passes the question over, small talk and questions say nothing."""
    if _REFUSED.fullmatch(text) or (field in ("delivery", "software", "contact") and lexicon().deny.search(text)):
        return _PASSED
    if len(text) > _LONGEST or field == "contact" or _SMALL_TALK.fullmatch(text) or _ASKS.search(text):
        return _NOTHING
    if any(pattern.search(text) for name, pattern in lexicon().intents if name in _REQUESTS):
        return _NOTHING
    if field == "delivery":
        plain = _DELIVERED.search(text) and not find_products(text) and not re.search("再想想|不知道", text)
        return Answer((text,)) if plain else _NOTHING
    rest = _TRAIL.sub("", _LEAD_IN.sub("", text))
    if field == "software":
        names = [part.strip() for part in re.split(r"[、，,;；/+]|和|以及|\band\b|&", rest) if part.strip()]
        return Answer((tuple(dict.fromkeys(names)),)) if names and all(map(_is_name, names)) else _NOTHING
    return Answer((rest,)) if _is_name(rest) else _NOTHING


_REQUESTS = frozenset(
    {
        "delete_data",
        "start_over",
        "handover",
        "commercial",
        "greet",
        "thank",
        "goodbye",
        "complaint",
        "export",
        "summarise",
    }
)
