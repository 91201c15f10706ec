"""Names and sizes of language models in a text: 千问72B, Qwen2.5-VL-72B-int4, 671B, 70亿参数, 千亿参数."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.dialogue.clauses import SENTENCE_END
from assistant.dialogue.expressions import expression
from assistant.dialogue.figures import ONE, parse_one
from assistant.rules.requirements import ModelSpec

_FAMILIES: dict[str, str] = {
    "qwen": "Qwen", "千问": "Qwen", "通义千问": "Qwen", "qwq": "QwQ", "llama": "Llama", "羊驼": "Llama", "deepseek": "DeepSeek",
    "深度求索": "DeepSeek", "chatglm": "ChatGLM", "glm": "GLM", "智谱": "GLM", "mistral": "Mistral", "mixtral": "Mixtral",
    "baichuan": "Baichuan", "百川": "Baichuan", "internlm": "InternLM", "书生": "InternLM", "internvl": "InternVL",
    "gemma": "Gemma", "yi": "Yi", "kimi": "Kimi", "minimax": "MiniMax", "minicpm": "MiniCPM", "文心": "ERNIE",
    "ernie": "ERNIE", "混元": "Hunyuan", "hunyuan": "Hunyuan", "gpt-oss": "gpt-oss", "gpt oss": "gpt-oss", "phi": "Phi",
    "llava": "LLaVA", "falcon": "Falcon", "starcoder": "StarCoder", "nemotron": "Nemotron", "盘古": "Pangu",
    "command r": "Command R", "grok": "Grok", "豆包": "Doubao", "星火": "Spark", "yi-": "Yi",
}  # fmt: skip
# Words of other meanings: a name only with a size or a version.
_COMMON = frozenset({"Yi", "Phi", "Falcon", "Grok", "Spark", "Pangu", "ERNIE"})
_FAMILY = "|".join(sorted(map(re.escape, _FAMILIES), key=len, reverse=True))
_WIDTH = r"int4|int8|w4a16|w8a8|fp8|fp4|nvfp4|fp16|bf16|awq|gptq|gguf|nf4|4-?bits?|8-?bits?|q4(?:_k_m)?|q8(?:_0)?"
_QUANT = rf"(?:\s?[-_,，(（]?\s?(?:的|用|做)?\s?(?P<quant>{_WIDTH})(?![A-Za-z0-9])(?:\s?量化)?[)）]?)?"
# 3B轮 is a round of financing, 2B业务 a kind of business.
_SIZE = r"(?P<size>\d{1,7}(?:\.\d{1,3})?)\s?[bB](?![A-Za-z0-9]|轮|端|站|业务|类|座|栋|楼|区|款|超|投)"
_VARIANT = (
    r"(?:[-_ ]?(?:VL|Coder|Math|Omni|Audio|Vision|Next|Thinking|Distill(?:ed)?(?:-(?:Qwen|Llama)(?:[\d.]{1,4})?)?"
    r"|蒸馏版?|Scout|Maverick|Nemo|Large|Small|Air|Flash|Plus|Max))"
)
_PLAIN = r"(?:[-_ ]?(?:instruct|chat|base|it|hf|preview|\d{4}(?!\d|\s?年)))"
_VERSION = (
    r"(?:[-_ ]?(?:[vVrRkKmM]?\d{1,2}(?:\.\d{1,2})?)(?![\d.]*\s?[bBxX×]|\d|[.]\d|\s?(?:[张台块卡个人路万亿]|GPU|[xX×])))"
)
_NAMED = expression(
    rf"(?<![A-Za-z])(?P<family>{_FAMILY})(?P<version>{_VERSION})?(?P<variant>{_VARIANT}{{0,2}}){_PLAIN}{{0,2}}"
    rf"(?:[-_ ]?(?:(?P<experts>\d{{1,3}}\s?[x×]\s?\d{{1,3}}(?:\.\d)?\s?[bB](?![A-Za-z0-9]))|{_SIZE}))?"
    rf"(?P<active>-A\d{{1,3}}B)?(?P<late>{_VARIANT})?{_PLAIN}{{0,3}}{_QUANT}{_PLAIN}{{0,2}}",
    re.IGNORECASE,
)
_SECOND = expression(
    rf"\s?(?:/|和|或|、|or|and)\s?(?P<version>[vVrR]\d(?:\.\d)?)(?![A-Za-z0-9])(?:[-_ ]?{_SIZE})?{_QUANT}"
)
# A card such as 910B or a board name is no model size.
_CARD = expression(r"[昇升]腾|ascend|910|310|显卡|加速卡|海光|寒武纪", re.IGNORECASE)
_SIZED = expression(rf"(?<![A-Za-z0-9.]){_SIZE}(?:[-_ ]?(?:instruct|chat|base))?{_QUANT}", re.IGNORECASE)
_MIXTURE = expression(r"(?<![A-Za-z0-9.])(?P<experts>\d{1,3}\s?[x×]\s?\d{1,3}\s?[bB])(?![A-Za-z0-9])")
_SPELLED = expression(
    rf"(?<![A-Za-z0-9.])(?P<size>\d{{1,7}}(?:\.\d{{1,3}})?|{ONE})[- ]?(?:billion"
    rf"|bn)(?:[- ]param(?:eter)?s?)?(?! (?:rmb|yuan|cny|dollars|usd|rows|records|images|tokens|people|users))",
    re.IGNORECASE,
)
_CHINESE = expression(
    rf"(?<![\d.])(?P<n>{ONE}|[百千万])?\s*(?:多|来|余)?(?P<scale>[百千万]?亿)(?:级别?|规模)?(?:的)?(?:参数"
    rf"|大?语言模型|大模型|模型|稠密)(?:规模|级别?|量)?{_QUANT}"
)
_ABOUT = expression(
    r"(?:模型|参数)(?:规模|量|级别?|大小)?(?:大?约|大概|差不多|估计|应该|在|是|有|为|到|\s){0,4}"
    rf"(?P<n>{ONE}|[百千万])?\s*(?:多|来|余)?(?P<scale>[百千万]?亿)(?:级别?|规模|左右|参数)?(?![元人条张块个美])"
)
# The undistilled model of 671B, as opposed to its small namesakes.
_WHOLE = expression(r"满血|原版|\bfull[- ](?:size|version|blood)", re.IGNORECASE)
_UNITS = {"百": 1e2, "千": 1e3, "万": 1e4, "": 1.0}
_K = r"(?P<n>\d{1,7})\s*(?P<k>[kK千万])?"
_CONTEXT = expression(
    rf"(?:上下文|序列长度|context|seq(?:uence)?)(?:长度|窗口| length| window)?\s*(?:是|为|要|到|支持|of|=|:|：|约"
    rf"|大概|[\s]){{0,3}}{_K}(?![A-Za-z0-9])"
    rf"|(?<![A-Za-z\d.]){_K.replace('P<n', 'P<n_b').replace('P<k', 'P<k_b')}[- ]?\s?(?:tokens?\s?)?(?:的"
    rf"|of )?(?:长?上下文|序列|context|tokens? (?:of )?context)",
    re.IGNORECASE,
)
_THOUSANDS = {"k": 1024, "K": 1024, "千": 1000, "万": 10_000}
_REACH = 24


# A width with no model beside it belongs to the one spoken of before.
_WIDTH_ALONE = expression(rf"(?<![A-Za-z0-9_-])(?P<quant>{_WIDTH})(?![A-Za-z0-9_])", re.IGNORECASE)


@dataclass(frozen=True)
class FoundModel:
    """A model at `text[start:end]`; of a width alone ("改成 int4") neither name nor size is known."""

    spec: ModelSpec
    start: int
    end: int

    @property
    def named(self) -> bool:
        """Whether the words tell which model it is."""
        return self.spec.name is not None or self.spec.params_b is not None


def _spec(name: str | None, size: float | None, quant: str | None) -> ModelSpec | None:
    if size is not None and not 0 < size <= 1_000_000:
        return None
    width = quant.lower().replace("bits", "bit") if quant else None
    return ModelSpec(name=name, params_b=size, quantisation=width)


def _billions(match: re.Match[str]) -> float | None:
    """千亿 = 1e11 parameters = 100 billion."""
    unit = _UNITS[match["scale"][:-1]]
    if not match["n"]:
        return unit * 0.1
    if match["n"] in ("百", "千", "万"):
        return _UNITS[match["n"]] * unit * 0.1
    figure = parse_one(match["n"])
    return figure.low * unit * 0.1 if figure and figure.low else None


def _capital(variant: str) -> str:
    known = {"vl": "VL", "distilled": "Distill", "蒸馏": "Distill", "蒸馏版": "Distill"}
    # A model for code or mathematics is built like the one that it comes from.
    parts = [part for part in re.split(r"[-_ ]", variant) if part and part.lower() not in ("coder", "math")]
    return "".join("-" + (known.get(part.lower()) or part[:1].upper() + part[1:]) for part in parts)


def _name(family: str, version: str | None, variant: str) -> str:
    number = re.sub(r"^[-_ ]", "", version or "")
    if number[:1].isalpha():
        number = "-" + number[0].upper() + number[1:]
    elif number and family in ("gpt-oss", "Phi", "GLM", "Command R"):
        number = "-" + number
    return (family + number + _capital(variant))[:80]


def _named(text: str) -> Iterator[FoundModel | None]:
    for match in _NAMED.finditer(text):
        family = _FAMILIES[match["family"].lower()]
        size = float(match["size"]) if match["size"] else None
        if family in _COMMON and size is None and match["experts"] is None and not match["version"]:
            continue
        quant, version = match["quant"], match["version"]
        following = _SECOND.match(text, match.end()) if version and re.search("[vVrR]", version) else None
        if size is None and following and following["size"]:
            # "DeepSeek-V3/R1 671B": the size is that of both.
            size = float(following["size"])
        if size is None and family == "DeepSeek" and _WHOLE.search(text):
            size = 671.0
        name = _name(family, version, (match["variant"] or "") + (match["late"] or ""))
        if match["experts"]:
            name = f"{name} {re.sub(' ', '', match['experts']).replace('×', 'x')[:-1]}B"
        if match["active"]:
            # The count of active parameters tells such models apart: the size stays in the name.
            name = f"{name}-{size:g}B{match['active'].upper()}"
        spec = _spec(name, size, quant)
        yield FoundModel(spec, match.start(), match.end()) if spec else None
        if following:
            second = _spec(_name(family, following["version"], ""), size, following["quant"])
            yield FoundModel(second, following.start("version"), following.end()) if second else None


def _matches(text: str) -> Iterator[FoundModel | None]:
    yield from _named(text)
    for match in _MIXTURE.finditer(text):
        spec = _spec(re.sub(r"\s", "", match["experts"]).replace("×", "x").upper().replace("X", "x"), None, None)
        yield FoundModel(spec, match.start(), match.end()) if spec else None
    for pattern in (_SIZED, _SPELLED):
        for match in pattern.finditer(text):
            if _CARD.search(text[max(0, match.start() - 4) : match.end()]):
                continue
            figure = parse_one(match["size"])
            spec = _spec(None, figure.low, match.groupdict().get("quant")) if figure and figure.exact else None
            yield FoundModel(spec, match.start(), match.end()) if spec else None
    for match in (*_CHINESE.finditer(text), *_ABOUT.finditer(text)):
        size = _billions(match)
        spec = _spec(None, size, match.groupdict().get("quant")) if size else None
        yield FoundModel(spec, match.start(), match.end()) if spec else None


def _with_context(found: list[FoundModel], text: str) -> list[FoundModel]:
    """The context that stands with a model is part of what is said of it."""
    result = list(found)
    for match in _CONTEXT.finditer(text):
        words, k = match["n"] or match["n_b"], match["k"] or match["k_b"] or ""
        context = int(words) * _THOUSANDS.get(k, 1)
        near = [
            (abs(match.start() - model.end), place)
            for place, model in enumerate(result)
            if min(abs(match.start() - model.end), abs(model.start - match.end())) <= _REACH
            and not SENTENCE_END.search(text[min(model.end, match.end()) : max(model.start, match.start())])
        ]
        if near and 0 < context <= 10_000_000:
            place = min(near)[1]
            model = result[place]
            result[place] = FoundModel(model.spec.model_copy(update={"context": context}), model.start, model.end)
    return result


def models(text: str) -> list[FoundModel]:
    """Models in order of appearance, the longest reading of each place."""
    taken: list[FoundModel] = []
    places: set[int] = set()
    for found in _matches(text):
        if found and not places & set(range(found.start, found.end)):
            taken.append(_trimmed(found, text))
            places |= set(range(found.start, found.end))
    return _with_widths(_with_context(sorted(taken, key=lambda found: found.start), text), text)


def _with_widths(found: list[FoundModel], text: str) -> list[FoundModel]:
    """With widths that stand apart from a model: that of the last model before that has none, or one of its own."""
    result = list(found)
    for match in _WIDTH_ALONE.finditer(text):
        if any(model.start <= match.start() < model.end for model in found):
            continue
        spec = _spec(None, None, match["quant"])
        before = [place for place, model in enumerate(result) if model.named and model.end <= match.start()]
        if before and result[before[-1]].spec.quantisation is None and spec:
            model = result[before[-1]]
            widened = model.spec.model_copy(update={"quantisation": spec.quantisation})
            result[before[-1]] = FoundModel(widened, model.start, model.end)
        elif spec and not before:
            result.append(FoundModel(spec, match.start(), match.end()))
    return result


def _trimmed(found: FoundModel, text: str) -> FoundModel:
    words = text[found.start : found.end]
    start = found.start + len(words) - len(words.lstrip())
    return FoundModel(found.spec, start, start + len(words.strip()))
