"""What judges make of runs: pointwise over one, pairwise over two, by a panel that is kept apart from both."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from copilot_server.models.registry import ModelCard
from copilot_server.settings import load_settings
from evals.gathering import Gathered, gathered
from evals.judge import calibration, shipped, vision
from evals.judge.calibration import Answered, Calibration, Conduct, Setting
from evals.judge.labels import pair_of
from evals.judge.material import candidate
from evals.judge.panel import Match, PanelReport, Verdict, hold_panel
from evals.judge.rubric import Rubric, asked_digest
from evals.judge.separation import Parties, require_separation
from evals.judge.single import Result, SingleReport, hold_single
from evals.runs import Run
from evals.suites import GENERATORS
from evals.trace import File

PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Wish:
    """`makers` are models that took part in the runs and are not named in their logs; `generators` made the data.

    `PEOPLE` among either says that no model did. `gate`: the figures are to decide, so nothing is asked of a panel
    whose calibrations do not allow it.
    """

    rubric: str
    judges: tuple[str, ...]
    makers: tuple[str, ...] = ()
    generators: tuple[str, ...] = ()
    limit: int | None = None
    is_seen: bool = False
    calibrations: tuple[Path, ...] = ()
    gate: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What a panel found; `identical` tasks were left alike by both runs and not judged.

    `doubts` tell by judge why its figures are advisory: with a single one the whole panel's are.
    """

    rubric: Rubric
    parties: Parties
    labels: tuple[str, ...]
    tasks: int
    identical: int
    found: PanelReport | SingleReport
    settings: tuple[Setting, ...]
    answers: Mapping[str, tuple[Answered, ...]]
    doubts: Mapping[str, tuple[str, ...]]

    @property
    def is_advisory(self) -> bool:
        return any(self.doubts.values())

    def passes(self, at_least: float | None) -> bool:
        """The gate: of two runs B is not worse beyond chance, of one the share that holds is not under `at_least`.

        Raises ValueError where the figures are advisory: they decide nothing.
        """
        if self.is_advisory:
            raise ValueError(f"no gate: {_told(self.doubts)}")
        if isinstance(self.found, SingleReport):
            return self.found.overall.mean >= (at_least or 0.0)
        return next(each.high for each in self.found.overall if each.name == "B") >= 0.0


def judged(wish: Wish, a: Path, b: Path | None = None) -> Judged:
    """Raises KeyError for a rubric that is none, ValueError (NotSeparate among them) before any judge is asked."""
    rubric = shipped.rubric(wish.rubric)
    known = tuple(each for path in wish.calibrations for each in calibration.read(path))
    given = gathered([path for path in (a, b) if path is not None], wish.limit)
    declared = load_settings().models
    parties = _parties(wish, rubric, given.runs)
    require_separation(parties, declared)
    settings = tuple(_setting(judge, rubric, wish, is_pair=b is not None) for judge in wish.judges)
    before = {each.judge: tuple(calibration.doubts(each, rubric, known, is_asked=False)) for each in settings}
    if wish.gate and any(before.values()):
        raise ValueError(f"no gate, and nothing was asked: {_told(before)}")
    found = asyncio.run(_held(wish, rubric, parties, given, declared))
    settings = tuple(replace(each, served=found.served.get(each.judge, ())) for each in settings)
    return Judged(
        rubric=rubric,
        parties=parties,
        labels=tuple(run.label for run in given.runs),
        tasks=len(given.tasks),
        identical=given.alike,
        found=found,
        settings=settings,
        answers={judge: tuple(_answers(judge, found, given)) for judge in wish.judges},
        doubts={each.judge: _doubts(each, rubric, known, found) for each in settings},
    )


def _told(doubts: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{judge}: {', '.join(why)}" for judge, why in doubts.items() if why)


def _parties(wish: Wish, rubric: Rubric, runs: Sequence[Run]) -> Parties:
    """Whose relatives may not judge; raises ValueError where it is not known who made the results or the data."""
    skill = runs[0].skill
    candidates = [run.made_by for run in runs if run.made_by]
    if len(candidates) < len(runs) and not wish.makers:
        raise ValueError("a log does not tell which model made its results: name it (--maker NAME, or people)")
    generators = (*GENERATORS.get(skill, ()), *wish.generators)
    if not generators:
        raise ValueError(f"who made the data of {skill} is not known: name the models (--generator NAME, or people)")
    return Parties(wish.judges, _models((*candidates, *wish.makers)), _models((*generators, *rubric.drafted_with)))


def _models(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name != PEOPLE))


def _setting(judge: str, rubric: Rubric, wish: Wish, *, is_pair: bool) -> Setting:
    named = f"{rubric.name} {rubric.version}"
    return Setting(judge, (), named, rubric.digest, asked_digest(), is_pair=is_pair, is_seen=wish.is_seen)


async def _held(
    wish: Wish, rubric: Rubric, parties: Parties, given: Gathered, declared: Mapping[str, ModelCard]
) -> PanelReport | SingleReport:
    ask = vision.asking(declared=declared)
    shown = [
        [candidate(File(task.name, run[task.id][1]), is_seen=wish.is_seen) for run in given.kept]
        for task in given.tasks
    ]
    if len(given.kept) == 1:
        results = [
            Result(task.id, given.request(task), task.cluster, each[0])
            for task, each in zip(given.tasks, shown, strict=True)
        ]
        return await hold_single(parties, rubric, results, ask, declared)
    matches = [
        Match(task.id, given.request(task), task.cluster, dict(zip("AB", each, strict=True)))
        for task, each in zip(given.tasks, shown, strict=True)
    ]
    return await hold_panel(parties, rubric, matches, ask, declared)


def _answers(judge: str, found: PanelReport | SingleReport, given: Gathered) -> list[Answered]:
    """What a judge said in the words labels use, under names that tell nothing of who made the results."""
    marks = {task.id: given.item(task).marks for task in given.tasks}
    if isinstance(found, SingleReport):
        return [
            Answered(
                marks[each.task][0], each.cluster, {key: "yes" if held else "no" for key, held in each.held.items()}
            )
            for each in found.marks
            if each.judge == judge
        ]
    return [
        Answered(pair_of(*marks[each.match.task]), each.match.cluster, _sides(each, marks[each.match.task]))
        for each in found.verdicts
        if each.judge == judge
    ]


def _sides(verdict: Verdict, marks: Sequence[str]) -> dict[str, str]:
    a, b = ("first", "second") if marks[0] == min(marks) else ("second", "first")
    return {key: {"A": a, "B": b, "tie": "tie"}[side] for key, side in verdict.sides.items()}


def conduct_of(judge: str, found: PanelReport | SingleReport) -> Conduct:
    """How the judge behaved in this run; what it was not asked counts as the worst."""
    fooled = {
        name.rpartition("/")[2]: rate for name, rate in found.canaries.items() if name.rpartition("/")[0] == judge
    }
    flipped = 0.0 if isinstance(found, SingleReport) else found.flip_rate.get(judge, 1.0)
    return Conduct(fooled, flipped, found.unread.get(judge, 1.0))


def _doubts(
    setting: Setting, rubric: Rubric, known: Sequence[Calibration], found: PanelReport | SingleReport
) -> tuple[str, ...]:
    why = calibration.doubts(setting, rubric, known, is_asked=True)
    conduct = conduct_of(setting.judge, found)
    return (*why, *(f"in this run: {each}" for each in calibration.misconduct(conduct, rubric.thresholds)))
