"""Which of the two languages a text is in."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["zh", "en"]
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]?[a-z]+(?:'[a-z]+)?(?![A-Za-z0-9])")
# Names that are Latin in either language.
_NEUTRAL = re.compile(
    r"(?<![A-Za-z])(?:qwen|llama|deepseek|mixtral|mistral|gemma|nvlink|nvswitch|pytorch|vllm|blender|ansys|checkpoint|"
    r"lora|qlora|ollama|docker|kubernetes|rag|gpu|gpus|cpu|rackscale|t-rackscale|ok)(?![A-Za-z])",
    re.IGNORECASE,
)


def detect(text: str, default: Language = "zh") -> Language:
    """Chinese when it has at least as many Chinese characters as English words; `default` when neither occurs.

    Product codes, acronyms, units and model names are Latin in both languages and count for neither.
    """
    han = len(_HAN.findall(text))
    words = len(_WORD.findall(_NEUTRAL.sub(" ", text)))
    if not han and not words:
        return default
    return "zh" if han >= words else "en"


def fold(text: str) -> str:
    """Full-width forms to half-width, one character for one, so that spans stay valid."""
    return "".join(
        chr(ord(char) - 0xFEE0)
        if 0xFF01 <= ord(char) <= 0xFF5E and char not in "，！？；：（）"
        else " "
        if char == "\u3000"
        else char
        for char in text
    )
