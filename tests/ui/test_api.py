"""Every endpoint does what the contract says, and the examples of its documentation work."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from assistant.agent.reply import Reply, SessionView
from assistant.bootstrap import Advisor
from assistant.rules.decision import decide
from assistant.rules.requirements import Requirements
from assistant.rules.trace import Decision

LAB = {"message": "20人的实验室做多模态训练", "language": "zh"}


async def test_a_first_message_begins_a_conversation_with_a_decision(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/chat", json=LAB)
    reply = Reply.model_validate(answer.json())
    assert answer.status_code == 200
    assert len(reply.session_id) >= 24
    assert reply.decision is not None
    assert reply.decision.series == "T"
    assert reply.requirements["users"].value == 20


async def test_a_second_message_goes_on_where_the_first_ended(client: httpx.AsyncClient) -> None:
    first = (await client.post("/api/v1/chat", json=LAB)).json()
    second = (await client.post("/api/v1/chat", json={"message": "40人", "session_id": first["session_id"]})).json()
    assert second["session_id"] == first["session_id"]
    assert second["turn"] == 2
    assert second["requirements"]["users"]["value"] == 40


async def test_a_chosen_quick_reply_sets_its_field(client: httpx.AsyncClient) -> None:
    choice = {"text": "单课题组", "field": "sharing", "value": "single_group"}
    reply = (await client.post("/api/v1/chat", json={"message": "单课题组", "choice": choice})).json()
    assert reply["requirements"]["sharing"]["value"] == "single_group"


async def test_a_stream_tells_its_status_first_and_the_whole_reply_last(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/chat/stream", json=LAB)
    assert answer.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\n") for block in answer.text.strip().split("\n\n")]
    names = [lines[0].removeprefix("event: ") for lines in blocks]
    data = [json.loads(lines[1].removeprefix("data: ")) for lines in blocks]
    assert names[0] == "status"
    assert names[-1] == "done"
    assert set(names) == {"status", "token", "citation", "done"}
    reply = Reply.model_validate(data[-1]["reply"])
    assert "".join(d["text"] for n, d in zip(names, data, strict=True) if n == "token") == reply.reply


async def test_a_recommendation_is_what_the_rules_decide(client: httpx.AsyncClient) -> None:
    body = {"workloads": [{"kind": "multimodal"}], "sharing": "single_group"}
    answer = await client.post("/api/v1/recommend", json=body)
    assert Decision.model_validate(answer.json()) == decide(Requirements.model_validate(body))


async def test_a_recommendation_carries_its_path_the_open_points_of_the_room_and_the_arithmetic(
    client: httpx.AsyncClient,
) -> None:
    body = {
        "workloads": [{"kind": "finetune", "method": "full"}],
        "models": [{"params_b": 70}],
        "facility": {"cooling": "air"},
    }
    decision = (await client.post("/api/v1/recommend", json=body)).json()
    assert [step["step"] for step in decision["path"]] == [
        "workload", "gpu_memory", "interconnect", "data_path", "facility"
    ]  # fmt: skip
    assert "cooling" not in {item["item"] for item in decision["facility"]}
    assert {item["rule"] for item in decision["facility"]} == {"W18"}
    assert decision["sizing"]["task"] == "finetune-full"


async def test_a_workloads_method_survives_an_edit(client: httpx.AsyncClient) -> None:
    session = (await client.post("/api/v1/chat", json=LAB)).json()["session_id"]
    wanted = [{"kind": "finetune", "method": "qlora"}]
    path = f"/api/v1/sessions/{session}"
    edited = await client.patch(f"{path}/requirements", json={"workloads": wanted})
    (work,) = edited.json()["requirements"]["workloads"]["value"]
    assert work["method"] == "qlora"
    (work,) = (await client.get(path)).json()["requirements"]["workloads"]["value"]
    assert work["method"] == "qlora"


async def test_a_found_passage_opens_on_its_place(client: httpx.AsyncClient) -> None:
    body = {"query": "4 GPU 训练通常从 512GB - 1TB ECC 评估", "limit": 1}
    found = (await client.post("/api/v1/search", json=body)).json()
    assert found["covered"] is True
    (passage,) = found["passages"]
    assert passage["url"] == "/source/whitepaper?lang=zh#u-whitepaper-07.t1.r2"


async def test_a_session_is_read_edited_and_deleted(client: httpx.AsyncClient) -> None:
    session = (await client.post("/api/v1/chat", json=LAB)).json()["session_id"]
    view = SessionView.model_validate((await client.get(f"/api/v1/sessions/{session}")).json())
    assert [turn.message for turn in view.turns] == [LAB["message"]]

    edited = await client.patch(f"/api/v1/sessions/{session}/requirements", json={"sharing": "college", "users": None})
    assert edited.status_code == 200
    assert edited.json()["requirements"]["sharing"]["source"] == "edited"
    assert "users" not in edited.json()["requirements"]
    assert "T8" in edited.json()["decision"]["models"]

    assert (await client.delete(f"/api/v1/sessions/{session}")).status_code == 204
    assert (await client.get(f"/api/v1/sessions/{session}")).status_code == 404


@pytest.mark.parametrize(
    ("body", "field", "value"),
    [
        ({"multi_node": False}, "multi_node", False),
        ({"users": 0}, "users", 0),
        ({"budget_cny": {"min": 1000000}}, "budget_cny", {"min": 1000000}),
        ({"workloads": [{"kind": "rag"}]}, "workloads", [{"kind": "rag"}]),
        ({"purchase_by": {"from": "2026-09-01"}}, "purchase_by", {"from": "2026-09-01"}),
    ],
)
async def test_an_edit_keeps_values_that_look_like_nothing(
    client: httpx.AsyncClient, body: dict[str, Any], field: str, value: Any
) -> None:
    session = (await client.post("/api/v1/chat", json=LAB)).json()["session_id"]
    edited = await client.patch(f"/api/v1/sessions/{session}/requirements", json=body)
    assert edited.status_code == 200
    assert edited.json()["requirements"][field]["value"] == value


@pytest.mark.parametrize("body", [{}, {"language": "en"}], ids=["nothing", "a language alone"])
async def test_an_edit_of_nothing_changes_nothing_and_says_so(client: httpx.AsyncClient, body: dict[str, Any]) -> None:
    session = (await client.post("/api/v1/chat", json=LAB)).json()["session_id"]
    path = f"/api/v1/sessions/{session}"
    before = (await client.get(path)).json()
    answer = await client.patch(f"{path}/requirements", json=body, headers={"accept-language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_to_change")
    assert "nothing was changed" in answer.json()["detail"]
    assert (await client.get(path)).json() == before


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"users": True}, "users"),
        ({"groups": False}, "groups"),
        ({"data_tb": True}, "data_tb"),
        ({"budget_cny": {"max": True}}, "budget_cny"),
        ({"workloads": [{"kind": "rag", "share": True}]}, "workloads[0].share"),
        ({"models": [{"params_b": True}]}, "models[0].params_b"),
        ({"facility": {"rack_depth_mm": False}}, "facility.rack_depth_mm"),
        ({"facility": True}, "facility"),
        ({"software": [True]}, "software[0]"),
    ],
)
@pytest.mark.parametrize(("language", "words"), [("zh", "应为"), ("en", "must be")])
async def test_a_boolean_is_no_number(
    client: httpx.AsyncClient, body: dict[str, Any], where: str, language: str, words: str
) -> None:
    session = (await client.post("/api/v1/chat", json=LAB)).json()["session_id"]
    for method, path in (("POST", "/api/v1/recommend"), ("PATCH", f"/api/v1/sessions/{session}/requirements")):
        answer = await client.request(method, path, json=body, headers={"accept-language": language})
        assert answer.status_code == 422
        told = {wrong["where"]: wrong["problem"] for wrong in answer.json()["errors"]}
        assert any(words in problem for place, problem in told.items() if place.startswith(where))
    assert len((await client.get(f"/api/v1/sessions/{session}")).json()["turns"]) == 1


async def test_a_boolean_stays_one_where_yes_or_no_is_asked(client: httpx.AsyncClient) -> None:
    body = {"workloads": [{"kind": "training", "primary": True}], "multi_node": True, "tax_included": False}
    assert (await client.post("/api/v1/recommend", json=body)).status_code == 200


async def test_a_chosen_quick_reply_with_a_boolean_for_a_number_is_refused(client: httpx.AsyncClient) -> None:
    choice = {"text": "1", "field": "users", "value": True}
    answer = await client.post("/api/v1/chat", json={"message": "1", "choice": choice})
    assert answer.status_code == 422
    allowed = {"text": "是", "field": "multi_node", "value": True}
    assert (await client.post("/api/v1/chat", json={"message": "是", "choice": allowed})).status_code == 200


@pytest.mark.parametrize("size", [1.5, 20.0], ids=["within the bytes", "beyond the bytes"])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_message_that_is_too_large_is_told_in_characters(
    client: httpx.AsyncClient, advisor: Advisor, size: float, language: str
) -> None:
    longest = advisor.settings.max_message_chars
    body = {"message": "x" * int(longest * size), "language": language}
    answer = await client.post("/api/v1/chat", json=body, headers={"accept-language": language})
    assert answer.status_code == 413
    detail = answer.json()["detail"]
    assert f"{longest:,}" in detail
    assert ("字符" if language == "zh" else "characters") in detail
    assert not re.search("字节|bytes", detail)


async def test_an_unknown_address_under_api_is_a_problem_whatever_the_method(page_client: httpx.AsyncClient) -> None:
    for path in ("/api", "/api/", "/api/v1", "/api/v2/chat", "/api/v1/nothing", "/api/v1/sessions/a/b"):
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"):
            answer = await page_client.request(method, path)
            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/v1/healthz", "/api/v1/readyz"])
async def test_a_wired_server_is_alive_and_ready(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 200


async def test_metrics_count_turns_and_requests_by_route(client: httpx.AsyncClient) -> None:
    reply = (await client.post("/api/v1/chat", json=LAB)).json()
    await client.get(f"/api/v1/sessions/{reply['session_id']}")
    text = (await client.get("/metrics")).text
    labels = f'composer="builtin",intent="{reply["intent"]}",language="zh",verified="true"'
    assert f"advisor_turns_total{{{labels}}} 1.0" in text
    assert 'sessions/{session_id}",status="200"' in text
    assert reply["session_id"] not in text


async def test_the_documentation_loads_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert (await client.get("/static-offline-docs/swagger-ui-bundle.js")).status_code == 200


def _examples(app: FastAPI) -> list[tuple[str, str, str, Any]]:
    found = []
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            for name, example in content.get("examples", {}).items():
                found.append((method, path, name, example["value"]))
    return found


async def test_every_documented_example_is_accepted(client: httpx.AsyncClient, app: FastAPI) -> None:
    session = (await client.post("/api/v1/chat", json=LAB)).json()["session_id"]
    examples = _examples(app)
    assert {name for _, _, name, _ in examples} >= {"zh", "en"}
    assert len({path for _, path, _, _ in examples}) == 7
    for method, path, name, body in examples:
        filled = json.loads(json.dumps(body).replace("{session_id}", session))
        answer = await client.request(method, path.replace("{session_id}", session), json=filled)
        assert answer.status_code == 200, (path, name, answer.text)


async def test_two_conversations_never_meet(client: httpx.AsyncClient) -> None:
    one = (await client.post("/api/v1/chat", json=LAB)).json()
    two = (await client.post("/api/v1/chat", json={"message": "本地知识库问答，小规模试点"})).json()
    assert one["session_id"] != two["session_id"]
    assert "users" not in two["requirements"]
