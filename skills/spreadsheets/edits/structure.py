"""Edits that insert or delete rows and columns; all that refers to cells follows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from copilot_server.agent.changes import Scope
from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, Area, column_letters, quoted_sheet
from skills.spreadsheets.document.references.geometry import Shift
from skills.spreadsheets.document.references.shift import shift_lines
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import SheetEdit, everywhere
from skills.spreadsheets.edits.places import find_column

Count = Annotated[int, Field(ge=1, le=10_000)]


class _Shifting(SheetEdit):
    """What moves rows or columns, and may so touch whatever refers to cells."""

    def shift_in(self, book: Workbook) -> tuple[Sheet, Shift]:
        """The sheet and how its lines move; raises ToolError."""
        raise NotImplementedError

    def scope(self, document: Workbook) -> Scope:
        sheet, shift = self.shift_in(document)
        place = f"{quoted_sheet(sheet.name)}!{_area(shift)}"
        return everywhere(document, place, loses_cells=shift.deletes)

    def apply(self, document: Workbook) -> None:
        shift_lines(document, *self.shift_in(document))

    def _loss(self, book: Workbook) -> str | None:
        sheet, shift = self.shift_in(book)
        cells = sum(not cell.is_blank for cell in sheet.cells(_area(shift)))
        return f"{_lines(sheet, shift)} with {cells} filled cells" if cells else None


class InsertRows(_Shifting):
    """Insert empty rows; formulas, tables, charts and everything else below follow."""

    op: Literal["insert_rows"]
    before: Annotated[int, Field(ge=1, le=MAX_ROW, description="row that comes after the new ones")]
    count: Count = 1

    def shift_in(self, book: Workbook) -> tuple[Sheet, Shift]:
        return self.sheet_in(book), Shift("row", self.before, self.count)


class DeleteRows(_Shifting):
    """Delete whole rows."""

    op: Literal["delete_rows"]
    rows: Annotated[str, Field(description='"7" or "7:9"')]

    def shift_in(self, book: Workbook) -> tuple[Sheet, Shift]:
        text = self.rows if ":" in self.rows else f"{self.rows}:{self.rows}"
        area = Area.find(text)
        if area is None or not area.is_whole_rows:
            raise ToolError(f'rows: must be like "7" or "7:9", not {self.rows!r}')
        return self.sheet_in(book), Shift("row", area.top, area.rows, deletes=True)

    def loss(self, document: Workbook) -> str | None:
        return self._loss(document)


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
        return self._loss(document)


def _area(shift: Shift) -> Area:
    if shift.axis == "row":
        return Area(shift.at, 1, min(shift.last, MAX_ROW), MAX_COLUMN)
    return Area(1, shift.at, MAX_ROW, min(shift.last, MAX_COLUMN))


def _lines(sheet: Sheet, shift: Shift) -> str:
    if shift.axis == "row":
        return f"rows {shift.at} to {shift.last} of {sheet.name!r}"
    return f"columns {column_letters(shift.at)} to {column_letters(min(shift.last, MAX_COLUMN))} of {sheet.name!r}"
