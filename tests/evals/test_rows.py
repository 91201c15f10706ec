"""Reading a golden file: what YAML lets pass or breaks on is told with the file and the case."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from evals.rows import BadGolden, rows


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "safety.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_an_entry_has_its_id_or_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, "- {id: first, date: 2026-11-28}\n- {say: x}\n- id: [a]\n- text\n")
    assert rows(path) == [
        ("first", {"id": "first", "date": date(2026, 11, 28)}),
        ("number 2", {"say": "x"}),
        ("number 3", {"id": ["a"]}),
        ("number 4", "text"),
    ]


@pytest.mark.parametrize("text", ["", "# a remark\n", "null\n", "[]\n"])
def test_a_file_may_hold_nothing(text: str, tmp_path: Path) -> None:
    assert rows(written(tmp_path, text)) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- id: one\n- id: two\n  say: x\n  say: y\n", "safety.yaml, two: 'say' stands there twice (line 4)"),
        ("- id: one\n  id: two\n", "safety.yaml, one: 'id' stands there twice (line 2)"),
        (
            "- id: one\n  expect:\n    - {series: T, series: G}\n",
            "safety.yaml, one: 'series' stands there twice (line 3)",
        ),
        ("- {say: x, say: y}\n", "safety.yaml, number 1: 'say' stands there twice (line 1)"),
    ],
)
def test_a_key_that_stands_there_twice_is_named_with_file_and_case(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadGolden) as caught:
        rows(written(tmp_path, text))
    assert str(caught.value) == told


def test_what_is_merged_may_be_overridden(tmp_path: Path) -> None:
    path = written(tmp_path, "- &a {id: one, say: x}\n- {<<: *a, id: two}\n- {<<: *a, id: three}\n")
    assert [row for _, row in rows(path)] == [{"id": name, "say": "x"} for name in ("one", "two", "three")]


@pytest.mark.parametrize(
    "value",
    [
        "2026-13-45",
        "9" * 5000,
        "!!int ''",
        "!!bool perhaps",
        "!!timestamp soon",
        "!!float x",
        "!!python/name:os.system ''",
    ],
)
def test_a_value_that_is_none_is_told_with_file_and_case(value: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"- id: one\n- {{id: two, date: {value}}}\n")
    with pytest.raises(BadGolden, match=r"^safety\.yaml, two: ."):
        rows(path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("5\n", "is no list"),
        ("id: one\n", "is no list"),
        ("- [1\n", "is not YAML: "),
        ("- a\n---\n- b\n", "is not YAML: "),
        ("- *nobody\n", "is not YAML: "),
        ("- \x00\n", "is not YAML: "),
        ("- {id: 显存}\n".encode("gb18030"), "is not UTF-8: "),
        ("- {id: one}\n".encode("utf-16"), "is not UTF-8: "),
        ("[" * 5000, "is nested too deeply"),
        ("- " * 5000, "is nested too deeply"),
    ],
    ids=["a number", "a mapping", "open", "two documents", "no anchor", "NUL", "GB", "UTF-16", "brackets", "dashes"],
)
def test_a_file_that_is_no_list_in_yaml_is_told_by_its_name(text: str | bytes, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadGolden) as caught:
        rows(written(tmp_path, text))
    assert str(caught.value).startswith(f"safety.yaml {told}")


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        rows(tmp_path / "safety.yaml")
