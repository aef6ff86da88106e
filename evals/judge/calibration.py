"""Whether a judge may be believed: its agreement with people on their labels, for one rubric and as it was asked then.

Nothing is taken on trust: a calibration holds figures, and whether they reach the rubric's thresholds is found anew
each time. Whatever is missing, changed or not known leaves the judge's figures advisory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from evals.judge.agreement import Agreement, Unit, agreement
from evals.judge.labels import SYNTHETIC, Label
from evals.judge.rubric import Rubric, Thresholds
from evals.rows import without_nan


@dataclass(frozen=True, slots=True)
class Setting:
    """What makes a judge the same judge: its name, who answered in it, the words, the rubric, and what it was shown."""

    judge: str
    served: tuple[str, ...]
    rubric: str
    digest: str
    words: str
    is_pair: bool
    is_seen: bool


@dataclass(frozen=True, slots=True)
class Conduct:
    """Of the same run: copies that fooled the judge, verdicts that flipped with the order, answers not to be read."""

    fooled: Mapping[str, float]
    flipped: float
    unread: float


@dataclass(frozen=True, slots=True)
class Answered:
    """What a judge said of one item, by criterion, in the words labels use."""

    item: str
    cluster: str
    said: Mapping[str, str]


@dataclass(frozen=True)
class Calibration:
    """Of one judge; `data` is the digest of the labels and of the judge's answers."""

    setting: Setting
    people: tuple[str, ...]
    data: str
    conduct: Conduct
    criteria: tuple[Agreement, ...] = field(default_factory=tuple)

    @property
    def is_synthetic(self) -> bool:
        return any(name.casefold().startswith(SYNTHETIC) for name in self.people)


def calibrate(
    rubric: Rubric, setting: Setting, answers: Sequence[Answered], labels: Sequence[Label], conduct: Conduct
) -> Calibration:
    """Raises ValueError where the labels are of other results, or of other rubrics, than the judge's."""
    if setting.digest != rubric.digest:
        raise ValueError(f"the judge was asked by {setting.rubric} as it was then: have the run judged anew")
    given: dict[tuple[str, str], dict[str, str]] = {}
    for label in labels:
        given.setdefault((label.item, label.criterion), {})[label.labeller] = label.said
    known = {each.item for each in answers}
    if not known & {label.item for label in labels}:
        raise ValueError(f"{setting.judge} judged none of the labelled results: label and judge the same run")
    shared = [each for each in answers if any(item == each.item for item, _ in given)]
    criteria = tuple(
        agreement(
            each.id,
            [
                Unit(one.item, one.cluster, given.get((one.item, each.id), {}), one.said.get(each.id, ""))
                for one in shared
            ],
        )
        for each in rubric.criteria
    )
    people = tuple(sorted({label.labeller for label in labels}))
    return Calibration(setting, people, _digest(shared, labels), conduct, criteria)


def _digest(answers: Sequence[Answered], labels: Sequence[Label]) -> str:
    data = [
        sorted([each.item, each.criterion, each.labeller, each.said] for each in labels),
        sorted([each.item, each.cluster, sorted(each.said.items())] for each in answers),
    ]
    return hashlib.sha256(json.dumps(data, ensure_ascii=False).encode()).hexdigest()


def shortfalls(found: Calibration, rubric: Rubric) -> Iterator[str]:
    """What keeps the judge from being calibrated, a line each; nothing where it is."""
    wanted = rubric.thresholds
    if found.is_synthetic:
        yield "the labels are synthetic, not people's"
    if not rubric.reviewed_by:
        yield f"no person stands by version {rubric.version} of {rubric.name} (reviewed_by is empty)"
    if len(found.people) < wanted.people:
        yield f"{len(found.people)} labellers, {wanted.people} are wanted"
    missing = [each.id for each in rubric.criteria if each.id not in {one.criterion for one in found.criteria}]
    if missing:
        yield f"nothing is known of {', '.join(missing)}"
    for each in found.criteria:
        yield from (f"{each.criterion}: {fault}" for fault in _short(each, wanted))
    yield from misconduct(found.conduct, wanted)


