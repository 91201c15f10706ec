"""Kinds of work in everyday words: what is done, what is not, what may come, and in what proportion."""

from __future__ import annotations

import pytest

from assistant.dialogue.language import fold
from assistant.dialogue.phrases import phrases
from assistant.dialogue.reading import Update
from assistant.dialogue.work import work
from assistant.rules.requirements import Workload


def updates(text: str) -> list[Update]:
    folded = fold(text)
    return work(folded, phrases(folded))


def named(text: str, *, hedged: bool = False) -> dict[str, Workload]:
    return {w.kind: w for u in updates(text) if u.mode != "remove" and u.hedged is hedged for w in u.value}


def removed(text: str) -> list[str]:
    return sorted(kind for u in updates(text) if u.mode == "remove" for kind in u.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("医院想上一套智能导诊机器人", ["inference"]),
        ("给售前团队做个能答疑的AI助理", ["inference"]),
        ("把DeepSeek私有化，员工内部用", ["inference"]),
        ("想本地化部署一个大模型", ["inference"]),
        ("we need an on-prem chatbot", ["inference"]),
        ("our call centre wants a voice bot", ["inference"]),
        ("设计公司用Stable Diffusion批量出图", ["inference"]),
        ("做AI绘画和数字人直播", ["inference"]),
        ("text-to-image for an ad agency", ["inference"]),
        ("digital human livestreaming", ["inference"]),
        ("会议录音转写", ["inference"]),
        ("speech to text for call recordings", ["inference"]),
        ("每晚离线给全量用户打分，批量推理", ["inference"]),
        ("nightly batch scoring of all customers", ["inference"]),
        ("采购大模型一体机", ["inference"]),
        ("an LLM appliance for the hospital", ["inference"]),
        ("自动驾驶感知模型训练", ["training", "vision"]),
        ("training perception models for self-driving", ["training", "vision"]),
        ("我们是CV方向的实验室", ["vision"]),
        ("CV research group", ["vision"]),
        ("I attached my CV", []),
        ("看一下my CV", []),
        ("图像算法研发", ["vision"]),
        ("算法训练", ["training"]),
        ("AI for Science 平台", ["science"]),
        ("AI4S", ["science"]),
        ("computational chemistry with VASP", ["science"]),
        ("影像科的数据要长期保存", ["storage"]),
        ("我们影像科的片子数据需要存十年", ["storage"]),
        ("医学影像分割", ["vision"]),
        ("radiology images must be kept for ten years", ["storage"]),
        ("素材要长期存放", ["storage"]),
        ("long-term retention of sequencing data", ["storage"]),
        ("模型蒸馏", ["finetune"]),
        ("做SFT和DPO", ["finetune"]),
        ("preference alignment with DPO", ["finetune"]),
        ("增量预训练", ["training"]),
        ("continued pre-training on legal text", ["training"]),
        ("训一个自己的行业模型", ["training"]),
        ("短视频剪辑", ["rendering"]),
        ("影视后期", ["rendering"]),
        ("film post-production", ["rendering"]),
        ("VFX studio", ["rendering"]),
        ("风电叶片气动仿真", ["cae"]),
        ("手机跌落仿真", ["cae"]),
        ("thermal simulation of battery packs", ["cae"]),
        ("用COMSOL算电磁", ["cae"]),
        ("3D重建", ["graphics"]),
        ("园区数字孪生", ["graphics"]),
        ("digital twin of a plant", ["graphics"]),
        ("向量检索", ["rag"]),
        ("跑embedding", ["rag"]),
        ("an embedding service plus vector search", ["rag"]),
        ("提供OpenAI兼容接口给业务系统", ["api_service"]),
        ("we expose an OpenAI-compatible API", ["api_service"]),
        ("员工问答，按公司制度文档回答", ["knowledge_base"]),
        ("a bot answering questions from our manuals", ["knowledge_base"]),
        ("客服质检录音分析", ["inference"]),
        ("部门级别推理平台", ["inference"]),
        ("基因测序数据分析", ["science"]),
        ("video editing workstation cluster", ["rendering"]),
        ("give us a main plan and a backup plan", []),
        ("训练不用NVLink", ["training"]),
        ("之前用云训练，现在想自己做推理", ["inference"]),
        ("we used to train in the cloud; now we need inference", ["inference"]),
        ("现在在做训练，机器不够用", ["training"]),
        ("我們實驗室要訓練多模態模型", ["multimodal", "training"]),
        ("在伺服器上做推論", ["inference"]),
        ("我们要 deploy 一个 70B model 做 inference", ["inference"]),
        ("想给客服坐席配个AI，自动回答客户问题", ["inference"]),
        ("内部员工查规章制度用的问答", ["knowledge_base"]),
        ("律所想让AI根据案卷回答问题", ["knowledge_base"]),
        ("we'd like to chat with our internal PDFs", ["knowledge_base"]),
        ("让员工问公司资料", ["knowledge_base"]),
        ("给产品经理做文案生成", ["inference"]),
        ("电商商品图自动生成", ["inference"]),
        ("generate product images for e-commerce", ["inference"]),
        ("想把大模型装在自己机房里", ["inference"]),
        ("we want to host our own LLM", ["inference"]),
        ("run an open-source model in-house", ["inference"]),
        ("虚拟主播", ["inference"]),
        ("AI写代码助手给研发用", ["inference"]),
        ("coding copilot for 80 developers", ["inference"]),
        ("语音合成", ["inference"]),
        ("无人机航拍图像识别", ["vision"]),
        ("工厂里做外观缺陷检测", ["vision"]),
        ("detecting surface defects on steel", ["vision"]),
        ("车牌识别", ["vision"]),
        ("辅助驾驶算法", ["vision"]),
        ("train YOLO models", ["training", "vision"]),
        ("病理切片AI", ["vision"]),
        ("X光片诊断", ["vision"]),
        ("卫星遥感解译", ["vision"]),
        ("CV/NLP两个方向", ["vision"]),
        ("第一性原理计算和分子动力学", ["science"]),
        ("AlphaFold预测蛋白结构", ["science"]),
        ("running GROMACS", ["science"]),
        ("气候模式模拟", ["science"]),
        ("整车碰撞分析", ["cae"]),
        ("LS-DYNA求解", ["cae"]),
        ("structural analysis in Nastran", ["cae"]),
        ("动画公司渲图", ["rendering"]),
        ("给建筑设计院出效果图", ["rendering"]),
        ("特效合成", ["rendering"]),
        ("color grading and compositing", ["rendering"]),
        ("直播平台的视频转码", ["transcoding"]),
        ("历史数据要存档", ["storage"]),
        ("录像要留存五年", ["storage"]),
        ("we must keep all scans for seven years", ["storage"]),
        ("每天做增量备份", ["backup"]),
        ("nightly snapshots", ["backup"]),
        ("做RLHF", ["training"]),
        ("领域大模型微调", ["finetune"]),
        ("instruction-tune a 7B model", ["finetune"]),
        ("从零训练一个7B", ["training"]),
        ("pretrain a small language model from scratch", ["training"]),
        ("炼丹用", ["training"]),
        ("AI科研，发论文", ["research_platform"]),
        ("实验室日常跑实验，深度学习", ["training"]),
        ("staff training on the new server is needed", []),
        ("我们要培训", []),
        ("现有4台3090工作站做训练，想升级", ["training"]),
        ("previously we rendered on CPUs", []),
        ("學院想建一個全院共享的AI科研平台", ["research_platform"]),
        (
            "Hi, we're a mid-size animation studio, mostly Redshift rendering and some transcoding for delivery, "
            "around 25 artists, single machine is fine to start with, stamped quote needed",
            ["rendering", "transcoding"],
        ),
        ("我们医院信息科牵头，想给全院医生上一个病历问答助手，先小范围试点，数据不能出内网", ["knowledge_base"]),
        ("三个课题组合着买，做多模态训练，学院出钱，可能以后全院共享", ["multimodal", "training"]),
        ("我们想搞个内部的ChatGPT", ["inference"]),
        ("政务热线智能应答", ["inference"]),
        ("银行网点的数字员工", ["inference"]),
        ("想做公文写作", ["inference"]),
        ("a private GPT for our law firm", ["inference"]),
        ("real-time captioning of lectures", ["inference"]),
        ("video generation with open models", ["inference"]),
        ("对外卖模型API", ["api_service"]),
        ("资料太多，想做成能问的知识库", ["knowledge_base"]),
        ("RAG系统，几百万篇文档", ["rag"]),
        ("产线上的AOI检测", ["vision"]),
        ("medical image segmentation research", ["vision"]),
        ("图像分类模型训练", ["training", "vision"]),
        ("多模态大模型预训练", ["multimodal", "training"]),
        ("VLM微调", ["finetune", "multimodal"]),
        ("学生做深度学习作业", ["training"]),
        ("新药分子筛选", ["science"]),
        ("weather forecasting models", ["science"]),
        ("船舶水动力仿真", ["cae"]),
        ("Fluent算流场", ["cae"]),
        ("影视动画渲染农场", ["rendering"]),
        ("4K视频批量转码", ["transcoding"]),
        ("测序数据长期保存", ["storage"]),
        ("archive ten years of footage", ["storage"]),
        ("异地容灾备份", ["backup"]),
        ("我们有两台旧的A100服务器在跑训练", ["training"]),
        ("去年租云做的训练", []),
        ("we previously trained on AWS", []),
        ("醫院影像資料要長期保存", ["storage"]),
        ("需要 NVLink 嗎？我們做微調", ["finetune"]),
        ("我们 want 一个 chatbot for 全公司", ["inference"]),
        ("we need 训练 on 多机 with IB", ["training"]),
    ],
)
def test_a_kind_of_work_is_known_by_everyday_words(text: str, expected: list[str]) -> None:
    assert sorted(named(text)) == expected


