"""Fusion: properties that hold for any scores."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from assistant.knowledge.fusion import (
    Hits,
    across_languages,
    nearness,
    reciprocal_ranks,
    reranked,
    similarity,
    standardised,
    within_language,
)

KEYS = st.sampled_from("abcdefghij")
SIMILARITIES = st.dictionaries(KEYS, st.floats(0.6, 1), min_size=1)
WEIGHTS = st.dictionaries(KEYS, st.floats(0, 40))


def _order(scores: dict[str, float]) -> list[str]:
    return sorted(scores, key=lambda key: (-round(scores[key], 9), key))


@given(st.dictionaries(KEYS, st.floats(-100, 100), min_size=2), st.floats(0.1, 10), st.floats(-5, 5))
def test_standard_scores_do_not_depend_on_scale_or_origin(
    scores: dict[str, float], scale: float, origin: float
) -> None:
    before = standardised(scores, len(scores))
    after = standardised({key: scale * value + origin for key, value in scores.items()}, len(scores))
    spread = max(scores.values()) - min(scores.values())
    if spread > 1e-3:
        assert all(math.isclose(before[key], after[key], abs_tol=1e-4) for key in scores)


@given(st.dictionaries(KEYS, st.floats(0, 40)), st.integers(0, 30))
def test_standard_scores_keep_the_order_and_are_finite(scores: dict[str, float], size: int) -> None:
    own = standardised(scores, size)
    assert all(math.isfinite(value) for value in own.values())
    for one in own:
        for other in own:
            if scores[one] > scores[other]:
                assert own[one] >= own[other]


@given(SIMILARITIES, WEIGHTS, WEIGHTS)
def test_words_have_no_vote_where_they_cover_nothing(
    dense: dict[str, float], words: dict[str, float], other: dict[str, float]
) -> None:
    one = within_language(Hits(dense=dense, words=words), 10, coverage=0.0)
    two = within_language(Hits(dense=dense, words=other), 10, coverage=0.0)
    assert all(math.isclose(one[key], two[key]) for key in one.keys() & two.keys())
    assert _order({key: one[key] for key in dense}) == _order(
        {key: standardised(dense, len(dense))[key] for key in dense}
    )


@given(SIMILARITIES, WEIGHTS)
def test_learned_terms_have_no_vote_where_words_cover_the_question(
    dense: dict[str, float], latent: dict[str, float]
) -> None:
    one = within_language(Hits(dense=dense, latent=latent), 10, coverage=0.9, alone=10)
    assert one == within_language(Hits(dense=dense), 10, coverage=0.9)


@given(SIMILARITIES, WEIGHTS, st.floats(0, 1), KEYS)
def test_a_better_word_match_never_lowers_a_passage_against_an_unmatched_one(
    dense: dict[str, float], words: dict[str, float], coverage: float, key: str
) -> None:
    others = [other for other in dense if other != key and other not in words]
    if key not in dense or not others or not words:
        return
    low = within_language(Hits(dense=dense, words={**words, key: 1.0}), 20, coverage)
    without = within_language(Hits(dense=dense, words={k: v for k, v in words.items() if k != key}), 20, coverage)
    for other in others:
        if without[key] >= without[other] + 1e-9 and words.keys() - {key}:
            assert low[key] >= low[other] - 1e-9


def test_a_long_passage_is_judged_by_its_whole_and_its_best_window() -> None:
    mixed = similarity({"a": 0.8, "b": 0.8}, {"a": 0.9}, {"a"})
    assert mixed == {"a": (0.8 + 0.9) / 2, "b": 0.8}
    assert similarity({"a": 0.8, "b": 0.7}, {"b": 0.75}, {"a", "b"})["a"] == (0.8 + 0.75) / 2
    assert similarity({}, {}) == {}


def test_a_unit_counts_mostly_in_the_questions_language() -> None:
    assert across_languages(2.0, 0.0) > across_languages(0.0, 2.0)
    assert across_languages(2.0, None) == across_languages(None, 2.0) == 2.0
    assert across_languages(None, None) == 0.0


def test_reciprocal_ranks_add_up() -> None:
    fused = reciprocal_ranks([{"a": 2.0, "b": 1.0}, {"b": 5.0}])
    assert fused == {"a": 1 / 61, "b": 1 / 62 + 1 / 61}


@given(SIMILARITIES, SIMILARITIES)
def test_a_known_question_never_harms_and_the_nearest_helps_most(
    dense: dict[str, float], asked: dict[str, float]
) -> None:
    near = nearness(asked, dense)
    assert all(value >= 0 for value in near.values())
    assert all(near[one] >= near[other] for one in near for other in near if asked[one] >= asked[other])
    plain = within_language(Hits(dense=dense), 10, coverage=0.5)
    helped = within_language(Hits(dense=dense, asked=asked), 10, coverage=0.5)
    assert all(helped[key] >= plain[key] for key in plain)


@given(SIMILARITIES)
def test_without_known_questions_nothing_changes(dense: dict[str, float]) -> None:
    assert nearness({}, dense) == {}
    assert within_language(Hits(dense=dense, asked={}), 10, 0.5) == within_language(Hits(dense=dense), 10, 0.5)


@given(SIMILARITIES, st.floats(0.1, 10), st.floats(-5, 5))
def test_a_cross_encoders_own_scale_does_not_matter(first: dict[str, float], scale: float, origin: float) -> None:
    second = {key: float(n) for n, key in enumerate(sorted(first))}
    before = reranked(first, second)
    after = reranked(first, {key: scale * value + origin for key, value in second.items()})
    assert all(math.isclose(before[key], after[key], abs_tol=1e-6) for key in first)


def test_what_a_cross_encoder_has_not_read_counts_as_the_worst_that_it_has() -> None:
    first = {"a": 3.0, "b": 2.0, "c": 1.0}
    assert _order(reranked(first, {})) == ["a", "b", "c"]
    assert _order(reranked(first, {"a": -1.0, "b": 9.0})) == ["b", "a", "c"]
    assert reranked({}, {}) == {}
