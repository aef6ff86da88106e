"""A sheet's cells brought in by column: all of them, or a stated sample where there are too many."""

from __future__ import annotations

from itertools import islice
from typing import Final

from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.grid import Grid
from skills.spreadsheets.reading.profiles import Manner

MOST_CELLS: Final = 4_000_000


def load(sheet: Sheet) -> Grid:
    return Grid.of(islice(sheet.cells(), MOST_CELLS))


def manner_of(book: Workbook) -> Manner:
    return Manner(book.styles.number_format, book.styles.is_date, book.is_1904)
