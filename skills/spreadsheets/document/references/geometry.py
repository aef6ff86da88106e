"""Where lines (rows or columns) land when others are inserted or deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, Area

Axis: TypeAlias = Literal["row", "column"]

_LIMITS: Final[dict[Axis, int]] = {"row": MAX_ROW, "column": MAX_COLUMN}


@dataclass(frozen=True, slots=True)
class Shift:
    """`count` lines inserted before line `at`, or, when `deletes`, taken away from `at` on. Lines count from 1.

    Cells in `kept` areas stay where they are, whatever the lines do.
    """

    axis: Axis
    at: int
    count: int
    deletes: bool = False
    kept: tuple[Area, ...] = ()

    @property
    def limit(self) -> int:
        """The last line a sheet has."""
        return _LIMITS[self.axis]

    @property
    def last(self) -> int:
        """The last line inserted or deleted."""
        return self.at + self.count - 1

    def line(self, line: int) -> int | None:
        """Where that line stands afterwards; None when it is deleted or pushed off the sheet."""
        if line < self.at:
            return line
        if self.deletes:
            return line - self.count if line > self.last else None
        return line + self.count if line + self.count <= self.limit else None

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """Where lines `first` to `last` stand; None when none is left.

        A span grows when lines are inserted inside it, not before its first or after its last line. The whole
        sheet stays the whole sheet, and what would reach past its end is cut there, as Excel does.
        """
        if first == 1 and last == self.limit:
            return first, last
        if not self.deletes:
            first += self.count if first >= self.at else 0
            last += self.count if last >= self.at else 0
            return (first, min(last, self.limit)) if first <= self.limit else None
        first = self._after_deletion(first, self.at)
        last = self._after_deletion(last, self.at - 1)
        return (first, last) if first <= last else None

    def area(self, area: Area) -> Area | None:
        """Where the area stands; None when nothing of it is left."""
        if any(kept.covers(area) for kept in self.kept):
            return area
        if self.axis == "row":
            rows = self.span(area.top, area.bottom)
            return rows and Area(rows[0], area.left, rows[1], area.right)
        columns = self.span(area.left, area.right)
        return columns and Area(area.top, columns[0], area.bottom, columns[1])

    def cell(self, row: int, column: int) -> tuple[int, int] | None:
        """Where the cell stands; None when it is gone."""
        if self.kept and self.keeps(row, column):
            return row, column
        line = self.line(row if self.axis == "row" else column)
        if line is None:
            return None
        return (line, column) if self.axis == "row" else (row, line)

    def keeps(self, row: int, column: int) -> bool:
        return any(area.contains(row, column) for area in self.kept)

    def lines_of(self, area: Area) -> tuple[int, int]:
        """The first and last line of the area along this shift's axis."""
        return (area.top, area.bottom) if self.axis == "row" else (area.left, area.right)

    def cuts(self, area: Area) -> bool:
        """Whether the area's shape changes: lines come in between its own, or some of them go, but not all."""
        first, last = self.lines_of(area)
        if first == 1 and last == self.limit:
            return False
        if self.deletes:
            return first <= self.last and self.at <= last and not self.swallows(area)
        return first < self.at <= last

    def swallows(self, area: Area) -> bool:
        """Whether every line of the area is deleted."""
        first, last = self.lines_of(area)
        return self.deletes and self.at <= first and last <= self.last

    def _after_deletion(self, line: int, when_deleted: int) -> int:
        if line < self.at:
            return line
        return line - self.count if line > self.last else when_deleted


@dataclass(frozen=True, slots=True)
class Move:
    """A shift made to the sheet that is stored in `part`."""

    part: str
    shift: Shift
