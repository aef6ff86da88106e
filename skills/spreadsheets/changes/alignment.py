"""Rows inserted and deleted between two sheets of unknown history, found by lining up equal rows."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby
from typing import Final

from skills.spreadsheets.document.references.geometry import Shift
from skills.spreadsheets.document.sheet import Sheet

_MOST_ROWS: Final = 200_000
_LEAST_MATCHED: Final = 0.3


def aligned(before: Sheet, after: Sheet) -> tuple[Shift, ...]:
    """Shifts of rows that make most rows the same; none when the sheets are too large or too different to tell."""
    old, new = _row_keys(before), _row_keys(after)
    if max(len(old), len(new)) > _MOST_ROWS or not old or not new:
        return ()
    matches = list(_matches(old, new))
    if all(one == other for one, other in matches) or len(matches) < _LEAST_MATCHED * min(len(old), len(new)):
        return ()
    return tuple(_shifts(matches, len(old), len(new)))


def _row_keys(sheet: Sheet) -> list[Hashable]:
    """A key for each row from the first to the last: its constants, and where it has formulas."""
    used = sheet.used
    if used is None or used.bottom > _MOST_ROWS:
        return []
    keys: list[Hashable] = [()] * used.bottom
    for row, cells in groupby(sheet.cells(), key=lambda cell: cell.row):
        filled = [(cell.column, "=" if cell.formula else cell.value) for cell in cells if not cell.is_blank]
        if row <= used.bottom:
            keys[row - 1] = hash(tuple(filled)) if filled else ()
    return keys


def _matches(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[int, int]]:
    """Pairs of equal rows in rising order: equal ends, then rows that occur once in each, and what adjoins them."""
    start, end = 0, 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        yield start, start
        start += 1
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    yield from _by_rare_rows(old[start : len(old) - end], new[start : len(new) - end], start)
    yield from ((len(old) - at, len(new) - at) for at in range(end, 0, -1))


def _by_rare_rows(old: Sequence[Hashable], new: Sequence[Hashable], start: int) -> Iterator[tuple[int, int]]:
    once = {key for key, count in Counter(old).items() if count == 1 and key != ()}
    once &= {key for key, count in Counter(new).items() if count == 1}
    place = {key: at for at, key in enumerate(new) if key in once}
    pairs = _rising([(at, place[key]) for at, key in enumerate(old) if key in once])
    last_old, last_new = 0, 0
    for one, other in [*pairs, (len(old), len(new))]:
        # Rows that occur more than once match where they adjoin a sure pair.
        while last_old < one and last_new < other and old[last_old] == new[last_new]:
            yield start + last_old, start + last_new
            last_old, last_new = last_old + 1, last_new + 1
        back = 0
        while one - back > last_old and other - back > last_new and old[one - back - 1] == new[other - back - 1]:
            back += 1
        yield from ((start + one - at, start + other - at) for at in range(back, 0, -1))
        if one < len(old) and other < len(new):
            yield start + one, start + other
        last_old, last_new = one + 1, other + 1


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs in which both numbers rise (patience sorting)."""
    ends: list[int] = []
    at_end: list[int] = []
    previous: list[int | None] = []
    for index, (_, other) in enumerate(pairs):
        pile = bisect_left(ends, other)
        previous.append(at_end[pile - 1] if pile else None)
        ends[pile : pile + 1] = [other]
        at_end[pile : pile + 1] = [index]
    chain: list[tuple[int, int]] = []
    index = at_end[-1] if at_end else None
    while index is not None:
        chain.append(pairs[index])
        index = previous[index]
    return chain[::-1]


def _shifts(matches: Sequence[tuple[int, int]], old_rows: int, new_rows: int) -> Iterator[Shift]:
    """The gaps between matched rows: as many as are missing are deleted, as many as are too many inserted."""
    last_old, last_new = -1, -1
    for one, other in [*matches, (old_rows, new_rows)]:
        gone, come = one - last_old - 1, other - last_new - 1
        is_end = one == old_rows and other == new_rows
        # Behind the last match rows are simply filled or cleared: nothing stands below that would move.
        if not is_end and come > gone:
            yield Shift("row", last_new + 2 + gone, come - gone)
        elif not is_end and gone > come:
            yield Shift("row", last_new + 2 + come, gone - come, deletes=True)
        last_old, last_new = one, other
