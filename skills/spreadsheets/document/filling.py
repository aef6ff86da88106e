"""Copies cells over a larger area, the block repeated as often as it takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from copilot_server.errors import Refused, ToolError
from skills.spreadsheets.document.entry import moved_formula, write
from skills.spreadsheets.document.formula_check import policy
from skills.spreadsheets.document.patches import CellPatch, Content
from skills.spreadsheets.document.style_change import StyleChange

if TYPE_CHECKING:
    from skills.spreadsheets.document.addresses import Area
    from skills.spreadsheets.document.sheet import Sheet


def fill(sheet: Sheet, source: Area, target: Area) -> None:
    """Contents and formats of `source` into `target`, which may hold it; relative references follow.

    Raises Refused when the source holds part of an array formula, ToolError when there is nothing to copy.
    """
    cells = {(cell.row, cell.column): cell for cell in sheet.cells(source)}
    if all(cell.is_blank for cell in cells.values()):
        raise ToolError(f"source: {source} is empty, there is nothing to fill with")
    for array in sheet.reader.arrays:
        if array.area.intersects(source) and not array.area.is_cell:
            raise Refused(f"{source} holds part of the array formula of {array.area}, which cannot be filled")
    formulas = sheet.formulas(source)
    for each in formulas.values():
        policy(each.formula.text if each.formula else "")
    contents: dict[tuple[int, int], Content] = {}
    for row, column in target.cells():
        if source.contains(row, column):
            continue
        origin = (
            source.top + (row - source.top) % source.rows,
            source.left + (column - source.left) % source.columns,
        )
        cell = cells.get(origin)
        if cell is None:
            contents[row, column] = Content()
            continue
        content = formulas.get(origin, Content(cell.value))
        contents[row, column] = _moved(content, row - cell.row, column - cell.column)
        sheet.patches.add(row, column, CellPatch(restyles=(StyleChange(base=cell.style),)))
    write(sheet, contents)


def _moved(content: Content, rows: int, columns: int) -> Content:
    formula = content.formula
    return content if formula is None else replace(content, value=None, formula=moved_formula(formula, rows, columns))
