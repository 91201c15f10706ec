"""A question of size, "70B 全参微调，8 卡 96G 够吗", "how many H100s for a 72B model?": what it asks to calculate."""

from __future__ import annotations

import re
from functools import cache

from assistant.dialogue.expressions import expression
from assistant.dialogue.figures import parse_one
from assistant.rules.footprint import Task
from assistant.rules.gpus import gpus
from assistant.rules.requirements import Method, ModelSpec
from assistant.rules.sizing import SizingRequest, precision_of
from assistant.rules.text import Frozen

# What is asked: does it fit, how many, how much memory.
_ASKED = expression(
    r"够(?:不够|吗|么|用|了吗|跑)|能不能.{0,6}(?:跑|装|放|带|训|微调|部署)|(?:放|装|跑|带|扛|撑|吃)(?:得|不)(?:下|动|起来|了|住)"
    r"|(?:能|可以|行不行).{0,6}(?:跑|放下|装下|训|微调|部署|推理)|(?:可以|可行|行|OK)[吗么?？]|(?:要|需要?|得)(?:用|配|上|买)?\s*(?:几|多少)\s*(?:张|块|片|台|卡|个\s*GPU|GPU)"
    r"|几(?:张|块)(?:卡|GPU)?|多(?:少|大)的?\s*(?:张|块|显存|GPU|卡)|显存(?:够|要|需|占|有?多)|(?:占|吃|用)(?:用)?(?:多少)?显存|爆显存|OOM"
    r"|\b(?:enough|fit|fits|suffice|sufficient|how many (?!users|people|groups|teams|requests|tasks)"
    r"|how much (?:gpu )?(?:memory|vram)|vram|gpu memory|out of memory"
    r"|memory (?:does|do|is|for)|can (?:[^.?!]{0,48}) (?:run|train|fine-?tune|serve|host))\b",
    re.IGNORECASE,
)
_MEMORY = expression(r"显存|\bvram\b|\bgpu memory\b", re.IGNORECASE)
# A line of ours, "那 G2 够不够", "is T4 enough": the number of GPUs that it is checked with stands for it.
_ENOUGH = expression(r"够(?:不够|吗|么|用)|\b(?:enough|sufficient|suffice)\b|(?:放|装|跑|带)得(?:下|动)", re.IGNORECASE)
_METHODS: tuple[tuple[Method, re.Pattern[str]], ...] = (
    ("qlora", expression(r"q-?lora|量化\s*lora", re.IGNORECASE)),
    ("lora", expression(r"(?<!q)(?<!q-)lora|参数高效|\bpeft\b|adapter|适配器", re.IGNORECASE)),
    ("full", expression(
        r"全(?:量|参数?)(?:的)?(?:微调|训练|精调|tuning|ft)?"
        r"|\bfull[- ](?:parameter |param |model )?(?:fine[- ]?tun\w*|ft|training|sft)\b"
        r"|\bfine[- ]?tun\w*\b.{0,40}\bin full\b"
        r"|\bfull(?:y)? fine[- ]?tun\w*|\ball (?:the )?(?:parameters|weights)\b", re.IGNORECASE)),
)  # fmt: skip
_TRAINED = expression(r"预训练|从头训|从零训|\bpre-?train\w*|from scratch", re.IGNORECASE)
_TUNED = expression(r"微调|精调|\bsft\b|fine[- ]?tun\w*|\bft\b", re.IGNORECASE)
_TRAINING = expression(r"训练|\btrain\w*", re.IGNORECASE)
_SERVED = expression(r"推理|部署|上线|服务|跑得|\b(?:inference|serv\w+|deploy\w*|host\w*)\b", re.IGNORECASE)
# The word before its number is tried first: in "并发200 上下文32k" the 200 is no context.
_CONTEXT = (
    expression(
        r"(?:上下文|序列长度|seq(?:uence)?(?: length)?|context(?: length| window)?)(?:长度|窗口)?"
        r"\s*(?:是|为|of|=|:|：|约)?\s*(?P<n>\d{1,7})\s*(?P<k>[kK千万])?", re.IGNORECASE),
    expression(
        r"(?<![A-Za-z\d])(?P<n>\d{1,7})\s*(?P<k>[kK千万])?\s*(?:tokens?|的?(?:上下文|序列长度?)|(?:of )?context|长度)",
        re.IGNORECASE),
)  # fmt: skip
_CONCURRENT = (
    expression(r"(?:并发|concurrency)\s*(?:数|量|of|=|:|：|是|为)?\s*(?P<n>\d{1,6})", re.IGNORECASE),
    expression(
        r"(?<![A-Za-z\d])(?P<n>\d{1,6})\s*(?:路|个|人|个人|用户|个用户)?\s*(?:同时)?(?:的)?"
        r"(?:并发|concurrent|simultaneous|parallel requests)", re.IGNORECASE),
)  # fmt: skip
# Characters: "显存要多少" can only be about the visitor's own model; a longer question may be a general one.
_SHORT = 8
_ONE = r"\d{1,5}|[一二两三四五六七八九十]{1,3}"
_WORD = {
    "a single": 1, "single": 1, "单": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6, "eight": 8, "ten": 10,
    "sixteen": 16,
}  # fmt: skip
_THOUSANDS = {"k": 1024, "K": 1024, "千": 1000, "万": 10_000}


