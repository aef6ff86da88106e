"""A provider's failures as the caller learns of them: whether to try again, when, and what to mend."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from httpx2 import Headers

from copilot_server.errors import ModelError
from copilot_server.models import faults
from tests.models.prompts import KEY, chat_at, prompt_of, reply_of, responses_at
from tests.models.wire_server import Answer, WireServer, call, chat, chunk, events, refused


async def _failure(*answers: Answer, silence: float = 5.0) -> ModelError:
    async with WireServer(*answers) as server:
        with pytest.raises(ModelError) as caught:
            await reply_of(chat_at(server, silence=silence))
    assert len(server.requests) == len(answers), "the adapter makes no second try of its own"
    assert KEY not in str(caught.value)
    return caught.value


async def test_too_many_requests_is_transient_and_keeps_the_wait() -> None:
    error = await _failure(refused(429, "slow down", headers={"retry-after": "12"}))
    assert (error.is_transient, error.retry_after) == (True, 12.0)
    assert "slow down" in str(error)


async def test_exhausted_credit_is_not_worth_trying_again() -> None:
    error = await _failure(refused(429, "You exceeded your quota", code="insufficient_quota"))
    assert not error.is_transient
    assert "no credit" in str(error)


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 529])
async def test_a_server_in_trouble_is_transient(status: int) -> None:
    error = await _failure(refused(status, "oops"))
    assert error.is_transient
    assert str(status) in str(error)


@pytest.mark.parametrize(
    ("status", "mend"),
    [
        (400, "declare the model"),
        (401, "OPENAI_API_KEY"),
        (403, "OPENAI_API_KEY"),
        (404, "COPILOT_MODEL and OPENAI_BASE_URL"),
        (413, "too large"),
        (422, "declare the model"),
    ],
)
async def test_a_refused_request_is_final_and_names_what_to_mend(status: int, mend: str) -> None:
    error = await _failure(refused(status, f"no, {KEY}!"))
    assert not error.is_transient
    assert mend in str(error)


async def test_an_overlong_conversation_names_the_setting_to_lower() -> None:
    error = await _failure(refused(400, "maximum context length is 4096 tokens", code="context_length_exceeded"))
    assert not error.is_transient
    assert "COPILOT_CONTEXT_TOKENS" in str(error)


async def test_a_model_that_takes_tools_elsewhere_names_the_setting_for_it() -> None:
    said = "Function tools with reasoning_effort are not supported for m in /v1/chat/completions, use /v1/responses"
    assert "COPILOT_WIRE=responses" in str(await _failure(refused(400, said, param="reasoning_effort")))


async def test_stream_without_an_ending_is_transient() -> None:
    error = await _failure(chat({"content": "half a sen"}, finish=None, usage=None))
    assert error.is_transient
    assert "cut off" in str(error)


async def test_connection_lost_half_way_is_transient() -> None:
    error = await _failure(chat({"content": "half"}, call(0, "a", "edit", "{"), finish=None, usage=None, is_cut=True))
    assert error.is_transient


async def test_error_inside_the_stream_is_transient_unless_it_is_the_requests_fault() -> None:
    def broken(**error: object) -> Answer:
        return Answer(events([chunk({"content": "a"}), {"error": error}]))

    assert (await _failure(broken(message="overloaded", code="server_error"))).is_transient
    assert not (await _failure(broken(message="bad tool", code="invalid_request_error"))).is_transient


async def test_what_is_not_json_in_the_stream_is_transient() -> None:
    assert (await _failure(Answer(b"data: {oops\n\n"))).is_transient


@pytest.mark.parametrize(
    "odd", ["5", "null", "[1]", '{"choices": [null]}', '{"choices": [{"delta": {"tool_calls": [7]}}]}']
)
async def test_what_is_no_chunk_is_the_providers_fault_not_ours(odd: str) -> None:
    error = await _failure(Answer(events([odd, chunk(finish="stop"), "[DONE]"])))
    assert error.is_transient
    assert "its API does not know" in str(error)


async def test_a_page_instead_of_a_stream_points_to_the_address() -> None:
    error = await _failure(Answer(b"<html>hello</html>", headers={"content-type": "text/html"}))
    assert not error.is_transient
    assert "OPENAI_BASE_URL" in str(error)


async def test_a_server_that_never_answers_is_given_up_as_transient() -> None:
    error = await _failure(Answer(is_silent=True), silence=0.05)
    assert error.is_transient
    assert "did not answer in time" in str(error)


async def test_nobody_listening_is_transient_and_names_the_address() -> None:
    async with WireServer() as server:
        model = chat_at(server)
    with pytest.raises(ModelError, match=r"127\.0\.0\.1") as caught:
        await reply_of(model)
    assert caught.value.is_transient


@pytest.mark.parametrize("make", [chat_at, responses_at])
async def test_cancelling_hangs_up(make: type) -> None:
    answer = Answer(events([chunk({"content": "so it be"})]), is_silent=True)
    async with WireServer(answer) as server:
        listening = asyncio.create_task(reply_of(make(server)))
        while not server.requests:
            await asyncio.sleep(0)
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening
        await asyncio.wait_for(server.was_hung_up.wait(), 5)


async def test_a_listener_who_leaves_half_way_hangs_up() -> None:
    answer = Answer(events([chunk({"content": "first words"})]), is_silent=True)
    async with WireServer(answer) as server:
        stream = chat_at(server).stream(prompt_of())
        await anext(stream)
        await stream.aclose()
        await asyncio.wait_for(server.was_hung_up.wait(), 5)


@pytest.mark.parametrize("field", ["stream_options", "max_completion_tokens"])
async def test_a_field_the_server_refuses_is_left_out_from_then_on(field: str) -> None:
    ok = chat({"content": "ok"}, usage=None)
    async with WireServer(refused(422, f"Extra inputs are not permitted: {field}"), ok, ok) as server:
        model = chat_at(server)
        prompt = prompt_of(max_output_tokens=50)
        assert (await reply_of(model, prompt)).message.text == "ok"
        assert (await reply_of(model, prompt)).message.text == "ok"
    first, second, third = (request.body for request in server.requests)
    assert field in first
    assert field not in second
    assert second == third
    assert {"max_completion_tokens", "max_tokens"} & set(second)


def test_retry_after_is_read_as_milliseconds_seconds_or_date() -> None:
    now = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
    assert faults.retry_after(Headers({"retry-after-ms": "1500", "retry-after": "9"}), now) == 1.5
    assert faults.retry_after(Headers({"retry-after": "2.5"}), now) == 2.5
    assert faults.retry_after(Headers({"retry-after": "Sun, 22 Nov 2026 12:00:30 GMT"}), now) == 30.0
    assert faults.retry_after(Headers({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}), now) == 0.0
    assert faults.retry_after(Headers({"retry-after": "soon"}), now) is None
    assert faults.retry_after(Headers({"retry-after": "inf"}), now) is None
    assert faults.retry_after(Headers({}), now) is None
