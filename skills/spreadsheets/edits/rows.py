"""Edits of rows by what they hold: filter them, take duplicates out."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cell_writer import number_text
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.dates import parse_iso
from skills.spreadsheets.document.rules.filters import Criterion, clear_filter, filter_rows, filtered_area
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.sorting import arrange
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Range, SheetEdit, scope_of, with_notes, with_tables
from skills.spreadsheets.edits.conditions import Conditions, Where, rows_where
from skills.spreadsheets.edits.places import find_area, find_column, main_block


def data_area(sheet: Sheet, text: str | None) -> Area:
    """The rows meant, headers and totals left out: of the range, or of the sheet's data; raises ToolError."""
    block = main_block(sheet)
    if text is None:
        area = block.data
    else:
        area = find_area(sheet, text)
        if area.is_whole_columns:
            area = Area(block.data.top, area.left, block.data.bottom, area.right)
        elif area.top in block.headers and area.top < area.bottom:
            area = Area(area.top + 1, area.left, area.bottom, area.right)
    if area.bottom < area.top:
        raise ToolError(f"sheet {sheet.name!r} has no rows of data there")
    return area


class Filter(SheetEdit):
    """Show only the rows that meet all conditions; without `where` put filter buttons on or lift the filter."""

    is_rare: ClassVar[bool] = True
    op: Literal["filter"]
    range: Annotated[Range | None, Field(description="with its header; default: the sheet's data")] = None
    where: Annotated[Conditions | None, Field(description="all must hold")] = None
    off: Annotated[bool, Field(description="show all rows and take the buttons away")] = False

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        return with_tables(sheet, scope_of(sheet, kinds=frozenset({"filter", "rows hidden", "table"})))

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        area = self._area(sheet)
        if self.off or not self.where:
            clear_filter(sheet, area, keeps_buttons=not self.off)
        if self.off:
            return
        data = Area(area.top + 1, area.left, area.bottom, area.right)
        shown = rows_where(sheet, data, self.where) if self.where else list(range(data.top, data.bottom + 1))
        hidden = set(range(data.top, data.bottom + 1)) - set(shown)
        filter_rows(sheet, area, [_criterion(sheet, area, each) for each in self.where or ()], hidden)

    def _area(self, sheet: Sheet) -> Area:
        """The header row and the data below it."""
        if self.range is None and (area := filtered_area(sheet)) is not None:
            return area
        data = data_area(sheet, self.range)
        return Area(max(1, data.top - 1), data.left, data.bottom, data.right)


def _criterion(sheet: Sheet, area: Area, where: Where) -> Criterion:
    if where.column is None:
        raise ToolError("where: a filter cannot hold a formula; write it into a free column and filter on that")
    index = find_column(sheet, where.column) - area.left
    texts = [_as_text(value, is_1904=sheet.book.is_1904) for value in where.values]
    match where.test:
        case "blank":
            return Criterion(index, has_blanks=True)
        case "not_blank":
            return Criterion(index, comparisons=(("<>", " "),))
        case "=" if not any(isinstance(value, int | float) or _is_date(value) for value in where.values):
            return Criterion(index, shown=tuple(texts))
        case "=" if len(texts) > 1:
            return Criterion(index, shown=tuple(texts))
        case "<>" if len(texts) > 2:
            raise ToolError("where: a filter can leave out two values at most; name those to show instead")
        case "contains" | "begins" | "ends":
            text = texts[0].replace("~", "~~").replace("*", "~*").replace("?", "~?")
            before, after = "*" * (where.test != "begins"), "*" * (where.test != "ends")
            return Criterion(index, comparisons=(("=", f"{before}{text}{after}"),))
        case "between":
            return Criterion(index, comparisons=((">=", texts[0]), ("<=", texts[1])))
        case test:
            return Criterion(index, comparisons=tuple((test, text) for text in texts))


def _is_date(value: object) -> bool:
    return isinstance(value, str) and parse_iso(value, is_1904=False) is not None


def _as_text(value: str | float | bool, *, is_1904: bool) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        moment = parse_iso(value, is_1904=is_1904)
        return value if moment is None else number_text(moment[0]).decode()
    return number_text(value).decode()


class RemoveDuplicates(SheetEdit):
    """Remove rows that repeat an earlier one in the given columns; the cells below move up."""

    is_rare: ClassVar[bool] = True
    op: Literal["remove_duplicates"]
    range: Annotated[Range | None, Field(description="default: the sheet's data")] = None
    by: Annotated[list[str] | None, Field(description="headers or letters that must be the same; default: all")] = None
    keep: Annotated[Literal["first", "last"], Field(description="which of the same rows stays")] = "first"

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        return with_notes(sheet, scope_of(sheet, data_area(sheet, self.range)))

    def loss(self, document: Workbook) -> str | None:
        return super().loss(document)

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        area = data_area(sheet, self.range)
        columns = [find_column(sheet, each) for each in self.by or ()] or list(range(area.left, area.right + 1))
        arrange(sheet, area, _kept(sheet, area, columns, self.keep))


def _kept(sheet: Sheet, area: Area, columns: list[int], keep: str) -> list[int]:
    """The rows that stay, in their order; blank rows are no duplicates of each other."""
    values: dict[int, dict[int, CellValue]] = {row: {} for row in range(area.top, area.bottom + 1)}
    filled: set[int] = set()
    for cell in sheet.cells(area):
        filled.update([] if cell.is_blank else [cell.row])
        if cell.column in columns:
            values[cell.row][cell.column] = cell.value
    rows = list(values) if keep == "first" else list(reversed(values))
    seen: set[tuple[object, ...]] = set()
    kept: list[int] = []
    for row in rows:
        key = tuple(_key(values[row].get(column)) for column in columns)
        if row in filled and key in seen:
            continue
        seen.update([key] if row in filled else [])
        kept.append(row)
    return sorted(kept)


def _key(value: CellValue) -> object:
    """What Excel takes for the same: texts without regard to case."""
    if isinstance(value, str):
        return value.casefold()
    return value.code if isinstance(value, CellError) else (type(value) is bool, value)
