"""What a run of formulas reads, row for row: areas whose ends stay or move along with the formula's row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import Area

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skills.spreadsheets.calculation.reads import Read

Rows = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Window:
    """An area of the sheet of that key, as the formula in row `origin` reads it; its ends may move with the row."""

    key: str
    area: Area
    origin: int = 0
    top_moves: bool = False
    bottom_moves: bool = False

    def at(self, row: int) -> Area:
        area, shift = self.area, row - self.origin
        if not shift:
            return area
        return Area(area.top + shift * self.top_moves, area.left, area.bottom + shift * self.bottom_moves, area.right)

    def over(self, top: int, bottom: int) -> Area:
        """All that the formulas in these rows read."""
        if top == bottom or not (self.top_moves or self.bottom_moves):
            return self.at(top)
        first, last = self.at(top), self.at(bottom)
        return Area(min(first.top, last.top), self.area.left, max(first.bottom, last.bottom), self.area.right)

    def readers(self, changed: Area, top: int, bottom: int) -> Rows | None:
        """Which of the formulas in these rows read any of what changed."""
        area = self.area
        if changed.left > area.right or changed.right < area.left:
            return None
        if self.top_moves:
            bottom = min(bottom, changed.bottom - area.top + self.origin)
        elif area.top > changed.bottom:
            return None
        if self.bottom_moves:
            top = max(top, changed.top - area.bottom + self.origin)
        elif area.bottom < changed.top:
            return None
        return (top, bottom) if top <= bottom else None


def windows(first: Sequence[Read], last: Sequence[Read], top: int, bottom: int) -> tuple[Window, ...] | None:
    """Of a run, from what its first and its last formula read; None when the two do not tell the ones between."""
    if len(first) != len(last):
        return None
    found: list[Window] = []
    for (key, one), (other_key, other) in zip(first, last, strict=True):
        if key != other_key or (one.left, one.right) != (other.left, other.right):
            return None
        shifts = other.top - one.top, other.bottom - one.bottom
        if any(shift not in {0, bottom - top} for shift in shifts):
            # A range between a fixed and a moving row that changes sides: all it may read.
            hull = Area(min(one.top, other.top), one.left, max(one.bottom, other.bottom), one.right)
            found.append(Window(key, hull))
        else:
            found.append(Window(key, one, top, bool(shifts[0]), bool(shifts[1])))
    return tuple(found)
