"""Conversations as chat completions takes them."""

from __future__ import annotations

from typing import Any

from copilot_server.agent.messages import (
    AssistantMessage,
    Message,
    SystemMessage,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from copilot_server.models import chat_messages
from copilot_server.models.hosted import Endpoint
from copilot_server.models.registry import ModelCard

SIGHTED = Endpoint("m", ModelCard(sight=True))
BLIND = Endpoint("m", ModelCard())
READ = ToolCall("a", "read", "{}")
FIND = ToolCall("b", "find", "{}")


def _wire(*messages: Message, endpoint: Endpoint = BLIND) -> list[dict[str, Any]]:
    return chat_messages.to_wire(messages, endpoint, keeps=True)


def test_context_comes_before_what_the_user_says() -> None:
    assert _wire(UserMessage("Add totals", "<document/>")) == [{"role": "user", "content": "<document/>\n\nAdd totals"}]


def test_system_messages_are_one_and_first_and_later_ones_are_the_users() -> None:
    records = _wire(SystemMessage("A"), SystemMessage("B"), UserMessage("C"), SystemMessage("D"))
    assert records == [{"role": "system", "content": "A\n\nB"}, {"role": "user", "content": "C\n\nD"}]


def test_users_in_a_row_are_joined() -> None:
    assert _wire(UserMessage("A"), UserMessage("B")) == [{"role": "user", "content": "A\n\nB"}]


def test_calls_without_text_have_null_content_and_results_follow_in_order() -> None:
    records = _wire(
        AssistantMessage("", (READ, FIND)), ToolMessage("a", "read", "one"), ToolMessage("b", "find", "two")
    )
    assert records[0]["content"] is None
    assert [call["id"] for call in records[0]["tool_calls"]] == ["a", "b"]
    assert records[1:] == [
        {"role": "tool", "tool_call_id": "a", "content": "one"},
        {"role": "tool", "tool_call_id": "b", "content": "two"},
    ]


def test_an_assistant_who_said_nothing_is_left_out() -> None:
    assert _wire(UserMessage("A"), AssistantMessage("")) == [{"role": "user", "content": "A"}]


def test_malformed_arguments_and_names_go_back_as_servers_can_parse_them() -> None:
    (record,) = _wire(AssistantMessage("", (ToolCall("a", "functions.edit!", '{"edits": ['),)))
    function = record["tool_calls"][0]["function"]
    assert function == {"name": "functions_edit_", "arguments": '{"malformed": "{\\"edits\\": ["}'}


def test_pictures_follow_the_results_when_the_model_can_see() -> None:
    records = _wire(
        AssistantMessage("", (READ, FIND)),
        ToolMessage("a", "read", "page 1", images=(b"\x89PNG",)),
        ToolMessage("b", "find", "none"),
        endpoint=SIGHTED,
    )
    assert [record["role"] for record in records] == ["assistant", "tool", "tool", "user"]
    text, picture = records[3]["content"]
    assert text == {"type": "text", "text": "Pictures from read:"}
    assert picture == {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}}


def test_a_model_without_sight_is_told_of_the_pictures_it_misses() -> None:
    records = _wire(AssistantMessage("", (READ,)), ToolMessage("a", "read", "page 1", images=(b"\x89PNG",)))
    assert records[-1]["role"] == "tool"
    assert records[-1]["content"] == "page 1\n(1 picture(s) left out: this model cannot see.)"


def test_reasoning_goes_back_only_with_calls_and_only_where_it_is_kept() -> None:
    opaque = '{"model": "m", "kept": {"message": {"reasoning_content": ""}, "calls": {}}}'
    calling, closing = AssistantMessage("", (READ,), opaque), AssistantMessage("Done.", (), opaque)
    assert _wire(calling)[0]["reasoning_content"] == ""
    assert "reasoning_content" not in _wire(closing)[0]
    assert "reasoning_content" not in chat_messages.to_wire([calling], BLIND, keeps=False)[0]
