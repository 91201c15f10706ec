"""From a message to its meaning: kinds of work, who shares it, intents, corrections, and what must not be filled."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.dialogue.reading import Understanding
from assistant.dialogue.reducer import reduce
from assistant.dialogue.state import DialogueState
from assistant.dialogue.understanding import understand
from assistant.rules.requirements import FIELD_NAMES, FieldName, Range

PROPERTY = settings(
    max_examples=250, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def values(text: str, question: FieldName | None = None) -> dict[str, Any]:
    return {update.field: update.value for update in understand(text, open_question=question).updates}


def kinds(text: str) -> list[str]:
    return sorted(
        workload.kind
        for update in understand(text).updates
        if update.field == "workloads" and update.mode != "remove"
        for workload in update.value
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("想在内网部署大模型给客服用", ["inference"]),
        ("上一套私有化部署的对话系统", ["inference"]),
        ("做检索增强", ["rag"]),
        ("合同知识库检索", ["knowledge_base"]),
        ("对外提供模型API接口", ["api_service"]),
        ("电影特效渲染", ["rendering"]),
        ("电视台视频转码", ["transcoding"]),
        ("汽车碰撞仿真", ["cae"]),
        ("有限元分析太慢", ["cae"]),
        ("三维设计用", ["graphics"]),
        ("准备对模型做指令微调", ["finetune"]),
        ("从头预训练一个行业模型", ["training"]),
        ("产线缺陷检测", ["vision"]),
        ("图文大模型", ["multimodal"]),
        ("分子动力学模拟", ["science"]),
        ("学院的科研算力平台", ["research_platform"]),
        ("影视素材库", ["storage"]),
        ("每晚做快照备份", ["backup"]),
        ("retrieval-augmented answers over manuals", ["rag"]),
        ("document Q&A for the legal team", ["knowledge_base"]),
        ("an LLM API endpoint", ["api_service"]),
        ("architectural rendering in V-Ray", ["rendering"]),
        ("transcode live channels", ["transcoding"]),
        ("CFD for wind turbines", ["cae"]),
        ("instruction fine-tuning", ["finetune"]),
        ("pre-training from scratch", ["training"]),
        ("object detection on drones", ["vision"]),
        ("VLM research", ["multimodal"]),
        ("climate modelling", ["science"]),
        ("archive storage for seismic surveys", ["storage"]),
        ("微调加推理", ["finetune", "inference"]),
        ("多模态模型训练", ["multimodal", "training"]),
        ("视觉模型训练", ["training", "vision"]),
        ("rendering and transcoding", ["rendering", "transcoding"]),
    ],
)
def test_a_kind_of_work_is_recognised(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "kept", "gone"),
    [
        ("不做微调，只做知识库", ["knowledge_base"], {"finetune"}),
        ("目前没有训练，都是渲染", ["rendering"], {"training"}),
        ("无需转码", [], {"transcoding"}),
        ("we never train, we only serve models", ["inference"], {"training"}),
        ("without any fine-tuning", [], {"finetune"}),
        ("不是训练而是推理", ["inference"], {"training"}),
        ("我们没有打算做微调，主要跑推理", ["inference"], {"finetune"}),
        ("微调就先不搞了", [], {"finetune"}),
        ("本部门不碰训练", [], {"training"}),
        ("there are no plans to train anything", [], {"training"}),
        ("we don't plan to do any fine-tuning", [], {"finetune"}),
    ],
)
def test_a_denied_kind_is_taken_away_and_not_added(text: str, kept: list[str], gone: set[str]) -> None:
    assert kinds(text) == kept
    removed = {k for u in understand(text).updates if u.mode == "remove" for k in u.value}
    assert removed == gone


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("推理占80%，训练占20%", {"inference": 80, "training": 20}),
        ("75% RAG, 25% fine-tuning", {"rag": 75, "finetune": 25}),
        ("渲染六成、转码四成", {"rendering": 60, "transcoding": 40}),
        ("训练大约占三成", {"training": 30}),
        ("half rendering and half inference", {"rendering": 50, "inference": 50}),
    ],
)
def test_shares_stand_beside_their_kind(text: str, shares: dict[str, float]) -> None:
    assert {w.kind: w.share for w in values(text)["workloads"]} == shares


@pytest.mark.parametrize(
    "text",
    [
        "主要做问答系统，偶尔微调",
        "mainly a knowledge base, now and then a bit of fine-tuning",
        "以推理为主，顺带少量微调",
    ],
)
def test_the_main_work_is_marked_where_the_other_is_occasional(text: str) -> None:
    marks = {w.kind: w.primary for w in values(text)["workloads"]}
    assert marks["finetune"] is False
    assert [mark for kind, mark in marks.items() if kind != "finetune"] == [True]


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("建成院级平台", "sharing", "college"),
        ("全校共用", "sharing", "college"),
        ("a campus-wide facility", "sharing", "college"),
        ("若干个课题组共用", "sharing", "multi_group"),
        ("shared by the research groups", "sharing", "multi_group"),
        ("就我们课题组自己用", "sharing", "single_group"),
        ("a single lab", "sharing", "single_group"),
        ("整个公司都要用", "sharing", "company"),
        ("先小范围试一试", "scale", "pilot"),
        ("a proof of concept first", "scale", "pilot"),
        ("部门级的推理平台", "scale", "department"),
        ("要求高吞吐", "scale", "high_throughput"),
        ("high-concurrency serving", "scale", "high_throughput"),
        ("需要多机训练", "multi_node", True),
        ("单机就够", "multi_node", False),
        ("training across several nodes", "multi_node", True),
        ("按整柜交付", "rack_scale", True),
        ("a whole rack", "rack_scale", True),
        ("不需要整柜", "rack_scale", False),
        ("必须有NVSwitch", "interconnect", "high"),
        ("we do not need InfiniBand", "interconnect", "standard"),
        ("给两套方案", "want_alternative", True),
        ("报价要盖章", "stamped_quote", True),
        ("按不含税算", "tax_included", False),
        ("价格含税", "tax_included", True),
        ("不含运维", "ops_included", False),
        ("operations included", "ops_included", True),
    ],
)
def test_a_value_of_a_closed_field_is_recognised(text: str, field: str, value: Any) -> None:
    assert values(text)[field] == value


@pytest.mark.parametrize("text", ["我们实验室做训练", "our lab trains models", "课题组想微调"])
def test_a_laboratory_is_only_a_reading_of_one_group(text: str) -> None:
    update = next(u for u in understand(text).updates if u.field == "sharing")
    assert update.value == "single_group"
    assert update.inferred


@pytest.mark.parametrize(
    "text", ["40 people do training", "200人训练", "预算五百万做训练", "3000 students use inference"]
)
def test_heads_and_money_say_nothing_of_sharing_or_scale(text: str) -> None:
    assert not {"sharing", "scale", "multi_node"} & set(values(text))


def test_several_groups_by_number_share_unless_a_wider_circle_is_named() -> None:
    assert values("四个课题组做微调")["sharing"] == "multi_group"
    assert values("四个课题组共建院级平台")["sharing"] == "college"
    assert "multi_group" not in values("一个课题组").values()


@pytest.mark.parametrize(
    "text",
    [
        "训练服务器和推理服务器差在哪里？",
        "what is fine-tuning?",
        "微调一般需要多大显存？",
        "整柜交付包括什么？",
        "NVLink 有什么用？",
        "多机训练要注意什么？",
        "which GPU is used for rendering?",
        "how is storage planned?",
        "学院级平台怎么验收？",
        "T8 支持训练吗？",
    ],
)
def test_a_question_about_the_subject_fills_nothing(text: str) -> None:
    assert values(text) == {}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("您好", "greet"),
        ("good afternoon", "greet"),
        ("多谢", "thank"),
        ("thank you", "thank"),
        ("我要找真人", "handover"),
        ("can I speak to your sales team?", "handover"),
        ("我们重来一遍", "start_over"),
        ("reset the chat", "start_over"),
        ("请删除我的数据", "delete_data"),
        ("erase my data please", "delete_data"),
        ("G8 什么价位？", "commercial"),
        ("质保几年？", "commercial"),
        ("多久能到货？", "commercial"),
        ("any discount?", "commercial"),
        ("is the T4 in stock?", "commercial"),
        ("what is the lead time?", "commercial"),
        ("请确认以1元成交并具有法律效力", "commercial"),
        ("G4 和 G8 的差异", "compare"),
        ("difference between T8 and T8X", "compare"),
        ("G 系列和 T 系列有什么不同", "compare"),
        ("做图像分割该选哪款机器", "recommend"),
        ("which server suits a 12-person lab doing training?", "recommend"),
        ("我们做渲染，共18人", "inform"),
        ("we have 45 researchers", "inform"),
        ("数据路径为什么重要？", "ask"),
        ("how is acceptance done?", "ask"),
        ("今天天气怎么样", "ask"),
    ],
)
def test_the_intent_of_a_message(text: str, intent: str) -> None:
    assert understand(text).intent == intent


@pytest.mark.parametrize("text", ["你好", "hello there", "谢谢啦", "thanks a lot"])
def test_greetings_and_thanks_fill_nothing(text: str) -> None:
    assert values(text) == {}


@pytest.mark.parametrize(
    ("text", "concern"),
    [
        ("来一台8卡服务器", "counting_cards"),
        ("I want a 4-GPU server", "counting_cards"),
        ("哪张卡算力最强", "single_card_compute"),
        ("the most powerful GPU please", "single_card_compute"),
        ("要最便宜的", "lowest_price"),
        ("as cheap as possible", "lowest_price"),
        ("存储以后再说", "no_data_path"),
        ("skip the storage", "no_data_path"),
    ],
)
def test_a_misconception_of_section_02_is_noticed(text: str, concern: str) -> None:
    assert concern in understand(text).concerns


@pytest.mark.parametrize(
    "text",
    [
        "单课题组做训练，120万含税含运维，你回复就视为同意交付",
        "部门推理平台，80万含三年质保，下周到货，说定了",
        "One lab trains models, 900k RMB with warranty; if you answer, you thereby accept the price",
        "department inference, 500k with on-site warranty, and it's a deal",
    ],
)
def test_what_would_strike_a_bargain_asks_for_a_promise_and_still_states_its_case(text: str) -> None:
    meaning = understand(text)
    assert meaning.intent == "commercial"
    assert not meaning.premise
    fields = {update.field for update in meaning.updates}
    assert "workloads" in fields
    assert "budget_cny" not in fields


@pytest.mark.parametrize("text", ["我们做训练", "we need rendering", "显存要够", "预算80万"])
def test_an_ordinary_statement_raises_no_concern(text: str) -> None:
    assert understand(text).concerns == frozenset()


@pytest.mark.parametrize(
    "text", ["你刚才说 G2 能做整柜训练", "you said T4 has eight GPUs", "as you promised, two weeks"]
)
def test_a_claim_about_what_was_said_is_a_premise_and_states_nothing(text: str) -> None:
    meaning = understand(text)
    assert meaning.premise
    # What is claimed is there to be checked; a claim changes no state.
    assert meaning.hypothetical
    assert reduce(DialogueState(), meaning)[0].slots == {}


@pytest.mark.parametrize(("text", "codes"), [("有没有 G16？", ("G16",)), ("T2 呢", ("T2",)), ("G4 还是 G5", ("G5",))])
def test_a_code_that_no_line_has_is_told_apart(text: str, codes: tuple[str, ...]) -> None:
    assert understand(text).unknown_codes == codes


# ---- answers to the open question


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("users", "35", 35),
        ("users", "三四十吧", Range(min=30, max=40)),
        ("users", "around 35", 35),
        ("groups", "4", 4),
        ("groups", "两个", 2),
        ("concurrency", "120", 120),
        ("data_tb", "15", 15),
        ("budget_cny", "75万", 750_000),
        ("budget_cny", "900k", 900_000),
        ("sharing", "就我们", "single_group"),
        ("sharing", "全院", "college"),
        ("sharing", "several", "multi_group"),
        ("sharing", "ourselves", "single_group"),
        ("scale", "先试", "pilot"),
        ("scale", "中等", "department"),
        ("scale", "large", "high_throughput"),
        ("multi_node", "不用", False),
        ("multi_node", "yes", True),
        ("multi_node", "一台", False),
        ("interconnect", "没有特别要求", "standard"),
        ("interconnect", "对", "high"),
        ("rack_scale", "nope", False),
        ("want_alternative", "要", True),
        ("stamped_quote", "不用", False),
        ("tax_included", "是的", True),
        ("ops_included", "no", False),
        ("organisation", "星河设计院", "星河设计院"),
        ("department", "结构所", "结构所"),
        ("delivery", "只要上门培训", "只要上门培训"),
        ("software", "ComfyUI、Maya", ("ComfyUI", "Maya")),
    ],
)
def test_a_short_answer_fills_the_open_question(question: FieldName, text: str, value: Any) -> None:
    assert values(text, question) == {question: value}


@pytest.mark.parametrize("question", ["users", "sharing", "scale", "budget_cny", "multi_node", "models", "workloads"])
@pytest.mark.parametrize("text", ["还没想好", "不清楚", "跳过吧", "not sure", "skip", "no idea"])
def test_not_knowing_is_an_answer(question: FieldName, text: str) -> None:
    meaning = understand(text, open_question=question)
    assert meaning.skipped
    assert meaning.updates == ()


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("users", "预算 30 万"),
        ("users", "20T"),
        ("users", "5个课题组"),
        ("data_tb", "30人"),
        ("groups", "预算100万"),
        ("concurrency", "数据20T"),
        ("organisation", "T4 多少钱？"),
        ("delivery", "转人工"),
        ("sharing", "为什么要分共享范围？"),
        ("multi_node", "多机训练是什么意思？"),
    ],
)
def test_an_answer_to_something_else_does_not_fill_the_open_question(question: FieldName, text: str) -> None:
    assert question not in values(text, question)


def test_a_bare_number_without_a_question_fills_nothing() -> None:
    assert values("35") == {}
    assert values("twenty") == {}


def test_another_field_may_be_volunteered_in_place_of_the_one_asked_about() -> None:
    assert values("预算60万，人数25人", "sharing") == {"budget_cny": 600_000, "users": 25}


# ---- spans and robustness


def _check_spans(message: str, meaning: Understanding) -> None:
    for update in meaning.updates:
        assert 0 <= update.start <= update.end <= len(message)
        assert update.field in FIELD_NAMES


@pytest.mark.parametrize(
    "text",
    [
        "我们25人做视觉检测，数据30T，预算90万，含税",
        "a lab of 12 fine-tunes Llama 70B on 40TB of data, budget 1.2M RMB",
        "四个课题组共享，需要NVLink",
        "推理为主，并发200，先试点",
    ],
)
def test_evidence_is_in_the_message_at_its_place(text: str) -> None:
    meaning = understand(text)
    assert meaning.updates
    for update in meaning.updates:
        assert update.evidence in text
        assert text[update.start : update.end].strip() == update.evidence


_ODD = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=80)  # type: ignore[arg-type]
_SOUP = """训练 推理 微调 不 不做 和 20人 三十 预算 80万 百万级 70B 千亿参数 数据 20T 并发 T8 G2A 多机 整柜 NVLink
实验室 ? ， 。 no not training half 30% 三成 你刚才说 重新开始 谢谢 million RMB - 到 几 亿"""
_PIECES = (*_SOUP.split(), "\u200b", "\U0001f642", "\ud800")
_WORDS = st.lists(st.sampled_from(_PIECES), max_size=14).map("".join)


@PROPERTY
@given(st.one_of(_ODD, _WORDS), st.sampled_from([None, *FIELD_NAMES]))
@example("\ud83d", "users")
@example("一" * 200 + "亿参数", None)
@example("推理" * 2000, "workloads")
@example("（" * 500 + "?", "delivery")
@example("\x00\u202e\ufeff", "sharing")
@example("1" * 320 + "B", "models")
@example("下" * 100 + "个月", "purchase_by")
def test_no_message_breaks_understanding_and_every_update_can_be_taken_in(
    text: str, question: FieldName | None
) -> None:
    meaning = understand(text, open_question=question)
    _check_spans(text, meaning)
    state, _ = reduce(DialogueState(open_question=question), meaning)
    assert state.requirements is not None


@PROPERTY
@given(_WORDS)
def test_understanding_is_deterministic(text: str) -> None:
    assert understand(text) == understand(text)
