"""Which of the words found in a message are denied: "不做训练和微调", "训练就不搞了", "anything but rendering"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.dialogue.expressions import expression
from assistant.dialogue.modality import after, before

# ruff: noqa: E501  # a regular expression is easier to read whole than broken

Span = tuple[int, int]

# Words that a denial reaches over, up to what it denies.
_OVER_ZH = (
    r"(?:是|做|AI|人工智能|需要|需求|用到?|要|打算|准备|计划|考虑|涉及到?|碰|跑|搞|弄|含|会|想|再|去|有|任何|什么|大规模|模型|太?多少|当前|现阶段|目前|暂时|必须|进行"
    r"|形式的|关于|自己|任务[里中]|里面|清单[里中]|上|买|配|支持|走|追求|特别|这个?|那个?|这种|那种|这块|给我?|推荐?|介绍|要求|拿来|用来|用于|属于|所有|所谓|跨|很|非常|大|买来|开展|从事|能力|相关|方面|类|的|到|本身|真的?|怎么|专门|单独|额外|明确|强制|一定要|强求|指望|我们?|组里)"
)
_NO_ZH = (
    r"(?:(?<![差要])不(?!只|仅|光|但|止|单|同|知道|清楚|确定|过|少|错|久|如|一定|得|能不|管|论|断|妨|排除|限)|(?<!有)没(?:有|啥)?(?:人(?!手))?(?:说过|提过|讲过|说要|提到过?)?(?:钱|预算|经费|条件|人手|精力|能力|资源)?(?!想好|定|确定|准|多少|的?限制)"
    r"|无(?:需|须)?(?!论|法|非|缝|线)|毋须|暂不|不再|并非|(?<![特个区类级性分识辨鉴告])别(?!的|人|墅)|去掉|删掉|取消|去除|移除|放弃|砍掉|排除(?!法)|(?<!不)免(?!费)|用不着|用不到|用不上|谈不上|犯不着|没必要|没打算|没计划|没需求|拒绝)"
)
_BEFORE_ZH = expression(rf"(?P<no>{_NO_ZH})(?:{_OVER_ZH}){{0,6}}\s*$")
# "要不要", "有没有" ask; "不是不做", "不得不" affirm.
_EITHER = expression(r"([一-龥])不\1|有没有")
_TWICE = expression(
    r"(?:不是(?:说)?|并不是|并非|不能|不得|不可能|不可以|没有说?|没说|不会|没法|不应该?|免不了|少不了|离不开)$"
)
_OVER_EN = (
    r"(?: (?:any|ai|kind of|said|say|mention(?:ed)?|asked|money|budget|capacity|resources|staff|time|need|needs|for|do|does|doing|done|much|a|an|the|plans?|planning|intentions?|intend(?:ing)?|of|to|be|going|gonna|have|having|want|wanting"
    r"|require|requir(?:ing|ements?)|really|currently|yet|use|using|run|running|our|own|large|large-scale|big|multi|involve|involving|looking|at|all|ever|it|this|that|kind|sort|support|care|about|interested|in|into|with|on|going in for|expect|expecting|perform|performing|model|models|buy|buying|spread(?:ing)?|split(?:ting)?|jobs?|runs|workloads?|across|over|out|groups?|teams?|labs?|here|departments?|them|us))"
)
_BEFORE_EN = expression(
    r"(?:\bno(?! doubt| later| less| more than| fewer)|\bnot(?! only| just| merely| simply| sure| certain| less| more| later| necessarily)|\bwithout|\bnobody|\bno one|\bnone|\bnot one of|\b(?:gave|given|give|giving) up|\bquit|\bnever|n't|n’t|\bcannot|\bneither|\bnor|\bforget(?: about)?"
    r"|\bdrop(?:ping|ped)?|\bremove|\bscrap|\bscratch|\bditch|\bdelete|\btake out|\bcancel|\bstop(?:ped|ping)?|\bskip(?:ping)?|\brather than|\binstead of|\bexcluding|\bexclude|\bavoid(?:ing)?|\brule[sd]? out|\bzero|\bexcept(?: for)?)"
    rf"(?:{_OVER_EN}){{0,7}}\s*$",
    re.IGNORECASE,
)
_TWICE_EN = expression(
    r"(?:\bnot|n't|n’t|\bnever|\bcannot|\bno way)(?: \w+){0,3} $|\b(?:not|n't|isn't) (?:that|as if|because|like) (?:we|i|they) (?:\w+ ?)?$",
    re.IGNORECASE,
)
# "everything but training", "anything except for training"; "nothing but training" is all training.
_ALL_BUT = expression(
    r"\b(?:anything|everything|all(?: of it)?|whatever) (?:but|except(?: for)?|other than|apart from|besides|save) (?:\w+ing )?(?:any |the |model )?$",
    re.IGNORECASE,
)
_BESIDES = expression(r"除(?:了|去|开|掉)?(?:做|要|搞|跑|大?模型)?$")
_EVERYTHING = expression(r"^(?:(?!还|也|另外|同时|更).){0,10}?(?:都|全|均|一概)(?!是|要不)")

_AFTER_ZH = expression(
    r"^\s*(?:的|这块|那块|部分|方面|需求|任务|业务|的事情?|的?活儿?|的?工作|服务|模型|什么的|之类的?|这些|它们|那些)*(?:我们|咱们|目前|现在|暂时|暂且|暂|先|就|也|都|更|均|全|一概|统统|通通|完全|根本|基本上?|倒是?|其实|这次|这回|肯定|,)*"
    r"(?:不在(?:考虑|计划|规划|需求|这次)?(?:的)?(?:范围|之列|计划)?(?:内|之内|里|之列)?|不(?:做|用|要|搞|碰|跑|上|考虑|需要|涉及|会做?|打算做?|想做?|含|算|弄|买|必|予考虑)|没有?(?:做|要|用|打算|需求|这个?需求|必要|计划)?|没这个?需求|无需求|用不[着到上]|免了?|算了|去掉|删掉|删了|取消|排除|放弃|砍掉|外包|没有?人(?:做|用|搞|跑|碰|管)|不(?:沾|搭)边|不相干|无关|没(?:有|啥)?关系)"
    r"(?:做|要|考虑|用|搞|的?需求|了|的|啦|吧|过|这些|它)*\s*(?=$|[，。；,;.!?！？、]|但|而|只|就行|，)"
)
_AFTER_EN = expression(
    r"^\s*(?:(?:is|are|was|were|will be|would be|do|does|wo|would|has|have)\s*(?:n't|n’t|not)|not|never)\s*(?:be |been |really |currently |even |a |an |actually )*"
    r"(?:needed|required|necessary|planned|in scope|on (?:the|our) (?:table|agenda|roadmap|list)|important|need|requirement|priority|relevant|happening|something we (?:do|need|want|plan)|our thing|of interest|part of|matter|apply|wanted)\b"
    r"|^\s*(?:is|are) (?:out of (?:scope|the question)|off the table|unnecessary|excluded|irrelevant|not)\b(?! only)(?! just)|^\s*(?:[:-]\s*)?(?:no|not needed|none)\s*(?=$|[.,;!?，。；])",
    re.IGNORECASE,
)
_LIST = expression(
    r"\s*(?:、|和|或者?是?|以及|及|与|跟|还有|/|&|\bor\b|\bnor\b|\band\b|[,，]?\s*(?:or|nor)\b|也不(?:做|要|用|需要)?)?\s*(?:any |a |the |做|搞|跑|大规模|模型|大模型|的)?\s*",
    re.IGNORECASE,
)
_COMMA = expression(r"\s*[,，]\s*")
_ENDS_LIST = expression(r"(?:^|[,，\s])(?:or|nor)\s|或者?", re.IGNORECASE)
# What stands after one of a list that was denied up to it and holds on its own: "no training and inference only".
_HOLDS = expression(
    r"^\s*(?:only|just|is|are|will|would|matters?)\b(?! not|n)|^(?:就行|就够|即可|为主|还?是?要|得有|需要)",
    re.IGNORECASE,
)


def denied_before(text: str, start: int) -> int | None:
    """Where the words begin that, right before a place and within its clause, deny what stands there."""
    if match := _ALL_BUT.search(text[max(0, start - 40) : start]):
        return max(0, start - 40) + match.start()
    ahead = before(text, start, 40)
    cut = start - len(ahead)
    if match := _BESIDES.search(ahead):
        return cut + match.start() if _EVERYTHING.match(text[start : start + 40].partition("。")[0]) else None
    if match := _BEFORE_ZH.search(ahead):
        low, high = match.span("no")
        asks = any(either.start() < high and either.end() > low for either in _EITHER.finditer(ahead))
        return None if asks or _TWICE.search(ahead[:low]) else cut + low
    if (match := _BEFORE_EN.search(ahead)) and not _TWICE_EN.search(ahead[: match.start()]):
        return cut + match.start()
    return None


def denied_after(text: str, end: int) -> int | None:
    """Where the words end that, right after a place and within its clause, deny what stands there."""
    match = _AFTER_ZH.match(text[end : end + 32]) or _AFTER_EN.match(text[end : end + 40])
    return end + match.end() if match else None


def listed(text: str, one: Span, other: Span) -> bool:
    """Whether two places are members of one list, or parts of one compound."""
    gap = text[one[1] : other[0]]
    return other[0] <= one[1] or (len(gap) <= 12 and bool(_LIST.fullmatch(gap)))


def _comma_listed(text: str, spans: Sequence[Span], place: int) -> bool:
    """Whether a comma stands between two members of a list that "or" closes: "no A, B or C"."""
    if not _COMMA.fullmatch(text[spans[place][1] : spans[place + 1][0]]):
        return False
    for one, other in zip(spans[place + 1 :], spans[place + 2 :], strict=False):
        gap = text[one[1] : other[0]]
        if _ENDS_LIST.search(gap) and len(gap) <= 6:
            return True
        if not _COMMA.fullmatch(gap):
            return False
    return False


def denials(text: str, spans: Sequence[Span]) -> list[Span | None]:
    """For each of the places, in order of their start: the place with the words that deny it, or None.

    A denial reaches over a list and never into the next clause.
    """
    ahead = [denied_before(text, start) for start, _ in spans]
    behind = [denied_after(text, end) for _, end in spans]
    for place in range(1, len(spans)):
        linked = listed(text, spans[place - 1], spans[place]) or _comma_listed(text, spans, place - 1)
        if linked and ahead[place] is None and not _HOLDS.match(after(text, spans[place][1], 8)):
            ahead[place] = ahead[place - 1]
    for place in range(len(spans) - 2, -1, -1):
        if behind[place] is None and listed(text, spans[place], spans[place + 1]):
            behind[place] = behind[place + 1]
    return [
        None if low is None and high is None else (start if low is None else low, end if high is None else high)
        for (start, end), low, high in zip(spans, ahead, behind, strict=True)
    ]
