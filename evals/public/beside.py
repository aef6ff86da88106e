"""OfficeBench's requests that make a document out of a workbook beside it: its lines are those the workbook holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import openpyxl

from evals.building import does
from evals.public.reading import Row
from evals.scoring.wordxml import lines
from evals.task import Controls, EditData, Said, Task
from evals.trace import Seen

Cells = Sequence[Any]


@dataclass(frozen=True)
class Lists:
    """The document's lines that match are these, in any order, each a paragraph or list item of its own.

    Guards against what is left out, and what is made up beside it.
    """

    wanted: tuple[str, ...]
    pattern: str
    metric: ClassVar[str] = "constraints"

    def fault(self, seen: Seen) -> str | None:
        have = [" ".join(each.split()) for each in lines(seen.after.data) if re.search(self.pattern, each)]
        if sorted(have) == sorted(self.wanted):
            return None
        missing = [each for each in self.wanted if each not in have]
        return f"missing: {missing[:3]}" if missing else f"beside what was asked for: {have}"


@dataclass(frozen=True, slots=True)
class _Known:
    """`named` is the workbook; `line` makes a line of a row that is wanted, None of others; `stray` is a false one."""

    named: str
    line: Callable[[Cells], str | None]
    pattern: str
    stray: str
    file: str


def _student(is_wanted: Callable[[Cells], bool]) -> Callable[[Cells], str | None]:
    def line(row: Cells) -> str | None:
        return f"{row[0]}, {row[2]} {row[1]}" if is_wanted(row) else None

    return line


_ROSTER, _COURSES = "CS161_Class_Roster.xlsx", "Bill_course_lists.xlsx"
_ID, _COURSE, _STRANGER = r"^S\d{4}\b", r"^[A-Z]{2,5} \d{2,3}\b", "S1999, Nobody Known"
_COURSE_TASK = _Known(_COURSES, lambda row: str(row[2]), _COURSE, "CS 999", "classes_taken.docx")

KNOWN: Mapping[str, _Known] = {
    "ob-2-18-2": _Known(
        "shopping_list.xlsx", lambda row: str(row[0]), r"^(apple|cabbage|onion|pear)\b", "pear", "shopping_list.docx"
    ),
    "ob-2-20-0": _Known(_ROSTER, _student(lambda _: True), _ID, _STRANGER, "students.docx"),
    "ob-2-20-1": _Known(_ROSTER, _student(lambda row: row[9] == "CS"), _ID, _STRANGER, "cs_class_2024.docx"),
    "ob-2-20-2": _Known(_ROSTER, _student(lambda row: row[8] == 100), _ID, _STRANGER, "makeup_exam_list.docx"),
    **{f"ob-2-21-{number}": _COURSE_TASK for number in range(1, 6)},
}


def checked(row: Row, folder: Path) -> Task | None:
    """A new document, the row's workbooks being there to read."""
    known = KNOWN.get(row["id"])
    if known is None:
        return None
    paths = {Path(each).name: folder / each for each in row["inputs"] if each.endswith(".xlsx")}
    rows = [each for each in _rows(paths[known.named]) if each[0] is not None]
    wanted = tuple(line for each in rows if (line := known.line(each)) is not None)
    return Task(
        id=row["id"],
        skill="documents",
        kind="create",
        cluster=row["group"],
        name=known.file,
        turns=(Said(row["instruction"]),),
        controls=Controls(
            does(_written(wanted)),
            does(_written((*wanted, "###### Left over", "rest"))),
            does(_written((*wanted[:-1], known.stray))),
        ),
        criteria=(Lists(wanted, known.pattern),),
        beside={name: path.read_bytes for name, path in paths.items()},
    )


def _rows(path: Path) -> list[Cells]:
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=2, values_only=True))


def _written(said: Sequence[str]) -> EditData:
    return {"op": "insert", "markdown": "\n\n".join(said)}
