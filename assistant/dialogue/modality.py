"""How far a statement holds: denied, only possible, about the past or what is owned already, or merely supposed.

All functions take a folded text; those about a place in it look at the clause around `text[start:end]`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.dialogue.expressions import expression

# ruff: noqa: E501  # a regular expression is easier to read whole than broken

_REACH = 60
_CLAUSE_END = expression(
    r"[，。；;!?！？\n]|,(?!\d{3})|\.(?!\d)|\b(?:but|(?<!in a )while|whereas|although)\b|但是?|不过|而是", re.IGNORECASE
)


def before(text: str, start: int, reach: int = _REACH) -> str:
    """The words of the clause before a place."""
    return _CLAUSE_END.split(text[max(0, start - reach) : start])[-1]


def after(text: str, end: int, reach: int = _REACH) -> str:
    """The words of the clause after a place."""
    return _CLAUSE_END.split(text[end : end + reach])[0]


# ---- what may come

_FIGURE = (
    r"(?!\s*(?:有|是|会有|要|得|大概|大约|也就|about|around|some|only|just|be)*\s*"
    r"(?:[\d一二两三四五六七八九十百几]{1,6}\s*(?:来|多|几|号)?(?:个|名|位|号)?\s*(?:人|用户|老师|学生|同事|[TPG]|万|张|台|卡|people|users|students|staff|GPU)"
    r"|(?:\d|a dozen|twenty|thirty|forty|fifty)))"
)
_BUYING = r"(?!\s*(?:到|过|了|再?(?:采购|购买|购置|买|选购|上一|配一|选|要一|入手|租)|自己买))"
_MAYBE_ZH = (
    r"(?<!尽)(?<!不)可能(?!性)"
    rf"{_FIGURE}|也许{_FIGURE}|或许{_FIGURE}|说不定|没准儿?|兴许|(?<![年月天周后业始])以后(?!的主要)|往后|将来|(?<!在)未来(?![一二两三几\d])"
    r"|(?<![片频视做程])后期(?!制作|特效|渲染|合成|剪辑|调色|处理)|后续|后面|日后|[二三]期(?!限)|下一?期|下一?(?:个)?阶段|第[二三](?:阶段|步)|远期|中长期"
    rf"|(?<!不)(?:在|正在)?考虑{_BUYING}|不一定|不确定|没(?:有)?(?:想好|定|确定)|要不要|会不会|是否|看情况|视情况|有机会|有可能|不排除|待定|有余力|条件允许"
    r"|想法是以后|如果(?:有)?(?:预算|条件|需要|必要)"
)
_MAYBE_EN = (
    rf"\b(?:maybe|perhaps|possibly|potentially|probably){_FIGURE}|\b(?:might|eventually|some ?day|one day|at some point|later(?: on)?(?! than)"
    r"|down the (?:road|line|track)|in (?:the |a )?(?:near |distant )?future|phase (?:2|two|ii)|(?:second|next|later) (?:phase|stage|step)"
    r"|consider(?:ing)?(?! (?:buying|purchasing|getting|ordering|a |an |one|your|the ))"
    r"|thinking (?:about|of)(?! (?:buying|purchasing|getting|ordering|a |an |one ))"
    r"|toying with|(?:not|n't) (?:entirely |quite |yet )?(?:sure|certain|decided|clear)|unsure|undecided|unclear|do(?:n't| not) know (?:if|whether)|whether"
    r"|may (?:also|well|later|eventually|need|want|do|be|add|have|try|run|train|fine|use|require|go|expand|become)"
    r"|could (?:also|later|end up|be(?! (?:used|run|served|reached|a ))|well be)|optional(?:ly)?|nice[- ]to[- ]have|if (?:the )?budget (?:allows|permits)|not ruling out)\b"
)
_MAYBE = expression(rf"{_MAYBE_ZH}|{_MAYBE_EN}", re.IGNORECASE)
_NOW = expression(
    r"目前|现在|当前|眼下|现阶段|首期|一期|先(?!进)|主要|肯定|一定(?!程度)|确定要|\b(?:now|currently|today|at present|for the moment|first|definitely|certainly|mainly|mostly)\b",
    re.IGNORECASE,
)
# Words after the work that put it off: "微调以后再说", "training later on".
_LATER = expression(
    r"^(?:的话|的事|这块|那块|部分|方面|需求|任务)*(?:我们)?(?:也|都|可能|就|先|大概|应该|估计|什么的|,|，)*\s*"
    r"(?:(?:以后|将来|后期|后续|后面|日后|[二三]期|下一?期|下阶段|到时候?)(?:再|才|也|可能|会|要|看情况)*(?:说|看|做|上|加|考虑|弄|搞|定|扩展?|补)?"
    r"|再(?:说|看|考虑|议|定)|可能(?:会|要)?(?:做|上|有|用到?)?|看情况|视情况|待定|不一定|说不准|还?没(?:想好|定)|还?不确定|(?:还)?在?考虑中?|要不要还?没定|(?:用|做|上)?(?:还|都)*没(?:定|想好|确定|决定))"
    r"(?:吧|了|的|一下|呢|也不一定)*\s*(?=$|[，。；,;.!！、])"
    r"|^\s*(?:,\s*)?(?:maybe|perhaps|possibly|later(?: on)?|eventually|some ?day|one day|at some point|down the (?:road|line|track)|in (?:the )?future|in phase (?:2|two|ii)"
    r"|in (?:the |a )(?:second|next|later) (?:phase|stage|step)|(?:is|are|would be) something .{0,24}(?:may|might|could|later|future).{0,24}|(?:还|都|也|用|用还|还都)*\s*(?:is |are )?(?:still )?(?:not|n't) (?:yet )?(?:decided|sure|clear|fixed|settled)|(?:is|are|would be) (?:possible|optional|a possibility|undecided|a maybe|a nice[- ]to[- ]have|under consideration)"
    r"|(?:might|may|could) (?:come|follow|be added|be needed|be next)\b.{0,24})\s*(?=$|[，。；,;.!！])",
    re.IGNORECASE,
)
# A clause that is no more than a time: "以后呢，我们做微调", "in the future, we fine-tune".
_TIME_ONLY = expression(
    r"^\s*(?:(?:然后|而|至于|等|到了?|and|then|but|or)\s*)*(?:以后|将来|未来|后期|后续|后面|日后|[二三]期|下阶段|也许|或许|说不定|可能"
    r"|later(?: on)?|in (?:the )?(?:near )?future|eventually|maybe|perhaps|possibly|down the (?:road|line)|some ?day|one day|at some point)(?:的话|呢|吧|嘛)?\s*$",
    re.IGNORECASE,
)


# Without any of these nothing in a text is hedged.
_HINT = expression(
    rf"{_MAYBE.pattern}|再|期|没|到时|说不准|考虑|阶段|possib|option|undecided|consider|later|might|may|could|phase|stage",
    re.IGNORECASE,
)


@lru_cache(maxsize=4)
def _may_hedge(text: str) -> bool:
    return bool(_HINT.search(text))


def hedged(text: str, start: int, end: int) -> bool:
    """Whether what stands at the place may come or is being thought about, and is not settled.

    "以后可能也会微调", "maybe training later"; roughly ("大概", "about") is no hedge, nor is thinking about buying.
    """
    if not _may_hedge(text):
        return False
    ahead = before(text, start)
    cut = start - len(ahead)
    # The words are looked at with what stands there: roughly ("maybe 8 TB") is no hedge.
    marks = [m.start() for m in _MAYBE.finditer(text, cut, end) if m.start() < start]
    if marks and not any(m.start() > marks[-1] for m in _NOW.finditer(text, cut, start)):
        return True
    if _LATER.search(text[end : end + 40]):
        return True
    return cut > 0 and bool(_TIME_ONLY.match(before(text, cut - 1)))


# ---- what is past or there already

_WISH = expression(
    r"想(?!法)|需要|打算|计划|准备|希望|要(?!不|是|么|求|点|害)|采购|购置|换成|升级|扩容|新[买购增上]|再[买加上]|缺|"
    r"\b(?:want|need|plan|would like|looking|hope|wish|intend|must|should|buy|purchas|replac|upgrad|expand|add)",
    re.IGNORECASE,
)
_HAD = expression(
    r"已经?(?:有|买|购|采购|部署|配|上)了?|现(?:在|阶段|如今)?有(?!多)|目前有|当前有|原有|手[头上里](?:已经|现在)?有|买过|(?:老|旧|存量|现有|已有|原来|原先)的?(?:机器|服务器|设备|显卡|工作站|集群)"
    r"|(?:现在|目前|正在|当前|一直|之前|以前)?(?:在)?(?:用的?|跑在|使用)(?:的)?(?:是|着)"
    r"|\b(?:we|i|they|lab|team|group|company|department)(?:'ve| have)? (?:currently |already |now )*(?:have|own|got|run|use|bought|operate)\b(?! (?:to|been|no|an? need|needs?|plans?|an? (?:budget|plan|requirement|project))\b)"
    r"|\bexisting\b|\bour (?:current|old|present)\b|\bcurrent(?:ly)? (?:setup|hardware|using|running on|have)\b|\balready (?:have|own|bought|got|running)\b|\bwe've (?:already )?got\b|\bon hand\b",
    re.IGNORECASE,
)
_GEAR = expression(
    r"显卡|张卡|块卡|服务器|工作站|机器|设备|集群|节点|内存|显存|硬盘|存储|机柜|整柜|[台张块]\s*[A-Za-z\d]|[一二两三四五六七八九十几\d](?:台|张|块|卡)|(?<![A-Za-z\d])(?:RTX|GTX|NVLink|NVSwitch|InfiniBand|IB)(?![A-Za-z])"
    r"|(?<![A-Za-z\d])(?:[AHLVBP]\d{2,3}|[345]0[5-9]0)s?(?![A-Za-z\d])|\b(?:gpus?|cards?|servers?|workstations?|machines?|nodes?|cluster|ram|memory|vram|storage|nas|racks?)\b",
    re.IGNORECASE,
)
_WHO = r"(?:我们?|咱们?|他们|公司|学校|学院|实验室|课题组|团队|部门|组里|院里|单位|一直|其实|因为|主要|都?是)"
_PAST = expression(
    rf"(?:^|[\s，。；,;]|{_WHO})(?:之前|以前|过去|原来|原先|从前|曾经?|当初|早先|早些年|去年|前[几两]年|上一期|一期的时候)(?!说|提|讲|问|聊|有人|的(?:问题|话|对话))"
    r"|(?:做|训|跑|用|搞|玩|试|微调|训练|部署)过"
    r"|\b(?:used to|previously|formerly|in the past|historically|back then|until (?:now|recently)|last year|years ago|had been|once (?:used|trained|ran))\b",
    re.IGNORECASE,
)
# What others have or do is no wish of one's own; sharing with them is.
_OTHERS = expression(
    r"(?<![和跟与同给])(?:隔壁|别人|人家|友商|同行|(?:别的|其他|其它|另一个|兄弟)(?:学院|学校|公司|课题组|实验室|单位|医院|组))[^，。；,;]{0,10}?(?:买了|用了|用的|上了|已经|早就|有了|采购了|都(?:在|是)|在用|是用)"
    r"|\b(?:another|other|some|neighbou?ring|next-door) (?:labs?|groups?|compan(?:y|ies)|colleges?|universit(?:y|ies)|schools?|vendors?) (?:has|have|had|bought|uses?|used|runs?|got|already)\b|\b(?:our )?(?:competitors?|neighbou?rs?|peers) (?:has|have|had|bought|uses?|used|runs?|got|already)\b",
    re.IGNORECASE,
)
_STILL = expression(r"现在|目前|如今|仍|还在|继续|一直|今后|\b(?:now|still|today|continue|keep)\b", re.IGNORECASE)


@lru_cache(maxsize=4)
def _may_be_past(text: str) -> bool:
    return "过" in text or bool(_PAST.search(text) or _OTHERS.search(text))


@lru_cache(maxsize=4)
def _may_be_owned(text: str) -> bool:
    return bool(_HAD.search(text))


_THEIRS = expression(
    r"(?<![和跟与同给])(?:朋友|隔壁|人家|别人|友商|同行|兄弟(?:单位|公司|院校)|竞争对手|对手|(?:别的|其他|其它|另一个?)(?:学院|学校|公司|单位|医院|实验室|部门|课题组|组|团队))"
    r"|(?<!with )(?<!and )\b(?:sister|other|another|rival|neighbou?ring) (?:compan(?:y|ies)|labs?|firms?|groups?|departments?|universit(?:y|ies))\b"
    r"|\b(?:my|our|an?) (?:friends?|competitors?|rivals?|neighbou?rs?|peers)\b|\bcompetitors?\b",
    re.IGNORECASE,
)
_OURS = expression(
    r"我们?(?!朋友|隔壁|同行)|咱们?|本(?:院|校|公司|单位|组|所)|\bwe\b|\bours?\b(?! (?:friend|compet|neigh|peer|sister))|\bus\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[。；;!?！？\n]|\.(?!\d)")


def others(text: str, start: int) -> bool:
    """Whether a figure counts what somebody else has: "我朋友公司用8张卡，他们200人", "our sister company has 300 users"."""
    if not _THEIRS.search(text):
        return False
    ahead = _SENTENCE_END.split(text[max(0, start - 80) : start])[-1]
    theirs = [m.end() for m in _THEIRS.finditer(ahead)]
    return bool(theirs) and not any(m.start() >= theirs[-1] for m in _OURS.finditer(ahead))


_DISOWNED = expression(
    r"(?:跟|和|与)(?:我们?|这次|本次|这个|此次)[^，。；,;]{0,8}(?:无关|没关系|不相干)|别管他们?|不用管他们?|别理他们?|他们?说了不算|不算数(?!了)"
    r"|\b(?:has|have|had|is|are) nothing to do with\b|\bignore (?:him|her|them|that)\b|\b(?:he|she|they)(?:'s| is| are|'re) wrong\b|\bnot (?:for|part of) this (?:purchase|project|case)\b",
    re.IGNORECASE,
)


def disowned(text: str, start: int) -> bool:
    """Whether the sentence goes on to say that it is none of this case: "另一个部门要训练，跟这次采购无关"."""
    return any(
        match.start() >= start and not _SENTENCE_END.search(text[start : match.start()])
        for match in _DISOWNED.finditer(text)
    )


def past(text: str, start: int, end: int) -> bool:
    """Whether the clause tells what was done before, and not any more, or what others do: "之前用云训练", "we used to
    train", "隔壁学院买了"."""
    if not _may_be_past(text):
        return False
    ahead = before(text, start)
    if _OTHERS.search(ahead + text[start : end + 6]):
        return True
    found = [*_PAST.finditer(ahead)]
    if found:
        return not _STILL.search(ahead[found[-1].end() :])
    return bool(re.match(r"过(?!程|滤|拟合|渡)", text[end : end + 2]))


