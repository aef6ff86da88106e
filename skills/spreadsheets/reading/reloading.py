"""A sheet's cells after a change: those of rows that stayed byte for byte are taken over, the rest is read."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

from copilot_server.office.alike import shared_start
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.reading.grid import Column, Grid
from skills.spreadsheets.reading.loading import by_cell, lies_as_read, may_be_alike

_ROW: Final = b'<row r="'
_NUMBERED: Final = re.compile(rb'<row r="(\d{1,7})"')
_LINKED: Final = b"<f "  # formulas that are shared, or speak for an area: cells elsewhere may hang on them


def reload(sheet: Sheet, earlier: Sheet, known: Grid) -> Grid | None:
    """What `load` gives, or None where that takes reading all of it; `known` was read of the earlier version.

    Columns in which nothing changed are the same objects, with what was noted of them. What the sheets lead to must
    be the same.
    """
    old, new = _only_block(earlier), _only_block(sheet)
    if old is None or new is None or not known.is_by_cell or may_be_alike(new):
        return None
    before, after = _changed_rows(old, new)
    gone, rows = _row_numbers(before), _row_numbers(after)
    if gone is None or rows is None or _LINKED in before or _LINKED in after:
        return None
    changed = by_cell(sheet, after, rows)
    return None if changed is None else _joined(known, changed, [*gone, *rows])


def _only_block(sheet: Sheet) -> bytes | None:
    """The text of its rows; None where it is not read in one piece, as it lies."""
    if not lies_as_read(sheet) or len(sheet.text.layout.spans) != 1:
        return None
    return next(sheet.text.blocks()).data


def _changed_rows(old: bytes, new: bytes) -> tuple[bytes, bytes]:
    """The rows of each from the first to the last that is not the same.

    Those behind them begin with one that says its number: whatever comes before, all of them keep theirs.
    """
    start = max(old.rfind(_ROW, 0, shared_start(old, new)), 0)
    end = old.find(_ROW, len(old) - shared_start(old[start:][::-1], new[start:][::-1]))
    rest = 0 if end < 0 else len(old) - end
    return old[start : len(old) - rest], new[start : len(new) - rest]


def _row_numbers(rows: bytes) -> Sequence[int] | None:
    """None where one does not say its number."""
    found = list(map(int, _NUMBERED.findall(rows)))
    return found if len(found) == rows.count(b"<row") else None


def _joined(known: Grid, changed: Grid, rows: Sequence[int]) -> Grid:
    """What is known, with these rows as they now are."""
    if not rows:
        return known
    first, last = min(rows), max(rows)
    columns: dict[int, Column] = {}
    for number in sorted(known.columns.keys() | changed.columns.keys()):
        blank = Column(number)
        old, new = known.columns.get(number, blank), changed.columns.get(number, blank)
        if (column := _with(old, new, first, last)).rows:
            columns[number] = column
    return Grid(columns, is_by_cell=True)


def _with(old: Column, new: Column, first: int, last: int) -> Column:
    """The column with these rows as they are in the new one; the old one itself where that changes nothing."""
    start, stop = bisect_left(old.rows, first), bisect_right(old.rows, last)
    formulas = {row: old.formulas[row] for row in old.rows[start:stop] if row in old.formulas}
    is_same_formula = formulas == new.formulas
    # Numbers are equal to truths, and to those of another type or sign: their texts are not.
    is_same_value = list(map(repr, old.values[start:stop])) == list(map(repr, new.values))
    if is_same_formula and is_same_value and (old.rows[start:stop], old.styles[start:stop]) == (new.rows, new.styles):
        return old
    if not is_same_formula:
        kept = {row: formula for row, formula in old.formulas.items() if not first <= row <= last}
        formulas = dict(sorted((kept | new.formulas).items()))
    return Column(
        old.number,
        [*old.rows[:start], *new.rows, *old.rows[stop:]],
        [*old.values[:start], *new.values, *old.values[stop:]],
        [*old.styles[:start], *new.styles, *old.styles[stop:]],
        old.formulas if is_same_formula else formulas,
    )
