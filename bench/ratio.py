"""A performance claim: one ratio of two costs measured in the same run, and its limit."""

from __future__ import annotations

import gc
import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Ratio:
    """`claim` reads with the numbers: "one-cell edit / inflate + deflate of its sheet"; `value` must keep `limit`."""

    claim: str
    value: float
    limit: float
    sense: Literal["at most", "at least"] = "at most"
    detail: str = ""

    @property
    def holds(self) -> bool:
        return self.value <= self.limit if self.sense == "at most" else self.value >= self.limit

    def __str__(self) -> str:
        mark = "ok  " if self.holds else "MISS"
        return f"{mark} {self.claim}: {self.value:.2f} ({self.sense} {self.limit:g}) {self.detail}".rstrip()


def cpu_seconds(work: Callable[[], object], repeat: int = 3) -> float:
    """The median CPU time of this process and its ended children, with the garbage of earlier runs collected first."""
    spent: list[float] = []
    for _ in range(repeat):
        gc.collect()
        before = _cpu_now()
        work()
        spent.append(_cpu_now() - before)
    return statistics.median(spent)


def cpu_seconds_apart(*works: Callable[[], object], repeat: int = 9) -> list[float]:
    """The same of several, each in a process of its own, one after the other in each round.

    Memory that one work left free would make the next cheaper, and a slow moment of the machine falls on all of them.
    Works go to other processes, so they must be functions of a module, or partials of such.
    """
    with ExitStack() as stack:
        pools = [
            stack.enter_context(ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))) for _ in works
        ]
        rounds = [
            [pool.submit(cpu_seconds, work, 1).result() for pool, work in zip(pools, works, strict=True)]
            for _ in range(repeat)
        ]
    return [statistics.median(spent) for spent in zip(*rounds, strict=True)]


def wall_seconds(work: Callable[[], object], repeat: int = 5) -> float:
    """The median wall time, for work too short for the CPU clock."""
    spent: list[float] = []
    for _ in range(repeat):
        before = time.perf_counter()
        work()
        spent.append(time.perf_counter() - before)
    return statistics.median(spent)


def _cpu_now() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
