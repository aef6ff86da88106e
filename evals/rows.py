"""One task tried once, as runs keep it, and what follows from many of them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One task tried once: its metrics, each 0..1 and higher is better unless its name is in LOWER_IS_BETTER."""

    task: str
    cluster: str
    epoch: int
    metrics: Mapping[str, float]


def by_task(rows: Iterable[Row], metric: str) -> dict[str, list[float]]:
    """The metric's values of every task it applies to."""
    values: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if metric in row.metrics:
            values[row.task].append(row.metrics[metric])
    return values


def task_means(rows: Iterable[Row], metric: str) -> dict[str, float]:
    """The metric of every task it applies to, averaged over its tries."""
    return {task: mean(values) for task, values in by_task(rows, metric).items()}


def clusters(*runs: Iterable[Row]) -> dict[str, str]:
    """The cluster of every task."""
    return {row.task: row.cluster for rows in runs for row in rows}


def metric_names(rows: Iterable[Row]) -> set[str]:
    return {name for row in rows for name in row.metrics}


def mean(values: Sequence[float]) -> float:
    """NaN of nothing."""
    return sum(values) / len(values) if values else math.nan


def without_nan(value: Any) -> Any:
    """The value as JSON can hold it: what is not a finite number, which JSON has not, becomes null."""
    match value:
        case dict():
            return {key: without_nan(each) for key, each in value.items()}
        case list() | tuple():
            return [without_nan(each) for each in value]
        case float() if not math.isfinite(value):
            return None
        case _:
            return value