class SizeQuestion(Frozen):
    """What a question of size names. Whatever is None was not said: a model may be known from the conversation.

    `gpu` is kept in the visitor's words when it is no GPU of the table, so that the reply can say so.
    """

    model: ModelSpec | None = None
    task: Task | None = None
    context: int | None = None
    concurrency: int | None = None
    gpu: str | None = None
    gpus: int | None = None

    def request(self, known: tuple[ModelSpec, ...], doing: Task | None) -> SizingRequest | None:
        """The calculation, with the model and the task of the conversation where the question names none; None while
        no model is known."""
        model = self.model or (known[-1] if known else None)
        if model is None:
            return None
        # What the conversation does is done with its own model; another one is served unless something else is said.
        own = self.model is None or self.model in known
        task = self.task or (doing if own else None) or "inference"
        return SizingRequest(
            model=model.name or None,
            params_b=model.params_b if (model.params_b or 0) <= 100_000 else None,
            task=task,
            precision=precision_of(model.quantisation) if task == "inference" else None,
            context=self.context or model.context,
            concurrency=self.concurrency,
            gpu=self.gpu,
            gpus=self.gpus,
        )


def method_of(text: str) -> Method | None:
    """How a model is trained, where the words say it."""
    return next((method for method, pattern in _METHODS if pattern.search(text)), None)


def task_of(text: str) -> Task | None:
    """What is done with the model; fine-tuning without a method is taken as full, the most that it can need."""
    method = method_of(text)
    if method is not None:
        return "finetune-full" if method == "full" else method
    if _TRAINED.search(text):
        return "training"
    if _TUNED.search(text):
        return "finetune-full"
    if _SERVED.search(text):
        return "inference"
    return "training" if _TRAINING.search(text) else None


@cache
def _cards() -> re.Pattern[str]:
    """GPUs by name, those of the table and well-known ones that it lacks, or a memory size of a card."""
    names = sorted({re.split(r"[ -]", gpu.name)[0] for gpu in gpus() if not gpu.name.startswith("RTX")})
    known = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    rtx = r"RTX\s?(?:PRO\s?)?\d{4}(?:\s?(?:Ada|Blackwell|SE|D))?|RTX\s?A6000|A6000|6000\s?Ada"
    others = r"[AHVLP]\d{2,3}|(?:RTX\s?)?[2345]0[5-9]0(?:\s?(?:Ti|D|Super))?|MI\d{3}X?|(?:昇腾|Ascend\s?)?910[BC]|DGX"
    name = rf"(?P<name>{rtx}|(?:{known})(?:\s?(?:NVL|SXM|PCIe))?|{others})"
    return expression(
        rf"(?<![A-Za-z0-9]){name}(?:s(?![A-Za-z])|(?![A-Za-z0-9]))"
        r"|(?:(?<=\d[xX])|(?<![A-Za-z0-9.]))(?P<memory>\d{2,3})\s?G(?:i?B)?(?![A-Za-z0-9/])"
        r"(?!\s*(?:内存|数据|硬盘|RAM|of data))",
        re.IGNORECASE,
    )


