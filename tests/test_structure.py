"""The shape of the repository: layers, the map, the settings table, the size of modules."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.settings import PACKAGED_CORPUS, Settings

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("assistant", "ingest", "ui", "evals")
LONGEST = 400
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_the_layers_of_the_design_hold(tmp_path: Path) -> None:
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert command, "import-linter is a development dependency"
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_map_names_only_paths_that_exist() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"^\|\s*`([\w./-]+)`\s*\|", text, re.MULTILINE)
    assert len(named) > 10
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_map_names_every_package_of_the_program() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    folders = {path.parent.relative_to(ROOT).as_posix() for path in MODULES if path.name == "__init__.py"}
    assert [folder for folder in sorted(folders) if f"`{folder}/" not in text and folder != "assistant"] == []


def _shown(default: object) -> str:
    if default is None:
        return "–"
    if default == PACKAGED_CORPUS:
        return "the corpus shipped with the program"
    assert not isinstance(default, SecretStr)
    return f"`{default}`"


def test_the_settings_table_of_the_readme_is_what_the_settings_say() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.split("<!-- settings -->")[1].split("<!-- /settings -->")[0].strip().splitlines()
    expected = [
        f"| `ADVISOR_{name.upper()}` | {_shown(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    assert table[2:] == expected


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_is_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_no_module_is_called_helpers() -> None:
    assert [path.name for path in MODULES if path.stem in ("utils", "helpers", "manager", "common", "misc")] == []


def test_only_the_settings_look_at_the_environment() -> None:
    reading = re.compile(r"os\.environ|os\.getenv|getenv\(")
    # The encoder tells OpenMP its thread count the only way OpenMP listens to; that is no setting of the program.
    allowed = {"settings.py", "encoder.py"}
    outside = [p for p in MODULES if p.is_relative_to(ROOT / "assistant") and p.name not in allowed]
    assert [path.name for path in outside if reading.search(path.read_text(encoding="utf-8"))] == []


def test_no_sentence_for_the_visitor_stands_in_the_code_of_the_agent() -> None:
    for path in (ROOT / "assistant" / "agent").glob("*.py"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            quoted = re.findall(r'(?<!r)"([^"]*)"', line)
            chinese = [words for words in quoted if re.search(r"[\u3400-\u9fff]{4}", words)]
            assert path.name == "verify.py" or not chinese, f"{path.name}:{number}"


def test_changes_are_written_down() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## ", text, re.MULTILINE)
    assert len(re.findall(r"^- ", text, re.MULTILINE)) >= 1


def test_the_version_in_the_package_is_the_one_in_the_changelog_or_it_is_unreleased() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert version
    assert version[1] in text or "unreleased" in text.lower()
