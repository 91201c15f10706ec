"""The reducer: what a message changes, what it must leave alone, and that the state that went in stays as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.dialogue.reducer import reduce
from assistant.dialogue.state import DialogueState, Slot, edit, fresh, to_json
from assistant.dialogue.understanding import understand
from assistant.errors import BadValue
from assistant.rules.requirements import FIELD_NAMES, FieldName, Requirements


def after(*messages: str, question: FieldName | None = None) -> DialogueState:
    state = DialogueState(open_question=question)
    for message in messages:
        state, _ = reduce(state, understand(message, open_question=state.open_question))
    return state


def told(state: DialogueState) -> dict[str, Any]:
    return {name: slot.value for name, slot in state.slots.items()}


def test_statements_fill_fields_with_their_words() -> None:
    state = after("18人做渲染，素材60T")
    assert told(state) == {"users": 18, "workloads": [{"kind": "rendering"}], "data_tb": 60.0}
    assert state.slots["users"] == Slot(value=18, evidence="18人", source="stated")


@pytest.mark.parametrize(
    ("messages", "field", "value"),
    [
        (("18人", "是25人"), "users", 25),
        (("预算50万", "预算改成70万"), "budget_cny", 700_000),
        (("4 labs", "actually 6 labs"), "groups", 6),
        (("先试点", "部门级平台"), "scale", "department"),
        (("需要多机训练", "单机就够"), "multi_node", False),
        (("不是18人，是25人",), "users", 25),
        (("18人", "不是18人，是25人"), "users", 25),
        (("含税", "不含税"), "tax_included", False),
    ],
)
def test_a_later_statement_replaces_an_earlier_one(messages: tuple[str, ...], field: str, value: Any) -> None:
    assert told(after(*messages))[field] == value


def test_a_change_is_told_with_old_and_new() -> None:
    _, effects = reduce(after("18人"), understand("是25人"))
    assert [(e.kind, e.field, e.old, e.new) for e in effects] == [("changed", "users", 18, 25)]


def test_saying_the_same_again_is_no_change() -> None:
    _, effects = reduce(after("18人做渲染"), understand("18人做渲染"))
    assert effects == ()


def test_kinds_of_work_add_up_over_turns_and_keep_their_shares() -> None:
    state = after("做推理", "推理占80%", "也做微调")
    assert told(state)["workloads"] == [{"kind": "inference", "share": 80.0}, {"kind": "finetune"}]


def test_a_kind_of_work_can_be_withdrawn_and_the_rest_stays() -> None:
    state = after("做推理和训练，18人", "不做训练了")
    assert told(state) == {"workloads": [{"kind": "inference"}], "users": 18}


def test_withdrawing_the_last_kind_empties_the_field() -> None:
    state, effects = reduce(after("做训练"), understand("不做训练了"))
    assert "workloads" not in state.slots
    assert effects[0].kind == "withdrawn"
    assert state.requirements.workloads == ()


def test_withdrawing_what_was_never_said_does_nothing() -> None:
    state, effects = reduce(DialogueState(), understand("不做训练"))
    assert state.slots == {}
    assert effects == ()


def test_correcting_the_work_replaces_it() -> None:
    assert told(after("做训练", "说错了，其实是渲染"))["workloads"] == [{"kind": "rendering"}]


def test_an_inference_never_overrides_a_statement() -> None:
    state = after("院级平台", "我们实验室做训练")
    assert told(state)["sharing"] == "college"
    assert state.slots["sharing"].source == "stated"


def test_an_inference_never_overrides_an_edit() -> None:
    edited, _ = edit(DialogueState(), {"sharing": "multi_group"})
    state, _ = reduce(edited, understand("我们实验室做训练"))
    assert told(state)["sharing"] == "multi_group"


def test_a_statement_overrides_an_inference() -> None:
    state = after("我们实验室做训练", "是院级平台")
    assert told(state)["sharing"] == "college"
    assert state.slots["sharing"].source == "stated"


def test_an_inferred_field_is_named_as_such_to_the_rules() -> None:
    state = after("our lab trains models")
    assert state.requirements.inferred == ("sharing",)
    assert state.slots["sharing"].source == "inferred"


def test_passing_over_the_open_question_is_noted_and_undone_by_an_answer() -> None:
    state = after("做训练").model_copy(update={"open_question": "sharing"})
    state, effects = reduce(state, understand("还没想好", open_question="sharing"))
    assert state.skipped == ("sharing",)
    assert [(e.kind, e.field) for e in effects] == [("skipped", "sharing")]
    state, _ = reduce(state, understand("院级平台"))
    assert state.skipped == ()


def test_passing_twice_notes_it_once() -> None:
    state = DialogueState(open_question="users")
    for _ in range(2):
        state, effects = reduce(state, understand("不知道", open_question="users"))
    assert state.skipped == ("users",)
    assert effects == ()


def test_concerns_are_kept_once() -> None:
    state = after("来一台8卡服务器", "要最便宜的", "来一台8卡服务器")
    assert sorted(state.concerns) == ["counting_cards", "lowest_price"]


def test_switching_the_language_keeps_everything() -> None:
    state = after("18人做渲染", "we have 60TB of footage")
    assert state.language == "en"
    assert set(told(state)) == {"users", "workloads", "data_tb"}


def test_a_fresh_start_drops_what_was_learnt_and_keeps_the_language() -> None:
    state = fresh(after("18 people do rendering").model_copy(update={"open_question": "scale", "asked": {"scale": 1}}))
    assert state.slots == {}
    assert state.asked == {}
    assert state.open_question is None
    assert state.language == "en"


@pytest.mark.parametrize("text", ["是25人", "不做渲染了", "院级平台", "还没想好", "来一台8卡服务器"])
def test_the_state_that_goes_in_is_not_changed(text: str) -> None:
    state = after("18人做渲染").model_copy(update={"open_question": "sharing"})
    before = state.model_dump_json()
    reduce(state, understand(text, open_question="sharing"))
    edit(state, {"users": 3, "workloads": None})
    assert state.model_dump_json() == before


def test_the_state_survives_being_stored() -> None:
    state = after("四个课题组做微调，Qwen 72B，预算90到120万，下季度", "需要NVLink")
    assert DialogueState.model_validate_json(state.model_dump_json()) == state


# ---- edits


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("users", 12),
        ("users", {"min": 10, "max": 50}),
        ("sharing", "college"),
        ("multi_node", False),
        ("budget_cny", {"min": 1_000_000}),
        ("workloads", [{"kind": "rag"}]),
        ("models", [{"params_b": 7}]),
        ("facility", {"cooling": "air"}),
        ("purchase_by", {"from": "2027-01-01", "to": "2027-03-31"}),
        ("software", ["vLLM"]),
        ("delivery", "上架"),
    ],
)
def test_an_edit_sets_a_field_as_stated_by_hand(field: FieldName, value: Any) -> None:
    state, effects = edit(DialogueState(), {field: value})
    assert state.slots[field].source == "edited"
    assert state.requirements.stated(field)
    assert [(e.kind, e.field) for e in effects] == [("filled", field)]
    again, unchanged = edit(state, {field: value})
    assert again.slots[field].value == state.slots[field].value
    assert unchanged == ()


@pytest.mark.parametrize("nothing", [None, "", []])
def test_an_edit_with_nothing_withdraws(nothing: Any) -> None:
    state, effects = edit(after("18人"), {"users": nothing})
    assert "users" not in state.slots
    assert [(e.kind, e.old) for e in effects] == [("withdrawn", 18)]
    assert edit(DialogueState(), {"users": nothing}) == (DialogueState(), ())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("users", -3),
        ("users", "plenty"),
        ("users", {"min": 5, "max": 2}),
        ("sharing", "everyone"),
        ("multi_node", "perhaps"),
        ("budget_cny", 1e20),
        ("workloads", [{"kind": "gaming"}]),
        ("purchase_by", {"from": "soon"}),
        ("facility", {"cooling": "ice"}),
        ("delivery", "x" * 500),
        ("inferred", ["users"]),
        ("colour", "red"),
    ],
)
def test_a_bad_edit_names_its_field_and_changes_nothing(field: Any, value: Any) -> None:
    state = after("18人做渲染")
    with pytest.raises(BadValue) as caught:
        edit(state, {"users": 40, field: value} if field != "users" else {"scale": "pilot", "users": value})
    assert caught.value.details["field"] == field
    assert told(state) == {"users": 18, "workloads": [{"kind": "rendering"}]}
    for language in ("zh", "en"):
        assert field in caught.value.message(language)  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    st.sampled_from([*FIELD_NAMES, "inferred", "nonsense"]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
        max_leaves=6,
    ),
)
def test_an_edit_either_holds_or_says_why_not(field: Any, value: Any) -> None:
    try:
        state, _ = edit(DialogueState(), {field: value})
    except BadValue:
        return
    assert state.requirements == Requirements.model_validate(state.requirements.model_dump(by_alias=True))
    assert DialogueState.model_validate_json(state.model_dump_json()) == state


def test_json_values_have_no_empty_parts() -> None:
    workloads = Requirements.model_validate({"workloads": [{"kind": "rag"}, {"kind": "cae", "share": 20}]}).workloads
    assert to_json(workloads) == [{"kind": "rag"}, {"kind": "cae", "share": 20.0}]
