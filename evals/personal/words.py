"""The words of `words.yaml`: family names, and what looks like a name and is none."""

from __future__ import annotations

from pathlib import Path

import yaml

_ROWS: dict[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))

SURNAMES = frozenset("".join(_ROWS["surnames"].split()))
COMPOUND = frozenset(_ROWS["compound"].split())
NOT_CHINESE = frozenset(_ROWS["not_chinese"].split())
NOT_LATIN = frozenset(_ROWS["not_latin"].split())
