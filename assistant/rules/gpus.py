"""Public facts about GPUs: memory, bandwidth, power, each with its source; and what stands for a class of section 06.

Bytes of a nominal "48 GB" differ by maker's habit: where the memory that the driver reports is not sourced, the nominal
figure is read as 1e9 bytes each, the conservative reading.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pydantic import Field, model_validator

from assistant.rules.catalogue import GPU_CLASSES, GpuClass
from assistant.rules.files import read
from assistant.rules.text import Frozen, Text

GIB = 2**30
GB = 1e9


class Figure(Frozen):
    """A sourced figure, an interval where sources differ. An unverified one has no source and is not shown."""

    low: float
    high: float
    source: tuple[str, ...] = ()
    unverified: bool = False
    note: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_value(cls, data: Any) -> Any:
        if isinstance(data, dict) and "value" in data:
            return {**{k: v for k, v in data.items() if k != "value"}, "low": data["value"], "high": data["value"]}
        return data

    @model_validator(mode="after")
    def _sourced(self) -> Figure:
        if self.unverified == bool(self.source) or self.low > self.high:
            raise ValueError("a figure has a source or is marked unverified, and `low` does not exceed `high`")
        return self


class Gpu(Frozen):
    """One GPU. Memory in GB (`reported_gib` as the driver reports it), bandwidth and link in GB/s (link: both ways),
    dense TFLOPS, power in W. `per_server` is how many one machine takes at most in our estimates, `like` the GPU whose
    figures a class borrows."""

    id: str
    name: str
    class_: GpuClass | None = Field(default=None, alias="class")
    memory_gb: Figure
    reported_gib: Figure | None = None
    bandwidth_gb_s: Figure | None = None
    bf16_tflops: Figure | None = None
    fp8_tflops: Figure | None = None
    link_gb_s: Figure | None = None
    power_w: Figure | None = None
    per_server: int = 8
    like: str | None = None

    @property
    def memory_bytes(self) -> float:
        """What a program can count on before any reserve."""
        if self.reported_gib is not None:
            return self.reported_gib.low * GIB
        return self.memory_gb.low * GB

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the memory and the power come from."""
        figures = (self.memory_gb, self.reported_gib, self.power_w)
        return tuple(dict.fromkeys(s for figure in figures if figure for s in figure.source))


@cache
def gpus() -> tuple[Gpu, ...]:
    """Every GPU of the table; raises `ValidationError` on a malformed row."""
    return tuple(Gpu.model_validate(row) for row in read("gpus")["gpus"])


@cache
def gpu_sources() -> dict[str, str]:
    """Source id to its title."""
    return dict(read("gpus")["sources"])


@cache
def collected() -> str:
    """The day on which the figures were looked up, ISO."""
    return str(read("gpus")["collected"])


@cache
def _by_id() -> dict[str, Gpu]:
    return {gpu.id: gpu for gpu in gpus()}


@cache
def sized_with(gpu_class: GpuClass) -> tuple[Gpu, ...]:
    """The GPUs that stand for a class. A class named by its memory keeps that name, since any of its GPUs may come."""
    found = tuple(_by_id()[name] for name in read("gpus")["sized_with"][gpu_class])
    if gpu_class in ("48gb", "96gb"):
        return tuple(
            gpu.model_copy(update={"name": f"{gpu.memory_gb.low:g} GB GPU", "like": gpu.name}) for gpu in found
        )
    return found


# A memory size in place of a GPU: "80gb", "24G".
_MEMORY = re.compile(r"(\d{1,4})\s*(?:gb?|gib)", re.IGNORECASE)


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower()).removeprefix("nvidia").removeprefix("rtx")


def _words(name: str) -> list[str]:
    """The words of a GPU's name; the maker says nothing and a memory size is compared apart."""
    words = re.findall(r"[a-z0-9]+", name.lower())
    return [word for word in words if word not in ("nvidia", "rtx", "gpu") and not re.fullmatch(r"\d+gb?", word)]


def _means(name: str, gpu: Gpu) -> bool:
    """Whether a shortened name means this GPU: its first word and no word that it lacks, and the memory if one is
    said. H100 is an H100 SXM; L40 is no L40S."""
    words, own = _words(name), _words(gpu.name)
    if "6000" in name and not words:
        words = ["6000"]
    if not words or not own or words[0] != own[0] or not set(words) <= set(own):
        return False
    memory = re.search(r"(?<![a-z0-9])(\d+)\s?gb?(?![a-z0-9])", name.lower())
    return memory is None or float(memory[1]) == gpu.memory_gb.high


@cache
def find_gpus(name: str) -> tuple[Gpu, ...]:
    """GPUs by class ("96gb"), id, name or beginning of it ("h100"), or by memory ("24 GB"); empty when unknown."""
    key = _key(name)
    if not key:
        return ()
    for gpu_class in GPU_CLASSES:
        if key == _key(gpu_class):
            return sized_with(gpu_class)
    known = [gpu for gpu in gpus() if not gpu.memory_gb.unverified]
    exact = [gpu for gpu in known if key in (_key(gpu.id), _key(gpu.name))]
    begun = [gpu for gpu in known if _means(name, gpu)]
    if exact or begun:
        return tuple(exact or begun[:1])
    match = _MEMORY.fullmatch(name.strip())
    if match and (size := int(match[1])) > 0:
        for gpu_class in ("48gb", "96gb"):
            if gpu_class == f"{size}gb":
                return sized_with(gpu_class)
        figure = {"low": size, "high": size, "unverified": True}
        return (Gpu.model_validate({"id": f"{size}gb", "name": f"{size} GB GPU", "memory_gb": figure}),)
    return ()
