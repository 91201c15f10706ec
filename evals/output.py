"""The files of a run: whole or not there at all, and found out before the run where they can't be written."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def check(path: Path) -> None:
    """Make the folder and see that a file can be put there. Raises `OSError`, which names the path."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if _plain(path):
            part = _part(path)
            part.touch()
            part.unlink()
    except OSError as error:
        raise _of(path, error) from error


def write(path: Path, text: str) -> None:
    """Put the file there once it is whole, so that nothing is left of it when writing is broken off. A device or a pipe
    is written to as it is. Raises `OSError`, which names the path."""
    try:
        if not _plain(path):
            path.write_text(text, encoding="utf-8")
            return
        part = _part(path)
        try:
            part.write_text(text, encoding="utf-8")
            part.replace(path.resolve())
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise _of(path, error) from error


def _plain(path: Path) -> bool:
    return path.is_file() or not path.exists()


def _part(path: Path) -> Path:
    """Beside the file that a link leads to: only within a folder is a change of name done at once."""
    whole = path.resolve()
    return whole.with_name(f".{whole.name}.{os.getpid()}")


def _of(path: Path, error: OSError) -> OSError:
    return OSError(error.errno, error.strerror or str(error), str(path))
