"""Mail, names of accounts, links to profiles, addresses of machines, however they are disguised."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from evals.personal.sign import HAN, TECHNICAL, Sign

_LOCAL = r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}"
_AT = r"\s{0,2}(?:@|[\[({<#]\s?(?:at|@|a|艾特)\s?[\])}>#]|艾特|圈a)\s{0,2}"
_DOT = r"\s{0,2}(?:\.|[\[({<]\s?(?:dot|\.|点)\s?[\])}>]|\sdot\s|点)\s{0,2}"
_DOMAIN = rf"[A-Za-z0-9-]{{1,60}}(?:{_DOT}[A-Za-z0-9-]{{1,30}}){{0,3}}{_DOT}[A-Za-z]{{2,24}}(?![A-Za-z0-9])"
_MAIL_HOST = (
    r"(?:qq|vip\.qq|163|126|139|189|yeah|sina|sohu|foxmail|aliyun|gmail|googlemail|outlook|hotmail|live|msn|yahoo"
    r"|icloud|proton|protonmail|gmx)"
)
_END_OF_LINK = r"[^\s\"'<>，。；、）)\]\ue000\u4e00-\u9fff]"
_PROFILES = (
    r"(?:linkedin\.com|facebook\.com|fb\.com|twitter\.com|instagram\.com|threads\.net|tiktok\.com|youtube\.com/@"
    r"|weibo\.(?:com|cn)|zhihu\.com/people|douyin\.com|xiaohongshu\.com|xhslink\.com|bilibili\.com|space\.bilibili\.com"
    r"|kuaishou\.com|maimai\.cn|jianshu\.com|douban\.com|csdn\.net|juejin\.cn/user|github\.com|gitee\.com|t\.me"
    r"|telegram\.me|wa\.me|line\.me|discord\.gg|medium\.com|substack\.com|orcid\.org|researchgate\.net"
    r"|scholar\.google\.[a-z.]{2,6}|stackoverflow\.com/users|xing\.com|vk\.com|reddit\.com/u|keybase\.io|about\.me"
    r"|linktr\.ee|calendly\.com|zoom\.us|meeting\.tencent\.com|meet\.google\.com|teams\.microsoft\.com"
    r"|u\.wechat\.com|qm\.qq\.com)"
)
_USER = r"[A-Za-z0-9][\w.-]{1,40}[A-Za-z0-9_]"
# With a digit or a sign in it a word is an account rather than a word.
_CODED = r"(?=[A-Za-z.]{0,40}[\d_-])[A-Za-z][A-Za-z0-9_.-]{3,40}"
_SERVICE = (
    r"(?:telegram|(?<![a-z])tg|电报|skype|discord|钉钉|dingtalk|ding ?talk|飞书|feishu|whatsapp|微博|weibo|抖音|小红书"
    r"|快手|instagram|(?<![a-z])ig|twitter|推特|facebook|脸书|github|gitee|知乎|b站|linkedin|领英|支付宝|alipay|企业微信"
    r"|企微|脉脉|line id|slack id|teams id|signal id|kakao(?:talk)?|viber|threads|mastodon|user ?name|login"
    r"|用户名|账号名|登录名)(?![a-z])"
)
_WECHAT = (
    rf"(?:微信|薇信|威信|徽信|(?<!{HAN})卫星|[vw]信|绿泡泡|(?<![a-z])(?:wx|vx|we ?chat|weixin)(?![a-z])"
    r"|加我?\s?v(?![a-z]))"
)
_QQ = r"(?:(?<![a-z])q{1,2}(?![a-z])|企鹅|扣扣|抠抠)"
_NAMED = r"\s{0,2}(?:号码?|账号|帐号|id|用户名?|昵称|群号?|handle|user ?name|account)?\s{0,2}"
_SAID = r"[:=@]{1,2}\s{0,3}@?"
# "my WeChat is …" names it; "WeChat is popular" does not.
_MINE = r"(?:我的?|本人|私人|个人|(?<![a-z])(?:my|his|her))\s?"


def _ipv4(match: re.Match[str]) -> bool:
    try:
        address = IPv4Address(match["it"])
    except AddressValueError:
        return False
    if address.is_loopback or address.is_unspecified:
        return False
    # A section or a version counts in small numbers.
    return bool(match["label"]) or (not match["version"] and any(own >= 20 or own == 0 for own in address.packed))


def _ipv6(match: re.Match[str]) -> bool:
    try:
        IPv6Address(match[0])
    except AddressValueError:
        return False
    return sum(char in "0123456789abcdefABCDEF" for char in match[0]) >= 3


def _mac(match: re.Match[str]) -> bool:
    return bool(re.search("[a-f]", match[0], re.IGNORECASE)) or "." not in match[0]


def _coded(match: re.Match[str]) -> bool:
    return "_" in match["it"] or not TECHNICAL.match(match["it"])


_LINKS: tuple[Sign, ...] = (
    Sign.of(
        "link",
        r"(?:https?://)?(?<![A-Za-z0-9-])(?:[a-z0-9-]{1,30}\.){0,2}"
        rf"{_PROFILES}(?:/|(?<=@)){_END_OF_LINK}{{1,300}}",
    ),
    Sign.of("link", rf"(?:https?://)?(?<![A-Za-z0-9.-])x\.com/{_END_OF_LINK}{{1,300}}"),
    # Who is at home there, or whose password it holds.
    Sign.of(
        "link",
        rf"https?://[^\s/]{{1,100}}/(?:~|@|in/|u/|users?/|people/|profiles?/|author/|member/){_END_OF_LINK}{{1,300}}"
        r"|[a-z]{3,8}://[^\s/:@]{1,64}:[^\s/@]{1,64}@[^\s/]{1,100}",
    ),
    Sign.of("link", r"https?://(?:www\.)?huggingface\.co/[\w-]{2,40}/?(?![\w/-])"),
)  # fmt: skip
_MAIL: tuple[Sign, ...] = (
    Sign.of("contact", rf"{_LOCAL}{_AT}{_DOMAIN}"),
    Sign.of("contact", rf"{_LOCAL}\s{{1,2}}at\s{{1,2}}[a-z0-9-]{{1,60}}(?:\s{{1,2}}dot\s{{1,2}}[a-z]{{2,20}}){{1,3}}"),
    Sign.of(
        "contact", rf"{_LOCAL}\s{{0,2}}(?:[#*&$]|\(a\)|at)\s{{0,2}}{_MAIL_HOST}{_DOT}(?:com|cn|net|org|me)(?![a-z])"
    ),
    # The sign is left away, or a word stands for it.
    Sign.of(
        "contact",
        rf"(?:邮箱|电邮|邮件|e-?mail|mail me|write to me|reach me|contact me)(?:地址|\saddress)?"
        rf"(?:是|为|is|at|on|to|[:\s]){{1,4}}"
        rf"(?P<it>[a-z0-9][a-z0-9_.+-]{{1,63}}\s?(?:at|@|#|\*|\s)\s?[a-z0-9-]{{2,60}}{_DOT}[a-z]{{2,20}})(?![a-z])",
    ),
)
_MACHINES: tuple[Sign, ...] = (
    Sign.of(
        "network address",
        r"(?P<label>(?:(?<![a-z])ip(?:v4)?|主机|服务器|网关|掩码|host|ping|ssh|gateway|server|端口)(?:地址|\saddress)?[\s:=]{0,2}"
        r"(?:是|为|is|at)?[\s:]{0,2}(?:[\w.-]{1,32}@)?)?"
        r"(?P<version>(?:第|§|v|版本|驱动|章节?|section|version|release|driver|firmware|cuda)\s?)?"
        r"(?<![\d.])(?P<it>\d{1,3}(?:\.\d{1,3}){3})(?:/\d{1,2}|:\d{2,5})?(?![\d.]{0,2}\d|\s?[节章版])",
        _ipv4,
    ),
    Sign.of("network address", r"(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", _ipv6),
    Sign.of(
        "network address",
        r"(?<![\w:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])"
        r"|(?<![\w.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?![\w.])",
        _mac,
    ),
)
_NAMES: tuple[Sign, ...] = (
    Sign.of("account", rf"{_WECHAT}{_NAMED}(?:{_SAID}|是|为|叫)\s{{0,2}}(?P<it>{_USER})"),
    Sign.of("account", rf"{_MINE}{_WECHAT}{_NAMED}(?:is|was|是|为|叫)\s{{0,2}}(?P<it>{_USER})"),
    Sign.of("account", rf"{_WECHAT}{_NAMED}(?P<it>{_CODED})", _coded),
    Sign.of("account", rf"{_QQ}{_NAMED}(?:是|为|is|[:=\s]){{0,4}}(?P<it>[1-9]\d{{4,11}})(?!\d)"),
    Sign.of("account", rf"{_SERVICE}{_NAMED}{_SAID}\s?(?P<it>{_USER}(?:#\d{{4}})?)"),
    Sign.of(
        "account",
        rf"(?:{_MINE}{_SERVICE}{_NAMED}(?:is|was|是|为|叫)"
        rf"|{_SERVICE}\s?(?:号码?|账号|帐号|id|handle|用户名|user ?name)\s?(?:is|was|是|为|叫)?)"
        rf"\s{{0,2}}(?P<it>@?{_USER}(?:#\d{{4}})?)",
    ),
    Sign.of("account", rf"{_SERVICE}\s{{0,2}}(?P<it>{_CODED}|\d{{8,12}}(?!\d))", _coded),
    Sign.of("account", r"skype(?:\s?id)?[\s:]{0,3}(?P<it>live:[\w.]{2,40})"),
    # A handle by itself.
    Sign.of(
        "account",
        rf"(?<![\w.@/])@(?!所有人|全体|大家|everyone|all\b|here\b|channel\b)"
        rf"(?:[A-Za-z]\w{{2,31}}|{HAN}{{2,4}})(?![\w@]|\.[a-z])",
    ),
)
SIGNS: tuple[Sign, ...] = (*_LINKS, *_MAIL, *_MACHINES, *_NAMES)
