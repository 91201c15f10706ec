"""Both languages say everything, with the same parts."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from assistant.rules.requirements import WORKLOAD_KINDS, Facility, Requirements
from ui.fields import FIELDS, WORKLOADS
from ui.labels import has, keys, pair


def _parts(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", keys())
def test_a_label_has_both_languages_with_the_same_parts(key: str) -> None:
    zh, en = pair(key)
    assert zh
    assert en
    assert _parts(zh) == _parts(en)
    assert not re.search(r"[\u4e00-\u9fff]", en) or key == "other_language"


def test_every_choice_has_a_label() -> None:
    for field in FIELDS:
        for option in field.options:
            assert has(f"{field.part or field.name}.{option}"), (field.key, option)


def test_every_kind_of_work_and_part_of_the_room_can_be_edited() -> None:
    assert set(WORKLOADS) == set(WORKLOAD_KINDS)
    assert {field.part for field in FIELDS if field.name == "facility"} == set(Facility.model_fields)
    assert {field.name for field in FIELDS} == set(Requirements.model_fields) - {"inferred"}
