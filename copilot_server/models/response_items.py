"""A conversation in the words of responses: a list of items in which reasoning, text and calls stand side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from openai.types import responses as wire

from copilot_server.agent.messages import (
    AssistantMessage,
    Message,
    SystemMessage,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from copilot_server.models import chat_messages, replies
from copilot_server.models.hosted import Endpoint

Item: TypeAlias = dict[str, Any]
_TEXT = ""  # stands for the text in a sealed order, where calls stand by their ids


@dataclass(frozen=True, slots=True)
class Said:
    """What the output items say."""

    text: str
    calls: tuple[ToolCall, ...]
    is_refusal: bool


def read(items: Iterable[wire.ResponseOutputItem]) -> Said:
    """Text of all messages joined; a refusal is text too."""
    texts: list[str] = []
    calls: list[ToolCall] = []
    is_refusal = False
    for item in items:
        match item:
            case wire.ResponseFunctionToolCall(call_id=call_id, name=name, arguments=arguments):
                calls.append(ToolCall(call_id or "", name or "", arguments or ""))
            case wire.ResponseOutputMessage(content=content):
                for part in content or ():
                    is_refusal = is_refusal or isinstance(part, wire.ResponseOutputRefusal)
                    texts.append(part.refusal if isinstance(part, wire.ResponseOutputRefusal) else part.text)
            case _:
                pass
    return Said("".join(texts), tuple(calls), is_refusal)


def seal(model: str, items: Iterable[wire.ResponseOutputItem], calls: Sequence[ToolCall]) -> str:
    """Encrypted reasoning with its place among text and calls, which the provider wants back in the same order."""
    ids = iter(calls)
    order: list[Any] = []
    for item in items:
        match item:
            case wire.ResponseReasoningItem(encrypted_content=str()):
                order.append(item.to_dict(exclude_unset=True))
            case wire.ResponseFunctionToolCall():
                order.append(next(ids).id)
            case wire.ResponseOutputMessage():
                order.append(_TEXT)
            case _:
                pass
    has_reasoning = any(isinstance(each, dict) for each in order)
    return replies.seal(model, {"order": order if has_reasoning else []})


def to_wire(messages: Sequence[Message], endpoint: Endpoint) -> tuple[str, list[Item]]:
    """The instructions, which are the system messages at the head, and the items in order."""
    head: list[str] = []
    items: list[Item] = []
    results: list[ToolMessage] = []
    for message in messages:
        if not isinstance(message, ToolMessage):
            items += _pictures(results, endpoint)
            results = []
        match message:
            case SystemMessage(text=text) if not items:
                head.append(text)
            case SystemMessage(text=text):
                items.append(_message("developer", text))
            case UserMessage():
                items.append(_message("user", replies.user_text(message)))
            case AssistantMessage():
                items += _assistant(message, replies.unseal(endpoint.model, message))
            case ToolMessage(call_id=call_id):
                results.append(message)
                text = replies.result_text(message, sight=endpoint.card.sight)
                items.append({"type": "function_call_output", "call_id": call_id, "output": text})
    return "\n\n".join(head), items + _pictures(results, endpoint)


def _assistant(message: AssistantMessage, kept: Mapping[str, Any]) -> list[Item]:
    """Text then calls, or in the order kept with the reasoning between them.

    Items go without ids: the server stores none, and looks up those it is given.
    """
    waiting: dict[str, Item] = {_TEXT: _message("assistant", message.text)} if message.text else {}
    waiting |= {call.id: _call(call) for call in message.tool_calls}
    items: list[Item] = []
    for each in kept.get("order", ()):
        if isinstance(each, str):
            items += [waiting.pop(each)] if each in waiting else []
        else:
            items.append({name: value for name, value in each.items() if name not in {"id", "status"}})
    return [*items, *waiting.values()]


def _message(role: str, text: str) -> Item:
    """In full: OpenAI takes shorter forms, which other servers do not know."""
    kind = "output_text" if role == "assistant" else "input_text"
    return {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}


def _call(call: ToolCall) -> Item:
    return {
        "type": "function_call",
        "call_id": call.id,
        "name": chat_messages.allowed_name(call.name),
        "arguments": replies.valid_arguments(call),
    }


def _pictures(results: Sequence[ToolMessage], endpoint: Endpoint) -> list[Item]:
    images = [image for result in results for image in result.images]
    if not images or not endpoint.card.sight:
        return []
    parts: list[Item] = [{"type": "input_text", "text": replies.shown_images(results)}]
    parts += [{"type": "input_image", "image_url": chat_messages.picture_url(image)} for image in images]
    return [{"type": "message", "role": "user", "content": parts}]
