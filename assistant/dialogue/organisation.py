"""Who the visitor is: the organisation, the department and how to reach them, where the words say it."""

from __future__ import annotations

import re
from typing import Literal

from assistant.dialogue.expressions import expression
from assistant.dialogue.reading import Update

_HAN = r"[\u4e00-\u9fff]"
# Names end in one of these; a name of its own has at least two characters before it.
_STRONG = (
    r"(?:集团?(?:有限责任公司|股份有限公司|有限公司)|有限责任公司|股份有限公司|有限公司|股份公司|集团公司|公司|集团"
    r"|大学|研究院|研究所|研究中心|设计院|勘察院|科学院|工程院|卫生院|检察院|法院"
    r"|医院|银行|中学|小学|电视台|出版社|报社|事务所|工作室|实验室|超算中心"
    r"|计算中心|信息中心|管理局|气象局|公安局|委员会|博物馆|图书馆|保险|证券|电网|电厂|钢厂|天文台|党校)"
)
_DEPT = (
    r"(?:学院|系(?![统列数学目技研普])|部门|事业部|[技研市产运工信数业算采财基][^，。；,; ]{0,5}部"
    r"|科(?![技学研普目创大])"
    r"|处(?!理)|教研室|研究室|信息中心|网络中心|数据中心|实验中心|算力中心|实验室|课题组|中心|所|组|室)"
)
_CUE = (
    r"(?:(?:我们|我|咱们?|这边|这里|本人)(?:这边|这里)?(?:就)?(?:是|在|来自|属于|代表|单位是|公司是|公司叫|单位叫"
    r"|学校是)|来自|代表|任职于|就职于|供职于|单位(?:名称)?(?:是"
    r"|叫|为|[:：])|公司(?:名称)?(?:是|叫|[:：])"
    r"|学校(?:是|[:：])|医院是|机构(?:是|[:：])|抬头(?:是|[:：])?|客户名称[:：]?)"
)
_RUN = r"[\u4e00-\u9fffA-Za-z0-9·&()（）]"
_STATED = expression(rf"{_CUE}\s*(?P<name>{_RUN}{{2,40}})", re.IGNORECASE)
# Without a cue a name stands at the beginning of a clause; then only the surest endings count.
_BARE = expression(
    rf"(?:^|[，。；,;!?！？\n\s])(?:您好|你好)?(?P<name>(?:{_RUN}){{2,30}}?(?:大学|学院|医院|研究院|研究所|设计院"
    rf"|有限公司"
    rf"|集团)(?P<rest>{_HAN}{{0,12}}))"
)
_INSIDE = expression(
    r"(?:^|[，。；,;!?！？\s])(?:我们|咱们?)(?!部门)(?:是|在)?(?P<dept>[\u4e00-\u9fff]{2,10}?(?:学院"
    r"|系(?![统列数学目技研普])"
    r"|科(?![技学研普目创大])|信息中心|教研室|事业部))(?=的|要|想|有|现在|打算|准备|需|计划|[，。,\s]|$)"
)
# What is no name: somebody else's, a kind of organisation rather than one, a sentence.
_NO_NAME = expression(
    r"^(?:参考|像|比如|例如|听说|据说|类似|除了|包括|同|跟|和|与|给|向|帮|看|去|在|从|对|把|被|我们?|咱们?|本|你们?"
    r"|您|贵|他们|某(?!某)|这|那|哪|一(?:个|所|家|些|般)|几"
    r"|两|三家|多|各|其他|别的|另|同一|整个|全|任何|什么|单|一|个|第[一二三四五六七八九十\d]+个)"
    r"|[做搞的了吗呢么？?]|从事|想|需要|打算|准备|怎么|什么|多少|哪|一起|共享|共用|用来|用于|适合|可以|能不能|推荐"
)
_GENERIC = expression(
    r"^(?:(?:国内|北京|上海|深圳|广州|杭州|本地|知名|著名|大型|中型|小型|中小型?|省级|市级|县级|区级|国家级|三甲"
    r"|二甲|三级|公立|私立|民营|国营|国有|外资|合资|上市|初创|创业|新|老"
    r"|互联网|AI|IT|人工智能|科技|高科技|技术|软件|硬件|游戏|影视|动画|动漫|渲染|设计|建筑|装修|制造|汽车|医疗|医药"
    r"|制药|生物|金融|投资|外贸|贸易|物流|教育|培训|咨询|传媒|广告|安防"
    r"|机器人|半导体|芯片"
    r"|能源|电力|通信|律师|会计|综合|专科|普通|重点|双一流|985|211|高等|职业|理工科?|师范|医科|农业|地方|课题组"
    r"|科研|大|小|高)){0,4}"
    r"(?:公司|集团|大学|学院|研究院|研究所|研究中心|设计院|医院|银行|中学|小学|事务所|工作室|实验室|法院|律所|企业"
    r"|电视台)$",
    re.IGNORECASE,
)
# 计算机学院 is part of a university; 北京电影学院 is one.
_SUBJECT = expression(
    r"^(?:计算机|软件|信息|网络|数据|人工智能|智能|机械|物理|化学|化工|数学|统计|生命|生物|医|临床|药|护理|材料"
    r"|经济|金融|管理|商|电子|电气|自动化|控制|通信|微电子|集成电路|土木|建筑"
    r"|环境|资源|地球|地质|海洋|大气|能源|动力|航空|航天|交通|汽车|艺术|美术|设计|动画"
    r"|传媒|新闻|法|外国?语|文|历史|哲学|马克思|体育|农|林|食品|公共|国际|工程|理|工|研究生|继续教育|影像|放射)"
)
# What is denied or supposed is no name: "不是学院级", "如果是学院".
_DENIED = expression(r"(?:不|没|非|如果|要是|假如|假设|即使)")
_OTHERS = expression(
    r"(?:参考|像|比如|例如|听说|跟|和|与|给|向|帮|看到|去过|据说|类似|隔壁|包括|联合)\s*$|^(?:也|那边|买了|用了"
    r"|用的是|有没有|之前买|都)"
)
_NO_DEPARTMENT = expression(r"[是有用要关联体学本百]系$|[学本百]科$|^学院|没|这|那")
_DEPT_TAIL = expression(rf"^(?P<dept>{_HAN}{{0,14}}?{_DEPT}(?:(?:{_HAN}{{1,8}}?)(?:组|室|中心|所|实验室))?)")

