"""Prompts and small doings the tests of models share."""

from __future__ import annotations

from copilot_server.agent.messages import (
    Message,
    Model,
    ModelOutput,
    Prompt,
    Reply,
    SystemMessage,
    TextDelta,
    ToolSpec,
    UserMessage,
)
from copilot_server.models.chat import chat_model
from copilot_server.models.hosted import Endpoint, HostedModel
from copilot_server.models.registry import ModelCard, Price
from copilot_server.models.responses import responses_model
from tests.models.wire_server import WireServer

EDIT = ToolSpec("edit", "Edit.", {"type": "object", "properties": {"edits": {"type": "array", "items": {}}}})
READ = ToolSpec("read", "Read.", {"type": "object", "properties": {}})
CARD = ModelCard(family="f", lineage="l", tier="small", price=Price(input=1, output=10, cached=0.1))
KEY = "sk-very-secret"


def prompt_of(
    *messages: Message, tools: tuple[ToolSpec, ...] = (READ, EDIT), max_output_tokens: int | None = None
) -> Prompt:
    return Prompt(messages or (SystemMessage("Help."), UserMessage("Set B2 to 42")), tools, max_output_tokens)


def chat_at(server: WireServer, card: ModelCard = CARD, silence: float = 5.0, name: str = "m") -> HostedModel:
    return chat_model(Endpoint(name, card, server.url, KEY, silence))


def responses_at(server: WireServer, card: ModelCard = CARD, silence: float = 5.0, name: str = "m") -> HostedModel:
    return responses_model(Endpoint(name, card, server.url, KEY, silence))


async def outputs(model: Model, prompt: Prompt | None = None) -> list[ModelOutput]:
    return [output async for output in model.stream(prompt or prompt_of())]


async def reply_of(model: Model, prompt: Prompt | None = None) -> Reply:
    """The reply, which comes last; what was streamed before it must be its text."""
    *deltas, reply = await outputs(model, prompt)
    assert isinstance(reply, Reply)
    assert "".join(delta.text for delta in deltas if isinstance(delta, TextDelta)) in {"", reply.message.text}
    return reply
