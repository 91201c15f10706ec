"""The memory arithmetic at the edge: what comes out is the rules' result, what goes in is checked strictly."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from rich.cells import cell_len

from assistant.rules.architectures import architectures
from assistant.rules.catalogue import GPU_CLASSES
from assistant.rules.sizing import SizingRequest, SizingResult, estimate
from ui import cli

FULL = {"model": "qwen2.5-72b", "task": "finetune-full", "gpu": "96gb", "gpus": 8}
JSON = {"content-type": "application/json"}


async def _size(client: httpx.AsyncClient, body: Any, language: str = "en") -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await client.post("/api/v1/size", content=content, headers={**JSON, "accept-language": language})


@pytest.mark.parametrize(
    "body",
    [
        FULL,
        {"model": "deepseek-r1"},
        {"params_b": 70, "task": "qlora"},
        {"params_b": 0.5, "task": "training", "gpu": "80gb", "gpus": 1},
        {"model": "nobody's own", "params_b": 100_000, "task": "training", "gpus": 100_000},
        {"params_b": 7, "context": 10_000_000, "concurrency": 1_000_000},
    ],
)
async def test_a_size_is_what_the_rules_calculate(client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    answer = await _size(client, body)
    assert answer.status_code == 200
    assert SizingResult.model_validate(answer.json()) == estimate(SizingRequest.model_validate(body))


async def test_eight_96_gb_gpus_do_not_hold_the_full_fine_tuning_of_a_72b_model(client: httpx.AsyncClient) -> None:
    result = (await _size(client, FULL)).json()
    (option,) = result["options"]
    assert option["asked"]["verdict"] == "does_not_fit"
    assert {other["task"] for other in result["others"] if other["verdict"] == "fits"} == {"lora", "qlora"}
    assert result["network_source"]["section"] == "07"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("body", "code", "told"),
    [
        ({}, "no_model", ["params_b", *(row.id for row in architectures())]),
        ({"task": "lora"}, "no_model", ["params_b"]),
        ({"model": "gpt-99"}, "unknown_model", ["gpt-99", "params_b", "qwen2.5-72b"]),
        ({"model": "<script>alert(1)</script>"}, "unknown_model", ["<script>alert(1)</script>"]),
        ({"params_b": 7, "gpu": "abacus"}, "unknown_gpu", ["abacus", "80gb", *GPU_CLASSES, "h200-sxm"]),
        ({"params_b": 7, "gpu": "<img src=x>"}, "unknown_gpu", ["<img src=x>"]),
    ],
)
async def test_what_can_not_be_calculated_says_what_may_be_given(
    client: httpx.AsyncClient, body: dict[str, Any], code: str, told: list[str], language: str
) -> None:
    answer = await _size(client, body, language)
    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["code"] == code
    assert problem["language"] == language
    assert [words for words in told if words not in problem["detail"]] == []
    assert any("\u4e00" <= c <= "\u9fff" for c in problem["detail"]) == (language == "zh")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"params_b": True}, "params_b"),
        ({"params_b": "70"}, "params_b"),
        ({"params_b": 0}, "params_b"),
        ({"params_b": -7}, "params_b"),
        ({"params_b": 1e12}, "params_b"),
        ({"params_b": 10**400}, "params_b"),
        ({"params_b": 7, "gpus": True}, "gpus"),
        ({"params_b": 7, "gpus": "8"}, "gpus"),
        ({"params_b": 7, "gpus": 2.5}, "gpus"),
        ({"params_b": 7, "context": False}, "context"),
        ({"params_b": 7, "context": 10**9}, "context"),
        ({"params_b": 7, "concurrency": 0}, "concurrency"),
        ({"params_b": 7, "zero": 4}, "zero"),
        ({"params_b": 7, "task": "cooking"}, "task"),
        ({"params_b": 7, "task": None}, "task"),
        ({"params_b": 7, "precision": "int3"}, "precision"),
        ({"model": ["qwen"]}, "model"),
        ({"model": ""}, "model"),
        ({"model": "x" * 100}, "model"),
        ({"params_b": 7, "gpu": 96}, "gpu"),
        ({"params_b": 7, "colour": "red"}, "colour"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_figure_of_the_wrong_kind_is_named(
    client: httpx.AsyncClient, body: dict[str, Any], where: str, language: str
) -> None:
    answer = await _size(client, body, language)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_request"
    assert where in [wrong["where"] for wrong in answer.json()["errors"]]


@pytest.mark.parametrize("body", [b'{"params_b": 1e999}', b'{"params_b": Infinity}', b"[7]", b"{"])
async def test_no_infinity_and_no_broken_body_gets_through(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await _size(client, body)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def _second_column(line: str) -> int:
    """Where the second cell of a line begins on a terminal."""
    gap = re.search(r"(?<=\S)\s{2,}(?=\S)", line)
    assert gap, line
    return cell_len(line[: gap.end()])


@pytest.mark.parametrize(("language", "verdict", "total"), [("zh", "不够", "合计"), ("en", "is not enough", "Total")])
def test_the_command_tells_its_verdict_first(
    capsys: pytest.CaptureFixture[str], language: str, verdict: str, total: str
) -> None:
    words = ["size", "--model", "qwen2.5-72b", "--task", "finetune-full", "--gpu", "96gb", "--gpus", "8"]
    assert cli.main([*words, "--language", language]) == 0
    streams = capsys.readouterr()
    lines = streams.out.splitlines()
    assert verdict in lines[0]
    assert any(line.strip().startswith(total) for line in lines)
    assert "72B × 16–18 B" in streams.out
    assert " 07]" in streams.out
    assert streams.err == ""


def test_the_parts_stand_in_columns_in_chinese_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["size", "--model", "qwen2.5-72b", "--task", "lora", "--language", "zh"]) == 0
    out = capsys.readouterr().out
    block = out.split("显存构成\n", 1)[1].split("\n\n", 1)[0].splitlines()
    assert len(block) >= 4
    assert len({_second_column(line) for line in block}) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("gpus", [[], ["--gpus", "2"]], ids=["none asked", "two asked"])
def test_a_lighter_way_is_told_with_its_memory(
    capsys: pytest.CaptureFixture[str], gpus: list[str], language: str
) -> None:
    words = ["size", "--params", "70", "--task", "finetune-full", *gpus]
    assert cli.main([*words, "--language", language]) == 0
    told = capsys.readouterr().out
    for other in estimate(SizingRequest(params_b=70, task="finetune-full")).others:
        (line,) = [line for line in told.splitlines() if f"· {other.precision.upper()}" in line and " GB" in line]
        assert (other.label.zh if language == "zh" else other.label.en) in line
    assert "None" not in told


def test_the_command_prints_what_the_interface_returns(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["size", "--params", "70B", "--task", "qlora", "--json"]) == 0
    printed = SizingResult.model_validate_json(capsys.readouterr().out)
    assert printed == estimate(SizingRequest(params_b=70, task="qlora"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--params"),
        (["--model", "gpt-99"], "qwen2.5-72b"),
        (["--params", "7", "--gpu", "abacus"], "80gb"),
        (["--params", "many"], "--params must be a number"),
        (["--params", "7", "--context", "0"], "--context is too small"),
        (["--params", "7", "--gpus", "1e9"], "--gpus must be a whole number"),
    ],
)
def test_what_the_command_can_not_use_is_told_with_code_2(
    capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert cli.main(["size", *words, "--language", "en"]) == 2
    streams = capsys.readouterr()
    assert told in streams.err
    assert streams.out == ""
