"""A decision printed for a terminal: everything in it is told once, in groups, with its source."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.errors import Language
from assistant.rules.decision import decide
from assistant.rules.requirements import Requirements
from ui.labels import say
from ui.printout import text

LAB: dict[str, Any] = {"workloads": [{"kind": "multimodal"}], "users": 20, "sharing": "single_group"}
FULL: dict[str, Any] = {
    "workloads": [{"kind": "finetune", "method": "full"}],
    "models": [{"params_b": 70}],
    "sharing": "single_group",
}
MIXED: dict[str, Any] = {
    "workloads": [{"kind": "inference"}, {"kind": "finetune"}, {"kind": "storage"}, {"kind": "science"}],
    "models": [{"name": "DeepSeek", "params_b": 671}],
    "scale": "pilot",
}
NOTHING: dict[str, Any] = {}
LANGUAGES: list[Language] = ["zh", "en"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("given", [LAB, FULL, MIXED, NOTHING], ids=["lab", "full", "mixed", "nothing"])
def test_every_part_of_a_decision_is_told(given: dict[str, Any], language: Language) -> None:
    decision = decide(Requirements.model_validate(given))
    told = text(decision, language)
    for fired in decision.fired:
        assert told.count(fired.because.get(language)) == 1, fired
        assert fired.rule in told or fired.rule == "W16"
    assert [row for row in decision.ruled_out if row.because.get(language) not in told] == []
    assert [option for option in decision.alternatives if option.when.get(language) not in told] == []
    assert [item for item in decision.facility if item.text.get(language) not in told] == []
    if decision.series != "none":
        assert [step for step in decision.path if step.label.get(language) not in told] == []
    if any(fired.source.document == "house" for fired in decision.fired):
        assert f"[{say('house', language)}]" in told
    if decision.sizing:
        (option,) = decision.sizing.options
        assert (option.asked.text if option.asked else option.needs).get(language) in told
    if language == "en":
        assert not any("\u4e00" <= character <= "\u9fff" for character in told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_open_is_marked_open(language: Language) -> None:
    told = text(decide(Requirements.model_validate(LAB)), language).splitlines()
    marks = [line[0] for line in told if line[:1] in "✓○" and line[1:2] == " "]
    steps = decide(Requirements.model_validate(LAB)).path
    assert marks == ["✓" if step.settled else "○" for step in steps]
    assert any(line.strip().startswith("W18") and "04.5" in line for line in told)


def test_nothing_is_called_settled_before_anything_is_known() -> None:
    told = text(decide(Requirements()), "en")
    assert "✓" not in told
    assert "Workload" in told
