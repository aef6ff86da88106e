"""Areas of one sheet gathered, so that a cell in several of them is met once."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from skills.spreadsheets.document.addresses import MAX_COLUMN, Area

_WIDE: Final = 256  # columns; wider areas are kept as rows, not column by column

Interval = tuple[int, int]


class Wanted:
    """Areas of one sheet, merged: by column as stretches of rows, wide areas as stretches of whole rows."""

    def __init__(self, areas: Iterable[Area]) -> None:
        columns: dict[int, set[Interval]] = defaultdict(set)
        wide: set[Interval] = set()
        for area in areas:
            if area.columns > _WIDE:
                wide.add((area.top, area.bottom))
                continue
            for column in range(area.left, area.right + 1):
                columns[column].add((area.top, area.bottom))
        self._columns = {column: _merged(found) for column, found in columns.items()}
        self._wide = _merged(wide)

    @property
    def columns(self) -> list[int]:
        """All columns it reaches into; none when there are too many to list."""
        return [] if self._wide[0] else list(self._columns)

    def holds(self, row: int, column: int) -> bool:
        return _within(self._columns.get(column, _NOTHING), row) or _within(self._wide, row)

    def holds_all(self, column: int, first: int, last: int) -> bool:
        """Whether it holds all of these rows of a column."""
        starts, ends = self._columns.get(column, _NOTHING)
        place = bisect_right(starts, first) - 1
        return place >= 0 and last <= ends[place]

    def misses_all(self, column: int, first: int, last: int) -> bool:
        """Whether it holds none of these rows of a column; False where that takes a longer look."""
        starts, ends = self._columns.get(column, _NOTHING)
        place = bisect_right(starts, last) - 1
        return not self._wide[0] and (place < 0 or ends[place] < first)

    def stretches(self) -> Iterator[Area]:
        """Areas that together hold all that is wanted, row by row and none twice; they may hold more."""
        rows = _merged({each for found in (*self._columns.values(), self._wide) for each in zip(*found, strict=True)})
        left = min(self._columns, default=1)
        right = MAX_COLUMN if self._wide[0] else max(self._columns, default=MAX_COLUMN)
        for top, bottom in zip(*rows, strict=True):
            yield Area(top, 1 if self._wide[0] else left, bottom, right)


Stretches = tuple[list[int], list[int]]
_NOTHING: Stretches = ([], [])


def _merged(intervals: Iterable[Interval]) -> Stretches:
    """Sorted starts and ends of what the intervals cover together, neighbours joined."""
    starts: list[int] = []
    ends: list[int] = []
    for first, last in sorted(intervals):
        if ends and first <= ends[-1] + 1:
            ends[-1] = max(ends[-1], last)
        else:
            starts.append(first)
            ends.append(last)
    return starts, ends


def _within(stretches: Stretches, row: int) -> bool:
    place = bisect_right(stretches[0], row) - 1
    return place >= 0 and row <= stretches[1][place]
