"""Edits of how a sheet prints and what of it is protected."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.formatting import change_formats
from skills.spreadsheets.document.name_edits import absolute
from skills.spreadsheets.document.page import Page, protect, set_page, unprotect
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.style_change import StyleChange
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import SheetEdit, scope_of
from skills.spreadsheets.edits.places import find_area


class PrintSetup(SheetEdit):
    """Say how a sheet prints, and whether the screen shows gridlines; what is not given stays."""

    is_rare: ClassVar[bool] = True
    op: Literal["print_setup"]
    area: Annotated[str | None, Field(description='"A1:F40"; "" prints all')] = None
    title_rows: Annotated[str | None, Field(description='"1:2", on every page; "" for none')] = None
    title_columns: Annotated[str | None, Field(description='"A:A", on every page; "" for none')] = None
    orientation: Literal["portrait", "landscape"] | None = None
    paper: Literal["A3", "A4", "A5", "letter", "legal"] | None = None
    fit_width: Annotated[int | None, Field(ge=0, le=1000, description="pages across; 0 as many as needed")] = None
    fit_height: Annotated[int | None, Field(ge=0, le=1000, description="pages down; 0 as many as needed")] = None
    scale: Annotated[int | None, Field(ge=10, le=400, description="percent, instead of fitting")] = None
    margins: Literal["normal", "narrow", "wide"] | None = None
    header: Annotated[
        str | None,
        Field(description='parts by &L &C &R: "&LReport&RPage &P of &N"; &D date, &A sheet, &F file; "" for none'),
    ] = None
    footer: Annotated[str | None, Field(description="as header")] = None
    row_breaks: Annotated[list[int] | None, Field(description="new page before these rows; [] for none")] = None
    column_breaks: Annotated[list[int] | None, Field(description="new page before these column numbers")] = None
    gridlines: Annotated[bool | None, Field(description="printed")] = None
    centered: Annotated[bool | None, Field(description="across the page")] = None
    screen_gridlines: Annotated[bool | None, Field(description="shown on the screen; off for dashboards")] = None

    def scope(self, document: Workbook) -> Scope:
        scope = scope_of(self.sheet_in(document), kinds=frozenset({"page", "tab", "name"}))
        names = {"name:_xlnm.Print_Area", "name:_xlnm.Print_Titles"}
        return Scope(scope.places | names, scope.parts, scope.kinds)

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        fit = None
        if self.fit_width is not None or self.fit_height is not None:
            if self.scale is not None:
                raise ToolError("scale: give either a scale or pages to fit")
            fit = (1 if self.fit_width is None else self.fit_width, 0 if self.fit_height is None else self.fit_height)
        page = Page(
            area=None if self.area is None else self.area and absolute(sheet, find_area(sheet, self.area)),
            titles=self._titles(sheet),
            is_landscape=None if self.orientation is None else self.orientation == "landscape",
            paper=self.paper,
            fit=fit,
            scale=self.scale,
            margins=self.margins,
            header=_placed(self.header),
            footer=_placed(self.footer),
            row_breaks=_lines("row_breaks", self.row_breaks),
            column_breaks=_lines("column_breaks", self.column_breaks),
            has_gridlines=self.gridlines,
            is_centered=self.centered,
            shows_gridlines=self.screen_gridlines,
        )
        if page == Page():
            raise ToolError("print_setup: say what to change")
        set_page(sheet, page)

    def _titles(self, sheet: Sheet) -> str | None:
        """Columns first, as Excel keeps them."""
        if self.title_rows is None and self.title_columns is None:
            return None
        found = [self._lines_in(sheet, text) for text in (self.title_columns, self.title_rows) if text]
        return ",".join(absolute(sheet, area) for area in found)

    def _lines_in(self, sheet: Sheet, text: str) -> Area:
        area = find_area(sheet, f"{text}:{text}" if text.isdecimal() else text)
        if not (area.is_whole_rows or area.is_whole_columns):
            raise ToolError(f'titles are whole rows ("1:2") or columns ("A:A"), not {text!r}')
        return area


def _placed(text: str | None) -> str | None:
    """A text that says no part of the line stands in its middle."""
    return f"&C{text}" if text and not re.match("&[LCR]", text) else text


def _lines(name: str, breaks: list[int] | None) -> list[int] | None:
    if breaks is not None and any(line < 2 for line in breaks):
        raise ToolError(f"{name}: a page cannot break before the first line")
    return breaks


class Protect(SheetEdit):
    """Protect a sheet against changes, all cells or all but some; or lift the protection."""

    is_rare: ClassVar[bool] = True
    op: Literal["protect"]
    unlock: Annotated[tuple[str, ...], Field(description='ranges people may still fill ("B2:B9")')] = ()
    allow: Annotated[
        tuple[Literal["format", "insert", "delete", "sort", "filter", "pivot"], ...],
        Field(description="what people may still do"),
    ] = ()
    password: Annotated[str | None, Field(max_length=255, description="to set, or to lift it with")] = None
    off: Annotated[bool, Field(description="lift the protection")] = False

    def scope(self, document: Workbook) -> Scope:
        return scope_of(self.sheet_in(document), kinds=frozenset({"protection", "format"}))

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        for text in self.unlock:
            change_formats(sheet, find_area(sheet, text), StyleChange(locked=False))
        if self.off:
            unprotect(sheet, self.password)
        else:
            protect(sheet, self.allow, self.password)
