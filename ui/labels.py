"""Every label of the page, the HTTP errors and the command line: Chinese beside English, by key.

What the advisor says in a conversation is not here; that is `assistant.dialogue.phrasing`.
"""

from __future__ import annotations

from typing import Final

from assistant.errors import Language

_LABELS: Final[dict[str, tuple[str, str]]] = {
    # The page
    "title": ("AI GPU 服务器选型顾问", "AI GPU Server Advisor"),
    "tagline": ("规则给出推荐，每句有据可查", "Rules decide, sources are cited"),
    "other_language": ("English", "中文"),
    "new": ("新对话", "New chat"),
    "back": ("↩ 恢复上一段对话", "↩ Undo: back to the last chat"),
    "news": ("有更新", "updated"),
    "delete": ("删除我的数据", "Delete my data"),
    "person": ("转人工", "Talk to a person"),
    "person_message": ("转人工", "I would like to talk to a person"),
    "delete_sure": (
        "确定删除这段对话和清单吗？删除后无法恢复。",
        "Delete this conversation and its checklist? This cannot be undone.",
    ),
    "keep": ("保留", "Keep"),
    "deleted": ("已删除这段对话和清单。", "This conversation and its checklist have been deleted."),
    "nothing_to_delete": ("目前没有保存您的任何数据。", "Nothing of yours is stored at the moment."),
    "placeholder": (
        "描述您的任务、人数、模型或预算…",
        "Describe your work, people, models or budget…",
    ),
    "send": ("发送", "Send"),
    "message": ("消息", "Message"),
    "conversation": ("对话", "Conversation"),
    "looking": ("正在查阅资料…", "Looking through the material…"),
    "quick": ("可以直接选：", "Choose directly:"),
    "machine_made": (
        "本页回复由程序自动生成，仅供选型参考；价格、交期与质保以正式报价为准。",
        "Replies on this page are generated automatically, for guidance only; the formal quotation decides "
        "price, delivery and warranty.",
    ),
    "machine_made_short": ("自动生成", "Machine-made"),
    "failed": (
        "这一轮没有完成，是我们这边的问题。您的内容没有丢失，请再发送一次。",
        "This turn did not finish; the fault is ours. Nothing you entered is lost. Please send it again.",
    ),
    "timed_out": (
        "这一轮用时过长，已停止。请再试一次，或把问题分成几条。",
        "This turn took too long and was stopped. Please try again, or split the question.",
    ),
    "session_gone": (
        "这段对话已不存在，已为您开始新的对话。",
        "That conversation no longer exists, so a new one was started.",
    ),
    "no_answer": ("（这一轮没有回复）", "(this turn has no reply)"),
    "sources": ("来源", "Sources"),
    "quotes": ("查看原文摘录（{count}）", "Show the quoted text ({count})"),
    "original": ("中文原文", "Chinese original"),
    "verified": ("已核对", "Checked"),
    "verified_hint": (
        "产品名、数字和引用都已与规则结果和资料核对",
        "Product names, figures and citations were checked against the rules and the material",
    ),
    "tab_chat": ("对话", "Chat"),
    "tab_card": ("推荐", "Advice"),
    "tab_list": ("清单", "Checklist"),
    # What the visitor thinks of an answer
    "feedback": ("这个回答有帮助吗？", "Was this answer helpful?"),
    "feedback.up": ("有帮助", "Helpful"),
    "feedback.down": ("没有帮助", "Not helpful"),
    "feedback.why": ("哪里不对？（可不填）", "What was wrong? (optional)"),
    "feedback.edit": ("您已说明原因，可以修改", "Your comment is kept; you can edit it"),
    "feedback.send": ("提交意见", "Send comment"),
    "feedback.thanks": ("谢谢，已记下。", "Thank you, noted."),
    "feedback.lost": (
        "没有保存成功。您写的内容还在，请稍后再试。",
        "This could not be saved. What you wrote is still here; please try again.",
    ),
    # The card
    "card": ("推荐", "Recommendation"),
    "card_empty": (
        "说说要做的任务，推荐会随着对话实时更新在这里。",
        "Tell the advisor what the machine is for; the recommendation appears here and follows the conversation.",
    ),
    "card_none": ("还不能推荐产品线", "No line can be recommended yet"),
    "card_none_hint": (
        "补充下面的信息后，推荐会出现在这里。",
        "Once the points below are known, the recommendation appears here.",
    ),
    "firm": ("信息充分", "Firm"),
    "provisional": ("初步建议", "Provisional"),
    "firm_hint": ("决定产品线的信息都已说明", "Everything that decides the line was stated"),
    "provisional_hint": ("还有信息可能改变推荐", "Open answers may still change it"),
    "project_based": ("项目制", "Project-based"),
    "series_G": ("G 系列 GPU 计算服务器", "G series GPU compute servers"),
    "series_T": ("T 系列 AI 训练服务器", "T series AI training servers"),
    "series_S": ("S / SF 存储产品线", "S / SF storage product line"),
    "series_none": ("暂无推荐", "No recommendation"),
    "short_G": ("G 系列", "G series"),
    "short_T": ("T 系列", "T series"),
    "short_S": ("S / SF", "S / SF"),
    "series_open": ("档位待定", "Tier still open"),
    "gpu": ("GPU 方向", "GPU class"),
    "gpu_48gb": ("48GB 专业 GPU", "48GB professional GPU"),
    "gpu_96gb": ("96GB 级专业服务器 GPU", "96GB-class professional server GPU"),
    "gpu_h100_h200": ("H100 / H200 数据中心 GPU", "H100 / H200 data-centre GPU"),
    "gpu_blackwell": ("B200 / GB200 / Blackwell 平台", "B200 / GB200 / Blackwell platform"),
    "memory": ("内存", "Memory"),
    "network": ("网络", "Network"),
    "storage": ("存储", "Storage"),
    "alternatives": ("备选", "Alternatives"),
    "risks": ("需要留意", "Watch out"),
    "why": ("为什么这样推荐", "Why this recommendation"),
    "rule": ("规则 {rule}", "Rule {rule}"),
    "house_rule": ("本顾问的约定，不出自白皮书", "A convention of this advisor, not from the whitepaper"),
    "house": ("本顾问的约定", "Our own rule"),
    "ruled_out": ("为什么不是其他产品", "Why not the others"),
    "would_change": ("什么会改变推荐", "What would change it"),
    "project_note": ("项目制", "project-based"),
    "missing": ("还需要了解", "Still to be known"),
    "missing_quote": ("正式报价还需要", "A formal quotation still needs"),
    "acceptance": ("验收时检查什么", "What to check at acceptance"),
    "whitepaper": ("白皮书", "Whitepaper"),
    # The path through a decision
    "path": ("五个判断", "The five judgements"),
    "path_label": (
        "判断路径：{settled} 项已定，{open} 项待定，结论：{line}",
        "Path of the decision: {settled} settled, {open} open, ending in {line}",
    ),
    "settled": ("已定", "Settled"),
    "open": ("待定", "Open"),
    "findings_more": ("另有 {count} 条依据", "{count} more reasons"),
    # The arithmetic of GPU memory
    "sizing": ("显存核算", "GPU memory, calculated"),
    "estimate": ("估算", "Estimate"),
    "estimate_hint": (
        "按公开资料估算，不是厂商规格书；具体 GPU 以正式报价为准",
        "estimated from public references, not datasheets; the formal quotation decides the GPU",
    ),
    "assumptions": ("估算前提", "Assumptions"),
    "size.parts": ("显存构成", "Parts of the memory"),
    "size.part": ("组成", "Part"),
    "size.gb": ("显存", "Memory"),
    "size.formula": ("算式", "Formula"),
    "size.total": ("合计（放在一张 GPU 上时）", "Total (all on one GPU)"),
    "size.gpus": ("需要多少张 GPU", "How many GPUs"),
    "size.gpu": ("GPU", "GPU"),
    "size.needed": ("张数", "Count"),
    "size.each": ("每张需要", "Needed on each"),
    "size.usable": ("每张可用", "Usable on each"),
    "size.servers": ("服务器台数", "Servers"),
    "size.power": ("供电与制冷", "Power and cooling"),
    "size.lighter": ("更省显存的做法", "Lighter ways"),
    "size.checkpoint": ("Checkpoint", "Checkpoint"),
    "size.more": ("估算前提、供电与来源", "Assumptions, power and sources"),
    "size.fits": ("够", "fits"),
    "size.tight": ("临界，需要实测", "borderline, to be measured"),
    "size.does_not_fit": ("不够", "does not fit"),
    # The machine room
    "room_open": (
        "机房还有 {count} 项要在报价前确认",
        "{count} points of the machine room are open before a quotation",
    ),
    "facility_open": ("报价前要确认的机房条件", "Machine room: to be confirmed before a quotation"),
    # The checklist
    "list": ("需求清单", "Checklist"),
    "list_hint": (
        "可直接修改，与在对话中说明等效；清空表示撤回。",
        "Edit anything here: it equals saying it. Clearing a value withdraws it.",
    ),
    "group_decide": ("决定推荐", "Decides the line"),
    "group_size": ("规模与模型", "Size and models"),
    "group_quote": ("报价与交付", "Quotation and delivery"),
    "group_room": ("机房条件", "Machine room"),
    "group_who": ("单位与联系方式", "Organisation and contact"),
    "contact_note": (
        "只随这段对话保存，不会自动发给任何人；“删除我的数据”会一并删除。",
        "Kept with this conversation only and sent to nobody by itself; “Delete my data” removes it too.",
    ),
    "unknown": ("未说明", "Not stated"),
    "stated": ("您说的", "You said"),
    "inferred": ("推断，待确认", "Inferred, to be confirmed"),
    "edited": ("您填写的", "You entered"),
    "quoted": ("“{words}”", "“{words}”"),
    "yes": ("是", "Yes"),
    "no": ("否", "No"),
    "from": ("从", "from"),
    "and_more": ("另有 {count} 项", "and {count} more"),
    # Values of the checklist
    "workloads.inference": ("大模型推理", "LLM inference"),
    "workloads.rag": ("RAG", "RAG"),
    "workloads.knowledge_base": ("知识库问答", "Knowledge-base Q&A"),
    "workloads.api_service": ("模型 API 服务", "Model API service"),
    "workloads.rendering": ("GPU 渲染", "GPU rendering"),
    "workloads.transcoding": ("视频转码", "Video transcoding"),
    "workloads.cae": ("CAE GPU 加速", "CAE GPU acceleration"),
    "workloads.graphics": ("专业图形", "Professional graphics"),
    "workloads.finetune": ("微调", "Fine-tuning"),
    "workloads.training": ("模型训练", "Model training"),
    "workloads.vision": ("视觉模型", "Vision models"),
    "workloads.multimodal": ("多模态", "Multimodal"),
    "workloads.science": ("科学计算", "Scientific computing"),
    "workloads.research_platform": ("AI 科研平台", "AI research platform"),
    "workloads.storage": ("数据存储", "Data storage"),
    "workloads.backup": ("归档备份", "Archive and backup"),
    "sharing.single_group": ("单课题组 / 实验室", "One group / laboratory"),
    "sharing.multi_group": ("多课题组共享", "Several groups"),
    "sharing.college": ("学院级共享", "College-wide"),
    "sharing.department": ("部门", "Department"),
    "sharing.company": ("全公司", "Company-wide"),
    "scale.pilot": ("小规模试点", "Small pilot"),
    "scale.department": ("部门级", "Department level"),
    "scale.high_throughput": ("高吞吐、多用户", "High throughput, many users"),
    "interconnect.standard": ("普通互联即可", "Standard is enough"),
    "interconnect.high": ("需要高互联", "High interconnect needed"),
    "cooling.air": ("风冷", "Air"),
    "cooling.liquid": ("液冷", "Liquid"),
    # The machine room, part by part
    "facility.rack_depth_mm": ("机柜深度（mm）", "Rack depth (mm)"),
    "facility.rack_power_kw": ("单柜功率（kW）", "Power per rack (kW)"),
    "facility.pdu": ("PDU", "PDU"),
    "facility.cooling": ("制冷方式", "Cooling"),
    "facility.floor_load_kg_m2": ("承重（kg/m²）", "Floor load (kg/m²)"),
    "facility.noise_limit": ("噪声要求", "Noise limit"),
    "facility.remote_management": ("远程管理", "Remote management"),
    "facility.network_gbe": ("网络（GbE）", "Network (GbE)"),
    "facility.shared_storage": ("共享存储", "Shared storage"),
    # What may be typed into a field
    "hint.users": ("如 20、20-30", "e.g. 20 or 20-30"),
    "hint.groups": ("如 3、2-4", "e.g. 3 or 2-4"),
    "hint.concurrency": ("如 50、100-200", "e.g. 50 or 100-200"),
    "hint.data_tb": ("单位 TB，如 20、500GB", "in TB, e.g. 20 or 500GB"),
    "hint.budget_cny": ("如 150万、80-100万", "in CNY, e.g. 1.5M or 800k-1M"),
    "hint.models": ("如 Qwen 72B、Llama 8B", "e.g. Qwen 72B, Llama 8B"),
    "hint.software": ("用逗号分隔", "separate with commas"),
    "hint.purchase_by": ("如 2026-09 或 2026-09-01 至 2026-12-31", "e.g. 2026-09, or 2026-09-01 to 2026-12-31"),
    "hint.delivery": ("如 送货上架、安装调试", "e.g. rack mounting, installation"),
    "hint.number": ("填数字", "a number"),
    "bad.number": ("请填数字或区间，例如 {example}。", "Enter a number or a range, for example {example}."),
    "bad.money": (
        "请填人民币金额或区间，例如 150万、80-100万。",
        "Enter an amount in CNY or a range, for example 1.5M or 800k-1M.",
    ),
    "bad.currency": (
        "这里按人民币计，请换算后填写，例如 150万。",
        "This field is in CNY; please convert the amount, for example 1.5M.",
    ),
    "bad.date": (
        "请按年-月或年-月-日填写，例如 2026-09，或 2026-09-01 至 2026-12-31。",
        "Enter year-month or year-month-day, for example 2026-09, or 2026-09-01 to 2026-12-31.",
    ),
    "bad.order": ("区间的前一个数应不大于后一个。", "The first figure of a range must not exceed the second."),
    "bad.models": ("请填模型名称，例如 Qwen 72B。", "Enter model names, for example Qwen 72B."),
    "bad.long": ("太长了，最多 {limit} 个字符。", "Too long: at most {limit} characters."),
    # Pages of the material
    "source.back": ("返回顾问", "Back to the advisor"),
    "source.missing": ("没有这份资料", "No such document"),
    "source.missing_hint": (
        "链接可能已过期，资料可能已更新。",
        "The link may be out of date, or the material has changed.",
    ),
    "source.only_zh": ("这份资料只有中文版。", "This document exists in Chinese only."),
    "source.only_en": ("这份资料只有英文版。", "This document exists in English only."),
    "source.translated": ("英文版为译文，以中文原文为准。", "A translation; the Chinese text is the source."),
    "source.passage": ("引用的位置已标出。", "The cited passage is highlighted."),
    # Problems of the HTTP interface
    "problem.bad_json": ("请求内容不是有效的 JSON", "The request body is not valid JSON"),
    "problem.bad_json.detail": (
        "请以 UTF-8 编码发送 JSON 对象。{where}",
        "Send a JSON object encoded as UTF-8. {where}",
    ),
    "problem.too_large": ("请求内容太大", "The request body is too large"),
    "problem.too_large.detail": (
        "一条消息最多 {limit} 个字符。请只保留与选型有关的部分，或分几条发送。",
        "A message may have {limit} characters. Keep what matters for the choice, or split it.",
    ),
    "problem.comment_too_large": ("请求内容太大", "The request body is too large"),
    "problem.comment_too_large.detail": (
        "意见最多 {limit} 个字符，没有保存。请写短一些。",
        "A comment may have {limit} characters; this one was not kept. Please shorten it.",
    ),
    "problem.nothing": ("没有要修改的内容", "There is nothing to change"),
    "problem.nothing.detail": (
        "请求里没有清单字段，未作任何修改。要撤回一项，请写 null。",
        "The request names no field of the checklist, so nothing was changed. To withdraw one, set it to null.",
    ),
    "problem.invalid": ("请求里有无法使用的内容", "Parts of the request can't be used"),
    "problem.invalid.detail": ("请按下面的说明修改后重试。", "Correct the points listed below and try again."),
    "problem.not_found": ("没有这个地址", "There is nothing at this address"),
    "problem.not_found.detail": (
        "请查看接口文档：/docs。",
        "See the documentation of the interface: /docs.",
    ),
    "problem.method": ("这个地址不支持此方法", "This address does not support that method"),
    "problem.method.detail": ("请查看接口文档：/docs。", "See the documentation of the interface: /docs."),
    "problem.internal": ("系统出错了", "Something went wrong on our side"),
    "problem.internal.detail": (
        "问题已记录，请稍后再试。编号：{reference}",
        "It has been recorded; please try again later. Reference: {reference}",
    ),
    "problem.not_ready": ("还不能回答问题", "Questions can't be answered yet"),
    "problem.not_ready.detail": ("知识索引尚未就绪。", "The knowledge index is not ready."),
    "problem.input": ("输入无法使用", "The input can't be used"),
    "problem.session": ("没有找到这段对话", "Conversation not found"),
    "problem.turn": ("没有找到这一轮", "Turn not found"),
    "problem.unanswered": ("这一轮还没有回复", "This turn has no reply yet"),
    "problem.index": ("知识索引不可用", "The knowledge index is not available"),
    "problem.timeout": ("这一轮用时过长", "The turn took too long"),
    "problem.conflict": ("对话正在别处继续", "The conversation is being continued elsewhere"),
    # What is wrong with one part of a request
    "wrong.missing": ("缺少这一项", "is required"),
    "wrong.extra": ("没有这一项", "is not a known field"),
    "wrong.text": ("应为文字", "must be text"),
    "wrong.integer": ("应为整数", "must be a whole number"),
    "wrong.number": ("应为数字", "must be a number"),
    "wrong.boolean": ("应为 true 或 false", "must be true or false"),
    "wrong.list": ("应为列表", "must be a list"),
    "wrong.object": ("应为 JSON 对象", "must be a JSON object"),
    "wrong.choice": ("应为以下之一：{expected}", "must be one of: {expected}"),
    "wrong.small": ("太小，至少为 {limit}", "is too small: at least {limit}"),
    "wrong.above": ("太小，应大于 {limit}", "is too small: more than {limit} is needed"),
    "wrong.below": ("太大，应小于 {limit}", "is too large: less than {limit} is needed"),
    "wrong.large": ("太大，至多为 {limit}", "is too large: at most {limit}"),
    "wrong.short": ("太短，至少 {limit} 个", "is too short: at least {limit}"),
    "wrong.long": ("太长，最多 {limit} 个", "is too long: at most {limit}"),
    "wrong.rating": (
        '应为 1 到 5 的整数，或 "up"、"down"',
        'must be a whole number from 1 to 5, "up" or "down"',
    ),
    "wrong.value": ("无法使用这个值", "can't be used"),
    # The command line
    "cli.you": ("您", "You"),
    "cli.bye": ("再见。", "Goodbye."),
    "cli.commands": ("/new 新对话，/quit 退出", "/new starts over, /quit leaves"),
    "cli.new": ("已开始新对话。", "A new conversation."),
    "cli.split": ("读取资料", "Reading the material"),
    "cli.embed": ("建立索引", "Building the index"),
    "cli.ingested": (
        "{documents} 份资料，{chunks} 个片段：新增 {new}，未变 {unchanged}，移除 {removed}（{seconds:.1f} 秒）",
        "{documents} documents, {chunks} passages: {new} new, {unchanged} unchanged, {removed} removed "
        "({seconds:.1f} s)",
    ),
    "cli.embedder": (
        "现有索引由 {before} 写入，现在用 {now} 重建；完成之前旧索引继续可用。",
        "The index was written with {before}; a new one is built with {now}. The old one stays until it is complete.",
    ),
    "cli.overlong": (
        "超过模型一次能读的 {longest} 个词元、已分段读取的片段：{count} 个",
        "Passages longer than the {longest} tokens that the model reads at once: {count}; they were read in pieces.",
    ),
    "cli.skipped": ("请检查 {path}：{problem}", "Please check {path}: {problem}"),
    "cli.serving": ("选型顾问已就绪：{url}    （Ctrl-C 停止）", "The advisor is ready: {url}    (Ctrl-C stops it)"),
    "cli.port_taken": (
        "{host}:{port} 已被占用。请换一个端口：advisor serve --port {other}",
        "{host}:{port} is already in use. Choose another port: advisor serve --port {other}",
    ),
    "cli.no_address": ("无法在 {host}:{port} 上监听：{problem}", "Can't listen on {host}:{port}: {problem}"),
    "cli.covered_not": (
        "资料可能没有覆盖这个问题，最接近的内容：",
        "The material may not cover this; the nearest passages:",
    ),
    "cli.missing": ("还需要了解：", "Still to be known: "),
    "cli.named": ("{name}：{value}", "{name}: {value}"),
    "cli.step": (
        "{mark} {number} {label}（{state}，白皮书 {section}）",
        "{mark} {number} {label} ({state}, whitepaper {section})",
    ),
    "cli.reasons": ("依据", "Reasons"),
    "cli.beside": ("内存、网络与存储", "Memory, network and storage"),
    "cli.no_file": ("无法读取 {path}：{problem}", "Can't read {path}: {problem}"),
    "cli.cant_go_on": ("无法继续：{problem}", "Can't go on: {problem}"),
    "cli.bad_setting": ("设置 {name} 无法使用：{problem}", "The setting {name} can't be used: {problem}"),
    "cli.stopped": ("已停止。", "Stopped."),
}


def say(key: str, language: Language, **details: object) -> str:
    """The label in one language, with `{name}` filled from `details`; `KeyError` for a key that does not exist."""
    zh, en = _LABELS[key]
    text = zh if language == "zh" else en
    return text.format(**details) if details else text


def has(key: str) -> bool:
    """Whether a label of that name exists; for values that come from outside."""
    return key in _LABELS


def keys() -> tuple[str, ...]:
    """Every key, for the test that compares the two languages."""
    return tuple(_LABELS)


def pair(key: str) -> tuple[str, str]:
    """(Chinese, English) of one label."""
    return _LABELS[key]
