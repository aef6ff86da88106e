"""Which rows of two sheets differ, found by their bytes, so that only these need to be read as cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise, zip_longest
from typing import Final

from skills.spreadsheets.changes.blocks import RowPair, UnnumberedError, block_pairs
from skills.spreadsheets.changes.moved import Moved
from skills.spreadsheets.document.addresses import column_letters, column_number
from skills.spreadsheets.document.row_scanner import Block, RowList
from skills.spreadsheets.document.sheet_text import SheetText

_NO_ROWS: Final = Block(b"", RowList((), 0))
# What a shift may change in a row: its cells' addresses and its plain formulas.
_MOVING: Final = re.compile(rb' r="([A-Z]*)\d+"|<f>([^<]*)</f>')


class _Cursor:
    """Walks the rows of a sheet one by one."""

    def __init__(self, text: SheetText) -> None:
        self._blocks = (block for block in text.blocks() if len(block.numbers))
        self._block: Block | None = next(self._blocks, None)
        self._index = 0

    @property
    def number(self) -> int | None:
        """Of the row it stands at; None behind the last one."""
        return None if self._block is None else self._block.numbers[self._index]

    def take(self) -> bytes:
        """The row it stands at; goes on to the next one."""
        if self._block is None:
            return b""
        row = self._block.row(self._index)
        self._index += 1
        if self._index == len(self._block.numbers):
            self._block, self._index = next(self._blocks, None), 0
        return row


def differing_rows(before: SheetText, after: SheetText, moved: Moved, *, trusts_bytes: bool) -> Iterator[RowPair]:
    """Pairs of rows that are not the same bytes, as far as `moved` does not explain it.

    All rows, unless equal bytes can be trusted to mean equal cells.
    """
    if not (_ascends(before) and _ascends(after)):
        yield from _by_number(_whole(before), _whole(after))
        return
    if trusts_bytes and moved.is_still and _is_cut_alike(before, after):
        yield from _by_block(before, after)
        return
    old, new = _Cursor(before), _Cursor(after)
    while old.number is not None or new.number is not None:
        pair = _next_pair(old, new, moved)
        if not (trusts_bytes and pair.before and pair.after and _same(pair, moved)):
            yield pair


def _whole(text: SheetText) -> Block:
    """All rows at once, of a sheet small or odd enough."""
    if text.layout.exact is not None:
        return text.layout.exact
    return Block(b"".join(block.data for block in text.blocks()), text.scanner)


def _is_cut_alike(before: SheetText, after: SheetText) -> bool:
    """Whether both are cut into blocks at the same rows, as a sheet is before and after splicing."""
    old, new = before.layout, after.layout
    if old.exact is not None or new.exact is not None or before.prefix != after.prefix:
        return False
    return [span.first for span in old.spans[1:]] == [span.first for span in new.spans[1:]]


def _by_block(before: SheetText, after: SheetText) -> Iterator[RowPair]:
    for old, new in zip_longest(before.blocks(), after.blocks(), fillvalue=_NO_ROWS):
        if old.data == new.data:
            continue
        try:
            yield from list(block_pairs(before.scanner, old.data, new.data))
        except UnnumberedError:
            yield from _by_number(old, new)


def _next_pair(old: _Cursor, new: _Cursor, moved: Moved) -> RowPair:
    """The rows at both cursors, or the one that comes first; there is one."""
    before, after = old.number, new.number
    target = None if before is None else moved.row(before)
    takes_old = before is not None and (target is None or after is None or target <= after)
    takes_new = after is not None and (before is None or (target is not None and after <= target))
    return RowPair(
        before if takes_old else None,
        after if takes_new else None,
        old.take() if takes_old else b"",
        new.take() if takes_new else b"",
    )


def _ascends(text: SheetText) -> bool:
    """Only the exact path lets rows out of order through."""
    exact = text.layout.exact
    return exact is None or all(one < other for one, other in pairwise(exact.numbers))


def _by_number(before: Block, after: Block) -> Iterator[RowPair]:
    """Every row that is not the same bytes under the same number."""
    old = {number: before.row(at) for at, number in enumerate(before.numbers)}
    new = {number: after.row(at) for at, number in enumerate(after.numbers)}
    for number in sorted(old.keys() | new.keys()):
        one, other = old.get(number, b""), new.get(number, b"")
        if one != other:
            yield RowPair(number if one else None, number if other else None, one, other)


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
