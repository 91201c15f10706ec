"""The terms of an offer: tax, operations, the stamp, a second proposal."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.dialogue.language import fold
from assistant.dialogue.phrases import phrases, values


def told(text: str, field: str) -> list[Any]:
    folded = fold(text)
    return [update.value for update in values(folded, phrases(folded)) if update.field == field]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("价格含税不含运维", True),
        ("报价请带专票", True),
        ("要能开发票", True),
        ("不含税的价格就行", False),
        ("VAT included please", True),
        ("prices excluding VAT", False),
        ("要含13%的增值税", True),
        ("税另算", False),
        ("不要发票", False),
        ("預算含稅，報價要蓋章", True),
        (
            "你好，我们是做工业质检的，想买一台服务器，主要跑缺陷检测模型的训练，偶尔做做推理，就我们实验室十来个人用，预算六七十万，含税",
            True,
        ),
        ("要开增值税专用发票", True),
        ("tax inclusive please", True),
        ("含税含运维", True),
        ("不含税也不含运维", False),
    ],
)
def test_tax(text: str, value: Any) -> None:
    assert told(text, "tax_included") == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("价格含税不含运维", False),
        ("运维我们自己来", False),
        ("we handle the ops ourselves", False),
        ("ops handled by ourselves", False),
        ("运维也要你们负责", True),
        ("price without maintenance", False),
        ("含税含运维", True),
        ("不含税也不含运维", False),
        ("our own IT team runs operations", False),
    ],
)
def test_operations(text: str, value: Any) -> None:
    assert told(text, "ops_included") == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the quote must be stamped", True),
        ("报价单需要加盖公章", True),
        ("报价不用盖章", False),
        ("需要盖章版报价", True),
        ("we need an officially sealed quotation", True),
        ("預算含稅，報價要蓋章", True),
        (
            "Hi, we're a mid-size animation studio, mostly Redshift rendering and some transcoding for delivery, "
            "around 25 artists, single machine is fine to start with, stamped quote needed",
            True,
        ),
        ("正式报价要有公章", True),
    ],
)
def test_a_stamped_quotation(text: str, value: Any) -> None:
    assert told(text, "stamped_quote") == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("请出主备两套方案", True),
        ("give us a main plan and a backup plan", True),
        ("不需要备选", False),
        ("再给一个备选", True),
        ("no alternative needed", False),
        ("多给几个方案比较", True),
    ],
)
def test_a_second_proposal(text: str, value: Any) -> None:
    assert told(text, "want_alternative") == ([] if value is None else [value])
