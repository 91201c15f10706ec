"""Which language a message is in; product codes and model names belong to neither."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.dialogue.language import Language, detect, fold


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
    ],
)
def test_the_language_of_a_message(text: str, language: Language) -> None:
    assert detect(text, "en" if language == "zh" else "zh") == language


@pytest.mark.parametrize("text", ["", "42", "T8A", "G2 / G4", "Qwen 72B", "80 GB?", "🙂", "RAG", "NVLink"])
@pytest.mark.parametrize("default", ["zh", "en"])
def test_what_belongs_to_neither_keeps_the_language_spoken_so_far(text: str, default: Language) -> None:
    assert detect(text, default) == default


def test_full_width_letters_are_read_as_ordinary_ones() -> None:
    assert fold("Ｔ４Ａ　２０人：") == "T4A 20人："


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=60))
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)
