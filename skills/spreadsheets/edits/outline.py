"""Edits that fold: groups of rows and columns, subtotals."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, ToolError
from skills.spreadsheets.document.addresses import Area, cell_name, quoted_sheet
from skills.spreadsheets.document.entry import enter
from skills.spreadsheets.document.outlining import group_columns, group_rows
from skills.spreadsheets.document.patches import CellPatch
from skills.spreadsheets.document.references.geometry import Shift
from skills.spreadsheets.document.references.shift import shift_lines
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.style_change import StyleChange
from skills.spreadsheets.document.values import Input
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Range, SheetEdit, everywhere, scope_of
from skills.spreadsheets.edits.places import find_area, find_column
from skills.spreadsheets.edits.rows import data_area
from skills.spreadsheets.reading.display import plain

_FUNCTIONS: Final = {"sum": 9, "average": 1, "count": 3, "max": 4, "min": 5}
_MOST_GROUPS: Final = 60  # each inserts a row and rewrites the book


class Group(SheetEdit):
    """Group rows or columns one outline level deeper, fold or unfold them; or ungroup."""

    is_rare: ClassVar[bool] = True
    op: Literal["group"]
    lines: Annotated[str, Field(description='"4:9" rows or "C:E" columns')]
    ungroup: Annotated[bool, Field(description="one level less deep")] = False
    folded: Annotated[bool | None, Field(description="hide or show them")] = None

    def scope(self, document: Workbook) -> Scope:
        kinds = {"rows grouped", "rows hidden", "columns grouped", "columns hidden", "columns resized"}
        return scope_of(self.sheet_in(document), kinds=frozenset(kinds))

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        area = find_area(sheet, f"{self.lines}:{self.lines}" if self.lines.isdecimal() else self.lines)
        step = -1 if self.ungroup else 1
        if area.is_whole_columns:
            group_columns(sheet, area.left, area.right, step, is_folded=self.folded)
        elif area.is_whole_rows:
            group_rows(sheet, area.top, area.bottom, step, is_folded=self.folded)
        else:
            raise ToolError(f'lines: must be whole rows like "4:9" or columns like "C:E", not {self.lines!r}')


class Subtotals(SheetEdit):
    """Insert a row of live subtotals after each group of the sorted data and a grand total, all grouped to fold."""

    is_rare: ClassVar[bool] = True
    op: Literal["subtotals"]
    by: Annotated[str, Field(description="header or letter; the data must be sorted by it")]
    columns: Annotated[list[str], Field(min_length=1, description="headers or letters to total")]
    function: Literal["sum", "average", "count", "max", "min"] = "sum"
    range: Annotated[Range | None, Field(description="default: the sheet's data")] = None

    def shifts_in(self, book: Workbook) -> tuple[Sheet, tuple[Shift, ...]]:
        """The insertions, last rows first."""
        sheet = self.sheet_in(book)
        _, groups = self._groups(sheet)
        last = groups[-1][1]
        return sheet, (Shift("row", last + 1, 2), *(Shift("row", end + 1, 1) for _, end in reversed(groups[:-1])))

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        return everywhere(document, f"{quoted_sheet(sheet.name)}!*", loses_cells=True)

    def apply(self, document: Workbook) -> None:
        sheet, shifts = self.shifts_in(document)
        area, groups = self._groups(sheet)
        by = find_column(sheet, self.by)
        columns = [find_column(sheet, each) for each in self.columns]
        labels = {cell.row: plain(cell.value).strip('"') for cell in sheet.cells(Area(area.top, by, area.bottom, by))}
        name = sheet.name
        for shift in shifts:
            shift_lines(document, document.sheet(name), shift)
        _write(document.sheet(name), area, groups, _Subtotal(by, columns, _FUNCTIONS[self.function], labels))

    def _groups(self, sheet: Sheet) -> tuple[Area, list[tuple[int, int]]]:
        """The data, and the first and last row of each run of equal values."""
        area = data_area(sheet, self.range)
        if any(table.area.intersects(area) for table in sheet.tables):
            raise Refused("subtotals cannot stand inside a table; turn it into a range first (change_table)")
        by = find_column(sheet, self.by)
        values = {cell.row: cell.value for cell in sheet.cells(Area(area.top, by, area.bottom, by))}
        keys = [str(values.get(row)).casefold() for row in range(area.top, area.bottom + 1)]
        starts = [0, *(at for at, (one, other) in enumerate(pairwise(keys), 1) if one != other), len(keys)]
        groups = [(area.top + start, area.top + end - 1) for start, end in pairwise(starts)]
        if len({keys[first - area.top] for first, _ in groups}) < len(groups):
            raise Refused(f"by: the data is not sorted by {self.by!r}; sort it first")
        if len(groups) > _MOST_GROUPS:
            raise Refused(f"by: {len(groups)} groups are too many for subtotals; make a summary instead")
        return area, groups


class _Subtotal:
    """What the rows of subtotals say."""

    def __init__(self, by: int, columns: list[int], function: int, labels: dict[int, str]) -> None:
        self.by, self.columns, self.function, self.labels = by, columns, function, labels

    def row(self, row: int, first: int, last: int, label: str) -> dict[tuple[int, int], Input]:
        found: dict[tuple[int, int], Input] = {(row, self.by): f"'{label}"}
        for column in self.columns:
            place = f"{cell_name(first, column)}:{cell_name(last, column)}"
            found[row, column] = f"=SUBTOTAL({self.function},{place})"
        return found


def _write(sheet: Sheet, area: Area, groups: list[tuple[int, int]], subtotal: _Subtotal) -> None:
    values: dict[tuple[int, int], Input] = {}
    totals: list[int] = []
    for moved, (first, last) in enumerate(groups):
        row = last + moved + 1
        values |= subtotal.row(row, first + moved, last + moved, f"{subtotal.labels.get(first, '')} Total")
        group_rows(sheet, first + moved, last + moved, 2, is_folded=None)
        totals.append(row)
    for row in totals:
        group_rows(sheet, row, row, 1, is_folded=None)
    bottom = totals[-1] + 1
    values |= subtotal.row(bottom, area.top, totals[-1], "Grand Total")
    above = {cell.column: cell.style for cell in sheet.cells(Area(area.top, area.left, area.top, area.right))}
    for row in (*totals, bottom):
        for column in range(area.left, area.right + 1):
            looks = (StyleChange(base=above.get(column, 0)), StyleChange(bold=True))
            sheet.patches.add(row, column, CellPatch(restyles=looks))
    enter(sheet, values)