_WORD_EN = r"[A-Z][\w&.'’-]{0,30}"
_NAME_EN = rf"(?:{_WORD_EN}|\d[A-Z]\w{{0,20}})(?: (?:(?:of|the|and|for|at|de|la|&) ){{0,2}}{_WORD_EN}){{0,6}}"
_CUE_EN = (
    r"(?:\b[Ii](?:'m| am) (?:from|with|at)|\b[Ww]e(?:'re| are) (?:from|with|at|based at)|\b[Ii] (?:work|study"
    r"|teach)(?: (?:at|for|with))|\b[Ww]e work (?:at|for)|\bon behalf of|\b[Hh]ere (?:at|from)|\b[Hh]ere is"
    r"|\b[Oo]ur (?:company|organi[sz]ation|firm|university|institute|school|hospital|studio) is(?: called)?"
    r"|\b(?:calling|writing|speaking) from|\b(?:[Cc]ompany|[Oo]rgani[sz]ation|[Ii]nstitution"
    r"|[Uu]niversity)(?: name)?(?: is|:)|\b[Tt]his is (?:[A-Z][a-z]+ )?(?:from|at|with)|^[A-Z][a-z]+ from)"
)
_STATED_EN = expression(rf"{_CUE_EN}(?: the)? (?P<name>{_NAME_EN})")
_AT_EN = expression(
    rf"\b(?:from|at|for|in|[Ww]e(?:'re| are))(?: the)? (?P<name>(?:University|Institute|College|Academy) of {_NAME_EN}"
    rf"|(?:[A-Z][\w.'-]{{0,20}} ){{1,4}}(?:University|Institute|College|Hospital|Laboratory|Laboratories|Academy"
    rf"|Inc|Ltd|LLC|GmbH|Corp|Corporation|Labs|Studios?|Systems|Technologies|Bank|Pharma|Therapeutics)\b\.?)"
)
_DEPT_EN = expression(
    r"(?P<dept>(?:[Dd]epartment|[Dd]ept\.?|[Ss]chool|[Ff]aculty|[Dd]ivision"
    r"|[Ii]nstitute) of [A-Z][A-Za-z]+(?:(?: (?:and|&))? [A-Z][A-Za-z]+){0,4})"
    r"|(?:\b(?:in|from|at|for|of|with) (?:the|our)|\b[Oo]ur) (?P<dept_b>(?:(?!whole|entire|own|other|local"
    r"|same)[A-Za-z&]{2,20} ){1,3}(?:department|dept))\b"
)
# A label at the start of a clause; "for our whole department: inference" names none.
_DEPT_CODE_EN = expression(
    r"(?:^|[,;.\n] ?)(?:[Oo]ur |[Mm]y )?(?:[Dd]epartment|[Dd]ept\.?)(?: is|:) (?:the )?"
    r"(?P<dept>[A-Za-z][A-Za-z &]{1,40})"
)
_NOT_A_NAME_EN = expression(
    r"^(?:China|Beijing|Shanghai|Shenzhen|Guangzhou|Hangzhou|Hong Kong|Singapore|Germany|France|Japan|Korea|India"
    r"|Canada|Australia|Europe|Asia|London|Paris|Berlin|Tokyo|the|T\d|G\d|USA?|UK|I|We|A|An|You|IT|HR|R&D|January"
    r"|February|March|April|May|June|July|August|September|October|November|December|Monday|Spring|Q\d)$"
)

