"""Edits that insert or delete rows and columns; all that refers to cells follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from copilot_server.agent.changes import Scope
from copilot_server.errors import TargetNotFound, ToolError
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, Area, column_letters, quoted_sheet
from skills.spreadsheets.document.references.geometry import Axis, Shift
from skills.spreadsheets.document.references.shared_history import end_sharing
from skills.spreadsheets.document.references.shift import shift_lines
from skills.spreadsheets.document.references.whole_pieces import whole_pieces
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import StructuralEdit, everywhere
from skills.spreadsheets.edits.closing_up import close_up, closes_up
from skills.spreadsheets.edits.conditions import Conditions, rows_where
from skills.spreadsheets.edits.places import find_column, find_columns
from skills.spreadsheets.edits.rows import data_area
from skills.spreadsheets.reading.folding import row_spans

Count = Annotated[int, Field(ge=1, le=10_000)]


class _Shifting(StructuralEdit):
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
        pieces = [piece.touched for piece in whole_pieces(sheet, shift)]
        places = (f"{quoted_sheet(sheet.name)}!{area}" for area in (_area(shift), *pieces))
        return everywhere(document, *places, loses_cells=bool(pieces))

    def apply(self, document: Workbook) -> None:
        end_sharing(document)
        shift_lines(document, *self.shift_in(document))


class InsertRows(_Shifting):
    """Insert empty rows; formulas, tables, charts and everything else below follow."""

    op: Literal["insert_rows"]
    before: Annotated[int, Field(ge=1, le=MAX_ROW, description="row that comes after the new ones")]
    count: Count = 1

    def shift_in(self, book: Workbook) -> tuple[Sheet, Shift]:
        return self.sheet_in(book), Shift("row", self.before, self.count)


class DeleteRows(StructuralEdit):
    """Delete whole rows: those numbered, or those of the sheet's data that meet all conditions."""

    op: Literal["delete_rows"]
    rows: Annotated[str | None, Field(description='"7", "7:9", "3,5:8"')] = None
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
            return sheet, _shifts("row", self._numbered(self.rows))
        found = rows_where(sheet, data_area(sheet, None), self.where or ())
        if not found:
            raise TargetNotFound(f"where: no row of the data on sheet {sheet.name!r} meets the conditions")
        return sheet, _shifts("row", row_spans(found))

    def scope(self, document: Workbook) -> Scope:
        sheet, shifts = self.shifts_in(document)
        places = {f"{quoted_sheet(sheet.name)}!{_area(shift)}" for shift in shifts}
        if closes_up(sheet, shifts):
            places.add(f"{quoted_sheet(sheet.name)}!*")
        return everywhere(document, *places, loses_cells=True)

    def loss_of_cells(self, document: Workbook) -> str | None:
        sheet, shifts = self.shifts_in(document)
        if len(shifts) == 1:
            return _loss(sheet, shifts[0])
        return f"{sum(shift.count for shift in shifts)} rows of {sheet.name!r}"

    def apply(self, document: Workbook) -> None:
        end_sharing(document)
        sheet, shifts = self.shifts_in(document)
        if closes_up(sheet, shifts):
            close_up(document, sheet, shifts)
        else:
            _delete(document, sheet.name, shifts)

    @staticmethod
    def _numbered(rows: str) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for each in (part.strip() for part in rows.split(",")):
            area = Area.find(each if ":" in each else f"{each}:{each}")
            if area is None or not area.is_whole_rows:
                raise ToolError(f'rows: must be like "7", "7:9" or "3,5:8", not {rows!r}')
            found.append((area.top, area.bottom))
        return found


def _shifts(axis: Axis, spans: Sequence[tuple[int, int]]) -> tuple[Shift, ...]:
    """Deletions of these lines, the last ones first; what touches or overlaps goes in one."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return tuple(Shift(axis, first, last - first + 1, deletes=True) for first, last in reversed(joined))


def _delete(book: Workbook, name: str, shifts: Sequence[Shift]) -> None:
    for shift in shifts:
        shift_lines(book, book.sheet(name), shift)


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


class DeleteColumns(StructuralEdit):
    """Delete whole columns."""

    op: Literal["delete_columns"]
    columns: Annotated[str, Field(description='"C", "B,D:F", a header; "*old*": all headers like it')]

    def shifts_in(self, book: Workbook) -> tuple[Sheet, tuple[Shift, ...]]:
        """The sheet and the deletions, last columns first; raises ToolError."""
        sheet = self.sheet_in(book)
        return sheet, _shifts("column", find_columns(sheet, self.columns))

    def scope(self, document: Workbook) -> Scope:
        sheet, shifts = self.shifts_in(document)
        return everywhere(
            document, *{f"{quoted_sheet(sheet.name)}!{_area(shift)}" for shift in shifts}, loses_cells=True
        )

    def loss_of_cells(self, document: Workbook) -> str | None:
        sheet, shifts = self.shifts_in(document)
        if len(shifts) == 1:
            return _loss(sheet, shifts[0])
        return f"{sum(shift.count for shift in shifts)} columns of {sheet.name!r}"

    def apply(self, document: Workbook) -> None:
        end_sharing(document)
        sheet, shifts = self.shifts_in(document)
        _delete(document, sheet.name, shifts)


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
