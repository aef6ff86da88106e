"""A conversation in the words of chat completions."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from copilot_server.agent.messages import (
    AssistantMessage,
    Message,
    SystemMessage,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from copilot_server.models import replies
from copilot_server.models.hosted import Endpoint

Record: TypeAlias = dict[str, Any]
# What providers put beside text and calls and want back with them: DeepSeek's and Kimi's reasoning (without it they
# refuse the next request), OpenRouter's, and Gemini's signatures of calls.
KEPT_FIELDS = ("reasoning_content", "reasoning_details", "reasoning", "extra_content")
_NOT_IN_NAMES = re.compile(r"[^\w-]")


def to_wire(messages: Sequence[Message], endpoint: Endpoint, *, keeps: bool) -> list[Record]:
    """In order; `keeps` says whether what the provider sent beside its text goes back with it.

    Many chat templates take one system message, first, and no two users in a row: those are joined.
    """
    records: list[Record] = []
    results: list[ToolMessage] = []
    for message in messages:
        if not isinstance(message, ToolMessage):
            records += _pictures(results, endpoint)
            results = []
        match message:
            case SystemMessage(text=text):
                is_first = all(record["role"] == "system" for record in records)
                _join(records, "system" if is_first else "user", text)
            case UserMessage():
                _join(records, "user", replies.user_text(message))
            case AssistantMessage():
                records += _assistant(message, endpoint, keeps=keeps)
            case ToolMessage():
                results.append(message)
                text = replies.result_text(message, sight=endpoint.card.sight)
                records.append({"role": "tool", "tool_call_id": message.call_id, "content": text})
    return records + _pictures(results, endpoint)


def picture_url(image: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(image).decode('ascii')}"


def allowed_name(name: str) -> str:
    """Mended to what servers allow: a model may have called a tool that never was."""
    return _NOT_IN_NAMES.sub("_", name) or "unknown"


def _join(records: list[Record], role: str, text: str) -> None:
    if records and records[-1]["role"] == role and isinstance(records[-1]["content"], str):
        records[-1]["content"] += f"\n\n{text}"
    else:
        records.append({"role": role, "content": text})


def _assistant(message: AssistantMessage, endpoint: Endpoint, *, keeps: bool) -> Iterable[Record]:
    if not message.text and not message.tool_calls:
        return
    kept = replies.unseal(endpoint.model, message) if keeps and message.tool_calls else {}
    record: Record = {"role": "assistant", "content": message.text or None, **kept.get("message", {})}
    if message.tool_calls:
        extras = kept.get("calls", {})
        record["tool_calls"] = [_call(call) | extras.get(call.id, {}) for call in message.tool_calls]
    yield record


def _call(call: ToolCall) -> Record:
    function = {"name": allowed_name(call.name), "arguments": replies.valid_arguments(call)}
    return {"id": call.id, "type": "function", "function": function}


def _pictures(results: Sequence[ToolMessage], endpoint: Endpoint) -> list[Record]:
    """Results are text only, so their pictures follow as if the user showed them."""
    images = [image for result in results for image in result.images]
    if not images or not endpoint.card.sight:
        return []
    parts: list[Record] = [{"type": "text", "text": replies.shown_images(results)}]
    parts += [{"type": "image_url", "image_url": {"url": picture_url(image)}} for image in images]
    return [{"role": "user", "content": parts}]
