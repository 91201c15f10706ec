"""Every error the advisor raises on purpose.

AdvisorError                 carries a `code` and, for people, `message(language)`
├── InputError               the caller's message or value can't be used; nothing was changed
│   ├── EmptyMessage
│   ├── MessageTooLong
│   ├── NotText
│   ├── BadValue
│   ├── CommentTooLong
│   └── CannotSize           the memory arithmetic has nothing to calculate with
│       ├── NoModel
│       ├── UnknownModel
│       └── UnknownGpu
├── SessionNotFound
├── TurnNotFound             the conversation has no such turn
├── TurnUnanswered           the turn has no reply yet, so there is nothing to judge
├── TraceMissing             the turn has no trace
├── TurnUnrepeatable         the turn's trace does not hold what it takes to run it again
├── TurnTimeout              one turn took longer than allowed; the message is kept
├── TurnConflict             another process went on with the conversation meanwhile; the message is kept
├── IndexMissing             no index yet: run `advisor ingest`
├── IndexMismatch            the index was written by another embedder: run `advisor ingest`
├── IndexBusy                another process holds the embedded index
├── ModelError               a model that the settings name can't be used
│   ├── ModelNotFound        there is no such folder, and no such model on the hub
│   ├── HubUnreachable       it is not on this machine and the hub can't be asked
│   ├── ModelBroken          it is there and can't be loaded
│   ├── NotAnEmbedder        it is a model of another kind
│   ├── NotAReranker         it is a model of another kind
│   └── ModelLibraryMissing  sentence-transformers or torch can't be imported
├── TelemetryMissing         OpenTelemetry is wanted and its packages are not there
└── CorpusError              a document or a rule table can't be read
"""

from __future__ import annotations

from typing import Literal

Language = Literal["zh", "en"]


class AdvisorError(Exception):
    """Base of all; `zh` and `en` are format strings over the constructor's keyword arguments."""

    code = "error"
    zh = "系统出错了，请稍后再试。"
    en = "Something went wrong on our side; please try again."

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.message("en"))

    def message(self, language: Language) -> str:
        """One or two sentences for the person at the keyboard: what happened and what to do."""
        return (self.zh if language == "zh" else self.en).format(**self.details)


class InputError(AdvisorError):
    """The input can't be used; nothing was changed."""

    code = "bad_input"


class EmptyMessage(InputError):
    code = "empty_message"
    zh = "消息是空的，请输入您的问题或需求。"
    en = "The message is empty. Type your question or describe your workload."


class MessageTooLong(InputError):
    """`given` and `allowed` are numbers of characters."""

    code = "message_too_long"
    zh = "消息太长了（{given} 个字符，上限 {allowed}）。请只保留与选型有关的部分，或分几条发送。"
    en = (
        "The message is too long ({given} characters; the limit is {allowed}). "
        "Keep what matters for the choice, or split it."
    )


class NotText(InputError):
    code = "not_text"
    zh = "这条消息看起来不是文字。请用中文或英文描述您的需求。"
    en = "That does not look like text. Please describe your needs in Chinese or English."


class BadValue(InputError):
    """`field` is the checklist field, `problem` says what is allowed."""

    code = "bad_value"
    zh = "「{field}」的值无法使用：{problem}"
    en = "The value for “{field}” can't be used: {problem}"


class CommentTooLong(InputError):
    """`given` and `allowed` are numbers of characters."""

    code = "comment_too_long"
    zh = "意见太长了（{given} 个字符，上限 {allowed}），没有保存。请写短一些。"
    en = "The comment is too long ({given} characters; the limit is {allowed}) and was not kept. Please shorten it."


class CannotSize(InputError):
    """The memory arithmetic has nothing to calculate with. `option` is what the caller calls the number of parameters,
    `known` lists what may be named instead."""

    code = "cannot_size"


class NoModel(CannotSize):
    code = "no_model"
    zh = "请给出模型，或用 {option} 给出参数量（单位：十亿，例如 72）。可以直接写的模型：{known}。"
    en = "Name a model, or give the number of parameters as {option} (in billions, such as 72). Known models: {known}."


class UnknownModel(CannotSize):
    """`name` is the model as it was given."""

    code = "unknown_model"
    zh = "不知道「{name}」有多少参数。请用 {option} 给出参数量（单位：十亿，例如 72），或改用已知的模型：{known}。"
    en = (
        "How many parameters “{name}” has is not known. Give the number as {option} (in billions, such as 72), "
        "or name a known model: {known}."
    )


class UnknownGpu(CannotSize):
    """`name` is the GPU as it was given."""

    code = "unknown_gpu"
    zh = "不知道「{name}」是什么 GPU。可以写显存容量（例如 80gb）、GPU 类型或型号：{known}。"
    en = "“{name}” is not a known GPU. Give its memory (such as 80gb), a GPU class or a model: {known}."


class SessionNotFound(AdvisorError):
    code = "session_not_found"
    zh = "没有找到这段对话，它可能已被删除。请开始新的对话。"
    en = "This conversation was not found; it may have been deleted. Please start a new one."


class TurnNotFound(AdvisorError):
    """`turn` is the number as it was given."""

    code = "turn_not_found"
    zh = "这段对话没有第 {turn} 轮。"
    en = "This conversation has no turn {turn}."


class TurnUnanswered(AdvisorError):
    """`turn` is the number as it was given."""

    code = "turn_unanswered"
    zh = "第 {turn} 轮还没有回复，暂时不能评价。"
    en = "Turn {turn} has no reply yet, so there is nothing to rate."


class TraceMissing(AdvisorError):
    """`turn` is the number as it was given."""

    code = "trace_missing"
    zh = "第 {turn} 轮没有过程记录：它早于这项功能，或者当时程序中断了。"
    en = "Turn {turn} has no trace: it is from before traces were kept, or the program ended over it."


