"""A model that tells what each of its calls took, whatever becomes of the turn they were made for."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from copilot_server.agent.messages import Model, ModelOutput, Prompt, Reply, Usage


class Counted:
    def __init__(self, model: Model, tell: Callable[[Usage], None]) -> None:
        self.name = model.name
        self.context_tokens = model.context_tokens
        self._model = model
        self._tell = tell

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelOutput, None]:
        async with aclosing(self._model.stream(prompt)) as outputs:
            async for output in outputs:
                if isinstance(output, Reply):
                    self._tell(output.usage)
                yield output
