"""Processes for work on documents: kept warm, capped in memory, killed at their time limit."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from copilot_server.errors import ServiceUnavailable, ToolError
from copilot_server.turns import desk

P = ParamSpec("P")
R = TypeVar("R")
_LONG = 0.5  # seconds after which work that shares a process does not wait for it any more
_WORTH = 4  # pieces of work that knowing a version is worth waiting for: it saves more than half of a small turn's
_MOST_NOTED = 10_000  # versions of which it is noted where they are known


class Pool:
    """`run` may be awaited on any event loop; giving up waiting kills the work."""

    def __init__(self, processes: int, seconds: float, megabytes: int) -> None:
        self._guard = threading.Lock()
        self._seats = [Seat(seconds, megabytes) for _ in range(processes)]
        self._knowing: OrderedDict[str, Seat] = OrderedDict()

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """In the process with the least to do."""
        return await self.run_at(self.seat(), function, *args, **kwargs)

    async def run_at(self, seat: Seat, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """In that process. Raises what the function raises, and ToolError where it took too much time or memory."""
        asked = time.monotonic()
        with self._guard:
            seat.waiting.append(asked)
            seat.last_asked = asked
        try:
            return await seat.run(function, *args, **kwargs)
        finally:
            with self._guard:
                seat.waiting.remove(asked)  # not the first: what waits may be given up before it

    async def warm(self) -> None:
        """Start all processes, so that whoever asks first need not wait for them."""
        await asyncio.gather(*(seat.run(int) for seat in self._seats))

    def seat(self, liked: Seat | None = None) -> Seat:
        """The process with the least to do; the one liked, for what it remembers, unless long work blocks it."""
        with self._guard:
            idlest = self._idlest()
            if liked is None:
                return idlest
            return idlest if liked.is_blocked and not idlest.waiting else liked

    def seat_knowing(self, version: str) -> Seat:
        """For work that opens the version of that content hash: the process that made it or opened it before.

        The idlest where that one has much more to do; from now on it is this one that knows it.
        """
        with self._guard:
            idlest = self._idlest()
            knowing = self._knowing.get(version, idlest)
            has_time = len(knowing.waiting) <= len(idlest.waiting) + _WORTH
            chosen = knowing if has_time and not knowing.is_blocked else idlest
        self.note(version, chosen)
        return chosen

    def _idlest(self) -> Seat:
        """Of those alike the one longest without work, so that each comes to know as many versions as the others."""
        return min(self._seats, key=lambda each: (len(each.waiting), each.last_asked))

    def note(self, version: str, seat: Seat) -> None:
        """That this process knows the version."""
        with self._guard:
            self._knowing[version] = seat
            self._knowing.move_to_end(version)
            while len(self._knowing) > _MOST_NOTED:
                self._knowing.popitem(last=False)

    def close(self) -> None:
        for seat in self._seats:
            seat.close()


class Seat:
    """One process, and when the work it has not ended was asked for."""

    def __init__(self, seconds: float, megabytes: int) -> None:
        self.waiting: list[float] = []
        self.last_asked = 0.0
        self._seconds = seconds
        self._megabytes = megabytes
        self._is_closed = False
        self._pool = self._made()
        self._started: ProcessPool | None = None

    @property
    def is_blocked(self) -> bool:
        """By long work."""
        return bool(self.waiting) and time.monotonic() - self.waiting[0] > _LONG

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        pool = self._pool
        try:
            return await self._run(pool, function, *args, **kwargs)
        except BrokenProcessPool:  # it died while it had nothing to do, as the system does to save memory
            if self._is_closed:
                raise
            if self._pool is pool:
                self._pool = self._made()
            try:
                return await self._run(self._pool, function, *args, **kwargs)
            except BrokenProcessPool as error:
                raise ServiceUnavailable("no process to work on documents could be started here") from error

    async def _run(self, pool: ProcessPool, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            if pool is not self._started:  # which waits for its process, for seconds where that imports all rooms
                await asyncio.to_thread(lambda: pool.active)
                self._started = pool
            if not pool.active:
                raise BrokenProcessPool
            future = pool.schedule(function, args, kwargs, timeout=self._seconds)
        except OSError as error:  # the server that forks processes is gone or could not be started
            raise BrokenProcessPool from error
        try:
            return await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise ToolError(
                f"this took over {self._seconds:.0f} seconds and was stopped; nothing was changed"
            ) from error
        except (MemoryError, ProcessExpired) as error:
            raise ToolError(
                f"this needs more memory than the {self._megabytes} MB it may take; nothing was changed"
            ) from error

    def close(self) -> None:
        self._is_closed = True
        self._pool.stop()
        self._pool.join()

    def _made(self) -> ProcessPool:
        context: Any = multiprocessing.get_context("forkserver")  # pebble's protocol names POSIX pipes only
        context.set_forkserver_preload(["copilot_server.turns.rooms"])
        return ProcessPool(max_workers=1, context=context, initializer=desk.prepare, initargs=(self._megabytes,))
