"""A way in which a kind of personal data is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

# What stands in the text instead of it.
Kind = Literal[
    "name",
    "contact",
    "account",
    "link",
    "network address",
    "address",
    "id number",
    "card number",
    "tax number",
    "plate",
    "birth date",
    "secret",
    "organisation",
    "department",
]
# Stands for each character that was found already, while the rest is looked through. It belongs to no language.
TAKEN = "\ue000"
# Where a code of letters and digits begins and ends, beside Chinese characters too.
BEGIN = r"(?<![A-Za-z0-9])"
END = r"(?![A-Za-z0-9])"
HAN = r"[\u4e00-\u9fff]"
# Hardware and models: they look like accounts, plates and names, and are what the questions are about.
TECHNICAL = re.compile(
    r"(?:RTX|GTX|DGX|HGX|NVL|SXM|PCIE|NVME|SSD|DDR|HBM|EPYC|XEON|CUDA|LLM|RAG|GPU|CPU|NPU|T-Rack|Qwen|Llama|Deep-?Seek"
    r"|GPT|GLM|Chat-?GLM|Mi[sx]tral|Gemma|Baichuan|Intern|Yi-|Phi-|Falcon|Kimi|Stable|Flux|SDXL|Whisper|BERT|BGE|vLLM"
    r"|SGLang|TensorRT|Triton|PyTorch|GB?\d{3}(?!\d)|MI\d|[GT]\d{1,2}[A-Z]?(?![A-Z\d])|[ABHLPTV]\d{1,3}(?!\d))",
    re.IGNORECASE,
)


def _always(_: re.Match[str]) -> bool:
    return True


@dataclass(frozen=True)
class Sign:
    """A pattern over folded text, of which the group `it` is personal, or the whole where there is no such group.

    `holds` looks at what a pattern can't tell. Every repetition in a pattern has an upper bound, so that a hostile text
    costs no more than its length.
    """

    kind: Kind
    pattern: re.Pattern[str]
    holds: Callable[[re.Match[str]], bool] = _always

    @classmethod
    def of(cls, kind: Kind, pattern: str, holds: Callable[[re.Match[str]], bool] = _always) -> Sign:
        """From a pattern in which capitals and small letters are the same, and a Chinese character ends a word."""
        return cls(kind, re.compile(pattern, re.IGNORECASE | re.ASCII), holds)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where it stands, from left to right."""
        group = "it" if "it" in self.pattern.groupindex else 0
        for match in self.pattern.finditer(text):
            if self.holds(match):
                yield match.span(group)
