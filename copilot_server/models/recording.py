"""How conversations with models stand in files: replies, and the shape of the prompts they answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from copilot_server.agent.messages import (
    AssistantMessage,
    Message,
    Prompt,
    Reply,
    SystemMessage,
    ToolCall,
    ToolMessage,
    Usage,
    UserMessage,
)


def turn_of(prompt: Prompt) -> int:
    """How many replies the conversation holds already: the place of the next one, from 0."""
    return sum(isinstance(message, AssistantMessage) for message in prompt.messages)


def shape_of(message: Message) -> str:
    """What of a prompt's last message must be the same for a recorded reply to make sense; never its wording."""
    match message:
        case SystemMessage():
            return "system"
        case UserMessage():
            return "user"
        case AssistantMessage():
            return "assistant"
        case ToolMessage(name=name, is_error=is_error):
            return f"{name} {'failed' if is_error else 'answered'}"


def row_of(reply: Reply) -> dict[str, Any]:
    """Arguments stand as JSON where they are valid, to be read by people, else as the text they came in."""
    message = reply.message
    row: dict[str, Any] = {"content": message.text}
    if message.tool_calls:
        row["tool_calls"] = [
            {"id": call.id, "name": call.name, "arguments": _readable(call.arguments)} for call in message.tool_calls
        ]
    usage = reply.usage
    if usage.tokens:
        row["usage"] = {"input": usage.input_tokens, "output": usage.output_tokens, "cached": usage.cached_tokens}
    return row | {"finish": reply.finish}


def reply_from(row: Mapping[str, Any], number: int) -> Reply:
    """The inverse; ids, usage and ending may be left out in files written by hand. `number` makes ids unique."""
    calls = tuple(_call(call, f"call_{number}_{each}") for each, call in enumerate(row.get("tool_calls") or (), 1))
    used = row.get("usage", {})
    usage = Usage(used.get("input", 0), used.get("output", 0), used.get("cached", 0))
    message = AssistantMessage(row.get("content") or "", calls)
    return Reply(message, usage, row.get("finish") or ("tool_calls" if calls else "stop"))


def _call(call: Mapping[str, Any], default_id: str) -> ToolCall:
    arguments = call.get("arguments", {})
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return ToolCall(call.get("id") or default_id, call["name"], text)


def _readable(arguments: str) -> Any:
    """Only what comes back the same: a JSON text of a string would come back as the string itself."""
    try:
        value = json.loads(arguments)
    except json.JSONDecodeError:
        return arguments
    return value if isinstance(value, dict) else arguments
