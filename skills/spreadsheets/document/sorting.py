"""Sorts rows of an area: whole cells move, formulas read relative to their new row, as Excel does it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import Cell, CellError, CellValue
from skills.spreadsheets.document.entry import write
from skills.spreadsheets.document.links import move_links
from skills.spreadsheets.document.notes_moving import move_notes
from skills.spreadsheets.document.patches import CellPatch, Content
from skills.spreadsheets.document.references.formulas import translate
from skills.spreadsheets.document.style_change import StyleChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from skills.spreadsheets.document.sheet import Sheet

_HIDDEN: Final = re.compile(rb"""<[^>]*?\shidden=["'](?:1|true)["']""")


@dataclass(frozen=True, slots=True)
class SortKey:
    column: int
    is_descending: bool = False


def sort_rows(sheet: Sheet, area: Area, keys: Sequence[SortKey]) -> None:
    """Order the rows of `area` by its keys, the first counting most; equal rows stay in order, blanks come last.

    Raises Refused, naming what could not move along.
    """
    rows = _movable(sheet, area)
    arrange(sheet, area, _order(rows, keys))


def arrange(sheet: Sheet, area: Area, order: Sequence[int]) -> None:
    """Put the area's rows in that order, by the numbers they have; those left out go, and blank rows end the area.

    Raises Refused, naming what could not move along.
    """
    rows = _movable(sheet, area)
    formulas = sheet.formulas(area)
    targets = dict(zip(order, rows, strict=False))
    move_links(sheet, area, targets)
    move_notes(sheet, area, targets)
    contents: dict[tuple[int, int], Content] = {}
    for at, target in enumerate(rows):
        if at >= len(order):
            contents.update(_cleared(rows[target].values()))
        elif target != order[at]:
            _move(sheet, area, rows, (order[at], target), formulas, contents)
    if contents:
        write(sheet, contents)


def _cleared(cells: Iterable[Cell]) -> dict[tuple[int, int], Content]:
    return {(cell.row, cell.column): Content() for cell in cells if not cell.is_blank}


def _movable(sheet: Sheet, area: Area) -> dict[int, dict[int, Cell]]:
    """The area's cells by row and column; raises Refused for what cannot move."""
    _check(sheet, area)
    rows: dict[int, dict[int, Cell]] = {row: {} for row in range(area.top, area.bottom + 1)}
    for cell in sheet.cells(area):
        rows[cell.row][cell.column] = cell
    return rows


def _order(rows: dict[int, dict[int, Cell]], keys: Sequence[SortKey]) -> list[int]:
    order = list(rows)
    for key in reversed(keys):
        values = {row: cell.value for row in order if (cell := rows[row].get(key.column)) and cell.value is not None}
        filled = sorted((row for row in order if row in values), key=lambda row: _rank(values[row]))
        if key.is_descending:
            # Sorting backwards as `sorted` does keeps equal rows in order, which reversing would not.
            filled = sorted((row for row in order if row in values), key=lambda row: _rank(values[row]), reverse=True)
        order = [*filled, *(row for row in order if row not in values)]
    return order


def _rank(value: CellValue) -> tuple[int, float, str]:
    """Excel's order: numbers, texts without regard to case, FALSE and TRUE, errors."""
    match value:
        case bool():
            return (2, float(value), "")
        case CellError(code):
            return (3, 0.0, code)
        case str():
            return (1, 0.0, value.casefold())
        case None:
            return (4, 0.0, "")
        case _:
            return (0, float(value), "")


def _move(
    sheet: Sheet,
    area: Area,
    rows: dict[int, dict[int, Cell]],
    way: tuple[int, int],
    formulas: dict[tuple[int, int], Content],
    contents: dict[tuple[int, int], Content],
) -> None:
    """Everything of row `way[0]` to row `way[1]`."""
    origin, target = way
    for column in range(area.left, area.right + 1):
        cell, replaced = rows[origin].get(column), rows[target].get(column)
        if cell is None and replaced is None:
            continue
        content = _content(sheet, cell) if cell else Content()
        if (origin, column) in formulas:
            content = _translated(formulas[origin, column], target - origin)
        if not _says_the_same(content, replaced):
            contents[target, column] = content
        style = cell.style if cell else sheet.inherited_style(origin, column)
        if replaced is None or replaced.style != style:
            sheet.patches.add(target, column, CellPatch(restyles=(StyleChange(base=style),)))


def _content(sheet: Sheet, cell: Cell) -> Content:
    """What stands in a cell, its runs of several formats too."""
    if not cell.is_rich:
        return Content(cell.value, rich_value=cell.rich_value)
    patch = sheet.patches.cells.get(cell.row, {}).get(cell.column)
    if patch is not None and isinstance(patch.content, Content):
        return patch.content
    node = sheet.reader.rich_string(cell.row, cell.column)
    return Content(cell.value) if node is None else Content(cell.value, rich=node.data[node.inner : node.close])


def _translated(content: Content, rows: int) -> Content:
    formula = content.formula
    if formula is None:
        return content
    return replace(content, value=None, formula=replace(formula, text=translate(formula.text, rows, 0, own_only=True)))


def _says_the_same(content: Content, cell: Cell | None) -> bool:
    if content.formula is not None or content.rich is not None:
        return False
    if cell is not None and (cell.formula is not None or cell.is_rich or cell.rich_value != content.rich_value):
        return False
    return content.value == (cell.value if cell else None)


def _check(sheet: Sheet, area: Area) -> None:
    for merge in sheet.merges:
        if merge.intersects(area):
            raise Refused(f"{merge} is merged; unmerge it before sorting {area}")
    for array in sheet.reader.arrays:
        if array.area.intersects(area):
            raise Refused(f"{area} holds part of the array formula of {array.area}, which cannot be sorted")
    for row in hidden_rows(sheet, area):
        raise Refused(f"row {row} is hidden; show all rows (or take the filter off) before rows of {area} move")


def hidden_rows(sheet: Sheet, area: Area) -> list[int]:
    """The rows of an area that are hidden, as stored."""
    rows = sheet.reader.row_texts(area.top, area.bottom)
    return [row for row, source in rows if _HIDDEN.match(source)]
