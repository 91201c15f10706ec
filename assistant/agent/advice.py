"""Recommendations in prose: which products, series and GPU classes a clause recommends, denies or pairs.

The decision decides alone (design, "What the program is"): what a clause recommends must be in its models, under a
condition in its alternatives; a GPU class in its classes or a cited passage. The whitepaper pairs no GPU with a line
(rules, meeting point 15), so no clause may, unless a passage does: see `pairings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.agent.codes import Code, codes, series_named
from assistant.agent.gpu_names import gpu_names
from assistant.agent.grounds import Grounds
from assistant.agent.pairings import explained, paired
from assistant.agent.sentences import Sentence, clauses, marks_in, sentences

_CUE = re.compile(
    r"推荐(?!的?(?:依据|理由|原因|不变|没有变|结果|会|方案和|方案与|规则|产品线|将|也不变|变))|建议(?!书"
    r"|提交|准备|清单)|首选|优选|优先|适合|适配|合适|适用|最佳|最好|最优|理想|不二之选|够用|足够|胜任"
    r"|(?<![挑评筛竞所])选(?!型|项|配表|档|题|手)|(?<!采)(?<!收)购买|采购(?=[一-龥]{0,4}\s?[GTS])|入手"
    r"|买(?=\s?[一-龥]{0,4}\s?[GTS])|(?<![不])(?:应该?|可以|就|直接|不如|得|需)(?:用|上|配|买|考虑|看)"
    r"|可(?:考虑|选|配(?!置))|结论是|结论[：:]|答案是|方向是|对应(?:的)?(?:是|产品线是)|满足(?!不)|值得"
    r"|倾向|首推|力荐|看好|搞定|撑得[住起]|应付得|(?<![不])够(?![a-z])|更(?:优|好|强|稳|值|香|划算|省心)"
    r"|优解|正解|答案|王道|定为|(?<![一确])定(?=\s?[GTS]\d)|下单|后悔|就[行好]|比较好|划得来|统一[成为]|符合(?:您|需求)|升级[到至]|不如"
    r"|(?<![a-z])(?:recommend(?:s|ed|ing)?|suggest(?:s|ed|ing)?|advis(?:e|es|ed|ing)|propos(?:e|es|ed|ing)"
    r"|go(?:ing)? (?:for|with)|opt(?:ing)? for|choos(?:e|es|ing)|pick(?:s|ing)?(?! up)|select(?:ing)?"
    r"|buy(?:ing)?|purchase(?= (?:a|an|the|one|two)? ?[GTS])|order(?= (?:a|an|the|one|two)? ?[GTS]\d)"
    r"|get (?:a|an|the|yourself) (?=[GTS]\d)|fits?(?! (?:in|into|on) )|suits?|suited|suitable|best|ideal"
    r"|perfect|right (?:choice|machine|fit|one|answer|line|box)|should (?:use|get|buy|take|look at"
    r"|consider|be|choose|go|start)|prefer(?:s|red)?|first choice|the (?:answer|choice|one|line) (?:is"
    r"|to look at is|for you)|it (?:should|must|has to) be|is the (?:one|answer|way to go)"
    r"|makes? (?:the most )?sense|is enough|will do|would do|you (?:need|want|would need)|take (?:the|it)"
    r"|handles?|lean(?:s|ing)? towards?|better off with|nothing beats|beats|can't go wrong with"
    r"|go ahead with|favou?rs?|my pick|the winner|stick with|settle on|(?:good|strong|solid|better|great"
    r"|safe|obvious|natural) (?:choice|option|fit|match|pick|bet)|meets? (?:all|every|your)|(?:my )?vote"
    r"|upgrade to|(?:take|grab|use) (?:a|an|the|one|two)(?= [GTS])|covers? (?:all )?your|does the job"
    r"|is the way|delivers? what|answer|serve[sd]? you|start with|move up to|worth (?:it|buying))(?![a-z])",
    re.IGNORECASE,
)
_IT_IS = re.compile(r"[GT]\d\w? it is(?![a-z])", re.I)
# Before a name these deny that it is meant; "比 T8 更适合" and "T4 over T8" make it what is compared with.
_NOT_THIS = re.compile(
    r"(?:(?<!何)(?<!么)不(?!止|但|仅|妨|如)[^，。；]{0,6}|没(?!有?比)(?:有|必要)?[^，。；]{0,6}"
    r"|无[需须法][^，。；]{0,6}|未[^，。；]{0,6}|并非|而非|非|别|勿[^，。；]{0,4}|(?<!没有)(?<!没)比|相比"
    r"|相较于?|较之|除了?|排除|放弃|跳过|避免|取代|替代|代替|胜过|优于|好过|区别于|不同于|不建议|过|超出"
    r"|(?:而|并)不是"
    r"|(?<![a-z])(?:(?<!why )not|no|n't|never|rather than|instead of|over|than|unlike|except|without"
    r"|versus|vs\.?|against|avoid|skip|rule[sd]? out|drop|cannot|neither|nor|need no|excluding|beyond"
    r"|isn't|doesn't|don't|wouldn't|shouldn't)(?:[ ](?!but\b|only\b"
    r"|just\b)[a-z'-]{1,14}){0,6})\s*(?:[GTS][\w-]{0,10}\s?(?:/|和|与|或|、|,|or|and|nor)\s?){0,4}$",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"\s*(?:/\s?[\w-]{1,12}|系列|产品线|series|line|、\s?[\w-]{1,12}|(?:or|and|和|与"
    r"|或)\s[GTS]\w{1,10})*\s*(?:[^，。；,.;]{0,8}?(?:并?不(?!止|错|仅|但)|没(?:有)?必要|无[需须]|未|太大"
    r"|太小|过大|过剩|浪费|偏大|偏小|被?排除|超出|多余|大材小用|不如)"
    r"|(?:[ ][a-z'-]{1,14}){0,3}? ?(?:isn't|aren't|wasn't|is not|are not|won't|doesn't|don't|does not"
    r"|do not|did not|would not|wouldn't|should not|shouldn't|cannot|can't|is never|need not|is ruled out"
    r"|are ruled out|is excluded|is too|are too|is more than|would be too|is overkill|would be overkill"
    r"|is unnecessary|falls? (?:out|short)|is out(?![a-z])|has no))",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"如果|如(?=需|有|要|您|果|后|是|今后)|若|假如|假设|要是|倘若|一旦|的话|除非|只有|当[^，。；]{1,30}时"
    r"|以后|将来|日后|后续|今后|扩展(?!性)|扩容|升级|等到|备选|备用方案|另一|换成|变成|变为|取决于|还是"
    r"|(?<![a-z])(?:if|unless|when|once|in case|should (?:you|it|the|your|several|more)|suppos(?:e|ing|ed)"
    r"|assuming|provided|alternative(?:ly)?|would (?:be|become|move|lead|turn|come)|later|grow(?:s|n)?"
    r"|as soon as|depending|depends|otherwise|expand\w*|becomes?|with[^,.;]{1,40}it would)(?![a-z])",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"现在|目前|眼下|当前|我(?:们)?(?:推荐|建议)|(?<![a-z])(?:now|for now|today|currently|i (?:recommend"
    r"|suggest))(?![a-z])",
    re.I,
)
# T8 性能更强，更值得投入: a clause without a name of its own that goes on about the one before.
_GOES_ON = re.compile(
    r"推荐(?:它|这款|选它)?[。！.!]?$|更|最|它|这款|那款|就选它|所以选它"
    r"|(?:so |and |just |therefore )*(?:take it|it (?:is|fits|suits"
    r"|would|will)|that one|which)(?![a-z])",
    re.I,
)
# "不选 T8 会后悔" denies twice.
_WITHOUT_IT = re.compile(
    r"不[选买用上配][^，。；]{1,16}(?:后悔|可惜|吃亏|不行)|regret not|wrong not to|without (?:a"
    r"|the) [GTS]\d[^,.;]{0,16}(?:regret|struggle|fail)",
    re.I,
)
_BEYOND = re.compile(r"more than you|too |overkill|超出|太|过[大高]|浪费|多余", re.I)
_ASKS = re.compile(r"是否|能否|能不能|会不会|要不要|还是(?=.*[？?])|whether|which of", re.IGNORECASE)
# A line that is said to somebody's face is recommended, whatever the verb, unless it is only talked about.
_TO_YOU = re.compile(
    r"[您你]|贵(?:校|院|司|单位|所|组)|(?<![a-z])(?:you|your|this (?:lab|team|group|case|work))(?![a-z])", re.IGNORECASE
)
_TALKED_ABOUT = re.compile(
    r"[您你][^，。；]{0,4}(?:问|说|提|讲|想|已|有|现|的(?:问题|原话))|比较|对比|介绍|说明|解释|区别|差别|了解|告诉|给您"
    r"|(?<![a-z])(?:ask|mention|said|say|compare|tell|explain|show|name|differ|want|already|own|have|question|mean)",
    re.IGNORECASE,
)
_RHETORICAL = re.compile(r"为(?:什么|何)不|何不|why not", re.IGNORECASE)
_YOU = re.compile(
    r"[您你]|贵(?:校|院|司|单位|所|组|方)|我(?:们)?(?:推荐|建议|觉得|认为|会选)|(?<![a-z])(?:you|your"
    r"|yours|i (?:recommend|suggest|would|advise|propose|think)|i'd|we (?:recommend|suggest|advise"
    r"|propose)|my recommendation)(?![a-z])",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"没有|不存在|未(?:提|列|记|见|出现|收录|知)|不(?:是|属于|在)[^，。；]{0,14}(?:型号|产品|产品线|材料"
    r"|白皮书|目录|范围)|查不到|找不到|不认识|不了解|并无|无此|无该|no such|does(?:n't| not) (?:exist|name"
    r"|list|mention|know|contain|include|appear)|names? no|lists? no|is(?:n't| not) (?:a|an|one|in|among"
    r"|part|listed|known|named|any)|unknown|not (?:a|in|among|listed|known|named|one of|found|mentioned"
    r"|covered)|can(?:'t|not) find|never (?:mentions|names)|there is no|no line|don't know|do not know"
    r"|knows? no",
    re.IGNORECASE,
)
# Where one is recommended, "the whole-rack proposal" can only be T-RackScale.
_RACK = re.compile(
    r"整柜(?:级)?(?:方案|产品|机型|系统|服务器|平台)|(?:whole-rack|rack-scale) (?:proposal|solution|system"
    r"|machine|line|product)",
    re.I,
)
_JOINS = re.compile(
    r"[\s/、,，和与或跟及()（）*:：\[\]\d-]|以及|还有|或者|也可以?是?|或是|\b(?:and|or|also|plus|as well"
    r"|then|the|a|an)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Fault:
    """What a clause claims and the decision does not: `kind` as in a violation."""

    kind: str
    words: str


def faults(text: str, grounds: Grounds) -> list[Fault]:
    """Everything that the clauses of a plain text recommend, pair or explain without grounds, in order."""
    found: list[Fault] = []
    for sentence in sentences(text):
        if re.search(r"[A-Za-z\d]|整柜", sentence.text):
            found += _recommended(sentence, grounds)
            found += [Fault("pairing", words) for words in paired(sentence.text, grounds)]
            found += [Fault("meaning", words) for words in explained(sentence.text)]
    return found


def _recommended(whole: Sentence, grounds: Grounds) -> Iterator[Fault]:
    sentence = whole.text
    if not _CUE.search(sentence) and not _IT_IS.search(sentence) and not _TO_YOU.search(sentence):
        return
    # 如果…；对应的是: a condition reaches over a semicolon, but not into a statement about the present case.
    conditional = bool(_CONDITION.search(sentence)) or bool(
        _CONDITION.search(whole.before) and not _NOW.search(sentence)
    )
    if sentence.rstrip("”\"' )）").endswith(("?", "？")) and not _RHETORICAL.search(sentence):
        return
    general = not _YOU.search(sentence)
    marked = [grounds.cited_products.get(mark, frozenset[str]()) for mark in marks_in(whole.line)] if general else []
    carried = False
    before = ""
    for clause in clauses(sentence):
        if (
            _CUE.search(clause)
            and not _BEYOND.search(clause)
            and _GOES_ON.match(clause)
            and not codes(clause)
            and not series_named(clause)
        ):
            yield from _unadvised(before, codes(before), conditional, marked, grounds)
        named = codes(clause)
        before = clause
        to_you = bool(_TO_YOU.search(clause)) and not _TALKED_ABOUT.search(clause) and not _BEYOND.search(clause)
        cues = to_you or bool(_CUE.search(clause) or _IT_IS.search(clause))
        # A clause of nothing but names goes on with what the one before said: "I recommend T4, T8".
        recommends = cues or (carried and _only_names(clause, named))
        carried = recommends
        if not recommends or _ASKS.search(clause) or grounds.quoted(clause):
            continue
        yield from _unadvised(clause, named, conditional, marked, grounds)


def _only_names(clause: str, named: list[Code]) -> bool:
    rest = clause
    for code in reversed(named):
        rest = rest[: code.start] + rest[code.end :]
    return bool(named) and len(_JOINS.sub("", rest)) <= 2


def _unadvised(
    clause: str, named: list[Code], conditional: bool, marked: list[frozenset[str]], grounds: Grounds
) -> Iterator[Fault]:
    advised = grounds.advised
    products = advised.conditional if conditional else advised.models
    series = advised.conditional_series if conditional else advised.series
    for code in named:
        stated = any(code.product in own for own in marked)
        if code.product not in products and not stated and not _denied(clause, code.start, code.end):
            yield Fault("recommended", code.words)
    rack = _RACK.search(clause) if not named and not marked and "T-RackScale" not in products else None
    if rack and not _denied(clause, rack.start(), rack.end()):
        yield Fault("recommended", rack[0])
    for words, letter, start, end in series_named(clause):
        if any(code.start < end and start < code.end for code in named):
            continue
        if letter not in series and not marked and not _denied(clause, start, end):
            yield Fault("series", words)
    for gpu in gpu_names(clause):
        right = gpu.gpu_class in advised.gpu_classes or gpu.key in grounds.cited_gpus
        meant = gpu.named or gpu.gpu_class is not None
        if meant and not right and not _denied(clause, gpu.start, gpu.end):
            yield Fault("gpu", gpu.words)


def _denied(clause: str, start: int, end: int) -> bool:
    if _WITHOUT_IT.search(clause):
        return False
    return bool(_NOT_THIS.search(clause[max(0, start - 60) : start]) or _NOT_AFTER.match(clause, end))


def unknown_codes(text: str, grounds: Grounds) -> Iterator[Code]:
    """Codes that no line has, unless the visitor said them and the text says, of one of them, that it is unknown."""
    parts = sentences(text)
    told = any(_UNKNOWN.search(part.text) and any(code.product is None for code in codes(part.text)) for part in parts)
    for code in codes(text):
        if code.product is None and not (told and re.sub(r"\s+", "", code.words).lower() in grounds.visitor_codes):
            yield code
