"""A sheet read once for all who want to know of it: its cells by column and the tables drawn with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.reading.blocks import Block, find_blocks
from skills.spreadsheets.reading.grid import Grid
from skills.spreadsheets.reading.headers import column_headers
from skills.spreadsheets.reading.loading import load, manner_of
from skills.spreadsheets.reading.profiles import Manner


@dataclass(frozen=True, slots=True)
class View:
    """`blocks` are the tables, `manner` how the book shows values."""

    sheet: Sheet
    grid: Grid
    blocks: Sequence[Block]
    manner: Manner

    @classmethod
    def of(cls, sheet: Sheet) -> View:
        return cls.over(sheet, load(sheet))

    @classmethod
    def over(cls, sheet: Sheet, grid: Grid) -> View:
        """Of a part of the sheet's cells."""
        return cls(sheet, grid, find_blocks(grid, sheet.tables, sheet.merges), manner_of(sheet.book))

    def headers(self, block: Block) -> dict[int, str]:
        """What the block's columns are called, by number."""
        return column_headers(self.grid, block, self.manner, self.sheet.merges)
