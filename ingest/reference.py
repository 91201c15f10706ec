"""The reference documents of the corpus, generated from the rule tables: `python -m ingest.reference` rewrites them.

They hold what the arithmetic uses, so that a question about a GPU or a formula is answered from a passage. Figures
without a source are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assistant.dialogue.phrasing import value_word
from assistant.knowledge.passage import Language
from assistant.rules.architectures import architecture_sources, architectures
from assistant.rules.catalogue import GPU_CLASSES
from assistant.rules.footprint import sizing_constants
from assistant.rules.gpus import Figure, Gpu, collected, gpu_sources, gpus
from assistant.settings import Settings

_WORDING = Path(__file__).with_suffix(".yaml")
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


@cache
def _wording() -> Any:
    return yaml.safe_load(_WORDING.read_text(encoding="utf-8"))


def documents() -> dict[str, str]:
    """File name under `reference/` to its text."""
    return {f"{name}.{language}.md": render(language) for name, render in _RENDERERS.items() for language in _LANGUAGES}


def write(folder: Path) -> list[Path]:
    """Write the documents into the corpus folder; the paths written."""
    target = folder / "reference"
    target.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, text in documents().items():
        path = target / name
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _page(title: str, note: str, parts: dict[str, list[str]]) -> str:
    lines = [f"# {title}", "", note]
    for heading, rows in parts.items():
        lines += ["", f"## {heading}", "", *(f"- {row}" for row in rows)]
    return "\n".join(lines) + "\n"


def _figure(figure: Figure) -> str:
    return f"{figure.low:g}" if figure.low == figure.high else f"{figure.low:g}–{figure.high:g}"


def _joined(parts: list[str], language: Language) -> str:
    return ("，" if language == "zh" else ", ").join(parts)


def _named(sources: Iterable[str], titles: dict[str, str], language: Language) -> str:
    """The sources by the short form of their titles, each once."""
    short = dict.fromkeys(re.split(r", | @| \(", titles[key])[0] for key in sources)
    return ("、" if language == "zh" else ", ").join(short)


def _gpu_row(gpu: Gpu, language: Language) -> str | None:
    words, parts, sources = _wording()["gpu"], [], dict[str, None]()
    for name, template in words["figures"].items():
        figure: Figure | None = getattr(gpu, name)
        if figure is None or figure.unverified:
            continue
        note = (
            f"（{figure.note.zh}）"
            if figure.note and language == "zh"
            else f" ({figure.note.en})"
            if figure.note
            else ""
        )
        parts.append(template[language].format(n=_figure(figure)) + note)
        sources |= dict.fromkeys(figure.source)
    if gpu.memory_gb.unverified:
        return None
    row: str = words["row"][language]
    return row.format(name=gpu.name, figures=_joined(parts, language), sources=_named(sources, gpu_sources(), language))


def _gpu(language: Language) -> str:
    words = _wording()["gpu"]
    rows = [row for gpu in gpus() if (row := _gpu_row(gpu, language))]
    classes = [
        words["class_row"][language].format(
            name=value_word("gpu_class", name, language),
            gpus=_joined([gpu.name for gpu in gpus() if gpu.class_ == name and not gpu.memory_gb.unverified], language),
        )
        for name in GPU_CLASSES
    ]
    parts = {words["part"][language]: rows, words["classes"][language]: classes}
    return _page(words["title"][language], words["note"][language].format(date=collected()), parts)


def _sizing(language: Language) -> str:
    words = _wording()["sizing"]
    figures = {name: f"{c.low:g}–{c.high:g}" for name, c in sizing_constants().items()}
    figures["inference_share"] = f"{sizing_constants()['inference_share'].low * 100:g}"
    models = [
        words["model_row"][language].format(
            name=row.name,
            params=f"{row.params_b:.4g}",
            layers=row.layers,
            hidden=row.hidden,
            sources=_named(row.source, architecture_sources(), language),
        )
        for row in architectures()
        if "params_b" not in row.unverified
    ]
    parts = {
        words["formulas"][language]: [row[language].format(**figures) for row in words["rows"]],
        words["models"][language]: models,
    }
    return _page(words["title"][language], words["note"][language].format(date=collected()), parts)


_RENDERERS = {"gpu": _gpu, "sizing": _sizing}


if __name__ == "__main__":
    write(Settings().corpus_dir)
