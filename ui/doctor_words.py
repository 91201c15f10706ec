"""What `advisor doctor` says: Chinese beside English, by key."""

from __future__ import annotations

from typing import Final

from assistant.errors import Language

WORDS: Final[dict[str, tuple[str, str]]] = {
    "data": ("数据文件夹", "Data folder"),
    "index": ("知识索引", "Knowledge index"),
    "database": ("数据库", "Database"),
    "model": ("语言模型", "Language model"),
    "settings": ("设置", "Settings"),
    "usable": ("可以使用。", "Usable."),
    "unusable": ("还不能使用：请先处理标有 ✗ 的项目。", "Not usable yet: see to what is marked ✗."),
    # The data folder
    "data.there": ("{path}", "{path}"),
    "data.to_be_made": ("{path}（首次启动时建立）", "{path} (made at the first start)"),
    "data.no_folder": (
        "{path} 不是文件夹。请把 ADVISOR_DATA_DIR 设为一个文件夹。",
        "{path} is no folder. Set ADVISOR_DATA_DIR to one.",
    ),
    "data.read_only": (
        "{path} 不能写入。请更改权限，或把 ADVISOR_DATA_DIR 设为别的文件夹。",
        "{path} can't be written to. Change its permissions, or set ADVISOR_DATA_DIR to another folder.",
    ),
    # The index
    "index.current": (
        "{documents} 份资料，{passages} 个片段，由 {embedder} 写入，与资料一致",
        "{documents} documents, {passages} passages, written with {embedder}, up to date",
    ),
    "index.stale": (
        "{documents} 份资料，{passages} 个片段，由 {embedder} 写入；资料或程序此后有变化，下次启动时更新"
        "（或运行 advisor ingest）",
        "{documents} documents, {passages} passages, written with {embedder}; the material or the program has changed "
        "since, and the next start brings it up to date (or run: advisor ingest)",
    ),
    "index.in_use": (
        "由 {embedder} 写入，正被另一个进程使用{where}",
        "written with {embedder}, in use by another process{where}",
    ),
    "index.where": ("（{url}）", " ({url})"),
    "index.unreachable": (
        "连接不上 Qdrant 服务 {host}（{problem}）。请检查 ADVISOR_QDRANT_URL。",
        "The Qdrant server {host} can't be reached ({problem}). Check ADVISOR_QDRANT_URL.",
    ),
    "index.broken": (
        "无法读取（{problem}）。请运行 advisor ingest。",
        "It can't be read ({problem}). Run: advisor ingest",
    ),
    # The database
    "database.there": ("{url}，对话 {conversations} 段", "{url}, conversations: {conversations}"),
    "database.to_be_made": ("{url}（首次启动时建立）", "{url} (made at the first start)"),
    "database.unreachable": (
        "{url} 无法使用（{problem}）。请检查 ADVISOR_DATABASE_URL。",
        "{url} can't be used ({problem}). Check ADVISOR_DATABASE_URL.",
    ),
    "database.bad_url": (
        "ADVISOR_DATABASE_URL 不是 SQLAlchemy 的地址。",
        "ADVISOR_DATABASE_URL is no SQLAlchemy URL.",
    ),
    "database.no_driver": (
        "{url} 需要 Python 包 {package}，请安装它。",
        "{url} needs the Python package {package}. Install it.",
    ),
    # The language model
    "model.none": ("没有配置，由内置部分回答", "none is configured; the built-in brain answers"),
    "model.ready": (
        "{host} 的 {model} 可用：结构化回答用 {mode}，{seconds:.1f} 秒",
        "{model} at {host} is ready: structured answers by {mode}, {seconds:.1f} s",
    ),
    "model.slow": (
        "{host} 的 {model} 可用：结构化回答用 {mode}；但一个小问题就用了 {seconds:.1f} 秒，"
        "而读一条消息最多 {limit:g} 秒。若再次运行仍然如此，请一起增大 ADVISOR_LLM_READ_S 和 ADVISOR_LLM_TURN_S。",
        "{model} at {host} is ready: structured answers by {mode}; but a small question took {seconds:.1f} s, and "
        "reading a message may take {limit:g} s. If it does so again, raise ADVISOR_LLM_READ_S and ADVISOR_LLM_TURN_S "
        "together.",
    ),
    "model.unusable": (
        "{host} 的 {model} 不可用：{problem}，用时 {seconds:.1f} 秒。由内置部分回答。{advice}",
        "{model} at {host} can't be used: {problem}, after {seconds:.1f} s. The built-in brain answers. {advice}",
    ),
    "model.not_asked": (
        "{host} 的 {model} 不可用：{problem}，用时 {seconds:.1f} 秒。{advice}",
        "{model} at {host} can't be used: {problem}, after {seconds:.1f} s. {advice}",
    ),
    "problem.unreachable": ("连接不上", "it can't be reached"),
    "problem.refused": ("请求被拒绝{detail}", "it refused{detail}"),
    "problem.timeout": ("没有及时回答", "it gave no answer in time"),
    "problem.rubbish": ("回答无法使用{detail}", "its answer is of no use{detail}"),
    "problem.page": (
        "回答是一个网页，不是 OpenAI 兼容接口的回答",
        "it answers with a web page, which no OpenAI-compatible server does",
    ),
    "problem.resting": ("刚刚多次失败", "it failed several times just now"),
    "problem.budget": ("词元预算不够", "the budget of tokens is too small"),
    "problem.busy": ("调用过多", "there are too many calls"),
    "problem.late": ("本轮的时间已用完", "the time of the turn was over"),
    "advice.unreachable": (
        "请检查 ADVISOR_LLM_BASE_URL，以及该服务是否在运行。",
        "Check ADVISOR_LLM_BASE_URL, and that the server runs.",
    ),
    "advice.timeout": (
        "请稍后再试，换一个更快的模型，或增大 ADVISOR_LLM_TIMEOUT_S（现在 {timeout:g} 秒）。",
        "Try again later, choose a faster model, or raise ADVISOR_LLM_TIMEOUT_S (now {timeout:g} s).",
    ),
    "advice.key": ("请检查 ADVISOR_LLM_API_KEY。", "Check ADVISOR_LLM_API_KEY."),
    "advice.quota": (
        "请检查该服务的配额和余额，或稍后再试。",
        "Check the quota and the balance at the provider, or try again later.",
    ),
    "advice.refused": ("该服务出错，请稍后再试。", "The server has a fault; try again later."),
    "advice.missing": (
        "请检查 ADVISOR_LLM_BASE_URL（通常以 /v1 结尾）和 ADVISOR_LLM_MODEL。",
        "Check ADVISOR_LLM_BASE_URL, which usually ends in /v1, and ADVISOR_LLM_MODEL.",
    ),
    "advice.page": (
        "请检查 ADVISOR_LLM_BASE_URL：通常以 /v1 结尾。",
        "Check ADVISOR_LLM_BASE_URL, which usually ends in /v1.",
    ),
    "advice.rubbish": (
        "它不能给出 JSON 回答。请换一个模型；先思考再回答的模型不适用。",
        "It gives no answer in JSON. Choose another model; one that thinks before it answers will not do.",
    ),
    "advice.budget": (
        "请增大 ADVISOR_LLM_VISITOR_TOKENS_PER_DAY 和 ADVISOR_LLM_TOKENS_PER_DAY。",
        "Raise ADVISOR_LLM_VISITOR_TOKENS_PER_DAY and ADVISOR_LLM_TOKENS_PER_DAY.",
    ),
    # Settings that make no sense together
    "settings.fine": ("没有互相矛盾之处", "nothing that contradicts itself"),
    "settings.model_without_url": (
        "设置了 ADVISOR_LLM_MODEL，却没有 ADVISOR_LLM_BASE_URL，语言模型不会被使用。",
        "ADVISOR_LLM_MODEL is set without ADVISOR_LLM_BASE_URL: no language model is used.",
    ),
    "settings.url_without_model": (
        "设置了 ADVISOR_LLM_BASE_URL，却没有 ADVISOR_LLM_MODEL，语言模型不会被使用。",
        "ADVISOR_LLM_BASE_URL is set without ADVISOR_LLM_MODEL: no language model is used.",
    ),
    "settings.key_without_url": (
        "设置了 ADVISOR_LLM_API_KEY，却没有 ADVISOR_LLM_BASE_URL。",
        "ADVISOR_LLM_API_KEY is set without ADVISOR_LLM_BASE_URL.",
    ),
    "settings.no_address": (
        "ADVISOR_LLM_BASE_URL 应以 http:// 或 https:// 开头，例如 http://127.0.0.1:8000/v1。",
        "ADVISOR_LLM_BASE_URL should begin with http:// or https://, such as http://127.0.0.1:8000/v1.",
    ),
    "settings.whole_path": (
        "ADVISOR_LLM_BASE_URL 只写到 /v1 为止，不要包含 /chat/completions。",
        "ADVISOR_LLM_BASE_URL ends with /v1, without /chat/completions.",
    ),
    "settings.open_key": (
        "ADVISOR_LLM_API_KEY 会以明文经 http:// 发往 {host}，请改用 https://。",
        "ADVISOR_LLM_API_KEY goes to {host} in the open over http://. Use https://.",
    ),
    "settings.no_tokens": (
        "语言模型每天的词元预算是 0，不会被使用。",
        "The language model's budget of tokens in a day is 0: it is never used.",
    ),
    "settings.budgets": (
        "ADVISOR_LLM_VISITOR_TOKENS_PER_DAY 大于 ADVISOR_LLM_TOKENS_PER_DAY，一段对话就能用完全部预算。",
        "ADVISOR_LLM_VISITOR_TOKENS_PER_DAY is larger than ADVISOR_LLM_TOKENS_PER_DAY: one conversation may spend "
        "everything.",
    ),
    "settings.reading": (
        "ADVISOR_LLM_READ_S 不小于 ADVISOR_LLM_TURN_S：读完消息后，可能没有时间写回答。",
        "ADVISOR_LLM_READ_S is not less than ADVISOR_LLM_TURN_S: after reading, no time may be left to write.",
    ),
    "settings.qdrant_key": (
        "设置了 ADVISOR_QDRANT_API_KEY，却没有 ADVISOR_QDRANT_URL。",
        "ADVISOR_QDRANT_API_KEY is set without ADVISOR_QDRANT_URL.",
    ),
    "settings.log_level": (
        "ADVISOR_LOG_LEVEL 应为 DEBUG、INFO、WARNING 或 ERROR，现按 INFO 处理。",
        "ADVISOR_LOG_LEVEL should be DEBUG, INFO, WARNING or ERROR; it is taken as INFO.",
    ),
    "settings.no_corpus": (
        "ADVISOR_CORPUS_DIR（{path}）不是文件夹。",
        "ADVISOR_CORPUS_DIR ({path}) is no folder.",
    ),
}


def say(key: str, language: Language, **details: object) -> str:
    """One text with `{name}` filled from `details`; `KeyError` for a key that does not exist."""
    zh, en = WORDS[key]
    return (zh if language == "zh" else en).format(**details)
