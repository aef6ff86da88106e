"""Runs a suite from the command line through inspect_ai, resumes what was killed, and tells the report."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import inspect_ai
from inspect_ai.log import EvalLog, list_eval_logs, read_eval_log
from inspect_ai.model import get_model

from evals import progress
from evals.estimates import Estimate, figure
from evals.inspect_task import task_of
from evals.judge.vision import unreachable
from evals.report import Report, report
from evals.runs import read_run
from evals.suites import chosen

_FAILURES_SHOWN, _WIDTH = 20, 160
_NO_MODEL = "mockllm/model"  # inspect wants a model named; where one of ours answers it is never asked


@dataclass(frozen=True, slots=True)
class Plan:
    """`model` with a "/" is one of inspect's (openai/gpt-5), else one of ours; "" with a server: the one it has.

    `at_once` bounds the tasks in flight.
    """

    skill: str
    model: str
    server: str | None = None
    epochs: int = 4
    limit: int | None = None
    tasks: tuple[str, ...] = ()
    at_once: int = 2

    @property
    def is_ours(self) -> bool:
        return self.server is not None or "/" not in self.model or ":" in self.model.partition("/")[0]

    @property
    def label(self) -> str:
        return self.model if self.server is None else f"{self.model or 'its own model'} at {self.server}"


def carry_out(plan: Plan, out: Path, tell: Callable[[str], None], *, against_bare: bool = False) -> Report:
    """Run, or go on with the run of this plan that was killed, with a line for each try.

    Raises KeyError for a suite or task that is none, ValueError where no try could be run, or where the bare tools
    are asked of a server, which has SKILL.md in it.
    """
    if against_bare and plan.server is not None:
        raise ValueError("a server's tools have SKILL.md with them: --against-bare and --server exclude each other")
    ids = tuple(task.id for task in chosen(plan.skill, plan.tasks))[: plan.limit]
    with progress.told(tell, len(ids) * plan.epochs * (1 + against_bare)):
        run = read_run(_log_of(plan, ids, out, is_bare=False))
        bare = read_run(_log_of(plan, ids, out, is_bare=True)) if against_bare else None
    return report(run, bare)


def _log_of(plan: Plan, ids: tuple[str, ...], out: Path, *, is_bare: bool) -> Path:
    killed = _killed(plan, ids, out, is_bare=is_bare)
    settings: dict[str, Any] = {"log_dir": str(out), "display": "none", "log_buffer": 1, "max_samples": plan.at_once}
    if killed is not None:
        logs = inspect_ai.eval_retry(read_eval_log(killed), **settings)
        Path(killed.removeprefix("file://")).unlink()
    else:
        ours = plan.model if plan.is_ours else None
        task = task_of(plan.skill, model=ours or None, server=plan.server, bare=is_bare, tasks=ids, epochs=plan.epochs)
        model = _NO_MODEL if plan.is_ours else _known(plan.model)
        logs = inspect_ai.eval(task, model=model, fail_on_error=False, metadata=_about(plan, ids, is_bare), **settings)
    return Path(str(logs[0].location).removeprefix("file://"))


def _known(model: str) -> str:
    """The name, if inspect can make the model; raises Unreachable, of which inspect itself would say nothing here."""
    try:
        get_model(model)
    except Exception as error:  # each provider's client has errors of its own
        raise unreachable(model, error) from error
    return model


def _about(plan: Plan, ids: tuple[str, ...], is_bare: bool) -> dict[str, Any]:
    about = {"skill": plan.skill, "label": plan.label, "bare": is_bare}
    about["made_by"] = plan.model
    return {**about, "plan": {**about, "epochs": plan.epochs, "tasks": list(ids)}}


def _killed(plan: Plan, ids: tuple[str, ...], out: Path, *, is_bare: bool) -> str | None:
    """The log of the same plan that was begun and never ended."""
    if not out.is_dir():
        return None
    wanted = _about(plan, ids, is_bare)["plan"]
    for info in list_eval_logs(str(out)):
        log: EvalLog = read_eval_log(info, header_only=True)
        if log.status == "started" and (log.eval.metadata or {}).get("plan") == wanted:
            return info.name
    return None


def as_json(told: Report) -> str:
    return json.dumps(told.to_json(), ensure_ascii=False)


def as_text(told: Report) -> str:
    lines = [
        f"{told.skill} with {told.model}: {told.tasks} tasks × {told.epochs}, {told.errors} tries could not be run",
        f"success {told.metrics['success']}; pass@1 {told.pass_1:.3f}; pass^4 {figure(told.pass_4)}",
        f"per success: {_cost(told.tokens_per_success, 'tokens')}, {_cost(told.money_per_success, 'US dollars', 4)}, "
        f"{_cost(told.seconds_per_success, 'seconds', 2)}; tool errors a try {told.tool_errors:.2f}",
        f"questions: precision {figure(told.ask_precision)}, recall {figure(told.ask_recall)}",
        *_table("by kind of task", told.by_kind),
        *_table("metrics", told.metrics),
        *_failures(told.failures),
    ]
    if "advisory" in told.metrics:
        lines.append("advisory: checks of some tasks cannot tell right from wrong; these figures decide nothing")
    if told.without_skill is not None:
        lines.append(f"without SKILL.md: success {told.without_skill}")
    if told.skill_delta is not None:
        delta = told.skill_delta
        lines.append(f"SKILL.md is worth {delta.delta:+.3f} of success (95 % {delta.low:+.3f} … {delta.high:+.3f})")
    lines += [told.skill_note] if told.skill_note else []
    return "\n".join([*lines, f"log: {told.log} (inspect view --log-dir {Path(told.log).parent})"])


def _failures(why: Mapping[str, str]) -> list[str]:
    """The first of them; all are in the JSON."""
    if not why:
        return []
    shown = [f"  {task:22} {_short(fault)}" for task, fault in list(why.items())[:_FAILURES_SHOWN]]
    more = len(why) - len(shown)
    return [f"failed, {len(why)} tasks:", *shown, *([f"  … and {more} more (--json has them all)"] if more else [])]


def _short(fault: str) -> str:
    line = " ".join(fault.split())
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"


def _table(title: str, rows: Mapping[str, Estimate]) -> list[str]:
    return [f"{title}:", *(f"  {name:22} {each}  ({each.tasks} tasks)" for name, each in rows.items())]


def _cost(value: float | None, unit: str, digits: int = 0) -> str:
    return f"– {unit}" if value is None else f"{value:,.{digits}f} {unit}"
