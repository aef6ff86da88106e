"""Moves a sheet's rows and cells: their addresses, block by block over bytes, and the formulas in them."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from copilot_server.errors import Refused
from skills.spreadsheets.document.addresses import MAX_COLUMN, column_letters, column_number
from skills.spreadsheets.document.references.inherited import row_like, with_cells_like
from skills.spreadsheets.document.row_scanner import Block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from skills.spreadsheets.document.references.cell_formulas import FormulaRewriter
    from skills.spreadsheets.document.references.geometry import Shift
    from skills.spreadsheets.document.sheet_text import SheetText


def moved_rows(text: SheetText, shift: Shift, formulas: FormulaRewriter, sheet: str) -> Iterator[bytes]:
    """The text of a plain sheet's rows after the shift; raises Refused when content would fall off the sheet."""
    mover = _RowMover(text, shift, sheet) if shift.axis == "row" else _ColumnMover(text, shift, sheet)
    for block in text.all_blocks(lambda _span: True):
        if isinstance(block, Block):
            yield from mover.block(block, formulas.block)
    yield from mover.rest()


class _RowMover:
    def __init__(self, text: SheetText, shift: Shift, sheet: str) -> None:
        self._shift, self._sheet = shift, sheet
        self._scanner = text.scanner
        self._row = text.scanner.opening + b' r="'
        self._cell = b"<" + text.prefix + b'c r="'
        self._address = re.compile(b"(" + re.escape(self._cell) + rb'[A-Z]{1,3})\d+(?=")')
        self._content = re.compile(b"<" + re.escape(text.prefix) + rb"(?:v|f|is)[\s>]")
        self._new = [] if shift.deletes else row_like(text, shift)

    def block(self, block: Block, rewrite: Callable[[bytes], bytes]) -> Iterator[bytes]:
        shift, numbers, starts = self._shift, block.numbers, block.starts
        first = bisect_left(numbers, shift.at)
        moved = bisect_left(numbers, shift.last + 1) if shift.deletes else first
        behind = bisect_left(numbers, shift.limit + 1 if shift.deletes else shift.limit - shift.count + 1)
        cut = [starts[at] if at < len(starts) else len(block.data) for at in (first, moved, behind)]
        self._refuse_loss(block.data[cut[2] :])
        yield rewrite(block.data[: cut[0]])
        if moved < len(numbers):
            yield from self.rest()
        if moved < behind:
            yield self._renumbered(rewrite(block.data[cut[1] : cut[2]]), numbers[moved:behind])

    def rest(self) -> Iterator[bytes]:
        """The new rows, where they have not found their place yet."""
        yield from self._new
        self._new = []

    def _renumbered(self, data: bytes, numbers: Sequence[int]) -> bytes:
        by = -self._shift.count if self._shift.deletes else self._shift.count
        starts = self._scanner.starts(data)
        rows: list[bytes] = []
        for place, number in enumerate(numbers):
            end = starts[place + 1] if place + 1 < len(starts) else len(data)
            row = data[starts[place] : end]
            old, new = b'%d"' % number, b'%d"' % (number + by)
            # One number for each cell and one for the row itself: then nothing else in it looks like that number.
            if row.count(old) == row.count(self._cell) + 1:
                rows.append(row.replace(old, new))
            else:
                rows.append(self._carefully(row, number, new))
        return b"".join(rows)

    def _carefully(self, row: bytes, number: int, new: bytes) -> bytes:
        head = len(self._row) + len(str(number)) + 1
        cells, found = self._address.subn(rb"\g<1>" + new[:-1], row[head:])
        if found != row.count(self._cell):
            raise Refused(f"row {number} of sheet {self._sheet!r} holds a cell whose address cannot be read")
        return self._row + new + cells

    def _refuse_loss(self, data: bytes) -> None:
        if self._content.search(data):
            raise Refused(f"the last rows of sheet {self._sheet!r} hold content that would fall off the sheet")


class _ColumnMover:
    def __init__(self, text: SheetText, shift: Shift, sheet: str) -> None:
        self._shift, self._sheet = shift, sheet
        name, end = re.escape(b"<" + text.prefix), re.escape(b"</" + text.prefix)
        self._cell = b"<" + text.prefix + b'c r="'
        self._address = re.compile(re.escape(self._cell) + rb"([A-Z]{1,3})(?=\d)")
        self._far = re.compile(re.escape(self._cell) + rb"([A-Z]{3})")
        self._whole = re.compile(
            re.escape(self._cell) + rb'([A-Z]{1,3})\d+"[^>]*?(?:/>|>(.*?)' + end + rb"c>)", re.DOTALL
        )
        self._content = re.compile(name + rb"(?:v|f|is)[\s>]")
        self._spans = re.compile(b"(" + re.escape(text.scanner.opening) + rb'\s[^>]*?\bspans=")(\d+):(\d+)(?=")')
        self._letters = {column_letters(column).encode(): self._after(column) for column in range(1, MAX_COLUMN + 1)}
        self._inherit = None if shift.deletes or shift.at == 1 else with_cells_like(text, shift)

    def block(self, block: Block, rewrite: Callable[[bytes], bytes]) -> Iterator[bytes]:
        data = block.data
        if self._shift.deletes or self._reaches_the_end(data):
            data = self._whole.sub(self._kept, data)
        data = rewrite(data)
        data = self._renamed(data)
        data = self._spans.sub(self._moved_spans, data)
        yield self._inherit(data) if self._inherit else data

    def rest(self) -> Iterator[bytes]:
        return iter(())

    def _after(self, column: int) -> bytes | None:
        line = self._shift.line(column)
        return None if line is None else self._cell + column_letters(line).encode()

    def _renamed(self, data: bytes) -> bytes:
        """All cells with the letters of their new columns; cutting and joining is twice as fast as substituting."""
        cells = data.count(self._cell)
        pieces = self._address.split(data)
        if len(pieces) != 2 * cells + 1:
            raise Refused(f"sheet {self._sheet!r} holds a cell whose address cannot be read")
        pieces[1::2] = [self._letters[letters] or letters for letters in pieces[1::2]]
        return b"".join(pieces)

    def _reaches_the_end(self, data: bytes) -> bool:
        edge = self._shift.limit - self._shift.count
        return any(column_number(letters.decode()) > edge for letters in set(self._far.findall(data)))

    def _kept(self, match: re.Match[bytes]) -> bytes:
        if self._letters[match[1]] is not None:
            return match[0]
        if not self._shift.deletes and match[2] and self._content.search(match[2]):
            raise Refused(f"the last columns of sheet {self._sheet!r} hold content that would fall off the sheet")
        return b""

    def _moved_spans(self, match: re.Match[bytes]) -> bytes:
        span = self._shift.span(int(match[2]), int(match[3]))
        return match[0] if span is None else match[1] + b"%d:%d" % span
