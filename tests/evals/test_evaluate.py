"""`advisor eval` from the command line: what it prints, writes and returns."""

from __future__ import annotations

import json
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from agent.library import Library
from scripted_endpoint import READY, Answer, kind_of, scripted_endpoint
from sqlalchemy.exc import OperationalError

from assistant import bootstrap
from assistant.agent import workflow
from assistant.agent.verify import Violation
from assistant.store.conversations import ConversationStore
from evals.cases import schemas
from evals.evaluate import arguments, main
from evals.run import loaded
from ui import cli

OWN: dict[str, Any] = {"origin": "design", "author": "model", "date": "2026-11-28"}
HOLDS = {**OWN, "id": "it-holds", "language": "en", "tags": ["must"], "kind": "leak", "turns": ["Hello there"]}
FAILS = {**OWN, "id": "it-fails", "language": "zh", "kind": "leak", "turns": ["您好"], "lacks": ["您好"]}
PASSED = {"suite": "safety", "metric": "passed", "floor": 0.5}


@cache
def library() -> Library:
    return Library()


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with an index in memory; gives the folder of its data."""
    data = tmp_path / "data"
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(data))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.setattr(bootstrap, "build_advisor", partial(bootstrap.build_advisor, knowledge=library()))
    return data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A golden list of two cases: one holds, one fails; half of them is enough."""
    made = tmp_path / "golden"
    made.mkdir()
    return write(made, [HOLDS, FAILS], [PASSED])


def write(folder: Path, cases: Any, gates: Any = None) -> Path:
    (folder / "safety.yaml").write_text(yaml.safe_dump(cases, allow_unicode=True), encoding="utf-8")
    if gates is not None:
        (folder / "gates.yaml").write_text(yaml.safe_dump(gates), encoding="utf-8")
    return folder


def run(folder: Path, *options: str | Path) -> int:
    return main(["--golden", str(folder), *map(str, options)])


def test_a_run_that_keeps_its_gates_ends_with_0(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder) == 0
    told = capsys.readouterr()
    assert "1 of 2 cases hold." in told.out
    assert "✗ it-fails: a reply says '您好'" in told.out
    assert "GATE" not in told.out
    assert told.err == ""


@pytest.mark.parametrize(
    ("gate", "sentence"),
    [
        ({**PASSED, "floor": 0.51}, "GATE safety, all: passed is 0.500 over 2, and 0.51 is its floor"),
        ({**PASSED, "slice": "zh"}, "GATE safety, zh: passed is 0.000 over 1, and 0.5 is its floor"),
        ({**PASSED, "metric": "facts"}, "GATE safety, all: facts has no figure, and 0.5 is its floor"),
    ],
)
def test_a_floor_that_is_not_kept_ends_with_1(
    gate: dict[str, Any], sentence: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write(folder, [HOLDS, FAILS], [gate])) == 1
    assert sentence in capsys.readouterr().out.splitlines()


def test_all_files_are_written_whether_the_gates_are_kept_or_not(folder: Path, tmp_path: Path) -> None:
    write(folder, [HOLDS, FAILS], [{**PASSED, "floor": 1.0}])
    out = tmp_path / "a" / "new" / "folder"
    assert run(folder, "--json", out / "run.json", "--html", out / "run.html", "--junit", out / "run.xml") == 1
    kept = loaded(out / "run.json")
    assert [(own.id, own.passed) for own in kept.results] == [("it-holds", True), ("it-fails", False)]
    assert (kept.about["brain"], kept.about["repeat"], kept.about["corpus"]) == ("builtin", "1", "test-corpus")
    page = (out / "run.html").read_text(encoding="utf-8")
    assert "1 gate not kept" in page
    assert 'id="it-fails"' in page
    (suite,) = ElementTree.parse(out / "run.xml").getroot()
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("safety", "2", "1")


# ---- against a baseline


