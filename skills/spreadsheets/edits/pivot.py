"""The edit that makes a pivot table."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, TargetNotFound, ToolError
from skills.spreadsheets.calculation.settle import settle
from skills.spreadsheets.document.addresses import Area, column_letters, parse_cell, quoted_sheet
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.entry import enter
from skills.spreadsheets.document.formatting import change_formats
from skills.spreadsheets.document.guards import pivot_areas
from skills.spreadsheets.document.pivots.fields import SourceField, items_of
from skills.spreadsheets.document.pivots.layout import DataField, Function, PivotLayout
from skills.spreadsheets.document.pivots.writing import PivotSource, put_pivot
from skills.spreadsheets.document.references.sheets import add_sheet
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.sizes import fit_columns
from skills.spreadsheets.document.style_change import Edge, StyleChange
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Range, SheetEdit, bookkeeping
from skills.spreadsheets.edits.conditions import Bound, Where
from skills.spreadsheets.edits.places import find_column
from skills.spreadsheets.edits.rows import data_area
from skills.spreadsheets.edits.summary import Measures, as_items

_MOST_CELLS: Final = 1_000_000  # of the source, which the file then holds twice
_MOST_ROWS: Final = 5_000
_MOST_COLUMNS: Final = 250
_KINDS: Final = frozenset({"pivot", "cell", "cells", "format", "columns resized", "sheet added", "part"})


class Shown(BaseModel):
    """A column people choose items of, above the table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: Annotated[str, Field(description="header or letter")]
    show: Annotated[Bound | list[Bound] | None, Field(description="only these values; default: all")] = None


def _as_list(sent: Any) -> Any:
    return sent if isinstance(sent, list) else [sent]


Columns = Annotated[list[str], BeforeValidator(_as_list)]


class Pivot(SheetEdit):
    """Make a real pivot table over the data, on a sheet of its own unless placed; Excel refreshes it on opening."""

    is_rare: ClassVar[bool] = True
    op: Literal["pivot"]
    rows: Annotated[Columns, Field(min_length=1, max_length=4, description="headers or letters")]
    columns: Annotated[Columns | None, Field(max_length=2, description="what goes across")] = None
    values: Annotated[Measures, Field(description="what is worked out")]
    filters: Annotated[list[Shown] | None, BeforeValidator(as_items), Field(max_length=5)] = None
    range: Annotated[Range | None, Field(description="default: the sheet's data")] = None
    to_sheet: Annotated[str, Field(min_length=1, max_length=31, description="new, or one with room at `at`")] = "Pivot"
    at: Annotated[str, Field(description="first cell")] = "A1"
    name: Annotated[str | None, Field(min_length=1, max_length=255)] = None

    def scope(self, document: Workbook) -> Scope:
        folder = posixpath.dirname(document.main)
        places = {f"{quoted_sheet(self.to_sheet)}!*", *(f"sheet:{each.name}" for each in document.sheets)}
        made = ("pivotTables/*", "pivotCache/*", "worksheets/*", "_rels/*")
        parts = {posixpath.join(folder, each) for each in made} | {"docProps/app.xml"}
        return Scope(frozenset({*places, f"sheet:{self.to_sheet}"}), bookkeeping(document) | parts, _KINDS)

    def apply(self, document: Workbook) -> None:
        settle(document, document)  # the table shows results, so they must be there
        source = self.sheet_in(document)
        area = data_area(source, self.range)
        layout = self._layout(source, area)
        held = PivotSource(source.name, Area(area.top - 1, area.left, area.bottom, area.right), _table_of(source, area))
        sheet = self._target(document, layout.whole)
        enter(sheet, layout.cells())
        sheet = document.sheet(sheet.name)
        _dress(sheet, layout)
        put_pivot(sheet, layout, held, self._free_name(document))

    def _target(self, book: Workbook, area: Area) -> Sheet:
        if all(each.name.casefold() != self.to_sheet.casefold() for each in book.sheets):
            return book.sheet(add_sheet(book, self.to_sheet, None))
        sheet = book.sheet(self.to_sheet)
        taken = next((cell.name for cell in sheet.cells(area) if not cell.is_blank), None)
        if taken is not None:
            raise Refused(f"the pivot table would cover {area} of sheet {sheet.name!r}, where {taken} is not empty")
        for other, name in pivot_areas(sheet):
            if other.intersects(area):
                raise Refused(f"the pivot table would overlap {name!r} in {other} of sheet {sheet.name!r}")
        return sheet

    def _free_name(self, book: Workbook) -> str:
        taken = {name.casefold() for each in book.sheets if each.is_worksheet for _, name in pivot_areas(each)}
        if self.name is not None:
            if self.name.casefold() in taken:
                raise Refused(f"name: there is a pivot table {self.name!r} already")
            return self.name
        number = 1
        while f"pivottable{number}" in taken:
            number += 1
        return f"PivotTable{number}"

    def _layout(self, sheet: Sheet, area: Area) -> PivotLayout:
        place = parse_cell(self.at)
        if place is None:
            raise ToolError(f'at: must be a cell like "A3", not {self.at!r}')
        if area.size > _MOST_CELLS:
            raise Refused(f"range: {area} has {area.size:,} cells, more than a pivot's cache takes here; `summarize`")
        fields = _fields(sheet, area)

        def index(text: str) -> int:
            number = find_column(sheet, text)
            if not area.left <= number <= area.right:
                raise ToolError(f"{text!r} lies outside the data at {area}")
            return number - area.left

        rows, columns = [index(each) for each in self.rows], [index(each) for each in self.columns or ()]
        pages = [(index(each.column), each) for each in self.filters or ()]
        axes = [*rows, *columns, *(at for at, _ in pages)]
        if len(set(axes)) < len(axes):
            raise ToolError("rows, columns, filters: one column can stand in one of them only, once")
        for at in axes:
            fields[at] = replace(fields[at], items=items_of(fields[at].values))
        data = _data(fields, [(index(each.column), each.function) for each in self.values], area)
        shown = [(at, _items(fields[at], each)) for at, each in pages]
        layout = PivotLayout(fields, rows, columns, data, shown, *place)
        if not layout.row_keys:
            raise TargetNotFound("filters: no row of the data is left")
        if len(layout.row_keys) > _MOST_ROWS or len(layout.heads) > _MOST_COLUMNS:
            size = f"{len(layout.row_keys)} rows × {len(layout.heads)} columns"
            raise Refused(f"the pivot table would have {size}; put coarser columns in rows and columns")
        return layout


