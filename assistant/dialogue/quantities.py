"""Figures with a unit: people, groups, money, data, simultaneous requests; each with its span."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from assistant.dialogue.clauses import CLAUSE_END, SENTENCE_END
from assistant.dialogue.expressions import expression
from assistant.dialogue.figures import GUARD, NUMBER, Figure, bounded, denied, figure, former
from assistant.dialogue.modality import others, past
from assistant.dialogue.money import money
from assistant.rules.requirements import FieldName, Range

# Beyond this nothing is meant seriously; the fields refuse it and so does `Range`.
_CEILING = 1e15
_MOST_COUNTED = 1e9
# A message with more figures than this is a table, not a sentence.
_MOST = 60


@dataclass(frozen=True)
class Quantity:
    """A figure for a field at `text[start:end]`; `inferred` when it was converted from another currency."""

    field: FieldName
    figure: Figure
    start: int
    end: int
    inferred: bool = False

    def value(self) -> float | int | Range:
        """As `Requirements` wants it: a number, or a range when it is not exact."""
        whole = self.field in ("users", "groups", "concurrency")
        if self.figure.exact and self.figure.low is not None:
            return int(self.figure.low) if whole else self.figure.low
        return Range(min=self.figure.low, max=self.figure.high)

    @property
    def sensible(self) -> bool:
        """Whether the figure is within reason and, where things are counted, whole."""
        ends = [end for end in (self.figure.low, self.figure.high) if end is not None]
        if self.field in ("users", "groups", "concurrency"):
            return all(end <= _MOST_COUNTED and end == int(end) for end in ends)
        return all(end <= _CEILING for end in ends)


def _compiled(unit: str) -> re.Pattern[str]:
    return expression(rf"{GUARD}(?<!月){NUMBER}{unit}", re.IGNORECASE)


# People by what they do: the last character of a Chinese word for them, or a word of its own, and what must not follow.
_PEOPLE_ZH = (
    r"(?:(?![年月日号天周季点时分秒个台张块片卡路层套次条种款家所间件份批期届级组支篇页步轮亿万元和或与及的])[\u4e00-\u9fff]){0,5}?"
    r"(?:(?<=[\u4e00-\u9fff])(?<![个位名多来])(?:(?<!厂)(?<!国)(?<!商)(?<!买)(?<!卖)(?<!哪)(?<!独)家(?![具里用庭居电校园医族乡长企公单机])"
    r"|师(?![资范生傅傅])|员(?![额])|生(?![产态物成活意理命源涯效存长日病])|者|士(?![气兵])"
    r"|(?<!人)(?<!手)(?<!加)(?<!施)(?<!竣)工(?![具程业艺作序厂期况位时])"
    r"|(?<!选)(?<!入)(?<!上)(?<!双)手(?![机段册动写工柄])|官(?![网方])"
    r"|警(?![报告示])|医(?![院疗学药保]))|教授|大夫|同事|同学|用户|客户|客服|坐席|座席"
    r"|美术|策划|法务|财务|工人|领导|主任|教练|编辑|会计|翻译|顾问|代表|伙伴|老师|师生|学徒|研发|开发(?![板者环])|码农|博后|硕士|本科生|股东"
    r"|干部|职员|选手|专家(?!模型|网络|组)|人员|成员|员工|职工)"
    r"(?![人物模系平数项课任库管端侧画量证评])"
)
_THINGS_BIT = r"系统|精度|浮点|整数|操作|数|小数|元|二|量化|宽|置|深|色|编码|处理|有符|无符|CPU|MCU"
_UNITS_ZH = (
    rf"\s*(?:个|名|位|号)?\s*(?:多|左右|来)?\s*(?:口(?:子)?)?人(?![民工天月次机均类头脸造脑像体形员]|民币|日)"
    rf"|(?:\s*[位名](?!{_THINGS_BIT})(?=[\u4e00-\u9fff])|\s*(?:个|名|位|号)?\s*(?:多|来)?(?:不同的)?){_PEOPLE_ZH}"
    rf"|\s*位(?=[\u4e00-\u9fff])(?!{_THINGS_BIT})"
)
# English plurals of people by their endings, and the things that end like them.
_THINGS_EN = (
    r"servers|computers|supercomputers|clusters|containers|parameters|numbers|layers|papers|routers|filters"
    r"|folders|drivers|controllers|centers"
    r"|transformers|adapters|letters|orders|headers|meters|liters|offers|others|powers|printers|scanners|timers"
    r"|buffers|chapters|posters|pointers"
    r"|centimeters|millimeters|kilometers|quarters|dockers|trailers|breakers|chillers|towers|covers|drawers"
    r"|accelerators|sensors|processors|vectors"
    r"|monitors|factors|errors|tensors|connectors|simulators|behaviors|colors|generators|floors|motors|reactors"
    r"|detectors|descriptors|doors|sectors"
    r"|indicators|mirrors|vendors|lists|checklists|playlists|exists|consists|gaussians|medians|plants|grants"
    r"|variants|constants|tenants|identifiers"
    r"|classifiers|transistors|optimizers|optimisers|loaders|workers|schedulers|customers' |suppliers|dollars"
    r"|hours|years|corners|capacitors"
)
_ROLE = (
    rf"(?!(?:{_THINGS_EN})\b)(?:people|ppl|persons?|users?|staff|folks|seats?|heads|personnel|faculty|colleagues"
    rf"|employees?|trainees|interns|students?"
    r"|postdocs|postdoctorals|phds?|nurses|fellows|paralegals|devs|analysts|architects|chemists|experts|scholars"
    r"|residents|graduates|undergraduates"
    r"|associates|candidates|pilots|judges|surgeons|coders|pros|guys|agents|draftsmen|salesmen|members?"
    r"|teachers?|engineers?|researchers?"
    r"|[a-z]{2,16}(?:ers|ors|ists|ians|ants)|of us|strong\b)"
)
_BETWEEN_EN = (
    r"(?:(?!(?:for|with|of|and|or|in|to|by|per|on|at|from|the|is|are|as|gpus?|cards?|nodes?|racks?|tb|gb|pb"
    r"|million|thousand|concurrent|simultaneous|parallel|active at)\b|(?:" + _THINGS_EN + r")\b)[a-z]{1,20}[- ]){0,3}?"
)
_USERS = _compiled(rf"(?:{_UNITS_ZH}|(?:\s*[个名位])?[- ]?\s?{_BETWEEN_EN}{_ROLE}\b)")
# "a team of 12", "人数大概30", "we are 15"
_TEAM = expression(
    rf"(?:(?:team|lab|group|department|staff|company|crew|studio|class|office|firm|headcount"
    rf"|workforce)(?: size)? (?:of|with|is)(?: (?:about|around|some|roughly|only))? |head ?count: ?"
    rf"|(?:\bwe(?:'re| are)|there(?:'s| are|'re))(?: (?:about|around|roughly|only|just))? (?=[\w -]{{1,24}}(?:$"
    rf"|[.,;!])))"
    rf"{NUMBER}(?![A-Za-z0-9%]|[ -]?[A-Za-z]|\.\d)"
    rf"|(?<!并发)(?:\busers?|人数|人员规模|团队规模|使用者|团队(?:里|内)?|(?<!大)(?:用户|员工|学生|师生)(?:数|量|规模|人数)?"
    rf"|编制)(?:[大约概是为有在左右共:：也就差不多]"
    rf"|\s){{0,6}}{NUMBER.replace('P<', 'P<b_')}(?![A-Za-z0-9%万亿年月日号点]|\s*(?:台|张|块|个月|TB?|G|%))",
    re.IGNORECASE,
)
_DESK = expression(r"desk|support|call cent|contact cent|customer|hotline|sales|insurance|travel|estate", re.IGNORECASE)
# They come to look at it, and do not use it.
_VISIT = expression(
    r"\s*(?:左右)?(?:[来去到前][^，。；,;]{0,6})?(?:参观|参会|开会|拜访|来访|出席|考察|吃饭)|\s*(?:to )?visit",
    re.IGNORECASE,
)
_EACH = expression(
    r"(?:每个?|各)(?:课题)?(?:组|团队|实验室|班|部门|科室|院系|项目)[^，。；,;\d]{0,8}$|(?:each|every|per) (?:group"
    r"|team|lab)[^,.;\d]{0,12}$",
    re.IGNORECASE,
)
_EACH_AFTER = expression(r"\s*(?:一组|每组|per (?:group|team|lab)|(?:in )?each (?:group|team|lab))", re.IGNORECASE)
_AND = expression(
    r"\s*(?:加上?|外加|和|以及|、|\+|&|,|，|and|plus|, and|as well as|)\s*(?:另外|还有|另有|another )?\s*",
    re.IGNORECASE,
)
# Words for anybody: two such figures are two statements of the same number.
_ANYBODY = expression(r"人(?!员)|用户|people|persons?|users?|staff|seats?|of us", re.IGNORECASE)
_GROUPS = _compiled(
    r"(?:\s*(?:个|支)?\s*(?:多)?\s*(?:不同的?|独立的?)?(?:课题组|研究组|项目组|科研组|科研团队|研究团队|团队"
    r"|(?:研究|重点)?实验室|小组|研究室)"
    r"|\s*个\s*组(?![织件合网成])|组(?=$|[，。；,;!?！？\s]|人|一起|共|用|要|都|师生)"
    r"|[- ]?\s?(?:(?!(?:gpu|control|treatment|test|age|user|security|resource)\b)(?:different|research|separate"
    r"|academic|independent|student|project|phd|(?!person|people|seat|member|user"
    r"|staff)[a-z]{2,12}) ){0,2}?(?:groups?(?! of (?:data|experiments|samples|parameters|images))|teams?|labs?"
    r"|laboratories)\b)"
)
_REQUESTS_EN = (
    r"(?:concurrent|simultaneous|parallel (?:requests?|users?|sessions?|queries)|(?:requests?|users?|queries"
    r"|sessions?|people) (?:at once|at the same time|at a time|simultaneously|concurrently|in parallel)"
    r"|(?:requests?|queries|calls) (?:per|a|/) ?(?:sec(?:ond)?|s)\b|(?:QPS|RPS|TPS)\b)"
)
_CONCURRENCY = expression(
    rf"(?:(?:并发|同时在线|同时请求|QPS|TPS)(?:量|数|用户|请求|人数|规模|路数)?(?:大?约|大概|估计|差不多|峰值|的|顶多|最多"
    rf"|最[高多大]|至少|不低于|不少于|不超过|要求|在|为|是|有|到|要"
    rf"|能|按|:|：|>=?|≥|[\s]){{0,4}}|(?:concurrency|QPS|peak load|parallel requests)(?: (?:of|is|around|about|at"
    rf"|least|up|to|level|roughly))*:? ?)"
    rf"{NUMBER}(?![A-Za-z0-9]|\s*(?:人民币|元|TB|台|张|块))"
    rf"|{GUARD}(?:{NUMBER.replace('P<', 'P<b_')})(?:\s*(?:个|路|人|名|位|用户|个用户|个人|请求"
    rf"|个请求){{0,2}}\s*(?:的)?(?:以上"
    rf"|左右)?(?:的|会|要|可能)?\s*(?:并发(?!症)|同时(?:在线|使用|访问|用|提问|请求|调用|推理|问)|QPS|TPS|RPS)"
    rf"|[- ]?\s?(?:active )?{_REQUESTS_EN}|\s(?:at once|at the same time|simultaneously|concurrently)\b"
    r"|\s*路(?:以上|左右)?(?!\s*(?:CPU|至强|EPYC|Xeon|服务器|处理器|电源|PDU|供电|市电|机架|GPU|PCIe|公交|由)))",
    re.IGNORECASE,
)
_DATA = _compiled(r"\s*(?:多)?个?(?P<unit>petabytes?|terabytes?|gigabytes?|PB|TB|GB|P|T|G)(?![A-Za-z0-9])")
_DATA_WORDS = expression(
    r"数据|素材|语料|扫描件|文本|音频|录音|病历|案卷|卷宗|样本|归档|备份|容量|资料|影像|文件|视频|图像|图片|片子|日志|档案|存储|存量|切片|录像|照片|遥感"
    r"|\bdata(?:sets?)?\b|corpus|corpora|archiv|footage|backup|\bfiles|documents|images|videos?|recordings"
    r"|\blogs\b|records|scans|storage|footprint",
    re.IGNORECASE,
)
# Memory, cards, disks, links and model files carry the same units and are never the size of the data.
_NOT_DATA = expression(
    r"内存|显存|显卡|硬盘|磁盘|固态|系统盘|数据盘|网卡|带宽|网络|光纤|端口|NAS|SAN|Ceph|存储(?:系统|集群|阵列|柜)"
    r"|单卡|每卡|卡|算力|磁共振|核磁|模型文件"
    r"|权重(?:文件)?|镜像|安装包|缓存|\bRAM\b|memory|VRAM|DRAM"
    r"|\bGPUs?\b|\bcards?\b|disks?\b|drives?\b|SSD|NVMe|HBM|HDD"
    r"|GbE|Gbps|bandwidth|network|ethernet|\bIB\b|InfiniBand|FLOPS|TOPS|\bMRI\b|model files?|weights|checkpoints?"
    r"|[AHLVB]\d{2,3}\b|[2345]0[5-9]0",
    re.IGNORECASE,
)
# What comes in by the day is a rate, not a size.
_RATE = expression(
    r"每(?:天|日|周|月|年|小时|秒|次|个?季度|个?月)|日(?:均|增)|月增|年增|新增|增长|增量|产生|\b(?:daily|weekly"
    r"|monthly|yearly|annually)\b"
    r"|(?:\bper|\ban?|/|\bevery|\beach)\s?(?:day|week|month|year|hour|second)|grow",
    re.IGNORECASE,
)
_RATE_AFTER = expression(
    r"\s*(?:的数据)?\s*(?:左右)?\s*(?:/|每|per |an? |every )\s*(?:天|日|周|月|年|小时|秒|day|week|month|year|hour)"
    r"|[^，。；,;\d]{0,24}(?:daily|a day|per day|per month|a month|each day)",
    re.IGNORECASE,
)
_OF = expression(r"\s*(?:的|of )\s*[^\W\d]", re.IGNORECASE)
_TERABYTES = {"P": 1000.0, "T": 1.0, "G": 0.001}


def _plain(
    field: FieldName, pattern: re.Pattern[str], text: str, accept: Callable[[re.Match[str]], bool] = lambda _: True
) -> Iterator[Quantity]:
    for match in pattern.finditer(text):
        found = figure(match, text)
        if found is None or not accept(match):
            continue
        # The bound words may follow the unit ("20人以内").
        found = bounded(found, text, match.start(), match.end()) if found.exact else found
        yield Quantity(field, found, match.start(), match.end())


def _using(match: re.Match[str], text: str) -> bool:
    """Whether people are all those who use it: not those of one group, nor visitors."""
    each = _EACH.search(text[max(0, match.start() - 16) : match.start()]) or _EACH_AFTER.match(text, match.end())
    if match[0].lower().endswith("agents") and not _DESK.search(text):
        # Programs are called agents too.
        return False
    return not each and not _VISIT.match(text[match.end() : match.end() + 14])


def _joined(found: list[Quantity], text: str) -> list[Quantity]:
    """People of different kinds side by side are one number: "30个学生和5个老师", "8 engineers, 2 designers"."""
    result: list[Quantity] = []
    for quantity in found:
        before = result[-1] if result else None
        if (
            before is not None
            and quantity.field == before.field == "users"
            and _AND.fullmatch(text[before.end : quantity.start])
            and not any(_ANYBODY.search(text[q.start : q.end]) for q in (before, quantity))
        ):
            ends = (before.figure.low, quantity.figure.low), (before.figure.high, quantity.figure.high)
            low, high = (None if a is None or b is None else a + b for a, b in ends)
            if low is not None or high is not None:
                result[-1] = replace(before, figure=Figure(low, high), end=quantity.end)
                continue
        result.append(quantity)
    return result


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=0)


def _is_data(text: str, start: int, end: int, asked: bool, terabytes: bool) -> bool:
    """Whether a size in bytes is that of data: what the nearest words around it speak of decides."""
    clause = CLAUSE_END.split(text[max(0, start - 16) : start])[-1]
    sentence = SENTENCE_END.split(text[max(0, start - 28) : start])[-1]
    after = re.split(r"[，。；,;!?！？\n]|\d", text[end : end + 26])[0]
    other, here = _NOT_DATA.search(after), _DATA_WORDS.search(after)
    if _RATE.search(clause) or _RATE_AFTER.match(text[end : end + 26]):
        return False
    if other and (here is None or other.start() <= here.start()):
        return False
    if here:
        return True
    if _last(_NOT_DATA, clause) >= max(1, _last(_DATA_WORDS, clause)):
        return False
    if asked or _DATA_WORDS.search(clause) or _last(_DATA_WORDS, sentence) > _last(_NOT_DATA, sentence):
        return True
    # Nothing near says what has that size: terabytes are data, gigabytes only those "of" something.
    return not _NOT_DATA.search(sentence) and (terabytes or bool(_OF.match(after)))


def _data(text: str, asked: bool) -> Iterator[Quantity]:
    for match in _DATA.finditer(text):
        found = figure(match, text)
        if found is not None and _is_data(text, match.start(), match.end(), asked, match["unit"][0] in "tTpP"):
            yield Quantity("data_tb", found.times(_TERABYTES[match["unit"][0].upper()]), match.start(), match.end())


# A bare number after words that take back the figure before.
_RESAID = expression(
    r"[^，。,;；\d]{0,14}?[，。,;；.!！… ]{0,5}(?:哦|噢|啊|呃|不好意思|抱歉|oh|er+|no)?[，, ]*"
    r"(?:哦不|噢不|啊不|不不|不对|说错了?|搞错了?|写错了?|打错了?|错了|不(?=[，, ])|抱歉|不好意思|更正|应该是|其实是|准确(?:地)?说|sorry|no,? wait|wait"
    r"|i mean(?:t)?|oops|correction|actually|or rather|make (?:that|it)|oh no|no)[了，,。. ]*"
    rf"(?:是|应该是|it'?s|make (?:that|it))?\s*{NUMBER}\s*(?=$|[，。,;；.!！?？]|(?:吧|才对|左右|in total)\b)",
    re.IGNORECASE,
)
_SAID_ONCE = {"万": 1e4, "w": 1e4, "W": 1e4, "k": 1e3, "K": 1e3, "百万": 1e6, "million": 1e6, "M": 1e6}


def _current(found: list[Quantity], text: str) -> list[Quantity]:
    """Without what is denied, and without what was so before where the same field has another figure after it."""
    kept = [q for q in found if not denied(text, q.start, q.end) and not others(text, q.start)]
    kept = [q for q in kept if q.field != "budget_cny" or not past(text, q.start, q.end)]
    return [
        q
        for i, q in enumerate(kept)
        if not (former(text, q.start, q.end) and any(other.field == q.field for other in kept[i + 1 :]))
    ]


def _resaid(found: list[Quantity], text: str) -> list[Quantity]:
    """With the bare numbers that correct the figure right before them: "30 users, oh no, 13", "并发8，说错了，18". What
    they count is said once, and so is the scale of a sum."""
    result: list[Quantity] = []
    for place, quantity in enumerate(found):
        result.append(quantity)
        after = _RESAID.match(text, quantity.end)
        if after is None or any(after.start("low") < other.end for other in found[place + 1 :]):
            continue
        more = figure(after, text)
        if more is None:
            continue
        if quantity.field in ("budget_cny", "data_tb") and after["low_scale"] is None:
            unit = next((u for u in _SAID_ONCE if u in text[quantity.start : quantity.end]), None)
            more = more.times(_SAID_ONCE[unit]) if unit and quantity.field == "budget_cny" else more
            if quantity.field == "data_tb":
                more = more.times(_TERABYTES.get(_unit_of(text[quantity.start : quantity.end]), 1.0))
        result.append(replace(quantity, figure=more, start=after.start("low"), end=after.end()))
    return result


def _unit_of(words: str) -> str:
    return next((unit for unit in "PGT" if unit in words.upper()), "T")


def _apart(found: list[Quantity]) -> list[Quantity]:
    """One figure, one meaning: "200 concurrent users" are requests, a sum or a size counts nothing else."""
    order: dict[str, int] = {"concurrency": 0, "budget_cny": 1, "data_tb": 2, "groups": 3, "users": 4}
    taken: set[int] = set()
    kept: list[Quantity] = []
    for quantity in sorted(found, key=lambda q: (order[q.field], q.start)):
        places = set(range(quantity.start, quantity.end))
        if not places & taken:
            kept.append(quantity)
            taken |= places
    return sorted(kept, key=lambda q: q.start)


def quantities(text: str, open_question: FieldName | None = None) -> list[Quantity]:
    """Every figure that fills a field, in order of appearance; a figure said not to hold ("不是20人") is left out."""
    found = [
        *_plain("users", _USERS, text, lambda match: _using(match, text)),
        *_plain("users", _TEAM, text),
        *_plain("groups", _GROUPS, text),
        *_plain("concurrency", _CONCURRENCY, text),
        *_data(text, open_question == "data_tb"),
        *(
            Quantity("budget_cny", m.figure, m.start, m.end, m.converted)
            for m in money(text, asked=open_question == "budget_cny")
        ),
    ]
    trimmed = [_trimmed(q, text) for q in found if q.sensible]
    return _joined(_current(_resaid(_apart(trimmed), text), text), text)[:_MOST]


def _trimmed(quantity: Quantity, text: str) -> Quantity:
    """Without the spaces around it."""
    words = text[quantity.start : quantity.end]
    start = quantity.start + len(words) - len(words.lstrip())
    return replace(quantity, start=start, end=start + len(words.strip()))


_LEAD_IN = (
    r"(?:大?约|大概|差不多|也就|就|可能|估计|应该(?:是|有)?|左右|最多|至少|顶多|起码|不到|不超过|算|按|改成|那就"
    r"|一共|总共|共|只|才|about|around|roughly"
    r"|approx(?:imately)?\.?|some|maybe"
    r"|probably|perhaps|say|let's say|i(?:'d)? (?:guess|think|say)|just|only|at (?:least|most)|up to|over|under"
    r"|more than|less than|no more than|it's|it is|it'll be|we have|we're|we are|there are|actually|make (?:it"
    r"|that)|sorry|oh|no|yes|well|是|有|不|对|嗯+|哦|噢|抱歉|不好意思|说错了|错了|~|≈|[,，:：])"
)
_TRAILER = (
    r"(?:多个?|来个?|几个?|个|位|名|路|号|左右|上下|以内|以上|吧|呀|啊|哦|的样子|的话|这样|or so|ish|i (?:guess"
    r"|think)|probably|maybe|in total|total|at (?:least|most)|or more|or less|roughly|max)"
)
_BARE = expression(
    rf"\s*(?:{_LEAD_IN}\s*){{0,5}}(?<![A-Za-z0-9.]){NUMBER}(?![A-Za-z0-9.]?[A-Za-z0-9])\s*(?:{_TRAILER}\s*){{0,3}}[。.!！~]*\s*",
    re.IGNORECASE,
)
_DENIAL = expression(
    rf"(?:(?:不是|并非|\bnot|\bisn't|\binstead of|\brather than)\s*{NUMBER}\s*(?:{_TRAILER})?)\s*(?:[,，;；]|but|而)?",
    re.IGNORECASE,
)


def bare(text: str) -> Figure | None:
    """The figure when the whole message is one number, with fillers and what it is not around it ("大概20个",
    "sorry, 40 not 20")."""
    rest = _DENIAL.sub(" ", text) if len(text) <= 80 else text
    match = _BARE.fullmatch(rest.strip().rstrip(",，;； "))
    if match is None or match.end() == match.start():
        return None
    return figure(match, rest.strip())
