"""Judges held against people: from sheets of labels and a judged run to calibrations, and how that is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.judge import calibration, shipped
from evals.judge.agreement import Figure
from evals.judge.calibration import Calibration
from evals.judge.labels import read_labels
from evals.judge.rubric import Rubric
from evals.judged import read_judges


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Every judge of the run, calibrated or not."""

    rubric: Rubric
    found: tuple[Calibration, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every judge may be believed."""
        return not any(list(calibration.shortfalls(each, self.rubric)) for each in self.found)


def calibrated(rubric_name: str, labels: Sequence[Path], judge_run: Path) -> Calibrated:
    """Raises KeyError or ValueError for what is no rubric, no labels, no judged run, or does not belong together."""
    rubric = shipped.rubric(rubric_name)
    judges = read_judges(judge_run)
    said = read_labels(labels, rubric)
    found = (calibration.calibrate(rubric, setting, answers, said, conduct) for setting, conduct, answers in judges)
    return Calibrated(rubric, tuple(found))


def as_json(result: Calibrated) -> str:
    return calibration.written(result.found)


def as_text(result: Calibrated) -> str:
    lines = [f"{result.rubric.name}, version {result.rubric.version}, {result.rubric.provenance}"]
    for each in result.found:
        short = list(calibration.shortfalls(each, result.rubric))
        lines += [
            f"{each.setting.judge}: {'NOT calibrated' if short else 'calibrated'}, against {', '.join(each.people)}",
            f"  {'':16} results  split  accuracy            kappa               alpha among people",
            *(
                f"  {one.criterion:16} {one.items:7}  {one.split:5}  {_figure(one.accuracy)}  {_figure(one.kappa)}  "
                f"{_figure(one.people_alpha)}"
                for one in each.criteria
            ),
            *(f"  falls short: {fault}" for fault in short),
        ]
    return "\n".join(lines)


def _figure(found: Figure) -> str:
    return f"{found.value:5.2f} [{found.low:5.2f},{found.high:5.2f}]"
