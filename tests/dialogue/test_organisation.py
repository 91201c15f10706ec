"""Who is asking: the organisation, the department and how to reach them; what only sounds like a name."""

from __future__ import annotations

import pytest

from assistant.dialogue.organisation import contact_spans, organisation, without_contacts
from assistant.dialogue.quantities import quantities


def read(text: str) -> dict[str, str]:
    found = organisation(text)
    for update in found:
        assert text[update.start : update.end].strip() == update.evidence
    return {update.field: update.value for update in found}


@pytest.mark.parametrize(
    ("text", "name", "department"),
    [
        ("我们是清华大学物理系的", "清华大学", "物理系"),
        ("我是上海交通大学医学院附属瑞金医院影像科的", "上海交通大学医学院附属瑞金医院", "影像科"),
        ("我们是某某科技有限公司", "某某科技有限公司", None),
        ("第一人民医院影像科", "第一人民医院", "影像科"),
        ("我们是浙江大学计算机学院的，20人", "浙江大学", "计算机学院"),
        ("我们是北京电影学院的", "北京电影学院", None),
        ("我是中国科学院自动化研究所的", "中国科学院自动化研究所", None),
        ("单位：中建三局集团有限公司信息部", "中建三局集团有限公司", "信息部"),
        ("I'm from Acme Robotics", "Acme Robotics", None),
        ("we're with Blue Harbor Studios and need rendering", "Blue Harbor Studios", None),
        ("I work at the Department of Physics at Stanford University", "Stanford University", "Department of Physics"),
        ("in the radiology department at St. Mary Hospital", "St. Mary Hospital", "radiology department"),
        ("我们是计算机学院的", None, "计算机学院"),
        ("我们影像科想做AI辅助诊断", None, "影像科"),
    ],
)
def test_a_name_and_a_department_are_told_apart(text: str, name: str | None, department: str | None) -> None:
    found = read(text)
    assert (found.get("organisation"), found.get("department")) == (name, department)


@pytest.mark.parametrize(
    "text",
    [
        "我们学院",
        "我们学院想买服务器",
        "我们是一家设计公司",
        "我们是三甲医院",
        "我们公司做渲染",
        "参考清华大学的案例",
        "清华大学也买了T8吗",
        "我们和浙江大学一起做训练",
        "没关系",
        "我们体系很复杂",
        "I'm from Shanghai",
        "We are a lab of 20 people",
        "We want a WeChat chatbot",
        "base64 5b+955 66 77 88",
    ],
)
def test_what_names_nobody_in_particular_is_no_organisation(text: str) -> None:
    assert read(text) == {}


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("电话13800138000", "13800138000"),
        ("邮箱 zhang.san@example.com，手机 138 0013 8000", "zhang.san@example.com, 138 0013 8000"),
        ("座机 010-62781234", "010-62781234"),
        ("微信号：abc_12345", "abc_12345"),
        ("my WeChat is larkfield", "larkfield"),
        ("wechat gpu2024", "gpu2024"),
        ("my email is a@b.com", "a@b.com"),
        ("call me at +44 20 7946 0958", "+44 20 7946 0958"),
    ],
)
def test_a_way_to_reach_them_is_read(text: str, contact: str) -> None:
    assert read(text) == {"contact": contact}


@pytest.mark.parametrize("text", ["电话13800138000", "13800138000人", "预算 13800138000", "010-62781234"])
def test_a_telephone_number_counts_nothing(text: str) -> None:
    assert contact_spans(text)
    assert quantities(without_contacts(text), "budget_cny") == []
