"""A model that says what a test wrote down, and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from copilot_server.agent.messages import AssistantMessage, ModelOutput, Prompt, Reply, TextDelta, ToolCall, Usage


def calls(*pairs: tuple[str, Any], text: str = "") -> Reply:
    """A reply that calls tools; arguments are sent as JSON unless they are text already."""
    made = tuple(
        ToolCall(f"c{number}", name, sent if isinstance(sent, str) else json.dumps(sent))
        for number, (name, sent) in enumerate(pairs)
    )
    return Reply(AssistantMessage(text, made), Usage(100, 10), "tool_calls")


def says(text: str) -> Reply:
    return Reply(AssistantMessage(text), Usage(100, 10))


class Speaker:
    """Plays `replies` in order; `prompts` holds what each answered."""

    name = "speaker"

    def __init__(self, *replies: Reply, context_tokens: int = 100_000) -> None:
        self.replies: Sequence[Reply] = replies
        self.prompts: list[Prompt] = []
        self.context_tokens = context_tokens

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelOutput, None]:
        self.prompts.append(prompt)
        reply = self.replies[len(self.prompts) - 1]
        if reply.message.text:
            yield TextDelta(reply.message.text)
        yield reply
