"""The workbench of a turn, its work done in a process of the pool."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ParamSpec, TypeVar

from copilot_server.agent import guard
from copilot_server.agent.changes import Receipt
from copilot_server.agent.looking import Camera, look, shown
from copilot_server.agent.messages import ToolCall, ToolSpec
from copilot_server.agent.skill import Skill
from copilot_server.agent.workbench import Mode, Question, ToolOutcome, specs_of, tools_of
from copilot_server.errors import ToolError
from copilot_server.turns import desk
from copilot_server.turns.desk import Place, Saved
from copilot_server.turns.meters import Meters
from copilot_server.turns.pool import Pool
from copilot_server.turns.spans import span

P = ParamSpec("P")
R = TypeVar("R")


class PooledBench:
    """Any process may carry out the next call: the place says all that is needed to be where the last one ended.

    The one that did the last is liked best, since it remembers.
    """

    def __init__(
        self, pool: Pool, place: Place, skill: Skill[Any], meters: Meters | None = None, camera: Camera | None = None
    ) -> None:
        """`skill` is the one of the place's target."""
        self.place = replace(place, has_camera=camera is not None)
        self._pool = pool
        self._camera = camera
        self._meters = meters
        self._seat = pool.seat_knowing(place.target.path.stem)
        self._tools = tools_of(skill, has_others=bool(place.others), has_camera=camera is not None)
        self._receipt = Receipt() if not place.journal else None

    def specs(self, mode: Mode) -> tuple[ToolSpec, ...]:
        return specs_of(self._tools, mode)

    async def context(self) -> str:
        """Raises kinds of FileError."""
        return await self._run(desk.begin, self.place)

    async def call(self, call: ToolCall, mode: Mode) -> ToolOutcome:
        about: dict[str, str | int] = {"tool.name": call.name, "turn.id": self.place.turn}
        with span("tool", about) as told:
            try:
                if call.name == look.name and self._camera is not None:
                    called = desk.Called(await self._looked(self._camera, call), None)
                else:
                    called = await self._run(desk.call, self.place, call, mode)
            except ToolError as error:
                called = desk.Called(ToolOutcome(str(error), is_error=True), None)
            told.set_attribute("tool.is_error", called.outcome.is_error)
        if self._meters is not None:
            self._meters.tool_called(call.name, is_error=called.outcome.is_error)
        if called.outcome.has_changed:
            self.place = replace(self.place, journal=(*self.place.journal, call))
            self._receipt = called.receipt
        return called.outcome

    async def _looked(self, camera: Camera, call: ToolCall) -> ToolOutcome:
        wanted = look.parse(call.arguments)["pages"]
        data, suffix = await self._run(desk.printed, self.place)
        text, images = await asyncio.to_thread(shown, camera, data, suffix, wanted)
        return ToolOutcome(text, images=images)

    async def receipt(self) -> Receipt:
        if self._receipt is None:
            self._receipt = await self._run(desk.receipt, self.place)
        return self._receipt

    def hear(self, question: Question, answer: str) -> None:
        consent = guard.Consent(self.place.words).after(question.text, answer)
        self.place = replace(self.place, words=consent.words)

    async def save(self) -> Saved:
        saved = await self._run(desk.save, self.place)
        self._pool.note(saved.receipt.content_hash, self._seat)
        return saved

    async def _run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        self._seat = self._pool.seat(self._seat)
        return await self._pool.run_at(self._seat, function, *args, **kwargs)
