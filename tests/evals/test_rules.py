"""The benchmark of the rules runs and times what it says; no time is asserted."""

from __future__ import annotations

import json

import pytest

from evals import rules


def test_every_call_is_timed_against_the_baseline(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rules, "_ROUNDS", 1)
    assert rules.main(["--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == ["baseline", "decide", "outcome_of", "would_change", "size"]
    assert rows[0]["ratio"] == 1
    assert all(0 < row["median_ms"] <= row["worst_ms"] for row in rows)
