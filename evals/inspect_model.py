"""Any model inspect_ai knows, behind our model protocol: so the loop under test is the one that ships."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncGenerator
from typing import Any

from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    Content,
    ContentImage,
    ContentText,
    GenerateConfig,
    ModelOutput,
    StopReason,
)
from inspect_ai.model import Model as InspectModel
from inspect_ai.tool import ToolCall as InspectCall
from inspect_ai.tool import ToolCallError, ToolInfo, ToolParams
from inspect_ai.util import JSONSchema

from copilot_server.agent.messages import (
    AssistantMessage,
    Message,
    Prompt,
    Reply,
    SystemMessage,
    TextDelta,
    ToolCall,
    ToolMessage,
    ToolSpec,
    Usage,
    UserMessage,
)
from copilot_server.models import dialect
from copilot_server.models.registry import ModelCard, card_of

_FINISH: dict[StopReason, Any] = {"tool_calls": "tool_calls", "max_tokens": "length", "content_filter": "refusal"}


class ModelOfInspect:
    """One `generate` a reply; what a provider wants back (reasoning) travels as inspect's own message."""

    def __init__(self, model: InspectModel) -> None:
        self._model = model
        self._card = card_of(model.name)
        self.name = model.name
        self.context_tokens = self._card.context
        self._sent: dict[str, ChatMessageAssistant] = {}

    async def stream(self, prompt: Prompt) -> AsyncGenerator[TextDelta | Reply, None]:
        output = await self._model.generate(
            [self._message(each) for each in prompt.messages],
            tools=[_tool(spec) for spec in prompt.tools],
            config=GenerateConfig(max_tokens=prompt.max_output_tokens),
        )
        reply = self._reply(output)
        if reply.message.text:
            yield TextDelta(reply.message.text)
        yield reply

    def _reply(self, output: ModelOutput) -> Reply:
        message = output.message
        calls = tuple(_call(call) for call in message.tool_calls or ())
        self._sent[str(message.id)] = message
        said = AssistantMessage(message.text, calls, opaque=str(message.id))
        finish = "tool_calls" if calls else _FINISH.get(output.stop_reason, "stop")
        return Reply(said, usage=_usage(self._card, output), finish=finish)

    def _message(self, message: Message) -> ChatMessage:
        match message:
            case SystemMessage(text=text):
                return ChatMessageSystem(content=text)
            case UserMessage(text=text, context=context):
                return ChatMessageUser(content=f"{context}\n\n{text}" if context else text)
            case AssistantMessage(opaque=opaque) if opaque in self._sent:
                return self._sent[opaque]
            case AssistantMessage(text=text, tool_calls=calls):
                return ChatMessageAssistant(content=text, tool_calls=[_sent(call) for call in calls] or None)
            case ToolMessage():
                return _result(message)


def _tool(spec: ToolSpec) -> ToolInfo:
    """inspect's schema has no references and no `oneOf`: our plain dialect says the same."""
    schema = dialect.plain(spec.parameters)
    properties = {name: JSONSchema.model_validate(each) for name, each in schema.get("properties", {}).items()}
    parameters = ToolParams(properties=properties, required=list(schema.get("required", ())))
    return ToolInfo(name=spec.name, description=spec.description, parameters=parameters)


def _call(call: InspectCall) -> ToolCall:
    """As the model sent it where inspect could not read it, so that our repair says what is wrong."""
    raw = call.arguments if call.parse_error is None else call.arguments.get("raw", "")
    return ToolCall(call.id, call.function, raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False))


def _sent(call: ToolCall) -> InspectCall:
    try:
        arguments = json.loads(call.arguments or "{}")
    except json.JSONDecodeError:
        arguments = {"raw": call.arguments}
    return InspectCall(id=call.id, function=call.name, arguments=arguments if isinstance(arguments, dict) else {})


def _result(message: ToolMessage) -> ChatMessageTool:
    pictures = [
        ContentImage(image=f"data:image/png;base64,{base64.b64encode(each).decode()}") for each in message.images
    ]
    content: str | list[Content] = [ContentText(text=message.text), *pictures] if pictures else message.text
    error = ToolCallError("unknown", message.text) if message.is_error else None
    return ChatMessageTool(content=content, tool_call_id=message.call_id, function=message.name, error=error)


def _usage(card: ModelCard, output: ModelOutput) -> Usage:
    """As inspect counts; money by our registry where inspect knows no price."""
    used = output.usage
    if used is None:
        return Usage(is_estimated=True)
    cached, written = used.input_tokens_cache_read or 0, used.input_tokens_cache_write or 0
    fresh = used.input_tokens
    money = card.money(fresh, used.output_tokens, cached, written)
    return Usage(fresh + cached + written, used.output_tokens, cached, money)
