"""The workbench of a turn, its work done in a process of the pool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from copilot_server.agent import guard
from copilot_server.agent.changes import Receipt
from copilot_server.agent.messages import ToolCall, ToolSpec
from copilot_server.agent.workbench import Mode, Question, ToolOutcome
from copilot_server.errors import ToolError
from copilot_server.turns import desk
from copilot_server.turns.desk import Place, Saved
from copilot_server.turns.pool import Pool


class PooledBench:
    """Any process may carry out the next call: the place says all that is needed to be where the last one ended."""

    def __init__(self, pool: Pool, place: Place, specs: Mapping[Mode, tuple[ToolSpec, ...]]) -> None:
        self._pool = pool
        self._specs = specs
        self.place = place

    @classmethod
    async def opened(cls, pool: Pool, place: Place) -> PooledBench:
        """Raises kinds of FileError."""
        return cls(pool, place, await pool.run(desk.specs, place))

    def specs(self, mode: Mode) -> tuple[ToolSpec, ...]:
        return self._specs[mode]

    async def context(self) -> str:
        return await self._pool.run(desk.context, self.place)

    async def call(self, call: ToolCall, mode: Mode) -> ToolOutcome:
        try:
            outcome = await self._pool.run(desk.call, self.place, call, mode)
        except ToolError as error:
            return ToolOutcome(str(error), is_error=True)
        if outcome.has_changed:
            self.place = replace(self.place, journal=(*self.place.journal, call))
        return outcome

    async def receipt(self) -> Receipt:
        return await self._pool.run(desk.receipt, self.place)

    def hear(self, question: Question, answer: str) -> None:
        consent = guard.Consent(self.place.words).after(question.text, answer)
        self.place = replace(self.place, words=consent.words)

    async def save(self) -> Saved:
        return await self._pool.run(desk.save, self.place)
