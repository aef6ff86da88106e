"""What rows and columns held that are deleted: enough of it to see whether they were the right ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.references.geometry import Shift
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.reading.display import cut, shown
from skills.spreadsheets.reading.loading import manner_of

_MOST_VALUES: Final = 4
_LONGEST: Final = 24
_DEEPEST: Final = 50
"""Rows of a column that are looked at."""


def held(old: Sheet, shift: Shift, earlier: Sequence[Shift]) -> str:
    """` (North|12|3.5 … South|7)`: of the first line and of the last one; "" of blank ones, and of what had come in.

    `earlier` are the shifts made before, after which this one counts its lines.
    """
    first, last = _before(shift.at, earlier), _before(shift.last, earlier)
    used = old.used
    if first is None or last is None or used is None:
        return ""
    ends = [_line(old, used, shift, line) for line in dict.fromkeys((first, last))]
    said = " … ".join(filter(None, ends))
    return f" ({said})" if said else ""


def _before(line: int, shifts: Sequence[Shift]) -> int | None:
    """The line as it was counted before these shifts; None of one that came in by them."""
    for shift in reversed(shifts):
        if line < shift.at:
            continue
        if not shift.deletes and line <= shift.last:
            return None
        line += shift.count if shift.deletes else -shift.count
    return line


def _line(sheet: Sheet, used: Area, shift: Shift, line: int) -> str:
    if shift.axis == "row":
        area = Area(line, used.left, line, used.right)
    else:
        area = Area(used.top, line, min(used.bottom, used.top + _DEEPEST), line)
    manner, found = manner_of(sheet.book), list[str]()
    for cell in sheet.cells(area):
        if cell.value is not None:
            found.append(cut(shown(cell.value, manner.date_format(cell.style), manner.is_1904), _LONGEST))
        if len(found) == _MOST_VALUES:
            break
    return "|".join(found)
