"""How far a statement holds: what is only supposed, what may come, what is there already or past."""

from __future__ import annotations

from time import process_time

import pytest

from assistant.dialogue.modality import hedged, owned, supposed

# Seconds of processor time: far above any linear reading on a slow machine, far below a runaway one.
_HELD_UP = 5.0


def place(text: str, words: str) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)


@pytest.mark.parametrize(
    "text",
    [
        "如果三个课题组一起用呢",
        "要是换成多机",
        "假如预算只有50万",
        "what if we had 3 groups",
        "suppose we trained 405B",
        "would that change if we needed NVLink",
        "如果是三个课题组呢？",
        "要是以后预算砍到一半，还够吗",
        "换成推理呢",
        "if we had two teams, which line would you pick?",
        "假设全院都来用，T4还行吗",
        "万一要训70B呢",
        "if we go multi-node, does the answer change?",
        "倘若只做推理，选哪个",
        "如果改成三个导师合用，预算200万，推荐什么",
        "imagine the whole college used it",
        "三个课题组的话选哪个？",
        "let's say we have 50 users",
        "How would it look if we only had 50万?",
        "如果人数翻倍到40人会怎么样",
        "若预算加到300万呢",
    ],
)
def test_a_message_that_only_supposes(text: str) -> None:
    assert supposed(text)


@pytest.mark.parametrize(
    "text",
    [
        "如果可以的话，我们想做微调",
        "if possible we want fine-tuning",
        "如果是我们实验室用，20人，做训练，推荐什么",
        "我们做训练，20人",
        "we want to fine-tune if the budget allows",
        "可以的话做训练",
        "如果方便，请发一份报价",
        "if you need details: we are a lab of 20 doing training",
        "not sure if we will train",
        "我们想做推理，如果预算够的话再加微调",
        "需要的话可以多机",
        "What server for training?",
        "如果没记错我们有20人",
        "我们要求多机",
        "若干个课题组共用",
        "我们若干老师用",
        "预算允许的话，我们希望上NVLink",
        "We'd like rack scale if feasible",
        "让我想想",
        "假设没问题的话我们下个月采购。我们需要训练",
    ],
)
def test_a_statement_with_a_condition_or_a_courtesy_in_it_is_one(text: str) -> None:
    assert not supposed(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("以后可能也会微调", "微调"),
        ("目前推理，以后也许训练", "训练"),
        ("将来上多机", "多机"),
        ("后期考虑微调", "微调"),
        ("二期再上多机", "多机"),
        ("说不定要训练", "训练"),
        ("maybe some training", "training"),
        ("we might fine-tune", "fine-tune"),
        ("perhaps rendering too", "rendering"),
        ("training later on", "training"),
        ("fine-tuning down the road", "fine-tuning"),
        ("we are considering fine-tuning", "fine-tuning"),
        ("not sure whether we need NVLink", "NVLink"),
        ("微调以后再说", "微调"),
        ("in the future, we'd train", "train"),
        ("训练还没定", "训练"),
        ("不确定要不要微调", "微调"),
        ("现在做推理以后做训练", "训练"),
        ("inference now, training later", "training"),
        ("多机可能会上", "多机"),
        ("未来也会做微调", "微调"),
        ("multi-node is a possibility", "multi-node"),
        ("we may add training", "training"),
        ("不排除做训练", "训练"),
    ],
)
def test_what_may_come_is_hedged(text: str, words: str) -> None:
    assert hedged(text, *place(text, words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("目前推理，以后也许训练", "推理"),
        ("大概20人做训练", "训练"),
        ("可能有20个人用来训练", "训练"),
        ("现在做推理以后做训练", "推理"),
        ("视频后期渲染", "渲染"),
        ("我们考虑采购一台训练服务器", "训练"),
        ("we are considering buying a server for training", "training"),
        ("inference now, training later", "inference"),
        ("三个月以后要上训练", "训练"),
        ("尽可能支持多机", "多机"),
        ("考虑到我们做训练", "训练"),
        ("about 20 people doing training", "training"),
        ("maybe 20 people for training", "training"),
        ("未来三年主要做训练", "训练"),
        ("现在先做推理", "推理"),
        ("training in May", "training"),
        ("not sure yet about the budget, but we do training", "training"),
        ("we are thinking about buying a training server", "training"),
    ],
)
def test_what_is_settled_roughly_counted_or_about_buying_is_not_hedged(text: str, words: str) -> None:
    assert not hedged(text, *place(text, words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我们已有8张A100", "8张"),
        ("现有一台4090工作站", "4090"),
        ("之前用云训练", "训练"),
        ("we currently have 4 A100s", "4 A100"),
        ("we used to train in the cloud", "train"),
        ("目前有两台NVLink服务器", "NVLink"),
        ("手头有4块3090，128G内存", "128G"),
        ("we already own a server with NVLink", "NVLink"),
        ("之前在超算上做过训练", "训练"),
        ("现在用的是8卡4090", "4090"),
        ("our existing cluster has 96GB cards", "96GB"),
        ("原来是多机训练", "多机"),
    ],
)
def test_what_is_there_or_past_is_no_wish(text: str, words: str) -> None:
    assert owned(text, *place(text, words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("现在在做训练", "训练"),
        ("我们有20个人", "20"),
        ("现有3个课题组", "3个课题组"),
        ("需要8张A100", "8张"),
        ("我们已有8张A100，想再上多机训练", "多机"),
        ("we have to train 70B", "70B"),
        ("we have 20 people", "20"),
        ("我们之前说的多机", "多机"),
        ("年底之前上多机", "多机"),
        ("we want to have 4 A100s", "4 A100"),
        ("一直在做训练", "训练"),
        ("we have a need for multi-node", "multi-node"),
        ("目前有20T数据", "20T"),
    ],
)
def test_people_ongoing_work_and_wishes_are_not_owned(text: str, words: str) -> None:
    assert not owned(text, *place(text, words))


@pytest.mark.parametrize(
    "text", ["如果" * 2000, "if " * 1300, "以后" * 2000, "之前" * 2000, "maybe " * 660, "一" * 4000, "1" * 4000]
)
def test_no_message_holds_up_the_reader(text: str) -> None:
    start = process_time()
    supposed(text)
    for at in range(0, 4000, 100):
        hedged(text, at, at + 2)
        owned(text, at, at + 2)
    assert process_time() - start < _HELD_UP
