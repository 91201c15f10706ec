"""A YAML file of the golden list as rows: whatever makes it unusable is told with the file and, where it is known, the
case.

YAML lets the second of two equal keys win without a word, so that a fact written twice would be judged by half.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

# What a value can't be constructed from (a 13th month, an integer of 5000 digits, `!!bool perhaps`) is told as one of
# these.
_NO_VALUE = (yaml.YAMLError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
_MERGE = "tag:yaml.org,2002:merge"
Row = tuple[str, Any]


class BadGolden(ValueError):
    """A golden file that can't be used; the message says which case and what is wrong."""


def rows(path: Path) -> list[Row]:
    """The entries of a file that is a list, each with its id, or its place where it has none. Raises `BadGolden`,
    `OSError`."""
    try:
        loader = yaml.SafeLoader(path.read_text(encoding="utf-8"))
        tree = loader.get_single_node()
        if tree is None or tree.tag == "tag:yaml.org,2002:null":
            return []
        if not isinstance(tree, yaml.SequenceNode):
            raise BadGolden(f"{path.name} is no list")
        return [_row(path, loader, place, node) for place, node in enumerate(tree.value, 1)]
    except UnicodeDecodeError as error:
        raise BadGolden(f"{path.name} is not UTF-8: {error.reason} at byte {error.start}") from error
    except RecursionError:
        raise BadGolden(f"{path.name} is nested too deeply") from None
    except yaml.YAMLError as error:
        raise BadGolden(f"{path.name} is not YAML: {error}") from error


def problem(error: ValueError) -> str:
    """What is wrong with a row, in a line."""
    if not isinstance(error, ValidationError):
        return str(error)
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" if one["loc"] else one["msg"] for one in found)


def _row(path: Path, loader: yaml.SafeLoader, place: int, node: yaml.Node) -> Row:
    name = _id(node) or f"number {place}"
    twice = next(_twice(node), None)
    if twice is not None:
        raise BadGolden(f"{path.name}, {name}: {twice.value!r} stands there twice (line {twice.start_mark.line + 1})")
    try:
        return name, loader.construct_document(node)
    except _NO_VALUE as error:
        told = "it is nested too deeply" if isinstance(error, RecursionError) else str(error) or type(error).__name__
        raise BadGolden(f"{path.name}, {name}: {told}") from error


def _id(node: yaml.Node) -> str | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    keys = (value.value for key, value in node.value if key.value == "id" and isinstance(value, yaml.ScalarNode))
    return next(keys, None)


def _twice(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Keys that a mapping in the node has already; what is merged into it (`<<`) may be overridden."""
    waiting, seen = [node], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            keys = set[tuple[str, str]]()
            for key, value in node.value:
                waiting.append(value)
                if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
                    continue
                if (key.tag, key.value) in keys:
                    yield key
                keys.add((key.tag, key.value))
