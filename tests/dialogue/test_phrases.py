"""Closed fields in everyday words: who shares it, at what scale, on how many machines, and the terms of the offer."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest

from assistant.dialogue.language import fold
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.lexicon.index import alternatives, cores
from assistant.dialogue.phrases import phrases, values
from assistant.dialogue.reading import Update
from assistant.dialogue.work import work

# Seconds of processor time: far above any linear reading on a slow machine, far below a runaway one.
_HELD_UP = 5.0


def updates(text: str) -> list[Update]:
    folded = fold(text)
    return values(folded, phrases(folded))


def told(text: str, field: str, *, hedged: bool = False) -> list[Any]:
    return [u.value for u in updates(text) if u.field == field and u.hedged is hedged]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("部门里三十来号人要用的问答助手", "department"),
        ("一个部门用，跑推理", "department"),
        ("inference for one department", "department"),
        ("an assistant used by our legal department", "department"),
        ("我们研发部用，二十几个人", "department"),
        ("全公司三百号人用", "company"),
        ("公司上下五百人都要用", "company"),
        ("for everyone in the company", "company"),
        ("all employees will use it", "company"),
        ("好几个部门一起用", "company"),
        ("学院打算买一台大家共用", "college"),
        ("我们学院想建公共算力平台", "college"),
        ("各院系都能用", "college"),
        ("面向全校师生开放", "college"),
        ("school-wide use", "college"),
        ("for the whole faculty", "college"),
        ("for everyone at the university", "college"),
        ("shared by the entire college", "college"),
        ("院里几个老师合着用", "multi_group"),
        ("院里几个老师一起用", "multi_group"),
        ("三个导师合用一台", "multi_group"),
        ("两位教授的学生一起用", "multi_group"),
        ("好几个组都要用", "multi_group"),
        ("several PIs share one box", "multi_group"),
        ("three professors sharing", "multi_group"),
        ("several labs will share it", "multi_group"),
        ("our group only", "single_group"),
        ("just for our lab", "single_group"),
        ("就我们组自己用，不跟别的组共享", "single_group"),
        ("it won't be shared with other labs, just our lab", "single_group"),
        ("不是一个课题组，是好几个", "multi_group"),
        ("不是我们一个组用，是三个组一起用", "multi_group"),
        ("not one group but several", "multi_group"),
        ("高并发，整个部门用", "department"),
        ("high-concurrency serving for the whole department", "department"),
        ("部门做训练用", "department"),
        ("四个课题组合用，以院里名义采购", "multi_group"),
        ("说不定将来全院都要用", None),
        ("三個課題組共用，需要多機訓練", "multi_group"),
        ("AI写代码助手给研发用", None),
        ("就我们一个组二十个人用", "single_group"),
        ("我们和隔壁王老师组合用", "multi_group"),
        ("全系师生都能申请", "college"),
        ("服务全校科研", "college"),
        ("院里统一采购，大家都用", "college"),
        ("the whole university will use it", "college"),
        ("a campus-wide resource", "college"),
        ("five groups in our faculty will share one machine", "multi_group"),
        ("a couple of teams share it", "multi_group"),
        ("it's only for my lab", "single_group"),
        ("nobody else but our group uses it", "single_group"),
        ("IT部门自己用", "department"),
        ("we're a department of 40", "department"),
        ("公司八百多人都用", "company"),
        ("it's for the entire organisation", "company"),
        ("集团各子公司都要接入", "company"),
        ("先在一个部门试点", "department"),
        ("pilot in one department first", "department"),
        ("不是部门级，是全公司", "company"),
        ("it's not just our lab, several labs will use it", "multi_group"),
        ("不光我们组，还有别的组", "multi_group"),
        ("现在一个组用，将来可能好几个组", "single_group"),
        ("right now one lab, in the future the whole college", "single_group"),
        ("學院想建一個全院共享的AI科研平台", "college"),
        (
            "你好，我们是做工业质检的，想买一台服务器，主要跑缺陷检测模型的训练，偶尔做做推理，就我们实验室十来个人用，预算六七十万，含税",
            "single_group",
        ),
        ("三个课题组合着买，做多模态训练，学院出钱，可能以后全院共享", "multi_group"),
        ("一个部门里十五个人", "department"),
        ("财务部门自己用", "department"),
        ("our R&D department of 30 engineers", "department"),
        ("全公司都能访问", "company"),
        ("每个课题组都能提交任务", "multi_group"),
        ("整个学院两百多师生", "college"),
        ("used by students across the faculty", "college"),
        ("four PIs chip in together", "multi_group"),
        ("几个教授凑钱买的", "multi_group"),
        ("不跟别人共用，我们组独享", "single_group"),
        ("a single lab of 12", "single_group"),
        ("not department-wide, company-wide", "company"),
        ("不是全公司，就一个部门", "department"),
        ("我們公司全員使用的智慧客服", "company"),
        ("我们 want 一个 chatbot for 全公司", "company"),
    ],
)
def test_who_shares_it_is_told_in_both_languages(text: str, value: Any) -> None:
    assert told(text, "sharing") == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("部门级别推理平台", "department"),
        ("部门里三十来号人要用的问答助手", "department"),
        ("一个部门用，跑推理", "department"),
        ("inference for one department", "department"),
        ("an assistant used by our legal department", "department"),
        ("全公司三百号人用", None),
        ("高并发，整个部门用", "high_throughput"),
        ("high-concurrency serving for the whole department", "high_throughput"),
        ("先做个PoC", "pilot"),
        ("start with a small pilot", "pilot"),
        ("部门做训练用", None),
        ("试点，哦不，高并发", "high_throughput"),
        ("先在一个部门试点", "pilot"),
        ("pilot in one department first", "pilot"),
        ("并发很高，一天上百万次调用", "high_throughput"),
        ("massive concurrency", "high_throughput"),
        ("我们医院信息科牵头，想给全院医生上一个病历问答助手，先小范围试点，数据不能出内网", "pilot"),
    ],
)
def test_the_scale_of_an_inference_platform(text: str, value: Any) -> None:
    assert told(text, "scale") == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("多台服务器联合训练", True),
        ("四台机器一起训70B", True),
        ("跨节点训练", True),
        ("training distributed across servers", True),
        ("distributed over four nodes", True),
        ("单机多卡就可以", False),
        ("一台就够了", False),
        ("a single server is enough", False),
        ("一台不够，得多台", True),
        ("one server won't be enough", True),
        ("单机……不对，多机", True),
        ("单机改成多机", True),
        ("先说错了，不是多机，单机就行", False),
        ("single node, sorry, multi-node", True),
        ("六个组共用一个算力集群", None),
        ("没有多机需求", False),
        ("不需要NVLink和多机", False),
        ("we don't need NVLink or multi-node", False),
        ("一期单机，二期再上多机", False),
        ("we might go multi-node down the road", None),
        ("we currently have two nodes with InfiniBand", None),
        ("三個課題組共用，需要多機訓練", True),
        ("multi-node 不需要", False),
        ("需要8台机器组集群训练", True),
        ("两台服务器用IB连起来训练", True),
        ("we'll train across 4 servers", True),
        ("多节点就不考虑了", False),
        ("only one server, no cluster", False),
        ("单机八卡够用", False),
        ("不是单机，是多机", True),
        ("actually not multi-node, one machine will do", False),
        ("以前是单机，现在要多机", True),
        ("不需要整櫃，單機就夠", False),
        (
            "Hi, we're a mid-size animation studio, mostly Redshift rendering and some transcoding for delivery, "
            "around 25 artists, single machine is fine to start with, stamped quote needed",
            False,
        ),
        ("几台机器并行训", True),
        ("要能扩展到多节点", True),
        ("scale out to multiple nodes", True),
        ("一台8卡机就够", False),
        ("a standalone machine", False),
        ("暂时不上多机", False),
        ("先上单机，以后再扩多机", False),
        ("there is no requirement for multi-node", False),
        ("we need 训练 on 多机 with IB", True),
        ("single node 就行，不要 rack-scale", False),
    ],
)
def test_one_machine_or_several(text: str, value: Any) -> None:
    assert told(text, "multi_node") == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("整个机柜交付", True),
        ("delivered as a full rack", True),
        ("手头有一个整柜的旧机器，想换新", None),
        ("整柜不需要", False),
        ("we don't want a whole rack", False),
        ("we already have a rack-scale system", None),
        ("不需要整櫃，單機就夠", False),
        ("整柜上架", True),
        ("don't need rack scale", False),
        ("single node 就行，不要 rack-scale", False),
    ],
)
def test_a_whole_rack(text: str, value: Any) -> None:
    assert told(text, "rack_scale") == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("用不着NVLink", "standard"),
        ("NVLink就不用了", "standard"),
        ("no need for NVLink", "standard"),
        ("训练不用NVLink", "standard"),
        ("不需要NVLink和多机", "standard"),
        ("we don't need NVLink or multi-node", "standard"),
        ("后期考虑上NVLink", None),
        ("我们已有一套NVLink的8卡服务器", None),
        ("we currently have two nodes with InfiniBand", None),
        ("两台服务器用IB连起来训练", "high"),
        ("不要求NVLink", "standard"),
        ("NVLink isn't necessary", "standard"),
        ("我们机房里已经有IB网络", None),
        ("必须有InfiniBand", "high"),
        ("PCIe就行，不用NVLink", "standard"),
        ("机房已部署NVLink机型四台", None),
        ("we need 训练 on 多机 with IB", "high"),
    ],
)
def test_the_interconnect(text: str, value: Any) -> None:
    assert told(text, "interconnect") == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("一期单机，二期再上多机", "multi_node", True),
        ("we might go multi-node down the road", "multi_node", True),
        ("may need multi-node eventually", "multi_node", True),
        ("先上单机，以后再扩多机", "multi_node", True),
        ("后期考虑上NVLink", "interconnect", "high"),
        ("说不定将来全院都要用", "sharing", "college"),
        ("现在一个组用，将来可能好几个组", "sharing", "multi_group"),
        ("right now one lab, in the future the whole college", "sharing", "college"),
        ("三个课题组合着买，做多模态训练，学院出钱，可能以后全院共享", "sharing", "college"),
        ("考虑以后整柜", "rack_scale", True),
    ],
)
def test_what_may_come_is_told_apart(text: str, field: str, value: Any) -> None:
    assert told(text, field, hedged=True) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "single machine and multi-node",
        "单机也要，多机也要",
        "either a single node or several nodes",
        "多机训练，但是单机就够",
    ],
)
def test_two_values_that_contradict_each_other_are_both_told(text: str) -> None:
    assert sorted(told(text, "multi_node")) == [False, True]


@pytest.mark.parametrize(
    "text", ["单机……不对，多机", "单机改成多机", "not a single node, multi-node", "single node, sorry, multi-node"]
)
def test_of_a_correction_only_the_later_value_is_told(text: str) -> None:
    assert told(text, "multi_node") == [True]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("一个部门用，跑推理", "inference for one department"),
        ("全公司都用", "for the whole company"),
        ("全院共享", "for the whole college"),
        ("好几个课题组共用", "shared by several groups"),
        ("就我们组用", "just our group"),
        ("部门用，要做训练", "training for our department"),
        ("三个导师合用", "three professors share it"),
        ("不需要整柜，单机就够", "no whole rack, a single machine is enough"),
        ("含税，不含运维，要盖章", "VAT included, without operations, stamped quote"),
    ],
)
def test_both_languages_say_the_same(zh: str, en: str) -> None:
    assert {(u.field, u.value) for u in updates(zh)} == {(u.field, u.value) for u in updates(en)}


_TEXTS = (
    "不做训练和微调，只做推理，一个部门用，以后可能也会多机",
    "no NVLink needed, three labs share it, 80% inference",
    "我們學院想買一台大家共用的，不需要整櫃",
    "训练就不搞了，渲染为主",
    "we used to train, now inference; tax included",
)


@pytest.mark.parametrize("text", _TEXTS)
def test_the_evidence_is_what_stands_at_its_place(text: str) -> None:
    folded = fold(text)
    found = phrases(folded)
    told = [*work(folded, found), *values(folded, found)]
    assert told
    for update in told:
        assert update.evidence
        assert folded[update.start : update.end].strip() == update.evidence


@pytest.mark.parametrize(
    "text",
    [
        "一" * 4000,
        "1" * 4000,
        "几十" * 2000,
        "推理" * 2000,
        "不" * 4000,
        "no " * 1300,
        "部门" * 2000,
        "不做训练和" * 800,
        "training, " * 400,
        "several " * 500,
        "以后" * 2000,
        "80%" * 1300,
    ],
    ids=lambda text: text[:8],
)
def test_no_message_holds_up_the_reader(text: str) -> None:
    phrases("推理")
    start = process_time()
    found = phrases(text)
    work(text, found)
    values(text, found)
    assert process_time() - start < _HELD_UP


def test_a_word_is_tried_only_where_its_letters_stand_and_never_missed() -> None:
    assert cores("(?:大)?模型部署|本地部署") == ("模型部署", "本地部署")
    assert cores(r"(?:several|many) (?:research )?groups") == ("groups",)
    assert cores("(?:几|多)台(?:机器)?") == ("台",)
    assert alternatives(r"a|(?:b|c)|[|]|\|") == ["a", "(?:b|c)", "[|]", r"\|"]
    assert all(core for phrase in lexicon().phrases for word in phrase.words for core in word.cores)


@pytest.mark.parametrize(
    "text", ["隔壁学院买了一台做多机训练", "another lab bought a multi-node cluster", "别的学校已经上了整柜"]
)
def test_what_others_have_fills_nothing(text: str) -> None:
    assert [u for u in [*work(text, phrases(text)), *updates(text)] if not u.inferred] == []


@pytest.mark.parametrize("text", ["三个课题组做微调", "课题组数量应该是5个", "四个实验室"])
def test_a_number_of_groups_is_not_read_as_one(text: str) -> None:
    assert "single_group" not in told(text, "sharing")
