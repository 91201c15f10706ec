"""What visitors, documents and models write is shown as text."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from assistant.agent.reply import Citation, Language, Reply, StatedValue
from assistant.bootstrap import Advisor
from assistant.rules.decision import decide
from assistant.rules.footprint import Task
from assistant.rules.requirements import Requirements
from assistant.rules.sizing import SizingRequest, estimate
from ui import conversation
from ui.arithmetic import arithmetic
from ui.card import Card
from ui.labels import say
from ui.places import Places
from ui.prose import escape, to_html

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](http://evil.example/x.png)",
    "[a](javascript:alert(1))",
    "<iframe src='//evil.example'></iframe>",
    "```\n</div><script>alert(1)</script>\n```",
    "<a href='//evil.example'>x</a>\n\n<b>bold</b>",
    "![x][y]\n\n[y]: http://evil.example/x.png",
    "$$\\href{javascript:alert(1)}{x}$$",
]
MARKUP = re.compile(
    r"<(?:script|img|iframe|object|embed|style|link|meta|form|input)|on\w+=[^&]*>|javascript:", re.IGNORECASE
)


def _tags(markup: str) -> str:
    return " ".join(re.findall(r"<[^>]*>", markup))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_brings_no_markup_in(text: str) -> None:
    reply = Reply(
        session_id="s", turn=1, language="en", reply=f"Hello\n\n{text} [1]", intent="ask", verified=True,
        citations=(
            Citation(id="1", document="d", section="1", heading=text, quote=text, url="/source/d#u", original=text),
        ),
    )  # fmt: skip
    for message in (conversation.said(text), conversation.answered(reply), conversation.notice(text)):
        assert not MARKUP.search(_tags(message["content"]))
        assert "evil.example" not in _tags(message["content"])
        # A blank line would end the HTML block and begin Markdown again.
        assert "\n" not in message["content"]


def test_a_reference_opens_its_citation() -> None:
    shown = to_html("As stated [1], not [2].", {"1": "/source/whitepaper?lang=zh#u-x"})
    assert '<a href="/source/whitepaper?lang=zh#u-x" class="ref"' in shown
    assert "[2]" in shown


def test_the_card_shows_the_whole_trace_with_links(advisor: Advisor) -> None:
    decision = decide(Requirements.model_validate({"workloads": [{"kind": "multimodal"}], "sharing": "single_group"}))
    card = Card(Places(advisor).link, advisor.label, advisor.value_text)
    for language in ("zh", "en"):
        shown = card.html(decision, language)
        assert "T4 / T4A" in shown
        for fired in decision.fired:
            assert fired.rule in shown
        for change in decision.would_change:
            assert advisor.label(change.field, language) in shown
        assert f"/source/whitepaper?lang={language}#u-whitepaper-07.t1.r2" in shown
        assert card.html(None, language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "given",
    [
        {"workloads": [{"kind": "multimodal"}], "sharing": "single_group", "data_tb": 20},
        {"workloads": [{"kind": "inference"}], "scale": "department"},
        {"workloads": [{"kind": "storage"}]},
    ],
    ids=["training", "inference", "storage"],
)
def test_the_card_tells_each_reason_once(advisor: Advisor, given: dict[str, object], language: Language) -> None:
    decision = decide(Requirements.model_validate(given))
    shown = Card(Places(advisor).link, advisor.label, advisor.value_text).html(decision, language)
    listed = shown[shown.index('<details class="part why">') :]
    listed = listed[listed.index("</ol>") : listed.index("</details>")]
    reasons = re.findall(r'<span class="rule">[^<]+</span>([^<]+)', listed)
    assert reasons
    assert len(reasons) == len(set(reasons))
    for advice in (*decision.storage, *decision.acceptance):
        assert escape(advice.text.get(language)) not in listed
        assert escape(advice.text.get(language)) in shown
    assert all(fired.rule in shown for fired in decision.fired)


FULL = {
    "workloads": [{"kind": "finetune", "method": "full"}],
    "models": [{"name": "Qwen2.5", "params_b": 72}],
    "sharing": "single_group",
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_path_draws_every_judgement_and_ends_at_the_line(advisor: Advisor, language: Language) -> None:
    decision = decide(Requirements.model_validate({**FULL, "multi_node": False, "data_tb": 20}))
    shown = Card(Places(advisor).link, advisor.label, advisor.value_text).html(decision, language)
    drawing = shown[shown.index('<ol class="path"') : shown.index("</ol>")]
    stations = re.findall(r'<li class="(settled|open)">(.*?)</li>', drawing, re.DOTALL)
    assert [state for state, _ in stations] == ["settled" if step.settled else "open" for step in decision.path]
    for step, (_, station) in zip(decision.path, stations, strict=True):
        assert step.label.get(language) in station
        assert f"/source/whitepaper?lang={language}#u-" in station
        assert [rule for rule in step.rules if f">{rule}<" not in station] == []
        assert "<p>" in station
    assert 'aria-label="' in drawing
    assert drawing.rstrip("</li>").endswith(" / ".join(decision.models) + "</b")
    assert "<script" not in shown


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_card_shows_the_arithmetic_with_its_formulas_and_assumptions(advisor: Advisor, language: Language) -> None:
    decision = decide(Requirements.model_validate(FULL))
    shown = Card(Places(advisor).link, advisor.label, advisor.value_text).html(decision, language)
    sizing = decision.sizing
    assert sizing is not None
    for term in sizing.terms:
        assert term.label.get(language) in shown
        assert term.formula in shown
    for text in (*sizing.assumptions, *(option.needs for option in sizing.options)):
        assert text.get(language) in shown
    assert say("estimate", language) in shown
    for item in decision.facility:
        assert f"<span>{item.text.get(language)}</span>" in shown


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("task", get_args(Task))
@pytest.mark.parametrize("gpus", [None, 1, 8])
def test_any_result_can_be_drawn(task: Task, gpus: int | None, language: Language) -> None:
    for model in ("qwen2.5-72b", "deepseek-r1", "qwen2.5-vl-7b", None):
        result = estimate(SizingRequest(model=model, params_b=None if model else 500, task=task, gpus=gpus))
        drawn = arithmetic(result, language, lambda markup, source, language: markup)
        assert drawn.count("</tr>") == len(result.terms) + 1
        assert "None" not in drawn


@pytest.mark.parametrize("gpus", [1, 8, 16])
def test_a_verdict_is_marked_by_what_it_says(gpus: int) -> None:
    result = estimate(SizingRequest(model="qwen2.5-72b", task="finetune-full", gpu="96gb", gpus=gpus))
    asked = result.options[0].asked
    assert asked is not None
    assert f'<p class="verdict {asked.verdict}">' in arithmetic(result, "en", lambda markup, source, language: markup)


def test_a_hostile_model_name_stays_text() -> None:
    given = {**FULL, "models": [{"name": HOSTILE[1], "params_b": 70}]}
    shown = Card(lambda source, language: None, lambda f, language: f, lambda f, v, language: str(v)).html(
        decide(Requirements.model_validate(given)), "en"
    )
    assert "<img" not in shown
    assert "&lt;img" in shown


def test_nothing_is_drawn_before_a_line_is_recommended(advisor: Advisor) -> None:
    shown = Card(Places(advisor).link, advisor.label, advisor.value_text).html(decide(Requirements()), "en")
    assert "<ol" not in shown
    assert "sizing" not in shown


def test_a_card_escapes_the_words_it_is_given() -> None:
    decision = decide(Requirements.model_validate({"workloads": [{"kind": "rag"}]}))
    hostile = HOSTILE[1]
    shown = Card(lambda source, language: hostile, lambda f, language: hostile, lambda f, v, language: hostile).html(
        decision, "en"
    )
    assert "<img" not in shown


def test_the_words_a_value_came_from_are_shown_as_text(advisor: Advisor) -> None:
    from ui.checklist_panel import _origin

    stated = StatedValue(value=20, evidence="![x](http://evil.example/x.png) <b>20</b>", source="stated")
    assert "](" not in _origin(stated, "en")
    plain = StatedValue(value=20, evidence="20-person lab", source="stated")
    assert _origin(plain, "en") == "You said “20-person lab”"
