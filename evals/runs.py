"""Runs as they are kept: inspect's logs read back as rows, one a task and epoch."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspect_ai.log import EvalLog, list_eval_logs, read_eval_log

from evals.rows import Row


@dataclass(frozen=True, slots=True)
class Run:
    """`label` is what ran, `made_by` the model ("" where the log does not tell); `why` maps a task to what was wrong
    with its first failed try.
    """

    label: str
    skill: str
    rows: tuple[Row, ...]
    why: dict[str, str]
    kinds: dict[str, str]
    errors: int
    is_whole: bool
    is_bare: bool
    log: str = ""
    first_error: str = ""
    made_by: str = ""


def read_run(path: Path) -> Run:
    """A log file, or the newest whole log of a folder that is not of the bare tools; raises FileNotFoundError."""
    if path.is_dir():
        return _run(read_eval_log(_newest(path)))
    if not path.is_file():
        raise FileNotFoundError(f"no log at {path}")
    return _run(read_eval_log(str(path)))


def _newest(folder: Path) -> str:
    for info in list_eval_logs(str(folder)):  # newest first
        log: EvalLog = read_eval_log(info, header_only=True)
        if log.status == "success" and not (log.eval.metadata or {}).get("bare"):
            return info.name
    raise FileNotFoundError(f"no log of a run that was carried to its end in {folder}")


def _run(log: EvalLog) -> Run:
    about: dict[str, Any] = log.eval.metadata or {}
    rows: list[Row] = []
    why: dict[str, str] = {}
    kinds: dict[str, str] = {}
    samples = log.samples or []
    for sample in samples:
        score = (sample.scores or {}).get("measured")
        if score is None or not score.metadata:
            continue
        task = str(sample.id)
        rows.append(Row(task, str(sample.metadata["cluster"]), sample.epoch, score.metadata["metrics"]))
        kinds[task] = str(sample.metadata["kind"])
        if score.metadata["metrics"]["success"] < 1.0:
            why.setdefault(task, score.explanation or "")
    return Run(
        label=about.get("label") or about.get("model") or log.eval.model,
        skill=str(about.get("skill", log.eval.task)),
        rows=tuple(rows),
        why=why,
        kinds=kinds,
        errors=sum(sample.error is not None for sample in samples),
        is_whole=log.status == "success",
        is_bare=bool(about.get("bare")),
        first_error=next((sample.error.message for sample in samples if sample.error), ""),
        made_by=_made_by(log),
        log=str(log.location).removeprefix("file://"),
    )


def _made_by(log: EvalLog) -> str:
    """The model under test: as the run's plan names it, else as inspect was told; a server's own is not known."""
    about: dict[str, Any] = log.eval.metadata or {}
    if "made_by" in about:
        return str(about["made_by"])
    return str(about.get("model") or ("" if about.get("server") else log.eval.model))


def results_of(log: Path) -> dict[str, tuple[str, bytes]]:
    """(what was asked for, the file that was left) of every task's first try that was carried to its end."""
    found: dict[str, tuple[str, bytes]] = {}
    for sample in read_eval_log(str(log)).samples or []:
        if sample.epoch == 1 and sample.error is None and "after" in sample.store:
            said = [each["said"] for each in sample.store["trace"]["spoken"]]
            found[str(sample.id)] = "\n".join(said), base64.b64decode(sample.store["after"])
    return found
