"""Numbers by which a person or a firm is known: papers, cards, tax, number plates, dates of birth, and secrets."""

from __future__ import annotations

import re

from evals.personal.sign import BEGIN, END, TECHNICAL, Sign

# Between a label and what it names: "No. is:".
IS = r"\s{0,2}(?:号码|号|编号|no\b\.?|numbers?\b|num\b|id\b)?[\s.:#=]{0,3}(?:是|为|is|was)?[\s:#=]{0,3}"
_DAY = r"(?:0[1-9]|1[0-2])[ -]?(?:[0-2]\d|3[01])"
_PAPERS = (
    r"(?:身份证|证件|护照|通行证|台胞证|回乡证|军官证|士兵证|居住证|驾驶证|驾照|行驶证|社保卡?|医保卡?|公积金|学号"
    r"|学生证|工号|员工编?号|工作证|准考证"
    r"|(?:national |resident |student |staff |employee |identity |id )(?:id|card|no)\b(?: (?:id|card))?"
    r"|\bid (?:card|number)|passport|driv(?:er['’]?s?|ing) licen[cs]e|\bSSN|social security|national insurance)"
)
# A letter and digits are a paper's number wherever they stand; a firm's products have fewer digits.
_BANKS = (
    r"(?:银行卡|信用卡|储蓄卡|借记卡|卡号|银行账[号户]|账[号户]|帐[号户]|户头"
    r"|bank account|(?:credit |debit |bank )card|\baccount (?:no\b|number)|\bIBAN)"
)
_TAX = (
    r"(?:统一社会信用代码|社会信用代码|信用代码|税号|纳税人识别号|组织机构代码|营业执照"
    r"|\bVAT|\bEIN|tax(?:payer)? (?:id|no|number|code))"
)
_PROVINCE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


def is_round(groups: list[str]) -> bool:
    """Whether numbers side by side are sizes, amounts or years rather than the parts of one: 1024 2048 4096."""
    return all(int(own) % 16 == 0 or int(own) % 100 == 0 or 1900 <= int(own) < 2100 for own in groups)


def _digits(least: int) -> re.Pattern[str]:
    return re.compile(rf"(?:[^\d]*\d){{{least}}}")


_FOUR = _digits(4)


def _numbered(match: re.Match[str]) -> bool:
    return _FOUR.match(match["it"]) is not None


def _card(match: re.Match[str]) -> bool:
    groups = re.findall(r"\d+", match[0])
    return len(groups) == 1 or not is_round(groups)


def _long(match: re.Match[str]) -> bool:
    # An amount written out ends in noughts.
    return not match[0].endswith("000")


def _iban(match: re.Match[str]) -> bool:
    return sum(char.isdigit() for char in match[0]) >= 10


def _plate(match: re.Match[str]) -> bool:
    code = match["code"]
    if match["dot"]:
        return True
    # "新RTX5090" and "云A100SXM" are hardware.
    return not TECHNICAL.match(code) and sum(char.isdigit() for char in code) >= 3


