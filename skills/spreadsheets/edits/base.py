"""What the edits of a workbook share: which sheet they mean, and what may change because of them."""

from __future__ import annotations

import posixpath
from typing import Annotated, TypeAlias

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.agent.edit import Edit
from skills.spreadsheets.changes.covers import NOTES, RULES
from skills.spreadsheets.document.addresses import Area, quoted_sheet
from skills.spreadsheets.document.references.shared_history import history_parts
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook

# What these mean is said once, by the tool, not by every edit.
Range: TypeAlias = Annotated[str, Field(min_length=1)]
Color: TypeAlias = Annotated[str, Field(pattern="^#?[0-9A-Fa-f]{6}$", description="RRGGBB")]


class SheetEdit(Edit[Workbook]):
    """An edit of one sheet, the active one unless named."""

    sheet: str | None = None

    def sheet_in(self, book: Workbook) -> Sheet:
        """Raises TargetNotFound."""
        return book.active if self.sheet is None else book.sheet(self.sheet)

    def loss(self, document: Workbook) -> str | None:
        """A signed file's signature holds for the bytes that were signed."""
        return "the file's digital signature" if document.package.is_signed else None


class StructuralEdit(SheetEdit):
    """An edit after which cells have other addresses: a history of changes, which is kept by address, ends with it."""

    def loss(self, document: Workbook) -> str | None:
        return structural_loss(document, self.loss_of_cells(document))

    def loss_of_cells(self, document: Workbook) -> str | None:
        """As `loss`, of the sheet's own content."""
        return None


def structural_loss(book: Workbook, of_cells: str | None) -> str | None:
    """With what no structural edit leaves: a signature, a shared history."""
    signature = "the file's digital signature" if book.package.is_signed else None
    history = "the history of changes by which the workbook is shared" if history_parts(book.package) else None
    return " and ".join(filter(None, (of_cells, signature, history))) or None


def scope_of(sheet: Sheet, *areas: Area, kinds: frozenset[str] = frozenset()) -> Scope:
    """These areas of a sheet, the whole of it when there are none, with the bookkeeping that follows."""
    name = quoted_sheet(sheet.name)
    places = frozenset(f"{name}!{area}" for area in areas) or frozenset({f"{name}!*"})
    return Scope(places, bookkeeping(sheet.book), kinds)


def bookkeeping(book: Workbook) -> frozenset[str]:
    """Parts any edit of cells may touch: sheets (formulas elsewhere may give something else now), strings, formats."""
    folder = posixpath.dirname(book.main)
    kinds = ("styles", "sharedStrings", "calcChain", "sheetMetadata")
    found = {part for kind in kinds for part in book.package.related(book.main, kind)}
    made = {posixpath.join(folder, name) for name in ("styles*.xml", "metadata.xml", "_rels/*.rels")}
    sheets = {sheet.part for sheet in book.sheets if sheet.is_worksheet}
    return frozenset({*found, *made, *sheets, book.main, "[[]Content_Types].xml"})


def with_notes(sheet: Sheet, scope: Scope) -> Scope:
    """A scope that lets the notes and comments of the sheet, and the shapes of notes, go along with their cells."""
    kinds = ("comments", "threadedComment", "vmlDrawing")
    parts = {part for kind in kinds for part in sheet.book.package.related(sheet.part, kind)}
    places = {f"{quoted_sheet(sheet.name)}!{NOTES}"} if parts else set[str]()
    return Scope(scope.places | places, scope.parts | parts, scope.kinds)


def with_rules(sheet: Sheet, scope: Scope) -> Scope:
    """A scope that lets conditional formats and validations of the sheet go along with cells."""
    return Scope(scope.places | {f"{quoted_sheet(sheet.name)}!{RULES}"}, scope.parts, scope.kinds)


def with_tables(sheet: Sheet, scope: Scope) -> Scope:
    """A scope that lets tables of the sheet change too, or come into being."""
    folder, name = posixpath.split(sheet.part)
    parts = {table.part for each in sheet.book.sheets for table in each.tables}
    made = {posixpath.join(posixpath.dirname(folder), "tables/table*.xml"), f"{folder}/_rels/{name}.rels"}
    return Scope(scope.places, scope.parts | parts | made, scope.kinds)


# All kinds of change but those of cells: what an insertion may bring about far from where it is made.
_REFERRING = frozenset(
    {
        "rows inserted",
        "rows deleted",
        "rows resized",
        "rows grouped",
        "rows hidden",
        "columns inserted",
        "columns deleted",
        "columns resized",
        "columns grouped",
        "columns hidden",
        "sheet added",
        "sheet deleted",
        "sheet renamed",
        "sheet moved",
        "sheet in front",
        "sheet hidden",
        "sheet setting",
        "chart",
        "drawing",
        "note",
        "theme",
        "filter",
        "format",
        "freeze",
        "ignored errors",
        "link",
        "merge",
        "name",
        "page",
        "part",
        "pivot",
        "protection",
        "rule",
        "tab",
        "table",
        "validation",
    }
)
_CELLS = frozenset({"cell", "cells"})


def everywhere(book: Workbook, *places: str, loses_cells: bool = False) -> Scope:
    """Of an edit after which whatever refers to cells may read otherwise, wherever it stands.

    With `loses_cells` formulas anywhere may come to say #REF!; without, no cell may change but by recalculation.
    """
    names = {f"name:{name.name}" for name in book.names}
    parts = {f"part:{name}" for name in book.package.names}
    sheets = {f"{quoted_sheet(sheet.name)}!*" for sheet in book.sheets}
    kinds = _REFERRING | _CELLS if loses_cells else _REFERRING
    return Scope(frozenset({*places, *names, *parts, *sheets}), frozenset("*"), kinds)
