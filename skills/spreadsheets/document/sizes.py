"""Widths of columns and heights of rows."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, Area
from skills.spreadsheets.document.columns import set_width, with_columns
from skills.spreadsheets.document.dates import iso_of_serial
from skills.spreadsheets.document.number_formats import GENERAL
from skills.spreadsheets.document.patches import RowPatch

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.cells import Cell
    from skills.spreadsheets.document.sheet import Sheet

_MOST_ROWS: Final = 200_000
_NARROWEST, _WIDEST = 4.0, 60.0
_PADDING: Final = 2.0
_LOOKED_AT: Final = 20_000  # rows; wider contents further down do not count


def set_widths(sheet: Sheet, first: int, last: int, width: float | None, is_hidden: bool | None) -> None:
    """Give columns a width in characters (0 the default again, None as it is), hide or show them."""

    if width is None and is_hidden is None:
        return

    def change(column: Element) -> None:
        if width is not None:
            set_width(column, width)
        if is_hidden is not None:
            if is_hidden:
                column.set("hidden", "1")
            else:
                column.attrib.pop("hidden", None)

    sheet.frame = with_columns(sheet.frame, first, last, change)


def set_heights(sheet: Sheet, first: int, last: int, height: float | None, is_hidden: bool | None) -> None:
    """Give rows a height in points (0 the default again, None as it is), hide or show them."""
    if last == MAX_ROW:
        last = sheet.used.bottom if sheet.used else first
    if last - first >= _MOST_ROWS:
        raise ToolError(f"rows {first} to {last} are too many to change at once; at most {_MOST_ROWS:,}")
    for row in range(first, last + 1):
        sheet.change_row(row, RowPatch(height, is_hidden))


def fit_columns(sheet: Sheet, first: int, last: int) -> None:
    """Make columns as wide as what they show, merged and wrapped cells aside, and not wider than a page column."""
    if last == MAX_COLUMN and (used := sheet.used) is not None:
        first, last = max(first, used.left), min(last, used.right)
    widest: dict[int, float] = {}
    merged = {(merge.top, merge.left) for merge in sheet.merges if merge.columns > 1}
    for cell in sheet.cells(Area(1, first, _LOOKED_AT, last)):
        if (cell.row, cell.column) not in merged and cell.value is not None:
            widest[cell.column] = max(widest.get(cell.column, 0.0), shown_width(sheet, cell))
    for column, width in widest.items():
        fitted = min(max(width + _PADDING, _NARROWEST), _WIDEST)
        set_widths(sheet, column, column, round(fitted, 2), None)


def shown_width(sheet: Sheet, cell: Cell) -> float:
    """About how many characters wide the cell is shown; bold ones are a tenth wider."""
    look = sheet.book.styles.format(cell.style)
    size = (look.size or 11.0) / 11.0 * (1.1 if look.bold else 1.0)
    lines = _shown(sheet, cell, look.number_format).split("\n")
    return max(sum(_character_width(character) for character in line) for line in lines) * size


def _character_width(character: str) -> float:
    return 2.0 if unicodedata.east_asian_width(character) in "WF" else 1.0


def _shown(sheet: Sheet, cell: Cell, code: str) -> str:
    value = cell.value
    if isinstance(value, bool):
        return str(value).upper()
    if not isinstance(value, int | float):
        return str(value)
    if sheet.book.styles.is_date(cell.style):
        return iso_of_serial(value, is_1904=sheet.book.is_1904) or str(value)
    if code == GENERAL:
        return f"{value:.10g}"
    decimals = len(code.partition(";")[0].partition(".")[2].rstrip("%_) "))
    scaled = value * 100 if "%" in code else value
    text = f"{scaled:,.{min(decimals, 15)}f}" if "," in code else f"{scaled:.{min(decimals, 15)}f}"
    return text + "".join(character for character in code.partition(";")[0] if character in "$€£%")
