"""Names and sizes of language models in a text: 千问72B, Qwen2.5-72B-int4, 671B, 70亿参数, 千亿参数."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.dialogue.figures import ONE, parse_one
from assistant.rules.requirements import ModelSpec

_FAMILIES: dict[str, str] = {
    "qwen": "Qwen", "千问": "Qwen", "通义千问": "Qwen", "llama": "Llama", "deepseek": "DeepSeek", "深度求索": "DeepSeek",
    "chatglm": "ChatGLM", "glm": "GLM", "智谱": "GLM", "mistral": "Mistral", "mixtral": "Mixtral", "baichuan": "Baichuan",
    "百川": "Baichuan", "internlm": "InternLM", "书生": "InternLM", "gemma": "Gemma", "yi": "Yi", "kimi": "Kimi",
    "minimax": "MiniMax", "文心": "ERNIE", "ernie": "ERNIE", "混元": "Hunyuan", "hunyuan": "Hunyuan",
}  # fmt: skip
_FAMILY = "|".join(sorted(map(re.escape, _FAMILIES), key=len, reverse=True))
_QUANT = r"(?:[-_ ]?(?P<quant>int4|int8|fp8|fp16|bf16|awq|gptq|gguf|nf4|4-?bit|8-?bit|q4|q8))?"
_SIZE = r"(?P<size>\d+(?:\.\d+)?)\s?[bB](?![A-Za-z0-9])"
_NAMED = re.compile(
    rf"(?<![A-Za-z])(?P<family>{_FAMILY})(?P<version>[-_ ]?(?:[vVrR]?\d(?:\.\d+)?)(?![\d.]*\s?[bB]))?"
    rf"(?:[-_ ]?(?:instruct|chat|base|coder|vl))*(?:[-_ ]?{_SIZE})?{_QUANT}(?:[-_ ]?(?:instruct|chat|base))*",
    re.IGNORECASE,
)
# A card such as 910B or a board name is no model size.
_CARD = re.compile(r"昇腾|ascend|910|310|显卡|加速卡", re.IGNORECASE)
_SIZED = re.compile(rf"(?<![A-Za-z0-9.]){_SIZE}{_QUANT}", re.IGNORECASE)
_SPELLED = re.compile(r"(?<![A-Za-z0-9.])(?P<size>\d+(?:\.\d+)?)[- ]?billion(?:[- ]parameters?)?", re.IGNORECASE)
_CHINESE = re.compile(rf"(?P<n>{ONE}|[百千万])?\s*(?P<scale>[百千万]?亿)(?:级别?|规模)?(?:的)?(?:参数|大模型|模型)")
# The undistilled model of 671B, as opposed to its small namesakes.
_WHOLE = re.compile(r"满血|原版|\bfull[- ](?:size|version|blood)", re.IGNORECASE)
_UNITS = {"百": 1e2, "千": 1e3, "万": 1e4, "": 1.0}


@dataclass(frozen=True)
class FoundModel:
    """A model at `text[start:end]`."""

    spec: ModelSpec
    start: int
    end: int


def _spec(name: str | None, size: float | None, quant: str | None) -> ModelSpec | None:
    if size is not None and not 0 < size <= 1_000_000:
        return None
    return ModelSpec(name=name, params_b=size, quantisation=quant.lower() if quant else None)


def _billions(match: re.Match[str]) -> float | None:
    """千亿 = 1e11 parameters = 100 billion."""
    unit = _UNITS[match["scale"][:-1]]
    if match["n"] is None:
        return unit * 0.1
    if match["n"] in ("百", "千", "万"):
        return _UNITS[match["n"]] * unit * 0.1
    figure = parse_one(match["n"])
    return figure.low * unit * 0.1 if figure and figure.low else None


def _matches(text: str) -> Iterator[FoundModel | None]:
    for match in _NAMED.finditer(text):
        size = float(match["size"]) if match["size"] else None
        if match["family"].lower() == "yi" and size is None:
            continue
        version = re.sub(r"^[-_ ]", "", match["version"] or "")
        if size is None and match["family"].lower() == "deepseek" and _WHOLE.search(text):
            size = 671.0
        name = _FAMILIES[match["family"].lower()] + (f"-{version}" if version[:1] in "vVrR" and version else version)
        spec = _spec(name, size, match["quant"])
        yield FoundModel(spec, match.start(), match.end()) if spec else None
    for pattern in (_SIZED, _SPELLED):
        for match in pattern.finditer(text):
            if _CARD.search(text[max(0, match.start() - 4) : match.end()]):
                continue
            spec = _spec(None, float(match["size"]), match.groupdict().get("quant"))
            yield FoundModel(spec, match.start(), match.end()) if spec else None
    for match in _CHINESE.finditer(text):
        size = _billions(match)
        spec = _spec(None, size, None) if size else None
        yield FoundModel(spec, match.start(), match.end()) if spec else None


def models(text: str) -> list[FoundModel]:
    """Models in order of appearance, the longest reading of each place."""
    taken: list[FoundModel] = []
    for found in _matches(text):
        if found and not any(found.start < other.end and other.start < found.end for other in taken):
            taken.append(found)
    return sorted(taken, key=lambda found: found.start)
