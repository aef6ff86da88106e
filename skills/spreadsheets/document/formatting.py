"""Formats of whole areas: cells one by one, whole columns and rows by their own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copilot_server.errors import ToolError
from skills.spreadsheets.document.columns import column_spans, with_columns
from skills.spreadsheets.document.formats import number
from skills.spreadsheets.document.patches import CellPatch, RowPatch

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.addresses import Area
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.style_change import StyleChange

MOST_CELLS: Final = 500_000
_MOST_ROWS: Final = 100_000
_MOST_CROSSED: Final = 256


def change_formats(sheet: Sheet, area: Area, change: StyleChange) -> None:
    """Change the format of every cell of an area, of those to come too where it is whole columns or rows.

    Raises ToolError for areas of more cells than a file should hold one by one.
    """
    patch = CellPatch(restyles=(change,))
    if area.is_whole_columns:
        _change_columns(sheet, area, change)
    elif area.is_whole_rows:
        _change_rows(sheet, area, change)
    else:
        if area.size > MOST_CELLS:
            raise ToolError(f"{area} has {area.size:,} cells, too many to format singly; take whole columns or rows")
        for row, column in area.cells():
            sheet.patches.add(row, column, patch)


def _change_columns(sheet: Sheet, area: Area, change: StyleChange) -> None:
    styles = sheet.book.styles

    def restyle(column: Element) -> None:
        column.set("style", str(styles.variant(number(column, "style"), change)))

    for row, column in _standing(sheet, area):
        sheet.patches.add(row, column, CellPatch(restyles=(change,)))
    sheet.frame = with_columns(sheet.frame, area.left, area.right, restyle)


def _change_rows(sheet: Sheet, area: Area, change: StyleChange) -> None:
    if area.rows > _MOST_ROWS:
        raise ToolError(f"{area} has {area.rows:,} rows; at most {_MOST_ROWS:,} can be formatted at once")
    for row, column in _standing(sheet, area):
        sheet.patches.add(row, column, CellPatch(restyles=(change,)))
    for row in range(area.top, area.bottom + 1):
        sheet.change_row(row, RowPatch(restyles=(change,)))


def _standing(sheet: Sheet, area: Area) -> set[tuple[int, int]]:
    """The cells with a format of their own already, and those where formatted rows and columns cross."""
    found = {(cell.row, cell.column) for cell in sheet.cells(area)}
    if area.is_whole_columns and area.columns <= _MOST_CROSSED:
        columns = range(area.left, area.right + 1)
        found.update((row, column) for row in sheet.reader.formatted_rows() for column in columns)
    elif area.is_whole_rows:
        spans = [span for span in column_spans(sheet.frame) if span.style and span.last - span.first < _MOST_CROSSED]
        rows = range(area.top, area.bottom + 1)
        found.update((row, column) for span in spans for column in range(span.first, span.last + 1) for row in rows)
    return found
