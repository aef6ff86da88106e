"""What a panel found, told: as text for people, and as JSON that calibration reads back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from evals.judge.calibration import Answered, Conduct, Setting
from evals.judge.panel import PanelReport
from evals.judge.single import SingleReport
from evals.judging import Judged, conduct_of
from evals.rows import without_nan

ADVISORY = "ADVISORY: this panel is not calibrated against people's labels; its figures decide nothing"


def as_json(result: Judged) -> str:
    """Verdicts by task and judge among it; never what the candidates say."""
    found = result.found
    about = {
        "rubric": {**asdict(result.rubric), "digest": result.rubric.digest},
        "parties": asdict(result.parties),
        "runs": result.labels,
        "tasks": result.tasks,
        "identical": result.identical,
        "is_advisory": result.is_advisory,
        "doubts": result.doubts,
        "judges": [
            {
                "setting": asdict(each),
                "conduct": asdict(conduct_of(each.judge, found)),
                "answers": [asdict(one) for one in result.answers[each.judge]],
            }
            for each in result.settings
        ],
    }
    return json.dumps(without_nan({**about, **_found(found)}), ensure_ascii=False)


def _found(found: PanelReport | SingleReport) -> dict[str, Any]:
    if isinstance(found, SingleReport):
        return asdict(found)
    verdicts = [
        {
            "judge": each.judge,
            "task": each.match.task,
            "score_of_A": each.score,
            "has_flipped": each.has_flipped,
            "sides": each.sides,
        }
        for each in found.verdicts
    ]
    rates = {name: getattr(found, name) for name in ("flip_rate", "canaries", "unread", "served")}
    tables = {
        name: {judge: [asdict(each) for each in given] for judge, given in getattr(found, name).items()}
        for name in ("by_judge", "without")
    }
    return {"overall": [asdict(each) for each in found.overall], **rates, **tables, "verdicts": verdicts}


def read_judges(path: Path) -> list[tuple[Setting, Conduct, tuple[Answered, ...]]]:
    """Who judged what in a run kept by `eval judge … --json`. Raises ValueError for a file that is none."""
    try:
        judges = json.loads(path.read_text(encoding="utf-8"))["judges"]
        return [
            (
                _SETTING.validate_python(each["setting"]),
                _CONDUCT.validate_python(each["conduct"]),
                tuple(map(_ANSWERED.validate_python, each["answers"])),
            )
            for each in judges
        ]
    except (json.JSONDecodeError, KeyError, TypeError, ValidationError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} was not written by `eval judge … --json`: {str(error).splitlines()[0]}") from error


_SETTING, _CONDUCT, _ANSWERED = TypeAdapter(Setting), TypeAdapter(Conduct), TypeAdapter(Answered)


def as_text(result: Judged) -> str:
    found = result.found
    why = [f"  {judge}: {each}" for judge, doubts in result.doubts.items() for each in doubts]
    lines = [
        *([ADVISORY, *why] if result.is_advisory else ["calibrated against people's labels: these figures may decide"]),
        f"{result.rubric.name}, version {result.rubric.version}, {result.rubric.provenance}",
        f"{result.tasks} tasks" + (f"; {result.identical} more were left alike by both" if result.identical else ""),
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
