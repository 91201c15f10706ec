"""The Chinese whitepaper is the vendor's text unchanged, and the English one says the same, unit by unit."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from assistant.rules.catalogue import PRODUCTS, find_products

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
SEPARATOR = re.compile(r"\|(?: --- \|)+")

# SHA-256 of the vendor's text with every white space character removed. The Markdown file differs from that
# text in white space and table syntax only, so its separator rows, pipes and white space are removed first.
VENDOR_TEXT_SHA256 = "6cfaac0c2d20e674ebd00a092ee8bcf1f2d8276dc2fdaf1d1a9ee1d9e09e2470"


@dataclass(frozen=True)
class Unit:
    """A heading, paragraph, list item or table row; `size` is the heading's level, the item's number, the columns."""

    section: str
    kind: str
    size: int
    text: str


def units(markdown: str) -> list[Unit]:
    found: list[Unit] = []
    section = ""
    for line in markdown.splitlines():
        if not line or SEPARATOR.fullmatch(line):
            continue
        if heading := re.fullmatch(r"(#+) (?:(\d+)\. )?(.+)", line):
            level, number, text = heading.groups()
            if number:
                section = number if len(number) == 2 else f"{section.partition('.')[0]}.{number}"
            found.append(Unit(section, "heading", len(level), text))
        elif line.startswith("|"):
            cells = line.strip("|").split(" | ")
            found.append(Unit(section, "row", len(cells), line))
        elif item := re.fullmatch(r"(\d+)\. (.+)", line):
            found.append(Unit(section, "item", int(item.group(1)), item.group(2)))
        else:
            found.append(Unit(section, "paragraph", 1, line))
    return found


ZH_TEXT = (CORPUS / "whitepaper.zh.md").read_text(encoding="utf-8")
EN_TEXT = (CORPUS / "whitepaper.en.md").read_text(encoding="utf-8")
ZH, EN = units(ZH_TEXT), units(EN_TEXT)
PAIRS = list(zip(ZH, EN, strict=False))  # a difference in length has a test of its own
each_unit = pytest.mark.parametrize(
    ("zh", "en"), PAIRS, ids=[f"{n:02}-{zh.section or 'front'}-{zh.kind}" for n, (zh, _) in enumerate(PAIRS)]
)


def numbered_tokens(text: str) -> Counter[str]:
    """Every run of Latin letters and digits that holds a digit: 512GB, 25GbE, H100, G4A, 2026."""
    return Counter(re.findall(r"[A-Za-z0-9]*\d[A-Za-z0-9]*", text))


def figures_with_units(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+(?:/\d+)*(?:GbE|GB|TB)(?: - \d+(?:GB|TB))?(?: ECC)?", text))


def product_codes(text: str) -> Counter[str | None]:
    return Counter(product for _, product, _, _ in find_products(text))


def test_chinese_text_is_the_vendors_text_unchanged() -> None:
    lines = [line for line in ZH_TEXT.splitlines() if not SEPARATOR.fullmatch(line)]
    text = re.sub(r"[\s|]", "", "".join(lines))
    assert hashlib.sha256(text.encode()).hexdigest() == VENDOR_TEXT_SHA256


def test_both_languages_have_the_same_heading_levels_and_numbers() -> None:
    assert [(u.size, u.section) for u in ZH if u.kind == "heading"] == [
        (u.size, u.section) for u in EN if u.kind == "heading"
    ]


def test_sections_run_from_00_to_10_with_five_judgements_in_04() -> None:
    sections = list(dict.fromkeys(u.section for u in ZH))
    assert sections == [
        "",
        *("00", "01", "02", "03", "04", "04.1", "04.2", "04.3", "04.4", "04.5"),
        *("05", "06", "07", "08", "09", "10"),
    ]


@pytest.mark.parametrize("section", sorted({u.section for u in ZH}))
def test_a_section_has_the_same_paragraphs_items_rows_and_columns_in_both_languages(section: str) -> None:
    assert [(u.kind, u.size) for u in ZH if u.section == section] == [
        (u.kind, u.size) for u in EN if u.section == section
    ]


@pytest.mark.parametrize("text", [ZH_TEXT, EN_TEXT], ids=["zh", "en"])
def test_every_table_has_a_header_a_separator_and_rows_of_one_width(text: str) -> None:
    assert "\t" not in text
    lines = ["", *text.splitlines(), ""]
    separators = [n for n, line in enumerate(lines) if SEPARATOR.fullmatch(line)]
    assert len(separators) == 6
    for n in separators:
        assert lines[n - 2] == ""
        assert lines[n - 1].startswith("| ")
        assert lines[n + 1].startswith("| ")
    for one, next_one in pairwise(lines):
        if one.startswith("|") and next_one.startswith("|"):
            assert one.count("|") == next_one.count("|")


@each_unit
def test_a_unit_holds_the_same_figures_in_both_languages(zh: Unit, en: Unit) -> None:
    assert numbered_tokens(zh.text) == numbered_tokens(en.text)
    assert figures_with_units(zh.text) == figures_with_units(en.text)


@each_unit
def test_a_unit_names_the_same_product_codes_in_both_languages(zh: Unit, en: Unit) -> None:
    assert product_codes(zh.text) == product_codes(en.text)


@each_unit
def test_a_latin_term_of_the_chinese_unit_stands_in_the_english_unit(zh: Unit, en: Unit) -> None:
    missing = [term for term in re.findall(r"[A-Za-z]{2,}", zh.text) if term.lower() not in en.text.lower()]
    assert not missing


@each_unit
def test_a_unit_has_the_same_links_and_bold_in_both_languages(zh: Unit, en: Unit) -> None:
    assert re.findall(r"\[[^\]]+\]\([^)]+\)", zh.text) == re.findall(r"\[[^\]]+\]\([^)]+\)", en.text)
    assert zh.text.count("**") == en.text.count("**")
    assert zh.text.startswith("**") == en.text.startswith("**")


def test_the_whitepaper_names_every_product_of_the_catalogue_and_no_other() -> None:
    for text in (ZH_TEXT, EN_TEXT):
        assert set(product_codes(text)) == set(PRODUCTS)


def test_the_units_that_state_figures_are_known() -> None:
    figures = sum((figures_with_units(u.text) for u in ZH), Counter[str]())
    assert figures == Counter(["512GB - 1TB ECC", "10/25GbE", "100/200/400GbE", "48GB", "96GB"])


def test_no_chinese_is_left_in_the_english_text() -> None:
    assert not re.findall(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", EN_TEXT)


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("优先", r"first choice|preferred"),
        ("可从", r"may start with"),
        ("可起步", r"may start at"),
        ("可进入", r"may move up to"),
        ("明确需要", r"clearly needed"),
        ("通常从", r"is usually assessed from"),
        ("建议评估", r"should evaluate"),
        ("按项目确认", r"confirmed project by project"),
        ("可能", r"\bmay\b|possible"),
        ("容易", r"easily|likely"),
        ("很多", r"\bmany\b"),
        ("建议按", r"we suggest"),
        ("为准", r"governed by"),
    ],
)
def test_a_hedge_survives_translation(chinese: str, english: str) -> None:
    hedged = [(zh.text, en.text) for zh, en in PAIRS if chinese in zh.text]
    assert hedged
    for zh_text, en_text in hedged:
        assert len(re.findall(english, en_text, re.IGNORECASE)) >= zh_text.count(chinese), en_text


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("课题组", "research group"),
        ("单课题组", "single research group"),
        ("多课题组", "several research groups"),
        ("学院级", "college-level"),
        ("部门级", "department-level"),
        ("整柜", "whole.rack"),
        ("项目制", "project-based"),
        ("微调", "fine-tuning"),
        ("显存", "GPU memory"),
        ("喂数", "data feeding"),
        ("归档", "archive"),
        ("盖章报价", "stamped quotation"),
        ("多机", "multi-node"),
        ("互联", "interconnect"),
        ("满载验证", "full-load validation"),
        ("百万级", "million-level"),
    ],
)
def test_a_term_is_translated_the_same_way_everywhere(chinese: str, english: str) -> None:
    places = [(zh.text, en.text) for zh, en in PAIRS if chinese in zh.text]
    assert places
    for _, en_text in places:
        assert re.search(english, en_text, re.IGNORECASE), en_text


# The sentences that the rules rest on: one row per statement, in the order of the whitepaper.
STATEMENTS: list[tuple[int, str, str]] = [
    (1, "", "推理、微调、训练、多模态、科研和渲染对应不同平台。"),
    (2, "", "显存、互联、数据路径、网络和机房条件一起决定可用性。"),
    (3, "", "正式方案要覆盖配置、测试、运维、质保和验收说明。"),
    (4, "00", "只按 GPU 数量、单卡算力或最低价格做比较；或者直接套用别人项目的配置"),
    (5, "00", "这份白皮书不是固定报价单，而是一套采购前判断框架。"),
    (6, "00", "先明确工作负载，再确定服务器类型；先确认交付环境，再落到具体配置。"),
    (7, "01", "| 本地大模型推理、RAG、知识库问答、API 服务 | G 系列 GPU 计算服务器 |"),
    (8, "01", "| LLM 微调、视觉模型、多模态、AI 科研平台 | T 系列 AI 训练服务器 |"),
    (9, "01", "| 多课题组共享、学院级 AI 平台 | T8 / T8A 或多节点 T4 / T4A |"),
    (10, "01", "| 高互联大模型训练、多机扩展、整柜算力 | T8X / T-RackScale 项目制方案 |"),
    (11, "01", "| 数据集、素材库、结果归档、快照备份 | S / SF 存储产品线 |"),
    (12, "02", "| 只看 4 卡、8 卡、16 卡 | 不知道显存是否够"),
    (13, "02", "| 只看单卡算力 | 忽略 GPU 通信、CPU 喂数、存储吞吐和长期满载散热。"),
    (14, "02", "| 只按最低价格配 | 可能在质保、机房部署、稳定性和交付验证上留下隐患。"),
    (15, "02", "| 把推理服务器当训练服务器 | 后续做微调、多机训练或多课题组共享时容易遇到瓶颈。"),
    (16, "02", "| 不规划数据路径 | GPU 买得很强，但数据集、checkpoint 和共享存储拖慢任务。"),
    (17, "03", "AI 推理、RAG、本地模型服务、GPU 渲染、视频转码、CAE GPU 加速、多用户 GPU 计算"),
    (18, "03", "模型训练、微调、多模态、视觉模型、AI 科研、多课题组共享、多机扩展"),
    (
        19,
        "03",
        "推理 / RAG / 渲染 / 转码 / CAE GPU 加速，优先 G 系列；"
        "训练 / 微调 / 多模态 / AI 科研 / 多课题组共享，优先 T 系列。",
    ),
    (20, "04.1", "先明确推理、微调、训练、视觉、多模态、科学计算和渲染的任务占比。"),
    (21, "04.2", "很多 AI 项目首先遇到的瓶颈不是理论算力，而是单卡显存和总显存。"),
    (22, "04.3", "多卡训练效率受 GPU 互联、NCCL、训练框架、数据路径和模型并行策略影响。"),
    (23, "04.4", "本地 NVMe、共享存储、checkpoint、归档备份和网络都会影响 GPU 持续利用率。"),
    (24, "04.5", "应确认机柜深度、单柜功率、PDU、空调制冷、承重、噪声、远程管理、网络和运维要求。"),
    (25, "05", "小规模试点可从 G2 / G2A 开始"),
    (26, "05", "部门级推理平台优先 G4 / G4A"),
    (27, "05", "高吞吐、多模型、多用户场景可进入 G8 / G8A"),
    (28, "05", "单课题组或实验室节点优先 T4 / T4A"),
    (29, "05", "学院级共享平台优先 T8 / T8A"),
    (30, "05", "明确需要高互联、多机训练或整柜算力时进入 T8X / T-RackScale"),
    (31, "05", "建议按“学院级 AI 科研共享平台”来规划，而不是按普通单台工作站报价。"),
    (32, "06", "| 48GB 专业 GPU | 推理、视觉模型、小规模微调、渲染、专业图形。"),
    (33, "06", "| 96GB 级专业服务器 GPU | 多用户 AI 科研、LLM 微调、多模态、高显存推理、学院级共享平台。"),
    (34, "06", "| H100 / H200 数据中心 GPU | 高端训练、科学计算、大模型微调和训练平台。"),
    (35, "06", "| B200 / GB200 / 后续 Blackwell 平台 | 大模型训练、推理工厂、整柜级平台。"),
    (36, "06", "具体 GPU 型号、供货周期、价格、兼容清单和保修政策，以项目报价时的正式资料为准。"),
    (37, "07", "不要让 CPU 成为 GPU 喂数瓶颈。"),
    (38, "07", "4 GPU 训练通常从 512GB - 1TB ECC 评估"),
    (39, "07", "8 GPU 多用户按项目确认。"),
    (40, "07", "本地 NVMe + 共享存储 + 归档备份分层规划。"),
    (41, "07", "单机推理 10/25GbE 可起步"),
    (42, "07", "训练平台建议评估 100/200/400GbE 或 IB。"),
    (43, "08", "| 硬件层 | GPU 识别、温度、风扇、电源、BMC、NVMe、网卡。"),
    (44, "08", "| 系统层 | OS、Driver、CUDA、cuDNN、NCCL、Docker/容器。"),
    (45, "08", "| 训练层 | GPU 满载、显存压力、NCCL 通信、训练样例、本地 NVMe 吞吐。"),
    (46, "08", "| 运维层 | 交付清单、配置档、版本记录、质保说明、故障响应路径。"),
    (47, "08", "帮助客户把服务器落到可使用、可验证、可维护的 AI 研发环境。"),
    (48, "10", "英睿特会根据模型类型、数据规模、GPU 显存需求、预算、机房条件和交付要求"),
    (49, "10", "具体配置、供货周期、报价、质保和服务内容，以英睿特正式方案与报价文件为准。"),
]


def test_the_statements_are_numbered_1_to_49() -> None:
    assert [number for number, _, _ in STATEMENTS] == list(range(1, 50))


@pytest.mark.parametrize(("number", "section", "quote"), STATEMENTS, ids=[str(row[0]) for row in STATEMENTS])
def test_a_statement_stands_in_one_unit_of_its_section(number: int, section: str, quote: str) -> None:
    holders = [u for u in ZH if quote in u.text]
    assert [u.section for u in holders] == [section]
