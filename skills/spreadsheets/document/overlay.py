"""The cells of a sheet with the changes that wait to be written laid over them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from skills.spreadsheets.document.cells import Cell
from skills.spreadsheets.document.columns import column_style
from skills.spreadsheets.document.formula_text import shown
from skills.spreadsheets.document.patches import Content, Promotion, Result
from skills.spreadsheets.document.row_text import row_style

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from skills.spreadsheets.document.addresses import Area
    from skills.spreadsheets.document.patches import CellPatch
    from skills.spreadsheets.document.sheet import Sheet


def overlaid(sheet: Sheet, area: Area) -> Iterator[Cell]:
    """The cells of an area row by row as they will be."""
    pending = _pending(sheet, area)
    if not pending:
        yield from sheet.reader.cells(area)
        return
    waiting = iter(sorted(pending))
    ahead = next(waiting, None)
    for row, source in sheet.reader.row_texts(area.top, area.bottom):
        while ahead is not None and ahead < row:
            yield from _new_row(sheet, ahead, pending[ahead], None)
            ahead = next(waiting, None)
        cells = (cell for cell in sheet.reader.row_cells(row, source) if area.left <= cell.column <= area.right)
        if ahead == row:
            yield from _merged_row(sheet, row, list(cells), pending[row], row_style(source))
            ahead = next(waiting, None)
        else:
            yield from cells
    while ahead is not None:
        yield from _new_row(sheet, ahead, pending[ahead], None)
        ahead = next(waiting, None)


def _pending(sheet: Sheet, area: Area) -> dict[int, dict[int, CellPatch]]:
    rows = sheet.patches.cells
    numbers = [area.top] if area.rows == 1 else [row for row in rows if area.top <= row <= area.bottom]
    found = {
        row: {column: patch for column, patch in rows.get(row, {}).items() if area.left <= column <= area.right}
        for row in numbers
    }
    return {row: columns for row, columns in found.items() if columns}


def _new_row(sheet: Sheet, row: int, patches: Mapping[int, CellPatch], style: int | None) -> Iterator[Cell]:
    for column, patch in sorted(patches.items()):
        inherited = column_style(sheet.frame, column) if style is None else style
        yield patched(sheet, Cell(row, column, style=inherited), patch)


def _merged_row(
    sheet: Sheet, row: int, cells: list[Cell], patches: Mapping[int, CellPatch], style: int | None
) -> Iterator[Cell]:
    existing = {cell.column for cell in cells}
    changed = [patched(sheet, cell, patches[cell.column]) if cell.column in patches else cell for cell in cells]
    fresh = {column: patch for column, patch in patches.items() if column not in existing}
    yield from sorted([*changed, *_new_row(sheet, row, fresh, style)], key=lambda cell: cell.column)


def patched(sheet: Sheet, cell: Cell, patch: CellPatch) -> Cell:
    """The cell as the patch leaves it."""
    style = sheet.book.styles.restyled(cell.style, patch.restyles) if patch.restyles else cell.style
    match patch.content:
        case Content(value, formula, _, rich, rich_value):
            return Cell(
                cell.row,
                cell.column,
                value,
                None if formula is None else "=" + shown(formula.text),
                style,
                rich is not None,
                formula.area if formula is not None and formula.kind == "array" else None,
                rich_value,
            )
        case Result(value):
            return replace(cell, value=value, style=style)
        case Promotion() | None:
            return replace(cell, style=style)
