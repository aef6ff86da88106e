"""Which rows of two sheets differ, found by their bytes, so that only these need to be read as cells."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from skills.spreadsheets.changes.moved import Moved
from skills.spreadsheets.document.addresses import column_letters, column_number
from skills.spreadsheets.document.row_scanner import Block
from skills.spreadsheets.document.sheet_text import SheetText

_WINDOW: Final = 1 << 16
# What a shift may change in a row: its cells' addresses and its plain formulas.
_MOVING: Final = re.compile(rb' r="([A-Z]*)\d+"|<f>([^<]*)</f>')


@dataclass(frozen=True, slots=True)
class RowPair:
    """A row of the earlier sheet and what became of it; one of the two may be missing."""

    before: int | None
    after: int | None
    source_before: bytes = b""
    source_after: bytes = b""


class _Cursor:
    """Walks the rows of a sheet; whole stretches can be passed over at once."""

    def __init__(self, text: SheetText) -> None:
        self._blocks: Iterator[Block] = text.blocks()
        self.block: Block | None = None
        self.index = 0
        self._next_block()

    @property
    def number(self) -> int | None:
        return None if self.block is None else self.block.numbers[self.index]

    @property
    def rest(self) -> tuple[bytes, int]:
        """The block's bytes and where the current row starts in them."""
        return (b"", 0) if self.block is None else (self.block.data, self.block.starts[self.index])

    def row(self) -> bytes:
        return b"" if self.block is None else self.block.row(self.index)

    def step(self) -> None:
        self.index += 1
        if self.block is not None and self.index >= len(self.block.starts):
            self._next_block()

    def pass_over(self, length: int) -> None:
        """Go on at the row that holds the byte `length` after the current row's start."""
        if self.block is None:
            return
        target = self.block.starts[self.index] + length
        self.index = bisect_right(self.block.starts, target) - 1
        if target >= len(self.block.data):
            self._next_block()

    def _next_block(self) -> None:
        self.index = 0
        self.block = next((block for block in self._blocks if len(block.starts)), None)


def differing_rows(before: SheetText, after: SheetText, moved: Moved, *, trusts_bytes: bool) -> Iterator[RowPair]:
    """Pairs of rows that are not the same bytes, as far as `moved` does not explain it.

    All rows, unless equal bytes can be trusted to mean equal cells.
    """
    if not (_ascends(before) and _ascends(after)):
        yield from _by_number(before, after)
        return
    old, new = _Cursor(before), _Cursor(after)
    while old.number is not None or new.number is not None:
        if trusts_bytes and moved.is_still and old.number == new.number:
            _pass_equal(old, new)
        pair = _next_pair(old, new, moved)
        if pair is not None and not (trusts_bytes and pair.before and pair.after and _same(pair, moved)):
            yield pair


def _next_pair(old: _Cursor, new: _Cursor, moved: Moved) -> RowPair | None:
    """The rows at both cursors, or the one that comes first; moves on behind them. None when both are at their end."""
    before, after = old.number, new.number
    target = None if before is None else moved.row(before)
    takes_old = before is not None and (target is None or after is None or target <= after)
    takes_new = after is not None and (before is None or (target is not None and after <= target))
    if not takes_old and not takes_new:
        return None
    pair = RowPair(
        before if takes_old else None,
        after if takes_new else None,
        old.row() if takes_old else b"",
        new.row() if takes_new else b"",
    )
    if takes_old:
        old.step()
    if takes_new:
        new.step()
    return pair


def _ascends(text: SheetText) -> bool:
    """Only the exact path lets rows out of order through."""
    exact = text.layout.exact
    return exact is None or all(one < other for one, other in pairwise(exact.numbers))


def _by_number(before: SheetText, after: SheetText) -> Iterator[RowPair]:
    """Rows out of order: every row that is not the same bytes under the same number, shifts left to the cells."""
    old = {number: block.row(at) for block in before.blocks() for at, number in enumerate(block.numbers)}
    new = {number: block.row(at) for block in after.blocks() for at, number in enumerate(block.numbers)}
    for number in sorted(old.keys() | new.keys()):
        if old.get(number) != new.get(number):
            yield RowPair(
                number if number in old else None,
                number if number in new else None,
                old.get(number, b""),
                new.get(number, b""),
            )


def _pass_equal(old: _Cursor, new: _Cursor) -> None:
    """Move both on to the first row that differs."""
    while old.number is not None and old.number == new.number:
        at = old.number
        length = _common(*old.rest, *new.rest)
        old.pass_over(length)
        new.pass_over(length)
        if at == old.number:
            return


def _common(old: bytes, old_start: int, new: bytes, new_start: int) -> int:
    """How many bytes are the same from there on: windows compared whole, the last one halved."""
    length, most = 0, min(len(old) - old_start, len(new) - new_start)
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


def _same(pair: RowPair, moved: Moved) -> bool:
    """Whether the shifts alone account for the difference, formulas included."""
    if moved.is_still:
        return pair.source_before == pair.source_after
    is_above = pair.before is not None and pair.before < moved.first_row and not moved.moves_columns
    if is_above and pair.source_before == pair.source_after and b"<f" not in pair.source_before:
        return True
    old, new = _MOVING.split(pair.source_before), _MOVING.split(pair.source_after)
    return len(old) == len(new) and all(
        _same_piece(at % 3, *pieces, moved) for at, pieces in enumerate(zip(old, new, strict=True))
    )


def _same_piece(kind: int, one: bytes | None, other: bytes | None, moved: Moved) -> bool:
    """Pieces come in threes: text between, a cell's column, a formula."""
    if one is None or other is None:
        return one is other
    if kind == 1:
        return _moved_letters(one, moved) == other
    if kind == 2:
        return b"&" not in one and moved.formula(one.decode()) == other.decode()
    return one == other


def _moved_letters(letters: bytes, moved: Moved) -> bytes:
    """Of the row's own address, which has none, as of a cell's."""
    if not letters or not moved.moves_columns:
        return letters
    column = moved.column(column_number(letters.decode()))
    return b"" if column is None else column_letters(column).encode()
