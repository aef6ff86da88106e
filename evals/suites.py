"""The suites by name, and who answers a model's name."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence

from evals.public.sets import SETS, tasks_of
from evals.task import SkillName, Task

SKILLS: tuple[SkillName, ...] = ("presentations", "spreadsheets", "documents", "forms")

# Models that helped to write a suite's tasks, files and rubrics: no relative of theirs may judge its results (what
# counts is the family, not the version). Who made the public sets' data is not known here; whoever judges must say.
GENERATORS: Mapping[str, tuple[str, ...]] = dict.fromkeys(SKILLS, ("claude-opus-5-5",))


def suite(skill: str) -> tuple[Task, ...]:
    """Every task of a skill or public set; raises KeyError where it is not, ValueError for an id met twice."""
    if skill not in (*SKILLS, *SETS):
        raise KeyError(f"no suite '{skill}'; there are {', '.join((*SKILLS, *SETS))}")
    tasks: tuple[Task, ...] = (
        tasks_of(skill) if skill in SETS else importlib.import_module(f"evals.{skill}.suite").TASKS
    )
    ids = [task.id for task in tasks]
    twice = {each for each in ids if ids.count(each) > 1}
    if twice:
        raise ValueError(f"tasks share the ids {sorted(twice)}")
    return tasks


def chosen(skill: str, ids: Sequence[str] = ()) -> tuple[Task, ...]:
    """The tasks named, or all; raises KeyError naming those unknown."""
    tasks = suite(skill)
    unknown = set(ids) - {task.id for task in tasks}
    if unknown:
        raise KeyError(f"no task {', '.join(sorted(unknown))} in {skill}")
    return tuple(task for task in tasks if not ids or task.id in ids)
