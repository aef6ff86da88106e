"""A worksheet's XML cut into head, blocks of rows and tail without looking at every cell.

Sheets of millions of cells are scanned at the speed of `bytes.find`. What such a scan cannot be sure of (comments,
CDATA, namespaces bound among the cells, rows out of order) takes an exact, slower path to the same shapes.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from copilot_server.errors import DamagedFile
from skills.spreadsheets.document.markup import Node, open_root, root_node, tag_among_children
from skills.spreadsheets.document.part_text import PartText, noted
from skills.spreadsheets.document.row_scanner import Block, NotSimpleError, RowList, RowScanner, scanner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from copilot_server.office.package import Package

BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class BlockSpan:
    """Where a block lies within the part, and the first and last row it holds."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sheet's text is cut: head up to the rows, the rows' blocks, tail from `</sheetData>` on.

    `exact` holds all the rows of a sheet the fast scan cannot be sure of; it is then the only block.
    `is_pure` is False when something other than rows stands among them.
    """

    head: bytes
    tail: bytes
    spans: tuple[BlockSpan, ...]
    has_formulas: bool = False
    has_array_formulas: bool = False
    exact: Block | None = None
    is_pure: bool = True


class SheetText:
    """The text of one worksheet part, cut once and read as often as needed; stale once the part is written."""

    def __init__(self, package: Package, part: str, layout: Layout | None = None) -> None:
        """`layout` when it is known from writing the part."""
        self.text = PartText(package, part)
        # Shared by forks: whichever cuts the text first has cut it for all.
        self._known: list[Layout] = noted(package, part, "layout", list)
        if layout is not None:
            self._known[:] = [layout]

    def on(self, package: Package) -> SheetText:
        """The same over a fork of the package, all that is known of it kept."""
        other = copy.copy(self)
        other.text = self.text.on(package)
        return other

    @cached_property
    def root(self) -> Node:
        """The root, of which only the start tag counts; raises DamagedFile when it is no worksheet's."""
        return self.text.noted("root", self._read_root)

    def _read_root(self) -> Node:
        node = open_root(next(self.text.pieces(), b"")[:BLOCK])
        if not node.is_main or node.local != b"worksheet":
            raise DamagedFile(f"{self.text.name} is no worksheet but {node.name.decode()!r}")
        return node

    @property
    def prefix(self) -> bytes:
        """What stands before the names of SpreadsheetML, with its colon."""
        return self.root.prefix

    @property
    def scanner(self) -> RowScanner:
        return scanner(self.prefix)

    @property
    def layout(self) -> Layout:
        """Raises DamagedFile for a worksheet without rows' element."""
        if not self._known:
            try:
                self._known.append(_Cutter(self).layout())
            except NotSimpleError:
                self._known.append(_exact_layout(self))
        return self._known[0]

    def blocks(self, first: int = 1, last: int = 1 << 30) -> Iterator[Block]:
        """The blocks that may hold rows between two numbers, in order."""
        for block in self.all_blocks(lambda span: span.first <= last and span.last >= first):
            if isinstance(block, Block):
                yield block

    def all_blocks(self, is_wanted: Callable[[BlockSpan], bool]) -> Iterator[Block | bytes]:
        """Every block in order, the unwanted ones as their bytes only."""
        layout = self.layout
        if layout.exact is not None:
            yield layout.exact if is_wanted(layout.spans[0]) else layout.exact.data
            return
        for span, data in zip(layout.spans, self._cut(), strict=True):
            yield self._block(span, data) if is_wanted(span) else data

    def _block(self, span: BlockSpan, data: bytes) -> Block:
        return Block(data, self.scanner, span.first - 1, (span.first, span.last))

    def _cut(self) -> Iterator[bytes]:
        held, at = b"", 0
        pieces = self.text.pieces()
        for span in self.layout.spans:
            while at + len(held) < span.end:
                rest = held[max(0, span.start - at) :]
                at += len(held) - len(rest)
                held = rest + next(pieces) if rest else next(pieces)
            yield held[span.start - at : span.end - at]


