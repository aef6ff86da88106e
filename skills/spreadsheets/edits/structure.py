"""Edits that insert or delete rows and columns; all that refers to cells follows."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from copilot_server.agent.changes import Scope
from copilot_server.errors import TargetNotFound, ToolError
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, Area, column_letters, quoted_sheet
from skills.spreadsheets.document.references.geometry import Shift
from skills.spreadsheets.document.references.shift import shift_lines
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.sorting import arrange
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import SheetEdit, everywhere
from skills.spreadsheets.edits.conditions import Conditions, rows_where
from skills.spreadsheets.edits.places import find_column
from skills.spreadsheets.edits.rows import data_area
from skills.spreadsheets.reading.folding import row_spans

_MOST_SHIFTS: Final = 40  # each rewrites the whole book

Count = Annotated[int, Field(ge=1, le=10_000)]


class _Shifting(SheetEdit):
    """What moves rows or columns, and may so touch whatever refers to cells."""

    def shift_in(self, book: Workbook) -> tuple[Sheet, Shift]:
        """The sheet and how its lines move; raises ToolError."""
        raise NotImplementedError

    def shifts_in(self, book: Workbook) -> tuple[Sheet, tuple[Shift, ...]]:
        """As a list of one."""
        sheet, shift = self.shift_in(book)
        return sheet, (shift,)

    def scope(self, document: Workbook) -> Scope:
        sheet, shift = self.shift_in(document)
        place = f"{quoted_sheet(sheet.name)}!{_area(shift)}"
        return everywhere(document, place, loses_cells=shift.deletes)

    def apply(self, document: Workbook) -> None:
        shift_lines(document, *self.shift_in(document))


class InsertRows(_Shifting):
    """Insert empty rows; formulas, tables, charts and everything else below follow."""

    op: Literal["insert_rows"]
    before: Annotated[int, Field(ge=1, le=MAX_ROW, description="row that comes after the new ones")]
    count: Count = 1

    def shift_in(self, book: Workbook) -> tuple[Sheet, Shift]:
        return self.sheet_in(book), Shift("row", self.before, self.count)


class DeleteRows(SheetEdit):
    """Delete whole rows: those numbered, or those of the sheet's data that meet all conditions."""

    op: Literal["delete_rows"]
    rows: Annotated[str | None, Field(description='"7" or "7:9"')] = None
    where: Annotated[Conditions | None, Field(description="instead of `rows`")] = None

    @model_validator(mode="after")
    def _names_rows(self) -> DeleteRows:
        if (self.rows is None) == (self.where is None):
            raise ValueError("give either rows or where")
        return self

    def shifts_in(self, book: Workbook) -> tuple[Sheet, tuple[Shift, ...]]:
        """The sheet and the deletions, last rows first; raises ToolError."""
        sheet = self.sheet_in(book)
        if self.rows is not None:
            return sheet, (self._numbered(self.rows),)
        found = rows_where(sheet, data_area(sheet, None), self.where or ())
        if not found:
            raise TargetNotFound(f"where: no row of the data on sheet {sheet.name!r} meets the conditions")
        spans = row_spans(found)
        return sheet, tuple(Shift("row", first, last - first + 1, deletes=True) for first, last in reversed(spans))

    def scope(self, document: Workbook) -> Scope:
        sheet, shifts = self.shifts_in(document)
        places = {f"{quoted_sheet(sheet.name)}!{_area(shift)}" for shift in shifts}
        if len(shifts) > _MOST_SHIFTS:
            places.add(f"{quoted_sheet(sheet.name)}!*")
        return everywhere(document, *places, loses_cells=True)

    def loss(self, document: Workbook) -> str | None:
        sheet, shifts = self.shifts_in(document)
        if len(shifts) == 1:
            return _loss(sheet, shifts[0])
        return f"{sum(shift.count for shift in shifts)} rows of {sheet.name!r}"

    def apply(self, document: Workbook) -> None:
        sheet, shifts = self.shifts_in(document)
        if len(shifts) > _MOST_SHIFTS:
            _pack(document, sheet, shifts)
            return
        name = sheet.name
        for shift in shifts:
            shift_lines(document, document.sheet(name), shift)

    @staticmethod
    def _numbered(rows: str) -> Shift:
        text = rows if ":" in rows else f"{rows}:{rows}"
        area = Area.find(text)
        if area is None or not area.is_whole_rows:
            raise ToolError(f'rows: must be like "7" or "7:9", not {rows!r}')
        return Shift("row", area.top, area.rows, deletes=True)


def _pack(book: Workbook, sheet: Sheet, shifts: tuple[Shift, ...]) -> None:
    """Many scattered rows: those that stay move up first, so that one deletion takes all that is left over."""
    name, used = sheet.name, sheet.used or Area.cell(1, 1)
    area = Area(shifts[-1].at, 1, data_area(sheet, None).bottom, used.right)
    doomed = {row for shift in shifts for row in range(shift.at, shift.last + 1)}
    kept = [row for row in range(area.top, area.bottom + 1) if row not in doomed]
    arrange(sheet, area, kept)
    shift_lines(book, book.sheet(name), Shift("row", area.top + len(kept), len(doomed), deletes=True))


class InsertColumns(_Shifting):
    """Insert empty columns; everything to the right follows."""

    op: Literal["insert_columns"]
    before: Annotated[str | None, Field(description="letter or header of the column after the new ones")] = None
    after: Annotated[str | None, Field(description="or of the one before them")] = None
    count: Count = 1

    @model_validator(mode="after")
    def _names_one_side(self) -> InsertColumns:
        if (self.before is None) == (self.after is None):
            raise ValueError("give either before or after")
        return self

    def shift_in(self, book: Workbook) -> tuple[Sheet, Shift]:
        sheet = self.sheet_in(book)
        at = find_column(sheet, self.before or "") if self.after is None else find_column(sheet, self.after) + 1
        return sheet, Shift("column", min(at, MAX_COLUMN), self.count)


class DeleteColumns(_Shifting):
    """Delete whole columns."""

    op: Literal["delete_columns"]
    columns: Annotated[str, Field(description='"C", "C:E" or a header')]

    def shift_in(self, book: Workbook) -> tuple[Sheet, Shift]:
        sheet = self.sheet_in(book)
        area = Area.find(self.columns)
        if area is not None and area.is_whole_columns:
            return sheet, Shift("column", area.left, area.columns, deletes=True)
        return sheet, Shift("column", find_column(sheet, self.columns), 1, deletes=True)

    def loss(self, document: Workbook) -> str | None:
        return _loss(*self.shift_in(document))


def _loss(sheet: Sheet, shift: Shift) -> str | None:
    cells = sum(not cell.is_blank for cell in sheet.cells(_area(shift)))
    return f"{_lines(sheet, shift)} with {cells} filled cells" if cells else None


def _area(shift: Shift) -> Area:
    if shift.axis == "row":
        return Area(shift.at, 1, min(shift.last, MAX_ROW), MAX_COLUMN)
    return Area(1, shift.at, MAX_ROW, min(shift.last, MAX_COLUMN))


def _lines(sheet: Sheet, shift: Shift) -> str:
    if shift.axis == "row":
        return f"rows {shift.at} to {shift.last} of {sheet.name!r}"
    return f"columns {column_letters(shift.at)} to {column_letters(min(shift.last, MAX_COLUMN))} of {sheet.name!r}"
