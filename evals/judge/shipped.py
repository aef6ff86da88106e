"""Rubrics as data: the ones that ship, `evals/judge/rubrics/NAME.json`, and people's own files of the same shape."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals.judge.rubric import Criterion, Review, Rubric, Thresholds

_FOLDER = Path(__file__).parent / "rubrics"
_DEFAULT = Thresholds()
Share = Annotated[float, Field(ge=0, le=1)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CriterionData(_Data):
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    text: Annotated[str, Field(min_length=8, max_length=200)]


class ReviewData(_Data):
    name: Annotated[str, Field(min_length=1)]
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class ThresholdsData(_Data):
    items: Annotated[int, Field(ge=2)] = _DEFAULT.items
    clusters: Annotated[int, Field(ge=2)] = _DEFAULT.clusters
    people: Annotated[int, Field(ge=1)] = _DEFAULT.people
    kappa: Share = _DEFAULT.kappa
    kappa_low: Share = _DEFAULT.kappa_low
    people_alpha: Share = _DEFAULT.people_alpha
    most_fooled: Share = _DEFAULT.most_fooled
    most_flipped: Share = _DEFAULT.most_flipped
    most_unread: Share = _DEFAULT.most_unread


class RubricData(_Data):
    """`reviewed_by` holds people who read this very version: empty it whenever `version` rises."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    version: Annotated[int, Field(ge=1)]
    about: str = ""
    written_by: Annotated[str, Field(min_length=1)]
    drafted_with: tuple[str, ...] = ()
    reviewed_by: tuple[ReviewData, ...] = ()
    thresholds: ThresholdsData = ThresholdsData()
    criteria: Annotated[tuple[CriterionData, ...], Field(min_length=1, max_length=12)]


def names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


def rubric(name: str) -> Rubric:
    """One that ships by name, or a file by path. Raises KeyError for a name that is none, ValueError for a bad file."""
    if name in names():
        return _read(_FOLDER / f"{name}.json")
    if name.endswith(".json"):
        return _read(Path(name))
    raise KeyError(f"no rubric '{name}'; there are {', '.join(names())}, or give the path of a .json file of your own")


def _read(path: Path) -> Rubric:
    try:
        data = RubricData.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ValueError(f"no rubric at {path}") from error
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, each['loc'])) or 'file'}: {each['msg']}" for each in error.errors(include_url=False)
        )
        raise ValueError(f"{path} is no rubric: {faults}") from error
    ids = [each.id for each in data.criteria]
    if len(set(ids)) < len(ids):
        raise ValueError(f"{path} is no rubric: each criterion needs an id of its own, not {', '.join(ids)}")
    return Rubric(
        name=data.name,
        version=data.version,
        written_by=data.written_by,
        criteria=tuple(Criterion(each.id, each.text) for each in data.criteria),
        drafted_with=data.drafted_with,
        reviewed_by=tuple(Review(each.name, each.date) for each in data.reviewed_by),
        thresholds=Thresholds(**data.thresholds.model_dump()),
    )
