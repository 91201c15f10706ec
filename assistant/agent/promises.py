"""Prices, dates of delivery, stock, warranty terms and commitments: the formal quotation's alone (whitepaper 06, 10).

A promise is a clause that asserts one. To decline (我不能报价), to leave it to the quotation, to ask, to repeat what
the visitor wishes or has as a budget, and to quote a passage are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from assistant.agent.commercial import ASSERTION
from assistant.agent.measures import measures
from assistant.agent.sentences import clauses, sentences

_PRICED = (
    r"(?:价格|售价|报价|单价|总价|均价|起价|市价|成交价?|价位|底价|一口价|优惠价|费用|花费|成本|拿下|搞定"
    r"|买到|买下|入手|起售|包邮|price[ds]?|pricing|costs?|costing|quote[ds]?|quotation"
    r"|sells?|retail\w{0,12}|starts? (?:at|from)|worth|charge[ds]?|pay|afford)"
)
_PRICE = re.compile(_PRICED, re.IGNORECASE)
_BUDGET = re.compile(
    r"预算|经费|资金|拨款|专项|额度|资助|项目款|budget|funding|funds|grant|USD/CNY|折合|换算|CNY \d"
    r"|converted|已记|记下|收到|清单|更新为|改为|原为|noted|changed from|checklist",
    re.IGNORECASE,
)
MONEY = frozenset({"cny", "usd", "eur", "hkd"})
_MONEY_SAID = re.compile(r"[元块￥¥$€]|RMB|CNY|USD|EUR|HKD|yuan|dollar|euro|人民币|美金|港币|renminbi", re.IGNORECASE)
_BARE_MONEY = re.compile(
    r"(?:一台|一套|每台|每套|/台|/套|起(?=$|[，。；,;！!])|per (?:unit|machine|server|node|card)|each"
    r"|apiece|一张|左右|多?万|grand|only|just|仅|只要|只需|不到|就)",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"[每一单](?:台|套|张|块)|整套|每个节点|(?<![a-z])(?:each|per|apiece|a unit|a piece)(?![a-z])", re.IGNORECASE
)
_ROUGHLY = re.compile(
    r"大概|大约|约|左右|上下(?!文)|的?样子|也就|出头|(?<![a-z])(?:about|around|roughly|some)(?![a-z])", re.IGNORECASE
)
# To deny, to decline and to leave to somebody else. "不到30万", "not only" and the like deny nothing.
_NO = re.compile(
    r"(?:不(?!如|用愁|满意|收费|收钱|收取|修|缺货|断货|到|止|仅|但|过(?!是)|错|用担心|必担心|用怕|愁|足"
    r"|超过|低于|少于|多于|少(?!于)|同)|没(?!问题|得说)|未(?!来)|无(?!忧|条件|限|风险|需担心|理由|论)"
    r"|非(?!常)|别(?![家的人处样])|勿|拒绝|避免"
    r"|(?<![a-z])(?:no(?! (?:problem|doubt|risk|question|more than|less|charge|cost|fees?|obligation"
    r"|strings|extra|additional|matter|need to worry))|not(?! only| just| more than| to worry)"
    r"|n't(?! (?:worry|only))|cannot|never|neither|nor|without(?! (?:doubt|question|risk|charge|cost|extra"
    r"|additional))|unable|rather than|instead of|decline|refuse|avoid|beyond me)(?![a-z]))",
    re.IGNORECASE,
)
_N_T = re.compile(r"n't\b", re.IGNORECASE)
_LEFT_TO = re.compile(
    r"以[^，。；]{0,24}为准|(?:由|待|等|看|取决于|需|要|请|得)[^，。；]{0,20}(?:正式|报价|方案顾问|合同"
    r"|销售|人工)|说了算|正式(?:报价|方案|文件|资料|合同)|formal (?:quot|proposal|document)|(?:decided"
    r"|governed|set|given|stated|settled|confirmed|determined) (?:by|in)|(?:for|up to"
    r"|in) the (?:formal )?quotation|consultant|quotation (?:decides|says|states|will)",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"是否|有没有|有无|能否|能不能|可否|会不会|要不要|多久|多长|多少|何时|什么时候|哪些|怎么|与否|whether"
    r"|if there|how (?:much|long|soon|many)|when |what |which |any (?:discount|trial|warranty|stock)",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"(?:您|你|贵|客户)[^，。；]{0,10}(?:希望|要求|需要|想|提到|说|问|期望|打算|计划|给|告诉|的交付"
    r"|的质保)|交付要求|要求[：:]|希望在|delivery requirements?|you(?:'d| would)? (?:want|need|ask|wish"
    r"|require|mention|said|told|plan|expect|hope|like)\w{0,12}|your (?:deadline|request|requirement|wish"
    r"|delivery|words)|as you (?:said|put it)|已记|记下|noted|checklist",
    re.IGNORECASE,
)
# What is binding is the formal quotation and nothing that the advisor knows or says.
_BINDING = re.compile(
    r"以(?:本|这份|该|此)?(?:白皮书|材料|页面|网页|对话|聊天|回答|推荐|说法)[^，。；]{0,4}为准"
    r"|\b(?:this|the) (?:white ?paper|material|chat|page|recommendation|answer|reply) (?:alone )?(?:governs?|decides?"
    r"|prevails?|is (?:binding|decisive|authoritative|part of the contract))\b",
    re.IGNORECASE,
)
_REACH = 40
# Without any of these no sum of money is said.
_SUM = re.compile(
    r"[万亿元块￥¥$€kKMm]|RMB|CNY|USD|EUR|HKD|yuan|dollar|euro|人民币|[美港][金元币]|grand|bn|thousand", re.IGNORECASE
)


def promises(text: str, *, quoted: Callable[[str], bool]) -> list[str]:
    """The words in a plain text that promise something commercial; `quoted` tells whether words are a source's own."""
    found: list[str] = []
    for sentence in sentences(text):
        whole = _Whole(sentence.text)
        for clause in clauses(sentence.text):
            told = list(_asserted(clause, whole)) or list(_sums(clause, whole)) or _BINDING.findall(clause)
            if told and not quoted(clause):
                found += told
    return found


