"""Conversations kept inside a window: what is folded first, and that call pairs stay whole."""

from __future__ import annotations

from copilot_server.agent import history
from copilot_server.agent.messages import AssistantMessage, Message, SystemMessage, ToolCall, ToolMessage, UserMessage


def turns(count: int, size: int = 4000) -> list[Message]:
    messages: list[Message] = [SystemMessage("be good")]
    for number in range(count):
        messages += [
            UserMessage(f"do {number}", "outline " * (size // 80)),
            AssistantMessage("", (ToolCall(f"c{number}", "read", "{}"),)),
            ToolMessage(f"c{number}", "read", "x" * size),
            AssistantMessage(f"did {number}"),
        ]
    return messages


def test_what_fits_is_left_as_it_is() -> None:
    messages = turns(2)

    assert history.fit(messages, 100_000) == tuple(messages)


def test_older_tool_results_are_folded_first_and_the_latest_kept_whole() -> None:
    fitted = history.fit(turns(4), 2600)
    results = [message.text for message in fitted if isinstance(message, ToolMessage)]

    assert "folded, 4000 characters" in results[0]
    assert results[-1] == "x" * 4000
    assert history.tokens_of(fitted) <= 2600


def test_the_oldest_turns_go_when_folding_is_not_enough() -> None:
    fitted = history.fit(turns(40), 2000)

    assert isinstance(fitted[0], SystemMessage)
    assert isinstance(fitted[1], UserMessage)
    assert fitted[-1] == AssistantMessage("did 39")


def test_every_tool_result_keeps_its_call() -> None:
    for budget in (500, 1500, 3000, 6000):
        fitted = history.fit(turns(12), budget)
        called = {call.id for message in fitted if isinstance(message, AssistantMessage) for call in message.tool_calls}
        answered = {message.call_id for message in fitted if isinstance(message, ToolMessage)}
        assert called == answered


def test_a_conversation_is_kept_as_json_and_comes_back_equal() -> None:
    messages = turns(2)

    assert history.load(history.dump(messages)) == tuple(messages)


def test_a_later_turn_does_not_carry_old_outlines() -> None:
    assert not any(message.context for message in history.past(turns(3)) if isinstance(message, UserMessage))
