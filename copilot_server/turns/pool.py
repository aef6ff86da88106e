"""Processes for work on documents: kept warm, capped in memory, killed at their time limit."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from copilot_server.errors import ToolError
from copilot_server.turns import desk

P = ParamSpec("P")
R = TypeVar("R")


class Pool:
    """`run` may be awaited on any event loop; giving up waiting kills the work."""

    def __init__(self, processes: int, seconds: float, megabytes: int) -> None:
        context: Any = multiprocessing.get_context("forkserver")  # pebble's protocol names POSIX pipes only
        context.set_forkserver_preload(["copilot_server.turns.rooms"])
        self._seconds = seconds
        self._megabytes = megabytes
        self._pool = ProcessPool(
            max_workers=processes, context=context, initializer=desk.limit_memory, initargs=(megabytes,)
        )

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Raises what the function raises, and ToolError where it took too long or too much memory."""
        future = self._pool.schedule(function, args, kwargs, timeout=self._seconds)
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
        self._pool.stop()
        self._pool.join()
