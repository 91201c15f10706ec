"""Everything the advisor can say stands in both languages, with the same parts, and promises nothing of its own."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest
import yaml

from assistant.dialogue.checklist import (
    asked,
    assumption,
    exhausted,
    next_field,
    options,
    question,
    shorter,
    wordings,
)
from assistant.dialogue.language import Language
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.phrasing import questions, say, value_word, variants
from assistant.dialogue.reading import Intent
from assistant.dialogue.state import DialogueState, edit
from assistant.dialogue.values import label, separator, value_text
from assistant.rules.catalogue import GPU_CLASSES, find_products
from assistant.rules.facts import CONCERNS
from assistant.rules.requirements import FIELD_NAMES, WORKLOAD_KINDS, FieldName
from assistant.rules.tables import checklist, trials

FOLDER = Path(__file__).resolve().parents[2] / "assistant" / "dialogue" / "phrasing"
REPLIES: dict[str, dict[str, list[str]]] = yaml.safe_load((FOLDER / "replies.yaml").read_text(encoding="utf-8"))
VALUES: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "values.yaml").read_text(encoding="utf-8"))
LANGUAGES: tuple[Language, ...] = ("zh", "en")
# The contact of whitepaper section 10, section numbers, sizes in examples, and the path of the HTTP interface.
GROUNDED = re.compile(r"400-965-8299|api/v1|(?<!\d)(?:06|10)(?!\d)|20 人|20-person|T4 versus T8|T4 和 T8|DELETE")
LISTING = {"unknown_product"}
EXAMPLES = {"unclear", "greeting"}


def parts(wording: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(wording) if name}


@pytest.mark.parametrize("key", sorted(REPLIES))
def test_a_phrase_has_both_languages_with_the_same_parts_and_as_many_wordings(key: str) -> None:
    zh, en = REPLIES[key]["zh"], REPLIES[key]["en"]
    assert set(REPLIES[key]) == {"zh", "en"}
    assert len(zh) == len(en) >= 1
    assert len(set(zh)) == len(zh)
    assert len(set(en)) == len(en)
    assert {frozenset(parts(wording)) for wording in (*zh, *en)} == {frozenset(parts(zh[0]))}


@pytest.mark.parametrize("key", sorted(REPLIES))
def test_a_phrase_is_written_in_its_language(key: str) -> None:
    for wording in REPLIES[key]["en"]:
        assert not re.search(r"[\u3400-\u9fff，。；：、「」]", wording)
    spoken = [w for w in REPLIES[key]["zh"] if re.search(r"[A-Za-z\u3400-\u9fff]", re.sub(r"\{\w+\}", "", w))]
    assert all(re.search(r"[\u3400-\u9fff]", wording) for wording in spoken)


@pytest.mark.parametrize("key", sorted(set(REPLIES) - LISTING - EXAMPLES))
def test_a_phrase_names_no_product_and_no_figure_of_its_own(key: str) -> None:
    for wording in (*REPLIES[key]["zh"], *REPLIES[key]["en"]):
        rest = GROUNDED.sub("", re.sub(r"\{\w+\}", "", wording))
        assert not re.search(r"\d", rest)
        assert [code for code, _, _, _ in find_products(rest) if code not in ("S", "SF")] == []


def test_the_list_of_all_lines_names_each_line_and_no_other() -> None:
    from assistant.rules.catalogue import PRODUCTS, products_in

    for language in LANGUAGES:
        for wording in variants("unknown_product", language):
            assert products_in(wording) == PRODUCTS


def test_wordings_are_used_in_turn_and_start_again() -> None:
    for language in LANGUAGES:
        wordings = variants("thanks", language)
        assert [say("thanks", language, times) for times in range(len(wordings) + 1)] == [*wordings, wordings[0]]


def test_a_missing_part_is_an_error_and_not_a_hole_in_a_sentence() -> None:
    with pytest.raises(KeyError):
        say("changed", "en", field="Users")


# ---- the questions


@pytest.mark.parametrize("field", FIELD_NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_the_checklist_can_be_asked_about(field: FieldName, language: Language) -> None:
    assert label(field, language)
    wordings = questions()[field]["ask"][language]
    assert wordings
    assert len(questions()[field]["ask"]["zh"]) == len(questions()[field]["ask"]["en"])
    assert all(wording.strip().endswith(("？", "?", "。", ".", "）", ")")) for wording in wordings)
    assert bool(re.search(r"[\u3400-\u9fff]", wordings[0])) == (language == "zh")


def test_questions_are_asked_about_fields_of_the_checklist_only() -> None:
    assert set(questions()) == set(FIELD_NAMES)


@pytest.mark.parametrize("field", [f for f in FIELD_NAMES if f not in ("department", "contact")])
def test_asking_twice_uses_other_words(field: FieldName) -> None:
    for language in LANGUAGES:
        assert question(field, language, 0) != question(field, language, 1)


@pytest.mark.parametrize("field", FIELD_NAMES)
def test_a_quick_reply_is_a_value_of_its_field_and_says_the_same_in_both_languages(field: FieldName) -> None:
    zh, en = options(field, "zh"), options(field, "en")
    assert [value for _, value in zh] == [value for _, value in en]
    assert len(zh) <= 5
    for words, value in (*zh, *en):
        assert words.strip()
        state, _ = edit(DialogueState(), {field: value})
        assert state.requirements.stated(field)


@pytest.mark.parametrize("field", [row.field for row in checklist() if row.deciding])
def test_a_field_that_decides_has_quick_replies(field: FieldName) -> None:
    assert len(options(field, "zh")) >= 2


# ---- which question is next


def _state(**fields: Any) -> DialogueState:
    return edit(DialogueState(), fields)[0]  # type: ignore[arg-type]


def test_the_question_that_splits_the_decision_comes_first() -> None:
    assert next_field(_state(workloads=[{"kind": "training"}])) == "sharing"
    assert next_field(_state(workloads=[{"kind": "rag"}])) == "scale"
    assert next_field(DialogueState()) == "workloads"


def test_a_question_passed_over_is_not_asked_again_and_neither_is_its_twin() -> None:
    state = _state(workloads=[{"kind": "training"}]).model_copy(update={"skipped": ("sharing",)})
    assert next_field(state) not in ("sharing", "groups")


def test_a_question_gives_way_after_three_answers_that_are_none_or_when_its_wordings_are_used_up() -> None:
    state = _state(workloads=[{"kind": "rag"}])
    assert next_field(state.model_copy(update={"failed": {"scale": 2}})) == "scale"
    assert next_field(state.model_copy(update={"failed": {"scale": 3}})) != "scale"
    used = len(wordings("scale", "zh")) + len(shorter("zh"))
    assert next_field(state.model_copy(update={"asked": {"scale": used - 1}})) == "scale"
    assert next_field(state.model_copy(update={"asked": {"scale": used}})) != "scale"
    # Digressions are no attempts: the question stays open.
    assert next_field(state.model_copy(update={"asked": {"scale": used}}), aside=True) == "scale"


def test_a_question_without_choices_gives_way_after_two_answers_that_are_none() -> None:
    state = _state(workloads=[{"kind": "rag"}]).model_copy(update={"failed": {"delivery": 2}})
    assert "delivery" in exhausted(state)


def test_nothing_is_asked_of_a_visitor_who_wants_no_questions() -> None:
    assert next_field(_state(workloads=[{"kind": "rag"}]).model_copy(update={"quiet": True})) is None


@pytest.mark.parametrize("field", FIELD_NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_field_left_open_says_what_is_assumed(field: FieldName, language: Language) -> None:
    assert bool(re.search(r"[\u3400-\u9fff]", assumption(field, language))) == (language == "zh")


def test_the_contact_is_never_asked_for_by_the_checklist() -> None:
    state = DialogueState()
    seen: list[FieldName] = []
    while (field := next_field(state)) is not None:
        seen.append(field)
        state = state.model_copy(update={"skipped": (*state.skipped, field)})
    assert "contact" not in seen
    assert len(seen) == len(set(seen))


def test_asking_opens_the_question_and_asking_nothing_closes_it() -> None:
    state = asked(DialogueState(), "users")
    assert state.open_question == "users"
    assert state.asked == {"users": 1}
    assert asked(state, None).open_question is None


# ---- values in words


@pytest.mark.parametrize(
    ("field", "value", "zh", "en"),
    [
        ("users", 20, "20 人", "20 people"),
        ("users", 1500, "1,500 人", "1,500 people"),
        ("users", {"min": 10, "max": 50}, "10–50 人", "10–50 people"),
        ("users", {"min": 200}, "200 人 以上", "at least 200 people"),
        ("data_tb", 0.5, "0.5 TB", "0.5 TB"),
        ("data_tb", {"max": 1}, "1 TB 以内", "at most 1 TB"),
        ("sharing", "college", "学院级", "college level"),
        ("multi_node", True, "需要多机", "Several machines"),
        ("tax_included", False, "不含税", "Tax excluded"),
        ("workloads", [{"kind": "rag"}, {"kind": "finetune", "share": 30.0}], "RAG、微调 30%", "RAG, fine-tuning 30%"),
        ("models", [{"name": "Qwen", "params_b": 72.0, "quantisation": "int4"}], "Qwen 72B int4", "Qwen 72B int4"),
        ("models", [{"params_b": 1.5}], "1.5B", "1.5B"),
        (
            "purchase_by",
            {"from": "2027-01-01", "to": "2027-03-31"},
            "2027-01-01 – 2027-03-31",
            "2027-01-01 – 2027-03-31",
        ),
        ("facility", {"rack_power_kw": 8.0, "cooling": "air"}, "单柜 8 kW、风冷", "8 kW a rack, air cooling"),
        ("software", ["vLLM", "Maya"], "vLLM、Maya", "vLLM, Maya"),
        ("delivery", "上门", "上门", "上门"),
    ],
)
def test_a_value_is_told_in_words(field: FieldName, value: Any, zh: str, en: str) -> None:
    assert value_text(field, value, "zh") == zh
    assert value_text(field, value, "en") == en


@pytest.mark.parametrize("field", FIELD_NAMES)
def test_every_trial_and_quick_reply_can_be_put_into_words(field: FieldName) -> None:
    for value in [value for _, value in options(field, "zh")] + [trial.value for trial, _ in trials(field)]:
        for language in LANGUAGES:
            words = value_text(field, edit(DialogueState(), {field: value})[0].slots[field].value, language)
            assert words.strip()
            assert "{" not in words
            assert "None" not in words


def test_every_value_of_a_closed_set_has_its_word() -> None:
    for language in LANGUAGES:
        assert all(value_word("workloads", kind, language) for kind in WORKLOAD_KINDS)
        assert all(value_word("gpu_class", name, language) for name in GPU_CLASSES)
        assert all(value_word("series", letter, language) for letter in ("G", "T", "S", "none"))
        assert separator(language)
    for group, words in VALUES.items():
        assert all({"zh", "en"} <= set(word) <= {"zh", "en", "en_one"} for word in words.values()), group


# ---- the lexicon


def test_every_intent_of_the_lexicon_is_an_intent() -> None:
    assert {name for name, _ in lexicon().intents} <= set(get_args(Intent))


def test_every_concern_of_the_lexicon_is_a_concern_of_the_rules() -> None:
    assert {name for name, _ in lexicon().concerns} == set(CONCERNS)


def test_every_phrase_gives_a_value_of_its_field() -> None:
    for phrase in (*lexicon().phrases, *lexicon().bare):
        value = [{"kind": phrase.value}] if phrase.field == "workloads" else phrase.value
        state, _ = edit(DialogueState(), {phrase.field: value})
        assert state.requirements.stated(phrase.field)


def test_every_kind_of_work_has_words_in_both_languages() -> None:
    data = yaml.safe_load((FOLDER.parent / "lexicon" / "phrases.yaml").read_text(encoding="utf-8"))
    by_kind = {row["value"]: row for row in data["phrases"] if row["field"] == "workloads" and not row.get("inferred")}
    assert set(by_kind) == set(WORKLOAD_KINDS)
    assert [kind for kind, row in by_kind.items() if not (row.get("zh") and row.get("en"))] == []


def test_no_pattern_of_the_lexicon_matches_nothing_at_all() -> None:
    words = lexicon()
    patterns = [p.pattern for p in (*words.phrases, *words.bare)] + [p for _, p in (*words.concerns, *words.intents)]
    for pattern in [*patterns, words.question, words.need, words.unknown, words.domain, words.premise]:
        assert not pattern.search("")
        assert not pattern.search("……")


@pytest.mark.parametrize("name", ["replies", "questions", "values"])
def test_no_key_stands_twice_in_a_phrasing_file(name: str) -> None:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    keys = re.findall(r"^(\w+):", text, re.MULTILINE)
    assert len(keys) == len(set(keys))


def test_every_phrase_that_the_code_says_exists_and_none_is_left_over() -> None:
    root = FOLDER.parents[1]
    code = "\n".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
    said = set(re.findall(r"""\bsay\(\s*["'](\w+)["']""", code))
    assert said <= set(REPLIES)
    # A key may also be chosen by name ("recommend_firm" if … else …) or built ("status_" + stage).
    unused = {key for key in REPLIES if f'"{key}"' not in code and not key.startswith("status_")}
    assert unused == set()
