"""`inspect eval evals/presentations`: the suite as inspect_ai finds it."""

from __future__ import annotations

from inspect_ai import Task, task

from evals.inspect_task import task_of


@task
def presentations(model_name: str | None = None, server: str | None = None, bare: bool = False) -> Task:
    """The suite over the model inspect runs with, or over one of ours by name; see docs/evals.md."""
    return task_of("presentations", model=model_name, server=server, bare=bare)
