"""The edit that replaces text wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import TargetNotFound
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import Cell
from skills.spreadsheets.document.entry import enter
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Range, SheetEdit, bookkeeping, scope_of, with_tables
from skills.spreadsheets.edits.places import find_area


class ReplaceText(SheetEdit):
    """Replace text in cells, formulas too; everywhere in the book unless `sheet` or `range` narrows it."""

    op: Literal["replace_text"]
    find: Annotated[str, Field(min_length=1)]
    replace: str
    range: Range | None = None
    match_case: bool = False
    whole_cell: bool = False

    def scope(self, document: Workbook) -> Scope:
        scopes = [with_tables(sheet, scope_of(sheet, area)) for sheet, area in self._places(document)]
        places = frozenset(place for scope in scopes for place in scope.places)
        parts = frozenset(part for scope in scopes for part in scope.parts)
        return Scope(places, parts | bookkeeping(document), frozenset({"cell", "cells", "format", "table"}))

    def apply(self, document: Workbook) -> None:
        count = 0
        for name, area in [(sheet.name, area) for sheet, area in self._places(document)]:
            sheet = document.sheet(name)
            changed = {(cell.row, cell.column): text for cell in sheet.cells(area) for text in self._replaced(cell)}
            count += len(changed)
            if changed:
                enter(sheet, changed)
        if not count:
            raise TargetNotFound(f"find: {self.find!r} stands nowhere in {self._where()}")

    def _places(self, document: Workbook) -> list[tuple[Sheet, Area]]:
        if self.sheet is None and self.range is None:
            return [(sheet, Area.whole()) for sheet in document.sheets if sheet.is_worksheet]
        sheet = self.sheet_in(document)
        return [(sheet, Area.whole() if self.range is None else find_area(sheet, self.range))]

    def _where(self) -> str:
        where = "the workbook" if self.sheet is None and self.range is None else f"sheet {self.sheet or 'in front'}"
        return f"{self.range} of {where}" if self.range else where

    def _replaced(self, cell: Cell) -> Iterator[str]:
        """What is to be entered in the cell instead, if it holds the text."""
        text = cell.formula if cell.formula is not None else cell.value
        if not isinstance(text, str):
            return
        pattern = re.escape(self.find)
        flags = 0 if self.match_case else re.IGNORECASE
        if self.whole_cell:
            pattern = rf"\A{pattern}\Z"
        new = re.sub(pattern, lambda _: self.replace, text, flags=flags)
        if new != text:
            yield new if cell.formula is not None else "'" + new
