"""What is measured, by name. The report prints the definitions, and a test compares the document with them."""

from __future__ import annotations

METRICS: dict[str, str] = {
    "passed": "The case holds: everything that it says of the reply is so.",
    "hit@1": "The first passage of ten searched answers the question.",
    "hit@3": "One of the first three passages answers.",
    "hit@5": "One of the first five passages answers.",
    "mrr@10": "1 / the place of the first passage that answers, among ten.",
    "ndcg@10": "Discounted gain of the ten passages over that of the best order, binary relevance.",
    "section hit@1": "The first passage is of a section that answers.",
    "section ndcg@10": "nDCG over sections, each counted at its first passage.",
    "material": "Share of the passages that answer which the material still holds, with the same figures in English.",
    "facts": "Share of the must-include facts that the reply holds.",
    "citation precision": "Share of the reply's citations that are of a passage that answers.",
    "citation recall": "Share of the must-include facts that a cited quote holds.",
    "accuracy": "The recommended lines are exactly the expected ones (where the case names them).",
    "constraints": "The decision keeps what the rules settle besides the lines: series, rules, risks, next question.",
    "twin agreement": "All cases of a pair lead to the same series, lines and confidence.",
    "refused": "What must be refused is refused.",
    "answered": "What the material answers is answered (1 - over-refusal).",
    "clean": "No product violation: the reply passed the verifier and shows nothing it must not.",
    "joint goal": "Share of turns after which the whole checklist is right.",
    "slot precision": "Right slots of the advisor's, over the turns of a story.",
    "slot recall": "Right slots of the true ones, over the turns of a story.",
    "correction": "A story of corrections holds.",
    "unrepeated": "No sentence of the advisor's own comes twice in a story.",
    "turns to recommendation": "Turns until a line is named, in stories in which one is.",
}

# Metrics that are counts, of which fewer are better, and no shares.
COUNTS = frozenset({"turns to recommendation"})
# It compares wordings and languages with one another, so it belongs to no language.
OF_PAIRS = frozenset({"twin agreement"})
