"""Which language a message is in; traditional Chinese reads as simplified; names belong to neither language."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.dialogue.language import Language, detect, fold, simplify

# Seconds of processor time: far above any linear reading on a slow machine, far below a runaway one.
_HELD_UP = 5.0


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("给设计院做效果图", "zh"),
        ("需要 GPU 做 inference", "zh"),
        ("T8A 贵吗", "zh"),
        ("our studio renders films", "en"),
        ("G4 or G8 for serving?", "en"),
        ("we are 英睿特 customers already", "en"),
        ("用 PyTorch 跑 Llama", "zh"),
        ("Qwen 72B 多大", "zh"),
        ("thanks", "en"),
        ("好", "zh"),
        ("請問這個可以嗎", "zh"),
        ("yes please", "en"),
        ("WE NEED A SERVER", "en"),
    ],
)
def test_the_language_of_a_message(text: str, language: Language) -> None:
    assert detect(text, "en" if language == "zh" else "zh") == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我们 want to 做 fine-tuning", "zh"),
        ("we do 微调 with Qwen", "en"),
        ("can 你们 recommend a server for 训练?", "en"),
        ("需要 a server 给 our lab", "zh"),
        ("budget 大概 80万", "zh"),
        ("我们 lab 有 20 people，主要 do training", "zh"),
        ("our 课题组 needs 训练 and 推理", "en"),
        ("The 导师 said we need NVLink", "en"),
        ("推荐 a machine", "zh"),
        ("multi-node 需要吗", "zh"),
        ("is 单机 enough for us?", "en"),
    ],
)
def test_a_mixed_sentence_follows_its_grammar_words(text: str, language: Language) -> None:
    assert detect(text, "en" if language == "zh" else "zh") == language


@pytest.mark.parametrize("default", ["zh", "en"])
@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "42",
            "T8A",
            "G2 / G4",
            "Qwen 72B",
            "80 GB?",
            "🙂",
            "RAG",
            "NVLink",
            "OK",
            "asdf qwerty",
            "PyTorch, vLLM",
        ),
        *(
            "https://example.com/about/the-team",
            "www.our-lab.org",
            "lee@the-lab.com",
            "Qwen2.5-72B-Instruct",
            "GPU RAM",
        ),
    ],
)
def test_what_belongs_to_neither_keeps_the_language_spoken_so_far(text: str, default: Language) -> None:
    assert detect(text, default) == default


def test_full_width_letters_are_read_as_ordinary_ones() -> None:
    assert fold("Ｔ４Ａ　２０人：") == "T4A 20人："


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("我們實驗室想訓練多模態大模型", "我们实验室想训练多模态大模型"),
        ("預算八十萬，三個課題組", "预算八十万，三个课题组"),
        ("資料放在伺服器的硬碟裡", "数据放在服务器的硬盘里"),
        ("做推論，頻寬要夠", "做推理，带宽要够"),
        ("軟體和機櫃", "软件和机柜"),
        ("學術論文的資料", "学术论文的数据"),
    ],
)
def test_traditional_chinese_reads_as_simplified(text: str, plain: str) -> None:
    assert fold(text) == plain


@pytest.mark.parametrize(
    "text", ["著名的乾坤课题组覆盖资料", "推论和影片", "我们做训练，后期再说", "徐徵", "3 GPUs for 训练"]
)
def test_simplified_chinese_stays_as_it_is(text: str) -> None:
    assert simplify(text).replace("征", "徵") == text


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=60))
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_a_long_message_is_no_burden() -> None:
    fold("訓練")
    start = process_time()
    for text in ("一" * 4000, "a " * 2000, "訓練推論" * 1000, "'" * 4000):
        detect(fold(text))
    assert process_time() - start < _HELD_UP