_CONTACTS = expression(
    r"(?P<email>[A-Za-z0-9][\w.+-]{0,60}@[A-Za-z0-9-]{1,60}(?:\.[A-Za-z0-9-]{1,30}){1,4})"
    r"|(?P<mobile>(?<![\d.])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d))"
    r"|(?P<land>(?<![\d.])(?:\(0\d{2,3}\)|（0\d{2,3}）|0\d{2,3})[- ]?\d{7,8}(?:(?:-|转|ext\.? ?)\d{1,6})?(?!\d)"
    r"|(?<![\d.])[48]00[- ]\d{3,4}[- ]\d{3,4}(?!\d))"
    r"|(?P<abroad>(?<![A-Za-z0-9])\+\d{1,3}(?:[- ]?\(?\d{1,5}\)?){2,5}(?!\d))"
    # Behind a blank alone an account shows by its digits or signs: "a WeChat chatbot" is none.
    r"|(?:微信号?|vx|VX|wechat(?: ?id)?|weixin|WeChat(?: ?ID)?)(?:(?:\s{0,3}(?:号|是|:|：|为|is|=)\s{0,3}){1,4}"
    r"|\s{1,5}(?=[A-Za-z]{1,19}[\d_-]))(?P<wechat>[A-Za-z][A-Za-z0-9_-]{5,19}(?![A-Za-z0-9_-]))"
    r"|(?:QQ)(?:号|是|:|：|is|\s){1,4}(?P<qq>[1-9]\d{4,10}(?!\d))"
    r"|(?:电话|手机号?|座机|tel|phone|call me (?:at|on)|number is)(?:号码?|是|:|：|is|\."
    r"|\s){1,5}(?P<told>\+?\d[\d -]{5,18}\d(?!\d))",
    re.IGNORECASE,
)


def _contacts(text: str) -> list[re.Match[str]]:
    return list(_CONTACTS.finditer(text))


def contact_spans(text: str) -> list[tuple[int, int]]:
    """Where telephone numbers, addresses and account names stand."""
    return [match.span(match.lastgroup or 0) for match in _contacts(text)]


def without_contacts(text: str) -> str:
    """The text with telephone numbers and addresses blanked out: nothing is read inside one. Places stay."""
    for start, end in contact_spans(text):
        text = text[:start] + "\x00" * (end - start) + text[end:]
    return text


def _update(field: Literal["organisation", "department", "contact"], text: str, start: int, end: int) -> Update:
    words = text[start:end].strip()
    return Update(field, words, words, start, start + len(text[start:end].rstrip()))


