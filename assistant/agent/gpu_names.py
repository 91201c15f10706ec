"""GPUs as prose names them: models (H100, L40S, RTX 4090, 昇腾 910B) and the classes of whitepaper section 06."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.rules.catalogue import GpuClass

_MODEL = re.compile(
    r"(?<![A-Za-z0-9-])(?:(?P<code>(?:GB|GH|MI|[ABHLPV])-?\d{2,3}(?!\.?[0-9])(?-i:[SX](?![A-Za-z0-9]))?"
    r"|L4|A6000|A5000|A4000|910[ABC]|RTX[ -]?(?:PRO[ -]?)?[A-Z]?\d{4}(?:[ -]?(?:Ti|D|Ada|SUPER))?"
    r"|(?:GTX[ -]?)?[2345]0[5-9]0(?:[ -]?(?:Ti|D))?(?=\s?(?:显卡|卡|GPU|card)))(?=s?(?![A-Za-z0-9]))"
    r"|(?P<name>Blackwell|Hopper|Gaudi|昇腾|Ascend|Rubin))",
    re.IGNORECASE,
)
_SIZE = re.compile(
    r"(?<![\d.A-Za-z])(?P<gb>\d{2,3})\s?GB?(?:\s?级|[- ]class)?(?:的|\s)?\s?(?:专业|显存|professional"
    r"|server|memory|大显存|服务器|级)*"
    r"\s?(?:的)?\s?(?:GPUs?|显卡|卡|cards?|class|档|级)",
    re.IGNORECASE,
)
_CLASS: dict[str, GpuClass] = {
    "48": "48gb", "96": "96gb", "H100": "h100_h200", "H200": "h100_h200", "B200": "blackwell", "GB200": "blackwell",
    "BLACKWELL": "blackwell", "B300": "blackwell", "GB300": "blackwell",
}  # fmt: skip


@dataclass(frozen=True)
class GpuName:
    """A GPU at `text[start:end]`; `key` tells the same name in another spelling; `named` is False for a mere size."""

    words: str
    key: str
    gpu_class: GpuClass | None
    start: int
    end: int
    named: bool = True


def gpu_names(text: str) -> list[GpuName]:
    """Every GPU that a plain text names, in order. Spellings of one model share a key ("rtx 4090", "RTX4090")."""
    found = []
    for match in _MODEL.finditer(text):
        key = re.sub(r"[^A-Z0-9]", "", match[0].upper()).removeprefix("RTX").removeprefix("GTX") or match[0]
        # "RTX PRO 6000 Blackwell" is one card of the 96 GB class.
        card = key == "BLACKWELL" and re.search(r"PRO 6000 $", text[max(0, match.start() - 9) : match.start()])
        if match["name"] and card:
            continue
        found.append(GpuName(match[0], key, _CLASS.get(key), match.start(), match.end()))
    for match in _SIZE.finditer(text):
        key = match["gb"]
        found.append(GpuName(match[0], f"{key}GB", _CLASS.get(key), match.start(), match.end(), named=False))
    return sorted(found, key=lambda name: name.start)
