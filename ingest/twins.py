"""The two versions of a unit say the same figures: a translation that went astray is told, not searched in silence."""

from __future__ import annotations

from collections.abc import Sequence

from llama_index.core.schema import TextNode

from assistant.knowledge.wording import figures


def disagreeing(nodes: Sequence[TextNode]) -> tuple[tuple[str, str], ...]:
    """The units of which one version has a figure that the other lacks, each with the figures of both."""
    versions: dict[str, dict[str, str]] = {}
    for node in nodes:
        versions.setdefault(node.metadata["unit"], {})[node.metadata["language"]] = node.text
    told: list[tuple[str, str]] = []
    for unit, texts in versions.items():
        if len(texts) == 2 and (found := {own: figures(text) for own, text in texts.items()})["zh"] != found["en"]:
            told.append((unit, "; ".join(f"{own} {', '.join(found[own]) or '-'}" for own in ("zh", "en"))))
    return tuple(told)