def _split(name: str) -> tuple[str, str] | None:
    """The organisation and the department of a run of characters: 清华大学物理系的 is 清华大学 and 物理系."""
    ends = [match.end() for match in re.finditer(_STRONG, name)]
    if not ends:
        college = re.search("学院", name)
        if college is None:
            return None
        ends = [college.end()]
        if _SUBJECT.match(name):
            return "", name[: college.end()]
    # What belongs to a university (附属医院, 研究院) ends its name; a laboratory or a centre inside it is a department.
    cut = ends[0]
    for end in ends[1:]:
        if re.search(r"(?:公司|集团|医院|研究院|研究所|设计院|银行|科学院)$", name[:end]) and not re.search(
            "[的了想要有]", name[cut:end]
        ):
            cut = end
    tail = _DEPT_TAIL.match(name[cut:])
    return name[:cut], tail["dept"] if tail and len(tail["dept"]) > 1 else ""


def _chinese(text: str) -> list[Update]:
    for pattern in (_STATED, _BARE):
        for match in pattern.finditer(text):
            start = match.start("name")
            name = match["name"]
            parts = _split(name)
            if parts is None:
                tail = _DEPT_TAIL.match(name) if pattern is _STATED else None
                if (
                    tail is None
                    or _NO_NAME.search(tail["dept"])
                    or len(tail["dept"]) < 3
                    or tail["dept"].endswith(("组", "实验室", "所", "中心", "室", "部门"))
                ):
                    continue
                return [_update("department", text, start, start + tail.end("dept"))]
            organisation, department = parts
            if organisation and (
                _NO_NAME.search(organisation)
                or _DENIED.match(organisation)
                or _GENERIC.match(organisation)
                or len(organisation) < 3
                or _OTHERS.search(text[max(0, start - 4) : start])
                or _OTHERS.match(name[len(organisation) + len(department) :])
                or (pattern is _BARE and _OTHERS.match(match["rest"]))
            ):
                continue
            place = start + len(organisation)
            found = [_update("organisation", text, start, place)] if organisation else []
            if department and not _NO_NAME.search(department):
                at = place if organisation else start
                found.append(_update("department", text, at, at + len(department)))
            if found:
                return found
    inside = _INSIDE.search(text)
    if inside and not _NO_NAME.search(inside["dept"]) and not _NO_DEPARTMENT.search(inside["dept"]):
        return [_update("department", text, inside.start("dept"), inside.end("dept"))]
    return []


def _english(text: str) -> list[Update]:
    found: list[Update] = []
    for pattern in (_DEPT_EN, _DEPT_CODE_EN):
        if not found and (match := pattern.search(text)):
            group = "dept" if match["dept"] else "dept_b"
            found.append(_update("department", text, match.start(group), match.end(group)))
    for pattern in (_STATED_EN, _AT_EN):
        for match in pattern.finditer(text):
            start, end = match.span("name")
            if department := next((u for u in found if start <= u.start < end), None):
                # "the Department of Physics at Acme University"
                rest = re.match(r" (?:at|of|in|,)? ?(?:the )?", text[department.end :])
                start = department.end + (rest.end() if rest else 0)
            name = text[start:end].rstrip(" .,'")
            if len(name) >= 2 and not _NOT_A_NAME_EN.match(name) and not name.endswith("'s"):
                return [*found, _update("organisation", text, start, start + len(name))]
    return found


def organisation(text: str) -> list[Update]:
    """The organisation, the department and the contact details that a folded text gives, each at its place."""
    found = [*_chinese(text), *_english(text)]
    kept = [u for i, u in enumerate(found) if u.field not in {v.field for v in found[:i]}]
    contacts = _contacts(text)
    if contacts:
        spans = [match.span(match.lastgroup or 0) for match in contacts]
        start, end = spans[0][0], spans[-1][1]
        words = ", ".join(dict.fromkeys(text[a:b].strip() for a, b in spans))
        kept.append(Update("contact", words[:400], text[start:end].strip(), start, end))
    return sorted(kept, key=lambda update: update.start)
