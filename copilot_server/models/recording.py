"""How replies stand in files: the JSON of recordings and scripts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from copilot_server.agent.messages import AssistantMessage, Reply, ToolCall, Usage


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


def reply_from(row: Mapping[str, Any]) -> Reply:
    """The inverse; ids, usage and ending may be left out in files written by hand."""
    calls = tuple(_call(call, number) for number, call in enumerate(row.get("tool_calls") or (), start=1))
    used = row.get("usage", {})
    usage = Usage(used.get("input", 0), used.get("output", 0), used.get("cached", 0))
    message = AssistantMessage(row.get("content") or "", calls)
    return Reply(message, usage, row.get("finish") or ("tool_calls" if calls else "stop"))


def _call(call: Mapping[str, Any], number: int) -> ToolCall:
    arguments = call.get("arguments", {})
    text = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    return ToolCall(call.get("id") or f"call_{number}", call["name"], text)


def _readable(arguments: str) -> Any:
    """Only what comes back the same: a JSON text of a string would come back as the string itself."""
    try:
        value = json.loads(arguments)
    except json.JSONDecodeError:
        return arguments
    return value if isinstance(value, dict) else arguments
