"""Waiting out a database that is away or full: what a turn has done must not be lost for want of a row."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from copilot_server.store.database import is_full

log = structlog.get_logger("copilot.turns")
R = TypeVar("R")
_SECONDS = 120.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 2.0
AWAY = (OperationalError, InterfaceError, ConnectionError, TimeoutError)


def told(error: BaseException) -> str | None:
    """What to say of a turn that could not be written down; None where something else failed."""
    if is_full(error):
        return "The server's disk is full; nothing was changed. Try again when there is room."
    if isinstance(error, AWAY):
        return "The server's database did not answer for too long; nothing was changed. Try again."
    return None


async def patiently(write: Callable[[], Awaitable[R]]) -> R:
    """Again and again for two minutes; `write` must be harmless when what it wrote is there already."""
    end, pause = time.monotonic() + _SECONDS, _FIRST_PAUSE
    while True:
        try:
            return await write()
        except (*AWAY, DBAPIError) as error:
            is_passing = isinstance(error, AWAY) or is_full(error)
            if not is_passing or time.monotonic() + pause > end:
                raise
            log.warning("the database takes nothing", kind=type(error).__qualname__)
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