class TurnUnrepeatable(AdvisorError):
    """`turn` is the number as it was given, `problem` what is wrong with what was kept."""

    code = "turn_unrepeatable"
    zh = "第 {turn} 轮无法重新运行：当时的对话状态没有完整保留，或这个版本读不了（{problem}）。--no-run 只显示记录。"
    en = (
        "Turn {turn} can't be run again: the state it began from was not kept whole, or this version can't read it "
        "({problem}). --no-run prints the trace alone."
    )


class TurnTimeout(AdvisorError):
    """One turn took longer than `longest_turn_s`; the message is kept without a reply."""

    code = "turn_timeout"
    zh = "处理时间过长，这一轮没有完成；您的话已保存，请再试一次。"
    en = "This turn took too long and was not finished. What you said is kept; please try again."


class TurnConflict(AdvisorError):
    """The conversation went on elsewhere while this turn was worked out; the message is kept without a reply.

    The advisor works such a turn out again; only a conversation that many processes write to at once lets it through.
    """

    code = "turn_conflict"
    zh = "这段对话正在别处继续，这一轮没有完成；您的话已保存，请再试一次。"
    en = "This conversation was being continued elsewhere, so this turn was not finished. Please try again."


class IndexMissing(AdvisorError):
    """`path` says where an index was looked for."""

    code = "index_missing"
    zh = "还没有知识索引（{path}）。请运行 advisor ingest。"
    en = "There is no knowledge index at {path} yet. Run: advisor ingest"


class IndexMismatch(AdvisorError):
    """`written` and `configured` name embedders."""

    code = "index_mismatch"
    zh = "索引由嵌入模型 {written} 写入，而当前配置是 {configured}。请运行 advisor ingest 重建。"
    en = "The index was written with the embedder {written}, but {configured} is configured. Run: advisor ingest"


class IndexBusy(AdvisorError):
    """`path` is the folder another process has locked."""

    code = "index_busy"
    zh = "另一个进程正在使用索引（{path}）。请先停止它，或通过 ADVISOR_QDRANT_URL 使用 Qdrant 服务。"
    en = "Another process is using the index at {path}. Stop it first, or point ADVISOR_QDRANT_URL at a Qdrant server."


class ModelError(AdvisorError):
    """`setting` is the variable that names the model, `name` what it is set to."""

    code = "model_error"


class ModelNotFound(ModelError):
    code = "model_not_found"
    zh = (
        "找不到模型「{name}」（{setting}）：本机没有这个文件夹，模型库里也没有这个名字。"
        "请检查拼写，或改为模型文件夹的路径。"
    )
    en = (
        "There is no model “{name}” ({setting}): no such folder here and no such name on the model hub. "
        "Check the spelling, or give the path of the model's folder."
    )


class HubUnreachable(ModelError):
    """`problem` is what the hub's client said."""

    code = "hub_unreachable"
    zh = (
        "模型「{name}」（{setting}）不在本机，而模型库无法访问（{problem}）。"
        "请检查拼写，联网后再试，或把模型复制到本机并将 {setting} 设为该文件夹的路径。"
    )
    en = (
        "The model “{name}” ({setting}) is not on this machine and the model hub can't be reached ({problem}). "
        "Check the spelling, try again with a network, or copy the model here and set {setting} to its folder."
    )


class ModelBroken(ModelError):
    """`problem` is what the library that loads it said."""

    code = "model_broken"
    zh = "模型「{name}」（{setting}）无法加载：{problem}。请重新下载或复制该模型，或改用其他模型。"
    en = "The model “{name}” ({setting}) can't be loaded: {problem}. Copy or download it again, or name another model."


class NotAnEmbedder(ModelError):
    """`kind` is what its files say that it is."""

    code = "not_an_embedder"
    zh = "「{name}」（{setting}）不是向量模型，而是 {kind}。请改用 sentence-transformers 的双塔（bi-encoder）模型。"
    en = "“{name}” ({setting}) is no embedding model but {kind}. Name a sentence-transformers bi-encoder."


class NotAReranker(ModelError):
    """`kind` is what its files say that it is."""

    code = "not_a_reranker"
    zh = "「{name}」（{setting}）不是重排模型，而是 {kind}。请改用只有一个输出的 cross-encoder，或清空 {setting}。"
    en = (
        "“{name}” ({setting}) is no reranker but {kind}. Name a cross-encoder with a single output, or unset {setting}."
    )


class ModelLibraryMissing(ModelError):
    """`problem` is what could not be imported."""

    code = "model_library_missing"
    zh = (
        "模型「{name}」（{setting}）需要 sentence-transformers 和 torch，但无法导入：{problem}。"
        "请安装它们，或清空 {setting}。"
    )
    en = (
        "The model “{name}” ({setting}) needs sentence-transformers and torch, which can't be imported: {problem}. "
        "Install them, or unset {setting}."
    )


class TelemetryMissing(AdvisorError):
    """`problem` is what could not be imported."""

    code = "telemetry_missing"
    zh = (
        "设置了 ADVISOR_OTEL_ENDPOINT，但没有安装 OpenTelemetry 的软件包（{problem}）。"
        "请运行 pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http，或清空该设置。"
    )
    en = (
        "ADVISOR_OTEL_ENDPOINT is set, but OpenTelemetry's packages are not installed ({problem}). "
        "Run: pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http, or unset it."
    )


class CorpusError(AdvisorError):
    """`path` names the file, `problem` says what is wrong and where."""

    code = "corpus_error"
    zh = "无法读取 {path}：{problem}"
    en = "Can't read {path}: {problem}"
