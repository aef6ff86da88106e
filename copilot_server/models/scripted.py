"""A model whose every answer is given beforehand: for tests, demonstrations and load, never for judgement."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from copilot_server.agent.messages import AssistantMessage, Prompt, Reply, TextDelta
from copilot_server.errors import BadRequest, ModelError
from copilot_server.models import recording


@dataclass(frozen=True, slots=True)
class Broken:
    """A reply that breaks off after some text."""

    text: str
    error: ModelError


Step: TypeAlias = str | AssistantMessage | Reply | Broken | ModelError


class ScriptedModel:
    """Gives `steps` one after the other, or what a function makes of each prompt; keeps the prompts it was given."""

    def __init__(
        self, steps: Iterable[Step] | Callable[[Prompt], Step], name: str = "scripted", context_tokens: int = 200_000
    ) -> None:
        self.name = name
        self.context_tokens = context_tokens
        self.prompts: list[Prompt] = []
        self._answer = steps if callable(steps) else _in_order(steps)

    async def stream(self, prompt: Prompt) -> AsyncGenerator[TextDelta | Reply, None]:
        """Text is streamed as one piece; an error of the script is raised, and so is a script that is over."""
        self.prompts.append(prompt)
        match self._answer(prompt):
            case ModelError() as error:
                raise error
            case Broken(text=text, error=error):
                yield TextDelta(text)
                raise error
            case str(text):
                reply = Reply(AssistantMessage(text))
            case AssistantMessage() as message:
                reply = Reply(message, finish="tool_calls" if message.tool_calls else "stop")
            case Reply() as reply:
                pass
        if reply.message.text:
            yield TextDelta(reply.message.text)
        yield reply


def load(path: Path) -> ScriptedModel:
    """A script from a file: a JSON list, or one JSON value a line, of {content, tool_calls} or {error}.

    An error is {status, message, retry_after}; 429 and those from 500 on are transient. Raises BadRequest.
    """
    try:
        text = path.read_text(encoding="utf-8").strip()
        rows = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
        return ScriptedModel([_step(row) for row in rows], name=f"scripted:{path}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadRequest(f"{path} is no script of a model's answers: {error}") from error


def _in_order(steps: Iterable[Step]) -> Callable[[Prompt], Step]:
    waiting = iter(steps)

    def answer(_: Prompt) -> Step:
        return next(waiting, ModelError("the script is over, and the model was asked once more"))

    return answer


def _step(row: Mapping[str, Any]) -> Step:
    if "error" not in row:
        return recording.reply_from(row)
    error = row["error"]
    status = error.get("status", 500)
    is_transient = status == 429 or status >= 500
    return ModelError(error.get("message", "failed"), is_transient=is_transient, retry_after=error.get("retry_after"))
