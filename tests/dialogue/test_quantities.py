"""Figures with a unit: what fills a field, and the many things that must not."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.dialogue.quantities import bare, quantities
from assistant.rules.requirements import FieldName, Range


def read(text: str, question: FieldName | None = None) -> dict[str, Any]:
    return {q.field: q.value() for q in quantities(text, question)}


@pytest.mark.parametrize(
    ("text", "users"),
    [
        ("团队一共16人", 16),
        ("编制三十五人", 35),
        ("两百名员工要用", 200),
        ("有8位博士生和导师", 8),
        ("研究生三四十个人左右", Range(min=30, max=40)),
        ("用户最多60人", Range(max=60)),
        ("120人以上", Range(min=120)),
        ("15 到 25 人", Range(min=15, max=25)),
        ("两万用户", 20000),
        ("seventeen students", 17),
        ("2,400 employees", 2400),
        ("about 35 postdoc researchers", 35),
        ("6-8 developers", Range(min=6, max=8)),
        ("a team of forty", 40),
        ("at least 90 users", Range(min=90)),
        ("up to 12 people", Range(max=12)),
        ("an 11-person lab", 11),
    ],
)
def test_people_are_counted(text: str, users: Any) -> None:
    assert read(text)["users"] == users


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("七个课题组一起用", 7),
        ("两支团队", 2),
        ("3-4个实验室", Range(min=3, max=4)),
        ("至少5个课题组", Range(min=5)),
        ("five research groups", 5),
        ("2 labs", 2),
        ("three different teams", 3),
    ],
)
def test_groups_are_counted(text: str, groups: Any) -> None:
    assert read(text)["groups"] == groups


@pytest.mark.parametrize(
    ("text", "budget"),
    [
        ("预算 65 万", 650_000),
        ("经费九十万元", 900_000),
        ("总价控制在120万以内", Range(max=1_200_000)),
        ("预算在60到90万之间", Range(min=600_000, max=900_000)),
        ("资金三四百万", Range(min=3_000_000, max=4_000_000)),
        ("预算70w", 700_000),
        ("￥1,350,000", 1_350_000),
        ("RMB 450k", 450_000),
        ("2.4M CNY", 2_400_000),
        ("our budget is 750k", 750_000),
        ("funding of about 1.8M yuan", 1_800_000),
        ("百万级别的经费", Range(min=1_000_000, max=9_999_999)),
        ("千万级预算", Range(min=10_000_000, max=99_999_999)),
        ("a million-level budget", Range(min=1_000_000, max=9_999_999)),
        ("拨款1.1亿", 110_000_000),
        ("至少二百万预算", Range(min=2_000_000)),
    ],
)
def test_money_is_read_in_yuan(text: str, budget: Any) -> None:
    assert read(text)["budget_cny"] == budget


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("素材有45T", 45),
        ("语料 800GB", 0.8),
        ("历史数据1.5PB", 1500),
        ("数据量在30到60TB", Range(min=30, max=60)),
        ("数据几百GB", Range(min=0.2, max=0.9)),
        ("a 250GB corpus", 0.25),
        ("footage: 3 PB", 3000),
        ("数据不超过8T", Range(max=8)),
    ],
)
def test_data_is_read_in_terabytes(text: str, data: Any) -> None:
    assert read(text)["data_tb"] == data


@pytest.mark.parametrize(
    ("text", "requests"),
    [
        ("并发约80", 80),
        ("要撑住三百路并发", 300),
        ("64 simultaneous requests", 64),
        ("concurrency of 128", 128),
        ("一万并发", 10_000),
    ],
)
def test_simultaneous_requests_are_read(text: str, requests: Any) -> None:
    assert read(text)["concurrency"] == requests


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("每台内存1T", "data_tb"),
        ("768GB RAM", "data_tb"),
        ("两块3.84TB NVMe", "data_tb"),
        ("显存需要80G", "data_tb"),
        ("400G网卡", "data_tb"),
        ("系统盘用480GB SSD", "data_tb"),
        ("48GB cards", "data_tb"),
        ("each GPU has 141 GB memory", "data_tb"),
        ("跑50万次迭代", "budget_cny"),
        ("训练要30万步", "budget_cny"),
        ("两百万张图片", "budget_cny"),
        ("10万条样本", "budget_cny"),
        ("日活5万用户", "budget_cny"),
        ("1M tokens context", "budget_cny"),
        ("单价预算3万一张卡", "budget_cny"),
        ("每台预算40万", "budget_cny"),
        ("budget 5k per GPU", "budget_cny"),
        ("预算30万欧元", "budget_cny"),
        ("a €90k grant", "budget_cny"),
        ("2028年", "users"),
        ("9月5日", "users"),
        ("3人天", "users"),
        ("投入20人月", "users"),
        ("800人民币", "users"),
        ("GPT4", "users"),
        ("不是30人", "users"),
        ("并不是三十个组织", "groups"),
        ("6组件", "groups"),
        ("T8 一台", "groups"),
    ],
)
def test_a_trap_fills_nothing(text: str, field: str) -> None:
    assert field not in read(text)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("35", (35, 35)),
        ("大概35吧", (35, 35)),
        ("三十五", (35, 35)),
        ("三四十", (30, 40)),
        ("around 35", (35, 35)),
        ("35 or so", (35, 35)),
        (" 35。 ", (35, 35)),
        ("20-30", (20, 30)),
    ],
)
def test_a_message_that_is_only_a_number(text: str, ends: tuple[float, float]) -> None:
    found = bare(text)
    assert found is not None
    assert (found.low, found.high) == ends


@pytest.mark.parametrize("text", ["", "35人", "T8", "35 多少", "我要35", "35 36", "3.5.1", "Q3"])
def test_a_message_with_anything_else_is_no_bare_number(text: str) -> None:
    assert bare(text) is None


def test_an_open_question_about_money_lets_a_scaled_number_stand_without_the_word() -> None:
    assert read("75万") == {}
    assert read("75万", "budget_cny") == {"budget_cny": 750_000}
    assert read("75万", "users") == {}


def test_a_span_is_the_place_of_its_words() -> None:
    text = "我们25人，数据30T，预算90万，并发50"
    found = {q.field: text[q.start : q.end].strip() for q in quantities(text)}
    assert found == {"users": "25人", "data_tb": "30T", "budget_cny": "90万", "concurrency": "并发50"}
