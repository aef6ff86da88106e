"""Puts changed cells into one row's text; what stands between them is handed on as it is."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused
from skills.spreadsheets.document.addresses import column_letters, column_number
from skills.spreadsheets.document.cell_text import reference_column
from skills.spreadsheets.document.markup import Node, attributes_of, element_in, open_root, with_attributes
from skills.spreadsheets.document.patches import Content
from skills.spreadsheets.document.result_splice import ResultSplicer
from skills.spreadsheets.document.row_text import style_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from skills.spreadsheets.document.cell_writer import CellWriter
    from skills.spreadsheets.document.patches import CellPatch, RowPatch

_SPANS: Final = re.compile(r"(\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class RowChange:
    """What to change in one row."""

    number: int
    cells: Mapping[int, CellPatch]
    row: RowPatch | None = None


@dataclass(frozen=True, slots=True)
class _Cells:
    """Where a row's cells start in its text."""

    row: bytes
    columns: Sequence[int]
    starts: Sequence[int]
    bound: Mapping[bytes, str]

    def node(self, index: int) -> Node:
        return element_in(self.row, self.bound, self.starts[index])

    def gap(self, index: int, tag_end: int) -> int:
        """Where a cell goes that comes before the one at `index`."""
        if index < len(self.starts):
            return self.starts[index]
        return self.node(index - 1).end if index else tag_end


class RowSplicer:
    """For the rows of one sheet. `column_style` gives the format new cells take from their column."""

    def __init__(
        self,
        prefix: bytes,
        bound: Mapping[bytes, str],
        writer: CellWriter,
        column_style: Callable[[int], int],
    ) -> None:
        self._prefix = prefix
        self._bound = bound
        self._writer = writer
        self._column_style = column_style
        self._closing = b"</" + prefix + b"row>"
        self.results = ResultSplicer(prefix, writer.result)
        name = re.escape(prefix)
        self._constant = re.compile(
            b"(<" + name + rb'c r="[A-Z]{1,3}\d{1,7}"(?: s="\d{1,9}")?)(?: t="([A-Za-z]{1,9})")?'
            b"(?:/>|>(?:<" + name + b"v>[^<]*</" + name + b"v>)?</" + name + b"c>)"
        )
        self._cell = re.compile(re.escape(b"<" + prefix) + rb'c(?: r="([A-Z]{1,3})\d{1,7}")?(?=[\s/>])')

    def new_row(self, change: RowChange) -> bytes:
        """A row where none was; empty when nothing would stand in it."""
        tag = b"<" + self._prefix + b'row r="' + str(change.number).encode() + b'">'
        if change.row is not None:
            tag = self._writer.row_tag(tag, change.row, {})
        style = style_of(attributes_of(tag))
        made = (
            self._writer.new_cell(change.number, column, patch, self._style(style, column))
            for column, patch in sorted(change.cells.items())
        )
        cells = b"".join(made)
        if not cells and change.row is None:
            return b""
        return tag + cells + self._closing

    def changed_row(self, row: bytes, change: RowChange, *, is_exact: bool) -> bytes:
        """The row with its changes; raises Refused when its cells stand out of order."""
        if not is_exact and (quick := self._replaced(row, change)) is not None:
            return quick
        if is_exact or not self._is_referenced(row):
            row = self._with_references(row, change.number)
        root = open_root(row)
        tag = root.tag
        cells = self._cells(row)
        if any(one >= other for one, other in pairwise(cells.columns)):
            raise Refused(f"row {change.number} holds its cells out of order; open and save it in Excel first")
        inherited = style_of(attributes_of(tag))
        pieces, at, widest = [tag], len(tag), (0, 0)
        for column, patch in sorted(change.cells.items()):
            index = bisect_left(cells.columns, column)
            if index < len(cells.columns) and cells.columns[index] == column:
                node = cells.node(index)
                pieces += (row[at : node.start], self._writer.changed_cell(node, change.number, column, patch))
                at = node.end
            elif new := self._writer.new_cell(change.number, column, patch, self._style(inherited, column)):
                start = cells.gap(index, len(tag))
                pieces += (row[at:start], new)
                at, widest = start, _wider(widest, column)
        pieces.append(row[at:])
        pieces[0] = self._tag(tag, change, widest)
        if tag.endswith(b"/>") and any(pieces[1:]):
            pieces = [pieces[0][:-2].rstrip() + b">", *pieces[1:], b"</" + root.name + b">"]
        return b"".join(pieces)

    def _replaced(self, row: bytes, change: RowChange) -> bytes | None:
        """The row with other constants in cells that hold one already; None where it takes more than that.

        What most edits come to, at a tenth of the cost: no cell but those that change is looked at.
        """
        if change.row is not None or b"<!" in row or b"xmlns" in row:
            return None
        pieces, at = list[bytes](), 0
        for column, patch in sorted(change.cells.items()):
            content = patch.content
            if patch.restyles or not isinstance(content, Content) or not content.is_constant:
                return None
            key = b'%bc r="%b%d"' % (b"<" + self._prefix, column_letters(column).encode(), change.number)
            start = row.find(key, at)
            old = self._constant.match(row, start) if start >= 0 else None
            if old is None or row.find(key, start + 1) >= 0:
                return None
            pieces += (row[at:start], self._writer.replaced(old[1], old[2], content.value))
            at = old.end()
        pieces.append(row[at:])
        return b"".join(pieces)

    def _tag(self, tag: bytes, change: RowChange, widest: tuple[int, int]) -> bytes:
        attributes = attributes_of(tag)
        if change.row is not None:
            tag = self._writer.row_tag(tag, change.row, attributes)
        spans = _SPANS.fullmatch(attributes.get(b"spans", "").strip())
        if spans is not None and widest[0]:
            first, last = min(int(spans[1]), widest[0]), max(int(spans[2]), widest[1])
            tag = with_attributes(tag, {b"spans": f"{first}:{last}".encode()})
        return tag

    def _style(self, of_row: int | None, column: int) -> int:
        return self._column_style(column) if of_row is None else of_row

    def _cells(self, row: bytes) -> _Cells:
        found = list(self._cell.finditer(row))
        # A cell may bind its own prefix, and is then not named as the sheet's are.
        if all(match[1] for match in found) and b"<!" not in row and b"xmlns" not in row:
            columns = [column_number(match[1].decode()) for match in found]
            return _Cells(row, columns, [match.start() for match in found], self._bound)
        nodes = list(element_in(row, self._bound).named(b"c"))
        columns = [reference_column(node.attributes.get(b"r", "")) or 0 for node in nodes]
        return _Cells(row, columns, [node.start for node in nodes], self._bound)

    def _is_referenced(self, row: bytes) -> bool:
        """Whether every cell says where it stands, the usual way."""
        return all(match[1] for match in self._cell.finditer(row))

    def _with_references(self, row: bytes, number: int) -> bytes:
        """The row with an address on every cell, so that one can be put between them."""
        pieces, at, column = list[bytes](), 0, 0
        for node in element_in(row, self._bound).named(b"c"):
            column = reference_column(node.attributes.get(b"r", "")) or column + 1
            if b"r" not in node.attributes:
                reference = {b"r": f"{column_letters(column)}{number}".encode()}
                pieces += (row[at : node.start], with_attributes(node.tag, reference))
                at = node.inner
        return b"".join((*pieces, row[at:]))


def _wider(span: tuple[int, int], column: int) -> tuple[int, int]:
    return (min(span[0] or column, column), max(span[1], column))
