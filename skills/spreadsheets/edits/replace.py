"""The edit that replaces text wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import Field, WithJsonSchema, model_validator

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, TargetNotFound
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import Cell, CellValue
from skills.spreadsheets.document.entry import FormulaEntry, enter, write
from skills.spreadsheets.document.patches import Content
from skills.spreadsheets.document.rich_text import replaced_rich
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Range, SheetEdit, bookkeeping, scope_of, with_tables
from skills.spreadsheets.edits.cells import Value
from skills.spreadsheets.edits.conditions import Conditions, rows_where
from skills.spreadsheets.edits.places import find_area
from skills.spreadsheets.query.texts import substituted

_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?\Z")


class ReplaceText(SheetEdit):
    """Replace text in cells, formulas too; everywhere in the book unless `sheet` or `range` narrows it."""

    op: Literal["replace_text"]
    find: Annotated[str, Field(min_length=1)]
    replace: str
    range: Range | None = None
    match_case: Annotated[bool, Field(description="A is not a")] = False
    whole_cell: Annotated[bool, Field(description="it is all the cell holds")] = False
    pattern: Annotated[bool, Field(description="`find` is a regex (RE2) over texts; \\1 in `replace`")] = False
    where: Annotated[
        Conditions | None,
        Field(description="formula: only rows of `range` it holds for, as of the first"),
        WithJsonSchema({"type": "string"}),  # conditions are taken too, but their schema is long and stands elsewhere
    ] = None

    @model_validator(mode="after")
    def _says_where(self) -> ReplaceText:
        if self.where is not None and self.range is None:
            raise ValueError("where needs a range")
        return self

    def scope(self, document: Workbook) -> Scope:
        scopes = [with_tables(sheet, scope_of(sheet, area)) for sheet, area in self._places(document)]
        places = frozenset(place for scope in scopes for place in scope.places)
        parts = frozenset(part for scope in scopes for part in scope.parts)
        return Scope(places, parts | bookkeeping(document), frozenset({"cell", "cells", "format", "table"}))

    def apply(self, document: Workbook) -> None:
        count = 0
        for name, area in [(sheet.name, area) for sheet, area in self._places(document)]:
            count += self._replace_in(document.sheet(name), area)
        if not count:
            raise TargetNotFound(f"find: {self.find!r} stands nowhere in {self._where()}")

    def _replace_in(self, sheet: Sheet, area: Area) -> int:
        changed: dict[tuple[int, int], Value] = {}
        rich: dict[tuple[int, int], Content] = {}
        cells = self._cells(sheet, area)
        if self.pattern:
            changed = self._by_pattern(sheet, cells)
            enter(sheet, changed)
            return len(changed)
        for cell in cells:
            new = self._replaced(cell)
            if new is None:
                continue
            if cell.is_rich and not self._is_all(cell.value):
                rich[cell.row, cell.column] = replaced_rich(sheet, cell, self._pattern, self.replace)
            else:
                changed[cell.row, cell.column] = new
        arrays = self._arrays(sheet, changed)
        sheet.write(rich)
        write(sheet, arrays)
        enter(sheet, {place: value for place, value in changed.items() if place not in arrays})
        return len(changed) + len(rich)

    def _cells(self, sheet: Sheet, area: Area) -> list[Cell]:
        cells = list(sheet.cells(area))
        if self.where is None or not cells:
            return cells
        used = sheet.used or area
        rows = set(
            rows_where(
                sheet, Area(max(area.top, used.top), used.left, min(area.bottom, used.bottom), used.right), self.where
            )
        )
        return [cell for cell in cells if cell.row in rows]

    @staticmethod
    def _arrays(sheet: Sheet, changed: Mapping[tuple[int, int], Value]) -> dict[tuple[int, int], Content]:
        """Formulas that were dynamic arrays are so with other words in them, whatever they look like."""
        found: dict[tuple[int, int], Content] = {}
        anchors = {(each.area.top, each.area.left) for each in sheet.reader.arrays}
        for place in anchors & changed.keys():
            area = Area.cell(*place)
            old = sheet.formulas(area).get(place)
            if old is None or old.formula is None or old.metadata is None:
                continue
            new = FormulaEntry(sheet).content(str(changed[place]), *place)
            if new.formula is not None and new.metadata is None:
                found[place] = replace(
                    new, formula=replace(new.formula, kind="array", area=area), metadata=old.metadata
                )
        return found

    def _by_pattern(self, sheet: Sheet, standing: Sequence[Cell]) -> dict[tuple[int, int], Value]:
        """Of the texts people typed, formulas left alone; raises Refused where a text has several formats."""
        cells = [cell for cell in standing if isinstance(cell.value, str) and cell.formula is None]
        find = rf"^(?:{self.find})$" if self.whole_cell else self.find
        texts = substituted([str(cell.value) for cell in cells], find, self.replace, is_exact=self.match_case)
        # As where words are replaced: a cell given another content altogether may hold a number.
        whole = rf"^(?:{self.find})$"
        alone = substituted([str(cell.value) for cell in cells], whole, self.replace, is_exact=self.match_case)
        changed: dict[tuple[int, int], Value] = {}
        for cell, text, other in zip(cells, texts, alone, strict=True):
            if text == cell.value:
                continue
            if cell.is_rich:
                raise Refused(
                    f"{sheet.name}!{cell.name} has several formats in its text; replace there without pattern"
                )
            changed[cell.row, cell.column] = _as_value(text) if other == text else f"'{text}"
        return changed

    def _places(self, document: Workbook) -> list[tuple[Sheet, Area]]:
        if self.sheet is None and self.range is None:
            return [(sheet, Area.whole()) for sheet in document.sheets if sheet.is_worksheet]
        sheet = self.sheet_in(document)
        return [(sheet, Area.whole() if self.range is None else find_area(sheet, self.range))]

    def _where(self) -> str:
        where = "the workbook" if self.sheet is None and self.range is None else f"sheet {self.sheet or 'in front'}"
        return f"{self.range} of {where}" if self.range else where

    @property
    def _pattern(self) -> re.Pattern[str]:
        literal = re.escape(self.find)
        return re.compile(rf"\A{literal}\Z" if self.whole_cell else literal, 0 if self.match_case else re.IGNORECASE)

    def _replaced(self, cell: Cell) -> Value:
        """What is to be entered in the cell instead; None when it does not hold the text."""
        text = cell.formula or cell.value
        if not isinstance(text, str):
            is_meant = self.whole_cell and text is not None and str(text) == self.find
            return _as_value(self.replace) if is_meant else None
        new = self._pattern.sub(lambda _: self.replace, text)
        if new == text:
            return None
        if cell.formula is not None:
            return new
        # Text stays text; but a cell given another content altogether may hold a number.
        return _as_value(new) if self._is_all(text) else f"'{new}"

    def _is_all(self, value: CellValue) -> bool:
        return isinstance(value, str) and self._pattern.fullmatch(value) is not None


def _as_value(text: str) -> Value:
    return float(text) if _NUMBER.match(text) else f"'{text}"
