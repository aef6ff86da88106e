"""A model whose every answer is given beforehand: for tests, demonstrations and load, never for judgement."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
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
        return ScriptedModel(_by_turn(_steps(path, path.stat().st_mtime_ns)), str(path))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRequest(f"{path} is no script of a model's answers: {error}") from error


@lru_cache(maxsize=8)
def _steps(path: Path, _written: int) -> Sequence[Step]:
    """A server makes its model anew for every turn."""
    text = path.read_text(encoding="utf-8").strip()
    rows = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]
    return [_step(row, number) for number, row in enumerate(rows, start=1)]


def _in_order(steps: Iterable[Step]) -> Callable[[Prompt], Step]:
    waiting = iter(steps)

    def answer(_: Prompt) -> Step:
        return next(waiting, _over())

    return answer


def _by_turn(steps: Sequence[Step]) -> Callable[[Prompt], Step]:
    """The n-th reply answers a conversation in which n were given; errors stand once before the reply they delay.

    So a script goes on where a conversation is resumed with a model made anew.
    """
    delays: list[list[Step]] = [[]]
    replies: list[Step] = []
    for step in steps:
        if isinstance(step, ModelError):
            delays[-1].append(step)
        else:
            replies.append(step)
            delays.append([])

    def answer(prompt: Prompt) -> Step:
        turn = recording.turn_of(prompt)
        if turn < len(delays) and delays[turn]:
            return delays[turn].pop(0)
        return replies[turn] if turn < len(replies) else _over()

    return answer


def _over() -> ModelError:
    return ModelError("the script is over, and the model was asked once more")


def _step(row: Mapping[str, Any], number: int) -> Step:
    if "error" not in row:
        return recording.reply_from(row, number)
    error = row["error"]
    status = error.get("status", 500)
    is_transient = status == 429 or status >= 500
    return ModelError(error.get("message", "failed"), is_transient=is_transient, retry_after=error.get("retry_after"))
