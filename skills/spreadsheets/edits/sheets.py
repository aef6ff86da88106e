"""Edits of whole sheets: added, copied, renamed, moved, hidden, deleted, with everything that refers to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.agent.edit import Edit
from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import quoted_sheet
from skills.spreadsheets.document.references import sheets
from skills.spreadsheets.document.references.shared_history import end_sharing
from skills.spreadsheets.document.references.sheet_copy import copy_sheet
from skills.spreadsheets.document.references.sheet_removal import delete_sheet
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import SheetEdit, StructuralEdit, everywhere, structural_loss

SheetName = Annotated[str, Field(min_length=1, max_length=31)]


# A sheet that comes or goes may concern formulas that named it, names, charts and every other tab.
_ANYTHING = Scope(frozenset("*"), frozenset("*"))


class AddSheet(Edit[Workbook]):
    """Add an empty sheet, at the end unless placed."""

    op: Literal["add_sheet"]
    is_rare: ClassVar[bool] = True
    name: SheetName | None = None
    before: Annotated[str | None, Field(description="sheet it comes before")] = None
    after: Annotated[str | None, Field(description="or after")] = None

    def scope(self, document: Workbook) -> Scope:
        return _of_tabs(document, self.name or sheets.free_name(document))

    def apply(self, document: Workbook) -> None:
        sheets.add_sheet(document, self.name, _position(document, self.before, self.after))


class CopySheet(SheetEdit):
    """Copy a sheet with its tables, charts and rules."""

    is_rare: ClassVar[bool] = True
    op: Literal["copy_sheet"]
    name: Annotated[str | None, Field(description="of the copy", max_length=31)] = None

    def scope(self, document: Workbook) -> Scope:
        return _ANYTHING

    def apply(self, document: Workbook) -> None:
        copy_sheet(document, self.sheet_in(document), self.name)


class RenameSheet(StructuralEdit):
    """Rename a sheet; all that names it follows."""

    op: Literal["rename_sheet"]
    is_rare: ClassVar[bool] = True
    name: Annotated[SheetName, Field(description="new name")]

    def scope(self, document: Workbook) -> Scope:
        scope = _of_tabs(document, self.sheet_in(document).name, self.name)
        # What follows on the sheet itself is measured under its new name.
        return replace(scope, places=scope.places | {f"{quoted_sheet(self.name)}!*"})

    def names_in(self, book: Workbook) -> tuple[str, str]:
        """(old, new)."""
        return self.sheet_in(book).name, self.name

    def apply(self, document: Workbook) -> None:
        end_sharing(document)
        sheets.rename_sheet(document, self.sheet_in(document), self.name)


class DeleteSheet(Edit[Workbook]):
    """Delete a sheet; what refers to it becomes #REF!."""

    op: Literal["delete_sheet"]
    is_rare: ClassVar[bool] = True
    sheet: str

    def scope(self, document: Workbook) -> Scope:
        return _ANYTHING

    def loss(self, document: Workbook) -> str | None:
        sheet = document.sheet(self.sheet)
        cells = sum(not cell.is_blank for cell in sheet.cells())
        return structural_loss(document, f"sheet {sheet.name!r} with {cells} filled cells" if cells else None)

    def apply(self, document: Workbook) -> None:
        end_sharing(document)
        delete_sheet(document, document.sheet(self.sheet))


class MoveSheet(SheetEdit):
    """Move a sheet among the tabs, or bring it to the front."""

    is_rare: ClassVar[bool] = True
    op: Literal["move_sheet"]
    before: str | None = None
    after: str | None = None
    to: Literal["start", "end"] | None = None
    active: Annotated[bool, Field(description="it is the sheet in front; without a place it stays where it is")] = False

    def scope(self, document: Workbook) -> Scope:
        return _ANYTHING

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        if self.active:
            sheets.activate_sheet(document, sheet)
            sheet = document.sheet(sheet.name)
        if self.active and (self.before, self.after, self.to) == (None, None, None):
            return
        position = 0 if self.to == "start" else _position(document, self.before, self.after, without=sheet)
        sheets.move_sheet(document, sheet, len(document.sheets) if position is None else position)


class HideSheet(SheetEdit):
    """Hide a sheet, or show a hidden one."""

    is_rare: ClassVar[bool] = True
    op: Literal["hide_sheet"]
    hidden: bool = True

    def scope(self, document: Workbook) -> Scope:
        return _of_tabs(document, self.sheet_in(document).name)

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        if self.hidden:
            sheets.hide_sheet(document, sheet)
        else:
            sheets.show_sheet(document, sheet)


def _position(book: Workbook, before: str | None, after: str | None, *, without: Sheet | None = None) -> int | None:
    """The place among the tabs, counted from 0 with `without` taken out; None for the end."""
    if before is not None and after is not None:
        raise ToolError("give before or after, not both")
    name = before if before is not None else after
    if name is None:
        return None
    beside = book.sheet(name)
    if beside is without:
        raise ToolError(f"sheet {beside.name!r} cannot be placed beside itself")
    others = [sheet for sheet in book.sheets if sheet is not without]
    return others.index(beside) + (after is not None)


def _of_tabs(book: Workbook, *names: str) -> Scope:
    """Of these sheets' tabs; others may change places for it."""
    tabs = {f"sheet:{name}" for name in (*names, *(sheet.name for sheet in book.sheets))}
    return everywhere(book, *tabs)
