"""A model whose finished calls are recorded, so that a turn resumed after a crash does not pay them twice."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from copilot_server.agent import history
from copilot_server.agent.events import Event
from copilot_server.agent.flat import flat
from copilot_server.agent.messages import (
    AssistantMessage,
    Model,
    ModelOutput,
    Prompt,
    Reply,
    Restarted,
    TextDelta,
    Usage,
)
from copilot_server.errors import ModelError
from copilot_server.store.tables import Turn
from copilot_server.store.turn_rows import Place, Replied
from copilot_server.turns.meters import Meters
from copilot_server.turns.spans import span
from copilot_server.turns.story import Story


class Overtaken(Exception):
    """Another run of the same part has recorded a call before this one could: this one stops, and ends nothing."""


class DurableModel:
    """Each finished call is recorded. Its text is told while it streams; what is handed on is the whole reply.

    `known` are the calls recorded by a run that broke off; None where there was none.
    """

    def __init__(
        self, model: Model, story: Story, meters: Meters, turn: Turn, known: Mapping[int, Replied] | None
    ) -> None:
        self.name = model.name
        self.context_tokens = model.context_tokens
        self._model = model
        self._story = story
        self._meters = meters
        self._place = Place(turn.id, turn.part, 0, uuid.uuid4().hex)
        self._known = known or {}
        self._has_resumed = known is None

    async def stream(self, prompt: Prompt) -> AsyncGenerator[ModelOutput, None]:
        row = self._recalled() or await self._spoken(prompt)
        self._place = replace(self._place, number=self._place.number + 1)
        if "error" in row:
            raise ModelError(row["error"])
        yield _reply(row)

    def _recalled(self) -> dict[str, Any] | None:
        known = self._known.get(self._place.number)
        if known is None:
            return None
        self._story.recall(known.last)
        return known.said

    async def _spoken(self, prompt: Prompt) -> dict[str, Any]:
        """A failure is recorded as a result too: it ends the turn the same way when that is replayed."""
        await self._step_over_what_broke_off()
        try:
            row = await self._streamed(prompt)
        except ModelError as error:
            self._meters.model_failed(self.name)
            row = {"error": str(error)}
        if not await self._story.reply(self._place, row):
            raise Overtaken
        return row

    async def _streamed(self, prompt: Prompt) -> dict[str, Any]:
        with span("model", {"model.name": self.name}) as told:
            reply = await self._listened(prompt)
            told.set_attribute("model.input_tokens", reply.usage.input_tokens)
            told.set_attribute("model.output_tokens", reply.usage.output_tokens)
        self._meters.model_answered(self.name, reply.usage.input_tokens, reply.usage.output_tokens)
        return _row(reply)

    async def _listened(self, prompt: Prompt) -> Reply:
        async with aclosing(self._model.stream(prompt)) as outputs:
            async for output in outputs:
                match output:
                    case TextDelta(text=text):
                        self._story.emit(Event("message.delta", {"text": text}))
                    case Restarted(reason=reason, seconds=seconds):
                        self._story.emit(voided(reason, seconds))
                    case Reply():
                        return output
        raise ModelError("the model's reply ended before it was whole", is_transient=True)

    async def _step_over_what_broke_off(self) -> None:
        """Only a run's first call made anew can follow one that a crash broke off."""
        if self._has_resumed:
            return
        self._has_resumed = True
        if await self._story.go_on():
            self._story.emit(voided("the server was interrupted and goes on", 0.0))


def voided(reason: str, seconds: float) -> Event:
    return Event("warning", {"text": reason, "retry_in_seconds": seconds, "voids_message": True})


def _row(reply: Reply) -> dict[str, Any]:
    return {"message": history.dump([reply.message])[0], "usage": flat(reply.usage), "finish": reply.finish}


def _reply(row: dict[str, Any]) -> Reply:
    message = history.load([row["message"]])[0]
    assert isinstance(message, AssistantMessage)  # noqa: S101 - what _row dumped
    return Reply(message, Usage(**row["usage"]), row["finish"])
