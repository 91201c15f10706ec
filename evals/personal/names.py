"""Names of people, in words that introduce one: "我叫…", "My name is …", "张老师", a signature.

A name can't be known for certain. It is taken for one where its place says so and its form allows it: a Chinese family
name that begins no other word of the dictionary, or capitalised words that are not known to be something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import rjieba

from assistant.dialogue.expressions import expression
from evals.personal.latin import latin_name, latin_names
from evals.personal.sign import HAN, TAKEN
from evals.personal.words import COMPOUND, NOT_CHINESE, SURNAMES

_SURNAME = f"[{''.join(sorted(SURNAMES))}]"
# Whatever stands here is a name, but for "model name: …".
_NAMING = expression(
    r"(?:我叫做?|我的名字(?:是|叫|:)|名字(?:是|叫|:)|本人(?:姓名|叫)|姓名(?:是|为|:|=|\s)|名叫|全名(?:是|叫|:)|真名(?:是|叫|:)"
    r"|署名(?:是|:)|称呼(?:是|:)|(?:可以|就|请|都|喊)?(?:叫|称呼)我(?:为|做)?|昵称(?:是|:)|网名(?:是|叫|:)|花名(?:是|叫|:)"
    r"|落款[:是]|(?i:\bmy (?:full |real |first |last )?name(?:['’]s|\s?:| is| was)|\bI go by|\bsigned:"
    r"|(?<!model )(?<!file )(?<!product )(?<!host )(?<!server )(?<!project )(?<!company )(?<!domain )(?<!gpu )"
    r"(?<!card )(?<!brand )(?<!table )(?<!dataset )(?<!cluster )(?<![a-z])"
    r"(?:full |contact |first |last |sur)?name\s?[:=]))[\s\"“「'《]{0,3}"
)
# As a rule a name stands here, now and then an office.
_PERSON = expression(
    r"(?:联系人|收件人|收货人|负责人|经办人|对接人|采购人|申请人|签收人|法人代表|法定代表人|法人|委托人|接口人|项目经理|发件人|作者"
    r"|(?i:\bcontact(?: person)?(?=\s?:)|\battn\b\.?|\battention(?=:)|\brecipient|\bsigned by|\bsent by|\bc/o"
    r"|\bsubmitted by|\bfrom(?=:)|\bcc(?=:)))(?:\s?[:是为叫,]\s?|\s{0,2})"
)
# What stands here is more often something else.
_MAYBE = expression(
    r"(?:(?:我|这里|这边|这位|他|她|那位)(?:就)?是|本人|在下|鄙人|您好[,!\s]?|你好[,!\s]?|找|问|联系|咨询|转告|抄送|请教|询问|@"
    r"|(?:同事|同学|老板|领导|导师|学生|师兄|师姐|师弟|师妹|室友|朋友|老公|老婆|爱人|儿子|女儿|父亲|母亲|客户|销售|采购|助理|秘书"
    r"|经理|总监|主任|主管|教授|老师|工程师|院长|所长|校长|处长|科长|组长"
    r"|博士生|硕士生|研究生|本科生|实习生|采购员|管理员|运维|leader|PI|CTO|CEO|CIO|HR)(?:叫|是|:|,)?"
    rf"|(?:[部处科院系组室所]|中心)的?|{TAKEN}(?:[、和与跟及/]|\s?(?:and|&)\s))\s{{0,2}}"
)
# "我是…大学的王磊", after the organisation was found or where it was not.
_FROM = expression(rf"(?:我|这边|这里)们?是{HAN}{{2,16}}?的|{TAKEN}{HAN}{{0,8}}?的?\s?(?={HAN})")
_TITLES = (
    r"(?:总经理|总监|总工|总裁|总(?![是体数量共计算之能会要在有需部额结称线和])|工程师|工(?![作程业具资期人厂艺序况])|老师|教授"
    r"|副?(?:经理|主任|院长|处长|科长|局长|部长|厂长|所长|校长)|主管|董事长|董(?!事)|书记|博士|博后|硕士|先生|女士|小姐|同学|师傅"
    r"|律师|医生|大夫|护士|院士|队长|组长|学长|学姐|秘书|助理|会计|法务|老板|警官|[哥姐叔姨](?!们))"
)
# Tried at every place, as those of `_BESIDE`.
_TITLED = expression(rf"(?=(?P<it>(?:{'|'.join(sorted(COMPOUND))}|{_SURNAME}){HAN}{{0,2}}?)\s?(?P<title>{_TITLES}))")
# A family name by itself begins a clause or follows one of these.
_BEFORE_TITLE = expression(
    r"(?:^|[^\u4e00-\u9fff]|[找问跟和给请让叫与的是有姓向替帮见被们司院校室组部所系]|联系|同事|领导|老板|你好|您好|谢谢|感谢|通知|转告|麻烦)$"
)
_SURNAME_ONLY = expression(
    rf"(?:我姓|本人姓|免贵姓|敝姓|他姓|她姓)\s?(?P<it>(?:{'|'.join(sorted(COMPOUND))}|{HAN})(?:名{HAN}{{1,2}})?)"
)
_NICKNAME = expression(
    rf"(?:我是|找|联系|同事|问|@|你好,?|您好,?|[—-])\s?(?P<it>[小老阿]{_SURNAME})(?!{HAN})"
    rf"|(?:找|联系|同事|问|@)\s?(?P<b>[小老阿]{_SURNAME})(?=说|让|问|要|吧|的|推荐|对接)"
)
# Each is tried at every place, so that what stands before it does not hide it.
_BESIDE: tuple[re.Pattern[str], ...] = (
    expression(
        rf"(?=(?P<it>{_SURNAME}{HAN}{{1,3}}?)的?(?:手机|电话|微信|邮箱|身份证|护照|住址|联系方式|QQ)(?:号码?)?)"
    ),
    expression(
        rf"(?=(?P<it>{_SURNAME}{HAN}{{1,3}}?)[\s,:(、-]{{0,3}}(?:电话|手机|微信|邮箱|联系方式|地址|[Tt]el|mail)?[号:\s]{{0,3}}{TAKEN})"
    ),
    expression(
        rf"(?=(?P<it>{_SURNAME}{HAN}{{1,3}}?)\s?\({HAN}{{1,8}}(?:部|处|科|院|系|组|室|中心|所|工|员|师|长|理|任)\))"
    ),
    expression(rf"{TAKEN}[\s,(、/-]{{1,3}}(?P<it>{HAN}{{2,4}})(?=[\s,。;)!?、]|$)"),
    # A signature.
    expression(
        rf"(?:[—–~]{{1,3}}|-{{1,3}}|[。.!?;]|\n|此致|敬礼|谢谢|多谢|祝好|顺颂商祺)[\s—–~,!-]{{0,6}}"
        rf"(?:{HAN}{{2,8}}\s)?(?P<it>{HAN}{{2,4}}?)(?:敬上|上|拜上|留|于)?\s{{0,3}}(?:\d{{2,4}}[-/.年]\S{{1,8}}\s{{0,3}})?$",
        re.MULTILINE,
    ),
)
_AFTER = expression(
    rf"[^\u4e00-\u9fffA-Za-z0-9]|$|[的说让想要在来问有和与跟及吧呢啊啦从]|推荐|需要|这边|表示|提到|负责|{TAKEN}"
)
_RUN = expression(rf"{HAN}{{1,8}}")
_DOTTED = expression(rf"{HAN}{{2,8}}·{HAN}{{2,8}}")
# "我叫什么", "负责人是谁": no name follows.
_NO_NAME = expression(
    r"[什啥谁哪怎去来看买用试等选做不无没由先待暂请如保都我你您他她它这那某了过着一两几车外本该为何是可也还会能想按在对从]|院长|领导|老板|客户|学校|公司"
    r"|部门|主任|经理|老师|必填|保密"
)


def chinese_name(text: str, start: int, *, free: bool = False) -> int | None:
    """The end of a Chinese name that begins at `start`; None where none does.

    `free` lets anything follow a name that the dictionary knows.
    """
    run = _RUN.match(text, start)
    if run is None or len(run[0]) < 2:
        return None
    surname = 2 if run[0][:2] in COMPOUND else 1
    if surname == 1 and run[0][0] not in SURNAMES:
        return None
    words = rjieba.tag(run[0])
    first, tag = words[0]
    if first in NOT_CHINESE or run[0][:2] in NOT_CHINESE:
        return None
    if tag.startswith("nr") and surname < len(first) <= 4:
        end = start + len(first)
        # A rare given name is cut in two: 王梓|萱.
        rest = words[1][0] if len(words) > 1 else ""
        if len(rest) == 1 and len(first) == 2 and not _AFTER.match(text, end) and _AFTER.match(text, end + 1):
            end += 1
        return end if free or _AFTER.match(text, end) else None
    if len(first) > surname and rjieba.has_word(first):
        return None
    ends = {sum(len(word) for word, _ in words[: count + 1]) for count in range(len(words))}
    for length in (surname + 2, surname + 1):
        if length <= len(run[0]) and length in ends and _AFTER.match(text, start + length):
            return start + length
    return None


def _named(text: str, start: int) -> int | None:
    """The end of what stands where only a name can."""
    if found := chinese_name(text, start, free=True):
        return found
    if dotted := _DOTTED.match(text, start):
        return dotted.end()
    run = _RUN.match(text, start)
    if run is None:
        return latin_name(text, start, sure=True)
    if _NO_NAME.match(run[0]):
        return None
    if run[0][0] in "小老阿" and run[0][1:2] in SURNAMES:
        return start + 2
    lengths = [length for length in (2, 3, 4) if length <= len(run[0]) and _AFTER.match(text, start + length)]
    return start + (lengths[0] if lengths else min(len(run[0]), 2))


def _person(text: str, start: int) -> int | None:
    if found := chinese_name(text, start, free=True):
        return found
    dotted = _DOTTED.match(text, start)
    return dotted.end() if dotted else latin_name(text, start)


def _maybe(text: str, start: int) -> int | None:
    return chinese_name(text, start) or latin_name(text, start, alone=True)


def _titled(match: re.Match[str]) -> bool:
    text, start, name = match.string, match.start("it"), match["it"]
    first, tag = rjieba.tag(text[start : match.start("title") + 2])[0]
    # 施工 and 高工 are words; what the dictionary has not is cut anyhow: 王总让|我.
    word = len(first) > len(name) and rjieba.has_word(first) and not (tag.startswith("nr") or tag == "b")
    if word or first in NOT_CHINESE or first[:2] in NOT_CHINESE:
        return False
    if len(name) > 1 and tag.startswith("nr") and first.startswith(name):
        return True
    before = _BEFORE_TITLE.search(text[max(0, start - 2) : start])
    return (before is not None or text.startswith(("先生", "女士", "小姐"), match.start("title"))) and (
        len(name) == 1 or not rjieba.has_word(name[:2])
    )


def _whole(match: re.Match[str]) -> bool:
    return chinese_name(match.string, match.start("it"), free=True) == match.end("it")


def names(text: str) -> Iterator[tuple[int, int]]:
    """Where names of people stand in a folded text in which `TAKEN` stands for other personal data."""
    # In "张三、李四" the first is a name by its cue, the other one by the first: see `without_personal_data`.
    for cue, read in ((_NAMING, _named), (_PERSON, _person), (_MAYBE, _maybe), (_FROM, chinese_name)):
        for match in cue.finditer(text):
            if (end := read(text, match.end())) is not None:
                yield match.end(), end
    yield from (match.span("it") for match in _SURNAME_ONLY.finditer(text))
    yield from (match.span(match.lastgroup or 0) for match in _NICKNAME.finditer(text))
    yield from (match.span("it") for match in _TITLED.finditer(text) if _titled(match))
    for pattern in _BESIDE:
        yield from (match.span("it") for match in pattern.finditer(text) if _whole(match))
    yield from latin_names(text)
