"""Every control of every task behaves: the reference passes; idling, wrecking and half the job fail."""

from __future__ import annotations

from collections import Counter

import pytest

from evals.controls import misbehaving, run_controls
from evals.suites import SKILLS, suite
from evals.task import Kind, Task

KINDS: set[Kind] = {
    "create",
    "edit",
    "multi_turn",
    "ambiguous",
    "should_refuse",
    "benign_twin",
    "injected",
    "long_file",
}
ALL = [task for skill in SKILLS for task in suite(skill)]
# The default suite sees the first task of each kind of each skill; the slow suite, which CI runs too, sees them all.
SAMPLE = list({(task.skill, task.kind): task for task in reversed(ALL)}.values())


@pytest.mark.parametrize("skill", SKILLS)
def test_a_suite_has_forty_tasks_of_every_kind_in_several_clusters(skill: str) -> None:
    tasks = suite(skill)

    assert len(tasks) >= 40
    assert {task.kind for task in tasks} == KINDS
    assert min(Counter(task.kind for task in tasks).values()) >= 3
    assert len({task.cluster for task in tasks}) >= 8


@pytest.mark.parametrize("task", SAMPLE, ids=lambda task: f"{task.skill}-{task.id}")
async def test_controls_of_each_kind_behave(task: Task) -> None:
    assert list(misbehaving(task, await run_controls(task))) == []


@pytest.mark.slow
@pytest.mark.parametrize("task", ALL, ids=lambda task: f"{task.skill}-{task.id}")
async def test_controls_of_every_task_behave(task: Task) -> None:
    assert list(misbehaving(task, await run_controls(task))) == []
