"""Which rows a formula holds for, worked out on a copy of the book that is thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused, ToolError
from skills.spreadsheets.calculation.recalculate import recalculate
from skills.spreadsheets.document.addresses import MAX_COLUMN, Area
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.entry import enter_throughout

if TYPE_CHECKING:
    from skills.spreadsheets.document.sheet import Sheet

MOST_ROWS: Final = 100_000


def rows_by_formula(sheet: Sheet, area: Area, formula: str) -> frozenset[int]:
    """The rows of the area for which it is true (or a number but 0), written as for the first of them.

    An error holds for no row, as in a conditional format. Raises ToolError when all are errors or the formula cannot
    be entered, Refused when it cannot be computed.
    """
    if area.rows > MOST_ROWS:
        raise ToolError(f"where: a formula is worked out for {MOST_ROWS:,} rows at most, not {area.rows:,}")
    values = _worked_out(sheet, area, formula)
    errors = [value.code for value in values.values() if isinstance(value, CellError)]
    if errors and len(errors) == area.rows:
        raise ToolError(f"where: {formula!r} gives {errors[0]} in every row from {area.top} to {area.bottom}")
    return frozenset(row for row, value in values.items() if _is_true(value))


def _worked_out(sheet: Sheet, area: Area, formula: str) -> dict[int, CellValue]:
    trial = sheet.book.fork()
    copy = trial.sheet(sheet.name)
    used = copy.used or area
    column = max(used.right, area.right) + 2  # beside what stands there, so that nothing reads it
    if column > MAX_COLUMN:
        raise Refused(f"where: sheet {sheet.name!r} has no free column in which the formula could be worked out")
    cells = Area(area.top, column, area.bottom, column)
    enter_throughout(copy, cells, formula)
    done = recalculate(trial)
    trial.flush()
    unknown = [each for each in done.uncomputed if (cell := Area.find(each.cell)) and cell.left == column]
    if unknown:
        raise Refused(f"where: {formula!r} cannot be computed here: {unknown[0].reason}")
    return {cell.row: cell.value for cell in trial.sheet(sheet.name).cells(cells)}


def _is_true(value: CellValue) -> bool:
    return value is True or (isinstance(value, int | float) and value != 0)
