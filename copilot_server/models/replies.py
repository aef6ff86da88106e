"""What the collectors of both APIs share: call ids, arguments and usage made whole, and what returns with a message."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from copilot_server.agent.messages import (
    AssistantMessage,
    Message,
    Prompt,
    SystemMessage,
    ToolCall,
    ToolMessage,
    Usage,
    UserMessage,
)
from copilot_server.models import dialect
from copilot_server.models.registry import ModelCard

_CHARACTERS_A_TOKEN = 4


def whole_calls(calls: Iterable[ToolCall], prompt: Prompt, card: ModelCard) -> tuple[ToolCall, ...]:
    """Each call under an id of its own in the whole conversation, since results are matched by it."""
    taken = {
        call.id for message in prompt.messages if isinstance(message, AssistantMessage) for call in message.tool_calls
    }
    whole: list[ToolCall] = []
    for call in calls:
        own = _free_id(call.id, taken)
        taken.add(own)
        whole.append(replace(call, id=own, arguments=_arguments(call, prompt, card)))
    return tuple(whole)


def counted(card: ModelCard, *, prompt: int, output: int, cached: int, written: int) -> Usage:
    """As the provider counts: `prompt` holds the cached and the newly written tokens too."""
    fresh = max(0, prompt - cached - written)
    return Usage(prompt, output, cached, card.money(fresh, output, cached, written))


def estimated(card: ModelCard, prompt: Prompt, reply: AssistantMessage) -> Usage:
    """For servers that do not count, so that limits hold there too."""
    schemas = sum(len(json.dumps(tool.parameters)) + len(tool.description) for tool in prompt.tools)
    asked = (schemas + sum(_size(message) for message in prompt.messages)) // _CHARACTERS_A_TOKEN
    answered = _size(reply) // _CHARACTERS_A_TOKEN
    return Usage(asked, answered, money=card.money(asked, answered), is_estimated=True)


def seal(model: str, kept: Mapping[str, Any]) -> str:
    """What a provider wants back with its message, for this model's adapter only; "" when there is nothing."""
    return json.dumps({"model": model, "kept": kept}, ensure_ascii=False) if any(kept.values()) else ""


def unseal(model: str, message: AssistantMessage) -> Mapping[str, Any]:
    """What was sealed by the same model; nothing when another one wrote the message."""
    sealed = json.loads(message.opaque or "{}")
    return sealed["kept"] if sealed.get("model") == model else {}


def shown_images(run: Sequence[ToolMessage]) -> str:
    """The line that goes before the pictures of these results."""
    return "Pictures from " + ", ".join(dict.fromkeys(message.name for message in run if message.images)) + ":"


def result_text(message: ToolMessage, *, sight: bool) -> str:
    """A result in words, which say so when there are pictures the model cannot see."""
    if not message.images or sight:
        return message.text
    return f"{message.text}\n({len(message.images)} picture(s) left out: this model cannot see.)".strip()


def user_text(message: UserMessage) -> str:
    return f"{message.context}\n\n{message.text}" if message.context else message.text


def valid_arguments(call: ToolCall) -> str:
    """The arguments as JSON for the way back: many servers parse them and fail on what a model got wrong."""
    try:
        json.loads(call.arguments)
    except json.JSONDecodeError:
        return json.dumps({"malformed": call.arguments}, ensure_ascii=False)
    return call.arguments


def _free_id(wanted: str, taken: set[str]) -> str:
    if wanted and wanted not in taken:
        return wanted
    numbered = (f"{wanted or 'call'}_{number}" for number in count(2 if wanted else 1))
    return next(each for each in numbered if each not in taken)


def _arguments(call: ToolCall, prompt: Prompt, card: ModelCard) -> str:
    spec = next((tool for tool in prompt.tools if tool.name == call.name), None)
    if spec and dialect.tool_schema(spec, wants_strict=card.strict)[1]:
        return dialect.without_nulls(call.arguments, spec.parameters)
    return call.arguments or "{}"


def _size(message: Message) -> int:
    match message:
        case SystemMessage(text=text) | ToolMessage(text=text):
            return len(text)
        case UserMessage(text=text, context=context):
            return len(text) + len(context)
        case AssistantMessage(text=text, tool_calls=calls):
            return len(text) + sum(len(call.name) + len(call.arguments) for call in calls)