def _short(found: Agreement, wanted: Thresholds) -> Iterator[str]:
    if found.items < wanted.items or found.clusters < wanted.clusters:
        yield (
            f"{found.items} results of {found.clusters} clusters, {wanted.items} of {wanted.clusters} are wanted"
            + (f"; people are split on {found.split}" if found.split else "")
        )
    if wanted.people > 1 and not found.people_alpha.value >= wanted.people_alpha:  # NaN is short too
        yield f"people agree with each other at alpha {found.people_alpha.value:.2f}, {wanted.people_alpha} is wanted"
    if not (found.kappa.value >= wanted.kappa and found.kappa.low >= wanted.kappa_low):
        yield (
            f"kappa with people {found.kappa.value:.2f} [{found.kappa.low:.2f}, {found.kappa.high:.2f}], "
            f"{wanted.kappa} and a lower end of {wanted.kappa_low} are wanted"
        )


def misconduct(found: Conduct, wanted: Thresholds) -> Iterator[str]:
    """What a judge does that no agreement makes up for."""
    if not found.fooled:
        yield "no canary was answered"
    for name, rate in found.fooled.items():
        if rate > wanted.most_fooled:
            yield f"{name} copies fool it in {rate:.0%}"
    if not found.flipped <= wanted.most_flipped:
        yield f"{found.flipped:.0%} of its verdicts flip with the order"
    if not found.unread <= wanted.most_unread:
        yield f"{found.unread:.0%} of its answers could not be read"


def doubts(setting: Setting, rubric: Rubric, known: Sequence[Calibration], *, is_asked: bool) -> list[str]:
    """Why the judge's figures stay advisory; empty where one calibration of this very setting holds.

    Who answers in its name is known only once it was asked.
    """
    own = [each for each in known if each.setting.judge == setting.judge]
    if not own:
        return ["it is not calibrated"]
    why: list[str] = []
    for each in own:
        found = [*_changed(each.setting, setting, is_asked=is_asked), *shortfalls(each, rubric)]
        if not found:
            return []
        why += found
    return list(dict.fromkeys(why))


def _changed(was: Setting, now: Setting, *, is_asked: bool) -> Iterator[str]:
    if was.digest != now.digest:
        yield f"it is calibrated for {was.rubric} as it was then, not for {now.rubric}"
    if was.words != now.words:
        yield "the words it is asked in have changed since"
    if was.is_pair != now.is_pair:
        yield f"it is calibrated on {'pairs' if was.is_pair else 'single results'}"
    if was.is_seen != now.is_seen:
        yield f"it is calibrated {'with' if was.is_seen else 'without'} rendered pages"
    if is_asked and (was.served != now.served or not any(now.served)):
        yield f"{_names(was.served)} answered in its name then, {_names(now.served)} now"


def _names(served: Sequence[str]) -> str:
    return ", ".join(filter(None, served)) or "nobody knows who"


def written(found: Sequence[Calibration]) -> str:
    return json.dumps({"calibrations": [without_nan(asdict(each)) for each in found]}, ensure_ascii=False, indent=1)


def read(path: Path) -> tuple[Calibration, ...]:
    """Raises ValueError for a file that is none, FileNotFoundError for none at all."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_ADAPTER.validate_python(_with_nan(each)) for each in data["calibrations"])
    except (json.JSONDecodeError, KeyError, TypeError, ValidationError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no calibration: {str(error).splitlines()[0]}") from error


_ADAPTER = TypeAdapter(Calibration)


def _with_nan(value: Any) -> Any:
    """The inverse of `without_nan`: all that is null in a calibration is a figure that is not known."""
    match value:
        case dict():
            return {key: _with_nan(each) for key, each in value.items()}
        case list():
            return [_with_nan(each) for each in value]
        case None:
            return float("nan")
        case _:
            return value
