"""What people say of results: items without names, in a shuffled order, as a sheet that is filled in and read back."""

from __future__ import annotations

import csv
import hashlib
import io
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from copilot_server.models.registry import card_of
from evals.judge.rubric import Rubric
from evals.trace import File

SINGLE, PAIR = ("yes", "no"), ("left", "right", "tie")
SYNTHETIC = "synthetic"
_FIELDS = ("item", "left", "right", "criterion", "question", "label", "labeller", "rubric", "digest")


def mark_of(request: str, data: bytes) -> str:
    """A name for a result that tells nothing of who made it, and is the same wherever it is met."""
    return hashlib.sha256(request.encode() + b"\0" + data).hexdigest()[:12]


def pair_of(one: str, other: str) -> str:
    """A name for two results, whichever comes first."""
    return "-".join(sorted((one, other)))


@dataclass(frozen=True, slots=True)
class Item:
    """What a person is shown: a request and one result of it, or two beside each other; `marks` name the results."""

    request: str
    files: tuple[File, ...]
    marks: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.marks[0] if len(self.marks) == 1 else pair_of(*self.marks)

    @property
    def answers(self) -> tuple[str, ...]:
        return SINGLE if len(self.marks) == 1 else PAIR


def shuffled(items: Iterable[Item], seed: int) -> list[Item]:
    """In an order, and of two with sides, that tell nothing."""
    dice = random.Random(seed)  # noqa: S311 - an order, no secret
    found = sorted(items, key=lambda each: each.name)
    dice.shuffle(found)
    return [_turned(each) if len(each.marks) > 1 and dice.random() < 0.5 else each for each in found]


def _turned(item: Item) -> Item:
    return Item(item.request, item.files[::-1], item.marks[::-1])


def sheet(rubric: Rubric, items: Sequence[Item], labeller: str) -> str:
    """A CSV with a line for each item and criterion, and `label` to be filled in."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_FIELDS)
    writer.writerows([row[name] for name in _FIELDS] for item in items for row in rows_of(rubric, item, labeller))
    return stream.getvalue()


def rows_of(rubric: Rubric, item: Item, labeller: str) -> list[dict[str, str]]:
    left, right = (*item.marks, "")[:2]
    about = {"left": left, "right": right, "label": "", "labeller": _plain(labeller)}
    return [
        {"item": item.name, "criterion": each.id, "question": _plain(each.text), **about}
        | {"rubric": f"{rubric.name} {rubric.version}", "digest": rubric.digest}
        for each in rubric.criteria
    ]


def _plain(text: str) -> str:
    """Never a formula to the program that opens the sheet."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


@dataclass(frozen=True, slots=True)
class Label:
    """One person on one criterion of one item; of two results `said` is "first" (in `pair_of`), "second" or "tie"."""

    item: str
    criterion: str
    labeller: str
    said: str


def read_labels(paths: Sequence[Path], rubric: Rubric) -> tuple[Label, ...]:
    """All that is filled in. Raises ValueError naming file and line: another rubric, nobody named, no such answer."""
    found: dict[tuple[str, str, str], Label] = {}
    for path in paths:
        for number, row in enumerate(_lines(path), 2):
            where = f"{path.name}, line {number}"
            label = _label(row, rubric, where)
            if label is None:
                continue
            key = (label.item, label.criterion, label.labeller)
            if key in found and found[key] != label:
                raise ValueError(f"{where}: {label.labeller} has said something else of this before")
            found[key] = label
    if not found:
        raise ValueError(f"nothing is filled in in {', '.join(path.name for path in paths)}")
    return tuple(found.values())


def _lines(path: Path) -> list[dict[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is no text in UTF-8: save it as CSV UTF-8") from error
    first = text.partition("\n")[0]
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ","))
    missing = [name for name in _FIELDS if name != "question" and name not in (rows[0] if rows else {})]
    if missing:
        raise ValueError(f"{path.name} is no sheet of labels: columns {', '.join(missing)} are missing, or all lines")
    return rows


def _label(row: Mapping[str, str], rubric: Rubric, where: str) -> Label | None:
    said = (row["label"] or "").strip().casefold()
    if not said:
        return None
    if row["digest"] != rubric.digest:
        raise ValueError(f"{where}: labelled by {row['rubric']} as it was then, not by {rubric.name} {rubric.version}")
    if row["criterion"] not in {each.id for each in rubric.criteria}:
        raise ValueError(f"{where}: the rubric has no criterion '{row['criterion']}'")
    labeller = (row["labeller"] or "").strip().lstrip("'")
    if not labeller:
        raise ValueError(f"{where}: no labeller")
    if card_of(labeller).is_declared:
        raise ValueError(f"{where}: '{labeller}' is a model; a judge is calibrated on people's labels")
    answers = PAIR if row["right"] else SINGLE
    if said not in answers:
        raise ValueError(f"{where}: '{said}' is none of {', '.join(answers)}")
    return Label(row["item"], row["criterion"], labeller, _resolved(row, said) if row["right"] else said)


def _resolved(row: Mapping[str, str], said: str) -> str:
    """The side a label means whatever side it was shown on."""
    if said == "tie":
        return said
    return "first" if row[said] == min(row["left"], row["right"]) else "second"
