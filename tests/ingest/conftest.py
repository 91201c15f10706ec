"""A small corpus that has everything the real one has, and an encoder that counts and can fail."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.knowledge.encoder import BundledEncoder, Vectors
from assistant.settings import Settings

CHINESE = """# 手册

开场白。

# 00. 目的

先说任务。

## 01. 产品

| 产品 | 用途 |
| --- | --- |
| G2 | 推理 |
| T8 | 训练 |

# 04. 顺序

## 1. 显存

显存先看。

1. 第一；
2. 第二。

**电话**

400
"""
ENGLISH = """# Handbook

Opening words.

# 00. Purpose

Tasks come first.

## 01. Products

| Product | Use |
| --- | --- |
| G2 | Inference |
| T8 | Training |

# 04. Order

## 1. GPU memory

GPU memory comes first.

1. One;
2. Two.

**Phone**

400
"""


class CountingEncoder(BundledEncoder):
    """The bundled model; counts the passages it embeds and stops after `allowed` of them."""

    def __init__(self, allowed: int | None = None) -> None:
        super().__init__()
        self.embedded = 0
        self.allowed = allowed

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        if self.allowed is not None and self.embedded > self.allowed:
            raise RuntimeError("out of breath")
        return super().passages(texts)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    (folder / "products").mkdir(parents=True)
    (folder / "handbook.zh.md").write_text(CHINESE, encoding="utf-8")
    (folder / "handbook.en.md").write_text(ENGLISH, encoding="utf-8")
    (folder / "products" / "t8.zh.md").write_text(
        "# T8\n\n## 说明\n\n- T8 用于训练（白皮书 05、06）\n", encoding="utf-8"
    )
    (folder / "products" / "t8.en.md").write_text(
        "# T8\n\n## What it says\n\n- T8 is for training (whitepaper 05, 06)\n", encoding="utf-8"
    )
    return folder


@pytest.fixture
def settings(tmp_path: Path, corpus: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", corpus_dir=corpus)


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()
