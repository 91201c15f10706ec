"""The key is in the request and nowhere else, whatever a server says about it."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any

import pytest
from scripted_endpoint import Answer
from structlog.testing import capture_logs

from agent.library import Library
from agent.llm.calls import KEY, ask, connected, prose, ready
from assistant.agent.llm.endpoint import EndpointError
from assistant.bootstrap import build_advisor
from assistant.settings import Settings

QUOTING = f'{{"error": {{"message": "the key {KEY} is not known"}}, "choices": "{KEY}"}}'.encode()
ANSWERS = [
    Answer(status=400),
    Answer(status=401),
    Answer(status=403),
    Answer(status=429),
    Answer(status=500),
    Answer(raw=QUOTING),
    Answer(raw=QUOTING, status=401),
    Answer(raw=QUOTING, media="text/html"),
    Answer(raw=f"data: {QUOTING.decode()}\n\n".encode(), media="text/event-stream"),
    Answer(KEY),
    Answer(f'{{"shade": ["{KEY}"]}}'),
    Answer(f'{{"shade": {{"{KEY}": 1}}}}'),
    Answer(pieces=[KEY], cut=True),
]


async def failure(call: Any, endpoint: Any) -> EndpointError:
    with pytest.raises(EndpointError) as error:
        await call(endpoint)
    return error.value


@pytest.mark.parametrize("answer", ANSWERS, ids=range(len(ANSWERS)))
async def test_the_key_is_in_no_log_line_and_no_error(answer: Answer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    errors: list[EndpointError] = []
    with capture_logs() as lines:
        async with connected(ready(lambda _: answer)) as (server, endpoint):
            await endpoint.probe()
            errors.append(await failure(ask, endpoint))
            if not (answer.text or (answer.raw and answer.media == "text/event-stream") or answer.pieces):
                errors.append(await failure(prose, endpoint))
            assert server.headers[-1]["authorization"] == f"Bearer {KEY}"
            shown = [repr(endpoint), repr(vars(endpoint)), repr([*endpoint._clients.values()]), repr(endpoint.usage)]
    assert lines
    for error in errors:
        shown += [str(error), repr(error), repr(error.args), *traceback.format_exception(error)]
    shown += [repr(line) for line in lines]
    shown += [record.getMessage() for record in caplog.records]
    shown += [str(record.exc_text) for record in caplog.records]
    assert [text for text in shown if KEY in text] == []


def test_the_settings_do_not_show_the_key() -> None:
    chosen = Settings(llm_base_url="http://127.0.0.1/v1", llm_model="m", llm_api_key=KEY)  # type: ignore[arg-type]
    assert KEY not in f"{chosen!r}{chosen}{chosen.model_dump()}{chosen.model_dump_json()}"


@pytest.mark.parametrize("status", [401, 429])
async def test_the_key_is_in_no_reply_no_log_line_and_nothing_that_is_kept(tmp_path: Path, status: int) -> None:
    with capture_logs() as lines:
        async with connected(lambda _: Answer(status=status)) as (server, _endpoint):
            chosen = Settings(data_dir=tmp_path, llm_base_url=server.url, llm_model="m", llm_api_key=KEY)  # type: ignore[arg-type]
            advisor = build_advisor(chosen, knowledge=Library())
            try:
                events = [event async for event in advisor.stream("除了卡本身，一套系统能不能用起来还看什么？")]
            finally:
                assert advisor.endpoint
                await advisor.endpoint.close()
                advisor.close()
            assert server.headers[-1]["authorization"] == f"Bearer {KEY}"
    assert lines
    assert events[-1].reply
    assert KEY not in repr(lines) + repr(events) + repr(advisor.endpoint)
    assert [path.name for path in tmp_path.iterdir() if path.is_file() and KEY.encode() in path.read_bytes()] == []
