"""What `advisor replay` says: Chinese beside English, by key."""

from __future__ import annotations

from typing import Final

from assistant.errors import Language

WORDS: Final[dict[str, tuple[str, str]]] = {
    "head": ("会话 {session}，第 {turn} 轮，{at}", "Conversation {session}, turn {turn}, {at}"),
    "message": ("消息", "Message"),
    "language": ("语言", "Language"),
    "asked": ("{spoken}（指定 {wished}）", "{spoken} (asked for: {wished})"),
    "changes": ("直接设置", "Set directly"),
    "before": ("此前已知", "Known before"),
    "failed": ("没有完成：{error}", "Not finished: {error}"),
    "broke": ("模型部分出错：{error}", "The model's part broke: {error}"),
    "cut": ("记录过大，已截短：{what}", "The trace was too large and is cut: {what}"),
    "stages": ("各阶段（共 {seconds} 秒）", "Stages ({seconds} s in all)"),
    "reading": ("理解", "Reading"),
    "reply": ("回复", "Reply"),
    "intent": ("意图", "intent"),
    "composer": ("撰写", "composer"),
    "verified": ("核对", "verified"),
    "violations": ("核对不符", "violations"),
    "decision": ("推荐", "decision"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "versions": ("版本", "Versions"),
    "again": ("用现在的程序重新运行", "Run again with today's program"),
    "differs.versions": ("版本不同", "Versions differ"),
    "differs.reading": ("理解不同", "The reading differs"),
    "differs.tools": ("工具结果不同", "Tool results differ"),
    "differs.reply": ("回复的其他部分不同", "Other parts of the reply differ"),
    "differs.decision": ("推荐不同", "The decision differs"),
    "differs.text": ("回复文字不同", "The text differs"),
    "further": ("……另有 {count} 处", "… {count} more"),
    "then_failed": ("当时没有回复：{error}", "There was no reply then: {error}"),
    "now_failed": ("现在没有回复：{error}", "There is no reply now: {error}"),
    "same": ("推荐和回复文字都相同。", "The decision and the text are the same."),
    "different": ("推荐或回复文字不同。", "The decision or the text differs."),
    "when": ("时间", "time"),
    "session": ("会话", "conversation"),
    "turn": ("轮", "turn"),
    "seconds": ("秒", "s"),
    "no_trace": ("没有记录", "no trace"),
    "unfinished": ("未完成", "unfinished"),
    "no_turns": ("还没有任何对话。", "There are no turns yet."),
    "no_run": ("--no-run 只显示记录，不需要索引。", "--no-run prints the trace alone and needs no index."),
}


def say(key: str, language: Language, **details: object) -> str:
    """One text with `{name}` filled from `details`; `KeyError` for a key that does not exist."""
    zh, en = WORDS[key]
    text = zh if language == "zh" else en
    return text.format(**details) if details else text
