"""The speed benchmark: what it counts, what it draws, what it refuses. Nothing here asserts how fast the machine is."""

from __future__ import annotations

import json
from dataclasses import dataclass
from xml.etree import ElementTree

import pytest

from evals import speed
from evals.growth import Size
from evals.load import Load, _joined


@dataclass(frozen=True)
class Pace:
    chunks: int
    share: float


def test_a_part_that_is_no_part_and_a_size_that_is_no_number_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in (["--parts", "ingest,flight"], ["--sizes", "100,many"], ["--sizes", "0"]):
        with pytest.raises(SystemExit) as ended:
            speed.main(wrong, ingest=lambda: Pace(1, 1.0))
        assert ended.value.code == 2
    assert "flight" in capsys.readouterr().err


def test_only_the_chosen_part_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert speed.main(["--parts", "ingest", "--json"], ingest=lambda: Pace(622, 0.9)) == 0
    assert json.loads(capsys.readouterr().out) == {"ingest": {"chunks": 622, "share": 0.9}}


def test_a_part_that_fails_is_told_and_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> Pace:
        raise OSError("no disk")

    assert speed.main(["--parts", "ingest"], ingest=broken) == 2
    assert "no disk" in capsys.readouterr().err


def test_the_plots_are_drawn_with_every_point_and_with_none() -> None:
    sizes = [Size(n, n / 10, n / 5, 30.0, 1.0, 1.0, 0.1) for n in (100, 1_000, 10_000)]
    loads = [Load(n, 30.0, 60.0 * n, 100.0 * n, 0, 3 * n) for n in (1, 10)]
    drawn = ElementTree.fromstring(speed.svg(sizes, loads))
    assert len(drawn.findall(".//{http://www.w3.org/2000/svg}circle")) == 5
    assert ElementTree.fromstring(speed.svg([], [])).tag.endswith("svg")


def test_repeated_loads_are_one_row_that_loses_no_error_and_no_turn() -> None:
    found = _joined(
        [Load(1, 10.0, 60.0, 90.0, 0, 3), Load(1, 20.0, 50.0, 80.0, 2, 3), Load(1, 30.0, 70.0, 100.0, 0, 3)]
    )
    assert (found.conversations, found.errors, found.turns) == (1, 2, 9)
    assert (found.turns_per_s, found.p50_ms) == (20.0, 60.0)
