"""Results out of runs, as judges and people are shown them: of tasks that were carried to their end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.judge.labels import Item, mark_of
from evals.runs import Run, read_run, results_of
from evals.suites import suite
from evals.task import Task
from evals.trace import File


@dataclass(frozen=True, slots=True)
class Gathered:
    """`kept` is, for each run, (what was asked for, the file left) by task; `alike` counts tasks left alike by both."""

    runs: tuple[Run, ...]
    tasks: tuple[Task, ...]
    kept: tuple[Mapping[str, tuple[str, bytes]], ...]
    alike: int

    def request(self, task: Task) -> str:
        return self.kept[0][task.id][0]

    def item(self, task: Task) -> Item:
        """The task's results by names that tell nothing."""
        request = self.request(task)
        data = [run[task.id][1] for run in self.kept]
        marks = tuple(mark_of(request, each) for each in data)
        suffix = ".form.json" if task.skill == "forms" else File(task.name, b"").suffix
        files = tuple(File(f"{mark}{suffix}", each) for mark, each in zip(marks, data, strict=True))
        return Item(request, files, marks)


def gathered(paths: Sequence[Path], limit: int | None = None) -> Gathered:
    """Of one run or two. Raises FileNotFoundError for no run, ValueError where there is nothing to look at."""
    runs = tuple(read_run(path) for path in paths)
    if len({run.skill for run in runs}) > 1:
        raise ValueError(f"run A is of {runs[0].skill}, run B of {runs[1].skill}: only runs of one suite can be judged")
    tasks = {task.id: task for task in suite(runs[0].skill) if not task.refuse}
    kept = tuple({key: each for key, each in results_of(Path(run.log)).items() if key in tasks} for run in runs)
    shared = sorted(set.intersection(*map(set, kept)))
    alike = {key for key in shared if len(kept) > 1 and kept[0][key][1] == kept[1][key][1]}
    wanted = [key for key in shared if key not in alike][:limit]
    if not wanted:
        raise ValueError("there is nothing to judge: the runs share no task, or left every file alike")
    return Gathered(runs, tuple(tasks[key] for key in wanted), kept, len(alike))
