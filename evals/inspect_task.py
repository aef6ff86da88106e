"""The suites as inspect_ai tasks: its runner, epochs, logs and retries around our loop and our scorers."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from typing import Any

from inspect_ai import Epochs, Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelUsage, get_model
from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, metric, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver

from copilot_server.agent.conversation import ModelMaker
from copilot_server.agent.messages import Model
from copilot_server.models.choose import model_for
from copilot_server.settings import load_settings
from evals import progress, running, serving
from evals.inspect_model import ModelOfInspect
from evals.scoring.score import score
from evals.suites import chosen, suite
from evals.trace import File, Seen, trace_from

_HEADLINES = ("success", "fulfilled", "untouched", "sound", "honest")


@task(name="suite")
def task_of(
    skill: str,
    *,
    model: str | None = None,
    server: str | None = None,
    bare: bool = False,
    tasks: Sequence[str] = (),
    epochs: int | None = None,
) -> Task:
    """The suite of a skill. `model` names one of ours (builtin, scripted:FILE, one the settings declare); None is the
    model inspect runs with. `server` runs every turn over HTTP. `bare` leaves SKILL.md out.
    """
    wanted = chosen(skill, tasks)
    name = f"{skill}_bare" if bare else skill
    return Task(
        dataset=MemoryDataset([_sample(each.id, each.turns[0].text, each.kind, each.cluster) for each in wanted]),
        solver=carried(skill, model=model, server=server, bare=bare),
        scorer=measured(skill),
        name=name,
        epochs=Epochs(epochs) if epochs else None,
        metadata={"skill": skill, "bare": bare, "model": model or "", "server": server or ""},
    )


def _sample(task_id: str, said: str, kind: str, cluster: str) -> Sample:
    return Sample(input=said, id=task_id, metadata={"kind": kind, "cluster": cluster})


@solver
def carried(skill: str, *, model: str | None = None, server: str | None = None, bare: bool = False) -> Solver:
    """Our unmodified loop over the task; the trace and both files are left in the sample's store."""
    tasks = {task.id: task for task in suite(skill)}

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001 - the loop generates itself
        task = tasks[str(state.sample_id)]
        try:
            if server is not None:
                seen = await serving.run(task, server, model)
            else:
                seen = await running.run(task, maker(model), is_bare=bare)
        except Exception as error:
            progress.ended(task.id, state.epoch, f"could not be run: {error!r}")
            raise
        state.store.set("before", base64.b64encode(seen.before.data).decode())
        state.store.set("after", base64.b64encode(seen.after.data).decode())
        state.store.set("trace", seen.trace.to_json())
        state.output.completion = seen.trace.closing
        state.output.usage = ModelUsage(total_tokens=seen.trace.tokens)
        return state

    return solve


def maker(model: str | None) -> ModelMaker:
    """One of our own models by name, or the one inspect runs with."""

    def make(understand: Any) -> Model:
        if model is None:
            return ModelOfInspect(get_model())
        return model_for(load_settings(model=model), understand)

    return make


@metric
def mean_where_asked() -> Metric:
    """The mean over the tries the metric applies to; inspect's own takes what does not apply for a NaN of all."""

    def over(scores: list[SampleScore]) -> float:
        values = [value for each in scores if not math.isnan(value := each.score.as_float())]
        return sum(values) / len(values) if values else math.nan

    return over


@scorer(metrics={name: [mean_where_asked()] for name in _HEADLINES}, name="measured")
def measured(skill: str) -> Scorer:
    """Every metric in the score's metadata; the headlines, NaN where one does not apply, as its value."""
    tasks = {task.id: task for task in suite(skill)}

    async def score_sample(state: TaskState, target: Target) -> Score:  # noqa: ARG001 - the task holds the target
        task = tasks[str(state.sample_id)]
        seen = left_by(task.name, state.store)
        measures = score(seen.before, seen.after, seen.trace, task)
        progress.ended(task.id, state.epoch, "success" if measures["success"].value == 1.0 else "failed")
        shown = {name: measures[name].value if name in measures else float("nan") for name in _HEADLINES}
        return Score(
            value=shown,
            explanation=measures["success"].explanation,
            answer=seen.trace.closing,
            metadata={
                "metrics": {name: each.value for name, each in measures.items()},
                "why": {name: each.explanation for name, each in measures.items() if each.explanation},
            },
        )

    return score_sample


def left_by(name: str, store: Any) -> Seen:
    """What the solver left in a sample's store."""
    before, after = (File(name, base64.b64decode(store.get(key))) for key in ("before", "after"))
    return Seen(before, after, trace_from(store.get("trace")))
