"""The machine room in a visitor's words."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.dialogue.facility import facility


@pytest.mark.parametrize(
    ("text", "room"),
    [
        ("单柜 6kW", {"rack_power_kw": 6}),
        ("每柜 7.5 千瓦", {"rack_power_kw": 7.5}),
        ("机柜深度 1200mm", {"rack_depth_mm": 1200}),
        ("深 1.1 米", {"rack_depth_mm": 1100}),
        ("depth of 110 cm", {"rack_depth_mm": 1100}),
        ("100GbE", {"network_gbe": 100}),
        ("25G 网", {"network_gbe": 25}),
        ("承重 1000 kg/m2", {"floor_load_kg_m2": 1000}),
        ("只有风冷", {"cooling": "air"}),
        ("liquid cooling is installed", {"cooling": "liquid"}),
        ("12kW, air-cooled, 10GbE", {"rack_power_kw": 12, "cooling": "air", "network_gbe": 10}),
    ],
)
def test_a_condition_is_read_in_its_unit(text: str, room: dict[str, Any]) -> None:
    found = facility(text)
    assert found is not None
    assert found.model_dump(exclude_none=True) == room


@pytest.mark.parametrize("text", ["", "20人", "还没有机房", "we have a room", "T8"])
def test_no_condition_is_none(text: str) -> None:
    assert facility(text) is None