_COUNT = expression(
    rf"(?P<n>{_ONE}|{'|'.join(_WORD)})\s*(?:张|块|片|卡|个\s*GPU|[x×*]\s*(?=[A-Za-z]*\d)|(?:\d{{2,3}}\s?GB?\s*)?(?:gpus?|cards?)\b)",
    re.IGNORECASE,
)
_BESIDE = expression(rf"(?P<n>{_ONE}|{'|'.join(_WORD)})\s*(?:[x×*]\s*)?$", re.IGNORECASE)
_AFTER = expression(
    rf"\s*(?:显存)?(?:的)?\s*(?:[x×*]\s*)?(?P<n>{_ONE})\s*(?:张|块|片|卡|gpus?|cards?|(?=$|[\s，,。？?够]))",
    re.IGNORECASE,
)


def _number(words: str) -> int | None:
    if words.lower() in _WORD:
        return _WORD[words.lower()]
    figure = parse_one(words)
    return int(figure.low) if figure is not None and figure.exact and figure.low else None


def _card(text: str) -> tuple[str | None, int | None]:
    """The GPU named and how many of it."""
    gpu: str | None = None
    count: int | None = None
    if match := _cards().search(text):
        gpu = match["name"] or f"{match['memory']}gb"
        near = _BESIDE.search(text[: match.start()].rstrip("个张块片卡的 -")) or _AFTER.match(text[match.end() :])
        count = _number(near["n"]) if near else None
    if count is None and (said := _COUNT.search(text)):
        count = _number(said["n"])
    return gpu, count if count and count <= 100_000 else None


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.search(text))), None)


def _context(text: str) -> int | None:
    match = _first(_CONTEXT, text)
    value = int(match["n"]) * _THOUSANDS.get(match["k"] or "", 1) if match else 0
    return value if 0 < value <= 10_000_000 else None


def _concurrency(text: str) -> int | None:
    match = _first(_CONCURRENT, text)
    return int(match["n"]) if match and 0 < int(match["n"]) <= 1_000_000 else None


def asks_enough(text: str) -> bool:
    """Whether a folded text asks if something is enough."""
    return bool(_ENOUGH.search(text))


def _named(text: str, found: tuple[ModelSpec, ...]) -> SizeQuestion:
    """Everything about a size that the text names."""
    gpu, count = _card(text)
    return SizeQuestion(
        model=found[-1] if found else None,
        task=task_of(text),
        context=_context(text),
        concurrency=_concurrency(text),
        gpu=gpu,
        gpus=count,
    )


def size_question(text: str, found: tuple[ModelSpec, ...]) -> SizeQuestion | None:
    """The question of size in a folded text, with the models that it names; None when it asks for no size.

    Words for fitting are not enough: a model, a number of GPUs or GPU memory must be named as well. A question that
    names a model and a number of GPUs needs no such words: "4 x A100 full fine-tune 7B?".
    """
    named = _named(text, found)
    counted = named.gpu is not None and named.gpus is not None
    plain = bool(found) and counted and text.rstrip().endswith(("?", "吗", "么", "呢"))
    if not plain and not _ASKED.search(text):
        return None
    alone = _MEMORY.search(text) and named.gpu is None and (asks_enough(text) or len(text) <= _SHORT)
    # "How much memory does one H200 have?" asks for a fact; whether something fits is what is worked out.
    return named if found or (counted and asks_enough(text)) or alone else None


_FOLLOWS = expression(
    r"^(?:那么?|换成?|改成?|如果|要是|还是)|呢[?？]?$|的话|^(?:(?:and|so|ok|but)\b,? )?(?:what|how) about\b"
    r"|^(?:and|with|what if)\b",
    re.IGNORECASE,
)
# Characters; a longer message says more than what it changes.
_BRIEF = 32


def follow_up(text: str, found: tuple[ModelSpec, ...]) -> SizeQuestion | None:
    """What a short message changes in the question of size before it: "那 LoRA 呢", "what about 8 L40S?"."""
    if len(text) > _BRIEF or not _FOLLOWS.search(text):
        return None
    named = _named(text, found)
    if named.gpus is None and (count := re.search(rf"(?P<n>{_ONE})\s*(?:张|块|片|卡)", text)):
        named = named.model_copy(update={"gpus": _number(count["n"])})
    return named if named != SizeQuestion() else None
