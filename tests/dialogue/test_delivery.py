"""Wishes for the delivery; training of people is no training of models."""

from __future__ import annotations

import pytest

from assistant.dialogue.delivery import delivery
from assistant.dialogue.understanding import understand


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("需要上门安装和培训，送货到合肥", "上门安装和培训、送货到合肥"),
        ("需要提供验收资料", "提供验收资料"),
        ("送到深圳南山区就行", "送到深圳南山区"),
        ("现场安装并培训我们的运维人员", "现场安装、培训我们的运维人员"),
        ("on-site installation and training", "on-site installation and training"),
        ("training for our staff", "training for our staff"),
        ("we train our staff on using the platform", "train our staff"),
        ("rack and stack", "rack and stack"),
        ("deliver to Hefei", "deliver to Hefei"),
    ],
)
def test_a_wish_is_kept_in_its_words(text: str, wish: str) -> None:
    (update,) = delivery(text)
    assert update.value == wish
    assert text[update.start : update.end].strip() == update.evidence


@pytest.mark.parametrize(
    "text",
    [
        "模型训练和微调",
        "we train our model",
        "不需要上门安装",
        "我们是培训机构",
        "整柜交付",
        "多久能送到",
        "user training data",
    ],
)
def test_models_and_denials_are_no_wish(text: str) -> None:
    assert delivery(text) == []


@pytest.mark.parametrize("text", ["we want training for our staff", "please include user training"])
def test_training_of_people_is_no_kind_of_work(text: str) -> None:
    assert {update.field for update in understand(text).updates} == {"delivery"}
