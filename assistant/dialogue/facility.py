"""Machine-room conditions in a text (whitepaper section 04.5): power a rack, depth, cooling, network, load."""

from __future__ import annotations

import re
from typing import Any

from assistant.rules.requirements import Facility

_POWER = re.compile(r"(?<!\d)(\d{1,5}(?:\.\d{1,3})?)\s*(?:kW|千瓦)", re.IGNORECASE)
_DEPTH = re.compile(
    r"(?:深度?|depth|deep)\D{0,6}(\d{1,5}(?:\.\d{1,3})?)\s*(mm|毫米|cm|厘米|m|米)(?![a-z])", re.IGNORECASE
)
_NETWORK = re.compile(r"(?<!\d)(\d{1,5})\s*(?:GbE|Gbps|G ?网|G ?以太|Gb/s)", re.IGNORECASE)
_LOAD = re.compile(r"(?<!\d)(\d{1,6}(?:\.\d{1,3})?)\s*(?:kg|公斤|千克)\s*/?\s*(?:m2|m²|㎡|平米|平方)", re.IGNORECASE)
_LIQUID = re.compile(r"液冷|水冷|liquid|water[- ]cooled", re.IGNORECASE)
_AIR = re.compile(r"风冷|空调|air", re.IGNORECASE)
_MILLIMETRES = {"mm": 1.0, "毫米": 1.0, "cm": 10.0, "厘米": 10.0, "m": 1000.0, "米": 1000.0}


def facility(text: str) -> Facility | None:
    """The conditions that the text states; None when it states none."""
    found: dict[str, Any] = {}
    if match := _POWER.search(text):
        found["rack_power_kw"] = float(match[1])
    if match := _DEPTH.search(text):
        found["rack_depth_mm"] = float(match[1]) * _MILLIMETRES[match[2].lower()]
    if match := _NETWORK.search(text):
        found["network_gbe"] = float(match[1])
    if match := _LOAD.search(text):
        found["floor_load_kg_m2"] = float(match[1])
    if _LIQUID.search(text):
        found["cooling"] = "liquid"
    elif _AIR.search(text):
        found["cooling"] = "air"
    return Facility.model_validate(found) if found else None
