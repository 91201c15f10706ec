"""The prompts: versioned files, filled as they are, with nothing in them that may not be public."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from string import Template
from typing import get_args

import pytest

from assistant.agent.llm import prompts
from assistant.agent.llm.prompts import LANGUAGES, VERSIONS, PromptName, prompt, reason
from assistant.rules.catalogue import PRODUCTS

FOLDER = Path(prompts.__file__).with_name("prompts")
AGENT = Path(prompts.__file__).parents[1]
NAMES = get_args(PromptName)
FILES = sorted(FOLDER.iterdir())
# Traces refer to a prompt by these. A file that changes gets a new version and a line of its own; no line ever changes.
DIGESTS = {
    "look_up.v1": "407cd849da3d",
    "probe.v1": "24b3fb4b1074",
    "probe.v2": "388b95007ab9",
    "read.v1": "ead4a59e063c",
    "read.v2": "6ad115897366",
    "reasons.v1": "df0d74531586",
    "reasons.v2": "10829d6ea5a7",
    "repair.v1": "928e6545712e",
    "write.v1": "e392f2ae429c",
    "write.v2": "1f29bed87f68",
    "write.v3": "a59440634e1a",
}
PARTS = {
    "read": set(),
    "probe": set(),
    "look_up": set(),
    "reasons": set(),
    "write": {"language"},
    "repair": {"sentence", "reasons", "written", "language"},
}


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_loads_and_is_named_by_its_version_and_hash(name: PromptName) -> None:
    found = prompt(name)
    assert found.id == f"{name}.v{VERSIONS[name]}"
    assert found.text
    assert found.digest == sha256(found.text.encode()).hexdigest()[:12]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_that_changes_is_a_new_version(file: Path) -> None:
    text = file.read_text(encoding="utf-8").strip()
    assert DIGESTS.get(file.stem) == sha256(text.encode()).hexdigest()[:12]


def test_no_version_that_a_trace_may_name_is_gone() -> None:
    assert {file.stem for file in FILES} == set(DIGESTS)
    assert {f"{name}.v{version}" for name, version in VERSIONS.items()} <= set(DIGESTS)


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_has_the_parts_that_are_filled_and_no_other(name: PromptName) -> None:
    template = Template(prompt(name).text)
    assert template.is_valid()
    assert set(template.get_identifiers()) == PARTS[name]


@pytest.mark.parametrize("name", NAMES)
def test_every_part_stands_in_the_filled_prompt(name: PromptName) -> None:
    parts = {part: f"<{part} of the turn>" for part in PARTS[name]}
    filled = prompt(name).filled(**parts)
    assert all(words in filled for words in parts.values())
    assert "$" not in filled


def test_a_part_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError, match="language"):
        prompt("write").filled()


@pytest.mark.parametrize(
    "hostile",
    ["$language", "${written}", "$$", "{sentence}", "{0}", "%s %(key)s", "{{x}}", "$reasons $5 {", "\\1 \\g<0>"],
)
def test_a_part_is_never_read_as_a_template(hostile: str) -> None:
    filled = prompt("repair").filled(sentence=hostile, reasons="r", written="w", language="English")
    assert f"Refused sentence: {hostile}\n" in filled


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_prompt_holds_nothing_that_may_not_be_public(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"[¥$€]\s?\d|\d\s*(?:元|万|CNY|RMB|USD|yuan)", text), "a price"
    assert not re.search(r"\bsk-|api[_ -]?key|password|secret|token|bearer|ADVISOR_", text, re.IGNORECASE), "a secret"
    assert not re.search(r"https?://|(?<![\w])/(?:home|work|tmp|etc|usr|var)\b|[A-Z]:\\|\.py\b", text), "a path"
    assert not re.search(r"\b\d{3,}\b|\bGB\b", text), "a figure that is the material's"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_prompt_names_no_product_so_that_none_comes_from_it(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert [code for code in PRODUCTS if re.search(rf"(?<![A-Za-z0-9]){code}(?![A-Za-z0-9])", text)] == []


def test_each_language_of_the_product_has_a_name_in_the_prompts() -> None:
    assert set(LANGUAGES) == {"zh", "en"}


def test_a_model_is_told_in_words_why_a_sentence_was_refused() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in AGENT.rglob("*.py"))
    kinds = set(re.findall(r'(?:Violation|Fault)\(\s*"(\w+)"|yield "(\w+)", ', source))
    kinds = {kind for pair in kinds for kind in pair if kind}
    assert len(kinds) > 20
    assert {kind for kind in kinds if not reason(kind)} == set()
