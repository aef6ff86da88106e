"""What a formula reads: areas of sheets, and what no engine here can follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.calculation.structured import Tables
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, Area, column_number
from skills.spreadsheets.document.references.grammar import (
    BARE_REFERENCE,
    CALLED_NAME,
    NAME,
    REFERENCE,
    is_bare,
    parse_prefix,
)

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from skills.spreadsheets.document.workbook import Workbook

Read = tuple[str, Area]
"""The key of a sheet and an area of it."""

# They read places that only their evaluation tells: whatever changes may concern them.
_ANYWHERE: Final = re.compile(r"\b(?:INDIRECT|OFFSET)\(", re.IGNORECASE)
_MAX_DEPTH: Final = 20  # of names that stand for names


@dataclass(frozen=True, slots=True)
class Reads:
    """`areas` by sheet key (its name casefolded); `obstacle` says why it cannot be computed here, "" when it can."""

    areas: tuple[Read, ...] = ()
    names: frozenset[str] = frozenset()
    anywhere: bool = False
    obstacle: str = ""


class Reader:
    """Reads formulas of one book; names and tables are looked up once."""

    def __init__(self, book: Workbook) -> None:
        self.order = [sheet.name.casefold() for sheet in book.sheets]
        self.tables = Tables(book)
        self.names: dict[tuple[str | None, str], str] = {}
        for name in book.names:
            scope = name.sheet.casefold() if name.sheet is not None else None
            self.names[scope, name.name.casefold()] = name.text
        self._calls_names = any(map(is_called, self.names.values()))

    @property
    def context(self) -> Hashable:
        """All of the book that what a formula reads depends on."""
        return tuple(self.order), tuple(self.names.items()), self.tables.placed

    def reads(self, text: str, sheet: str, row: int, column: int) -> Reads:
        """Of a formula as files store it, without `=`, standing in a cell of the sheet of that key."""
        if is_bare(text) and not self.names:
            areas = tuple((sheet, area) for match in BARE_REFERENCE.finditer(text) for area in _area(match))
            return Reads(areas, anywhere=bool(_ANYWHERE.search(text)))
        return self._gather(text, (sheet, row, column), 0)

    def _gather(self, text: str, place: tuple[str, int, int], depth: int) -> Reads:
        areas: list[tuple[str, Area]] = []
        names: set[str] = set()
        anywhere = bool(_ANYWHERE.search(text))
        obstacle = "it calls a name that calls itself" if depth > _MAX_DEPTH else ""
        for match in REFERENCE.finditer(text):
            for area in _area(match):
                where, fault = self._sheets(match[1], place[0])
                obstacle = obstacle or fault
                areas += [(key, area) for key in where]
        if "[" in text:
            areas += self.tables.areas(text, *place)
            obstacle = obstacle or ("it reads another workbook" if re.search(r"\[\d+\]", text) else "")
        for name, inner in self._names_in(text, place, depth):
            names.add(name)
            areas += inner.areas
            names |= inner.names
            anywhere = anywhere or inner.anywhere
            obstacle = obstacle or inner.obstacle
        return Reads(tuple(areas), frozenset(names), anywhere, obstacle)

    def _sheets(self, prefix: str | None, own: str) -> tuple[list[str], str]:
        """The sheets a prefix names, and what stands in the way of computing it."""
        if not prefix:
            return [own], ""
        parsed = parse_prefix(prefix)
        if parsed.book:
            return [], "it reads another workbook"
        first, last = parsed.first.casefold(), parsed.last.casefold()
        if first == last:
            return [first], ""
        if first not in self.order or last not in self.order:
            return [], "it reads sheets that are not there"
        start, end = sorted((self.order.index(first), self.order.index(last)))
        return self.order[start : end + 1], "it reads a range of sheets"

    def _names_in(self, text: str, place: tuple[str, int, int], depth: int) -> Iterator[tuple[str, Reads]]:
        if not self.names or depth > _MAX_DEPTH:
            return
        called = CALLED_NAME.finditer(text) if self._calls_names else ()
        for match in (*NAME.finditer(text), *called):
            key = (match[1] or "").casefold()
            meant = self.names.get((place[0], key), self.names.get((None, key)))
            if key and meant is not None:
                yield key, self._gather(meant, place, depth + 1)


def is_called(text: str) -> bool:
    """Whether a name stands for a function, from its formula without `=`."""
    return text.lstrip().upper().startswith("LAMBDA(")


def _area(match: re.Match[str]) -> Iterator[Area]:
    """The area a match of the scanner names; nothing for a match that is none."""
    if not match.lastindex:
        return
    groups = match.groups()
    _, left, _, top, _, right, _, bottom = groups[1:9]
    if left is not None:
        columns = column_number(left), column_number(right or left)
        rows = int(top), int(bottom or top)
    elif groups[10] is not None:
        columns = column_number(groups[10]), column_number(groups[12])
        rows = 1, MAX_ROW
    else:
        columns = 1, MAX_COLUMN
        rows = int(groups[14]), int(groups[16])
    if max(columns) <= MAX_COLUMN and max(rows) <= MAX_ROW:
        yield Area(min(rows), min(columns), max(rows), max(columns))
