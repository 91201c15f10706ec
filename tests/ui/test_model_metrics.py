"""What `/metrics` tells of a language model: what it was asked, what came of it, and why it is not asked."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from paper_library import Library
from scripted_endpoint import READY, Answer, Script, kind_of, scripted_endpoint

from assistant.bootstrap import Advisor, build_advisor
from assistant.settings import Settings
from ui.api import create_app

LAB = {"message": "20人的实验室做多模态训练", "language": "zh"}


@asynccontextmanager
async def served(folder: Path, script: Script, **settings: Any) -> AsyncIterator[tuple[httpx.AsyncClient, Advisor]]:
    """The application beside a model that answers by the script."""
    with scripted_endpoint(script) as server:
        chosen = Settings(data_dir=folder, llm_base_url=server.url, llm_model="scripted", **settings)
        advisor = build_advisor(chosen, knowledge=Library())
        transport = httpx.ASGITransport(app=create_app(chosen, advisor, chat_page=False))
        async with httpx.AsyncClient(transport=transport, base_url="http://advisor.test") as client:
            yield client, advisor
        assert advisor.endpoint
        await advisor.endpoint.close()
        advisor.close()


async def figures(client: httpx.AsyncClient) -> dict[str, float]:
    """The model's metrics by name."""
    text = (await client.get("/metrics")).text
    return {name: float(value) for name, value in re.findall(r"^advisor_llm_(\S+) (\S+)$", text, re.MULTILINE)}


def broken(request: dict[str, Any]) -> Answer:
    return Answer(READY) if kind_of(request) == "probe" else Answer(status=401)


async def test_without_a_model_nothing_is_told_of_one(client: httpx.AsyncClient) -> None:
    assert "advisor_llm" not in (await client.get("/metrics")).text


async def test_calls_tokens_and_failures_by_reason_are_counted(tmp_path: Path) -> None:
    async with served(tmp_path, broken) as (client, advisor):
        nothing = {"calls_total": 0.0, "tokens_total": 0.0, "circuit_open": 0.0, "budget_spent": 0.0}
        assert await figures(client) == nothing
        await client.post("/api/v1/chat", json=LAB)
        assert advisor.endpoint
        tokens = advisor.endpoint.usage.tokens
        assert tokens > 0
        told = {**nothing, "calls_total": 3.0, "tokens_total": float(tokens), 'failures_total{reason="refused"}': 2.0}
        assert await figures(client) == told


async def test_the_open_circuit_is_told_until_it_is_closed(tmp_path: Path) -> None:
    async with served(tmp_path, broken) as (client, advisor):
        for _ in range(2):
            await client.post("/api/v1/chat", json=LAB)
        assert (await figures(client))["circuit_open"] == 1
        assert advisor.endpoint
        advisor.endpoint.breaker.succeeded()
        assert (await figures(client))["circuit_open"] == 0


async def test_a_model_that_takes_no_question_counts_as_an_open_circuit(tmp_path: Path) -> None:
    async with served(tmp_path, lambda _: Answer("The weather is fine.")) as (client, _):
        await client.post("/api/v1/chat", json=LAB)
        assert (await figures(client))["circuit_open"] == 1


async def test_the_spent_budget_of_the_day_is_told_and_a_conversations_own_is_not(tmp_path: Path) -> None:
    for name, spent in (("llm_tokens_per_day", 1.0), ("llm_visitor_tokens_per_day", 0.0)):
        async with served(tmp_path / name, broken, **{name: 5}) as (client, _):
            await client.post("/api/v1/chat", json=LAB)
            told = await figures(client)
            assert (told["budget_spent"], told["calls_total"]) == (spent, 0)
            assert told['failures_total{reason="budget"}'] > 0
