"""Recorded conversations: kept while a real model answers, given again later without one.

A recording is JSON lines. The first says where it is from: {"recording": 1, "model", "label"}, the label naming the
hand that answered ("answered by hand"). Each other line is {"last", "text", "reply"}: shape and wording of the
prompt's last message, and what was answered to it.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copilot_server.agent.messages import Message, Model, ModelOutput, Prompt, Reply, TextDelta
from copilot_server.errors import BadRequest, ModelError
from copilot_server.models import recording

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """The last message of a prompt: what shape it has must stay the same, what it says may change."""

    shape: str
    text: str

    @classmethod
    def of(cls, message: Message) -> Asked:
        return cls(recording.shape_of(message), message.text)

    def lines(self) -> list[str]:
        return [f"({self.shape})", *self.text.splitlines()]


@dataclass(frozen=True, slots=True)
class Exchange:
    asked: Asked
    reply: Reply


class ReplayModel:
    """Answers the n-th prompt of a conversation as it was answered then, while the conversation keeps its shape."""

    context_tokens = 10**9  # what was answered is known: nothing need be folded for it

    def __init__(self, exchanges: tuple[Exchange, ...], name: str, label: str = "") -> None:
        self.name = name
        self.label = label
        self._exchanges = exchanges

    async def stream(self, prompt: Prompt) -> AsyncGenerator[TextDelta | Reply, None]:
        """Raises ModelError that shows both sides where the conversation departs from the recorded one."""
        turn = recording.turn_of(prompt)
        now = Asked.of(prompt.messages[-1])
        if turn >= len(self._exchanges):
            asked = "\n".join(now.lines())
            raise ModelError(f"{self.name} holds {turn} replies, and one more is asked for:\n{asked}")
        exchange = self._exchanges[turn]
        if exchange.asked.shape != now.shape:
            raise ModelError(_departure(self.name, turn + 1, exchange.asked, now))
        if exchange.reply.message.text:
            yield TextDelta(exchange.reply.message.text)
        yield exchange.reply


class Recorder:
    """Passes on what a model answers, and writes each exchange down as soon as it is whole.

    Empty replies are left out: they are asked for again, and no conversation holds them.
    """

    def __init__(self, model: Model, path: Path, label: str) -> None:
        self.name = model.name
        self.context_tokens = model.context_tokens
        self._model = model
        self._path = path
        _write(path, "w", {"recording": _FORMAT, "model": model.name, "label": label})

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelOutput, None]:
        async with aclosing(self._model.stream(prompt)) as outputs:
            async for output in outputs:
                if isinstance(output, Reply) and (output.message.text.strip() or output.message.tool_calls):
                    asked = Asked.of(prompt.messages[-1])
                    row = {"last": asked.shape, "text": asked.text, "reply": recording.row_of(output)}
                    _write(self._path, "a", row)
                yield output


def load(path: Path) -> ReplayModel:
    """Raises BadRequest that says what is wrong with the file."""
    try:
        head, *rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if head["recording"] != _FORMAT:
            raise BadRequest(f"{path} is a recording of format {head['recording']}; this program reads {_FORMAT}")
        exchanges = tuple(
            Exchange(Asked(row["last"], row["text"]), recording.reply_from(row["reply"], number))
            for number, row in enumerate(rows, start=1)
        )
        return ReplayModel(exchanges, f"replay:{path}", head["label"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRequest(f"{path} is no recording of a conversation: {error!r}") from error


def _write(path: Path, mode: str, row: dict[str, Any]) -> None:
    with path.open(mode, encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _departure(name: str, turn: int, recorded: Asked, now: Asked) -> str:
    lines = difflib.unified_diff(recorded.lines(), now.lines(), "recorded", "now", lineterm="", n=2)
    return "\n".join([f"the conversation departs from {name} at reply {turn}:", *lines])
