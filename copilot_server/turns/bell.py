"""Tells those who watch a turn that it has news, or that it is over."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress


class Ear:
    """Hears the bell of one turn, also what rang since it last listened."""

    def __init__(self, *, for_end: bool) -> None:
        self.for_end = for_end
        self.rung = asyncio.Event()

    async def listen(self, seconds: float) -> None:
        """Until the bell rings, at most so long."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.rung.wait(), seconds)
        self.rung.clear()


class Bell:
    """`ring` may be called from any thread; all else on the loop it was made on."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ears: defaultdict[str, set[Ear]] = defaultdict(set)

    def ring(self, turn_id: str, *, is_over: bool = False) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(self._wake, turn_id, is_over)

    @contextmanager
    def ear(self, turn_id: str, *, for_end: bool = False) -> Generator[Ear]:
        """To be there before one looks at the turn, so that nothing is missed; `for_end` hears the last ring only."""
        ear = Ear(for_end=for_end)
        self._ears[turn_id].add(ear)
        try:
            yield ear
        finally:
            self._ears[turn_id].discard(ear)
            if not self._ears[turn_id]:
                del self._ears[turn_id]

    def listened(self) -> Sequence[str]:
        """The turns somebody waits for."""
        return list(self._ears)

    def _wake(self, turn_id: str, is_over: bool) -> None:
        for ear in self._ears.get(turn_id, ()):
            if is_over or not ear.for_end:
                ear.rung.set()