class _Cutter:
    """One pass over a sheet's text; raises NotSimpleError as soon as it cannot be sure."""

    def __init__(self, sheet: SheetText) -> None:
        self._name = sheet.text.name
        self._pieces = sheet.text.pieces()
        self._scanner = sheet.scanner
        self._root = sheet.root
        self._rows_name = sheet.prefix + b"sheetData"
        self._closing = b"</" + self._rows_name
        self._formula = b"<" + sheet.prefix + b"f"
        self._spans: list[BlockSpan] = []
        self._held = b""
        self._done = 0  # how much of what is held has been cut
        self._before = 0  # how much of the part came before what is held
        self._has_formulas = self._has_arrays = False

    def layout(self) -> Layout:
        head, is_empty = self._head()
        if is_empty:
            return Layout(head, b"</" + self._rows_name + b">" + self._rest(), ())
        while not self._take_block():
            pass
        return Layout(head, self._rest(), tuple(self._spans), self._has_formulas, self._has_arrays)

    def _head(self) -> tuple[bytes, bool]:
        """Up to the opening tag of the rows, and whether that tag closes itself."""
        while True:
            self._grow()
            match = tag_among_children(self._held, self._root.inner, self._rows_name)
            if match is not None:
                break
        self._done = match.end()
        head = self._held[: self._done]
        return (head[:-2].rstrip() + b">", True) if head.endswith(b"/>") else (head, False)

    def _grow(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            raise DamagedFile(f"{self._name} has no rows' element, or it does not end")
        self._before += self._done
        self._held = self._held[self._done :] + piece
        self._done = 0

    def _rest(self) -> bytes:
        return b"".join((self._held[self._done :], *self._pieces))

    def _take_block(self) -> bool:
        """Whether it was the last one."""
        size = BLOCK
        while True:
            stop = self._done + size
            end = self._held.find(self._closing, self._done, stop)
            if end >= 0:
                self._note(end)
                return True
            cut = self._held.rfind(self._scanner.opening, self._done + 1, stop)
            if cut > 0 and stop <= len(self._held):
                self._note(cut)
                return False
            if stop > len(self._held):
                self._grow()
            else:
                size *= 2

    def _note(self, end: int) -> None:
        data, start = self._held[self._done : end], self._before + self._done
        self._done = end
        self._check(data)
        numbers = self._scanner.numbers(data, self._spans[-1].last if self._spans else 0)
        if data and not numbers:
            # Blanks alone: the exact path keeps them where they are.
            raise NotSimpleError
        if data:
            self._spans.append(BlockSpan(start, start + len(data), numbers[0], numbers[-1]))

    def _check(self, data: bytes) -> None:
        if (b"!" in data and b"<!" in data) or (b"?" in data and b"<?" in data) or b"xmlns" in data:
            raise NotSimpleError
        self._has_formulas = self._has_formulas or self._formula in data
        if self._has_formulas and not self._has_arrays:
            self._has_arrays = b"dataTable" in data or b't="array' in data or b"t='array" in data


def _exact_layout(sheet: SheetText) -> Layout:
    data = sheet.text.whole()
    rows = next(root_node(data).named(b"sheetData"), None)
    if rows is None:
        raise DamagedFile(f"{sheet.text.name} has no rows' element")
    children = list(rows.children())
    found = [node for node in children if node.local == b"row" and node.is_main]
    listed = RowList(found, rows.inner)
    inside = data[rows.inner : rows.close]
    span = BlockSpan(rows.inner, rows.close, min(listed.found, default=0), max(listed.found, default=0))
    return Layout(
        head=data[: rows.inner],
        tail=data[rows.close :],
        spans=(span,),
        has_formulas=b"f>" in inside,
        has_array_formulas=b"array" in inside or b"dataTable" in inside,
        exact=Block(inside, listed),
        is_pure=len(found) == len(children),
    )