@pytest.mark.parametrize(
    ("text", "kept", "gone"),
    [
        ("不做训练只推理", ["inference"], ["training"]),
        ("除了训练都做", [], ["training"]),
        ("除了推理还要做训练", ["inference", "training"], []),
        ("anything but training", [], ["training"]),
        ("everything except rendering", [], ["rendering"]),
        ("besides inference we also train", ["inference", "training"], []),
        ("we won't be training", [], ["training"]),
        ("we're not going to do any fine-tuning", [], ["finetune"]),
        ("neither training nor fine-tuning", [], ["finetune", "training"]),
        ("不打算做微调，要做渲染", ["rendering"], ["finetune"]),
        ("不做训练、微调和渲染", [], ["finetune", "rendering", "training"]),
        ("训练和微调都不做", [], ["finetune", "training"]),
        ("no training, fine-tuning or rendering", [], ["finetune", "rendering", "training"]),
        ("不是不做训练，是还没排上", ["training"], []),
        ("推理不能不做", ["inference"], []),
        ("不能不做推理", ["inference"], []),
        ("我们离不开训练", ["training"], []),
        ("we can't do without fine-tuning", ["finetune"], []),
        ("training isn't needed, rendering is", ["rendering"], ["training"]),
        ("要不要NVLink还不知道，做训练", ["training"], []),
        ("不仅做训练，也做推理", ["inference", "training"], []),
        ("not only training but also inference", ["inference", "training"], []),
        ("我们没有渲染业务，主要是转码", ["transcoding"], ["rendering"]),
        ("there won't be any training on this box, only serving", ["inference"], ["training"]),
        ("instead of training we do inference", ["inference"], ["training"]),
        ("特别训练一个模型", ["training"], []),
        ("不做訓練，只做推論", ["inference"], ["training"]),
        ("不做 training，only inference", ["inference"], ["training"]),
        ("no 训练, 主要是 RAG", ["rag"], ["training"]),
        ("训练的活儿我们没有", [], ["training"]),
        ("压根不碰训练，纯推理", ["inference"], ["training"]),
        ("we have no plans for training whatsoever", [], ["training"]),
        ("we do everything but train", [], ["training"]),
        ("别给我推训练的机器", [], ["training"]),
        ("训练不在考虑范围内", [], ["training"]),
        ("training is out of scope", [], ["training"]),
        ("没说不做微调", ["finetune"], []),
        ("it's not that we don't train", ["training"], []),
        ("推理要做，训练不要", ["inference"], ["training"]),
        ("we skip training, rendering is what we do", ["rendering"], ["training"]),
        ("不需要训练，渲染和转码都要", ["rendering", "transcoding"], ["training"]),
        ("预算不多，做训练", ["training"], []),
        ("不便宜没关系，训练要快", ["training"], []),
        ("no problem, we do training", ["training"], []),
        ("我们没有服务器，想做训练", ["training"], []),
        ("我们从来不做渲染", [], ["rendering"]),
        ("没啥训练任务，全是推理", ["inference"], ["training"]),
        ("训练基本没有", [], ["training"]),
        ("we don't intend to fine-tune anything", [], ["finetune"]),
        ("暂无训练计划", [], ["training"]),
        ("训练、渲染都不涉及，只有知识库", ["knowledge_base"], ["rendering", "training"]),
        ("没有不做训练的道理", ["training"], []),
        ("we are not a training shop", [], ["training"]),
        ("forget training, let's do inference", ["inference"], ["training"]),
        ("把训练去掉吧", [], ["training"]),
        ("渲染取消，改成转码", ["transcoding"], ["rendering"]),
        ("我们不差钱，做大模型训练", ["training"], []),
        ("不是很急，做微调", ["finetune"], []),
    ],
)
def test_a_denial_takes_away_what_it_reaches_and_no_more(text: str, kept: list[str], gone: list[str]) -> None:
    assert sorted(named(text)) == kept
    assert removed(text) == gone


