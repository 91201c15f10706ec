"""The machine room in a visitor's words."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.dialogue.facility import facility, room


@pytest.mark.parametrize(
    ("text", "room"),
    [
        ("单柜 6kW", {"rack_power_kw": 6}),
        ("每柜 7.5 千瓦", {"rack_power_kw": 7.5}),
        ("每柜二十千瓦", {"rack_power_kw": 20}),
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


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("单柜8kW", {"rack_power_kw": 8.0}),
        ("机柜只有6kW", {"rack_power_kw": 6.0}),
        ("8 kilowatts per rack", {"rack_power_kw": 8.0}),
        ("机柜是42U 深1.2m", {"rack_depth_mm": 1200.0}),
        ("racks are 1200mm deep", {"rack_depth_mm": 1200.0}),
        ("柜深 1米2", {"rack_depth_mm": 1200.0}),
        ("机房单柜10kW，风冷，万兆网络", {"rack_power_kw": 10.0, "cooling": "air", "network_gbe": 10.0}),
        ("需要液冷", {"cooling": "liquid"}),
        ("我们机房没有液冷条件", {"cooling": "air"}),
        ("only air cooling available", {"cooling": "air"}),
        ("网络是100G光网络", {"network_gbe": 100.0}),
        ("25G网", {"network_gbe": 25.0}),
        ("机房有10GbE", {"network_gbe": 10.0}),
        ("承重 800kg/㎡", {"floor_load_kg_m2": 800.0}),
        ("楼板承重1吨/平米", {"floor_load_kg_m2": 1000.0}),
        ("噪音不超过50分贝", {"noise_limit": "噪音不超过50分贝"}),
        ("noise must stay below 50 dB", {"noise_limit": "below 50 dB"}),
        ("双路PDU，C19插座", {"pdu": "双路PDU"}),
        ("需要IPMI远程管理", {"remote_management": "IPMI"}),
        ("已有共享存储", {"shared_storage": "共享存储"}),
        ("我们有一套Ceph", {"shared_storage": "Ceph"}),
        ("we already have a Lustre parallel file system", {"shared_storage": "Lustre"}),
        ("已有200TB的NAS", {"shared_storage": "200TB的NAS"}),
        ("每台服务器功耗3.5kW，单柜供电12kW", {"rack_power_kw": 12.0}),
        ("每柜能给到六个千瓦", {"rack_power_kw": 6.0}),
        ("单柜3000W", {"rack_power_kw": 3.0}),
        ("不要液冷", {"cooling": "air"}),
        ("8 kW, 1200 mm deep", {"rack_depth_mm": 1200.0, "rack_power_kw": 8.0}),
        ("12kW, air-cooled, 10GbE", {"rack_power_kw": 12.0, "cooling": "air", "network_gbe": 10.0}),
        ("600*1200的机柜", {"rack_depth_mm": 1200.0}),
        (
            "Racks give 7.5 kW each and the floor takes 1000 kg per square meter",
            {"rack_power_kw": 7.5, "floor_load_kg_m2": 1000.0},
        ),
        ("32A PDU", {"pdu": "32A PDU"}),
        ("每平米800公斤", {"floor_load_kg_m2": 800.0}),
        ("with BMC access", {"remote_management": "BMC"}),
        ("冷板式液冷已经装好", {"cooling": "liquid"}),
        ("4 racks, 15kW", {"rack_power_kw": 15.0}),
        ("机柜深度1000", {"rack_depth_mm": 1000.0}),
        ("25GbE switches", {"network_gbe": 25.0}),
        ("千兆网", {"network_gbe": 1.0}),
        ("机柜 1100 深", {"rack_depth_mm": 1100.0}),
    ],
)
def test_any_message_may_state_conditions_of_the_room(text: str, parts: dict[str, Any]) -> None:
    (update,) = room(text)
    assert (update.mode, update.value.model_dump(exclude_none=True)) == ("add", parts)
    assert text[update.start : update.end].strip() == update.evidence


@pytest.mark.parametrize(
    "text",
    [
        "液冷服务器有吗？",
        "T8X 用液冷吗",
        "没有NAS",
        "单卡700W",
        "显存 96GB",
        "GPU功率10kW",
        "400G IB 网络",
        "深度学习训练",
        "我们在深圳",
        "风冷液冷都可以",
        "普通机房",
        "要求并行存储",
        "100G网卡",
        "airport cameras",
        "need 50 people",
        "Do you support liquid cooling?",
        "96G显存，网络还没定",
    ],
)
def test_cards_questions_and_denials_state_no_condition(text: str) -> None:
    assert room(text) == []
