"""What judges make of runs: pointwise over one, pairwise over two, by a panel that is kept apart from both."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from copilot_server.models.registry import ModelCard
from copilot_server.settings import load_settings
from evals.judge import shipped, vision
from evals.judge.material import candidate
from evals.judge.panel import Match, PanelReport, hold_panel
from evals.judge.rubric import Rubric
from evals.judge.separation import Parties, require_separation
from evals.judge.single import Result, SingleReport, hold_single
from evals.rows import without_nan
from evals.runs import Run, read_run, results_of
from evals.suites import GENERATORS, suite
from evals.task import Task
from evals.trace import File

PEOPLE = "people"
ADVISORY = "ADVISORY: this panel is not calibrated against people's labels; its figures decide nothing"


@dataclass(frozen=True, slots=True)
class Wish:
    """`makers` are models that took part in the runs and are not named in their logs; `generators` made the data.

    `PEOPLE` among either says that no model did.
    """

    rubric: str
    judges: tuple[str, ...]
    makers: tuple[str, ...] = ()
    generators: tuple[str, ...] = ()
    limit: int | None = None
    is_seen: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What a panel found; `identical` tasks were left alike by both runs and not judged."""

    rubric: Rubric
    parties: Parties
    labels: tuple[str, ...]
    tasks: int
    identical: int
    found: PanelReport | SingleReport


def judged(wish: Wish, a: Path, b: Path | None = None) -> Judged:
    """Raises KeyError for a rubric that is none, ValueError (NotSeparate among them) before any judge is asked."""
    rubric = shipped.rubric(wish.rubric)
    runs = [read_run(path) for path in (a, b) if path is not None]
    if len({run.skill for run in runs}) > 1:
        raise ValueError(f"run A is of {runs[0].skill}, run B of {runs[1].skill}: only runs of one suite can be judged")
    declared = load_settings().models
    parties = _parties(wish, runs)
    require_separation(parties, declared)
    tasks = {task.id: task for task in suite(runs[0].skill) if not task.refuse}
    kept = [{key: each for key, each in results_of(Path(run.log)).items() if key in tasks} for run in runs]
    shared = sorted(set.intersection(*map(set, kept)))
    alike = {key for key in shared if len(kept) > 1 and kept[0][key][1] == kept[1][key][1]}
    wanted = [key for key in shared if key not in alike][: wish.limit]
    if not wanted:
        raise ValueError("there is nothing to judge: the runs share no task, or left every file alike")
    found = asyncio.run(_held(wish, rubric, parties, [tasks[key] for key in wanted], kept, declared))
    return Judged(rubric, parties, tuple(run.label for run in runs), len(wanted), len(alike), found)


def _parties(wish: Wish, runs: Sequence[Run]) -> Parties:
    """Whose relatives may not judge; raises ValueError where it is not known who made the results or the data."""
    skill = runs[0].skill
    candidates = [run.made_by for run in runs if run.made_by]
    if len(candidates) < len(runs) and not wish.makers:
        raise ValueError("a log does not tell which model made its results: name it (--maker NAME, or people)")
    generators = (*GENERATORS.get(skill, ()), *wish.generators)
    if not generators:
        raise ValueError(f"who made the data of {skill} is not known: name the models (--generator NAME, or people)")
    return Parties(wish.judges, _models((*candidates, *wish.makers)), _models(generators))


def _models(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name != PEOPLE))


async def _held(
    wish: Wish,
    rubric: Rubric,
    parties: Parties,
    tasks: Sequence[Task],
    kept: Sequence[Mapping[str, tuple[str, bytes]]],
    declared: Mapping[str, ModelCard],
) -> PanelReport | SingleReport:
    ask = vision.asking(declared=declared)
    shown = [[candidate(File(task.name, run[task.id][1]), is_seen=wish.is_seen) for run in kept] for task in tasks]
    requests = [kept[0][task.id][0] for task in tasks]
    if len(kept) == 1:
        results = [
            Result(task.id, request, task.cluster, each[0])
            for task, request, each in zip(tasks, requests, shown, strict=True)
        ]
        return await hold_single(parties, rubric, results, ask, declared)
    matches = [
        Match(task.id, request, task.cluster, dict(zip("AB", each, strict=True)))
        for task, request, each in zip(tasks, requests, shown, strict=True)
    ]
    return await hold_panel(parties, rubric, matches, ask, declared)


def as_json(result: Judged) -> str:
    """Verdicts by task and judge among it; never what the candidates say."""
    found = result.found
    about = {
        "rubric": asdict(result.rubric),
        "parties": asdict(result.parties),
        "runs": result.labels,
        "tasks": result.tasks,
        "identical": result.identical,
    }
    if isinstance(found, SingleReport):
        return json.dumps(without_nan({**about, **asdict(found)}), ensure_ascii=False)
    verdicts = [
        {"judge": each.judge, "task": each.match.task, "score_of_A": each.score, "has_flipped": each.has_flipped}
        for each in found.verdicts
    ]
    told = {
        name: [asdict(each) for each in getattr(found, name)] if name == "overall" else getattr(found, name)
        for name in ("overall", "flip_rate", "canaries", "unread", "is_advisory")
    }
    told |= {
        name: {judge: [asdict(each) for each in given] for judge, given in getattr(found, name).items()}
        for name in ("by_judge", "without")
    }
    return json.dumps(without_nan({**about, **told, "verdicts": verdicts}), ensure_ascii=False)


def as_text(result: Judged) -> str:
    found = result.found
    lines = [
        ADVISORY,
        f"{result.rubric.name}, version {result.rubric.version}, by {result.rubric.author}: {result.tasks} tasks"
        + (f"; {result.identical} more were left alike by both" if result.identical else ""),
        *(f"{side}: {label}" for side, label in zip("AB", result.labels, strict=False)),
        *(_pointwise(found) if isinstance(found, SingleReport) else _pairwise(found)),
        *_rates("preferred copies that only pretend to be better (0 is right)", found.canaries),
        *_rates("answers that could not be read", found.unread),
    ]
    return "\n".join(lines)


def _pairwise(found: PanelReport) -> list[str]:
    lines = ["strength, log-odds against the other:"]
    for name, table in (("all", found.overall), *found.by_judge.items()):
        lines += [f"  {name:32} {each.name} {each.strength:+.2f} [{each.low:+.2f}, {each.high:+.2f}]" for each in table]
    for judge, table in found.without.items():
        lines += [f"  without {judge:24} {each.name} {each.strength:+.2f}" for each in table]
    return [*lines, *_rates("verdicts that flipped with the order (counted as ties)", found.flip_rate)]


def _pointwise(found: SingleReport) -> list[str]:
    rows = {"all criteria": found.overall, **found.by_criterion, **found.by_judge}
    rows |= {f"without {judge}": each for judge, each in found.without.items()}
    agreed = "–" if found.agreement != found.agreement else f"{found.agreement:.0%}"
    return [
        "share that holds:",
        *(f"  {name:32} {each}" for name, each in rows.items()),
        f"judges agree: {agreed}",
    ]


def _rates(title: str, rates: Mapping[str, float]) -> list[str]:
    return [f"{title}:", *(f"  {name:32} {rate:.0%}" for name, rate in rates.items())]
