"""What a run tells: each metric with its error, pass rates, what a success costs, and what SKILL.md is worth."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evals.compare import Row
from evals.estimates import Difference, Estimate, clustered_mean, paired_difference, pass_all, pass_at
from evals.runs import Run


@dataclass(frozen=True, slots=True)
class Report:
    """`metrics` by name; `pass_4` is NaN with fewer than four epochs; costs are per success, None where none was."""

    skill: str
    model: str
    tasks: int
    epochs: int
    errors: int
    metrics: Mapping[str, Estimate]
    pass_1: float
    pass_4: float
    tokens_per_success: float | None
    money_per_success: float | None
    seconds_per_success: float | None
    tool_errors: float
    ask_precision: float | None
    ask_recall: float | None
    by_kind: Mapping[str, Estimate]
    skill_delta: Difference | None = None

    def to_json(self) -> dict[str, Any]:
        """NaN, which JSON has not, as null."""
        return _plain(asdict(self))


def report(run: Run, bare: Run | None = None) -> Report:
    """Raises ValueError for a run without a single scored try."""
    if not run.rows:
        raise ValueError(f"the run of {run.skill} has no scored task")
    success = by_task(run.rows, "success")
    passed = {task: (int(sum(values)), len(values)) for task, values in success.items()}
    names = sorted({name for row in run.rows for name in row.metrics})
    wins = sum(row.metrics["success"] for row in run.rows)
    return Report(
        skill=run.skill,
        model=run.label,
        tasks=len(success),
        epochs=max(count for _, count in passed.values()),
        errors=run.errors,
        metrics={name: estimate(run.rows, name) for name in names},
        pass_1=_mean([pass_at(1, *each) for each in passed.values()]),
        pass_4=_mean([pass_all(4, *each) for each in passed.values()]),
        tokens_per_success=_per(run.rows, "tokens", wins),
        money_per_success=_per(run.rows, "money", wins),
        seconds_per_success=_per(run.rows, "seconds", wins),
        tool_errors=sum(row.metrics.get("tool_errors", 0.0) for row in run.rows) / len(run.rows),
        ask_precision=_precision(run.rows),
        ask_recall=_recall(run.rows),
        by_kind={kind: _of_kind(run, kind) for kind in sorted(set(run.kinds.values()))},
        skill_delta=_delta(bare, run) if bare else None,
    )


def by_task(rows: Sequence[Row], metric: str) -> dict[str, list[float]]:
    values: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if metric in row.metrics:
            values[row.task].append(row.metrics[metric])
    return values


def estimate(rows: Sequence[Row], metric: str) -> Estimate:
    cluster_of = {row.task: row.cluster for row in rows}
    values = by_task(rows, metric)
    return clustered_mean([_mean(each) for each in values.values()], [cluster_of[task] for task in values])


def _of_kind(run: Run, kind: str) -> Estimate:
    return estimate([row for row in run.rows if run.kinds[row.task] == kind], "success")


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan


def _per(rows: Sequence[Row], metric: str, wins: float) -> float | None:
    return sum(row.metrics.get(metric, 0.0) for row in rows) / wins if wins else None


def _precision(rows: Sequence[Row]) -> float | None:
    """Of the tries that asked, how many asked about what was missing."""
    right = sum(row.metrics.get("asked_rightly", 0.0) for row in rows)
    asked = sum(row.metrics.get("asked", 0.0) + row.metrics.get("asked_needlessly", 0.0) for row in rows)
    return right / asked if asked else None


def _recall(rows: Sequence[Row]) -> float | None:
    warranted = [row.metrics["asked_rightly"] for row in rows if "asked_rightly" in row.metrics]
    return _mean(warranted) if warranted else None


def _delta(bare: Run, run: Run) -> Difference | None:
    """Success with SKILL.md minus without, over the tasks both ran; None where they share too few."""
    cluster_of = {row.task: row.cluster for row in (*bare.rows, *run.rows)}
    a, b = ({task: _mean(each) for task, each in by_task(side.rows, "success").items()} for side in (bare, run))
    try:
        return paired_difference(a, b, cluster_of)
    except ValueError:
        return None


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case float() if not math.isfinite(value):
            return None
        case _:
            return value