@dataclass(frozen=True)
class _Whole:
    """A sentence, and what its clauses ask of it, found out once."""

    text: str

    @cached_property
    def priced(self) -> bool:
        return bool(_PRICE.search(self.text))

    @cached_property
    def budgeted(self) -> bool:
        return bool(_BUDGET.search(self.text))

    @cached_property
    def leaves_open(self) -> bool:
        """Whether what is asked in it is left to somebody, denied, or a question to the visitor."""
        asks = self.text.rstrip("”\"' ").endswith(("？", "?"))
        return asks or bool(_LEFT_TO.search(self.text) or _NO.search(self.text))

    def wished(self, clause: str) -> bool:
        """Whether words before a clause say that the visitor wishes what is listed behind the colon."""
        return "：" in self.text and bool(_WISH.search(self.text[: self.text.find(clause)]))


def _asserted(clause: str, whole: _Whole) -> Iterator[str]:
    for match in ASSERTION.finditer(clause):
        before = clause[max(0, match.start() - _REACH) : match.end()]
        open_ = _OPEN.search(clause) and whole.leaves_open
        if open_ or _denied(before) or _NO.match(clause[match.end() : match.end() + _REACH].lstrip(r"的是我也都 ")):
            continue
        if not _WISH.search(clause[: match.start()]) and not whole.wished(clause):
            yield match[0]


def _denied(words: str) -> bool:
    return bool(_NO.search(words) or _N_T.search(words))


def _sums(clause: str, whole: _Whole) -> Iterator[str]:
    """Sums of money that are no budget: beside a word for a price, or as what a thing is to be had for."""
    if not _SUM.search(clause) or (_BUDGET.search(clause) and not _PRICE.search(_BUDGET.sub("", clause))):
        return
    for measure in measures(clause):
        if not any(unit in MONEY for _, _, unit in measure.readings):
            continue
        before = clause[max(0, measure.start - _REACH) : measure.start]
        after = clause[measure.end : measure.end + _REACH]
        marked = bool(_MONEY_SAID.search(clause[max(0, measure.start - 5) : measure.end + 1]))
        if _denied(before) or (_OPEN.search(clause) and not marked):
            continue
        around = before + measure.words + after
        for_a_thing = _PRICE.search(around) or _EACH.search(around) or (marked and _BARE_MONEY.search(after))
        money = marked or whole.priced or _ROUGHLY.search(before + after)
        if for_a_thing or (money and not whole.budgeted):
            yield measure.words
