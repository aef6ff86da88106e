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

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class View:
    """`blocks` are the tables, `manner` how the book shows values."""

    sheet: Sheet
    grid: Grid
    blocks: Sequence[Block]
    manner: Manner

    @classmethod
    def of(cls, sheet: Sheet) -> View:
        grid, blocks = found_in(sheet, "cells and tables", lambda: _read(sheet, load(sheet)))
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
    book, package = sheet.book, sheet.book.package
    if not sheet.is_worksheet or not sheet.is_settled or package.size(sheet.part) > SHARED:
        return find()
    lists = (kind for name in ("sharedStrings", "styles") for kind in package.related(book.main, name))
    parts = (*_reached(package, sheet.part), book.main, *lists, part_of(book.main), CONTENT_TYPES)
    return package.found(what, [part for part in parts if part in package], find)


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
