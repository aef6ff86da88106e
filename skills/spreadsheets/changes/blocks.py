"""Rows that differ between two runs of rows, found from byte to byte without looking at the rows that are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from skills.spreadsheets.document.row_scanner import RowScanner

_WINDOW: Final = 1 << 16
_NUMBER: Final = re.compile(rb"""[^>]*?\sr=["'](\d{1,7})["']""")


@dataclass(frozen=True, slots=True)
class RowPair:
    """A row of the earlier sheet and what became of it; one of the two may be missing."""

    before: int | None
    after: int | None
    source_before: bytes = b""
    source_after: bytes = b""


class UnnumberedError(Exception):
    """A row does not say its number: these blocks have to be read row by row."""


@dataclass(slots=True)
class _Rows:
    """Rows of one block from a place on."""

    data: bytes
    scanner: RowScanner
    at: int = 0

    def next(self) -> tuple[int, int, int] | None:
        """(number, start, end) of the row at or behind the place; None behind the last one."""
        start = self.data.find(self.scanner.opening, self.at)
        if start < 0:
            return None
        match = _NUMBER.match(self.data, start + len(self.scanner.opening))
        if match is None:
            raise UnnumberedError
        return int(match[1]), start, self.scanner.end(self.data, start)


def block_pairs(scanner: RowScanner, before: bytes, after: bytes) -> Iterator[RowPair]:
    """The rows of two blocks that are not the same bytes; both blocks hold rows of the same stretch of the sheet.

    Raises UnnumberedError, before it yields anything of the rows concerned.
    """
    old, new = _Rows(before, scanner), _Rows(after, scanner)
    while True:
        same = common_length(old.data, old.at, new.data, new.at)
        if len(old.data) - old.at == len(new.data) - new.at == same:
            return
        # Back to the start of the row in which the difference lies.
        back = old.data.rfind(scanner.opening, old.at, old.at + same)
        step = max(0, back - old.at)
        old.at, new.at = old.at + step, new.at + step
        yield from _until_even(old, new)


def _until_even(old: _Rows, new: _Rows) -> Iterator[RowPair]:
    """Rows one by one until both sides have gone past a row of the same number."""
    while True:
        one, other = old.next(), new.next()
        if one is None and other is None:
            old.at, new.at = len(old.data), len(new.data)
            return
        takes_old = one is not None and (other is None or one[0] <= other[0])
        takes_new = other is not None and (one is None or other[0] <= one[0])
        source_old = old.data[one[1] : one[2]] if one is not None and takes_old else b""
        source_new = new.data[other[1] : other[2]] if other is not None and takes_new else b""
        if one is not None and takes_old:
            old.at = one[2]
        if other is not None and takes_new:
            new.at = other[2]
        if source_old != source_new:
            yield RowPair(
                one[0] if one is not None and takes_old else None,
                other[0] if other is not None and takes_new else None,
                source_old,
                source_new,
            )
        if takes_old and takes_new:
            return


def common_length(old: bytes, old_start: int, new: bytes, new_start: int) -> int:
    """How many bytes are the same from there on: windows compared whole, the last one halved."""
    length, most = 0, min(len(old) - old_start, len(new) - new_start)
    if old_start == new_start == 0 and old == new:
        return most
    while length < most:
        window = min(_WINDOW, most - length)
        one = old[old_start + length : old_start + length + window]
        other = new[new_start + length : new_start + length + window]
        if one != other:
            return length + _first_difference(one, other)
        length += window
    return length


def _first_difference(one: bytes, other: bytes) -> int:
    low, high = 0, len(one)
    while low < high:
        middle = (low + high) // 2
        if one[low : middle + 1] == other[low : middle + 1]:
            low = middle + 1
        else:
            high = middle
    return low
