"""The reference documents: current, aligned in both languages, and without a figure that has no source."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant.rules.gpus import Figure, gpus
from ingest.reference import documents

CORPUS = Path(__file__).parents[2] / "corpus" / "reference"


@pytest.mark.parametrize("name", sorted(documents()))
def test_the_document_on_disk_is_what_the_tables_say(name: str) -> None:
    assert (CORPUS / name).read_text(encoding="utf-8") == documents()[name], "run `python -m ingest.reference`"


def test_there_is_no_other_document() -> None:
    assert sorted(path.name for path in CORPUS.iterdir()) == sorted(documents())


def lines(name: str) -> list[str]:
    return [line for line in documents()[name].splitlines() if line.startswith(("#", "- "))]


@pytest.mark.parametrize("name", ["gpu", "sizing"])
def test_both_languages_hold_the_same_rows_and_figures(name: str) -> None:
    zh, en = lines(f"{name}.zh.md"), lines(f"{name}.en.md")
    assert len(zh) == len(en)
    for left, right in zip(zh, en, strict=True):
        assert left.split(" ")[0] == right.split(" ")[0]
        told = [re.sub(r"[（(](?:公开资料|public reference).*", "", row) for row in (left, right)]
        figures = [sorted(re.findall(r"\d+(?:\.\d+)?", row)) for row in told]
        assert figures[0] == figures[1], (left, right)


def test_no_unverified_figure_is_shown() -> None:
    text = "\n".join(documents().values())
    hidden = 0
    for gpu in gpus():
        row = next((line for line in text.splitlines() if line.startswith(f"- {gpu.name}：")), "")
        for name, figure in dict(gpu).items():
            if isinstance(figure, Figure) and figure.unverified:
                hidden += 1
                unit = {"bf16_tflops": "TFLOPS", "fp8_tflops": "TFLOPS", "bandwidth_gb_s": "GB/s"}.get(name, "GB")
                assert not re.search(rf"(?<!\d){figure.low:g} {unit}", row), (gpu.name, name)
    assert hidden > 0
