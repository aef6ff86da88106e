"""Scripted and replayed models: answers given beforehand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copilot_server.agent.messages import (
    AssistantMessage,
    Message,
    Prompt,
    Reply,
    TextDelta,
    ToolCall,
    ToolMessage,
    Usage,
    UserMessage,
)
from copilot_server.errors import BadRequest, ModelError
from copilot_server.models import replay, scripted
from copilot_server.models.replay import Recorder
from copilot_server.models.scripted import ScriptedModel, Step
from tests.models.prompts import outputs, prompt_of, reply_of

ASKED = UserMessage("Set B2 to 42")
CALLED = AssistantMessage("", (ToolCall("a", "edit", '{"edits": []}'),))
MALFORMED = AssistantMessage("Hm.", (ToolCall("b", "edit", '{"edits": ['),))


async def test_steps_are_given_in_order_until_the_script_is_over() -> None:
    model = ScriptedModel(["one", CALLED, Reply(AssistantMessage("two"), Usage(1, 2), "length")])
    replies = [await reply_of(model) for _ in range(3)]
    assert [reply.finish for reply in replies] == ["stop", "tool_calls", "length"]
    assert len(model.prompts) == 3
    with pytest.raises(ModelError, match="script is over"):
        await reply_of(model)


async def test_a_function_may_answer_by_the_prompt() -> None:
    def answer(prompt: Prompt) -> Step:
        return f"{len(prompt.messages)} messages"

    assert (await reply_of(ScriptedModel(answer), prompt_of(ASKED, CALLED))).message.text == "2 messages"


async def test_a_script_file_goes_on_where_the_conversation_stands(tmp_path: Path) -> None:
    path = tmp_path / "script.json"
    rows = [
        {"tool_calls": [{"name": "edit", "arguments": {"edits": []}}]},
        {"error": {"status": 429, "message": "busy", "retry_after": 2}},
        {"content": "Done."},
    ]
    path.write_text(json.dumps(rows))
    assert (await reply_of(scripted.load(path))).message.tool_calls == (ToolCall("call_1_1", "edit", '{"edits": []}'),)
    resumed = scripted.load(path)
    with pytest.raises(ModelError, match="busy") as caught:
        await reply_of(resumed, prompt_of(ASKED, CALLED))
    assert (caught.value.is_transient, caught.value.retry_after) == (True, 2)
    assert (await reply_of(resumed, prompt_of(ASKED, CALLED))).message.text == "Done."


@pytest.mark.parametrize("text", ["", "{", '[{"tool_calls": [{}]}]', '["text"]'])
def test_a_file_that_is_no_script_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "script.json"
    if text:
        path.write_text(text)
    with pytest.raises(BadRequest, match="no script"):
        scripted.load(path)


async def _recorded(path: Path) -> list[Reply]:
    """A conversation of three replies, written down as it went."""
    recorder = Recorder(ScriptedModel([CALLED, MALFORMED, "Done."]), path, "answered by hand")
    talk: list[Message] = [ASKED]
    replies: list[Reply] = []
    for result in (ToolMessage("a", "edit", "B2: 42"), ToolMessage("b", "edit", "not JSON", is_error=True), ASKED):
        replies.append(await reply_of(recorder, prompt_of(*talk)))
        talk += [replies[-1].message, result]
    return replies


async def test_a_recording_gives_the_same_replies_again(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    first, second, third = await _recorded(path)
    model = replay.load(path)
    assert model.label == "answered by hand"
    talk: list[Message] = [ASKED]
    assert await reply_of(model, prompt_of(*talk)) == first
    talk += [first.message, ToolMessage("a", "edit", "B2: 42, in other words")]
    assert await reply_of(model, prompt_of(*talk)) == second
    talk += [second.message, ToolMessage("b", "edit", "differently not JSON", is_error=True)]
    assert await outputs(model, prompt_of(*talk)) == [TextDelta("Done."), third]


async def test_a_conversation_that_departs_is_shown_beside_the_recorded_one(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    await _recorded(path)
    failed = ToolMessage("a", "edit", "no sheet 'Sales'", is_error=True)
    with pytest.raises(ModelError) as caught:
        await reply_of(replay.load(path), prompt_of(ASKED, CALLED, failed))
    lines = str(caught.value).splitlines()
    assert "departs" in lines[0]
    assert {"-(edit answered)", "-B2: 42", "+(edit failed)", "+no sheet 'Sales'"} <= set(lines)


async def test_a_conversation_that_goes_on_longer_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    await _recorded(path)
    with pytest.raises(ModelError, match="holds 3 replies"):
        await reply_of(replay.load(path), prompt_of(ASKED, CALLED, CALLED, CALLED))


def test_a_file_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "talk.jsonl"
    path.write_text('{"recording": 2, "label": ""}\n')
    with pytest.raises(BadRequest, match="format 2"):
        replay.load(path)
    path.write_text('{"content": "a script"}\n')
    with pytest.raises(BadRequest, match="no recording"):
        replay.load(path)
