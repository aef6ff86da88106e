"""The responses API as it comes over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from copilot_server.agent.messages import (
    AssistantMessage,
    Reply,
    SystemMessage,
    TextDelta,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from copilot_server.errors import ModelError
from copilot_server.models import response_items
from copilot_server.models.hosted import Endpoint
from copilot_server.models.registry import ModelCard
from tests.models.prompts import outputs, prompt_of, reply_of, responses_at
from tests.models.wire_server import Answer, WireServer, events, refused, response, responses

USAGE = {
    "input_tokens": 120,
    "input_tokens_details": {"cached_tokens": 100, "cache_write_tokens": 0},
    "output_tokens": 7,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 127,
}
REASONING = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "SECRET"}


def _text(text: str) -> dict[str, Any]:
    part = {"type": "output_text", "text": text, "annotations": []}
    return {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}


def _said(role: str, text: str) -> dict[str, Any]:
    """A message as it is sent: in full, since llama.cpp refuses the short form of an assistant's."""
    kind = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}


def _call(call_id: str, name: str, arguments: str) -> dict[str, Any]:
    fields = {"call_id": call_id, "name": name, "arguments": arguments}
    return {"type": "function_call", "id": f"fc_{call_id}", "status": "completed", **fields}


async def test_text_is_shown_as_it_comes_and_usage_is_priced() -> None:
    async with WireServer(responses([_text("Hello")], texts=("Hel", "lo"), usage=USAGE)) as server:
        *deltas, reply = await outputs(responses_at(server))
    assert deltas == [TextDelta("Hel"), TextDelta("lo")]
    assert isinstance(reply, Reply)
    assert (reply.message.text, reply.finish) == ("Hello", "stop")
    assert (reply.usage.input_tokens, reply.usage.cached_tokens, reply.usage.output_tokens) == (120, 100, 7)
    assert reply.usage.money == pytest.approx((20 + 100 * 0.1 + 70) / 1_000_000)


async def test_request_keeps_nothing_on_the_server_and_asks_for_encrypted_reasoning() -> None:
    async with WireServer(responses([_text("ok")])) as server:
        await reply_of(responses_at(server))
    (request,) = server.requests
    assert request.path == "/v1/responses"
    assert request.body["store"] is False
    assert request.body["include"] == ["reasoning.encrypted_content"]
    assert request.body["instructions"] == "Help."
    assert request.body["input"] == [_said("user", "Set B2 to 42")]
    assert [(tool["name"], tool["strict"]) for tool in request.body["tools"]] == [("read", False), ("edit", False)]


async def test_parallel_calls_keep_their_order_and_raw_arguments_under_unique_ids() -> None:
    output = [_call("a", "read", "{}"), _call("a", "edit", '{"edits": ')]
    async with WireServer(responses(output)) as server:
        reply = await reply_of(responses_at(server))
    assert reply.message.tool_calls == (ToolCall("a", "read", "{}"), ToolCall("a_2", "edit", '{"edits": '))
    assert reply.finish == "tool_calls"


async def test_reasoning_goes_back_in_its_place_without_ids() -> None:
    output = [REASONING, _call("a", "read", "{}"), REASONING, _text("Now I know.")]
    async with WireServer(responses(output), responses([_text("ok")])) as server:
        model = responses_at(server)
        message = (await reply_of(model)).message
        await reply_of(model, prompt_of(message, ToolMessage("a", "read", "A1: 1")))
    reasoning = {"type": "reasoning", "summary": [], "encrypted_content": "SECRET"}
    assert server.requests[1].body["input"] == [
        reasoning,
        {"type": "function_call", "call_id": "a", "name": "read", "arguments": "{}"},
        reasoning,
        _said("assistant", "Now I know."),
        {"type": "function_call_output", "call_id": "a", "output": "A1: 1"},
    ]


async def test_refusal_is_text_with_its_own_ending() -> None:
    refusal = _text("") | {"content": [{"type": "refusal", "refusal": "I won't."}]}
    async with WireServer(responses([refusal])) as server:
        reply = await reply_of(responses_at(server))
    assert (reply.message.text, reply.finish) == ("I won't.", "refusal")


@pytest.mark.parametrize(("reason", "finish"), [("max_output_tokens", "length"), ("content_filter", "refusal")])
async def test_an_incomplete_response_says_why(reason: str, finish: str) -> None:
    answer = responses([_text("half")], status="incomplete", incomplete_details={"reason": reason})
    async with WireServer(answer) as server:
        reply = await reply_of(responses_at(server))
    assert (reply.message.text, reply.finish) == ("half", finish)


async def test_missing_usage_is_estimated() -> None:
    async with WireServer(responses([_text("four tokens here")])) as server:
        assert (await reply_of(responses_at(server))).usage.is_estimated


async def _failure(*answers: Answer) -> ModelError:
    async with WireServer(*answers) as server:
        with pytest.raises(ModelError) as caught:
            await reply_of(responses_at(server))
    return caught.value


async def test_a_failed_response_is_transient_unless_it_is_the_requests_fault() -> None:
    def failed(code: str) -> Answer:
        return responses([], status="failed", error={"code": code, "message": "sorry"})

    assert (await _failure(failed("server_error"))).is_transient
    assert (await _failure(failed("rate_limit_exceeded"))).is_transient
    assert not (await _failure(failed("invalid_prompt"))).is_transient


async def test_an_error_event_is_transient_unless_it_is_the_requests_fault() -> None:
    def error(code: str) -> Answer:
        return Answer(events([{"type": "error", "code": code, "message": "sorry", "sequence_number": 0}], named=True))

    assert (await _failure(error("server_error"))).is_transient
    assert not (await _failure(error("invalid_request_error"))).is_transient


async def test_a_stream_cut_before_its_end_is_transient() -> None:
    whole = response([_text("Hello")], texts=("Hello",))
    error = await _failure(Answer(events(whole[:-1], named=True)))
    assert error.is_transient
    assert (await _failure(Answer(events(whole[:-1], named=True), is_cut=True))).is_transient


async def test_too_many_requests_keeps_the_wait() -> None:
    error = await _failure(refused(429, "slow down", headers={"retry-after": "3"}))
    assert (error.is_transient, error.retry_after) == (True, 3.0)


async def test_a_field_the_server_never_heard_of_is_left_out() -> None:
    ok = responses([_text("ok")])
    async with WireServer(refused(400, "unknown field `include`"), ok) as server:
        await reply_of(responses_at(server))
    assert "include" not in server.requests[1].body
    assert "store" in server.requests[1].body


def test_pictures_follow_the_results_when_the_model_can_see() -> None:
    messages = [AssistantMessage("", (ToolCall("a", "render", "{}"),)), ToolMessage("a", "render", "1", images=(b"x",))]
    _, items = response_items.to_wire(messages, Endpoint("m", ModelCard(sight=True)))
    assert [part["type"] for part in items[-1]["content"]] == ["input_text", "input_image"]
    _, items = response_items.to_wire(messages, Endpoint("m", ModelCard()))
    assert "cannot see" in items[-1]["output"]


def test_a_later_system_message_stays_in_its_place() -> None:
    messages = [SystemMessage("A"), SystemMessage("B"), UserMessage("C"), SystemMessage("D")]
    instructions, items = response_items.to_wire(messages, Endpoint("m", ModelCard()))
    assert instructions == "A\n\nB"
    assert items == [_said("user", "C"), _said("developer", "D")]
