"""Rows that came to stand in another order: a sort is one change, however many cells differ by it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, TypeAlias

from skills.spreadsheets.changes.deltas import Delta
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.reading.patterns import relative_form

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from skills.spreadsheets.document.cells import Cell, CellValue
    from skills.spreadsheets.document.sheet import Sheet

_FEWEST: Final = 3
"""Rows; two that change places are told cell by cell."""

_Said: TypeAlias = "tuple[int, str | CellValue]"
"""A column, and what stands there."""


def reordered(sheet: Sheet, deltas: Sequence[Delta]) -> tuple[Area, dict[tuple[int, int], Delta]] | None:
    """The area whose rows hold what they held, in another order, with all its cells; None where that is not so.

    `sheet` is the later version.
    """
    area = Area.around(Area.cell(delta.row, delta.column) for delta in deltas)
    if area is None or area.rows < _FEWEST or area.size > 4 * len(deltas):
        return None
    cells = {(cell.row, cell.column): Delta(cell.row, cell.column, cell, cell) for cell in sheet.cells(area)}
    cells |= {(delta.row, delta.column): delta for delta in deltas}
    before = _rows(area, {place: delta.before for place, delta in cells.items()})
    after = _rows(area, {place: delta.after for place, delta in cells.items()})
    return (area, cells) if Counter(before) == Counter(after) else None


def _rows(area: Area, cells: Mapping[tuple[int, int], Cell | None]) -> list[tuple[_Said, ...]]:
    rows: dict[int, list[_Said]] = {row: [] for row in range(area.top, area.bottom + 1)}
    for (row, column), cell in sorted(cells.items()):
        if cell is not None and not cell.is_blank:
            rows[row].append((column, _said(cell, row, column)))
    return [tuple(said) for said in rows.values()]


def _said(cell: Cell, row: int, column: int) -> str | CellValue:
    """What the cell says wherever its row stands."""
    return cell.value if cell.formula is None else relative_form(cell.formula, row, column)
