"""A figure with the words that explain it, and the shape every scorer has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from evals.task import Task
from evals.trace import File, Trace


@dataclass(frozen=True, slots=True)
class Measure:
    """`explanation` says what was wrong, with the place; "" where nothing was."""

    value: float
    explanation: str = ""


class Unmeasured(Exception):
    """What a criterion looks at cannot be seen here; the message says why."""


Measures: TypeAlias = Mapping[str, Measure]
Scorer: TypeAlias = Callable[[File, File, Trace, Task], Measures]
"""(before, after, trace, spec) -> {metric: measure}; a metric that does not apply to the task is left out."""


def claim(faults: list[str]) -> Measure:
    """1 where there is no fault, else 0 with the first of them."""
    return Measure(float(not faults), "; ".join(faults[:4]))


def share(held: int, of: int, faults: list[str]) -> Measure:
    return Measure(held / of if of else 1.0, "; ".join(faults[:4]))
