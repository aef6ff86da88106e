"""The rubrics that ship as data, `evals/judge/rubrics/NAME.json`: edited by people, with a version for each change."""

from __future__ import annotations

import json
from pathlib import Path

from evals.judge.rubric import Criterion, Rubric

_FOLDER = Path(__file__).parent / "rubrics"


def names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


def rubric(name: str) -> Rubric:
    """Raises KeyError for a name that is none, ValueError for a file that is no rubric."""
    if name not in names():
        raise KeyError(f"no rubric '{name}'; there are {', '.join(names())}")
    sent = json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    criteria = tuple(Criterion(each["id"], each["text"]) for each in sent["criteria"])
    if sent["name"] != name or sent["version"] < 1 or not sent["author"]:
        raise ValueError(f"rubric {name}: its name must be its file's, with a version from 1 and an author")
    if not criteria or len({each.id for each in criteria}) != len(criteria):
        raise ValueError(f"rubric {name}: it must have criteria, each with an id of its own")
    return Rubric(name, sent["version"], sent["author"], criteria)
