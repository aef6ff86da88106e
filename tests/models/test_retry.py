"""Calling a model again, by a clock that nobody waits for."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from copilot_server.agent.messages import AssistantMessage, Reply, Restarted, TextDelta
from copilot_server.errors import ModelError
from copilot_server.models.retry import Patience, RetryingModel, Surroundings
from copilot_server.models.scripted import Broken, ScriptedModel, Step
from tests.models.prompts import chat_at, outputs
from tests.models.wire_server import WireServer, chat, refused

BUSY = ModelError("busy", is_transient=True)


@dataclass
class FakeTime:
    """Sleeping moves the clock and takes no time."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list[float])

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def _retrying(time: FakeTime, *steps: Step, patience: Patience | None = None) -> RetryingModel:
    surroundings = Surroundings(time.clock, time.sleep, chance=lambda: 1.0)
    return RetryingModel(ScriptedModel(steps), patience, surroundings)


async def test_a_passing_failure_is_tried_again_and_announced() -> None:
    time = FakeTime()
    restarted, text, reply = await outputs(_retrying(time, BUSY, "ok"))
    assert restarted == Restarted("busy", 1.0)
    assert text == TextDelta("ok")
    assert isinstance(reply, Reply)


async def test_text_of_a_broken_reply_is_followed_by_its_withdrawal() -> None:
    first, restarted, again, reply = await outputs(_retrying(FakeTime(), Broken("Half a sen", BUSY), "Whole."))
    assert first == TextDelta("Half a sen")
    assert isinstance(restarted, Restarted)
    assert again == TextDelta("Whole.")
    assert reply == Reply(AssistantMessage("Whole."))


async def test_waits_double_up_to_the_longest() -> None:
    time = FakeTime()
    patience = Patience(attempts=6, seconds=1_000, first=1, longest=5)
    await outputs(_retrying(time, *[BUSY] * 5, "ok", patience=patience))
    assert time.slept == [1, 2, 4, 5, 5]


def test_waits_are_spread_over_their_upper_half() -> None:
    patience = Patience(first=8)
    assert (patience.wait(1, 0.0), patience.wait(1, 1.0)) == (4.0, 8.0)


async def test_no_call_is_made_earlier_than_the_provider_asked() -> None:
    time = FakeTime()
    await outputs(_retrying(time, ModelError("slow down", is_transient=True, retry_after=17), "ok"))
    assert time.slept == [17]


async def test_a_wait_beyond_all_patience_fails_at_once() -> None:
    time = FakeTime()
    with pytest.raises(ModelError, match="tomorrow"):
        await outputs(_retrying(time, ModelError("tomorrow", is_transient=True, retry_after=86_400), "ok"))
    assert time.slept == []


async def test_attempts_and_seconds_are_bounded() -> None:
    time = FakeTime()
    with pytest.raises(ModelError):
        await outputs(_retrying(time, *[BUSY] * 9, patience=Patience(attempts=3)))
    assert len(time.slept) == 2
    time = FakeTime()
    with pytest.raises(ModelError):
        await outputs(_retrying(time, *[BUSY] * 9, patience=Patience(attempts=9, seconds=6)))
    assert time.slept == [1, 2]


async def test_a_final_failure_is_not_tried_again() -> None:
    time = FakeTime()
    with pytest.raises(ModelError, match="wrong key"):
        await outputs(_retrying(time, ModelError("wrong key"), "ok"))
    assert time.slept == []


async def test_over_the_wire_a_busy_server_is_asked_again_after_its_wait() -> None:
    time = FakeTime()
    async with WireServer(refused(429, "busy", headers={"retry-after": "40"}), chat({"content": "ok"})) as server:
        model = RetryingModel(chat_at(server), surroundings=Surroundings(time.clock, time.sleep))
        *_, reply = await outputs(model)
    assert isinstance(reply, Reply)
    assert time.slept == [40]
