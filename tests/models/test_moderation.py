"""Moderation: a request it flags gets a reason and reaches no model; one it cannot judge goes nowhere."""

from __future__ import annotations

import json

import pytest
from pydantic import SecretStr

from copilot_server.agent.messages import Prompt, Reply, SystemMessage, UserMessage
from copilot_server.agent.phrases import Plan, Request
from copilot_server.errors import ModelError, Moderated
from copilot_server.models.choose import model_for
from copilot_server.settings import Settings
from tests.models.wire_server import Answer, WireServer, refused

PROMPT = Prompt((SystemMessage("be brief"), UserMessage("set A1 to 1", "<document>secret</document>")))
asked: list[Request] = []


def understand(request: Request) -> Plan:
    asked.append(request)
    return Plan()


def verdict(*, is_flagged: bool) -> Answer:
    categories = {"violence": is_flagged, "hate": False}
    body = {"id": "m", "model": "omni", "results": [{"flagged": is_flagged, "categories": categories}]}
    return Answer(json.dumps(body).encode(), headers={"content-type": "application/json"})


async def reply_of(url: str) -> list[object]:
    settings = Settings(model="builtin", moderation="openai", base_url=url, api_key=SecretStr("k"))
    return [output async for output in model_for(settings, understand).stream(PROMPT)]


async def test_what_is_flagged_is_refused_with_its_reason_and_asked_of_no_model() -> None:
    asked.clear()
    async with WireServer(verdict(is_flagged=True)) as server:
        with pytest.raises(Moderated, match=r"refuses that request \(violence\)"):
            await reply_of(server.url)

    assert asked == []
    assert server.requests[0].path == "/v1/moderations"
    assert server.requests[0].body == {"model": "omni-moderation-latest", "input": "set A1 to 1"}
    assert server.requests[0].headers["authorization"] == "Bearer k"


async def test_what_is_not_flagged_goes_on() -> None:
    async with WireServer(verdict(is_flagged=False)) as server:
        outputs = await reply_of(server.url)

    assert isinstance(outputs[-1], Reply)


@pytest.mark.parametrize("answer", [refused(500, "broken"), Answer(b"{}"), Answer(b"{", is_cut=True)])
async def test_without_a_verdict_nothing_goes_on(answer: Answer) -> None:
    asked.clear()
    async with WireServer(answer) as server:
        with pytest.raises(ModelError, match="moderation at"):
            await reply_of(server.url)

    assert asked == []
