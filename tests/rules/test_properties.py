"""What holds for whatever a buyer may say, in whatever order: statements, interviews, texts and sizes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from assistant.dialogue.reading import Understanding
from assistant.dialogue.reducer import reduce
from assistant.dialogue.state import DialogueState, edit
from assistant.dialogue.understanding import understand
from assistant.rules.catalogue import products_in
from assistant.rules.decision import decide, next_question
from assistant.rules.facts import CONCERNS, contradictory
from assistant.rules.requirements import FIELD_NAMES, WORKLOAD_KINDS, FieldName, Requirements
from assistant.rules.tables import checklist
from assistant.rules.trace import Decision

PROPERTY = settings(
    max_examples=120, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)

# ---- any requirements at all

_WORDS = st.sampled_from(["示例大学", "vLLM", "x" * 80, "T8X?"])
_COUNT = st.sampled_from([0, 1, 2, 5, 500, 1_000_000_000])
_AMOUNT = st.sampled_from([0.0, 0.5, 20.0, 999_999.0, 1_000_000.0, 1e15])


def _span(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    ordered = st.tuples(one, one).map(lambda ends: {"min": min(ends), "max": max(ends)})
    return st.one_of(one, one.map(lambda v: {"min": v}), one.map(lambda v: {"max": v}), ordered)


_WORK = st.fixed_dictionaries(
    {"kind": st.sampled_from(WORKLOAD_KINDS)},
    optional={
        "share": st.sampled_from([0, 30, 30.5, 100]),
        "primary": st.booleans(),
        "method": st.sampled_from(["full", "lora", "qlora", None]),
    },
)
_MODEL = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Qwen", "DeepSeek-R1", "自研模型", "?"]),
        "params_b": st.sampled_from([0.1, 7, 14, 15, 70, 405, 671, 1_000_000]),
        "quantisation": st.sampled_from(["int4", "FP8", "bf16", "Q4_K_M"]),
        "context": st.sampled_from([1, 4096, 131_072, 100_000_000]),
    },
)
_ANY: dict[str, st.SearchStrategy[Any]] = {
    "workloads": st.lists(_WORK, max_size=5),
    "models": st.lists(_MODEL, max_size=3),
    "software": st.lists(_WORDS, max_size=2),
    "data_tb": _span(_AMOUNT),
    "users": _span(_COUNT),
    "groups": _span(_COUNT),
    "sharing": st.sampled_from(["single_group", "multi_group", "college", "department", "company"]),
    "scale": st.sampled_from(["pilot", "department", "high_throughput"]),
    "concurrency": _span(_COUNT),
    "interconnect": st.sampled_from(["standard", "high"]),
    "multi_node": st.booleans(),
    "rack_scale": st.booleans(),
    "budget_cny": _span(_AMOUNT),
    "tax_included": st.booleans(),
    "stamped_quote": st.booleans(),
    "ops_included": st.booleans(),
    "facility": st.fixed_dictionaries(
        {}, optional={"rack_power_kw": _AMOUNT, "cooling": st.sampled_from(["air", "liquid"]), "pdu": _WORDS}
    ),
    "purchase_by": st.sampled_from([{"from": "2027-01-01"}, {"to": "2027-03-31"}]),
    "delivery": _WORDS,
    "want_alternative": st.booleans(),
    "organisation": _WORDS,
    "department": _WORDS,
    "contact": _WORDS,
}


@st.composite
def anything(draw: st.DrawFn) -> Requirements:
    fields = draw(st.fixed_dictionaries({}, optional=_ANY))
    inferred = draw(st.lists(st.sampled_from(FIELD_NAMES), unique=True, max_size=3))
    return Requirements.model_validate({**fields, "inferred": inferred})


_CONCERNS = st.frozensets(st.sampled_from(CONCERNS))


def test_the_strategy_covers_every_field_of_the_checklist() -> None:
    assert set(_ANY) == set(FIELD_NAMES)


@PROPERTY
@given(anything(), _CONCERNS)
def test_any_requirements_give_a_decision_that_survives_storage(known: Requirements, concerns: frozenset[Any]) -> None:
    decision = decide(known, concerns)
    assert Decision.model_validate_json(decision.model_dump_json()) == decision


def _texts(node: Any) -> Iterator[tuple[str, str]]:
    """Every text of a decision in both languages, wherever it stands."""
    if isinstance(node, BaseModel):
        if {"zh", "en"} <= set(type(node).model_fields):
            yield node.zh, node.en  # type: ignore[attr-defined]  # both fields were just looked up
        else:
            for name in type(node).model_fields:
                yield from _texts(getattr(node, name))
    elif isinstance(node, (tuple, list)):
        for item in node:
            yield from _texts(item)
    elif isinstance(node, dict):
        for item in node.values():
            yield from _texts(item)


@PROPERTY
@given(anything(), _CONCERNS)
def test_whatever_is_said_is_said_in_both_languages(known: Requirements, concerns: frozenset[Any]) -> None:
    decision = decide(known, concerns)
    told = list(_texts(decision))
    assert len(told) >= len(decision.fired) > 0
    for zh, en in told:
        assert en.strip()
        assert "{" not in zh + en
        # Words of the buyer's own may stand in a text, in whatever language they were.
        if not re.search("示例大学|自研模型", en):
            assert not re.search(r"[\u3400-\u9fff]", en), en
    for row in decision.fired:
        assert row.source.document == "house" or (row.source.quote and row.source.quote_en)


@PROPERTY
@given(anything(), _CONCERNS)
def test_a_reason_names_no_line_that_the_decision_does_not_place(known: Requirements, concerns: frozenset[Any]) -> None:
    decision = decide(known, concerns)
    placed = {
        *decision.models,
        *(product for option in decision.alternatives for product in option.models),
        *(product for row in decision.ruled_out for product in row.models),
        *(product for change in decision.would_change for product in change.to.models),
    }
    assert decision.named_products() == placed
    assert not {*decision.models} & {product for row in decision.ruled_out for product in row.models}
    for row in decision.fired:
        assert set(products_in(row.because.zh)) <= placed, row.because.zh
        assert products_in(row.because.zh) == products_in(row.because.en)


@PROPERTY
@given(anything(), st.permutations(range(5)))
def test_the_order_of_models_and_work_does_not_matter(known: Requirements, order: list[int]) -> None:
    models = tuple(known.models[i] for i in order if i < len(known.models))
    works = tuple(known.workloads[i] for i in order if i < len(known.workloads))
    before, after = decide(known), decide(known.replace(models=models, workloads=works))
    # Of two loads that need the same, the arithmetic shows the first.
    assert after.model_copy(update={"sizing": before.sizing, "path": before.path}) == before


_FREE: tuple[FieldName, ...] = (
    *("software", "tax_included", "stamped_quote", "ops_included", "purchase_by", "delivery", "want_alternative"),
    *("organisation", "department", "contact", "data_tb", "users"),
)


@PROPERTY
@given(anything(), anything(), _CONCERNS)
def test_all_that_no_rule_reads_together_moves_no_part_of_the_recommendation(
    known: Requirements, other: Requirements, concerns: frozenset[Any]
) -> None:
    before = decide(known, concerns)
    after = decide(known.replace(**{name: getattr(other, name) for name in _FREE}), concerns)
    for part in ("series", "models", "tier", "gpu_class", "project_based", "confidence", "alternatives", "ruled_out"):
        assert getattr(after, part) == getattr(before, part), part
    assert after.fired == before.fired
    assert after.would_change == before.would_change


# ---- in whatever order

# One message for each subject; a laboratory is only read, so that groups said outright win over it.
STATEMENTS: dict[str, tuple[str, str]] = {
    "serving": ("做推理", "we do inference"),
    "tuning": ("也要微调", "we also do fine-tuning"),
    "archive": ("还要结果归档", "also an archive of results"),
    "laboratory": ("我们实验室用", "for our lab"),
    "groups": ("4个课题组共享", "4 research groups share it"),
    "scale": ("高吞吐", "high throughput"),
    "nodes": ("需要多机", "across several nodes"),
    "link": ("要InfiniBand", "with InfiniBand"),
    "money": ("预算150万", "budget 1.5 million RMB"),
    "people": ("25人", "25 people"),
    "model": ("72B的模型", "a 72B model"),
    "cards": ("要一台8卡服务器", "we want an 8-GPU server"),
    "tax": ("含税", "including tax"),
}


def _heard(messages: list[str]) -> DialogueState:
    state = DialogueState()
    for message in messages:
        state, _ = reduce(state, understand(message))
    return state


def _decided(state: DialogueState) -> Decision:
    return decide(state.requirements, frozenset(state.concerns))


@pytest.mark.parametrize("subject", sorted(STATEMENTS))
@pytest.mark.parametrize("language", [0, 1])
def test_each_statement_of_these_tests_is_understood(subject: str, language: int) -> None:
    meaning = understand(STATEMENTS[subject][language])
    assert meaning.updates or meaning.concerns


@PROPERTY
@given(st.lists(st.sampled_from(sorted(STATEMENTS)), unique=True, min_size=2, max_size=8), st.data())
@pytest.mark.parametrize("language", [0, 1])
def test_the_order_of_statements_does_not_matter(language: int, subjects: list[str], data: st.DataObject) -> None:
    messages = [STATEMENTS[subject][language] for subject in subjects]
    shuffled = data.draw(st.permutations(messages))
    assert _decided(_heard(messages)) == _decided(_heard(shuffled))


@PROPERTY
@given(st.lists(st.sampled_from(sorted(STATEMENTS)), unique=True, min_size=2, max_size=8), st.data())
@pytest.mark.parametrize("language", [0, 1])
def test_one_message_with_everything_is_the_same_as_many(
    language: int, subjects: list[str], data: st.DataObject
) -> None:
    meanings = [understand(STATEMENTS[subject][language]) for subject in subjects]
    updates = [update for meaning in meanings for update in meaning.updates]
    # A laboratory that is read and groups that are said speak of one field: the reading gives way within a message too.
    assume(len({u.field for u in updates if u.mode == "set"}) == len([u for u in updates if u.mode == "set"]))
    together = Understanding(
        text="…",
        language="zh" if language == 0 else "en",
        intent="inform",
        updates=tuple(data.draw(st.permutations(updates))),
        concerns=frozenset(concern for meaning in meanings for concern in meaning.concerns),
    )
    state, _ = reduce(DialogueState(), together)
    assert _decided(state) == _decided(_heard([STATEMENTS[subject][language] for subject in subjects]))


# ---- questions


@PROPERTY
@given(anything(), st.randoms(use_true_random=False))
def test_an_interview_ends_and_asks_nothing_twice(known: Requirements, random: Any) -> None:
    skipped: set[FieldName] = set()
    asked: list[FieldName] = []
    while (field := next_question(known, frozenset(skipped))) is not None:
        # What contradicts another statement is asked about once more, and then passed over like in a conversation.
        assert asked.count(field) < (2 if field in contradictory(known) else 1)
        asked.append(field)
        row = next(row for row in checklist() if row.field == field)
        if not row.try_ or random.random() < 0.3 or asked.count(field) == 2:
            skipped.add(field)
            continue
        inferred = tuple(name for name in known.inferred if name != field)
        known = known.replace(**{field: random.choice(row.try_).value, "inferred": inferred})
    open_fields = set(decide(known).missing)
    assert open_fields <= skipped


@PROPERTY
@given(anything(), _CONCERNS)
def test_a_change_made_in_the_checklist_leads_where_the_decision_says(
    known: Requirements, concerns: frozenset[Any]
) -> None:
    values: dict[FieldName, Any] = known.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"inferred"})  # type: ignore[assignment]  # the fields of the model but one are the names of the checklist
    state, _ = edit(DialogueState(concerns=tuple(sorted(concerns))), values)
    for change in _decided(state).would_change:
        changed, _ = edit(state, {change.field: change.value})
        assert _decided(changed).outcome == change.to, change


# ---- sizes

_RANK = {"G2": 0, "G4": 1, "G8": 2, "T4": 0, "T8": 1, "T8X": 2}


@PROPERTY
@given(
    st.sampled_from(["inference", "training", "finetune"]),
    st.sampled_from([{"scale": "pilot"}, {"scale": "department"}, {"scale": "high_throughput"}]),
    st.tuples(st.integers(1, 3000), st.integers(1, 3000)).map(sorted),
)
def test_a_larger_model_never_leads_to_a_smaller_line(kind: str, scale: dict[str, Any], sizes: list[int]) -> None:
    ranks = []
    for size in sizes:
        fields = {"workloads": [{"kind": kind}], "models": [{"params_b": size}], "sharing": "single_group", **scale}
        ranks.append(_RANK[decide(Requirements.model_validate(fields)).models[0]])
    assert ranks == sorted(ranks)
