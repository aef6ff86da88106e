"""Puts changed rows into a sheet's text in one pass; what stands between them is handed on as it is."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

from copilot_server.errors import Refused
from skills.spreadsheets.document.markup import attributes_of, element_in, open_root, with_attributes
from skills.spreadsheets.document.row_scanner import Block, RowList
from skills.spreadsheets.document.row_splice import RowChange

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from skills.spreadsheets.document.patches import SheetPatches
    from skills.spreadsheets.document.row_splice import RowSplicer
    from skills.spreadsheets.document.sheet_text import BlockSpan, SheetText


def spliced_rows(sheet: SheetText, patches: SheetPatches, splicer: RowSplicer) -> Iterator[bytes]:
    """The text of all the sheet's rows with the patches in it.

    Raises Refused for a sheet in which something other than rows stands among the rows.
    """
    layout = sheet.layout
    if not layout.is_pure:
        raise Refused("the sheet holds alternative content among its rows, which cannot be edited safely")
    changes = [_change(patches, number) for number in patches.touched_rows()]
    if not layout.spans:
        yield from map(splicer.new_row, changes)
        return
    shares = _shares(layout.spans, changes)
    wanted = {span for span, share in zip(layout.spans, shares, strict=True) if share}
    for block, share in zip(sheet.all_blocks(wanted.__contains__), shares, strict=True):
        if isinstance(block, Block):
            yield from _spliced(block, share, splicer, is_exact=layout.exact is not None)
        else:
            yield block


def _change(patches: SheetPatches, number: int) -> RowChange:
    return RowChange(number, patches.cells.get(number, {}), patches.rows.get(number))


def _shares(spans: Sequence[BlockSpan], changes: Sequence[RowChange]) -> list[list[RowChange]]:
    """The changes that belong to each block; what comes after all rows goes to the last."""
    shares: list[list[RowChange]] = [[] for _ in spans]
    lasts = [span.last for span in spans]
    for change in changes:
        shares[min(bisect_left(lasts, change.number), len(spans) - 1)].append(change)
    return shares


def _spliced(block: Block, changes: Sequence[RowChange], splicer: RowSplicer, *, is_exact: bool) -> Iterator[bytes]:
    if is_exact:
        _refuse_disorder(block.numbers)
    places = _places(block, changes)
    if None in places and not block.is_numbered:
        block = _numbered(block)
        places = _places(block, changes)
    at = 0
    for change, place in zip(changes, places, strict=True):
        if place is not None:
            start, end = place
            yield block.data[at:start]
            yield splicer.changed_row(block.data[start:end], change, is_exact=is_exact)
            at = end
        elif new := splicer.new_row(change):
            start = block.gap(change.number)
            yield block.data[at:start]
            yield new
            at = start
    yield block.data[at:]


def _places(block: Block, changes: Sequence[RowChange]) -> list[tuple[int, int] | None]:
    """Where the rows to change lie, in order."""
    places: list[tuple[int, int] | None] = []
    at = 0
    for change in changes:
        place = block.place(change.number, at)
        places.append(place)
        at = place[1] if place is not None else at
    return places


def _numbered(block: Block) -> Block:
    """The block with a number on every row, so that one can be put between them."""
    pieces, at = list[bytes](), 0
    for index, number in enumerate(block.numbers):
        tag = open_root(block.row(index)).tag
        if b"r" not in attributes_of(tag):
            start = block.starts[index]
            pieces += (block.data[at:start], with_attributes(tag, {b"r": str(number).encode()}))
            at = start + len(tag)
    data = b"".join((*pieces, block.data[at:]))
    rows = [node for node in element_in(b"<rows>" + data + b"</rows>", {}).children() if node.local == b"row"]
    return Block(data, RowList(rows, len(b"<rows>")))


def _refuse_disorder(numbers: Sequence[int]) -> None:
    if any(one >= other for one, other in pairwise(numbers)):
        raise Refused("the sheet holds its rows out of order or twice; open and save it in Excel first")