def _fields(sheet: Sheet, area: Area) -> list[SourceField]:
    """The columns of the source; raises Refused where Excel would: a header is missing."""
    if area.top < 2:
        raise Refused("range: a pivot table needs a row of headers above its data")
    heads = {cell.column: cell.value for cell in sheet.cells(Area(area.top - 1, area.left, area.top - 1, area.right))}
    cells: dict[int, dict[int, tuple[CellValue, int]]] = {at: {} for at in range(area.left, area.right + 1)}
    for cell in sheet.cells(area):
        cells[cell.column][cell.row] = (cell.value, cell.style)
    styles, fields, taken = sheet.book.styles, list[SourceField](), set[str]()
    for column, found in cells.items():
        head = heads.get(column)
        if head is None or not str(head).strip():
            raise Refused(f"{column_letters(column)}{area.top - 1} is empty: every column of a pivot needs a header")
        values = [found[row][0] if row in found else None for row in range(area.top, area.bottom + 1)]
        filled = [style for value, style in found.values() if value is not None]
        numbers = all(isinstance(each, int | float) and not isinstance(each, bool) and each >= 1 for each in values)
        is_date = numbers and bool(filled) and all(styles.is_date(style) for style in filled)
        code = styles.number_format(filled[0]) if filled else "General"
        name = _told_apart(f"{head:g}" if isinstance(head, float) else str(head), taken)
        fields.append(SourceField(name, values, code, is_date, sheet.book.is_1904))
    return fields


def _told_apart(name: str, taken: set[str]) -> str:
    new, number = name, 2
    while new.casefold() in taken:
        new, number = f"{name}{number}", number + 1
    taken.add(new.casefold())
    return new


def _data(fields: Sequence[SourceField], wanted: Sequence[tuple[int, Function]], area: Area) -> list[DataField]:
    taken = {field.name.casefold() for field in fields}
    found: list[DataField] = []
    for at, function in wanted:
        field = fields[at]
        error = next((row for row, each in enumerate(field.values) if isinstance(each, CellError)), None)
        if error is not None and function != "count":
            place = f"{column_letters(area.left + at)}{area.top + error}"
            raise Refused(f"values: {place} holds the error {field.values[error]}; mend it first, or count instead")
        found.append(DataField(at, function, _told_apart(f"{function.capitalize()} of {field.name}", taken)))
    return found


def _items(field: SourceField, chosen: Shown) -> frozenset[int] | None:
    if chosen.show is None:
        return None
    where = Where(column=chosen.column, value=chosen.show)
    found = frozenset(at for at, each in enumerate(field.items) if where.holds(each, is_1904=field.is_1904))
    if not found:
        raise TargetNotFound(f"filters: {chosen.show!r} is no value of {field.name!r}")
    return found


def _table_of(sheet: Sheet, area: Area) -> str | None:
    return next((table.name for table in sheet.tables if table.data == area and table.header_rows == 1), None)


def _dress(sheet: Sheet, layout: PivotLayout) -> None:
    """Readers without a pivot engine see the plain cells: headers and totals told apart, numbers as in the source."""
    area, first = layout.area, layout.first_row(layout.area.top)
    start = area.left + len(layout.rows)
    change_formats(sheet, Area(area.top, area.left, first - 1, area.right), StyleChange(bold=True))
    under = Area(first - 1, area.left, first - 1, area.right)
    change_formats(sheet, under, StyleChange(bottom=Edge("thin")))
    total = Area(area.bottom, area.left, area.bottom, area.right)
    change_formats(sheet, total, StyleChange(bold=True, top=Edge("thin")))
    for right, at in enumerate(layout.rows, area.left):
        code = layout.fields[at].number_format
        if area.bottom > first and code != "General":
            look = StyleChange(number_format=code, horizontal="left")
            change_formats(sheet, Area(first, right, area.bottom - 1, right), look)
    for level, at in enumerate(layout.columns, area.top + 1):
        look = StyleChange(number_format=layout.fields[at].number_format, horizontal="right")
        change_formats(sheet, Area(level, start, level, area.right), look)
    for right, (_, data) in enumerate(layout.heads, start):
        measured = layout.data[data]
        code = layout.fields[measured.field].number_format
        if measured.function == "count" or code == "General":
            continue
        change_formats(sheet, Area(first, right, area.bottom, right), StyleChange(number_format=code))
    fit_columns(sheet, area.left, area.right)
