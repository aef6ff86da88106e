"""`look` over the real wire: a model that sees is shown the page as it stands, one that does not is offered nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import pytest

from copilot_server.agent.conversation import Conversation, Say
from copilot_server.agent.looking import Camera, Shot
from copilot_server.agent.messages import Model
from copilot_server.agent.workbench import Opened
from copilot_server.errors import ServiceUnavailable
from copilot_server.models.registry import ModelCard
from tests.agent.toy import SKILL, Lines
from tests.models.prompts import chat_at, responses_at
from tests.models.wire_server import Answer, WireServer, call, chat, responses

SEES, BLIND = ModelCard(sight=True), ModelCard()


def snap(data: bytes, suffix: str, pages: range) -> Sequence[Shot]:
    """A "picture" of a file of two pages: what it shows and which page."""
    return [Shot(b"PNG of " + data + b" p%d" % page, page) for page in pages if page <= 2]


def _talk(model: Model, camera: Camera | None = snap) -> Conversation:
    return Conversation(Opened("a.lines", SKILL, Lines(["one"])), lambda _: model, camera=camera)


def _looks(*pages: int) -> Answer:
    return chat(call(0, "c1", "look", json.dumps({"pages": pages})), finish="tool_calls")


def _offered(body: dict[str, Any]) -> list[str]:
    return [each["function"]["name"] for each in body["tools"]]


async def test_a_model_that_sees_is_shown_the_page_as_the_draft_stands() -> None:
    edit = call(0, "c0", "edit", json.dumps({"edits": [{"op": "set_line", "line": 1, "text": "ONE"}]}))
    script = [chat(edit, finish="tool_calls"), _looks(1), chat({"content": "Line 1 is now ONE."})]
    async with WireServer(*script) as server:
        outcome = await _talk(chat_at(server, SEES)).say(Say("change it and look"))
    assert outcome.status == "completed"
    assert "look" in _offered(server.requests[0].body)
    result, shown = server.requests[2].body["messages"][-2:]
    assert (result["role"], result["content"]) == ("tool", "page 1")
    picture = base64.b64decode(shown["content"][1]["image_url"]["url"].removeprefix("data:image/png;base64,"))
    assert picture == b"PNG of ONE p1"


async def test_the_responses_api_is_shown_it_too() -> None:
    asked = {"type": "function_call", "id": "f", "call_id": "c1", "name": "look", "arguments": '{"pages": [2]}'}
    said = {"type": "message", "id": "m", "role": "assistant", "status": "completed"}
    said |= {"content": [{"type": "output_text", "text": "It looks well.", "annotations": []}]}
    async with WireServer(responses([asked]), responses([said])) as server:
        await _talk(responses_at(server, SEES)).say(Say("look"))
    (picture,) = [
        part
        for item in server.requests[1].body["input"]
        for part in item.get("content") or ()
        if isinstance(part, dict) and part["type"] == "input_image"
    ]
    assert base64.b64decode(picture["image_url"].partition(",")[2]) == b"PNG of one p2"


@pytest.mark.parametrize(("card", "camera"), [(BLIND, snap), (SEES, None)])
async def test_it_is_not_offered_to_a_model_that_cannot_see_or_where_nothing_can_be_shown(
    card: ModelCard, camera: Camera | None
) -> None:
    async with WireServer(chat({"content": "Nothing to do."})) as server:
        await _talk(chat_at(server, card), camera).say(Say("look"))
    assert "look" not in _offered(server.requests[0].body)


def broken(data: bytes, suffix: str, pages: range) -> Sequence[Shot]:
    raise ServiceUnavailable("LibreOffice could not make pages of this file")


@pytest.mark.parametrize(("camera", "said"), [(snap, "there is no page 7"), (broken, "nothing can be seen")])
async def test_a_page_that_cannot_be_shown_is_an_error_the_model_reads(camera: Camera, said: str) -> None:
    async with WireServer(_looks(7), chat({"content": "I could not see it."})) as server:
        outcome = await _talk(chat_at(server, SEES), camera).say(Say("look"))
    assert outcome.status == "completed"
    assert said in server.requests[1].body["messages"][-1]["content"]
