"""Which words are a question of size, and what they name."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.dialogue.language import fold
from assistant.dialogue.models import models
from assistant.dialogue.sizing import SizeQuestion, size_question
from assistant.dialogue.understanding import understand
from assistant.rules.requirements import ModelSpec


def read(text: str) -> dict[str, Any] | None:
    folded = fold(text)
    found = size_question(folded, tuple(item.spec for item in models(folded)))
    return found.model_dump(exclude_none=True) if found else None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("70B 全参微调，8 卡 96G 够吗", {"task": "finetune-full", "gpu": "96gb", "gpus": 8}),
        ("７０Ｂ全参数微调，八张 96GB 的卡够不够？", {"task": "finetune-full", "gpu": "96gb", "gpus": 8}),
        ("Is 8x96GB enough for full fine-tuning a 70B model?", {"task": "finetune-full", "gpu": "96gb", "gpus": 8}),
        ("Qwen2.5-72B 推理，4张48G够吗", {"task": "inference", "gpu": "48gb", "gpus": 4}),
        ("32B LoRA 微调要多少显存", {"task": "lora"}),
        ("70B qlora on one 48 GB card, does it fit?", {"task": "qlora", "gpu": "48gb", "gpus": 1}),
        ("how many H100s does a 70B model need for inference?", {"task": "inference", "gpu": "H100"}),
        ("can 4 H200 run Qwen3-235B with 32k context", {"context": 32768, "gpu": "H200", "gpus": 4}),
        (
            "72B int4 部署，2 张 L40S 跑得动吗，并发 20",
            {"task": "inference", "gpu": "L40S", "gpus": 2, "concurrency": 20},
        ),
        ("从头训练 7B，16 张 B200 能不能跑", {"task": "training", "gpu": "B200", "gpus": 16}),
        ("13B 用两张 RTX 4090 装得下吗", {"gpu": "RTX 4090", "gpus": 2}),
        ("昇腾910B 八张能跑 671B 吗", {"gpu": "昇腾910B", "gpus": 8}),
    ],
)
def test_a_question_of_size_names_the_task_the_gpu_and_how_many(text: str, named: dict[str, Any]) -> None:
    found = read(text)
    assert found is not None
    model = found.pop("model")
    assert model
    assert found == named


@pytest.mark.parametrize(
    "text",
    [
        "20 人够用吗",
        "80 万预算够吗",
        "10GbE 网络够吗",
        "512GB 内存够吗",
        "T4 够吗",
        "H100 显存多大",
        "我们用 Qwen2.5-72B 做推理",
        "70B 模型微调归哪个系列",
        "验收要几天",
        "how many people can use it?",
        "",
    ],
)
def test_other_questions_are_not_of_size(text: str) -> None:
    assert read(text) is None


def test_a_question_without_a_model_takes_the_one_of_the_conversation() -> None:
    question = SizeQuestion(gpu="H100", gpus=8)
    assert question.request((), None) is None
    known = (ModelSpec(name="Qwen2.5", params_b=72, quantisation="AWQ"),)
    request = question.request(known, None)
    assert request is not None
    assert (request.model, request.task, request.precision, request.gpus) == ("Qwen2.5", "inference", "int4", 8)
    tuned = question.request(known, "lora")
    assert tuned is not None
    assert (tuned.task, tuned.precision) == ("lora", None)


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("我们要全参微调 70B", "full"),
        ("We do full fine-tuning of a 70B model", "full"),
        ("We fine-tune a 70B model in full, one research group", "full"),
        ("课题组用 LoRA 微调 32B", "lora"),
        ("our lab runs QLoRA fine-tuning", "qlora"),
        ("我们做微调", None),
    ],
)
def test_how_a_model_is_tuned_is_part_of_the_work(text: str, method: str | None) -> None:
    update = next(u for u in understand(text).updates if u.field == "workloads")
    assert [(w.kind, w.method) for w in update.value] == [("finetune", method)]


@pytest.mark.parametrize(
    "text", ["9" * 400 + "B 全参微调 8 卡够吗", "70B " * 3000 + "够吗", "够吗" * 5000, "8x" * 4000 + "96GB 够吗 7B"]
)
def test_hostile_lengths_are_read_without_an_error(text: str) -> None:
    understand(text)
