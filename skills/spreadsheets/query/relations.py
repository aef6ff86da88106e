"""What a query may name: tables, sheets, ranges; each handed to the engine as a relation."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from python_calamine import CalamineWorkbook

from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import MAX_COLUMN, Area, column_letters
from skills.spreadsheets.document.near import nearest
from skills.spreadsheets.document.references.sheet_names import split_location
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.places import find_area, headers_of_block, main_block
from skills.spreadsheets.query.columns import ColumnPieces, Typed, add_rows, typed
from skills.spreadsheets.reading.blocks import Block
from skills.spreadsheets.reading.grid import Grid
from skills.spreadsheets.reading.loading import stream
from skills.spreadsheets.reading.view import View

LARGE: Final = 20_000
"""Rows from which on a sheet is read by calamine, and its table told by its first and last rows."""

_LOOKED_AT: Final = 200
_STRETCH: Final = 50_000

ROW = "_row"
"""The column that holds each row's number on the sheet."""


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows of data with their columns' names by number."""

    name: str
    sheet: Sheet
    data: Area
    headers: Mapping[int, str]


def find_relation(book: Workbook, name: str) -> Relation:
    """A table's name, a sheet's (its largest table), or a range with its header row; raises ToolError otherwise."""
    key = name.casefold()
    for sheet in book.sheets:
        for table in sheet.tables:
            if table.name.casefold() == key and table.data is not None:
                columns = dict(enumerate(table.columns, table.area.left))
                return Relation(name, sheet, table.data, _apart(columns))
    for sheet in book.sheets:
        if sheet.name.casefold() == key and sheet.is_worksheet:
            block = _main_block(sheet)
            return Relation(name, sheet, block.data, _apart(_whole(headers_of_block(sheet, block), block.data)))
    owner, place = split_location(name)
    sheet = book.active if owner is None else book.sheet(owner)
    area = Area.find(place)
    if area is None:
        known = [each.name for each in book.sheets if each.is_worksheet]
        known += [table.name for each in book.sheets for table in each.tables]
        listed = ", ".join(map(repr, known))
        raise ToolError(
            f'sql: no table {name!r}; {nearest(name, known)}there are {listed}, and ranges like "Sales!A1:D20"'
        )
    return _of_range(name, sheet, find_area(sheet, place).intersection(sheet.used or area) or area)


def _of_range(name: str, sheet: Sheet, area: Area) -> Relation:
    """With the header in its first row, or above it where the range begins within a table's data."""
    block = _block_around(sheet, area)
    if block is not None and block.data.top <= area.top <= block.data.bottom:
        heads = headers_of_block(sheet, block)
        return Relation(name, sheet, area, _apart(_whole(heads, area)))
    first = list(sheet.cells(Area(area.top, area.left, area.top, area.right)))
    if any(isinstance(cell.value, int | float) for cell in first) and (block is None or not block.headers):
        return Relation(name, sheet, area, _apart(_whole({}, area)))
    heads = {cell.column: str(cell.value) for cell in first if cell.value is not None}
    data = Area(area.top + 1, area.left, area.bottom, area.right)
    if data.bottom < data.top:
        raise ToolError(f"sql: {name!r} has a header row and nothing below it")
    return Relation(name, sheet, data, _apart(_whole(heads, data)))


def _block_around(sheet: Sheet, area: Area) -> Block | None:
    """The table in which the range begins, as far as headers are looked for."""
    if area.top > _LOOKED_AT:
        return None
    blocks = View.over(sheet, Grid.of(sheet.cells(Area(1, 1, _LOOKED_AT, MAX_COLUMN)))).blocks
    return next((each for each in blocks if each.area.contains(area.top, area.left)), None)


def columns_of(relation: Relation) -> tuple[dict[str, Any], list[Typed]]:
    """Arrays by column, and how each was typed; blank rows are left out."""
    data, book = relation.data, relation.sheet.book
    pieces = {column: ColumnPieces(name) for column, name in relation.headers.items()}
    if data.rows > LARGE and not book.is_1904:
        _read_by_calamine(relation, pieces)
        return _arrays(data, pieces, is_1904=False)
    for grid in stream(relation.sheet, data.top, data.bottom):
        for column in grid.within(data):
            mine = pieces.get(column.number)
            if mine is None:
                continue
            if mine.is_date is None and column.styles:
                mine.is_date = book.styles.is_date(column.styles[0])
            mine.add([row - data.top for row in column.rows], column.values)
    return _arrays(data, pieces, is_1904=book.is_1904)


def _read_by_calamine(relation: Relation, pieces: Mapping[int, ColumnPieces]) -> None:
    """Of a large sheet, a stretch of rows at a time."""
    data, book = relation.data, relation.sheet.book
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.to_bytes())).get_sheet_by_name(relation.sheet.name)
    left = (sheet.start or (0, 0))[1] + 1  # rows come from the first on, columns from the first filled one
    wanted = [pieces.get(column) for column in range(left, data.right + 1)]
    held: list[list[Any]] = []
    at = data.top
    for row, values in enumerate(sheet.iter_rows(), 1):
        if row < data.top or row > data.bottom:
            continue
        held.append(values)
        if len(held) >= _STRETCH:
            add_rows(wanted, held, at - data.top)
            at, held = row + 1, []
    add_rows(wanted, held, at - data.top)


def _arrays(data: Area, pieces: Mapping[int, ColumnPieces], *, is_1904: bool) -> tuple[dict[str, Any], list[Typed]]:
    length = data.rows
    found = [typed(each, length, is_1904=is_1904) for each in pieces.values()]
    arrays: dict[str, Any] = {ROW: np.arange(data.top, data.bottom + 1, dtype=np.int32)}
    filled = np.zeros(length, dtype=bool)
    for each in pieces.values():
        for places in each.places:
            filled[places] = True
        filled[[place for place, _ in each.others]] = True
    arrays |= {each.name: each.values for each in found}
    if not filled.all():
        arrays = {name: values[filled] for name, values in arrays.items()}
    return arrays, found


def _main_block(sheet: Sheet) -> Block:
    """The sheet's largest table; of a large sheet by its first and last rows alone."""
    spans = sheet.text.layout.spans
    last = spans[-1].last if spans and not sheet.patches else 0
    if last <= LARGE:
        return main_block(sheet)
    top, bottom = Area(1, 1, _LOOKED_AT, MAX_COLUMN), Area(last - _LOOKED_AT, 1, last, MAX_COLUMN)
    grid = Grid.of(itertools.chain(sheet.cells(top), sheet.cells(bottom)))
    grid.gaps = {_LOOKED_AT + 1: bottom.top - 1}
    blocks = View.over(sheet, grid).blocks
    return max(blocks, key=lambda block: block.area.size)


def _whole(headers: Mapping[int, str], data: Area) -> dict[int, str]:
    return {column: headers.get(column) or column_letters(column) for column in range(data.left, data.right + 1)}


def _apart(headers: Mapping[int, str]) -> dict[int, str]:
    """Names the engine can tell from each other, case aside, on one line."""
    found: dict[int, str] = {}
    for column, name in headers.items():
        short = " ".join(name.split()) or column_letters(column)
        taken = {each.casefold() for each in found.values()} | {ROW}
        found[column] = short if short.casefold() not in taken else next(_numbered(short, taken))
    return found


def _numbered(name: str, taken: set[str]) -> Iterator[str]:
    number = 2
    while True:
        if f"{name} {number}".casefold() not in taken:
            yield f"{name} {number}"
        number += 1
