"""Settings: every one has a description and a default that works, and comes from its own variable."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.settings import PACKAGED_CORPUS, Settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ADVISOR_{name.upper()}", raising=False)


def test_every_setting_is_described_and_has_a_default() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert not field.is_required(), name


def test_the_defaults_keep_everything_local() -> None:
    settings = Settings()
    assert settings.host == "127.0.0.1"
    assert settings.data_dir == Path(".advisor")
    assert settings.index_dir == Path(".advisor/qdrant")
    assert settings.qdrant_url is None
    assert settings.corpus_dir == PACKAGED_CORPUS
    assert (PACKAGED_CORPUS / "whitepaper.zh.md").is_file()


def test_a_setting_comes_from_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ADVISOR_PORT", "8123")
    monkeypatch.setenv("ADVISOR_QDRANT_API_KEY", "hidden")
    settings = Settings()
    assert settings.port == 8123
    assert settings.index_dir == tmp_path / "qdrant"
    assert settings.sqlalchemy_url == f"sqlite:///{tmp_path / 'advisor.sqlite3'}"
    assert "hidden" not in repr(settings)
    assert "hidden" not in settings.model_dump_json()


def test_a_database_url_of_ones_own_wins() -> None:
    assert Settings(database_url="postgresql://db/advisor").sqlalchemy_url == "postgresql://db/advisor"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("PORT", "eighty"),
        ("MAX_MESSAGE_CHARS", "99"),
        ("TURN_TIMEOUT_S", "0"),
        ("TURN_TIMEOUT_S", "-5"),
        ("TURN_TIMEOUT_S", "soon"),
        ("LLM_READ_S", "0"),
    ],
)
def test_a_value_that_can_not_work_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"ADVISOR_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize(
    ("url", "model", "longest"), [(None, None, 30), ("http://x/v1", None, 30), ("http://x/v1", "m", 70)]
)
def test_only_a_models_whole_share_comes_on_top_of_a_turns_time(
    url: str | None, model: str | None, longest: float
) -> None:
    # Reading has a part of that share, and none beside it.
    settings = Settings(llm_base_url=url, llm_model=model, turn_timeout_s=30, llm_turn_s=40, llm_read_s=25)
    assert settings.longest_turn_s == longest


def test_settings_do_not_change_once_read() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.port = 1
