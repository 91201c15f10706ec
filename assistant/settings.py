"""Every setting of the program, with its default and what it is for. Prefix of the environment: `ADVISOR_`."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGED_CORPUS = Path(__file__).resolve().parent.parent / "corpus"


class Settings(BaseSettings):
    """Read once, at the composition root, and passed on; nothing else looks at the environment."""

    model_config = SettingsConfigDict(env_prefix="ADVISOR_", extra="ignore", frozen=True)

    data_dir: Path = Field(Path(".advisor"), description="Folder for everything the program writes.")
    corpus_dir: Path = Field(PACKAGED_CORPUS, description="Folder of documents to ingest.")
    host: str = Field("127.0.0.1", description="Address that `advisor serve` listens on.")
    port: int = Field(7860, ge=0, le=65535, description="Port that `advisor serve` listens on.")
    database_url: str | None = Field(None, description="SQLAlchemy URL; default is a SQLite file in the data folder.")
    qdrant_url: str | None = Field(None, description="URL of a Qdrant server; default is the embedded one.")
    qdrant_api_key: SecretStr | None = Field(None, description="Key for that Qdrant server, if it wants one.")
    embedding_model: str | None = Field(
        None, description="A sentence-transformers model by name or path; default is the bundled 4-bit model."
    )
    reranker_model: str | None = Field(
        None, description="A cross-encoder by name or path that orders what search found; default is none."
    )
    llm_base_url: str | None = Field(
        None, description="Base URL of an OpenAI-compatible endpoint (…/v1); default is none."
    )
    llm_model: str | None = Field(None, description="Name of the model at that endpoint.")
    llm_api_key: SecretStr | None = Field(None, description="Key for that endpoint, if it wants one.")
    llm_timeout_s: float = Field(20.0, gt=0, description="Longest time one call to that model may take, in seconds.")
    llm_turn_s: float = Field(
        40.0, gt=0, description="Longest time all calls to that model in one turn may take together, in seconds."
    )
    llm_read_s: float = Field(
        8.0,
        gt=0,
        description="Longest time of that for reading a message and looking things up in further steps, and for the "
        "first word of prose, in seconds; a slow model needs more.",
    )
    llm_at_once: int = Field(8, ge=1, description="Calls to that model at the same time; beyond, it is done without.")
    llm_visitor_tokens_per_day: int = Field(
        100_000, ge=0, description="Tokens that one conversation may cost in a day; beyond, it is done without."
    )
    llm_tokens_per_day: int = Field(5_000_000, ge=0, description="Tokens that all conversations may cost in a day.")
    otel_endpoint: str | None = Field(
        None,
        description="Base URL of an OpenTelemetry collector (OTLP over HTTP) that turns are told to; default is none.",
    )
    otel_content: bool = Field(False, description="Whether what visitors write goes to that collector too.")
    max_message_chars: int = Field(4000, ge=100, description="Longest message accepted, in characters.")
    turn_timeout_s: float = Field(
        30.0,
        gt=0,
        description="Longest time one turn may take, in seconds; with a model, ADVISOR_LLM_TURN_S comes on top.",
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR.")

    @field_validator("otel_endpoint")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        if url and not re.fullmatch(r"https?://\S+", url):
            raise ValueError("an address such as http://127.0.0.1:4318 is needed")
        return url

    @property
    def longest_turn_s(self) -> float:
        """Seconds that a turn may take at most: the built-in brain's time comes on top of the model's."""
        return self.turn_timeout_s + (self.llm_turn_s if self.llm_base_url and self.llm_model else 0.0)

    @property
    def index_dir(self) -> Path:
        """Folder of the embedded Qdrant index."""
        return self.data_dir / "qdrant"

    @property
    def sqlalchemy_url(self) -> str:
        """Where conversations are kept."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'advisor.sqlite3').resolve()}"
