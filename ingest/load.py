"""Files to documents: one LlamaIndex `Document` per file, read by the reader of its suffix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from llama_index.core.schema import Document

from assistant.errors import CorpusError
from assistant.knowledge.passage import Language
from assistant.knowledge.wording import language_of
from ingest.corpus import QUESTIONS, SUFFIXES, corpus_files, document_name

Reader = Callable[[Path], str]


@dataclass(frozen=True)
class Skipped:
    """A file that was not read, and why."""

    path: str
    problem: str


def read_text(path: Path) -> str:
    """The file's text, kept character for character (spans point into it); UTF-8, a byte order mark dropped."""
    data = path.read_bytes()
    if b"\0" in data:
        raise CorpusError(path=path, problem="it is binary, not text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(path=path, problem=f"it is not UTF-8 (byte {error.start})") from error


# To add a format: its suffix in `corpus.SUFFIXES`, its reader here, and in `split.py` how its structure is read.
READERS: dict[str, Reader] = dict.fromkeys(SUFFIXES, read_text)


def load(folder: Path) -> tuple[list[Document], list[Skipped]]:
    """The documents of a folder, and the files that could not be read. An absent folder is an empty one."""
    documents: list[Document] = []
    skipped: list[Skipped] = []
    taken: dict[tuple[str, Language], str] = {}
    for path in corpus_files(folder):
        source = path.relative_to(folder).as_posix()
        if source == QUESTIONS:
            continue
        reader = READERS.get(path.suffix.lower())
        if reader is None:
            skipped.append(Skipped(source, f"unsupported format {path.suffix or '(no suffix)'}"))
            continue
        try:
            text = reader(path)
        except CorpusError as error:
            skipped.append(Skipped(source, str(error.details["problem"])))
            continue
        except OSError as error:
            skipped.append(Skipped(source, f"it can't be read: {error.strerror}"))
            continue
        if not text.strip():
            skipped.append(Skipped(source, "it has no text"))
            continue
        name, named_language = document_name(path, folder)
        language = named_language or language_of(text)
        if (name, language) in taken:
            skipped.append(Skipped(source, f"same document and language as {taken[name, language]}"))
            continue
        taken[name, language] = source
        metadata = {"document": name, "language": language, "source": source, "suffix": path.suffix.lower()}
        documents.append(Document(text=text, id_=f"{name}@{language}", metadata=metadata))
    return documents, skipped