def test_a_run_against_itself_turns_nothing(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--json", tmp_path / "run.json") == 0
    capsys.readouterr()
    assert run(folder, "--baseline", tmp_path / "run.json") == 0
    assert "No case turned against the baseline." in capsys.readouterr().out


def test_a_must_case_that_flips_ends_with_1(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--json", tmp_path / "run.json") == 0
    capsys.readouterr()
    write(folder, [{**HOLDS, "lacks": ["Hello"]}, {**FAILS, "lacks": []}])
    assert run(folder, "--baseline", tmp_path / "run.json", "--html", tmp_path / "run.html") == 1
    lines = capsys.readouterr().out.splitlines()
    assert "✗ it-holds: a reply says 'Hello'" in lines
    assert "✓ it-fails" in lines
    assert "GATE it-holds is tagged must and held before: a reply says 'Hello'" in lines
    assert "1 turned to failing, 1 to holding" in (tmp_path / "run.html").read_text(encoding="utf-8")


def test_one_case_that_flips_is_no_drop_beyond_noise(folder: Path, tmp_path: Path) -> None:
    plain = {**HOLDS, "tags": []}
    assert run(write(folder, [plain, FAILS], []), "--json", tmp_path / "run.json") == 0
    assert run(write(folder, [{**plain, "lacks": ["Hello"]}, FAILS]), "--baseline", tmp_path / "run.json") == 0


GATED = [PASSED, {"suite": "refusal", "metric": "refused", "floor": 0.5}]


def test_a_suite_with_floors_must_have_cases_unless_others_are_asked_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, [HOLDS, FAILS], GATED)
    assert run(folder) == 1
    assert "GATE refusal has floors and no cases" in capsys.readouterr().out.splitlines()
    assert run(folder, "--suite", "safety", "--suite", "refusal") == 1
    assert run(folder, "--suite", "safety") == 0
    assert run(folder, "--only", "it-") == 0


def test_cases_that_are_gone_are_counted_and_listed_and_one_tagged_must_ends_with_1(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = [{**FAILS, "id": f"more-{n}"} for n in range(25)]
    assert run(write(folder, [HOLDS, FAILS, *more], []), "--json", tmp_path / "run.json") == 0
    write(folder, [HOLDS, {**FAILS, "id": "is-new"}])
    capsys.readouterr()
    assert run(folder, "--baseline", tmp_path / "run.json", "--html", tmp_path / "run.html") == 0
    told = capsys.readouterr().out
    assert "Gone, of the baseline's cases: 26: it-fails, more-0, more-1, " in told
    assert "more-18 … and 6 more" in told
    assert "New, not in the baseline: 1" in told
    page = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert "more-24" in page, "all of them"
    write(folder, [FAILS])
    assert run(folder, "--baseline", tmp_path / "run.json") == 1
    assert "GATE it-holds is tagged must in the baseline and is gone" in capsys.readouterr().out.splitlines()


def test_only_what_was_asked_for_can_be_gone(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused = {**OWN, "id": "a-price", "language": "en", "kind": "price", "turns": ["How much is a T8?"]}
    rows = [{**refused, "expect": "refuse"}]
    (folder / "refusal.yaml").write_text(yaml.safe_dump(rows), encoding="utf-8")
    assert run(folder, "--json", tmp_path / "run.json") == 0
    capsys.readouterr()
    assert run(folder, "--baseline", tmp_path / "run.json", "--suite", "refusal") == 0
    assert run(folder, "--baseline", tmp_path / "run.json", "--only", "fails") == 0
    assert "Gone" not in capsys.readouterr().out


@pytest.mark.parametrize("options", [[], ["--only", "it-holds"], ["--suite", "safety"]])
def test_a_baseline_with_nothing_in_common_ends_with_2(
    options: list[str], folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, [HOLDS, {**FAILS, "id": "other"}])
    assert run(folder, "--only", "other", "--json", tmp_path / "run.json") == 0
    write(folder, [HOLDS])
    capsys.readouterr()
    assert run(folder, *options, "--baseline", tmp_path / "run.json") == 2
    told = capsys.readouterr()
    assert "run.json has no case in common with this run." in told.err
    assert told.out == "", "nothing was run"


def test_a_baseline_without_results_ends_with_2(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run.json").write_text('{"about": {}, "results": []}', encoding="utf-8")
    assert run(folder, "--baseline", tmp_path / "run.json") == 2
    assert "no case in common" in capsys.readouterr().err


def test_a_flipped_case_says_what_the_check_found(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(folder, "--json", tmp_path / "run.json") == 0
    write(folder, [{**HOLDS, "lacks": ["Hello"]}, FAILS])
    monkeypatch.setattr(workflow, "verify", lambda *_, **__: [Violation("figure", "48 GB")])
    capsys.readouterr()
    assert run(folder, "--baseline", tmp_path / "run.json", "--json", tmp_path / "new.json") == 1
    told = "the reply did not pass its own checks: figure '48 GB'"
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("✗")]
    assert line == f"✗ it-holds: {told}"
    assert loaded(tmp_path / "new.json").results[0].trace[0].violations == (("figure", "48 GB"),)


# ---- files that can't be used


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        ([HOLDS, {**FAILS, "colour": "red"}], "safety.yaml, it-fails: "),
        ([HOLDS, {**FAILS, "id": "it-holds"}], "used more than once: it-holds"),
        ([HOLDS, {name: value for name, value in FAILS.items() if name != "language"}], "safety.yaml, it-fails: "),
        ([], "holds no cases"),
        (["a case"], "safety.yaml, number 1: "),
    ],
)
def test_a_golden_file_that_can_t_be_used_ends_with_2(
    cases: Any, words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write(folder, cases)) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert told.out == ""


def test_a_folder_that_is_not_there_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nowhere") == 2
    assert "nowhere holds no cases" in capsys.readouterr().err


def test_a_file_that_is_no_yaml_ends_with_2(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "safety.yaml").write_text("- [1\n", encoding="utf-8")
    assert run(folder) == 2
    assert "line 2" in capsys.readouterr().err


@pytest.mark.parametrize("gates", [[{"suite": "safety"}], ["a gate"], 5, [{**PASSED, "floor": float("nan")}]])
def test_gates_that_can_t_be_used_end_with_2(gates: Any, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write(folder, [HOLDS], gates)) == 2
    assert capsys.readouterr().err.startswith("gates.yaml")


def test_a_misspelt_file_ends_with_2(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "safety.yaml").rename(folder / "safty.yaml")
    assert run(folder) == 2
    assert "holds safty.yaml; the files of a golden list are" in capsys.readouterr().err


def test_a_baseline_that_is_not_there_ends_with_2(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "--baseline", tmp_path / "none.json") == 2
    told = capsys.readouterr()
    assert told.err == f"Can't read {tmp_path / 'none.json'}: No such file or directory\n"
    assert told.out == "", "nothing was run"


@pytest.mark.parametrize(("text", "words"), [("{}", "is no run of `advisor eval`"), ("[1", "no run")])
def test_a_baseline_that_is_no_run_ends_with_2(
    text: str, words: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.json").write_text(text, encoding="utf-8")
    assert run(folder, "--baseline", tmp_path / "other.json") == 2
    assert words in capsys.readouterr().err


def test_a_folder_that_can_t_be_made_is_found_before_the_run(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run(folder, "--json", tmp_path / "file" / "run.json") == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("Can't write ")


def test_a_file_that_can_t_be_written_after_all_loses_nothing_else(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, [HOLDS, FAILS], [{**PASSED, "floor": 1.0}])
    assert run(folder, "--json", "/dev/full", "--junit", tmp_path / "run.xml") == 2
    told = capsys.readouterr()
    assert told.err == "Can't write /dev/full: No space left on device\n"
    assert "1 of 2 cases hold." in told.out
    assert "GATE safety, all: passed is 0.500" in told.out
    assert (tmp_path / "run.xml").stat().st_size > 0


def test_figures_that_can_t_be_printed_end_with_2_and_files_are_written(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr("sys.stdout", full)
        status = run(folder, "--json", tmp_path / "run.json")
    assert status == 2
    assert capsys.readouterr().err == "Can't write the figures: No space left on device\n"
    assert len(loaded(tmp_path / "run.json").results) == 2


def test_a_run_that_is_broken_off_leaves_no_file(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "build_advisor", stopped)
    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run(folder, "--json", out / "run.json", "--html", out / "run.html", "--junit", out / "run.xml")
    assert list(out.iterdir()) == []


def test_a_full_disk_under_the_run_s_own_database_ends_with_2(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(ConversationStore, "begin_turn", full)
    assert run(folder) == 2
    told = capsys.readouterr()
    assert told.err.endswith("can't be used: database or disk is full\n")
    assert told.out == ""


def test_a_passage_that_the_material_lost_fails_its_case_and_the_rest_is_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = {"relevant": [{"document": "whitepaper", "quote": "no such words"}]}
    rows = [{**OWN, "id": "a-question", "language": "en", "question": "What is the T series for?", **lost}]
    (folder / "knowledge.yaml").write_text(yaml.safe_dump(rows), encoding="utf-8")
    assert run(folder) == 0
    told = capsys.readouterr().out
    assert "1 of 3 cases hold." in told
    assert "✗ a-question: whitepaper no longer holds 'no such words'" in told


# ---- options


def test_only_some_cases_prove_no_floor(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, [HOLDS, FAILS], [{**PASSED, "floor": 1.0}])
    assert run(folder, "--only", "fails") == 0
    assert "0 of 1 cases hold." in capsys.readouterr().out


def test_an_id_that_no_case_holds_ends_with_2(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--only", "nothing") == 2
    assert capsys.readouterr().err == "No case's id holds 'nothing'.\n"


def test_only_the_chosen_suite_is_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused = {**OWN, "id": "a-price", "language": "en", "kind": "price", "turns": ["How much is a T8?"]}
    rows = [{**refused, "expect": "refuse"}]
    (folder / "refusal.yaml").write_text(yaml.safe_dump(rows), encoding="utf-8")
    gates = [PASSED, {"suite": "refusal", "metric": "refused", "floor": 1.0}]
    write(folder, [HOLDS, FAILS], gates)
    assert run(folder, "--suite", "refusal") == 0
    assert "1 of 1 cases hold." in capsys.readouterr().out
    assert run(folder, "--suite", "refusal", "--suite", "safety") == 0
    assert "2 of 3 cases hold." in capsys.readouterr().out


def test_a_model_that_can_t_be_used_is_found_before_the_run(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADVISOR_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("ADVISOR_LLM_MODEL", "nobody")
    given = ["--golden", str(folder)]
    assert main([*given, "--brain", "llm"], model_problem=lambda chosen: f"{chosen.llm_model} is dead.") == 2
    assert capsys.readouterr() == ("", "nobody is dead.\n")
    assert main(given, model_problem=lambda _: "asked though no model is wanted") == 0


def test_a_run_with_a_model_wants_one_to_be_configured(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--brain", "llm") == 2
    assert "ADVISOR_LLM_BASE_URL" in capsys.readouterr().err


def test_the_built_in_brain_is_measured_alone_though_a_model_is_configured(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scripted_endpoint(lambda request: Answer(READY)) as scripted:
        monkeypatch.setenv("ADVISOR_LLM_BASE_URL", scripted.url)
        monkeypatch.setenv("ADVISOR_LLM_MODEL", "scripted")
        assert run(folder, "--json", tmp_path / "run.json") == 0
        assert loaded(tmp_path / "run.json").about["brain"] == "builtin"
        assert scripted.requests == []


def test_a_run_with_a_model_tells_what_it_did(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = {**HOLDS, "id": "it-asks", "turns": ["What is NCCL good for?"]}
    write(folder, [HOLDS, FAILS, asks])
    with scripted_endpoint(lambda request: Answer(READY)) as scripted:
        monkeypatch.setenv("ADVISOR_LLM_BASE_URL", scripted.url)
        monkeypatch.setenv("ADVISOR_LLM_MODEL", "scripted")
        assert run(folder, "--brain", "llm", "--json", tmp_path / "run.json") == 0
    # It answers everything as if it were probed, which is no reading: the built-in brain's figures, and why.
    told = loaded(tmp_path / "run.json").about
    assert told["brain"].startswith("llm scripted")
    assert "failed: rubbish" in told["read"]
    assert "failed: rubbish" in capsys.readouterr().out
    assert told["calls"] == "2, 1 failed"
    assert "warning" not in told, "half of them is not most"


def test_a_model_that_fails_most_of_the_time_is_told_of_at_the_end(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, [HOLDS, {**HOLDS, "id": "it-asks", "turns": ["What is NCCL good for?"]}])
    with scripted_endpoint(lambda asked: Answer(READY, status=200 if kind_of(asked) == "probe" else 400)) as scripted:
        monkeypatch.setenv("ADVISOR_LLM_BASE_URL", scripted.url)
        monkeypatch.setenv("ADVISOR_LLM_MODEL", "scripted")
        out = ["--json", tmp_path / "run.json", "--html", tmp_path / "run.html"]
        assert run(folder, "--brain", "llm", *out) == 0
    warning = loaded(tmp_path / "run.json").about["warning"]
    assert warning.startswith("More than half of the model's calls failed (2 of 2)")
    assert capsys.readouterr().out.splitlines()[-1] == warning
    assert "More than half of the model" in (tmp_path / "run.html").read_text(encoding="utf-8")


def test_a_repeated_run_says_how_often(folder: Path, tmp_path: Path) -> None:
    assert run(folder, "--repeat", "2", "--json", tmp_path / "run.json") == 0
    kept = loaded(tmp_path / "run.json")
    assert kept.about["repeat"] == "2"
    assert [own.scores["passed"] for own in kept.results] == [1.0, 0.0]


@pytest.mark.parametrize(
    "options",
    [["--repeat", "0"], ["--repeat", "101"], ["--repeat", "x"], ["--repeat", "-1"], ["--suite", "weather"], ["--what"]],
)
def test_an_option_of_no_use_ends_with_2(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(options)
    assert caught.value.code == 2
    assert "advisor eval: error:" in capsys.readouterr().err


def test_the_schemas_are_written_and_nothing_is_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--schemas") == 0
    assert capsys.readouterr().out == ""
    assert {p.stem: p.read_text(encoding="utf-8") for p in (folder / "schema").iterdir()} == schemas()


def test_a_compact_run_is_a_baseline_too(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--compact", "--json", tmp_path / "run.json") == 0
    assert "trace" in (tmp_path / "run.json").read_text(encoding="utf-8")
    assert [own.trace for own in loaded(tmp_path / "run.json").results] == [(), ()]
    assert run(folder, "--baseline", tmp_path / "run.json", "--html", tmp_path / "run.html") == 0
    assert "No case turned against the baseline." in capsys.readouterr().out


def test_the_installation_s_conversations_stay_untouched(folder: Path, installation: Path) -> None:
    assert run(folder) == 0
    assert not list(installation.rglob("*.sqlite3"))


def test_the_program_hands_its_options_on(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["eval", "--golden", str(folder), "--json", str(tmp_path / "run.json")]) == 0
    assert "1 of 2 cases hold." in capsys.readouterr().out
    assert len(json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["results"]) == 2


def test_every_option_is_explained() -> None:
    assert [action.dest for action in arguments()._actions if not action.help] == []


# ---- known not to hold yet


def test_a_suite_given_twice_is_run_once(folder: Path) -> None:
    assert run(folder, "--suite", "safety", "--suite", "safety") == 0


@pytest.mark.parametrize("option", ["--json", "--html", "--junit"])
def test_a_file_that_can_t_be_written_ends_with_2(option: str, folder: Path, tmp_path: Path) -> None:
    assert run(folder, option, tmp_path) == 2


def test_schemas_for_a_folder_that_is_not_there_end_with_2(tmp_path: Path) -> None:
    assert run(tmp_path / "nowhere", "--schemas") == 2