def owned(text: str, start: int, end: int) -> bool:
    """Whether the clause speaks of what is there already or of the past, and so of no wish: "已有8张A100", "we
    currently have two servers", "之前用云训练". People and groups that one has are not meant."""
    if past(text, start, end):
        return True
    if not _may_be_owned(text):
        return False
    low = start - len(before(text, start))
    high = end + len(after(text, end))
    clause = text[low:high]
    have = _HAD.search(clause)
    if have:
        wished = _WISH.search(clause[: have.end()]) or _WISH.search(text[low + have.end() : start])
        return bool(_GEAR.search(clause)) and not wished
    # A list of what is there goes on: "现有一台工作站，4090，128G内存".
    for _ in range(2):
        if low <= 0 or _WISH.search(clause) or not _GEAR.search(clause):
            return False
        high = low - 1
        low = high - len(before(text, high))
        clause = text[low:high]
        have = _HAD.search(clause)
        if have:
            return bool(_GEAR.search(clause)) and not _WISH.search(clause)
    return False


# ---- what is only supposed

_ONLY_SUPPOSED = (
    r"(?:(?:这|那|刚才的?|前面的?)(?:个|些)?)?(?:只是|就是|不过是|纯属|都是)(?:一?个|一种)?(?:假设|假如|设想)(?:而已)?"
    r"|\b(?:that|it|this) (?:was|is) (?:just|only|purely) (?:an? )?hypothetical\b"
)
_TAKES_BACK = expression(_ONLY_SUPPOSED, re.IGNORECASE)


