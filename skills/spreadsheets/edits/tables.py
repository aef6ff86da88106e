"""Edits that make tables and total them."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.agent.edit import Edit
from copilot_server.errors import Refused, ToolError
from skills.spreadsheets.document.addresses import Area, cell_name, column_letters, quoted_sheet
from skills.spreadsheets.document.entry import enter
from skills.spreadsheets.document.patches import CellPatch
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.style_change import Edge, StyleChange
from skills.spreadsheets.document.table_change import (
    calculate_column,
    drop_totals,
    find_table,
    rename,
    resize,
    restyle,
    set_total,
    to_range,
)
from skills.spreadsheets.document.table_making import make_table, open_totals_row
from skills.spreadsheets.document.tables import Table
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Range, SheetEdit, everywhere, scope_of, with_tables
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

    is_rare: ClassVar[bool] = True
    op: Literal["make_table"]
    range: Annotated[Range | None, Field(description="with its header row; default: the sheet's data")] = None
    name: str | None = None
    style: Annotated[str, Field(description='"TableStyleLight1" … "TableStyleDark11"')] = "TableStyleMedium2"

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        kinds = frozenset({"table", "cell", "cells", "filter", "name"})
        return with_tables(sheet, scope_of(sheet, kinds=kinds))

    def apply(self, document: Workbook) -> None:
        _check_style(self.style)
        sheet = self.sheet_in(document)
        make_table(sheet, self._area(sheet), self.name, self.style)

    def _area(self, sheet: Sheet) -> Area:
        if self.range is not None:
            return find_area(sheet, self.range)
        block = main_block(sheet)
        if block.name is not None:
            raise ToolError(f"{block.area} of sheet {sheet.name!r} is table {block.name!r} already")
        if not block.headers:
            raise ToolError(
                f"the data of sheet {sheet.name!r} at {block.area} has no header row that could be told from it, and a "
                "table's first row becomes texts; give `range` with its header row, or write headers first"
            )
        return Area(block.headers[-1], block.area.left, block.data.bottom, block.area.right)


class ChangeTable(Edit[Workbook]):
    """Change a table: style, bands, totals, calculated columns, extent, name; or turn it into plain cells."""

    is_rare: ClassVar[bool] = True
    op: Literal["change_table"]
    table: Annotated[str, Field(description="its name")]
    style: Annotated[str | None, Field(description='"TableStyleLight1" … "TableStyleDark11", "none"')] = None
    banded_rows: Annotated[bool | None, Field(description="every other row shaded")] = None
    banded_columns: Annotated[bool | None, Field(description="every other column shaded")] = None
    first_column: Annotated[bool | None, Field(description="emphasised")] = None
    last_column: Annotated[bool | None, Field(description="emphasised")] = None
    formulas: Annotated[
        dict[str, str] | None, Field(description='by column: {"Margin": "=[@Revenue]-[@Cost]"}, rows to come too')
    ] = None
    totals: Annotated[
        dict[str, str] | bool | None,
        Field(
            description='by column: sum, average, count, max, min, stdev, none, a label or "=…"; false: no totals row'
        ),
    ] = None
    range: Annotated[Range | None, Field(description="new extent, header included")] = None
    name: Annotated[str | None, Field(description="new name")] = None
    to_range: Annotated[bool, Field(description="plain cells again")] = False

    def scope(self, document: Workbook) -> Scope:
        sheet, table = find_table(document, self.table)
        reach = table.area if self.range is None else Area.around((table.area, find_area(sheet, self.range)))
        reach = reach or table.area
        rows = Area(reach.top, reach.left, reach.bottom + 1, reach.right)
        if self.name is not None or self.to_range:
            places = (f"{quoted_sheet(sheet.name)}!*", f"part:{table.part}")
            return everywhere(document, *places, loses_cells=True)
        scope = with_tables(sheet, scope_of(sheet, rows, table.area))
        if self.range is None:
            return scope
        charts = {name for name in document.package.names if "/charts/" in name}
        owners = {f"{quoted_sheet(each.name)}!*" for each in document.sheets}
        return Scope(
            scope.places | owners, scope.parts | charts, frozenset({"table", "cell", "cells", "chart", "format"})
        )

    def apply(self, document: Workbook) -> None:
        self._reshape(document)
        sheet, table = find_table(document, self.table)
        for column, formula in (self.formulas or {}).items():
            calculate_column(sheet, table, column, formula)
        flags = {
            "showFirstColumn": self.first_column,
            "showLastColumn": self.last_column,
            "showRowStripes": self.banded_rows,
            "showColumnStripes": self.banded_columns,
        }
        wanted = {name: is_on for name, is_on in flags.items() if is_on is not None}
        if self.style is not None or wanted:
            restyle(sheet, table, _style_name(self.style), wanted)
        if self.name is not None:
            rename(document, table, self.name)
        if self.to_range:
            to_range(*find_table(document, self.name or self.table))

    def _reshape(self, book: Workbook) -> None:
        """What changes the table's rows and columns comes first."""
        sheet, table = find_table(book, self.table)
        if self.totals is False:
            drop_totals(sheet, table)
        if self.range is not None:
            sheet, table = find_table(book, self.table)
            resize(sheet, table, find_area(sheet, self.range))
        if self.totals is None or self.totals is False:
            return
        sheet, table = find_table(book, self.table)
        if not table.totals_rows:
            row = Area(table.area.bottom + 1, table.area.left, table.area.bottom + 1, table.area.right)
            standing = next((cell for cell in sheet.cells(row) if not cell.is_blank), None)
            if standing is not None:
                raise Refused(f"{standing.name} below table {table.name!r} is not empty; insert a row first")
            open_totals_row(sheet, table)
            sheet, table = find_table(book, self.table)
        for column, function in (self.totals if isinstance(self.totals, dict) else {}).items():
            set_total(sheet, table, column, function)


def _style_name(style: str | None) -> str | None:
    if style is None:
        return None
    if style.casefold() == "none":
        return ""
    _check_style(style)
    return style


def _check_style(style: str) -> None:
    if not re.fullmatch(r"TableStyle(?:Light(?:1?\d|2[01])|Medium(?:1?\d|2[0-8])|Dark(?:\d|1[01]))", style):
        raise ToolError(f"style: {style!r} is none of TableStyleLight1-21, TableStyleMedium1-28, TableStyleDark1-11")


class TotalRow(SheetEdit):
    """Add a row of live totals below the data."""

    is_rare: ClassVar[bool] = True
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
