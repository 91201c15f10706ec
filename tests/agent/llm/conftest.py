"""An advisor beside a scripted model, shared by the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from scripted_endpoint import Answer, scripted_endpoint

from agent.llm.turns import Stage


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with scripted_endpoint(lambda _: Answer(status=400)) as server:
        built = Stage(tmp_path_factory.mktemp("stage"), server)
        yield built
        built.close()
