"""Edits of what cells hold: set, clear, fill."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, Area
from skills.spreadsheets.document.entry import enter, enter_throughout
from skills.spreadsheets.document.filling import fill
from skills.spreadsheets.document.patches import CellPatch, Content
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.style_change import StyleChange
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Range, SheetEdit, scope_of, with_tables
from skills.spreadsheets.edits.places import find_area

MOST_CELLS = 1_000_000

Value: TypeAlias = str | int | float | bool | None


def _as_rows(values: Any) -> Any:
    """A flat list is one row."""
    is_flat = isinstance(values, list) and values and not any(isinstance(row, list) for row in values)
    return [values] if is_flat else values


class SetCells(SheetEdit):
    """Put values or formulas into cells."""

    op: Literal["set_cells"]
    at: Annotated[str, Field(description='first cell, "B2"; or a range or column header, filled throughout')]
    values: Annotated[
        Value | list[list[Value]],
        BeforeValidator(_as_rows),
        Field(
            description='rows of values, or one for all of a range. "=..." formula (relative references follow), '
            '"2026-01-31" date, null empties, "\'..." text as it stands'
        ),
    ]

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        return with_tables(sheet, scope_of(sheet, self._area(sheet)))

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        area = self._area(sheet)
        if not isinstance(self.values, list):
            enter_throughout(sheet, area, self.values)
            return
        enter(
            sheet,
            {
                (area.top + down, area.left + right): value
                for down, row in enumerate(self.values)
                for right, value in enumerate(row)
            },
        )

    def _area(self, sheet: Sheet) -> Area:
        area = find_area(sheet, self.at)
        if area.is_whole_columns or area.is_whole_rows:
            area = _within_used(sheet, area)
        if isinstance(self.values, list):
            area = self._shaped(area)
        if area.size > MOST_CELLS:
            raise ToolError(f"{area} has {area.size:,} cells; at most {MOST_CELLS:,} can be set at once")
        return area

    def _shaped(self, area: Area) -> Area:
        """The block the values fill; raises ToolError when they do not fit a range that was given."""
        rows = self.values if isinstance(self.values, list) else []
        widths = {len(row) for row in rows}
        if not rows or widths == {0}:
            raise ToolError("values: no rows of values were given")
        given = Area(area.top, area.left, area.top + len(rows) - 1, area.left + max(widths) - 1)
        if given.bottom > MAX_ROW or given.right > MAX_COLUMN:
            raise ToolError(f"values: the block would reach beyond the sheet's last cell, to {given}")
        if not area.is_cell and (given != area or len(widths) > 1):
            raise ToolError(
                f"values: {area} is {area.rows} × {area.columns} cells, the values are {len(rows)} rows of "
                f"{' or '.join(map(str, sorted(widths)))}; give the first cell alone, or values that fit"
            )
        return given


class Clear(SheetEdit):
    """Empty cells, or take their formats away."""

    op: Literal["clear"]
    range: Range
    what: Literal["contents", "formats", "all"] = "contents"

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        return scope_of(sheet, find_area(sheet, self.range))

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        cells = list(sheet.cells(find_area(sheet, self.range)))
        if self.what != "formats":
            sheet.write({(cell.row, cell.column): Content() for cell in cells if not cell.is_blank})
        if self.what != "contents":
            for cell in cells:
                sheet.patches.add(cell.row, cell.column, CellPatch(restyles=(StyleChange(base=0),)))


class Fill(SheetEdit):
    """Copy cells over a larger range; relative references follow, formats come along."""

    is_rare: ClassVar[bool] = True
    op: Literal["fill"]
    source: Annotated[str, Field(description='"D2" or "D2:E2"')]
    to: Annotated[str, Field(description='"D2:D50", may hold the source')]

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        return scope_of(sheet, *self._areas(sheet))

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        fill(sheet, *self._areas(sheet))

    def _areas(self, sheet: Sheet) -> tuple[Area, Area]:
        source, target = find_area(sheet, self.source), find_area(sheet, self.to)
        if target.is_whole_columns or target.is_whole_rows:
            target = _within_used(sheet, target)
        if target.size > MOST_CELLS:
            raise ToolError(f"to: {target} has {target.size:,} cells; at most {MOST_CELLS:,} can be filled at once")
        return source, target


def _within_used(sheet: Sheet, area: Area) -> Area:
    """Whole columns or rows as far as the sheet is filled."""
    used = sheet.used
    inside = (
        None
        if used is None
        else Area(
            max(area.top, used.top) if area.is_whole_columns else area.top,
            max(area.left, used.left) if area.is_whole_rows else area.left,
            min(area.bottom, used.bottom) if area.is_whole_columns else area.bottom,
            min(area.right, used.right) if area.is_whole_rows else area.right,
        )
    )
    if inside is None or inside.top > inside.bottom or inside.left > inside.right:
        raise ToolError(f"{area} is without end on an empty sheet; say which cells, like B2:B50")
    return inside
