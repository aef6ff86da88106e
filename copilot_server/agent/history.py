"""A conversation kept inside the model's window: older tool results are folded away first, then older turns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from copilot_server.agent.flat import flat
from copilot_server.agent.messages import (
    AssistantMessage,
    Message,
    SystemMessage,
    ToolCall,
    ToolMessage,
    UserMessage,
)

_KEPT_WHOLE = 4  # the latest messages are never folded: the model is working with them
_FOLDED_CHARACTERS = 400
_PICTURE_TOKENS = 1_200


def tokens_of(messages: Iterable[Message]) -> int:
    """Estimated at four characters a token, and what a picture of a page costs at most makers."""
    return sum(len(_text_of(message)) // 4 + _PICTURE_TOKENS * _pictures_of(message) for message in messages)


def fit(messages: Sequence[Message], budget: int) -> tuple[Message, ...]:
    """The same conversation within `budget` tokens as far as folding goes; order and call pairs stay whole."""
    kept = list(messages)
    for fold in (_fold_result, _fold_context, _fold_arguments):
        for index in range(max(0, len(kept) - _KEPT_WHOLE)):
            if tokens_of(kept) <= budget:
                return tuple(kept)
            kept[index] = fold(kept[index])
    return _without_oldest_turns(kept, budget)


def past(messages: Sequence[Message]) -> tuple[Message, ...]:
    """What a later turn needs of this one: the context is read anew each turn, so it is left out."""
    return tuple(
        replace(message, context="") if isinstance(message, UserMessage) else message
        for message in messages
        if not isinstance(message, SystemMessage)
    )


def _pictures_of(message: Message) -> int:
    return len(message.images) if isinstance(message, ToolMessage) else 0


def _text_of(message: Message) -> str:
    match message:
        case SystemMessage(text=text) | ToolMessage(text=text):
            return text
        case UserMessage(text=text, context=context):
            return context + text
        case AssistantMessage(text=text, tool_calls=calls):
            return text + "".join(call.name + call.arguments for call in calls)


def _fold_result(message: Message) -> Message:
    if not isinstance(message, ToolMessage) or (len(message.text) <= _FOLDED_CHARACTERS and not message.images):
        return message
    head = message.text[: _FOLDED_CHARACTERS // 2]
    return replace(message, text=f"{head}\n[… folded, {len(message.text)} characters; call again to see]", images=())


def _fold_context(message: Message) -> Message:
    if isinstance(message, UserMessage) and message.context:
        return replace(message, context="[outline folded away; read it again where needed]")
    return message


def _fold_arguments(message: Message) -> Message:
    if not isinstance(message, AssistantMessage):
        return message
    return replace(message, tool_calls=tuple(_folded_call(call) for call in message.tool_calls))


def _folded_call(call: ToolCall) -> ToolCall:
    if len(call.arguments) <= _FOLDED_CHARACTERS:
        return call
    return replace(call, arguments=json.dumps({"folded": f"{len(call.arguments)} characters of arguments"}))


def _without_oldest_turns(messages: list[Message], budget: int) -> tuple[Message, ...]:
    """Drop whole turns after the system message, keeping the last; a turn starts at a user message."""
    head = [message for message in messages[:1] if isinstance(message, SystemMessage)]
    rest = messages[len(head) :]
    starts = [index for index, message in enumerate(rest) if isinstance(message, UserMessage)]
    for start in starts[:-1]:
        if tokens_of([*head, *rest[start:]]) <= budget:
            return (*head, *rest[start:])
    return (*head, *(rest[starts[-1] :] if starts else rest))


def dump(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """JSON for keeping; images are not kept."""
    return [_dumped(message) for message in messages]


def _dumped(message: Message) -> dict[str, Any]:
    row: dict[str, Any] = {"role": type(message).__name__}
    row |= {name: value for name, value in flat(message).items() if name != "images"}
    if isinstance(message, AssistantMessage):
        row["tool_calls"] = [flat(call) for call in message.tool_calls]
    return row


def load(rows: Iterable[dict[str, Any]]) -> tuple[Message, ...]:
    """The inverse of `dump`."""
    return tuple(_MAKERS[row["role"]]({k: v for k, v in row.items() if k != "role"}) for row in rows)


def _assistant(row: dict[str, Any]) -> Message:
    calls = tuple(ToolCall(**call) for call in row["tool_calls"])
    return AssistantMessage(row["text"], calls, row["opaque"])


_MAKERS: dict[str, Callable[[dict[str, Any]], Message]] = {
    "SystemMessage": lambda row: SystemMessage(**row),
    "UserMessage": lambda row: UserMessage(**row),
    "ToolMessage": lambda row: ToolMessage(**row),
    "AssistantMessage": _assistant,
}
