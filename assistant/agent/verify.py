"""The check that no reply leaves without: product names, figures, citations, markup and commercial promises.

A product line must be in the decision, in a cited passage, in a comparison or be the catalogue's own list, and what is
recommended must be what was decided; a figure must be in the visitor's words, the decision or a cited passage; a
citation must exist and its quote be in the passage; no price, delivery date or warranty term is asserted; no markup
leads anywhere. It reads the text as a reader sees it, sentence by sentence, so that it holds for a model's prose too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.agent.advice import faults, unknown_codes
from assistant.agent.citations import Citations
from assistant.agent.codes import codes, series_named
from assistant.agent.conditions import misplaced
from assistant.agent.gpu_names import gpu_names
from assistant.agent.grounds import Grounds
from assistant.agent.markup import markup
from assistant.agent.measures import Measure, measures
from assistant.agent.promises import promises
from assistant.agent.sentences import marks_in, sentences
from assistant.agent.spelling import plain
from assistant.agent.tools import Findings

# As the page and the reply know a mark; what a draft may write instead is read by `sentences.marks_in`.
MARK = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True)
class Violation:
    """What is wrong, and the words that are.

    Kinds: `product` (named without grounds), `recommended`, `series`, `gpu` (recommended or named without grounds),
    `pairing` (a GPU put into a line), `meaning` (of a code's letter or digit), `figure`, `citation`, `quote`, `promise`, `markup`, `uncited`.
    """

    kind: str
    words: str


def verify(
    text: str,
    *,
    visitor: str,
    findings: Findings,
    citations: Citations,
    catalogue: bool = False,
    marks: bool = False,
) -> list[Violation]:
    """Everything in `text` that rests on nothing; empty when it may be sent.

    `visitor` is what the visitor said, with the checklist's values; `catalogue` allows the list of all lines; `marks`
    asks for a mark in every sentence whose figure or product rests on a passage alone.
    """
    shown = plain(text)
    grounds = Grounds.of(visitor, findings, citations)
    violations = _products(shown, grounds, catalogue)
    named = {violation.words for violation in violations}
    violations += [Violation(fault.kind, fault.words) for fault in faults(shown, grounds) if fault.words not in named]
    violations += [Violation("recommended", code.words) for code in misplaced(shown, grounds)]
    violations += [Violation("gpu", gpu.words) for gpu in gpu_names(shown) if gpu.named and gpu.key not in grounds.gpus]
    figures = measures(shown)
    violations += [Violation("figure", figure.words) for figure in figures if not grounds.supports(figure)]
    ids = {citation.id for citation in citations.all()}
    violations += [Violation("citation", f"[{mark}]") for mark in marks_in(shown) if mark not in ids]
    for citation, passage in zip(citations.all(), citations.passages, strict=True):
        if re.sub(r"\s", "", citation.quote) not in re.sub(r"\s", "", passage.text):
            violations.append(Violation("quote", citation.quote[:60]))
    violations += [Violation("promise", words) for words in promises(MARK.sub("", shown), quoted=grounds.quoted)]
    known = "\n".join((visitor, *(passage.text for passage in citations.passages)))
    violations += [Violation("markup", words[:60]) for words in markup(shown, known=known)]
    if marks:
        violations += _uncited(shown, figures, grounds)
    return violations


def _products(text: str, grounds: Grounds, catalogue: bool) -> list[Violation]:
    """Products that are named without grounds; with `catalogue` any line may be named."""
    allowed = set(grounds.ruled_products | grounds.visitor_products).union(*grounds.cited_products.values())
    found = [Violation("product", code.words) for code in unknown_codes(text, grounds)]
    if not catalogue:
        found += [
            Violation("product", code.words) for code in codes(text) if code.product and code.product not in allowed
        ]
    found += [Violation("product", words) for words, series, _, _ in series_named(text) if series is None]
    return found


def _uncited(text: str, figures: list[Measure], grounds: Grounds) -> list[Violation]:
    """Sentences whose figure or product rests on a passage and that carry no mark of one that holds it."""
    own = grounds.ruled_products | grounds.visitor_products
    # Few figures rest on passages alone; only the sentences with one of those are read again.
    resting = {m.words for m in figures if grounds.supports(m) and not grounds.supports_uncited(m)}
    found: list[Violation] = []
    for sentence in sentences(text):
        marked = set(marks_in(sentence.line))
        for measure in measures(sentence.text) if any(words in sentence.text for words in resting) else ():
            if grounds.supports_uncited(measure) or not grounds.supports(measure):
                continue
            if not any(known.supports(measure) for mark, known in grounds.cited.items() if mark in marked):
                found.append(Violation("uncited", measure.words))
        for code in codes(sentence.text):
            holding = {mark for mark, products in grounds.cited_products.items() if code.product in products}
            if code.product and code.product not in own and holding and not holding & marked:
                found.append(Violation("uncited", code.words))
    return found
