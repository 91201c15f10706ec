"""The written form of a text: cleaning it, folding it for comparison, telling its language, cutting it at sentences."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from assistant.knowledge.passage import Language

# Longer questions carry no more meaning for a search, and embedding time grows with their square.
LONGEST_QUERY = 800

_UNSPEAKABLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_SENTENCE = re.compile(
    r".+?(?:[。！？；!?…]+[”’」』）)]*"
    r"|(?<!\b[A-Za-z])(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)[.;]+[\"'”’)]*(?=\s+[\"'“‘(]?[A-Z0-9])"
    r"|\n+|$)",
    re.DOTALL,
)

# Characters whose traditional form differs, as pairs; the words of this trade and of everyday questions.
_TRADITIONAL = (
    "個个們们來来為为這这說说時时會会對对學学過过還还後后裡里裏里麼么嗎吗應应該该與与於于從从開开關关長长門门問问間间"
    "電电機机櫃柜務务發发動动處处價价網网絡络線线連连運运維维護护據据數数庫库儲储備备檔档歸归擴扩張张顯显憶忆體体"
    "訓训練练調调優优層层級级組组課课題题實实驗验預预購购買买賣卖單单雙双負负載载風风險险熱热溫温點点業业產产訊讯"
    "計计算算軟软類类種种構构參参協协議议請请詢询報报質质證证測测試试標标準准規规劃划環环節节範范圍围權权類类項项"
    "專专採采資资費费額额總总讓让給给選选擇择適适較较認认識识術术訪访進进遠远達达條条樣样結结現现無无異异漲涨圖图"
    "視视頻频渲渲轉转碼码聲声噪噪壓压強强東东車车馬马歷历史史麵面麥麦臺台灣湾國国華华語语讀读寫写書书畫画觀观"
    "聯联繫系係系統统設设萬万億亿幾几兩两雲云廠厂廣广團团員员隊队舉举療疗確确離离響响頂顶須须順顺願愿飛飞"
)
_SIMPLIFIED = {ord(_TRADITIONAL[i]): _TRADITIONAL[i + 1] for i in range(0, len(_TRADITIONAL), 2)}


def clean(text: str, limit: int | None = None) -> str:
    """The text with control characters, lone surrogates and runs of white space gone; at most `limit` characters."""
    head = text if limit is None else text[: limit * 2]
    spoken = "".join(" " if unicodedata.category(char) in _UNSPEAKABLE else char for char in head)
    return " ".join(spoken.split())[:limit]


def fold(text: str) -> str:
    """The text in one form for comparison: full width to half, traditional to simplified, lower case."""
    return unicodedata.normalize("NFKC", text).translate(_SIMPLIFIED).lower()


def language_of(text: str) -> Language:
    """The language a text is mostly in; a Chinese character weighs as much as an English word."""
    return "zh" if len(_HAN.findall(text)) >= max(1, len(_LATIN_WORD.findall(text)) // 2) else "en"


def figures(text: str) -> list[str]:
    """The figures of a text in digits, sorted; words for numbers differ between languages and are left out."""
    return sorted(_FIGURE.findall(text))


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a text as (start, end) spans without surrounding white space, in order."""
    spans: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start < end:
            spans.append((start, end))
    return spans


def windows(text: str) -> list[str]:
    """Every run of two neighbouring sentences; empty where the text has no more than two (they are the text)."""
    spans = sentences(text)
    if len(spans) <= 2:
        return []
    return [text[first[0] : second[1]] for first, second in pairwise(spans)]
