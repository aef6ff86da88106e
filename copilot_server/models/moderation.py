"""What a person asks is looked at before any model sees it, where the operator wants that."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

import httpx2
from pydantic import BaseModel, ValidationError

from copilot_server.agent.guard import Moderation
from copilot_server.agent.messages import Model, ModelOutput, Prompt, ToolMessage, UserMessage
from copilot_server.errors import ModelError, Moderated

_SECONDS = 15.0


class _Verdict(BaseModel):
    flagged: bool
    categories: dict[str, bool] = {}


class _Verdicts(BaseModel):
    results: list[_Verdict]


@dataclass(frozen=True, slots=True)
class OpenAIModeration:
    """POST {base_url}/moderations; what it flags is refused, and where it does not answer nothing goes on."""

    base_url: str
    key: str
    model: str = "omni-moderation-latest"

    async def refusal(self, text: str) -> str | None:
        try:
            async with httpx2.AsyncClient(timeout=_SECONDS) as client:
                answer = await client.post(
                    f"{self.base_url.rstrip('/')}/moderations",
                    json={"model": self.model, "input": text},
                    headers={"Authorization": f"Bearer {self.key}"},
                )
        except httpx2.HTTPError as error:
            raise ModelError(f"the moderation at {self.base_url} did not answer", is_transient=True) from error
        if not answer.is_success:
            raise ModelError(f"the moderation at {self.base_url} answered {answer.status_code}")
        try:
            results = _Verdicts.model_validate_json(answer.content).results
        except ValidationError as error:
            raise ModelError(f"the moderation at {self.base_url} gave no verdict") from error
        names = sorted({name for each in results for name, is_so in each.categories.items() if is_so})
        if not any(each.flagged for each in results):
            return None
        return f"This server's moderation refuses that request ({', '.join(names) or 'no category told'})."


class ModeratedModel:
    """Each message and answer of a person is judged once, before the call it leads to."""

    def __init__(self, model: Model, moderation: Moderation) -> None:
        self.name = model.name
        self.context_tokens = model.context_tokens
        self._model = model
        self._moderation = moderation

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelOutput, None]:
        """Raises Moderated with the reason."""
        words = _words(prompt)
        if words and (reason := await self._moderation.refusal(words)):
            raise Moderated(reason)
        async with aclosing(self._model.stream(prompt)) as outputs:
            async for output in outputs:
                yield output


def _words(prompt: Prompt) -> str | None:
    """What the person said last, where nothing was done about it yet."""
    match prompt.messages[-1] if prompt.messages else None:
        case UserMessage(text=text) | ToolMessage(name="ask", text=text):
            return text
        case _:
            return None
