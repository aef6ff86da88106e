"""Edits that make tables and total them."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, ToolError
from skills.spreadsheets.document.addresses import Area, cell_name, column_letters
from skills.spreadsheets.document.entry import enter
from skills.spreadsheets.document.patches import CellPatch
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.style_change import Edge, StyleChange
from skills.spreadsheets.document.table_making import make_table, open_totals_row
from skills.spreadsheets.document.tables import Table
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Range, SheetEdit, scope_of, with_tables
from skills.spreadsheets.edits.cells import Value
from skills.spreadsheets.edits.places import find_area, find_column, headers_of, main_block
from skills.spreadsheets.reading.blocks import Block

_NOT_SUMMED: Final = re.compile(
    r".*\b(?:id|nr|no|number|code|year|month|week|day|quarter|zip|postcode|postal code|phone|rate|ratio|percent\w*|"
    r"share|average|avg|mean|unit price|price per .*|unit cost|lat\w*|lon\w*|rank|index|age)\.?\s*\Z|.*[%#№].*",
    re.IGNORECASE,
)
_LABEL: Final = "Total"


class MakeTable(SheetEdit):
    """Make a range a table, with filter buttons and banded rows."""

    op: Literal["make_table"]
    range: Annotated[Range | None, Field(description="with its header row; default: the sheet's data")] = None
    name: str | None = None
    style: Annotated[str, Field(description='"TableStyleLight1" … "TableStyleDark11"')] = "TableStyleMedium2"

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        kinds = frozenset({"table", "cell", "cells", "filter", "name"})
        return with_tables(sheet, scope_of(sheet, kinds=kinds))

    def apply(self, document: Workbook) -> None:
        if not re.fullmatch(r"TableStyle(?:Light(?:1?\d|2[01])|Medium(?:1?\d|2[0-8])|Dark(?:\d|1[01]))", self.style):
            raise ToolError(
                f"style: {self.style!r} is none of TableStyleLight1-21, TableStyleMedium1-28, TableStyleDark1-11"
            )
        sheet = self.sheet_in(document)
        make_table(sheet, self._area(sheet), self.name, self.style)

    def _area(self, sheet: Sheet) -> Area:
        if self.range is not None:
            return find_area(sheet, self.range)
        block = main_block(sheet)
        if block.name is not None:
            raise ToolError(f"{block.area} of sheet {sheet.name!r} is table {block.name!r} already")
        top = block.headers[-1] if block.headers else block.area.top
        return Area(top, block.area.left, block.data.bottom, block.area.right)


class TotalRow(SheetEdit):
    """Add a row of live totals below the data."""

    op: Literal["total_row"]
    columns: Annotated[list[str] | None, Field(description="headers or letters to sum; default: all that add up")] = (
        None
    )

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        block = main_block(sheet)
        row = block.data.bottom + 1
        scope = scope_of(sheet, Area(row, block.area.left, row, block.area.right))
        return with_tables(sheet, scope)

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        block = main_block(sheet)
        if block.totals:
            raise Refused(f"row {block.totals[0]} of sheet {sheet.name!r} is a row of totals already")
        row = block.data.bottom + 1
        if block.data.rows < 1:
            raise ToolError(f"the table at {block.area} has no rows of data to total")
        standing = next((cell for cell in sheet.cells(_row(block, row)) if not cell.is_blank), None)
        if standing is not None:
            raise Refused(f"{standing.name} below the data is not empty; insert a row before row {row} first")
        columns = self._summed(sheet, block)
        if not columns:
            raise ToolError(f"no column of {block.area} holds numbers that add up; name the `columns` to sum")
        _enter_totals(sheet, block, row, columns)

    def _summed(self, sheet: Sheet, block: Block) -> list[int]:
        if self.columns is None:
            return _adding_up(sheet, block)
        found = sorted({column for text in self.columns for column in _columns(sheet, text)})
        outside = [column_letters(column) for column in found if not block.area.left <= column <= block.area.right]
        if outside:
            raise ToolError(f"columns: {', '.join(outside)} lies outside the data at {block.area}")
        return found


def _columns(sheet: Sheet, text: str) -> range:
    area = Area.find(text)
    if area is not None:
        return range(area.left, area.right + 1)
    column = find_column(sheet, text)
    return range(column, column + 1)


def _row(block: Block, row: int) -> Area:
    return Area(row, block.area.left, row, block.area.right)


def _adding_up(sheet: Sheet, block: Block) -> list[int]:
    """Columns of numbers that are neither dates, shares nor labels."""
    counts: dict[int, list[int]] = {}
    for cell in sheet.cells(block.data):
        if cell.is_blank:
            continue
        numbers = counts.setdefault(cell.column, [0, 0])
        numbers[1] += 1
        code = sheet.book.styles.number_format(cell.style)
        is_number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
        is_uncomputed = cell.value is None and cell.formula is not None
        numbers[0] += (is_number or is_uncomputed) and "%" not in code and not sheet.book.styles.is_date(cell.style)
    headers = headers_of(sheet)
    return [
        column
        for column, (numbers, filled) in sorted(counts.items())
        if numbers * 2 > filled and not _NOT_SUMMED.match(headers.get(column, ""))
    ]


def _enter_totals(sheet: Sheet, block: Block, row: int, columns: list[int]) -> None:
    table = next((each for each in sheet.tables if each.name == block.name), None) if block.name else None
    values: dict[tuple[int, int], Value] = {(row, column): _sum(table, block, column) for column in columns}
    if block.area.left not in columns:
        values[row, block.area.left] = _LABEL
    above = {cell.column: cell.style for cell in sheet.cells(_row(block, row - 1))}
    look = StyleChange(bold=True) if table else StyleChange(bold=True, top=Edge("thin"))
    for column in range(block.area.left, block.area.right + 1):
        changes = (StyleChange(base=above.get(column, 0)), look)
        sheet.patches.add(row, column, CellPatch(restyles=changes))
    if table is not None:
        open_totals_row(sheet, table)
    enter(sheet, values)


def _sum(table: Table | None, block: Block, column: int) -> str:
    if table is None:
        return f"=SUM({cell_name(block.data.top, column)}:{cell_name(block.data.bottom, column)})"
    name = re.sub(r"([\[\]#'@])", r"'\1", table.columns[column - table.area.left])
    return f"=SUBTOTAL(109,{table.name}[{name}])"
