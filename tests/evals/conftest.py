"""The advisor that cases are judged against: the real workflow over the corpus held in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

import pytest
from agent.library import Library

from assistant.bootstrap import Advisor, build_advisor
from assistant.settings import Settings


@cache
def _library() -> Library:
    return Library()


@pytest.fixture
async def advisor(tmp_path: Path) -> AsyncIterator[Advisor]:
    made = build_advisor(Settings(data_dir=tmp_path), knowledge=_library())
    yield made
    made.close()
