"""What happens to references when a sheet is renamed, deleted or copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.references.rewriter import NameHint, Rewriter
from skills.spreadsheets.document.references.sheet_names import drop_sheet, rename_location, rename_sheet
from skills.spreadsheets.document.references.table_names import drop_table, rename_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class RenameRewriter(Rewriter):
    """A sheet's name changes."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new = old, new
        self._hint = NameHint(old)

    def formula(self, text: str, on: str | None) -> str:
        return rename_sheet(text, self._old, self._new)

    def sheet_name(self, name: str) -> str:
        return self._new if name.casefold() == self._old.casefold() else name

    def location(self, text: str, on: str) -> str:
        return rename_location(text, self._old, self._new)

    def mentions(self, data: bytes) -> bool:
        return self._hint.is_in(data)


class DropRewriter(Rewriter):
    """A sheet is deleted, and the tables on it. Hyperlinks to it stay as they are and lead nowhere, as in Excel."""

    def __init__(self, name: str, order: Sequence[str], tables: Sequence[str]) -> None:
        """`order` are all sheets in tab order, the one to be deleted among them."""
        self._name, self._order, self._tables = name, order, tables
        self._hints = [NameHint(each) for each in (name, *tables)]

    def formula(self, text: str, on: str | None) -> str:
        text = drop_sheet(text, self._name, self._order)
        for table in self._tables:
            text = drop_table(text, table)
        return text

    def location(self, text: str, on: str) -> str:
        return text

    def mentions(self, data: bytes) -> bool:
        return any(hint.is_in(data) for hint in self._hints)


class CopyRewriter(Rewriter):
    """In a copied sheet: what named the original itself, or tables on it, means the copy."""

    def __init__(self, old: str, new: str, tables: Mapping[str, str]) -> None:
        """`tables` are the names of the original's tables, each with its copy's."""
        self._old, self._new, self._tables = old, new, tables

    def formula(self, text: str, on: str | None) -> str:
        text = rename_sheet(text, self._old, self._new)
        for table, copy in self._tables.items():
            text = rename_table(text, table, copy)
        return text

    def location(self, text: str, on: str) -> str:
        return rename_location(text, self._old, self._new)
