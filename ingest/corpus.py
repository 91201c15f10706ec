"""The corpus folder as files: which there are, what they are called, and a hash that tells when anything changed.

Imports nothing heavy: a server asks `corpus_hash` at every start.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from assistant.knowledge.passage import Language

# Part of what an index records: raise it when the same file would be cut or worded differently.
SPLITTER_VERSION = "1"
SUFFIXES = frozenset({".md", ".markdown", ".txt"})
# No document: questions that help to find the documents' statements.
QUESTIONS = "questions.yaml"


def corpus_files(folder: Path) -> Iterator[Path]:
    """Every file of the corpus in a fixed order; hidden files and folders are none of its business."""
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def document_name(path: Path, folder: Path) -> tuple[str, Language | None]:
    """A file's document ("products/t4" for products/t4.zh.md) and the language its name says, if it says one."""
    stem = path.relative_to(folder).with_suffix("").as_posix()
    for language in ("zh", "en"):
        if stem.lower().endswith(f".{language}") and not stem.endswith(f"/.{language}"):
            return stem[: -len(language) - 1], "zh" if language == "zh" else "en"
    return stem, None


def corpus_hash(folder: Path) -> str:
    """One hash over the name and bytes of every file in a supported format, and of the questions."""
    digest = sha256()
    for path in corpus_files(folder):
        if path.suffix.lower() in SUFFIXES or path == folder / QUESTIONS:
            try:
                content = sha256(path.read_bytes()).hexdigest()
            except OSError:
                content = "unreadable"
            digest.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
