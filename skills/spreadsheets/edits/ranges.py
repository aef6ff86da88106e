"""Edits of whole ranges: copied, moved, transposed, split by a separator."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, TargetNotFound, ToolError
from skills.spreadsheets.document.addresses import Area, parse_cell
from skills.spreadsheets.document.copying import Target, What, copy_cells, move_cells
from skills.spreadsheets.document.entry import enter
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.values import Input
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Range, SheetEdit, everywhere, scope_of, with_rules, with_tables
from skills.spreadsheets.edits.cells import MOST_CELLS
from skills.spreadsheets.edits.conditions import Conditions, rows_where
from skills.spreadsheets.edits.places import find_area
from skills.spreadsheets.reading.display import plain
from skills.spreadsheets.reading.folding import row_spans

_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?\Z")


class CopyRange(SheetEdit):
    """Copy cells to another place or sheet, all of them or only rows that meet conditions; or move them."""

    op: Literal["copy_range"]
    source: Annotated[Range, Field(description="on `sheet`")]
    to: Annotated[str, Field(description='first cell ("F2"), or "end": below the data there')]
    to_sheet: Annotated[str | None, Field(description="default: the same")] = None
    what: Annotated[What, Field(description="contents: without formats")] = "all"
    where: Annotated[Conditions | None, Field(description="rows of the source to copy; its header row is not")] = None
    transpose: Annotated[bool, Field(description="rows become columns")] = False
    move: Annotated[bool, Field(description="cut and paste: references follow")] = False
    skip_blanks: Annotated[bool, Field(description="what stands at the target stays there")] = False

    def scope(self, document: Workbook) -> Scope:
        sheet, area, _, target = self._plan(document)
        places = (scope_of(sheet, area), scope_of(target.sheet, target.area(area.rows, area.columns)))
        if not self.move:
            return with_rules(target.sheet, with_tables(target.sheet, places[1]))
        return everywhere(document, *(place for each in places for place in each.places), loses_cells=True)

    def apply(self, document: Workbook) -> None:
        sheet, area, rows, target = self._plan(document)
        if self.move:
            if self.where or self.transpose or self.what != "all" or self.skip_blanks:
                raise ToolError("move: takes the cells as they are; leave out where, transpose, what and skip_blanks")
            move_cells(document, sheet, area, target)
        else:
            copy_cells(sheet, area, rows, target, self.what, skips_blanks=self.skip_blanks)

    def _plan(self, book: Workbook) -> tuple[Sheet, Area, list[int], Target]:
        sheet = self.sheet_in(book)
        area = find_area(sheet, self.source)
        if area.is_whole_columns or area.is_whole_rows:
            used = sheet.used or Area.cell(1, 1)
            area = area.intersection(used) or used
        if area.size > MOST_CELLS:
            raise ToolError(f"source: {area} has {area.size:,} cells; at most {MOST_CELLS:,} can be copied at once")
        rows = list(range(area.top, area.bottom + 1)) if self.where is None else rows_where(sheet, area, self.where)
        if not rows:
            raise TargetNotFound(f"where: no row of {area} meets the conditions")
        other = sheet if self.to_sheet is None else book.sheet(self.to_sheet)
        return sheet, area, rows, Target(other, *self._first(other, area), self.transpose)

    def _first(self, other: Sheet, area: Area) -> tuple[int, int]:
        if self.to.strip().casefold() == "end":
            used = other.used
            return (1, 1) if used is None else (used.bottom + 1, used.left)
        place = parse_cell(self.to.rpartition("!")[2].partition(":")[0])
        if place is None:
            raise ToolError(f'to: must be the first cell, like "F2", or "end", not {self.to!r}')
        return place


class SplitText(SheetEdit):
    """Split a column: its texts at a separator or pattern into the columns to the right, or its blocks into rows."""

    is_rare: ClassVar[bool] = True
    op: Literal["split_text"]
    range: Annotated[Range, Field(description="cells of one column")]
    at: Annotated[str, Field(min_length=1, description='separator, as "," or " "; or a regular expression')] = ","
    is_pattern: Annotated[bool, Field(description="`at` is a regular expression")] = False
    to: Annotated[str | None, Field(description="first cell; default: the next column")] = None
    blocks: Annotated[
        bool, Field(description="instead: each stretch of filled cells becomes a row, from `to` down; values only")
    ] = False
    most: Annotated[int, Field(ge=1, le=100, description="pieces; the last holds the rest")] = 100
    as_text: Annotated[bool, Field(description="pieces stay text, numbers and dates too")] = False
    overwrite: Annotated[bool, Field(description="even where something stands")] = False

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        area = self._landing(sheet)
        return with_tables(sheet, scope_of(sheet, area or find_area(sheet, self.range)))

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        source, area = self._source(sheet), self._landing(sheet)
        if area is None:
            raise TargetNotFound(f"range: nothing in {source} to split")
        standing = next((cell for cell in sheet.cells(area) if not cell.is_blank and cell.column != source.left), None)
        if standing is not None and not self.overwrite:
            raise Refused(f"{standing.name} is not empty; give `to` a free place, or insert columns first")
        if not self.blocks:
            enter(sheet, self._pieces(sheet))
            return
        for block, target in self._rows(sheet):
            copy_cells(sheet, block, range(block.top, block.bottom + 1), target, "values")

    def _landing(self, sheet: Sheet) -> Area | None:
        """All the cells that are written to."""
        if self.blocks:
            return Area.around(target.area(block.rows, 1) for block, target in self._rows(sheet))
        return Area.around(Area.cell(*place) for place in self._pieces(sheet))

    def _rows(self, sheet: Sheet) -> list[tuple[Area, Target]]:
        """Each stretch of filled cells, and where it goes."""
        source = self._source(sheet)
        top, left = self._first(source)
        spans = row_spans(cell.row for cell in sheet.cells(source) if not cell.is_blank)
        return [
            (Area(first, source.left, last, source.left), Target(sheet, top + at, left, is_turned=True))
            for at, (first, last) in enumerate(spans)
        ]

    def _first(self, source: Area) -> tuple[int, int]:
        first = (source.top, source.left + 1) if self.to is None else parse_cell(self.to)
        if first is None:
            raise ToolError(f'to: must be a cell like "F2", not {self.to!r}')
        return first

    def _source(self, sheet: Sheet) -> Area:
        area = find_area(sheet, self.range)
        area = area.intersection(sheet.used or area) or area
        if area.columns != 1:
            raise ToolError(f"range: {area} is {area.columns} columns; split one at a time")
        return area

    def _pieces(self, sheet: Sheet) -> dict[tuple[int, int], Input]:
        source = self._source(sheet)
        first = self._first(source)
        try:
            pattern = re.compile(self.at if self.is_pattern else re.escape(self.at))
        except re.error as error:
            raise ToolError(f"at: {self.at!r} is no regular expression: {error}") from error
        found: dict[tuple[int, int], Input] = {}
        for cell in sheet.cells(source):
            if isinstance(cell.value, str) or (cell.value is not None and not cell.is_blank):
                text = cell.value if isinstance(cell.value, str) else plain(cell.value)
                for right, piece in enumerate(pattern.split(text, self.most - 1)):
                    found[first[0] + cell.row - source.top, first[1] + right] = self._typed((piece or "").strip())
        return found

    def _typed(self, text: str) -> Input:
        if self.as_text:
            return f"'{text}" if text else None
        if _NUMBER.match(text):
            return float(text)
        return f"'{text}" if text.startswith(("=", "{", "'")) else text or None
