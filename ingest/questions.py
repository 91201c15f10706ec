"""What visitors ask, by the statement that answers it: `corpus/questions.yaml`, and which chunks it belongs to.

The questions are embedded beside a chunk's own text and only help to find it; they are never shown or cited. A question
in a visitor's words is nearer to another visitor's question than to the statement that answers both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Self

import yaml
from llama_index.core.schema import TextNode
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

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
    statement of a document that holds it is meant. With a `section` instead of a quote ("08", or "04.*" for its parts)
    the questions are about the whole of it: the rows and entries of its table or list, or its paragraphs where it has
    neither.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: _Text
    quote: _Text | None = None
    section: _Text | None = None
    each: bool = False
    zh: tuple[_Text, ...] = Field(default=(), max_length=20)
    en: tuple[_Text, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.quote is None) == (self.section is None):
            raise ValueError("name either a quote or a section")
        return self

    @property
    def place(self) -> str:
        """Where the answer stands, as a message tells it."""
        return f"{self.document}: {self.quote or f'§ {self.section}'}"

    def answered_by(self, node: TextNode) -> bool:
        """Whether a chunk is a place of the answer, going by its words and its section."""
        if not fnmatchcase(node.metadata["document"], self.document):
            return False
        if self.quote is not None:
            return self.quote in node.text
        return fnmatchcase(node.metadata["section"], self.section or "")


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
    """Give each chunk its questions, as metadata `asked`; the quotes that no chunk holds (or several of one document),
    and the sections that no document has.

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
            if entry.answered_by(original):
                places.setdefault(original.metadata["document"], []).append(unit)
        if entry.section is not None:
            places = {document: _whole(units, versions) for document, units in places.items()}
        elif not entry.each and any(len(units) > 1 for units in places.values()):
            places = {}
        if not places:
            astray.append(entry.place)
            continue
        for unit in (unit for units in places.values() for unit in units):
            for language, questions in (("zh", entry.zh), ("en", entry.en)):
                node = versions[unit].get(language) or next(iter(versions[unit].values()))
                node.metadata.setdefault("asked", []).extend(_filled(questions, node))
    return tuple(astray)


def _whole(units: list[str], versions: dict[str, dict[str, TextNode]]) -> list[str]:
    """The rows and entries among units; all of them where there is neither."""
    listed = [u for u in units if next(iter(versions[u].values())).metadata["kind"] != "paragraph"]
    return listed or units


def _filled(questions: Sequence[str], node: TextNode) -> list[str]:
    line = next(iter(products_in(node.metadata["title"])), "")
    name = _HEAD.split(node.text, maxsplit=1)[0]
    return [question.replace(_LINE, line).replace(_NAME, name) for question in questions]
