"""Keeps the columns of tables named as the cells that head them, which Excel insists on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.errors import Refused
from skills.spreadsheets.document.addresses import cell_name
from skills.spreadsheets.document.references.follow import follow
from skills.spreadsheets.document.references.rewriter import Rewriter
from skills.spreadsheets.document.references.table_names import rename_table_column
from skills.spreadsheets.document.tables import stored_name, table_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skills.spreadsheets.document.patches import Content
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.tables import Table


class _ColumnRename(Rewriter):
    """A table's columns change their names."""

    def __init__(self, table: Table, names: Mapping[str, str]) -> None:
        self._table = table
        self._names = names

    def formula(self, text: str, on: str | None) -> str:
        # Two names may change places, so each gets one nobody has before it gets its new one.
        for number, old in enumerate(self._names):
            text = rename_table_column(text, self._table.name, old, f"\ue000{number}", is_inside=False)
        for number, new in enumerate(self._names.values()):
            text = rename_table_column(text, self._table.name, f"\ue000{number}", new, is_inside=False)
        return text

    def location(self, text: str, on: str) -> str:
        return text

    def mentions(self, data: bytes) -> bool:
        return b"[" in data


def header_texts(sheet: Sheet, contents: Mapping[tuple[int, int], Content]) -> dict[tuple[int, int], str]:
    """The new names of columns, by header cell, as text whatever was to be written there.

    Raises Refused for what cannot name a column.
    """
    found: dict[tuple[int, int], str] = {}
    for table in sheet.tables:
        header = table.header
        if header is None:
            continue
        mine = {place: content for place, content in contents.items() if header.contains(*place)}
        found |= {place: _name(table, place, content) for place, content in mine.items()}
        names = [found.get((header.top, header.left + index), old) for index, old in enumerate(table.columns)]
        twice = next((name for index, name in enumerate(names) if _is_among(name, names[:index])), None)
        if mine and twice is not None:
            raise Refused(f"table {table.name!r} would have two columns named {twice!r}; its headers must differ")
    return found


def rename_columns(sheet: Sheet, texts: Mapping[tuple[int, int], str]) -> None:
    """Name tables' columns by their header cells, in formulas everywhere too; the book is read anew then."""
    if not texts:
        return
    book = sheet.book
    renames = [(table, names) for table in sheet.tables if (names := _renamed(table, texts))]
    for table, names in renames:
        for column, old in zip(table_columns(book.package.edit_xml(table.part)), table.columns, strict=False):
            if old in names:
                column.set("name", stored_name(names[old]))
    if renames:
        book.flush()
        for table, names in renames:
            follow(book, _ColumnRename(table, names))
        book.reload()


def _renamed(table: Table, texts: Mapping[tuple[int, int], str]) -> dict[str, str]:
    places = ((table.area.top, table.area.left + index) for index in range(len(table.columns)))
    pairs = zip(table.columns, places, strict=True)
    return {old: texts[place] for old, place in pairs if table.header and place in texts and texts[place] != old}


def _name(table: Table, place: tuple[int, int], content: Content) -> str:
    if content.is_blank or content.formula is not None:
        what = "a formula" if content.formula is not None else "empty"
        raise Refused(f"{cell_name(*place)} heads a column of table {table.name!r} and cannot be {what}; write a text")
    value = content.value
    return str(value).upper() if isinstance(value, bool) else str(value)


def _is_among(name: str, others: list[str]) -> bool:
    return name.casefold() in {other.casefold() for other in others}
