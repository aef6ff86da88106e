"""OpenAI responses: the API in which its reasoning models take tools, streamed and without state on the server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import openai
from openai.types import responses as wire

from copilot_server.agent.messages import AssistantMessage, Prompt, Reply, ToolSpec, Usage
from copilot_server.errors import ModelError
from copilot_server.models import dialect, faults, replies, response_items
from copilot_server.models.hosted import Collector, Endpoint, HostedModel
from copilot_server.models.registry import ModelCard

_FILTERED = "The provider's content filter stopped this answer."


def responses_model(endpoint: Endpoint) -> HostedModel:
    return HostedModel(endpoint, ResponsesWire())


class ResponsesWire:
    """POST {base_url}/responses; nothing is stored there: reasoning comes encrypted and returns with the next call."""

    optional = ("include", "store", "max_output_tokens")

    def body(self, prompt: Prompt, endpoint: Endpoint, refused: frozenset[str]) -> dict[str, Any]:
        instructions, items = response_items.to_wire(prompt.messages, endpoint)
        body: dict[str, Any] = {
            "model": endpoint.model,
            "input": items,
            "stream": True,
            "store": False,
            "include": ["reasoning.encrypted_content"],
        }
        if instructions:
            body["instructions"] = instructions
        if tools := prompt.tools_for(sight=endpoint.card.sight):
            body["tools"] = [_tool(spec, endpoint.card) for spec in tools]
        if prompt.max_output_tokens is not None:
            body["max_output_tokens"] = prompt.max_output_tokens
        return {name: value for name, value in body.items() if name not in refused}

    async def open(self, client: openai.AsyncOpenAI, body: Mapping[str, Any]) -> openai.AsyncStream[Any]:
        return await client.responses.create(**body)

    def collector(self, prompt: Prompt, endpoint: Endpoint) -> Collector:
        return ResponsesCollector(prompt, endpoint)


class ResponsesCollector:
    """Shows text as it comes; takes everything else from the items as they are done."""

    def __init__(self, prompt: Prompt, endpoint: Endpoint) -> None:
        self._prompt = prompt
        self._endpoint = endpoint
        self._items: dict[int, wire.ResponseOutputItem] = {}
        self._final: wire.Response | None = None

    def feed(self, event: wire.ResponseStreamEvent) -> str:
        match event:
            case wire.ResponseTextDeltaEvent(delta=text) | wire.ResponseRefusalDeltaEvent(delta=text):
                return text
            case wire.ResponseOutputItemDoneEvent(output_index=index, item=item):
                self._items[index] = item
            case wire.ResponseCompletedEvent(response=final) | wire.ResponseIncompleteEvent(response=final):
                self._final = final
            case wire.ResponseFailedEvent(response=failed):
                raise self._broken_off(failed)
            case wire.ResponseErrorEvent(message=message, code=code):
                raise faults.broken_off(message, code or "", self._endpoint.place)
            case _:
                pass
        return ""

    @property
    def is_finished(self) -> bool:
        return self._final is not None

    def reply(self) -> Reply:
        items = [self._items[index] for index in sorted(self._items)]
        if not items and self._final:
            items = self._final.output
        said = response_items.read(items)
        calls = replies.whole_calls(said.calls, self._prompt, self._endpoint.card)
        finish = self._reason(said)
        text = said.text or (_FILTERED if finish == "refusal" else "")
        opaque = response_items.seal(self._endpoint.model, items, calls)
        message = AssistantMessage(text, calls, opaque)
        return Reply(message, self._counted(message), finish)

    def _reason(self, said: response_items.Said) -> Literal["stop", "tool_calls", "length", "refusal"]:
        details = self._final and self._final.incomplete_details
        if said.is_refusal or (details and details.reason == "content_filter"):
            return "refusal"
        if details and details.reason == "max_output_tokens":
            return "length"
        return "tool_calls" if said.calls else "stop"

    def _counted(self, message: AssistantMessage) -> Usage:
        usage = self._final and self._final.usage
        card = self._endpoint.card
        if not usage:
            return replies.estimated(card, self._prompt, message)
        details = usage.input_tokens_details
        return replies.counted(
            card,
            prompt=usage.input_tokens or 0,
            output=usage.output_tokens or 0,
            cached=(details and details.cached_tokens) or 0,
            written=(details and getattr(details, "cache_write_tokens", 0)) or 0,
        )

    def _broken_off(self, failed: wire.Response) -> ModelError:
        error = failed.error
        message, code = (error.message, error.code) if error else ("no reason given", "")
        return faults.broken_off(message, code, self._endpoint.place)


def _tool(spec: ToolSpec, card: ModelCard) -> dict[str, Any]:
    parameters, is_strict = dialect.tool_schema(spec, wants_strict=card.strict)
    return {
        "type": "function",
        "name": spec.name,
        "description": spec.description,
        "parameters": parameters,
        "strict": is_strict,  # said always: here strict is what the server assumes
    }
