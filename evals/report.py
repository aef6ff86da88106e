"""What a run tells: each metric with its error, pass rates, what a success costs, and what SKILL.md is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evals.estimates import Difference, Estimate, clustered_mean, paired_difference, pass_all, pass_at
from evals.rows import Row, by_task, clusters, mean, metric_names, task_means, without_nan
from evals.runs import Run


@dataclass(frozen=True, slots=True)
class Report:
    """`metrics` by name; `pass_4` is over the tasks with four scored tries, NaN where there is none.

    Costs are per success, None where there was no success or the price is not known. `failures` maps a task to what
    was wrong with its first failed try. `skill_delta` is success with SKILL.md minus `without_skill`; where tasks of
    a single cluster were run it has no interval, and `skill_note` says so.
    """

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
    failures: Mapping[str, str]
    log: str = ""
    without_skill: Estimate | None = None
    skill_delta: Difference | None = None
    skill_note: str = ""

    def to_json(self) -> dict[str, Any]:
        """NaN, which JSON has not, as null."""
        return without_nan(asdict(self))


def report(run: Run, bare: Run | None = None) -> Report:
    """Raises ValueError for a run without a single scored try."""
    if not run.rows:
        raise ValueError(f"no try of {run.skill} could be run: {run.first_error or 'nothing was scored'}")
    success = by_task(run.rows, "success")
    passed = {task: (int(sum(values)), len(values)) for task, values in success.items()}
    wins = sum(row.metrics["success"] for row in run.rows)
    delta, note = _delta(bare, run) if bare else (None, "")
    return Report(
        skill=run.skill,
        model=run.label,
        tasks=len(success),
        epochs=max(count for _, count in passed.values()),
        errors=run.errors,
        metrics={name: estimate(run.rows, name) for name in sorted(metric_names(run.rows))},
        pass_1=mean([pass_at(1, *each) for each in passed.values()]),
        pass_4=mean([pass_all(4, *each) for each in passed.values() if each[1] >= 4]),
        tokens_per_success=_per(run.rows, "tokens", wins),
        money_per_success=_per(run.rows, "money", wins),
        seconds_per_success=_per(run.rows, "seconds", wins),
        tool_errors=sum(row.metrics.get("tool_errors", 0.0) for row in run.rows) / len(run.rows),
        ask_precision=_precision(run.rows),
        ask_recall=_recall(run.rows),
        by_kind={kind: _of_kind(run, kind) for kind in sorted(set(run.kinds.values()))},
        failures=run.why,
        log=run.log,
        without_skill=estimate(bare.rows, "success") if bare and bare.rows else None,
        skill_delta=delta,
        skill_note=note,
    )


def estimate(rows: Sequence[Row], metric: str) -> Estimate:
    values, cluster_of = task_means(rows, metric), clusters(rows)
    return clustered_mean(list(values.values()), [cluster_of[task] for task in values])


def _of_kind(run: Run, kind: str) -> Estimate:
    return estimate([row for row in run.rows if run.kinds[row.task] == kind], "success")


def _per(rows: Sequence[Row], metric: str, wins: float) -> float | None:
    """All that was spent, failures included, for each success."""
    spent = [row.metrics[metric] for row in rows if metric in row.metrics]
    return sum(spent) / wins if wins and spent else None


def _precision(rows: Sequence[Row]) -> float | None:
    """Of the tries that asked, how many asked about what was missing."""
    right = sum(row.metrics.get("asked_rightly", 0.0) for row in rows)
    asked = sum(row.metrics.get("asked", 0.0) + row.metrics.get("asked_needlessly", 0.0) for row in rows)
    return right / asked if asked else None


def _recall(rows: Sequence[Row]) -> float | None:
    warranted = [row.metrics["asked_rightly"] for row in rows if "asked_rightly" in row.metrics]
    return mean(warranted) if warranted else None


def _delta(bare: Run, run: Run) -> tuple[Difference | None, str]:
    """Success with SKILL.md minus without, over the tasks both ran; where there is none, why."""
    a, b = (task_means(side.rows, "success") for side in (bare, run))
    try:
        return paired_difference(a, b, clusters(bare.rows, run.rows)), ""
    except ValueError as error:
        return None, f"no interval for what SKILL.md is worth: {error}"
