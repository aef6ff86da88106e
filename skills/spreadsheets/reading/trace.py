"""Where a cell's value comes from and what it goes into: the cells its formula reads, the formulas that read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from skills.spreadsheets.calculation.reads import Reader
from skills.spreadsheets.document.addresses import Area, cell_name
from skills.spreadsheets.document.cells import Cell
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.display import anchor, cut, shown
from skills.spreadsheets.reading.folding import areas as folded_areas
from skills.spreadsheets.reading.loading import manner_of

_DEEPEST: Final = 3
_MOST: Final = 40
_FEW: Final = 4  # cells of an area whose values are told


def trace(sheet: Sheet, area: Area) -> str:
    """Of the area's first filled cell: precedents a few steps deep, and the formulas that read it directly."""
    cell = next((each for each in sheet.cells(area) if not each.is_blank), None)
    if cell is None:
        return f"{anchor(sheet.name, area)} is blank"
    reader = Reader(sheet.book)
    lines = [_line(sheet, cell), *_precedents(reader, sheet, cell, 1), *_dependents(reader, sheet, cell)]
    more = [f"… {len(lines) - _MOST} more"] if len(lines) > _MOST else []
    return "\n".join([*lines[:_MOST], *more])


def _line(sheet: Sheet, cell: Cell) -> str:
    manner = manner_of(sheet.book)
    value = shown(cell.value, manner.date_format(cell.style), manner.is_1904)
    what = f"{cut(cell.formula, 200)} gives {value or 'no value'}" if cell.formula else value
    return f"{anchor(sheet.name, Area.cell(cell.row, cell.column))} {what}"


def _precedents(reader: Reader, sheet: Sheet, cell: Cell, depth: int) -> Iterator[str]:
    """The cells a formula reads, and what those read in turn."""
    stored = sheet.formulas(Area.cell(cell.row, cell.column)).get((cell.row, cell.column))
    if stored is None or stored.formula is None or depth > _DEEPEST:
        return
    reads = reader.reads(stored.formula.text, sheet.name.casefold(), cell.row, cell.column)
    indent = " " * depth
    for key, area in dict.fromkeys(reads.areas):
        other = _sheet(sheet.book, key)
        if other is None:
            continue
        if area.size > _FEW:
            inside = area.intersection(other.used or area)
            filled = 0 if inside is None else sum(not each.is_blank for each in other.cells(inside))
            yield f"{indent}reads {anchor(other.name, area)} ({filled} filled cells)"
            continue
        for each in other.cells(area):
            yield f"{indent}reads {_line(other, each)}"
            yield from _precedents(reader, other, each, depth + 1)
    if reads.anywhere:
        yield f"{indent}reads places only its calculation tells (INDIRECT, OFFSET)"


def _dependents(reader: Reader, sheet: Sheet, cell: Cell) -> Iterator[str]:
    """The formulas that read the cell, folded by sheet."""
    key, has_any = sheet.name.casefold(), False
    for other in sheet.book.sheets:
        if not other.is_worksheet:
            continue
        found = [
            place
            for place, each in other.formulas(Area.whole()).items()
            if each.formula is not None
            and any(
                where == key and area.contains(cell.row, cell.column)
                for where, area in reader.reads(each.formula.text, other.name.casefold(), *place).areas
            )
        ]
        for area in folded_areas(found):
            first = other.cell(area.top, area.left)
            has_any = True
            yield f"read by {anchor(other.name, area)} {cut(first.formula or '', 120) if first else ''}".rstrip()
    if not has_any:
        yield f"{cell_name(cell.row, cell.column)} is read by no formula"


def _sheet(book: Workbook, key: str) -> Sheet | None:
    return next((each for each in book.sheets if each.name.casefold() == key and each.is_worksheet), None)
