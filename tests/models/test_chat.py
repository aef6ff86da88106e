"""Chat completions as they come over the wire, whole ones."""

from __future__ import annotations

import pytest

from copilot_server.agent.messages import Reply, TextDelta, ToolCall
from tests.models.prompts import KEY, chat_at, outputs, prompt_of, reply_of
from tests.models.wire_server import WireServer, call, chat


async def test_text_is_shown_as_it_comes_and_ends_with_one_reply() -> None:
    async with WireServer(chat({"role": "assistant", "content": ""}, {"content": "Hel"}, {"content": "lo"})) as server:
        *deltas, reply = await outputs(chat_at(server))
    assert deltas == [TextDelta("Hel"), TextDelta("lo")]
    assert isinstance(reply, Reply)
    assert (reply.message.text, reply.message.tool_calls, reply.finish) == ("Hello", (), "stop")


async def test_usage_is_counted_and_priced_with_cached_tokens_apart() -> None:
    async with WireServer(chat({"content": "ok"})) as server:
        usage = (await reply_of(chat_at(server))).usage
    assert (usage.input_tokens, usage.output_tokens, usage.cached_tokens) == (120, 7, 100)
    assert usage.money == pytest.approx((20 * 1 + 100 * 0.1 + 7 * 10) / 1_000_000)
    assert not usage.is_estimated


async def test_missing_usage_is_estimated_and_says_so() -> None:
    async with WireServer(chat({"content": "four tokens here"}, usage=None)) as server:
        usage = (await reply_of(chat_at(server))).usage
    assert usage.is_estimated
    assert usage.output_tokens == 4
    assert usage.input_tokens > 10
    assert usage.money > 0


async def test_request_carries_model_key_tools_and_asks_for_usage() -> None:
    async with WireServer(chat({"content": "ok"})) as server:
        await reply_of(chat_at(server))
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body["model"] == "m"
    assert request.body["stream_options"] == {"include_usage": True}
    assert [tool["function"]["name"] for tool in request.body["tools"]] == ["read", "edit"]


@pytest.mark.parametrize("width", [1, 2, 3, 7])
async def test_arguments_cut_at_odd_places_are_put_together(width: int) -> None:
    whole = '{"edits": [{"text": "Grüße \\u2019 \\"x\\"", "n": -1.5e3}]}'
    pieces = [whole[at : at + width] for at in range(0, len(whole), width)]
    deltas = [call(0, "a", "edit", ""), *(call(0, arguments=piece) for piece in pieces)]
    async with WireServer(chat(*deltas, finish="tool_calls")) as server:
        reply = await reply_of(chat_at(server))
    assert reply.message.tool_calls == (ToolCall("a", "edit", whole),)
    assert reply.finish == "tool_calls"


async def test_parallel_calls_with_mixed_pieces_are_kept_apart_by_index() -> None:
    deltas = [
        call(0, "a", "read", '{"sh'),
        call(1, "b", "edit", "{"),
        call(0, arguments='eet": "X"}'),
        call(1, arguments="}"),
    ]
    async with WireServer(chat(*deltas, finish="tool_calls")) as server:
        reply = await reply_of(chat_at(server))
    assert reply.message.tool_calls == (ToolCall("a", "read", '{"sheet": "X"}'), ToolCall("b", "edit", "{}"))


async def test_parallel_calls_under_one_index_are_told_apart_by_id() -> None:
    deltas = [call(0, "a", "read", "{}"), call(0, "b", "edit", "{}")]
    async with WireServer(chat(*deltas)) as server:
        reply = await reply_of(chat_at(server))
    assert [each.id for each in reply.message.tool_calls] == ["a", "b"]
    assert reply.finish == "tool_calls"


async def test_pieces_without_an_index_belong_to_one_call() -> None:
    deltas = [call(None, "a", "edit", "{"), call(None, "a", "edit", "}")]
    async with WireServer(chat(*deltas)) as server:
        reply = await reply_of(chat_at(server))
    assert reply.message.tool_calls == (ToolCall("a", "edit", "{}"),)


async def test_duplicate_and_missing_call_ids_are_made_unique() -> None:
    deltas = [call(0, "a", "read", "{}"), call(1, "a", "edit", "{}"), call(2, None, "read", "{}"), call(3, "", "read")]
    async with WireServer(chat(*deltas), chat(call(0, "a", "read", "{}"))) as server:
        model = chat_at(server)
        first = (await reply_of(model)).message
        second = (await reply_of(model, prompt_of(first))).message
    assert [each.id for each in first.tool_calls] == ["a", "a_2", "call_1", "call_2"]
    assert [each.id for each in second.tool_calls] == ["a_3"]


async def test_malformed_arguments_and_unknown_tools_are_passed_on_as_they_came() -> None:
    async with WireServer(chat(call(0, "a", "make_coffee", '{"cups": '))) as server:
        reply = await reply_of(chat_at(server))
    assert reply.message.tool_calls == (ToolCall("a", "make_coffee", '{"cups": '),)


async def test_call_without_arguments_has_an_empty_object() -> None:
    async with WireServer(chat(call(0, "a", "read"))) as server:
        reply = await reply_of(chat_at(server))
    assert reply.message.tool_calls[0].arguments == "{}"


async def test_refusal_is_text_with_its_own_ending() -> None:
    async with WireServer(chat({"refusal": "I can't "}, {"refusal": "do that."})) as server:
        reply = await reply_of(chat_at(server))
    assert (reply.message.text, reply.finish) == ("I can't do that.", "refusal")


async def test_filtered_answer_says_so() -> None:
    async with WireServer(chat(finish="content_filter")) as server:
        reply = await reply_of(chat_at(server))
    assert reply.finish == "refusal"
    assert "content filter" in reply.message.text


async def test_length_is_told_even_with_a_call_cut_short() -> None:
    async with WireServer(chat(call(0, "a", "edit", '{"edits": [{"te'), finish="length")) as server:
        reply = await reply_of(chat_at(server))
    assert reply.finish == "length"
    assert reply.message.tool_calls[0].arguments == '{"edits": [{"te'


async def test_empty_reply_comes_back_empty_with_its_cost() -> None:
    async with WireServer(chat({"role": "assistant", "content": ""})) as server:
        reply = await reply_of(chat_at(server))
    assert (reply.message.text, reply.message.tool_calls, reply.finish) == ("", (), "stop")
    assert reply.usage.input_tokens == 120


async def test_what_the_provider_sent_beside_text_and_calls_goes_back_with_them() -> None:
    signed = call(0, "a", "read", "{}")
    signed["tool_calls"][0]["extra_content"] = {"google": {"thought_signature": "S"}}
    deltas = [{"reasoning_content": "Let me "}, {"reasoning_content": "look."}, signed]
    async with WireServer(chat(*deltas), chat({"content": "ok"})) as server:
        model = chat_at(server)
        message = (await reply_of(model)).message
        await reply_of(model, prompt_of(message))
    (sent,) = server.requests[1].body["messages"]
    assert sent["reasoning_content"] == "Let me look."
    assert sent["tool_calls"][0]["extra_content"] == {"google": {"thought_signature": "S"}}


async def test_one_models_reasoning_is_not_sent_to_another() -> None:
    async with WireServer(chat({"reasoning_content": "Hm."}, call(0, "a", "read", "{}")), chat()) as server:
        message = (await reply_of(chat_at(server))).message
        await reply_of(chat_at(server, name="another"), prompt_of(message))
    assert "reasoning_content" not in server.requests[1].body["messages"][0]
