"""A line for each try that has ended: a suite over a real model takes an hour, and silence tells nothing."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class _Count:
    tell: Callable[[str], None]
    of: int
    ended: int = 0


_now: ContextVar[_Count | None] = ContextVar("progress", default=None)


@contextmanager
def told(tell: Callable[[str], None], of: int) -> Generator[None]:
    """While it lasts, each try that ends is told: how many of how many, which, and what came of it."""
    token = _now.set(_Count(tell, of))
    try:
        yield
    finally:
        _now.reset(token)


def ended(task: str, epoch: int, what: str) -> None:
    """One try is over; nothing is told where nobody listens."""
    if (count := _now.get()) is not None:
        count.ended += 1
        count.tell(f"{count.ended}/{count.of} {task} {epoch}: {what}")
