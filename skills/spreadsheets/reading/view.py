"""A sheet read once for all who want to know of it: its cells by column and the tables drawn with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from copilot_server.office.gate import CONTENT_TYPES
from copilot_server.office.package import Package
from copilot_server.office.relationships import part_of
from skills.spreadsheets.document.part_text import SHARED
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.reading.blocks import Block, find_blocks
from skills.spreadsheets.reading.grid import Grid
from skills.spreadsheets.reading.headers import column_headers
from skills.spreadsheets.reading.loading import load, manner_of
from skills.spreadsheets.reading.profiles import Manner
from skills.spreadsheets.reading.reloading import reload

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class View:
    """`blocks` are the tables, `manner` how the book shows values."""

    sheet: Sheet
    grid: Grid
    blocks: Sequence[Block]
    manner: Manner

    @classmethod
    def of(cls, sheet: Sheet, earlier: Sheet | None = None) -> View:
        """`earlier` is the sheet before a change: what is known of the cells that stayed is taken over."""
        grid, blocks = found_in(sheet, "cells and tables", lambda: _read(sheet, _loaded(sheet, earlier)))
        return cls(sheet, grid, blocks, manner_of(sheet.book))

    @classmethod
    def over(cls, sheet: Sheet, grid: Grid) -> View:
        """Of a part of the sheet's cells."""
        return cls(sheet, *_read(sheet, grid), manner_of(sheet.book))

    def headers(self, block: Block) -> dict[int, str]:
        """What the block's columns are called, by number."""
        return column_headers(self.grid, block, self.manner, self.sheet.merges)


def found_in(sheet: Sheet, what: str, find: Callable[[], T]) -> T:
    """What `find` finds in the sheet, all it leads to, and the book's strings, formats and list of sheets.

    Kept with the sheet where that is small, so that outline and checks, of this version and the next, share it: see
    Package.found. Text added to the strings, as nearly every edit does, leaves it as it is.
    """
    return sheet.book.package.found(what, (sheet.part, *_beside(sheet)), find) if _is_kept(sheet) else find()


def found_beside(sheet: Sheet, what: str, find: Callable[[], T]) -> T:
    """As `found_in`, where the sheet itself is not looked at: it stays, whatever changes there."""
    first, *others = _beside(sheet)
    return sheet.book.package.found((what, sheet.part), (first, *others), find)


def _is_kept(sheet: Sheet) -> bool:
    return sheet.is_worksheet and sheet.is_settled and sheet.book.package.size(sheet.part) <= SHARED


def _beside(sheet: Sheet) -> list[str]:
    """The parts a sheet leads to, then the book's own."""
    book, package = sheet.book, sheet.book.package
    lists = (kind for name in ("sharedStrings", "styles") for kind in package.related(book.main, name))
    parts = (*_reached(package, sheet.part), book.main, *lists, part_of(book.main), CONTENT_TYPES)
    return [part for part in parts if part != sheet.part and part in package]


def _loaded(sheet: Sheet, earlier: Sheet | None) -> Grid:
    if earlier is not None and _is_kept(sheet) and _is_kept(earlier) and _leads_to_the_same(sheet, earlier):
        return reload(sheet, earlier, View.of(earlier).grid) or load(sheet)
    return load(sheet)


def _leads_to_the_same(sheet: Sheet, earlier: Sheet) -> bool:
    beside = _beside(sheet)
    is_alike = sheet.part == earlier.part and beside == _beside(earlier)
    return is_alike and sheet.book.package.goes_on(earlier.book.package, beside)


def _reached(package: Package, part: str) -> Iterable[str]:
    """A part, those it relates to, those they relate to in turn, and their relationships."""
    reached = {part: None}
    waiting = [part]
    while waiting:
        source = waiting.pop()
        reached[part_of(source)] = None
        targets = (each.target for each in package.relationships(source) if not each.external)
        new = [target for target in targets if target not in reached and target in package]
        reached |= dict.fromkeys(new)
        waiting += new
    return reached


def _read(sheet: Sheet, grid: Grid) -> tuple[Grid, Sequence[Block]]:
    return grid, find_blocks(grid, sheet.tables, sheet.merges)
