"""Whatever is sent, the answer is a problem that people and programs can read, in their language."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from assistant.bootstrap import Advisor
from assistant.errors import IndexBusy, TurnTimeout

JSON = {"content-type": "application/json"}


def _problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"urn:advisor:problem:{code}"
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"\xff\xfe\x00",
        b'{"message": "\xc3\x28"}',
        b"{",
        b"message=hello",
        b'{"message": NaN}',
        b"[" * 30000,
        b'{"n": ' + b"9" * 6000 + b"}",
    ],
    ids=["png", "not utf-8", "broken utf-8", "cut off", "a form", "NaN", "deep", "endless digits"],
)
async def test_a_body_that_is_no_json_is_a_problem(client: httpx.AsyncClient, content: bytes) -> None:
    answer = await client.post("/api/v1/chat", content=content, headers=JSON)
    _problem(answer, 400, "invalid_json")


@pytest.mark.parametrize("body", ["[]", '"text"', "3", "null", "true"])
async def test_json_that_is_no_object_is_a_problem(client: httpx.AsyncClient, body: str) -> None:
    _problem(await client.post("/api/v1/chat", content=body, headers=JSON), 422, "invalid_request")


async def test_an_empty_body_is_a_problem(client: httpx.AsyncClient) -> None:
    _problem(await client.post("/api/v1/chat"), 422, "invalid_request")


async def test_a_body_without_a_content_type_is_read_as_json(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/recommend", content=b'{"users": 3}', headers={"content-type": "text/plain"})
    assert answer.status_code == 200


@pytest.mark.parametrize(("language", "words"), [("zh", "消息太长"), ("en", "too long")], ids=["Chinese", "English"])
async def test_a_message_over_the_limit_says_so(
    client: httpx.AsyncClient, advisor: Advisor, language: str, words: str
) -> None:
    message = "显存" * advisor.settings.max_message_chars
    answer = await client.post("/api/v1/chat", json={"message": message, "language": language})
    assert words in _problem(answer, 413, "message_too_long")["detail"]


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
async def test_a_body_over_the_limit_is_not_read_to_its_end(client: httpx.AsyncClient, declared: bool) -> None:
    async def chunks() -> Any:
        for _ in range(100):
            yield b" " * 65536

    content: Any = b" " * 10_000_000 if declared else chunks()
    _problem(await client.post("/api/v1/chat", content=content, headers=JSON), 413, "too_large")


async def test_the_limit_leaves_room_for_the_longest_message_however_it_is_escaped(
    client: httpx.AsyncClient, advisor: Advisor
) -> None:
    body = json.dumps({"message": "😀" * advisor.settings.max_message_chars}, ensure_ascii=True).encode()
    assert (await client.post("/api/v1/chat", content=body, headers=JSON)).status_code == 200


@pytest.mark.parametrize("message", ["", "   ", "\n\t", "\u200b"])
@pytest.mark.parametrize(("language", "words"), [("zh", "消息是空的"), ("en", "empty")])
async def test_an_empty_message_is_a_problem(
    client: httpx.AsyncClient, message: str, language: str, words: str
) -> None:
    answer = await client.post("/api/v1/chat", json={"message": message, "language": language})
    assert words in _problem(answer, 422, "empty_message")["detail"]


@pytest.mark.parametrize("path", ["chat", "chat/stream"])
async def test_an_error_before_the_first_event_still_has_its_status(client: httpx.AsyncClient, path: str) -> None:
    _problem(await client.post(f"/api/v1/{path}", json={"message": " "}), 422, "empty_message")


async def test_lone_surrogates_do_no_harm(client: httpx.AsyncClient) -> None:
    body = b'{"message": "20\\ud800 people training \\udfff models", "\\ud83d": 1}'
    assert (await client.post("/api/v1/chat", content=body, headers=JSON)).status_code == 422
    body = b'{"message": "20 people \\ud800 training models"}'
    answer = await client.post("/api/v1/chat", content=body, headers=JSON)
    assert answer.status_code == 200
    answer.content.decode("utf-8")


@pytest.mark.parametrize("name", ["nobody", "a" * 500, "..%2F..%2Fetc%2Fpasswd", "%00", "💥", "' OR 1=1 --"])
async def test_a_session_id_that_is_nobodys_is_not_found(client: httpx.AsyncClient, name: str) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("PATCH", "/requirements")):
        answer = await client.request(method, f"/api/v1/sessions/{name}{path}", json={} if method == "PATCH" else None)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_message_to_an_unknown_session_is_not_found(client: httpx.AsyncClient) -> None:
    body = {"message": "hello there", "session_id": "nobody", "language": "en"}
    for path in ("chat", "chat/stream"):
        _problem(await client.post(f"/api/v1/{path}", json=body), 404, "session_not_found")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"workloads": [{"kind": "cooking"}]}, "workloads[0].kind"),
        ({"users": "many"}, "users"),
        ({"users": {"min": 9, "max": 3}}, "users"),
        ({"users": -1}, "users"),
        ({"sharing": "friends"}, "sharing"),
        ({"colour": "red"}, "colour"),
        ({"budget_cny": 1e300}, "budget_cny"),
        ({"purchase_by": {"from": "soon"}}, "purchase_by.from"),
        ({"facility": {"cooling": "snow"}}, "facility.cooling"),
        ({"delivery": "x" * 500}, "delivery"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_invalid_request_says_what_is_wrong_where(
    client: httpx.AsyncClient, body: dict[str, Any], where: str, language: str
) -> None:
    answer = await client.post("/api/v1/recommend", json=body, headers={"accept-language": language})
    problem = _problem(answer, 422, "invalid_request")
    assert problem["language"] == language
    wrongs = {wrong["where"]: wrong["problem"] for wrong in problem["errors"]}
    assert where in wrongs, wrongs
    chinese = any("\u4e00" <= character <= "\u9fff" for character in wrongs[where])
    assert chinese == (language == "zh")


@pytest.mark.parametrize("field", ["session_id", "message", "language", "extra"])
async def test_a_field_of_the_wrong_kind_is_named(client: httpx.AsyncClient, field: str) -> None:
    answer = await client.post("/api/v1/chat", json={"message": "hello", field: {"a": 1}})
    assert field in [wrong["where"] for wrong in _problem(answer, 422, "invalid_request")["errors"]]


async def test_a_bad_edit_changes_nothing(client: httpx.AsyncClient) -> None:
    session = (await client.post("/api/v1/chat", json={"message": "20人的实验室做训练"})).json()["session_id"]
    path = f"/api/v1/sessions/{session}"
    for body in ({"users": "x"}, {"inferred": ["users"]}, {"users": 3, "nonsense": 1}):
        assert (await client.patch(f"{path}/requirements", json=body)).status_code == 422
    view = (await client.get(path)).json()
    assert view["requirements"]["users"]["value"] == 20
    assert len(view["turns"]) == 1


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/chat"])
@pytest.mark.parametrize(("language", "words"), [("zh-CN,zh;q=0.9", "没有"), ("en-US", "nothing"), ("fr", "nothing")])
async def test_an_unknown_address_is_a_problem(client: httpx.AsyncClient, path: str, language: str, words: str) -> None:
    answer = await client.get(path, headers={"accept-language": language}, follow_redirects=True)
    assert words in _problem(answer, 404, "not_found")["title"]


async def test_a_wrong_method_names_the_right_one(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/chat")
    _problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


async def test_an_unexpected_error_tells_nothing_of_its_insides(
    client: httpx.AsyncClient, advisor: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("secret path /var/lib/secret")

    monkeypatch.setattr(advisor, "recommend", broken)
    answer = await client.post("/api/v1/recommend", json={})
    _problem(answer, 500, "internal")
    assert "secret" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("error", "status"), [(TurnTimeout(), 504), (IndexBusy(path="x"), 503), (RuntimeError("secret"), 500)]
)
async def test_an_error_within_a_stream_is_its_last_event(
    client: httpx.AsyncClient, advisor: Advisor, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    whole = advisor.stream

    async def breaks(*args: Any, **options: Any) -> Any:
        async for event in whole(*args, **options):
            yield event
            raise error

    monkeypatch.setattr(advisor, "stream", breaks)
    answer = await client.post("/api/v1/chat/stream", json={"message": "你好"})
    last = answer.text.strip().split("\n\n")[-1]
    assert last.startswith("event: error\n")
    assert json.loads(last.split("data: ", 1)[1])["status"] == status
    assert "secret" not in answer.text


@pytest.mark.parametrize(("language", "words"), [("zh", "尚未就绪"), ("en", "not ready")])
async def test_a_server_without_an_index_is_alive_but_not_ready(
    client: httpx.AsyncClient, advisor: Advisor, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    monkeypatch.setattr(advisor, "ready", lambda: False)
    answer = await client.get("/readyz", headers={"accept-language": language})
    assert words in _problem(answer, 503, "not_ready")["detail"]
    assert (await client.get("/healthz")).status_code == 200


@pytest.mark.parametrize("path", ["/", "/docs", "/source/whitepaper", "/healthz", "/api/v1/nothing"])
async def test_every_answer_keeps_to_its_own_host(page_client: httpx.AsyncClient, path: str) -> None:
    answer = await page_client.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    policy = answer.headers["content-security-policy"]
    assert "http" not in policy
    assert policy.startswith(("default-src 'self'", "default-src 'none'"))


async def test_the_chat_page_names_no_other_host_and_takes_no_upload(page_client: httpx.AsyncClient) -> None:
    page = await page_client.get("/")
    assert page.status_code == 200
    assert "gradio.app" not in page.text
    assert "githubusercontent" not in page.text
    upload = await page_client.post("/gradio_api/upload", files={"files": ("a.txt", b"x")})
    assert upload.status_code == 404
