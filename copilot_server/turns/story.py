"""What a turn tells, numbered without gaps and written down in batches as it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from copilot_server.agent.events import Event
from copilot_server.store.turn_rows import Place, Replied, Told
from copilot_server.store.turns import Turns
from copilot_server.turns.patience import AWAY, patiently

_PAUSE = 0.15  # seconds between batches


class Story:
    """Numbers count on from `last`; a run repeated after a crash tells the same under the same numbers."""

    def __init__(self, turns: Turns, turn_id: str, last: int, ring: Callable[[str], None]) -> None:
        self.last = last
        self._turns = turns
        self._turn_id = turn_id
        self._ring = ring
        self._waiting: list[Told] = []
        self._has_told = False
        self._writing = asyncio.Lock()
        self._writer: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> Sequence[Told]:
        """What is not written yet."""
        return tuple(self._waiting)

    def emit(self, event: Event) -> None:
        self.last += 1
        self._waiting.append(Told(self.last, event.type, dict(event.data)))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_soon())

    def recall(self, last: int) -> None:
        """A recorded call had told up to this number when it ended."""
        self.last = max(self.last, last)

    async def go_on(self) -> bool:
        """Whether a run that broke off told more than this one has so far; then numbers go on after it."""
        await self.write()
        newest = await asyncio.shield(self._turns.last_event(self._turn_id))
        is_ahead = newest > self.last
        self.last = max(self.last, newest)
        return is_ahead

    async def write(self) -> None:
        async with self._writing:
            events = self.waiting
            if events:
                await asyncio.shield(self._turns.tell(self._turn_id, events, is_first=not self._has_told))
                self._written(events)

    async def reply(self, place: Place, said: dict[str, Any]) -> bool:
        """Write a model's finished call down along with what was told by then; False where another run had."""
        async with self._writing:
            events, replied = self.waiting, Replied(said, self.last)
            is_first = await asyncio.shield(patiently(lambda: self._turns.reply(place, replied, events)))
            self._written(events)
        return is_first

    def _written(self, events: Sequence[Told]) -> None:
        self._has_told = True
        self._waiting = self._waiting[len(events) :]
        self._ring(self._turn_id)

    async def stop(self) -> None:
        """Leave what is waiting to whoever ends the turn."""
        if self._writer is not None:
            async with self._writing:  # a transaction cut off would keep its lock
                self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)

    async def _write_soon(self) -> None:
        while self._waiting:
            await asyncio.sleep(_PAUSE)
            with suppress(*AWAY):  # tried again in the next round
                await self.write()