@pytest.mark.parametrize(
    ("text", "settled", "possible"),
    [
        ("现在做知识库，以后可能会微调", ["knowledge_base"], ["finetune"]),
        ("inference now, maybe fine-tuning later", ["inference"], ["finetune"]),
        ("not sure whether we'll need training", [], ["training"]),
        ("推理是确定的，训练还没定", ["inference"], ["training"]),
        ("perhaps some rendering too", [], ["rendering"]),
        ("也许明年会加训练", [], ["training"]),
        ("目前就推理，训练以后看", ["inference"], ["training"]),
        ("we're thinking about fine-tuning at some point", [], ["finetune"]),
        ("确定要做训练，微调看情况", ["training"], ["finetune"]),
        ("我们可能要做训练也可能不做", [], ["training"]),
        ("可能之後會做微調", [], ["finetune"]),
        ("有可能会做一些视觉", [], ["vision"]),
        ("后面想加上训练", [], ["training"]),
        ("training is a maybe", [], ["training"]),
        ("fine-tuning might come next year", [], ["finetune"]),
        ("we'll definitely do inference and perhaps training", ["inference"], ["training"]),
    ],
)
def test_what_may_come_stands_apart_from_what_is_settled(text: str, settled: list[str], possible: list[str]) -> None:
    assert sorted(named(text)) == settled
    assert sorted(named(text, hedged=True)) == possible


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("八成推理偶尔微调", {"inference": 80, "finetune": None}),
        ("80/20 inference/training", {"inference": 80, "training": 20}),
        ("推理训练七三开", {"inference": 70, "training": 30}),
        ("推理和训练各一半", {"inference": 50, "training": 50}),
        ("70% of the time inference, the rest training", {"inference": 70, "training": 30}),
        ("训练占六成，剩下的推理", {"training": 60, "inference": 40}),
        ("fine-tuning about 30%, inference about 70%", {"finetune": 30, "inference": 70}),
        ("三分之二渲染，三分之一转码", {"rendering": 66.7, "transcoding": 33.3}),
        ("九成时间推理，一成时间微调", {"inference": 90, "finetune": 10}),
        ("训练:推理=6:4", {"training": 60, "inference": 40}),
        ("three quarters rendering, one quarter transcoding", {"rendering": 75, "transcoding": 25}),
        ("百分之七十推理，百分之三十训练", {"inference": 70, "training": 30}),
        ("half training half inference", {"training": 50, "inference": 50}),
        ("推理70%左右，微调30%", {"inference": 70, "finetune": 30}),
        ("约60% rendering, 40% transcoding", {"rendering": 60, "transcoding": 40}),
        ("训练和推理五五开", {"training": 50, "inference": 50}),
        ("inference and training, 70/30", {"inference": 70, "training": 30}),
    ],
)
def test_a_share_stands_with_its_own_kind(text: str, shares: dict[str, float]) -> None:
    assert {kind: w.share for kind, w in named(text).items()} == shares


