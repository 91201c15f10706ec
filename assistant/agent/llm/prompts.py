"""The prompts: files under version, each with a name, a version and a hash that a trace can refer to.

They hold nothing that may not be public; a visitor who gets a model to recite one learns what this repository shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Template
from typing import Literal

_FOLDER = Path(__file__).with_name("prompts")
PromptName = Literal["read", "write", "repair", "probe", "look_up", "reasons"]
# The version in use of each; an older file stays as long as traces refer to it.
VERSIONS: dict[PromptName, int] = {"read": 2, "write": 3, "repair": 1, "probe": 2, "look_up": 1, "reasons": 2}


# How a prompt calls the language of a reply.
LANGUAGES = {"zh": "simplified Chinese", "en": "English"}


@dataclass(frozen=True)
class Prompt:
    """`text` has `$name` for what is filled in; `id` is "read.v1", `digest` the first 12 digits of its SHA-256."""

    id: str
    text: str
    digest: str

    def filled(self, **parts: str) -> str:
        """The prompt with its parts; raises `KeyError` for one that is missing. A part is never read as a template."""
        return Template(self.text).substitute(parts)


@cache
def prompt(name: PromptName) -> Prompt:
    """The prompt in use under that name."""
    found = f"{name}.v{VERSIONS[name]}"
    text = (_FOLDER / f"{found}.md").read_text(encoding="utf-8").strip()
    return Prompt(found, text, sha256(text.encode()).hexdigest()[:12])


@cache
def _reasons() -> dict[str, str]:
    rows = (line.partition(": ") for line in prompt("reasons").text.splitlines())
    return {kind: words for kind, _, words in rows}


def reason(kind: str) -> str:
    """What a violation of that kind is, in words for a model."""
    return _reasons()[kind]