def unsupposes(text: str) -> bool:
    """Whether a message says that what was said before was only supposed."""
    return bool(_TAKES_BACK.search(text))


_COURTESY = expression(
    r"(?:如果|要是|若)?(?:有)?(?:可以|可能|能行?|方便|有需要|需要|有必要|合适|没问题|没记错|允许|预算(?:允许|够|充足)|条件允许|不麻烦|不贵)的话"
    r"|如果(?:可以|可能|方便|有需要|需要|有必要|合适|没问题|没记错|(?:预算|条件|经费)(?:允许|够|充足)|不麻烦|不贵)(?=$|[，,。\s])"
    r"|如果没记错|如果(?:说|你们?|您)|如果有(?:问题|疑问)|\bif (?:possible|needed|necessary|required|so|not|any|ok(?:ay)?|it helps|that helps|that'?s (?:ok|fine|possible|all right)|you |i may|i (?:remember|understand|recall)|(?:the )?budget (?:allows|permits)|at all possible|feasible|at all)"
    rf"|{_ONLY_SUPPOSED}"
    r"|\b(?:even|as|only|not sure|sure|know|see|wonder(?:ing)?|ask(?:ed|ing)?|unclear|decided|tell) if\b",
    re.IGNORECASE,
)
_SURE = expression(
    r"假如|假设|假使|假定|倘若|设想|\bwhat if\b|\bsuppos(?:e|ing)\b|\bhypothetically\b|\bimagine\b|\b(?:let's|let us) (?:say|assume)\b|\bassum(?:e|ing) (?:that )?(?:we|i|it|there)\b"
    r"|\bsay (?:we|i|there|it) (?:had|were|was|went|got|needed|wanted|trained|ran|have)\b"
    r"|\bif (?:we|i|it|there|they|the \w+|our \w+) (?:\w+ )?(?:had|were|was|went|switched|added|trained|ran|used|wanted|needed|bought|got|only had|shared|dropped|moved|grew|became|doubled|did|chose)\b"
    r"|\b(?:would|will|does|could) (?:that|it|this|the \w+|your \w+|anything|things|\w+) (?:\w+ ){0,3}(?:change|differ|differ(?:ent)?|hold|still|be different|be enough|suffice|work)\b[^.?!]{0,40}\bif\b",
    re.IGNORECASE,
)
_CONDITION = expression(
    r"如果|要是(?!求)|若是|若(?=[一-龥])(?!干)|万一|(?:换成|改成|变成|增加到|减少到|降到|加到|改用|换用|换).{0,20}(?:呢|会怎|怎么样|行[吗么]|可以[吗么])|的话(?=$|[，,呢？?\s选用推该还会能])|\bif\b",
    re.IGNORECASE,
)
_ASKS = expression(
    r"[?？]|[吗呢么]\s*[。!！]?\s*$|怎么|怎样|哪|什么|多少|会(?:变|不会|改|有|怎|换)|够不够|行不行|推荐|选|\b(?:what|which|how|would|will|does|do|is|are|can|could|should|recommend|suggest)\b",
    re.IGNORECASE,
)
_OWN_WISH = expression(
    r"(?:我们?|咱们?|公司|学院|实验室|课题组|团队)[^，。,;；]{0,8}?(?:想|要(?!是)|需要|打算|计划|准备|希望|就)|^\s*(?:想|需要|打算|计划|准备|希望)"
    r"|\b(?:we|i)(?:'d| would)? (?:also |really |still |just )?(?:want|need|plan|like|intend|hope|prefer|have|are|do|will|can)\b(?!.*\bif\b.*\?)|\b(?:we're|i'm|we'd like|we'll)\b",
    re.IGNORECASE,
)
_SPLIT = expression(r"[，。；;!！\n?？]|,(?!\d{3})|\.(?!\d)")
_SELF = expression(r"如果(?:是|就是)?(?:我们|给我们|咱们|我)")


