"""An endpoint over real HTTP: how it wants to be asked, and what it may cost at most in time, tokens and patience."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable
from dataclasses import replace
from itertools import repeat
from typing import Any, get_args

import pytest
from scripted_endpoint import READY, Answer, kind_of

from agent.llm.calls import GOOD, Clock, Shade, ask, connected, how, often, prose, ready, until
from assistant.agent.llm.breaker import Breaker
from assistant.agent.llm.caller import Caller
from assistant.agent.llm.client import MOST_BYTES
from assistant.agent.llm.endpoint import Endpoint, EndpointError, Limits
from assistant.agent.llm.forms import Mode
from assistant.agent.llm.reading import Reading
from assistant.agent.llm.streaming import CutOff
from assistant.settings import Settings

MODES: tuple[Mode, ...] = get_args(Mode)


def given(mode: str, text: str) -> Answer:
    """A text in the form that was asked for."""
    return Answer(calls=[("answer", text)]) if mode == "tools" else Answer(text)


# ---- how it wants to be asked


@pytest.mark.parametrize("mode", MODES)
async def test_the_probe_finds_the_only_way_that_a_server_takes(mode: Mode) -> None:
    def script(request: dict[str, Any]) -> Answer:
        return given(mode, READY) if how(request) == mode else Answer(status=400)

    async with connected(script) as (server, endpoint):
        assert await endpoint.probe() == mode
        assert [how(request) for request in server.requests] == list(MODES[: MODES.index(mode) + 1])


@pytest.mark.parametrize("mode", MODES)
async def test_answers_are_asked_for_in_the_way_that_was_found(mode: Mode) -> None:
    def script(request: dict[str, Any]) -> Answer:
        if how(request) != mode:
            return Answer(status=400)
        return given(mode, READY if kind_of(request) == "probe" else GOOD)

    async with connected(script) as (server, endpoint):
        assert [await ask(endpoint) for _ in range(3)] == ["green"] * 3
        assert [how(request) for request in server.requests[-3:]] == [mode] * 3
        assert sum(kind_of(request) == "probe" for request in server.requests) == MODES.index(mode) + 1


@pytest.mark.parametrize("status", [400, 404, 405, 415, 422, 501])
async def test_a_way_that_a_server_does_not_know_is_no_reason_to_give_up(status: int) -> None:
    def script(request: dict[str, Any]) -> Answer:
        return Answer(READY) if how(request) == "json_object" else Answer(status=status)

    async with connected(script) as (_, endpoint):
        assert await endpoint.probe() == "json_object"


async def test_a_server_that_overlooks_the_form_is_asked_in_another() -> None:
    def script(request: dict[str, Any]) -> Answer:
        return given("tools", READY) if how(request) == "tools" else Answer("Sure! I am ready.")

    async with connected(script) as (_, endpoint):
        assert await endpoint.probe() == "tools"


@pytest.mark.parametrize("status", [401, 403, 500])
async def test_a_server_that_turns_the_caller_away_is_not_asked_in_other_ways(status: int) -> None:
    async with connected(lambda _: Answer(status=status)) as (server, endpoint):
        with pytest.raises(EndpointError, match=f"status {status}"):
            await endpoint.probe()
        assert {how(request) for request in server.requests} == {"json_schema"}


async def test_a_server_that_takes_no_question_at_all_is_not_asked_again_in_each_turn() -> None:
    async with connected(lambda _: Answer("no idea")) as (server, endpoint):
        with pytest.raises(EndpointError) as first:
            await ask(endpoint)
        assert (first.value.reason, len(server.requests)) == ("rubbish", len(MODES))
        for _ in range(5):
            with pytest.raises(EndpointError) as later:
                await ask(endpoint)
            assert later.value.reason == "resting"
        assert len(server.requests) == len(MODES)
        # Prose needs no form.
        assert await prose(endpoint) == ["no idea"]


@pytest.mark.parametrize("bounded", [True, False])
async def test_a_schema_is_sent_as_every_server_takes_it(bounded: bool) -> None:
    def script(request: dict[str, Any]) -> Answer:
        if not bounded and "maxItems" in json.dumps(request):
            return Answer(status=400)
        return Answer(READY if kind_of(request) == "probe" else '{"intent": "ask", "updates": []}')

    async with connected(script) as (server, endpoint):
        await endpoint.structured([("user", "?")], Reading, caller=Caller("v"), max_tokens=20)
    schema = server.requests[-1]["response_format"]["json_schema"]
    assert schema["strict"]
    text = json.dumps(schema)
    assert not [word for word in ("maxLength", "default", "title") if f'"{word}"' in text]
    assert ('"maxItems"' in text) is bounded
    for rules in (schema["schema"], schema["schema"]["$defs"]["ReadUpdate"]):
        assert rules["required"] == list(rules["properties"])
        assert rules["additionalProperties"] is False


async def test_a_server_that_stops_taking_a_way_to_ask_is_asked_in_another() -> None:
    def script(request: dict[str, Any]) -> Answer:
        if kind_of(request) == "probe":
            return Answer(READY)
        return Answer(status=400) if "json_schema" in json.dumps(request.get("response_format", {})) else Answer(GOOD)

    async with connected(script) as (_, endpoint):
        assert await endpoint.probe() == "json_schema"
        for _ in range(4):
            with pytest.raises(EndpointError) as error:
                await ask(endpoint)
            assert error.value.reason == "rubbish"
        assert await ask(endpoint) == "green"
        assert endpoint.mode == "json_object"


async def test_one_question_that_a_server_does_not_take_says_nothing_of_the_next() -> None:
    turned_away = iter([True, False, True, False])
    async with connected(ready(lambda _: Answer(status=400) if next(turned_away) else Answer(GOOD))) as (_, endpoint):
        for _ in range(2):
            with pytest.raises(EndpointError):
                await ask(endpoint)
            assert await ask(endpoint) == "green"
        assert endpoint.mode == "json_schema"


async def test_when_no_way_is_left_all_of_them_are_tried_anew_after_a_rest() -> None:
    well = False

    def script(request: dict[str, Any]) -> Answer:
        return Answer(READY) if kind_of(request) == "probe" else Answer(GOOD, status=200 if well else 422)

    async with connected(script, breaker=Breaker(threshold=99)) as (_, endpoint):
        for _ in range(2 * len(get_args(Mode))):
            with pytest.raises(EndpointError) as error:
                await ask(endpoint)
        assert error.value.reason == "resting"
        well = True
        endpoint._probes.succeeded()
        assert await ask(endpoint) == "green"
        assert endpoint.mode == "json_schema"


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"Here it is: {GOOD} Anything else?",
        f"<think>a set {{x}} and {{y: 1}}</think>{GOOD}",
        f"\ufeff  {GOOD}",
        '{"shade": "green", "why": {"because": ["x"]}}',
    ],
)
async def test_the_object_is_found_wherever_a_model_puts_it(text: str) -> None:
    async with connected(ready(lambda _: Answer(text))) as (_, endpoint):
        assert await ask(endpoint) == "green"


@pytest.mark.parametrize("mode", ["json_schema", "json_object", "tools", "text"])
async def test_of_an_answer_that_is_cut_off_what_had_come_is_read(mode: Mode) -> None:
    cut = '{"shade": "green", "others": ["light gr'

    def script(request: dict[str, Any]) -> Answer:
        if how(request) != mode:
            return Answer(status=400)
        return given(mode, READY) if kind_of(request) == "probe" else replace(given(mode, cut), finish=finish)

    finish = "length"
    async with connected(script) as (_, endpoint):
        assert await ask(endpoint) == "green"
        # Not at a limit of length it is no answer, but a broken one.
        finish = "stop"
        with pytest.raises(EndpointError, match="no JSON object"):
            await ask(endpoint)


async def test_nothing_is_asked_once_the_time_of_a_turn_is_over() -> None:
    async with connected(ready(lambda _: Answer(GOOD)), breaker=Breaker(threshold=1)) as (server, endpoint):
        with pytest.raises(EndpointError) as refused:
            await endpoint.structured([("user", "?")], Shade, caller=Caller.within(-1, "v"), max_tokens=9)
        assert refused.value.reason == "late"
        assert server.requests == []
        # The endpoint is not to blame for that.
        assert await ask(endpoint) == "green"


@pytest.mark.parametrize("seconds", [5.0, 300.0])
async def test_the_client_waits_as_long_as_a_call_may_take(seconds: float) -> None:
    async with connected(ready(lambda _: Answer(GOOD)), timeout_s=seconds) as (server, endpoint):
        assert await ask(endpoint) == "green"
        connection = await endpoint._connected()
        # The library above has a limit of its own, which goes to the server with each request.
        assert connection.client.timeout == seconds
        assert server.headers[-1].get("x-stainless-read-timeout", str(seconds)) == str(seconds)


async def test_the_calls_of_a_turn_share_its_time() -> None:
    async with connected(ready(lambda _: Answer(GOOD, delay_s=0.4))) as (server, endpoint):
        await endpoint.probe()
        caller, reasons = Caller.within(0.6, "v"), []
        for _ in range(3):
            try:
                await endpoint.structured([("user", "?")], Shade, caller=caller, max_tokens=9)
            except EndpointError as error:
                reasons.append(error.reason)
        assert reasons == ["timeout", "late"]
        assert len(server.requests) == 3


@pytest.mark.parametrize(("url", "model"), [(None, "m"), ("http://127.0.0.1/v1", None), ("", "m"), ("http://x", "")])
def test_without_a_url_or_a_model_there_is_no_endpoint(url: str | None, model: str | None) -> None:
    assert Endpoint.of(Settings(llm_base_url=url, llm_model=model)) is None


def test_the_limits_are_the_settings() -> None:
    chosen = Settings(
        llm_base_url="http://127.0.0.1/v1",
        llm_model="m",
        llm_timeout_s=7,
        llm_read_s=5,
        llm_at_once=3,
        llm_visitor_tokens_per_day=11,
        llm_tokens_per_day=13,
    )
    endpoint = Endpoint.of(chosen)
    assert endpoint
    assert endpoint.limits == Limits(timeout_s=7, first_s=5, at_once=3, visitor_tokens=11, total_tokens=13)


# ---- trying again


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_server_that_is_not_well_for_a_moment_is_asked_once_more(status: int) -> None:
    def script(request: dict[str, Any]) -> Answer:
        return Answer(status=status) if len(server.requests) == 2 else Answer(GOOD)

    async with connected(ready(script)) as (server, endpoint):
        assert await ask(endpoint) == "green"
        assert len(server.requests) == 3
        assert endpoint.usage.failures == {}


async def test_a_stream_is_begun_once_more_where_nothing_came_of_it() -> None:
    def script(request: dict[str, Any]) -> Answer:
        return Answer(status=503) if len(server.requests) == 1 else Answer(pieces=["先看", "显存。"])

    async with connected(script) as (server, endpoint):
        assert await prose(endpoint) == ["先看", "显存。"]
        assert len(server.requests) == 2


@pytest.mark.parametrize("call", [ask, prose])
async def test_a_server_that_stays_unwell_is_asked_twice_and_no_more(call: Any) -> None:
    async with connected(ready(lambda _: Answer(status=503))) as (server, endpoint):
        await endpoint.probe()
        with pytest.raises(EndpointError) as error:
            await call(endpoint)
        assert (error.value.reason, error.value.detail) == ("refused", "status 503")
        assert len(server.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_what_is_final_is_not_tried_again(status: int) -> None:
    async with connected(ready(lambda _: Answer(status=status))) as (server, endpoint):
        await endpoint.probe()
        with pytest.raises(EndpointError, match=f"status {status}"):
            await ask(endpoint)
        assert len(server.requests) == 2


async def test_a_connection_that_is_lost_is_tried_once_more() -> None:
    def script(request: dict[str, Any]) -> Answer:
        return Answer(cut=True) if len(server.requests) == 2 else Answer(GOOD)

    async with connected(ready(script)) as (server, endpoint):
        assert await ask(endpoint) == "green"
        assert len(server.requests) == 3


@pytest.mark.parametrize("call", [ask, prose])
async def test_a_call_that_takes_too_long_ends_and_is_not_made_again(call: Any) -> None:
    never = threading.Event()
    async with connected(ready(lambda _: Answer(GOOD, gate=never)), timeout_s=0.3) as (server, endpoint):
        await endpoint.probe()
        with pytest.raises(EndpointError) as error:
            await call(endpoint)
        assert error.value.reason == "timeout"
        assert len(server.requests) == 2


async def test_a_stream_that_stops_in_the_middle_ends_in_time_with_what_came() -> None:
    told: list[str] = []
    async with connected(lambda _: Answer(pieces=["先看显存。", "再"], pause_s=60), timeout_s=0.3) as (_, endpoint):
        with pytest.raises(EndpointError) as error:
            await prose(endpoint, told=told)
        assert error.value.reason == "timeout"
    assert told == ["先看显存。"]


async def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        endpoint = Endpoint(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", "m", None, Limits(timeout_s=5))
        for call in (ask, prose):
            with pytest.raises(EndpointError) as error:
                await call(endpoint)
            assert error.value.reason == "unreachable"
        await endpoint.close()


# ---- many at once


@pytest.mark.parametrize("call", [ask, prose])
async def test_a_call_beyond_those_at_once_does_not_queue(call: Any) -> None:
    gate = threading.Event()
    async with connected(ready(lambda _: Answer(GOOD, gate=gate)), at_once=2) as (server, endpoint):
        await endpoint.probe()
        held = [asyncio.create_task(ask(endpoint)) for _ in range(2)]
        await until(lambda: len(server.requests) == 3)
        for _ in range(3):
            with pytest.raises(EndpointError) as error:
                await call(endpoint)
            assert error.value.reason == "busy"
        assert len(server.requests) == 3
        gate.set()
        assert await asyncio.gather(*held) == ["green", "green"]
        assert await ask(endpoint) == "green"


async def test_being_busy_costs_no_tokens_and_is_no_failure_of_the_endpoint() -> None:
    gate = threading.Event()
    breaker = Breaker(threshold=1, clock=Clock())
    async with connected(ready(lambda _: Answer(GOOD, gate=gate)), at_once=1, breaker=breaker) as (server, endpoint):
        await endpoint.probe()
        held = asyncio.create_task(ask(endpoint))
        await until(lambda: len(server.requests) == 2)
        spent = endpoint.usage.tokens
        with pytest.raises(EndpointError, match="busy"):
            await ask(endpoint)
        assert endpoint.usage.tokens == spent
        assert not breaker.open
        gate.set()
        await held


@pytest.mark.parametrize("status", [401, 400])
async def test_a_call_that_fails_gives_its_place_back(status: int) -> None:
    async with connected(ready(lambda _: Answer(status=status)), at_once=1) as (_, endpoint):
        await endpoint.probe()
        for call in (ask, prose):
            with pytest.raises(EndpointError, match=f"status {status}"):
                await call(endpoint)


async def test_a_call_that_is_given_up_gives_its_place_back() -> None:
    gate = threading.Event()
    async with connected(ready(lambda _: Answer(GOOD, gate=gate)), at_once=1) as (server, endpoint):
        await endpoint.probe()
        held = asyncio.create_task(ask(endpoint))
        await until(lambda: len(server.requests) == 2)
        held.cancel()
        with pytest.raises(asyncio.CancelledError):
            await held
        gate.set()
        assert await ask(endpoint) == "green"
        assert endpoint.usage.failures == {}


async def test_a_listener_who_has_heard_enough_ends_the_stream_at_the_server_and_is_no_failure() -> None:
    gone = threading.Event()
    breaker = Breaker(threshold=1, clock=Clock())
    answer = Answer(pieces=repeat("又一句。"), pause_s=0.001, gone=gone)
    async with connected(lambda _: answer, at_once=1, breaker=breaker) as (_, endpoint):
        pieces = endpoint.stream([("user", "?")], caller=Caller("v"), max_tokens=9)
        assert await anext(pieces) == "又一句。"
        await pieces.aclose()
        await until(gone.is_set)
        assert not breaker.open
        again = endpoint.stream([("user", "?")], caller=Caller("v"), max_tokens=9)
        assert await anext(again) == "又一句。"
        await again.aclose()


def test_one_endpoint_serves_several_event_loops_one_after_the_other() -> None:
    async def twice() -> None:
        async with connected(ready(lambda _: Answer(GOOD))) as (server, endpoint):

            def elsewhere() -> str:
                async def there() -> str:
                    try:
                        return await ask(endpoint)
                    finally:
                        await endpoint.close()

                return asyncio.run(there())

            assert await ask(endpoint) == "green"
            assert [await asyncio.to_thread(elsewhere) for _ in range(2)] == ["green", "green"]
            assert await ask(endpoint) == "green"
            assert [kind_of(request) for request in server.requests].count("probe") == 1

    asyncio.run(twice())


# ---- failing


async def test_an_endpoint_that_keeps_failing_is_left_alone_and_recovers() -> None:
    clock, well = Clock(), threading.Event()
    breaker = Breaker(threshold=3, rest_s=30, clock=clock)
    script = ready(lambda _: Answer(GOOD) if well.is_set() else Answer(status=401))
    async with connected(script, breaker=breaker) as (server, endpoint):
        await endpoint.probe()
        for _ in range(3):
            with pytest.raises(EndpointError, match="status 401"):
                await ask(endpoint)
        asked = len(server.requests)
        for call in (ask, prose, ask):
            with pytest.raises(EndpointError) as error:
                await call(endpoint)
            assert error.value.reason == "resting"
        assert len(server.requests) == asked
        clock.now += 31
        with pytest.raises(EndpointError, match="status 401"):
            await ask(endpoint)
        with pytest.raises(EndpointError, match="resting"):
            await ask(endpoint)
        well.set()
        clock.now += 31
        assert await ask(endpoint) == "green"
        assert await ask(endpoint) == "green"
        assert not breaker.open


async def test_while_it_rests_no_tokens_are_spent() -> None:
    breaker = Breaker(threshold=1, clock=Clock())
    async with connected(ready(lambda _: Answer(status=401)), breaker=breaker) as (_, endpoint):
        await endpoint.probe()
        with pytest.raises(EndpointError, match="status 401"):
            await ask(endpoint)
        spent = endpoint.usage.tokens
        for _ in range(5):
            with pytest.raises(EndpointError, match="resting"):
                await ask(endpoint)
        assert endpoint.usage.tokens == spent


@pytest.mark.parametrize(
    ("answer", "opens"),
    [
        (Answer(status=401), True),
        (Answer(status=503), True),
        (Answer("rubbish"), True),
        (Answer(raw=b"<html>"), True),
        (Answer(GOOD), False),
    ],
)
async def test_what_opens_the_circuit_is_whatever_gives_no_answer(answer: Answer, opens: bool) -> None:
    breaker = Breaker(threshold=2, clock=Clock())
    async with connected(ready(lambda _: answer), breaker=breaker) as (_, endpoint):
        await endpoint.probe()
        for _ in range(2):
            try:
                await ask(endpoint)
            except EndpointError:
                assert opens
        assert breaker.open is opens


# ---- spending


async def test_a_visitors_budget_stops_hard_and_is_nobody_elses() -> None:
    async with connected(ready(lambda _: Answer(GOOD)), visitor_tokens=250) as (server, endpoint):
        await endpoint.probe()
        assert 1 <= await often(endpoint, ["a"] * 50) < 20
        asked = len(server.requests)
        with pytest.raises(EndpointError, match="budget"):
            await ask(endpoint, "a")
        assert len(server.requests) == asked
        assert await ask(endpoint, "b") == "green"


async def test_the_total_budget_stops_hard_for_everybody() -> None:
    async with connected(ready(lambda _: Answer(GOOD)), total_tokens=500) as (server, endpoint):
        assert 1 <= await often(endpoint, (f"visitor {n}" for n in range(50))) < 20
        asked = len(server.requests)
        with pytest.raises(EndpointError, match="budget"):
            await ask(endpoint, "somebody new")
        assert len(server.requests) == asked
        assert endpoint.usage.tokens <= 500


async def test_a_budget_that_is_spent_is_no_failure_of_the_endpoint() -> None:
    breaker = Breaker(threshold=1, clock=Clock())
    async with connected(lambda _: Answer(READY), visitor_tokens=0, breaker=breaker) as (server, endpoint):
        for _ in range(3):
            with pytest.raises(EndpointError, match="budget"):
                await ask(endpoint)
        assert server.requests == []
        assert not breaker.open


async def test_a_stream_is_on_the_budget_too() -> None:
    async with connected(lambda _: Answer("好。"), visitor_tokens=10) as (server, endpoint):
        with pytest.raises(EndpointError, match="budget"):
            await prose(endpoint)
        assert server.requests == []


# ---- rubbish

BODIES = [
    b"",
    b"null",
    b"[]",
    b"17",
    b'"text"',
    b"{}",
    b"{",
    b"\xff\xfe\x00",
    b'{"choices": null}',
    b'{"choices": []}',
    b'{"choices": {}}',
    b'{"choices": "x"}',
    b'{"choices": [null]}',
    b'{"choices": [{}]}',
    b'{"choices": [{"message": null}]}',
    b'{"choices": [{"message": "x"}]}',
    b'{"choices": [{"message": {"role": "assistant", "content": null}}]}',
    b'{"choices": [{"message": {"role": "assistant", "content": 5}}]}',
    b'{"choices": [{"message": {"role": "assistant", "content": ["x"]}}]}',
    b'{"choices": [{"message": {"role": "assistant", "content": "{}"}}]}',
    b'{"choices": [{"message": {"role": "assistant", "content": "{\\"colour\\": 5}"}}]}',
    b'{"choices": [{"message": {"role": "assistant", "content": "[1, 2]"}}]}',
    b'{"error": {"message": "overloaded"}}',
    b"<!doctype html><title>Login</title>",
    b"[" * 100_000,
    b'{"choices": [{"message": {"role": "assistant", "content": "' + b"{" * 50_000 + b'"}}]}',
    b'{"choices": [{"message": {"role": "assistant", "content": "' + b'{\\"a\\":' * 50_000 + b'"}}]}',
]


STREAMS = [
    *BODIES,
    b"data: {}\n\ndata: [DONE]\n\n",
    b'data: {"choices": []}\n\ndata: [DONE]\n\n',
    b'data: {"choices": [{"delta": null}]}\n\n',
    b"data: rubbish\n\n",
    b'data: {"choices": [{"delta": {"content": 5}}]}\n\n',
    b'data: {"error": {"message": "overloaded"}}\n\n',
    b"event: ping\n\n",
    b"data: [DONE]\n\n",
]


async def reason(call: Awaitable[object]) -> str:
    try:
        await call
    except EndpointError as error:
        return error.reason
    return "answered"


@pytest.mark.parametrize("media", ["application/json", "text/html", "application/octet-stream"])
async def test_a_body_that_is_no_answer_is_told_as_rubbish_or_as_a_page(media: str) -> None:
    bodies = iter(BODIES)
    script = ready(lambda _: Answer(raw=next(bodies), media=media))
    async with connected(script, breaker=Breaker(threshold=1000)) as (_, endpoint):
        await endpoint.probe()
        told = [(body[:80], await reason(ask(endpoint))) for body in BODIES]
    assert [body for body, why in told if why != ("page" if body.lstrip().startswith(b"<") else "rubbish")] == []


@pytest.mark.parametrize("media", ["text/event-stream", "text/html"])
async def test_a_stream_that_is_no_answer_is_told_as_rubbish_or_as_a_page(media: str) -> None:
    bodies = iter(STREAMS)
    script = ready(lambda _: Answer(raw=next(bodies), media=media))
    async with connected(script, breaker=Breaker(threshold=1000)) as (_, endpoint):
        told = [(body[:80], await reason(prose(endpoint))) for body in STREAMS]
    assert [body for body, why in told if why != ("page" if body.lstrip().startswith(b"<") else "rubbish")] == []


async def test_a_server_that_answers_with_a_page_is_not_asked_in_any_other_way() -> None:
    page = Answer(raw=b"\n <!DOCTYPE html><title>Welcome</title>", media="text/html; charset=utf-8")
    async with connected(lambda _: page) as (server, endpoint):
        assert [await reason(endpoint.probe()) for _ in range(4)] == ["page", "page", "page", "resting"]
        assert len(server.requests) == 3
        assert endpoint.resting


@pytest.mark.parametrize("media", ["text/html", "text/plain"])
async def test_an_answer_is_taken_whatever_kind_the_server_gives_it(media: str) -> None:
    body = json.dumps({"choices": [{"message": {"role": "assistant", "content": READY}, "finish_reason": "stop"}]})
    async with connected(lambda _: Answer(raw=body.encode(), media=media)) as (_, endpoint):
        assert await endpoint.probe() == "json_schema"


@pytest.mark.parametrize("call", [ask, prose])
async def test_a_body_without_end_is_not_read_to_it(call: Any) -> None:
    huge = b'{"choices": [{"message": {"role": "assistant", "content": "' + b"x" * (MOST_BYTES + 1000) + b'"}}]}'
    async with connected(ready(lambda _: Answer(raw=huge))) as (server, endpoint):
        await endpoint.probe()
        with pytest.raises(EndpointError) as error:
            await call(endpoint)
        assert (error.value.reason, error.value.detail) == ("rubbish", "too long")
        assert len(server.requests) == 2


async def test_an_answer_of_a_megabyte_is_still_read() -> None:
    text = json.dumps({"shade": "green", "why": "x" * 1_000_000})
    async with connected(ready(lambda _: Answer(text))) as (_, endpoint):
        assert await ask(endpoint) == "green"


async def test_a_stream_that_is_cut_in_the_middle_is_an_error_after_what_came() -> None:
    told: list[str] = []
    async with connected(lambda _: Answer(pieces=["先看显存。", "再看"], cut=True)) as (server, endpoint):
        with pytest.raises(EndpointError) as error:
            await prose(endpoint, told=told)
        assert error.value.reason == "unreachable"
        assert len(server.requests) == 1
    assert told == ["先看显存。", "再看"]


@pytest.mark.parametrize("finish", ["length", "content_filter", None])
async def test_a_text_that_is_not_finished_is_told_to_be_cut_off(finish: str | None) -> None:
    breaker = Breaker(threshold=1, clock=Clock())
    told: list[str] = []
    answer = Answer(pieces=["先看显存。", "再看互"], finish=finish)
    async with connected(lambda _: answer, breaker=breaker) as (_, endpoint):
        with pytest.raises(CutOff) as cut:
            await prose(endpoint, told=told)
        assert cut.value.at_length is (finish == "length")
        assert not breaker.open
    assert told == ["先看显存。", "再看互"]


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        ([("search", '{"query": "power"}')], [("search", {"query": "power"})]),
        (
            [("search", '{"query": "a"}'), ("size", '{"model": "x"}')],
            [("search", {"query": "a"}), ("size", {"model": "x"})],
        ),
        ([], []),
    ],
)
async def test_tool_calls_are_told_as_names_and_arguments(calls: Any, found: Any) -> None:
    tools = [{"type": "function", "function": {"name": "search", "parameters": {"type": "object"}}}]
    async with connected(lambda _: Answer("DONE", calls=calls)) as (_, endpoint):
        assert await endpoint.tool_calls([("user", "?")], tools, caller=Caller("v"), max_tokens=9) == found


@pytest.mark.parametrize("arguments", ["", "rubbish", "[1]", "5"])
async def test_tool_calls_with_rubbish_for_arguments_are_an_endpoint_error(arguments: str) -> None:
    async with connected(lambda _: Answer(calls=[("search", arguments)])) as (_, endpoint):
        with pytest.raises(EndpointError) as error:
            await endpoint.tool_calls([("user", "?")], [], caller=Caller("v"), max_tokens=9)
        assert error.value.reason == "rubbish"


async def test_an_answer_that_fits_the_schema_only_in_part_is_rubbish() -> None:
    async with connected(ready(lambda _: Answer('{"color": "green"}'))) as (_, endpoint):
        with pytest.raises(EndpointError, match="1 errors against the schema"):
            await endpoint.structured([("user", "?")], Shade, caller=Caller("v"), max_tokens=9)
