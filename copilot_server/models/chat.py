"""OpenAI chat completions: the API most servers speak, streamed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import openai
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletionChunk
from openai.types.chat.chat_completion_chunk import Choice

from copilot_server.agent.messages import AssistantMessage, Prompt, Reply, ToolCall, ToolSpec, Usage
from copilot_server.models import chat_messages, dialect, replies
from copilot_server.models.chat_calls import CallPieces, keep
from copilot_server.models.hosted import Collector, Endpoint, HostedModel
from copilot_server.models.registry import ModelCard

_Finish = Literal["stop", "tool_calls", "length", "refusal"]
_FILTERED = "The provider's content filter stopped this answer."


def chat_model(endpoint: Endpoint) -> HostedModel:
    return HostedModel(endpoint, ChatWire())


class ChatWire:
    """POST {base_url}/chat/completions."""

    optional = ("stream_options", "max_completion_tokens", *chat_messages.KEPT_FIELDS)

    def body(self, prompt: Prompt, endpoint: Endpoint, refused: frozenset[str]) -> dict[str, Any]:
        keeps = refused.isdisjoint(chat_messages.KEPT_FIELDS)
        body: dict[str, Any] = {
            "model": endpoint.model,
            "messages": chat_messages.to_wire(prompt.messages, endpoint, keeps=keeps),
            "stream": True,
        }
        if tools := prompt.tools_for(sight=endpoint.card.sight):
            body["tools"] = [_tool(spec, endpoint.card) for spec in tools]
        if "stream_options" not in refused:
            body["stream_options"] = {"include_usage": True}
        if prompt.max_output_tokens is not None:
            # Reasoning models know only the first name, older servers only the second.
            name = "max_tokens" if "max_completion_tokens" in refused else "max_completion_tokens"
            body[name] = prompt.max_output_tokens
        return body

    async def open(self, client: openai.AsyncOpenAI, body: Mapping[str, Any]) -> openai.AsyncStream[Any]:
        return await client.chat.completions.create(**body)

    def collector(self, prompt: Prompt, endpoint: Endpoint) -> Collector:
        return ChatCollector(prompt, endpoint)


class ChatCollector:
    """Puts text, refusal, calls and usage together from chunks, of which any may be missing."""

    def __init__(self, prompt: Prompt, endpoint: Endpoint) -> None:
        self._prompt = prompt
        self._card = endpoint.card
        self._model = endpoint.model
        self._text: list[str] = []
        self._calls = CallPieces()
        self._kept: dict[str, Any] = {}
        self._has_refused = False
        self._finish: str | None = None
        self._usage: CompletionUsage | None = None

    def feed(self, event: ChatCompletionChunk) -> str:
        self._usage = event.usage or self._usage
        return "".join(self._choice(choice) for choice in event.choices or () if not choice.index)

    @property
    def is_finished(self) -> bool:
        return self._finish is not None

    def reply(self) -> Reply:
        calls = replies.whole_calls(self._calls.joined(), self._prompt, self._card)
        finish = self._reason()
        text = "".join(self._text) or (_FILTERED if finish == "refusal" else "")
        message = AssistantMessage(text, calls, self._opaque(calls))
        return Reply(message, self._counted(message), finish)

    def _choice(self, choice: Choice) -> str:
        self._finish = choice.finish_reason or self._finish
        delta = choice.delta
        if not delta:
            return ""
        keep(self._kept, delta.model_extra)
        for piece in delta.tool_calls or ():
            self._calls.take(piece)
        self._has_refused = self._has_refused or bool(delta.refusal)
        text = _plain_text(delta.content) + (delta.refusal or "")
        self._text.append(text)
        return text

    def _reason(self) -> _Finish:
        if self._has_refused or self._finish == "content_filter":
            return "refusal"
        if self._finish == "length":
            return "length"
        return "tool_calls" if self._calls.joined() else "stop"

    def _opaque(self, calls: tuple[ToolCall, ...]) -> str:
        of_calls = {call.id: kept for call, kept in zip(calls, self._calls.kept(), strict=True) if kept}
        return replies.seal(self._model, {"message": self._kept, "calls": of_calls})

    def _counted(self, message: AssistantMessage) -> Usage:
        if self._usage is None:
            return replies.estimated(self._card, self._prompt, message)
        details = self._usage.prompt_tokens_details
        return replies.counted(
            self._card,
            prompt=self._usage.prompt_tokens or 0,
            output=self._usage.completion_tokens or 0,
            cached=(details and details.cached_tokens) or 0,
            written=(details and details.cache_write_tokens) or 0,
        )


def _tool(spec: ToolSpec, card: ModelCard) -> dict[str, Any]:
    parameters, is_strict = dialect.tool_schema(spec, wants_strict=card.strict)
    function: dict[str, Any] = {"name": spec.name, "description": spec.description, "parameters": parameters}
    return {"type": "function", "function": function | ({"strict": True} if is_strict else {})}


def _plain_text(content: object) -> str:
    """Text, also of servers that send a list of parts, of which some are thoughts."""
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""
