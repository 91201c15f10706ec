"""What the index holds for one passage, and the making of it: the only place where passages become vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.knowledge.encoder import Encoder, Vectors
from assistant.knowledge.wording import windows

# Raise it when the vectors of an unchanged passage would come out differently.
VECTORS_VERSION = "3"


@dataclass(frozen=True)
class Embedded:
    """A passage's vectors from the model.

    `dense` has shape (dimension,). `windows` has shape (n, dimension), one row per two neighbouring sentences, or
    is None where the passage is no longer than that. `latent` maps learned terms to weights, or is None where not made.
    `asked` has one row per question that the passage is known to answer, or is None where there is none.
    """

    dense: Vectors
    windows: Vectors | None
    latent: dict[int, float] | None
    asked: Vectors | None = None


def embed(
    encoder: Encoder,
    texts: Sequence[str],
    bodies: Sequence[str],
    alone: Sequence[bool],
    asked: Sequence[Sequence[str]] = (),
) -> list[Embedded]:
    """Embed passages: `texts` with their heading paths as one vector each, `bodies` without them by windows, and the
    questions that each is known to answer (`asked`) by themselves, as questions.

    Learned terms are made for passages that stand `alone`, in one language only: for the others the version in the
    question's language does what learned terms would, better and without another pass through the model.
    """
    cut = [windows(body) for body in bodies]
    dense = encoder.passages(list(texts))
    parts = encoder.passages([window for group in cut for window in group])
    latents = iter(encoder.latents([text for text, single in zip(texts, alone, strict=True) if single]) or ())
    questions = asked or [()] * len(texts)
    known = encoder.queries([question for own in questions for question in own])
    embedded: list[Embedded] = []
    used = told = 0
    for i, group in enumerate(cut):
        rows = parts[used : used + len(group)] if group else None
        used += len(group)
        answers = known[told : told + len(questions[i])] if questions[i] else None
        told += len(questions[i])
        embedded.append(Embedded(dense[i], rows, next(latents, None) if alone[i] else None, answers))
    return embedded
