"""The YAML files that the rules are kept in."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "tables"


@cache
def read(name: str) -> Any:
    """A table file as plain data, parsed once: several readers take different parts of it, and none changes it."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


@cache
def version() -> str:
    """A short content hash over all tables: which rules made a decision."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.yaml")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
