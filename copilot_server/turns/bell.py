"""Tells those who watch a turn in this process that it has news; others look from time to time."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress


class Bell:
    """`ring` may be called from any thread; `listen` on the loop it was made on."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def ring(self, turn_id: str) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(self._wake, turn_id)

    async def listen(self, turn_id: str, seconds: float) -> None:
        """Until it rings, at most so long."""
        event = asyncio.Event()
        self._waiting[turn_id].add(event)
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), seconds)
        finally:
            self._waiting[turn_id].discard(event)
            if not self._waiting[turn_id]:
                del self._waiting[turn_id]

    def _wake(self, turn_id: str) -> None:
        for event in self._waiting.get(turn_id, ()):
            event.set()
