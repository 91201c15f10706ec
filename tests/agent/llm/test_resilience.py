"""Whatever becomes of the endpoint, the visitor is answered in the same turn, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from scripted_endpoint import READY, Answer, Script, kind_of

from agent.llm.calls import until
from agent.llm.turns import NOTHING_READ, Stage, advised, model, model_of, opened, take
from assistant.agent.llm.reading import DECIDING, READ_FIELDS, Reading, joined
from assistant.agent.reply import Reply
from assistant.dialogue.reading import Understanding
from assistant.dialogue.reducer import reduce
from assistant.dialogue.state import DialogueState
from assistant.dialogue.understanding import understand
from assistant.rules.decision import decide
from assistant.rules.requirements import WORKLOAD_KINDS, Interconnect, Scale, Sharing
from assistant.rules.trace import Decision

GOLDEN = Path(__file__).resolve().parents[3] / "evals" / "golden" / "recommendation.yaml"
ZH, EN = "一个课题组做训练", "one research group does training"
GOOD = ("模型训练归 T 系列，推荐 T4 / T4A[1][2]。", "若多个课题组共享，则是 T8 / T8A[2]。")
HTML = b"<!doctype html><title>Sign in</title><p>502 Bad Gateway</p>"


def same_but_for_names(one: Reply, other: Reply) -> bool:
    """Whether two replies differ in nothing but whose conversation they are."""
    return one.model_dump(exclude={"session_id"}) == other.model_dump(exclude={"session_id"})


# ---- an endpoint that is not well

UNWELL: dict[str, Script] = {
    "refuses the key": lambda _: Answer(status=401),
    "has no such model": lambda _: Answer(status=404),
    "is out of quota": lambda _: Answer(status=429),
    "is broken": lambda _: Answer(status=500),
    "is overloaded": lambda _: Answer(status=503),
    "answers with a page": lambda _: Answer(raw=HTML, media="text/html"),
    "answers with nothing": lambda _: Answer(raw=b""),
    "answers with another form": lambda _: Answer(raw=b'{"choices": []}'),
    "talks about something else": lambda _: Answer("The weather is fine."),
    "drops every connection": lambda _: Answer(cut=True),
    "refuses the key from the second call on": model(Answer(status=401)),
    "is out of quota from the second call on": model(Answer(status=429)),
    "reads rubbish": model(Answer(pieces=["模型"], cut=True), read=Answer("{{{{")),
    "reads another form": model(Answer(pieces=[]), read=Answer('{"fields": {"sharing": "college"}}')),
    "writes nothing": model(Answer(pieces=[""])),
    "writes a page": model(Answer(raw=HTML, media="text/html")),
    "writes rubbish": model(Answer(raw=b"data: {{{\n\n", media="text/event-stream")),
    "writes an error": model(
        Answer(raw=b'data: {"error": {"message": "out of memory"}}\n\n', media="text/event-stream")
    ),
    "breaks off before the first sentence": model(Answer(pieces=["模型训练归 T 系"], cut=True)),
    "is broken when it should repair": model(Answer(pieces=["推荐 T16。"]), Answer(status=500)),
    "breaks off while it repairs": model(Answer(pieces=["推荐 T16。"]), Answer(pieces=["模型训练"], cut=True)),
}


@pytest.mark.parametrize("message", [ZH, EN])
@pytest.mark.parametrize("how", UNWELL)
async def test_an_endpoint_that_is_not_well_costs_the_visitor_nothing(stage: Stage, how: str, message: str) -> None:
    plain = await stage.plainly(message)
    turn = await stage.take(message, UNWELL[how], met=False)
    assert stage.server.requests
    assert same_but_for_names(turn.reply, plain)
    assert (turn.reply.composer, turn.reply.verified) == ("builtin", True)
    assert "".join(turn.told) == plain.reply


async def test_what_had_passed_before_the_endpoint_broke_off_is_all_that_was_told(stage: Stage) -> None:
    plain = await stage.plainly(ZH)
    turn = await stage.take(ZH, model(Answer(pieces=[*GOOD, "推荐 T"], cut=True)))
    assert same_but_for_names(turn.reply, plain)
    opening = plain.reply.partition("\n\n")[0]
    assert turn.told[: len(GOOD) + 1] == [f"{opening}\n\n", *GOOD]
    assert turn.shown == plain.reply
    assert [event.event for event in turn.events].count("reset") == 1


@pytest.mark.parametrize("when", ["read", "write"])
async def test_an_endpoint_that_dies_in_the_middle_of_a_turn(tmp_path: Path, when: str) -> None:
    async with opened(tmp_path / "plain") as alone:
        plain = (await take(alone, ZH)).reply

    def script(request: dict[str, Any]) -> Answer:
        if kind_of(request) == when:
            server.die()
        return Answer(READY) if kind_of(request) == "probe" else Answer(NOTHING_READ)

    async with advised(tmp_path / "model", script) as (advisor, server):
        turn = await take(advisor, ZH)
        assert when in server.kinds()
        assert same_but_for_names(turn.reply, plain)
        assert "".join(turn.told) == plain.reply
        again = await take(advisor, EN, turn.reply.session_id)
        assert (again.reply.composer, again.reply.verified, again.reply.turn) == ("builtin", True, 2)


@pytest.mark.parametrize("when", ["probe", "read", "write", "repair"])
async def test_an_endpoint_that_hangs_is_waited_for_no_longer_than_a_call_may_take(tmp_path: Path, when: str) -> None:
    never = threading.Event()
    parts = {"probe": READY, "read": NOTHING_READ, "write": "推荐 T16。", "repair": "推荐 T16。"}

    def script(request: dict[str, Any]) -> Answer:
        kind = kind_of(request)
        return Answer(parts[kind], gate=never if kind == when else None)

    async with opened(tmp_path / "plain") as alone:
        plain = (await take(alone, ZH)).reply
    async with advised(tmp_path / "model", script, llm_timeout_s=0.4) as (advisor, server):
        # A cold import is not the endpoint's time.
        turn = await take(advisor, ZH)
        assert when in map(kind_of, server.requests)
        assert same_but_for_names(turn.reply, plain)


@pytest.mark.parametrize("when", ["probe", "read"])
async def test_a_model_that_hangs_on_reading_is_waited_for_no_longer_than_reading_may_take_and_not_asked_to_write(
    tmp_path: Path, when: str
) -> None:
    never = threading.Event()

    def script(request: dict[str, Any]) -> Answer:
        kind = kind_of(request)
        answer = Answer(pieces=GOOD) if kind == "write" else Answer(READY if kind == "probe" else NOTHING_READ)
        answer.gate = never if kind == when else None
        return answer

    async with opened(tmp_path / "plain") as alone:
        plain = (await take(alone, ZH)).reply
    async with advised(tmp_path / "model", script, llm_read_s=0.4) as (advisor, server):
        begun = time.perf_counter()
        turn = await take(advisor, ZH)
        # A call alone might take 20 s.
        assert time.perf_counter() - begun < 10
        assert [kind_of(request) for request in server.requests][-1] == when
        assert same_but_for_names(turn.reply, plain)
        assert "".join(turn.told) == plain.reply
        assert model_of(advisor).usage.failures == {"timeout": 1}
        for _ in range(2):
            await take(advisor, ZH)
        assert model_of(advisor).breaker.open


async def test_reading_and_looking_up_share_their_time_and_a_model_that_read_may_still_write(tmp_path: Path) -> None:
    never = threading.Event()

    def script(request: dict[str, Any]) -> Answer:
        match kind_of(request):
            case "probe":
                return Answer(READY)
            case "read":
                return Answer(NOTHING_READ, delay_s=1.5)
            case "look_up":
                return Answer("DONE", gate=never)
        return Answer(status=400)

    async with advised(tmp_path, script, llm_read_s=2) as (advisor, server):
        await model_of(advisor).probe()
        turn = await take(advisor, "训练层验证内容有哪些？报价前机房要确认什么？")
        assert server.kinds() == ["read", "look_up", "write"]
        assert model_of(advisor).usage.failures == {"timeout": 1, "rubbish": 1}
        spans = (await advisor.trace(turn.reply.session_id, 1))["spans"]
        assert 2000 <= sum(span["ms"] for span in spans if span["name"] in ("llm_read", "llm_look_up")) < 15_000


async def test_the_first_word_of_prose_is_waited_for_no_longer_than_a_reading(tmp_path: Path) -> None:
    never = threading.Event()

    def script(request: dict[str, Any]) -> Answer:
        kind = kind_of(request)
        if kind == "write":
            return Answer(pieces=GOOD, gate=never)
        return Answer(READY if kind == "probe" else NOTHING_READ)

    async with opened(tmp_path / "plain") as alone:
        plain = (await take(alone, ZH)).reply
    async with advised(tmp_path / "model", script, llm_read_s=0.4) as (advisor, server):
        turn = await take(advisor, ZH)
        assert server.kinds() == ["read", "write"]
        assert same_but_for_names(turn.reply, plain)
        assert turn.shown == plain.reply
        spans = (await advisor.trace(turn.reply.session_id, 1))["spans"]
        assert [span["failed"] for span in spans if span["name"] == "llm_write"] == ["timeout"]
        # A call alone might take 20 s.
        assert sum(span["ms"] for span in spans if span["name"] == "llm_write") < 15_000


async def test_prose_that_has_begun_may_take_longer_than_a_reading(tmp_path: Path) -> None:
    def script(request: dict[str, Any]) -> Answer:
        kind = kind_of(request)
        if kind == "write":
            return Answer(pieces=GOOD, pause_s=0.6)
        return Answer(READY if kind == "probe" else NOTHING_READ)

    async with advised(tmp_path, script, llm_read_s=0.5) as (advisor, _):
        assert (await take(advisor, ZH)).reply.composer == "llm"


async def test_after_a_few_failures_a_turn_does_not_even_ask_and_later_it_does_again(tmp_path: Path) -> None:
    well = threading.Event()

    def script(request: dict[str, Any]) -> Answer:
        if kind_of(request) == "probe" or not well.is_set():
            return Answer(READY) if kind_of(request) == "probe" else Answer(status=401)
        return Answer(NOTHING_READ) if kind_of(request) == "read" else Answer(pieces=GOOD)

    async with advised(tmp_path, script) as (advisor, server):
        for _ in range(3):
            assert (await take(advisor, ZH)).reply.composer == "builtin"
        asked = len(server.requests)
        assert (await take(advisor, ZH)).reply.composer == "builtin"
        assert len(server.requests) == asked
        well.set()
        model_of(advisor).breaker.succeeded()
        assert (await take(advisor, ZH)).reply.composer == "llm"


# ---- many visitors


def held(by: str, gate: threading.Event) -> Script:
    """A model that keeps everybody whose message holds `by` waiting until the gate opens."""

    def script(request: dict[str, Any]) -> Answer:
        kind = kind_of(request)
        if kind == "probe":
            return Answer(READY)
        waits = any(by in str(message["content"]) for message in request["messages"] if message["role"] == "user")
        answer = {"read": Answer(NOTHING_READ), "write": Answer(pieces=GOOD)}.get(kind, Answer("DONE"))
        answer.gate = gate if waits else None
        return answer

    return script


async def test_an_answer_that_is_slow_for_one_visitor_keeps_no_other_waiting(tmp_path: Path) -> None:
    gate = threading.Event()
    async with advised(tmp_path, held("18人", gate)) as (advisor, server):
        await model_of(advisor).probe()
        slow = asyncio.create_task(take(advisor, "一个课题组做训练，18人"))
        await until(lambda: "read" in server.kinds())
        others = await asyncio.gather(*(take(advisor, ZH) for _ in range(3)))
        assert [other.reply.composer for other in others] == ["llm"] * 3
        assert not slow.done()
        gate.set()
        turn = await slow
        assert turn.reply.composer == "llm"
        assert turn.reply.requirements["users"].value == 18


async def test_beyond_the_calls_at_once_a_visitor_is_answered_without_the_model(tmp_path: Path) -> None:
    gate = threading.Event()
    async with advised(tmp_path, held("18人", gate), llm_at_once=1) as (advisor, server):
        await model_of(advisor).probe()
        slow = asyncio.create_task(take(advisor, "一个课题组做训练，18人"))
        await until(lambda: "read" in server.kinds())
        other = await take(advisor, ZH)
        assert (other.reply.composer, other.reply.verified) == ("builtin", True)
        assert not slow.done()
        assert server.kinds() == ["read"]
        gate.set()
        assert (await slow).reply.composer == "llm"


async def test_a_visitor_who_leaves_in_the_middle_of_an_answer_stops_it(tmp_path: Path) -> None:
    gate = threading.Event()
    async with advised(tmp_path, held("18人", gate), llm_at_once=1) as (advisor, server):
        await model_of(advisor).probe()
        leaving = asyncio.create_task(take(advisor, "一个课题组做训练，18人"))
        await until(lambda: "read" in server.kinds())
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        gate.set()

        async def answered() -> bool:
            return (await take(advisor, ZH)).reply.composer == "llm"

        # The turn that was left goes on to its end in the background, and then its place is free.
        async with asyncio.timeout(30):
            while not await answered():
                await asyncio.sleep(0)


async def test_the_budget_of_one_visitor_is_not_that_of_another(tmp_path: Path) -> None:
    write = model(Answer(pieces=GOOD))
    async with advised(tmp_path, write, llm_visitor_tokens_per_day=6000) as (advisor, server):
        first = (await take(advisor, ZH)).reply
        assert first.composer == "llm"
        composers = [(await take(advisor, ZH, first.session_id)).reply.composer for _ in range(6)]
        assert composers[-1] == "builtin"
        asked = len(server.requests)
        assert (await take(advisor, ZH, first.session_id)).reply.verified
        assert len(server.requests) == asked
        assert (await take(advisor, ZH)).reply.composer == "llm"


async def test_when_all_tokens_are_spent_everybody_is_answered_without_the_model(tmp_path: Path) -> None:
    async with advised(tmp_path, model(Answer(pieces=GOOD)), llm_tokens_per_day=6000) as (advisor, server):
        composers = [(await take(advisor, ZH)).reply.composer for _ in range(8)]
        assert composers[0] == "llm"
        assert composers[-1] == "builtin"
        asked = len(server.requests)
        assert (await take(advisor, EN)).reply.verified
        assert len(server.requests) == asked


# ---- the same decision with and without

NEEDS: list[dict[str, Any]] = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))
SAID = {need["id"]: need["say"] for need in NEEDS if isinstance(need.get("say"), str)}
# Messages in which the parser reads something that decides: where it reads nothing of the kind, the model may.
DECIDED = sorted(name for name, said in SAID.items() if any(u.field in DECIDING for u in understand(said).updates))
CHOSEN = random.Random(20261128).sample(DECIDED, 48)
KINDS = ("invented", "whole", "pieces")
CODES = [
    *WORKLOAD_KINDS,
    *get_args(Sharing),
    *get_args(Scale),
    *get_args(Interconnect),
    "true",
    "false",
    "9000万",
    "500",
]


def wrong(kind: str, message: str) -> str:
    """A reading of a message that is wrong in a given way, the same in every run."""
    chance = random.Random(f"{kind} {message}")
    words = message.split() if message.isascii() else [*message]

    def evidence() -> str:
        if kind == "invented":
            return chance.choice(["全院共享的训练平台", "rack-scale training for the college", "预算9000万"])
        if kind == "whole":
            return message
        start = chance.randrange(len(words))
        return (" " if message.isascii() else "").join(words[start : start + chance.randint(1, 6)])

    updates = [
        {"field": chance.choice(READ_FIELDS), "value": chance.choice(CODES), "evidence": evidence()} for _ in range(12)
    ]
    for field, value in (("workloads", "storage"), ("sharing", "company"), ("rack_scale", True), ("scale", "pilot")):
        updates.append({"field": field, "value": value, "evidence": evidence()})
    chance.shuffle(updates)
    reading = {"intent": chance.choice(["inform", "recommend", "ask", "other"]), "updates": updates[:12]}
    return json.dumps({**reading, "query": "推荐 T16", "questions": ["推荐 T16 吗？", "多少钱？"]}, ensure_ascii=False)


def misreading(kind: str) -> Callable[[dict[str, Any]], Answer]:
    return lambda request: Answer(wrong(kind, str(request["messages"][1]["content"])))


@pytest.mark.parametrize(("name", "kind"), [*zip(CHOSEN, cycle(KINDS), strict=False)])
async def test_the_same_words_lead_to_the_same_decision_with_and_without_a_model(
    stage: Stage, name: str, kind: str
) -> None:
    said = SAID[name]
    plain = await stage.plainly(said)
    turn = await stage.take(said, model(Answer("推荐 T16。"), Answer("选 T16。"), misreading(kind)))
    assert "read" in stage.server.kinds()
    assert turn.reply.decision == plain.decision
    assert turn.reply.verified
    assert "T16" not in "".join(turn.told) or "T16" in plain.reply


@pytest.mark.parametrize("kind", KINDS)
def test_no_wrong_reading_of_a_need_changes_its_decision(kind: str) -> None:
    def decided(meaning: Understanding) -> Decision:
        state, _ = reduce(DialogueState(), meaning)
        return decide(state.requirements, frozenset(state.concerns))

    assert len(DECIDED) >= 150
    changed = []
    for name in DECIDED[KINDS.index(kind) :: 2]:
        alone = understand(SAID[name])
        beside, _ = joined(SAID[name], alone, Reading.model_validate_json(wrong(kind, SAID[name])))
        if decided(beside) != decided(alone):
            changed.append(name)
    assert changed == []


async def test_what_only_the_model_read_decides_nothing_before_it_is_confirmed(stage: Stage) -> None:
    read = {"field": "workloads", "value": "science", "evidence": "crunch genomes"}
    reading = json.dumps({"intent": "inform", "updates": [read]})
    turn = await stage.take("we crunch genomes all day", model(Answer(status=400), read=Answer(reading)))
    assert turn.reply.requirements == {}
    assert turn.reply.decision is None
    assert "“crunch genomes”" in turn.reply.reply
    assert turn.reply.verified
