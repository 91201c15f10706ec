"""What visitors ask, by the statement that answers it: `corpus/questions.yaml`, and which chunks it belongs to.

The questions are embedded beside a chunk's own text and only help to find it; they are never shown or cited. A question
in a visitor's words is nearer to another visitor's question than to the statement that answers both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import yaml
from llama_index.core.schema import TextNode
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from assistant.errors import CorpusError
from assistant.rules.catalogue import products_in
from ingest.corpus import QUESTIONS

# In a question about every line's sheet: the first product code of the sheet's title. In one about every entry of a
# list ("H100 SXM: 80 GB …"): what the entry is about.
_LINE = "{line}"
_NAME = "{name}"
_HEAD = re.compile(r"\s*[：:]")

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Asked(BaseModel):
    """Questions that one statement answers: in every `document` matching the pattern, the one that holds `quote`.

    The quote is looked for in the Chinese version of a unit, or in the one version that it has. With `each`, every
    statement of a document that holds it is meant.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: _Text
    quote: _Text
    each: bool = False
    zh: tuple[_Text, ...] = Field(default=(), max_length=20)
    en: tuple[_Text, ...] = Field(default=(), max_length=20)


def read(folder: Path) -> tuple[Asked, ...]:
    """The questions of a corpus folder; none where there is no such file. CorpusError for a file of another form."""
    path = folder / QUESTIONS
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(path=path, problem=f"it can't be read: {error}") from error
    try:
        return TypeAdapter(tuple[Asked, ...]).validate_python(yaml.safe_load(text) or ())
    except (yaml.YAMLError, ValidationError) as error:
        raise CorpusError(path=path, problem=str(error)) from error


def attach(nodes: Sequence[TextNode], asked: Sequence[Asked]) -> tuple[str, ...]:
    """Give each chunk its questions, as metadata `asked`; the quotes that no chunk holds (or several of one document).

    A unit's Chinese questions go to its Chinese version and its English ones to the English one; where it has one
    version only, that gets both.
    """
    versions: dict[str, dict[str, TextNode]] = {}
    for node in nodes:
        versions.setdefault(node.metadata["unit"], {})[node.metadata["language"]] = node
    astray: list[str] = []
    for entry in asked:
        places: dict[str, list[str]] = {}
        for unit, own in versions.items():
            original = own.get("zh") or next(iter(own.values()))
            if fnmatchcase(original.metadata["document"], entry.document) and entry.quote in original.text:
                places.setdefault(original.metadata["document"], []).append(unit)
        if not places or (not entry.each and any(len(units) > 1 for units in places.values())):
            astray.append(f"{entry.document}: {entry.quote}")
            continue
        for unit in (unit for units in places.values() for unit in units):
            for language, questions in (("zh", entry.zh), ("en", entry.en)):
                node = versions[unit].get(language) or next(iter(versions[unit].values()))
                node.metadata.setdefault("asked", []).extend(_filled(questions, node))
    return tuple(astray)


def _filled(questions: Sequence[str], node: TextNode) -> list[str]:
    line = next(iter(products_in(node.metadata["title"])), "")
    name = _HEAD.split(node.text, maxsplit=1)[0]
    return [question.replace(_LINE, line).replace(_NAME, name) for question in questions]