def supposed(text: str) -> bool:
    """Whether all that a message states is only supposed: "如果三个课题组一起用呢", "what if we had 3 groups".

    A courtesy ("如果可以的话", "if possible") supposes nothing, nor does a condition beside a wish of one's own."""
    text = _COURTESY.sub(" ", text[:600])
    if _SURE.search(text):
        return not _stated_after(text)
    condition = _CONDITION.search(text)
    if not condition:
        return False
    clauses = [(m.start(), m[0]) for m in re.finditer(rf"(?:(?!{_SPLIT.pattern}).)+", text) if m[0].strip()]
    others = [c for at, c in clauses if not at <= condition.start() < at + len(c)]
    main = next(c for at, c in clauses if at <= condition.start() < at + len(c)) if clauses else ""
    lead = main[: condition.start() - next(at for at, c in clauses if c is main)]
    plain = [c for c in others if not _ASKS.search(c)]
    if _OWN_WISH.search(lead) or any(_OWN_WISH.search(c) and not _CONDITION.search(c) for c in plain):
        return False
    told = 0 if _SELF.search(main) else 1
    if len(plain) > told:
        return False
    return bool(_ASKS.search(text)) or not others


def _stated_after(text: str) -> bool:
    """Whether a sentence of its own states a wish beside what is supposed."""
    sentences = [s for s in re.split(r"[。；;!！\n?？]|\.(?!\d)", text) if s.strip()]
    return any(not _SURE.search(s) and _OWN_WISH.search(s) and not _CONDITION.search(s) for s in sentences)
