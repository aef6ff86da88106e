"""A sheet's cells by column, as profiling wants them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import Cell, CellValue

T = TypeVar("T")
_MOST_NOTES: Final = 60


@dataclass(slots=True)
class Column:
    """The filled cells of one column, downwards; `rows`, `values` and `styles` run in parallel.

    It goes over to later versions of its sheet as it is, with its `notes`, for as long as nothing changes in it.
    """

    number: int
    rows: list[int] = field(default_factory=list)
    values: list[CellValue] = field(default_factory=list)
    styles: list[int] = field(default_factory=list)
    formulas: dict[int, str] = field(default_factory=dict)
    notes: dict[Hashable, Any] = field(default_factory=dict[Hashable, Any], compare=False, repr=False)

    def noted(self, what: Hashable, find: Callable[[Column], T]) -> T:
        """What `find` finds in the column, kept with it.

        `what` names all it hangs on beside the column and what its sheet leads to: the book's formats and list of
        sheets, say, but not where the tables are, nor how wide the columns.
        """
        if what not in self.notes:
            if len(self.notes) >= _MOST_NOTES:
                self.notes.clear()
            self.notes[what] = find(self)
        return self.notes[what]

    @property
    def types(self) -> set[type]:
        """The types of its values."""
        return set(map(type, self.values))

    def figures(self) -> dict[int, list[int]]:
        """Where in the lists its numbers are, by their format; truths are none."""
        types = self.types
        if types.isdisjoint((int, float)):
            return {}
        if types <= {int, float} and len(set(self.styles)) == 1:
            return {self.styles[0]: list(range(len(self.rows)))}
        found: dict[int, list[int]] = {}
        for at, (value, style) in enumerate(zip(self.values, self.styles, strict=True)):
            if type(value) in {int, float}:
                found.setdefault(style, []).append(at)
        return found

    def find(self, row: int) -> int | None:
        """Where in the lists that row is; None when its cell is blank."""
        at = bisect_left(self.rows, row)
        return at if at < len(self.rows) and self.rows[at] == row else None

    def value(self, row: int) -> CellValue:
        at = self.find(row)
        return None if at is None else self.values[at]

    def style(self, row: int) -> int | None:
        at = self.find(row)
        return None if at is None else self.styles[at]

    def between(self, top: int, bottom: int) -> Column:
        """The part of the column in these rows; formulas outside may come along."""
        start, stop = bisect_left(self.rows, top), bisect_left(self.rows, bottom + 1)
        if stop - start == len(self.rows):
            return self
        rows = self.rows[start:stop]
        formulas = {row: self.formulas[row] for row in rows if row in self.formulas} if self.formulas else {}
        return Column(self.number, rows, self.values[start:stop], self.styles[start:stop], formulas)

    def start(self, top: int, bottom: int, most: int) -> Column:
        """The first few cells of the column in these rows."""
        at = bisect_left(self.rows, top) + most
        return self.between(top, min(bottom, self.rows[at] - 1) if at < len(self.rows) else bottom)


@dataclass(slots=True)
class Grid:
    """Columns by number, from left to right.

    `skipped` are rows not looked at, when the sheet is too large to read whole; `gaps` where. `is_by_cell` where all
    of it was read in the usual way, cell by cell.
    """

    columns: dict[int, Column] = field(default_factory=dict)
    skipped: int = 0
    gaps: dict[int, int] = field(default_factory=dict[int, int])
    is_by_cell: bool = False

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> Grid:
        """Of the cells that hold something; formatted blanks are left out."""
        columns: dict[int, Column] = {}
        for cell in cells:
            value, formula = cell.value, cell.formula
            if value is None and formula is None:
                continue
            column = columns.get(cell.column)
            if column is None:
                column = columns[cell.column] = Column(cell.column)
            column.rows.append(cell.row)
            column.values.append(value)
            column.styles.append(cell.style)
            if formula is not None:
                column.formulas[cell.row] = formula
        return cls(dict(sorted(columns.items())))

    @property
    def extent(self) -> Area | None:
        """The smallest area holding all filled cells."""
        if not self.columns:
            return None
        columns = self.columns.values()
        top, bottom = min(column.rows[0] for column in columns), max(column.rows[-1] for column in columns)
        return Area(top, min(self.columns), bottom, max(self.columns))

    @property
    def size(self) -> int:
        return sum(len(column.rows) for column in self.columns.values())

    def row(self, row: int, left: int, right: int) -> Iterator[tuple[int, CellValue]]:
        """(column, value) of the filled cells of a row."""
        for number in range(left, right + 1):
            column = self.columns.get(number)
            if column is not None and (at := column.find(row)) is not None:
                yield number, column.values[at]

    def crossing(self, area: Area) -> list[Column]:
        """The columns of the area, as long as they are, from left to right."""
        return [column for number, column in self.columns.items() if area.left <= number <= area.right]

    def within(self, area: Area) -> list[Column]:
        """The columns with something in the area, cut to it, from left to right."""
        parts = (column.between(area.top, area.bottom) for column in self.crossing(area))
        return [part for part in parts if part.rows]


def occupied_rows(columns: Collection[Column]) -> Sequence[int]:
    """The rows in which any of these columns holds something, in order."""
    if not columns:
        return ()
    top, bottom = min(column.rows[0] for column in columns), max(column.rows[-1] for column in columns)
    if any(len(column.rows) == bottom - top + 1 for column in columns):
        return range(top, bottom + 1)
    return sorted({row for column in columns for row in column.rows})
