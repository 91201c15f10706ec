"""Figures with a unit: what fills a field, and the many things that must not."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from assistant.dialogue.quantities import bare, quantities
from assistant.rules.requirements import FieldName, Range

# Seconds of processor time: far above any linear reading on a slow machine, far below a runaway one.
_HELD_UP = 5.0


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


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("三五个人用", "users", Range(min=3, max=5)),
        ("一百来人", "users", 100),
        ("一百来号人", "users", 100),
        ("二十来人", "users", 20),
        ("五六十人", "users", Range(min=50, max=60)),
        ("小二十人", "users", 20),
        ("25 artists", "users", 25),
        ("60个律师", "users", 60),
        ("15个医生", "users", 15),
        ("一百号人", "users", 100),
        ("三十多位老师", "users", 30),
        ("a team of a dozen radiologists", "users", 12),
        ("a couple of dozen engineers", "users", 24),
        ("a few hundred users", "users", Range(min=200, max=900)),
        ("two hundred and fifty employees", "users", 250),
        ("~20 people", "users", 20),
        ("20 or so people", "users", 20),
        ("20+ users", "users", Range(min=20)),
        ("upwards of 50 researchers", "users", Range(min=50)),
        ("half a dozen animators", "users", 6),
        ("我们所有40名设计师", "users", 40),
        ("8个程序员", "users", 8),
        ("科里十几个大夫", "users", Range(min=11, max=19)),
        ("12位架构师", "users", 12),
        ("一共30多个研究员", "users", 30),
        ("五百名在校生要用", "users", 500),
        ("两千师生", "users", 2000),
        ("50医护人员", "users", 50),
        ("45 junior technicians", "users", 45),
        ("thirty paralegals", "users", 30),
        ("our 18 postdocs", "users", 18),
        ("about 300 hospital staff", "users", 300),
        ("there are 20 of us", "users", 20),
        ("we are 15", "users", 15),
        ("人数大概30", "users", 30),
        ("团队规模25左右", "users", 25),
        ("headcount of 40", "users", 40),
        ("20人到30人", "users", Range(min=20, max=30)),
        ("上百人", "users", Range(min=100)),
        ("近百人", "users", 100),
        ("hundreds of users", "users", Range(min=200, max=900)),
        ("3k users", "users", 3000),
        ("5万用户", "users", 50000),
        ("两万五千名员工", "users", 25000),
        ("20几个人", "users", Range(min=21, max=29)),
        ("大几十号人", "users", Range(min=50, max=90)),
        ("50人以内", "users", Range(max=50)),
        ("不到20个人", "users", Range(max=20)),
        ("最多能有三十个同事用", "users", Range(max=30)),
        ("35位审计师", "users", 35),
        ("80个审计人员", "users", 80),
        ("40位公务员", "users", 40),
        ("9个画师", "users", 9),
        ("16 VFX compositors", "users", 16),
        ("200 nurses", "users", 200),
        ("70 GIS analysts", "users", 70),
        ("5个组", "groups", 5),
        ("three labs", "groups", 3),
        ("两三个课题组", "groups", Range(min=2, max=3)),
        ("十来个团队", "groups", 10),
        ("几个课题组", "groups", Range(min=2, max=9)),
        ("院里七八个组一起用", "groups", Range(min=7, max=8)),
        ("4个独立实验室", "groups", 4),
        ("half a dozen research groups", "groups", 6),
        ("at least 3 teams", "groups", Range(min=3)),
        ("6个项目组", "groups", 6),
        ("并发至少50", "concurrency", Range(min=50)),
        ("200 QPS", "concurrency", 200),
        ("50路", "concurrency", 50),
        ("50 concurrent", "concurrency", 50),
        ("并发量大概20到50", "concurrency", Range(min=20, max=50)),
        ("200 concurrent users", "concurrency", 200),
        ("峰值并发300", "concurrency", 300),
        ("100人同时在线", "concurrency", 100),
        ("64 requests per second", "concurrency", 64),
        ("QPS 要到 500", "concurrency", 500),
        ("同时在线200人", "concurrency", 200),
        ("50个并发", "concurrency", 50),
        ("up to 80 simultaneous sessions", "concurrency", Range(max=80)),
        ("高峰期几百并发", "concurrency", Range(min=200, max=900)),
        ("20 users at once", "concurrency", 20),
        ("并发不超过100", "concurrency", Range(max=100)),
        ("20T数据", "data_tb", 20),
        ("数据量50TB", "data_tb", 50),
        ("影像数据1PB左右", "data_tb", 1000),
        ("60 TB of training data", "data_tb", 60),
        ("数据归档，约2PB", "data_tb", 2000),
        ("数据有几个T", "data_tb", Range(min=2, max=9)),
        ("五百多个G的语料", "data_tb", 0.5),
        ("视频素材几十T", "data_tb", Range(min=20, max=90)),
        ("病理切片大概300TB", "data_tb", 300),
        ("about 5 petabytes of satellite images", "data_tb", 5000),
        ("数据集 1.5 TB", "data_tb", 1.5),
        ("数据不多，大概800G", "data_tb", 0.8),
        ("20T数据 512G内存", "data_tb", 20),
        ("我们的数据，老数据加新数据，有80T", "data_tb", 80),
        ("dataset is 12TB", "data_tb", 12),
        ("30个学生和5个老师", "users", 35),
        ("8 engineers, 2 designers", "users", 10),
    ],
)
def test_everyday_wordings_of_a_figure_are_read(text: str, field: str, value: Any) -> None:
    assert read(text) == {field: value}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("第三组", "groups"),
        ("第2个课题组", "groups"),
        ("3台服务器给研究者", "users"),
        ("8 GPUs for researchers", "users"),
        ("4 servers", "users"),
        ("two clusters", "users"),
        ("8 containers", "users"),
        ("7B parameters", "users"),
        ("32位系统", "users"),
        ("16位精度", "users"),
        ("3个月", "users"),
        ("2个模型", "users"),
        ("3月20号 30台", "users"),
        ("3月20号人多", "users"),
        ("3月20号 30人去参观", "users"),
        ("8个专家模型", "users"),
        ("3个生产线", "users"),
        ("2025年毕业生", "users"),
        ("双路CPU 2路服务器", "concurrency"),
        ("5组数据", "groups"),
        ("一组实验", "groups"),
        ("0.5个课题组", "groups"),
        ("三组对照", "groups"),
        ("3个国家", "users"),
        ("2家厂家", "users"),
        ("10个手机", "users"),
        ("100 papers", "users"),
        ("电话13800138000", "users"),
        ("13800138000人", "users"),
        ("每天新增200GB数据", "data_tb"),
        ("512G内存", "data_tb"),
        ("4TB硬盘", "data_tb"),
        ("96G显存", "data_tb"),
        ("单卡80G", "data_tb"),
        ("128k上下文", "data_tb"),
        ("100G网络", "data_tb"),
        ("模型文件140GB", "data_tb"),
        ("数据每年增长50TB", "data_tb"),
        ("200GB of data a day", "data_tb"),
        ("我们有20T", "users"),
        ("数据盘 4TB", "data_tb"),
        ("3T磁共振数据", "data_tb"),
        ("训练数据放在 H100 80G 上", "data_tb"),
        ("不是20人", "users"),
        ("64个传感器", "users"),
        ("two more questions", "users"),
        ("4 of our customers' sites", "users"),
        ("99999999999人", "users"),
        ("50亿参数", "users"),
        ("四个学院", "users"),
        ("两个人工智能项目", "users"),
        ("用户50T数据", "users"),
        ("100人次", "users"),
        ("1路电源", "concurrency"),
        ("there are 20 servers", "users"),
        ("we are 15 km away", "users"),
        ("4个GPU服务器", "users"),
        ("第一个人", "users"),
        ("三个代理商", "users"),
        ("两位小数", "users"),
        ("日志每天50G", "data_tb"),
        ("每组十来个人", "users"),
        ("每个课题组20人", "users"),
    ],
)
def test_things_ordinals_rates_and_parts_fill_nothing(text: str, field: str) -> None:
    assert field not in read(text)


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("预算不是80万，是120万", "budget_cny", 1_200_000),
        ("not 20 but 40 people", "users", 40),
        ("40 people, not 20 people", "users", 40),
        ("20人改成40人", "users", 40),
        ("原来20人，现在40人", "users", 40),
        ("预算从80万提高到120万", "budget_cny", 1_200_000),
        ("20人，哦不，40人", "users", 40),
    ],
)
def test_of_a_figure_and_its_correction_only_the_right_one_is_read(text: str, field: str, value: Any) -> None:
    assert [(q.field, q.value()) for q in quantities(text)] == [(field, value)]


def test_two_statements_of_one_field_are_both_told_in_order() -> None:
    assert [q.value() for q in quantities("we have 20 people, and 40 users")] == [20, 40]


@pytest.mark.parametrize("text", ["一" * 4000, "1" * 4000, "几十" * 2000, "20个工" * 1000, "20 a b c " * 440])
def test_no_text_holds_the_reader_up(text: str) -> None:
    quantities("20人")
    start = process_time()
    quantities(text)
    bare(text)
    assert process_time() - start < _HELD_UP
