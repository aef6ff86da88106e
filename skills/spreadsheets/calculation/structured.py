"""Structured references (Sales[Amount], [@Price]) resolved to the areas they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.addresses import Area, column_letters, quoted_sheet
from skills.spreadsheets.document.references.grammar import STRUCTURED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skills.spreadsheets.document.tables import Table
    from skills.spreadsheets.document.workbook import Workbook

_ITEM: Final = re.compile(r"\[((?:[^\[\]']|'.)*)\]")
_BLOCKS: Final = {"#all", "#data", "#headers", "#totals", "#this row"}


@dataclass(frozen=True, slots=True)
class Placed:
    """A table and the name of the sheet it lies on."""

    sheet: str
    table: Table


class Tables:
    """The tables of a book, by name."""

    def __init__(self, book: Workbook) -> None:
        self.placed = tuple(Placed(sheet.name, table) for sheet in book.sheets for table in sheet.tables)
        self._by_name = {placed.table.name.casefold(): placed for placed in self.placed}

    def areas(self, text: str, sheet: str, row: int, column: int) -> Iterator[tuple[str, Area]]:
        """What the structured references of a formula standing in that cell read; the whole table where in doubt."""
        for match in STRUCTURED.finditer(text):
            placed = self._meant(match[1], sheet, row, column) if match[2] is not None else None
            if placed is not None:
                area = _area(placed.table, match[2], row) or placed.table.area
                yield placed.sheet.casefold(), area

    def resolved(self, text: str, sheet: str, row: int, column: int) -> str | None:
        """The formula with cells in place of structured references; None when one of them names nothing."""
        is_whole = True

        def cells(match: re.Match[str]) -> str:
            nonlocal is_whole
            if match[2] is None:
                return match[0]
            placed = self._meant(match[1], sheet, row, column)
            area = placed and _area(placed.table, match[2], row)
            if placed is None or area is None:
                is_whole = False
                return match[0]
            return f"{quoted_sheet(placed.sheet)}!{_absolute(area)}"

        changed = STRUCTURED.sub(cells, text) if "[" in text else text
        return changed if is_whole else None

    def _meant(self, name: str | None, sheet: str, row: int, column: int) -> Placed | None:
        if name is not None:
            return self._by_name.get(name.casefold())
        key = sheet.casefold()
        return next(
            (each for each in self.placed if each.sheet.casefold() == key and each.table.area.contains(row, column)),
            None,
        )


def _area(table: Table, brackets: str, row: int) -> Area | None:
    """What the brackets name (ISO/IEC 29500-1, 18.17.6.2): blocks of rows crossed with a range of columns."""
    inner = brackets[1:-1].strip()
    if inner.startswith("@"):
        inner = f"[#This Row],{inner[1:]}" if inner[1:].startswith("[") else f"[#This Row],[{inner[1:]}]"
    if not inner.startswith("["):
        inner = f"[{inner}]" if inner else ""
    items = [re.sub(r"'(.)", r"\1", item).strip() for item in _ITEM.findall(inner)]
    blocks = [item.casefold() for item in items if item.casefold() in _BLOCKS]
    columns = [item for item in items if item and item.casefold() not in _BLOCKS]
    rows = _rows(table, blocks, row)
    span = _columns(table, columns)
    if rows is None or span is None:
        return None
    return Area(rows[0], span[0], rows[1], span[1])


def _rows(table: Table, blocks: list[str], row: int) -> tuple[int, int] | None:
    found: list[Area | None] = []
    for block in blocks or ["#data"]:
        match block:
            case "#all":
                found.append(table.area)
            case "#data":
                found.append(table.data)
            case "#headers":
                found.append(table.header)
            case "#totals":
                found.append(table.totals)
            case _:
                return (row, row)
    areas = [area for area in found if area is not None]
    if not areas:
        return None
    return min(area.top for area in areas), max(area.bottom for area in areas)


def _columns(table: Table, names: list[str]) -> tuple[int, int] | None:
    if not names:
        return table.area.left, table.area.right
    known = {name.casefold(): place for place, name in enumerate(table.columns)}
    places = [known.get(name.casefold()) for name in (names[0], names[-1])]
    if None in places:
        return None
    first, last = sorted(place for place in places if place is not None)
    return table.area.left + first, table.area.left + last


def _absolute(area: Area) -> str:
    first = f"${column_letters(area.left)}${area.top}"
    return first if area.is_cell else f"{first}:${column_letters(area.right)}${area.bottom}"
