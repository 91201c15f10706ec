"""What it takes to run a turn again: kept in its trace."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from assistant.agent.reply import Language, Strict
from assistant.rules.requirements import FieldName


class Rerun(Strict):
    """A turn before it ran. `state` is the dialogue state that it met, as JSON; None where it was too large to keep.

    `changes` are what a quick reply or an edit sets (None withdraws a field), `forced` says that the reply is in
    `language` whatever the message is written in.
    """

    message: str
    state: dict[str, Any] | None
    language: Language | None = None
    forced: bool = False
    changes: dict[FieldName, Any] = Field(default_factory=dict)
