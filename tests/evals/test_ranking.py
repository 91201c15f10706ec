"""The metrics of a ranked list: worked out by hand, and compared with ir-measures."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.ranking import DEPTH, hit, ndcg, reciprocal_rank

NAMES = [f"d{n}" for n in range(24)]
RANKINGS = st.permutations(NAMES).flatmap(lambda order: st.integers(1, len(NAMES)).map(lambda n: order[:n]))
RELEVANT = st.sets(st.sampled_from([*NAMES, "never found", "nor this"]), min_size=1)


def by_the_library(ranked: list[str], relevant: set[str]) -> dict[str, float]:
    import ir_measures
    from ir_measures import RR, nDCG

    qrels = [ir_measures.Qrel("q", name, 1) for name in relevant]
    run = [ir_measures.ScoredDoc("q", name, float(-place)) for place, name in enumerate(ranked)]
    return {str(found.measure): found.value for found in ir_measures.iter_calc([RR @ DEPTH, nDCG @ DEPTH], qrels, run)}


@given(RANKINGS, RELEVANT)
def test_mrr_and_ndcg_agree_with_ir_measures(ranked: list[str], relevant: set[str]) -> None:
    theirs = by_the_library(ranked, relevant)
    assert reciprocal_rank(ranked, relevant) == pytest.approx(theirs["RR@10"], abs=1e-9)
    assert ndcg(ranked, relevant) == pytest.approx(theirs["nDCG@10"], abs=1e-9)


@given(RANKINGS, RELEVANT)
def test_every_figure_lies_between_zero_and_one(ranked: list[str], relevant: set[str]) -> None:
    for figure in (hit(ranked, relevant, 3), reciprocal_rank(ranked, relevant), ndcg(ranked, relevant)):
        assert 0 <= figure <= 1 + 1e-12


@given(RANKINGS, RELEVANT)
def test_a_hit_among_the_first_is_a_hit_among_more(ranked: list[str], relevant: set[str]) -> None:
    assert hit(ranked, relevant, 1) <= hit(ranked, relevant, 3) <= hit(ranked, relevant, 5)
    assert bool(hit(ranked, relevant, DEPTH)) == bool(reciprocal_rank(ranked, relevant)) == bool(ndcg(ranked, relevant))


@pytest.mark.parametrize(
    ("ranked", "relevant", "k", "found"),
    [
        ("abc", "a", 1, 1.0),
        ("abc", "b", 1, 0.0),
        ("abc", "b", 2, 1.0),
        ("abc", "bc", 3, 1.0),
        ("abc", "d", 3, 0.0),
        ("", "a", 5, 0.0),
        ("abc", "", 5, 0.0),
        ("ab", "b", 10, 1.0),
    ],
)
def test_a_hit_is_one_of_the_first_k(ranked: str, relevant: str, k: int, found: float) -> None:
    assert hit(ranked, relevant, k) == found


@pytest.mark.parametrize(
    ("ranked", "relevant", "found"),
    [
        ("abc", "a", 1.0),
        ("abc", "c", 1 / 3),
        ("abc", "cb", 1 / 2),
        ("abc", "z", 0.0),
        ("", "a", 0.0),
        ("abcdefghij", "j", 1 / 10),
        ("abcdefghijk", "k", 0.0),
    ],
)
def test_mrr_is_one_over_the_first_place_among_ten(ranked: str, relevant: str, found: float) -> None:
    assert reciprocal_rank(ranked, relevant) == found


@pytest.mark.parametrize(
    ("ranked", "relevant", "found"),
    [
        ("abc", "a", 1.0),
        ("abc", "ab", 1.0),
        ("abc", "b", 1 / math.log2(3)),
        ("acb", "ab", (1 + 1 / 2) / (1 + 1 / math.log2(3))),
        ("abc", "az", 1 / (1 + 1 / math.log2(3))),
        ("abc", "z", 0.0),
        ("abcdefghijk", "k", 0.0),
        ("abcdefghij", "abcdefghijkl", 1.0),
    ],
)
def test_ndcg_is_the_gain_over_that_of_the_best_order(ranked: str, relevant: str, found: float) -> None:
    assert ndcg(ranked, relevant) == pytest.approx(found)


def test_where_nothing_is_relevant_there_is_no_ndcg() -> None:
    assert math.isnan(ndcg("abc", ""))
