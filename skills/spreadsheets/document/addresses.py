"""Places on a sheet: cells, areas, columns by letter; 1-based and inclusive throughout."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Self

from copilot_server.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_ROW: Final = 1_048_576
MAX_COLUMN: Final = 16_384

_CELL: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})\Z")
_COLUMNS: Final = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})\Z")
_ROWS: Final = re.compile(r"\$?([1-9]\d{0,6}):\$?([1-9]\d{0,6})\Z")
_PLAIN_NAME: Final = re.compile(r"[^\W\d][\w.]*\Z")
_LIKE_ADDRESS: Final = re.compile(r"(?:[A-Z]{1,3}\d{1,7}|R\d*C\d*|R\d*|C\d*|TRUE|FALSE)\Z", re.IGNORECASE)


@lru_cache(maxsize=MAX_COLUMN)
def column_letters(number: int) -> str:
    """3 -> "C"."""
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


@lru_cache(maxsize=MAX_COLUMN)
def column_number(letters: str) -> int:
    """ "C" -> 3; letters beyond XFD give numbers beyond MAX_COLUMN."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def cell_name(row: int, column: int) -> str:
    """(9, 2) -> "B9"."""
    return f"{column_letters(column)}{row}"


def parse_cell(text: str) -> tuple[int, int] | None:
    """ "$B$9" -> (9, 2); None when it is no cell of a sheet."""
    match = _CELL.match(text)
    if match is None:
        return None
    row, column = int(match[2]), column_number(match[1])
    return (row, column) if row <= MAX_ROW and column <= MAX_COLUMN else None


def quoted_sheet(name: str) -> str:
    """The sheet's name as formulas write it: in quotes where Excel wants them."""
    is_plain = _PLAIN_NAME.match(name) and not _LIKE_ADDRESS.match(name)
    return name if is_plain else "'" + name.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """A rectangle of cells. Whole columns span rows 1 to MAX_ROW, whole rows columns 1 to MAX_COLUMN."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Of "B2:D9", "B2", "B:D", "3:5", with or without `$`; raises ToolError naming what was sent."""
        area = cls.find(text)
        if area is None:
            raise ToolError(
                f'must be A1 notation like "B2", "B2:D9", "B:D" or "3:5" without the sheet name, not {text!r}'
            )
        return area

    @classmethod
    def find(cls, text: str) -> Self | None:
        """As `parse`, None for anything else."""
        text = text.strip()
        if match := _COLUMNS.match(text):
            first, last = sorted((column_number(match[1]), column_number(match[2])))
            return cls(1, first, MAX_ROW, last) if last <= MAX_COLUMN else None
        if match := _ROWS.match(text):
            first, last = sorted((int(match[1]), int(match[2])))
            return cls(first, 1, last, MAX_COLUMN) if last <= MAX_ROW else None
        first_text, _, last_text = text.partition(":")
        one, other = parse_cell(first_text), parse_cell(last_text or first_text)
        if one is None or other is None or text.endswith(":"):
            return None
        (top, bottom), (left, right) = sorted((one[0], other[0])), sorted((one[1], other[1]))
        return cls(top, left, bottom, right)

    @classmethod
    def cell(cls, row: int, column: int) -> Self:
        return cls(row, column, row, column)

    @classmethod
    def whole(cls) -> Self:
        """The whole sheet."""
        return cls(1, 1, MAX_ROW, MAX_COLUMN)

    @classmethod
    def around(cls, areas: Iterable[Area]) -> Self | None:
        """The smallest area holding all of them; None for none."""
        found = list(areas)
        if not found:
            return None
        return cls(
            min(area.top for area in found),
            min(area.left for area in found),
            max(area.bottom for area in found),
            max(area.right for area in found),
        )

    def __str__(self) -> str:
        if self.is_whole_columns:
            return f"{column_letters(self.left)}:{column_letters(self.right)}"
        if self.is_whole_rows:
            return f"{self.top}:{self.bottom}"
        first = cell_name(self.top, self.left)
        return first if self.is_cell else f"{first}:{cell_name(self.bottom, self.right)}"

    @property
    def rows(self) -> int:
        return self.bottom - self.top + 1

    @property
    def columns(self) -> int:
        return self.right - self.left + 1

    @property
    def size(self) -> int:
        """How many cells; up to 17 thousand million, so never iterate without asking."""
        return self.rows * self.columns

    @property
    def is_cell(self) -> bool:
        return self.top == self.bottom and self.left == self.right

    @property
    def is_whole_columns(self) -> bool:
        return self.top == 1 and self.bottom == MAX_ROW

    @property
    def is_whole_rows(self) -> bool:
        return self.left == 1 and self.right == MAX_COLUMN and not self.is_whole_columns

    def contains(self, row: int, column: int) -> bool:
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def covers(self, other: Area) -> bool:
        """Whether all of `other` lies within."""
        return self.contains(other.top, other.left) and self.contains(other.bottom, other.right)

    def intersects(self, other: Area) -> bool:
        return (
            self.top <= other.bottom
            and other.top <= self.bottom
            and self.left <= other.right
            and other.left <= self.right
        )

    def intersection(self, other: Area) -> Area | None:
        if not self.intersects(other):
            return None
        return Area(
            max(self.top, other.top),
            max(self.left, other.left),
            min(self.bottom, other.bottom),
            min(self.right, other.right),
        )

    def outside(self, taken: Area) -> Iterator[Area]:
        """What is left of it without another: at most four pieces."""
        inside = self.intersection(taken)
        if inside is None:
            yield self
            return
        bands = (
            (self.top, self.left, inside.top - 1, self.right),
            (inside.bottom + 1, self.left, self.bottom, self.right),
            (inside.top, self.left, inside.bottom, inside.left - 1),
            (inside.top, inside.right + 1, inside.bottom, self.right),
        )
        yield from (Area(*band) for band in bands if band[0] <= band[2] and band[1] <= band[3])

    def cells(self) -> Iterator[tuple[int, int]]:
        """Every (row, column), row by row; ask `size` first."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                yield row, column
