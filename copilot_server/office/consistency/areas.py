"""Areas of cells as `ref` and `sqref` write them, and which of them overlap."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384

_AREA: Final = re.compile(r"\$?([A-Za-z]{0,3})\$?(\d{0,7})(?::\$?([A-Za-z]{0,3})\$?(\d{0,7}))?")


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """Rows and columns from 1, all inclusive."""

    top: int
    left: int
    bottom: int
    right: int

    def overlaps(self, other: Area) -> bool:
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def __str__(self) -> str:
        return f"{_letters(self.left)}{self.top}:{_letters(self.right)}{self.bottom}"


def area(text: str) -> Area | None:
    """`B2:D9`, `B2`, `B:D` or `2:9`; None for what is no area within a sheet."""
    match = _AREA.fullmatch(text)
    if match is None or not text:
        return None
    left, top, right, bottom = match[1], match[2], match[3], match[4]
    if right is None and bottom is None:
        right, bottom = left, top
    if bool(left) != bool(right) or bool(top) != bool(bottom) or (":" not in text and not (left and top)):
        return None
    found = Area(int(top or 1), column_number(left or "A"), int(bottom or LAST_ROW), column_number(right or "XFD"))
    is_within = 1 <= found.top <= found.bottom <= LAST_ROW and 1 <= found.left <= found.right <= LAST_COLUMN
    return found if is_within else None


def column_number(letters: str) -> int:
    """`C` is 3."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _letters(column: int) -> str:
    before, last = divmod(column - 1, 26)
    return (_letters(before) if before else "") + chr(65 + last)


def overlaps(areas: Iterable[Area]) -> Iterator[tuple[Area, Area]]:
    """Pairs that share a cell; a sweep from top to bottom, so that many areas stay cheap."""
    open_areas: list[Area] = []
    for new in sorted(areas):
        open_areas = [each for each in open_areas if each.bottom >= new.top]
        yield from ((each, new) for each in open_areas if each.overlaps(new))
        open_areas.append(new)