SIGNS: tuple[Sign, ...] = (
    Sign.of("secret", rf"{BEGIN}(?:sk-|ghp_|gho_|github_pat_|hf_|glpat-|xox[bp]-|AKIA)[\w-]{{12,120}}"),
    Sign.of(
        "secret", r"(?:密码|口令|password|passwd|api[ _-]?key|access token)\s?(?:是|为|is|:|=)\s?(?P<it>[!-~]{4,80})"
    ),
    Sign.of("id number", rf"{BEGIN}[1-9]\d{{5}}[ -]?(?:18|19|20)\d\d[ -]?{_DAY}[ -]?\d{{3}}[\dX]{END}"),
    Sign.of("id number", rf"{BEGIN}[1-9]\d{{5}}[ -]?\d\d[ -]?{_DAY}[ -]?\d{{3}}{END}"),
    # Digits may be starred out, which leaves a birthday readable.
    Sign.of("id number", rf"{BEGIN}[1-9]\d{{2,9}}\*{{4,12}}[\dX]{{1,4}}{END}"),
    Sign.of("id number", rf"{_PAPERS}{IS}(?P<it>[A-Z0-9][A-Z0-9*()/ -]{{3,24}}[A-Z0-9)]){END}", _numbered),
    Sign.of("tax number", rf"{_TAX}{IS}(?P<it>[A-Z0-9][A-Z0-9 -]{{6,24}}[A-Z0-9]){END}", _numbered),
    Sign.of("tax number", rf"{BEGIN}[1-9AHJNPY][1-9]\d{{6}}(?=\d{{0,9}}[A-Z])[0-9A-HJ-NP-RTUW-Y]{{10}}{END}"),
    Sign.of("tax number", rf"{BEGIN}\d\d-\d{{7}}(?![\d-])"),
    Sign.of("id number", r"(?<![\d.-])\d{3}-\d\d-\d{4}(?![\d-])"),
    Sign.of("id number", rf"{BEGIN}[A-CEGHJ-PR-TW-Z]{{2}} ?\d\d ?\d\d ?\d\d ?[A-D]{END}"),
    Sign.of("id number", rf"{BEGIN}[A-Z]{{1,2}}\d{{7,9}}{END}|{BEGIN}[A-Z]{{1,2}}\d{{6}}\([0-9A]\)"),
    Sign.of("card number", rf"{BEGIN}[A-Z]{{2}}\d\d(?: ?[A-Z0-9]{{4}}){{3,7}}(?: ?[A-Z0-9]{{1,3}})?{END}", _iban),
    Sign.of(
        "card number",
        r"(?<![\d.,-])[1-9]\d{3}(?:[ -]{1,2}\d{4}){2}[ -]{1,2}\d{1,7}(?:[ -]{1,2}\d{1,4})?(?![\d-])",
        _card,
    ),
    Sign.of("card number", rf"{_BANKS}{IS}(?P<it>\d[\d* -]{{5,30}}\d)", _numbered),
    Sign.of("card number", r"(?<![\d.,])\d{13,40}(?![\d,]|\.\d)", _long),
    Sign.of(
        "plate",
        rf"(?:(?<=车牌)|(?<=车牌[号为是:])|(?<=车牌号[码为是:]))\s?[{_PROVINCE}]\s?[A-Z][\s·•.-]?[A-Z0-9]{{4,6}}"
        rf"[挂学警港澳]?{END}",
    ),
    Sign.of(
        "plate",
        rf"[{_PROVINCE}使领](?P<code>[A-HJ-NP-Z](?P<dot>[·•.-])?[A-HJ-NP-Z0-9]{{5,6}})[挂学警港澳]?{END}",
        _plate,
    ),
    Sign.of(
        "plate", rf"[{_PROVINCE}](?P<code>[A-HJ-NP-Z](?P<dot>[\s·•.-])[A-HJ-NP-Z0-9]{{4}})[挂学警港澳]{END}", _plate
    ),
    Sign.of("plate", rf"(?:licen[cs]e|number|registration) plate{IS}(?P<it>[A-Z0-9]{{1,4}}[ -]?[A-Z0-9]{{2,5}}){END}"),
    Sign.of(
        "birth date",
        r"(?:出生(?:日期|年月|于)?|生日|生于|date of birth|birthday|birth date|\bDOB|\bborn(?: on| in)?)"
        r"[\s:]{0,3}(?:是|为|is)?\s?(?P<it>\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
        r"|\d{2,4}\s?[-/.年]\s?\d{1,2}(?:\s?[-/.月]\s?\d{1,2}\s?日?|月)?"
        r"|\d{1,2}[-/.月]\d{1,2}(?:日|[-/.]\d{2,4})?"
        r"|(?:\d{1,2}\s)?[a-z]{3,9}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}|\d{1,2}\s[a-z]{3,9}\s\d{4}|(?:19|20)\d\d)",
    ),
)
