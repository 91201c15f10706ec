"""One real index over the real corpus for the whole session, and what else these tests stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.knowledge.search import Knowledge
from assistant.settings import Settings
from ingest.pipeline import run


@pytest.fixture(scope="session")
def knowledge_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(data_dir=tmp_path_factory.mktemp("knowledge"))
    run(settings)
    return settings


@pytest.fixture(scope="session")
def knowledge(knowledge_settings: Settings) -> Iterator[Knowledge]:
    opened = Knowledge.open(knowledge_settings)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def labelled() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "coverage.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def small_corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "note.zh.md").write_text("# 说明\n\n显存要够用。\n\n存储分层。\n", encoding="utf-8")
    (folder / "note.en.md").write_text("# Note\n\nHave enough GPU memory.\n\nLayer the storage.\n", encoding="utf-8")
    return folder
