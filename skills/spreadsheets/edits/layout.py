"""Edits of a sheet's layout: sizes, merged cells, frozen panes."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW
from skills.spreadsheets.document.merging import covered, merge, unmerge
from skills.spreadsheets.document.panes import freeze
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.sizes import fit_columns, set_heights, set_widths
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Range, SheetEdit, scope_of
from skills.spreadsheets.edits.places import find_area

_RESIZED = frozenset({"columns resized", "columns hidden", "rows resized", "rows hidden"})


class Resize(SheetEdit):
    """Change widths of columns or heights of rows, hide or show them."""

    op: Literal["resize"]
    columns: Annotated[str | None, Field(description='"C", "B:D", a header, or "all"')] = None
    rows: Annotated[str | None, Field(description='"3", "3:5", or "all"')] = None
    width: Annotated[
        Annotated[float, Field(ge=0, le=255)] | Literal["fit"] | None,
        Field(description="characters; fit to contents; 0 default"),
    ] = None
    height: Annotated[float | None, Field(ge=0, le=409, description="points; 0 default")] = None
    hidden: bool | None = None

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        return scope_of(sheet, kinds=_RESIZED)

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        if (self.columns is None) == (self.rows is None):
            raise ToolError("resize: say either `columns` or `rows`")
        if self.columns is not None:
            self._resize_columns(sheet, self.columns)
        elif self.rows is not None:
            self._resize_rows(sheet, self.rows)

    def _resize_columns(self, sheet: Sheet, columns: str) -> None:
        if self.height is not None or (self.width is None and self.hidden is None):
            raise ToolError("resize: columns take a `width`, or `hidden`")
        area = find_area(sheet, columns)
        if self.width == "fit":
            fit_columns(sheet, area.left, area.right)
            set_widths(sheet, area.left, area.right, None, self.hidden)
        else:
            set_widths(sheet, area.left, area.right, self.width, self.hidden)

    def _resize_rows(self, sheet: Sheet, rows: str) -> None:
        if self.width is not None or (self.height is None and self.hidden is None):
            raise ToolError("resize: rows take a `height`, or `hidden`")
        area = find_area(sheet, f"{rows}:{rows}" if rows.isdecimal() else rows)
        set_heights(sheet, area.top, area.bottom, self.height, self.hidden)


class Merge(SheetEdit):
    """Merge cells into one; only the first may hold something."""

    is_rare: ClassVar[bool] = True
    op: Literal["merge"]
    range: Range

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        return scope_of(sheet, find_area(sheet, self.range), kinds=frozenset({"merge", "cell", "cells"}))

    def loss(self, document: Workbook) -> str | None:
        sheet = self.sheet_in(document)
        area = find_area(sheet, self.range)
        lost = [cell.name for cell in covered(sheet, area)]
        return (
            f"what stands in {', '.join(lost[:5])}{' …' if len(lost) > 5 else ''}" if lost else super().loss(document)
        )

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        merge(sheet, find_area(sheet, self.range))


class Unmerge(SheetEdit):
    """Split merged cells again."""

    is_rare: ClassVar[bool] = True
    op: Literal["unmerge"]
    range: Range

    def scope(self, document: Workbook) -> Scope:
        return scope_of(self.sheet_in(document), kinds=frozenset({"merge"}))

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        unmerge(sheet, find_area(sheet, self.range))


class Freeze(SheetEdit):
    """Keep the first rows and columns in view; 0 and 0 unfreezes."""

    is_rare: ClassVar[bool] = True
    op: Literal["freeze"]
    rows: Annotated[int, Field(ge=0, lt=MAX_ROW, description="how many")] = 0
    columns: Annotated[int, Field(ge=0, lt=MAX_COLUMN, description="how many")] = 0

    def scope(self, document: Workbook) -> Scope:
        return scope_of(self.sheet_in(document), kinds=frozenset({"freeze"}))

    def apply(self, document: Workbook) -> None:
        freeze(self.sheet_in(document), self.rows, self.columns)