@pytest.mark.parametrize(
    ("text", "main"),
    [
        ("八成推理偶尔微调", "inference"),
        ("推理为主训练为辅", "inference"),
        ("mostly RAG with some fine-tuning", "rag"),
        ("主要做渲染，顺便转码", "rendering"),
        ("我们 lab 主要 fine-tuning，偶尔 inference", "finetune"),
        ("训练是大头，推理顺带", "training"),
        ("inference is the main job, training now and then", "inference"),
        ("predominantly training, occasional inference", "training"),
        ("rendering mainly, transcoding on the side", "rendering"),
        ("大部分时间跑推理，少量LoRA", "inference"),
    ],
)
def test_the_main_work_is_told_from_the_occasional(text: str, main: str) -> None:
    assert [kind for kind, w in named(text).items() if w.primary] == [main]


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("只做LoRA", "lora"),
        ("only LoRA", "lora"),
        ("全参微调", "full"),
        ("要全参", "full"),
        ("不用LoRA，全参微调", "full"),
        ("just LoRA fine-tuning", "lora"),
        ("QLoRA就够", "qlora"),
        ("full-parameter fine-tuning of 32B", "full"),
        ("大部分时间跑推理，少量LoRA", "lora"),
        ("微调只用QLoRA", "qlora"),
    ],
)
def test_the_method_stands_on_the_fine_tuning(text: str, method: str) -> None:
    assert named(text)["finetune"].method == method


@pytest.mark.parametrize("text", ["只做LoRA", "only LoRA", "QLoRA就够", "只用LoRA微调"])
def test_only_a_light_method_takes_the_training_back(text: str) -> None:
    assert removed(text) == ["training"]


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("只做推理", "set"),
        ("inference only", "set"),
        ("只推理", "set"),
        ("还要做推理", "add"),
        ("应该是20人，做训练", "add"),
        ("做推理", "add"),
    ],
)
def test_only_this_replaces_what_was_said_before(text: str, mode: str) -> None:
    assert [u.mode for u in updates(text)] == [mode]


@pytest.mark.parametrize("text", ["主要是推理", "mainly a knowledge base", "we mostly render"])
def test_the_only_kind_is_not_marked_as_the_main_one(text: str) -> None:
    assert [w.primary for w in named(text).values()] == [False]


@pytest.mark.parametrize(
    "text",
    [
        "We only serve models; none of them trains anything.",
        "None of the teams trains on it, it is all inference.",
        "Not one of the groups trains models, we only run inference.",
        "Neither team trains; both run inference.",
    ],
)
def test_work_that_no_group_does_is_none(text: str) -> None:
    assert removed(text) == ["training"]
    assert set(named(text)) == {"inference"}
