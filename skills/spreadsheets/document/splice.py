"""Puts changed rows into a sheet's text in one pass; what stands between them is handed on as it is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused
from skills.spreadsheets.document.markup import attributes_of, element_in, open_root, with_attributes
from skills.spreadsheets.document.patches import CellPatch, Content, Result
from skills.spreadsheets.document.result_splice import MANY
from skills.spreadsheets.document.row_scanner import Block, RowList
from skills.spreadsheets.document.row_splice import RowChange
from skills.spreadsheets.document.sheet_text import BlockSpan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from skills.spreadsheets.document.cell_text import FormulaText
    from skills.spreadsheets.document.patches import SheetPatches
    from skills.spreadsheets.document.result_splice import Results
    from skills.spreadsheets.document.row_splice import RowSplicer
    from skills.spreadsheets.document.sheet_text import Layout, SheetText

_ARRAYS: Final = frozenset({"array", "dataTable"})


class SplicedRows:
    """The text of all the sheet's rows with the patches in it; once it is written, how the new text is cut.

    Raises Refused for a sheet in which something other than rows stands among the rows.
    """

    def __init__(
        self, sheet: SheetText, patches: SheetPatches, splicer: RowSplicer, results: Results | None = None
    ) -> None:
        """`results` are new results of stored formulas, by column and row."""
        self._sheet = sheet
        self._layout = sheet.layout
        if not self._layout.is_pure:
            raise Refused("the sheet holds alternative content among its rows, which cannot be edited safely")
        self._patches = patches
        self._splicer = splicer
        self._lengths: list[int] = []
        self._results = self._in_plenty(results or {})
        self._result_rows = sorted(set[int]().union(*self._results.values()))
        self._changes = [_change(patches, number) for number in patches.touched_rows()]
        self._shares = _shares(self._layout.spans, self._changes)

    def pieces(self) -> Iterator[bytes]:
        layout = self._layout
        if not layout.spans:
            yield from map(self._splicer.new_row, self._changes)
            return
        wanted = {span for span, share in zip(layout.spans, self._shares, strict=True) if share}
        wanted |= {span for span in layout.spans if self._has_results(span)}
        for block, share in zip(self._sheet.all_blocks(wanted.__contains__), self._shares, strict=True):
            if not isinstance(block, Block):
                self._lengths.append(len(block))
                yield block
                continue
            changed, rest = self._with_results(block, share) if self._results else (block, share)
            text = b"".join(_spliced(changed, rest, self._splicer, is_exact=layout.exact is not None))
            self._lengths.append(len(text))
            yield text

    def _in_plenty(self, results: Results) -> Results:
        """Those one pass over the text writes at less cost; few ones, and an odd sheet's, become patches."""
        if self._layout.exact is None and self._layout.spans and sum(map(len, results.values())) >= MANY:
            return results
        for column, values in results.items():
            for row, value in values.items():
                self._patches.add(row, column, CellPatch(Result(value)))
        return {}

    def _has_results(self, span: BlockSpan) -> bool:
        return bisect_left(self._result_rows, span.first) < bisect_right(self._result_rows, span.last)

    def _with_results(self, block: Block, share: Sequence[RowChange]) -> tuple[Block, Sequence[RowChange]]:
        """The block with all results that are written the usual way, and what is left to change in it."""
        first, last = block.bounds
        data, done = self._splicer.results.spliced(block.data, self._results)
        changes = {change.number: change for change in share}
        for column, values in self._results.items():
            if len(done.get(column, ())) == len(values):
                continue
            for row in values.keys() - done.get(column, set()):
                if first <= row <= last:
                    change = changes.get(row, RowChange(row, {}))
                    patch = CellPatch(Result(values[row]))
                    later = change.cells.get(column)
                    cells = {**change.cells, column: patch if later is None else patch.then(later)}
                    changes[row] = RowChange(row, cells, change.row)
        return block.rewritten(data), [changes[row] for row in sorted(changes)]

    def layout(self, head: bytes, tail: bytes) -> Layout | None:
        """How the text is cut that was written between these; None where it has to be cut anew."""
        old = self._layout
        if old.exact is not None or len(self._lengths) != len(old.spans) or not old.spans:
            return None
        spans: list[BlockSpan] = []
        at = len(head)
        for span, share, length in zip(old.spans, self._shares, self._lengths, strict=True):
            numbers = [change.number for change in share]
            spans.append(BlockSpan(at, at + length, min([span.first, *numbers]), max([span.last, *numbers])))
            at += length
        formulas = [formula for columns in self._patches.cells.values() for formula in _formulas(columns.values())]
        return replace(
            old,
            head=head,
            tail=tail,
            spans=tuple(spans),
            has_formulas=old.has_formulas or bool(formulas),
            has_array_formulas=old.has_array_formulas or any(each.kind in _ARRAYS for each in formulas),
        )


def _formulas(patches: Iterable[CellPatch]) -> list[FormulaText]:
    contents = (patch.content for patch in patches)
    return [content.formula for content in contents if isinstance(content, Content) and content.formula is not None]


def _change(patches: SheetPatches, number: int) -> RowChange:
    return RowChange(number, patches.cells.get(number, {}), patches.rows.get(number))


def _shares(spans: Sequence[BlockSpan], changes: Sequence[RowChange]) -> list[list[RowChange]]:
    """The changes that belong to each block; what comes after all rows goes to the last."""
    if not spans:
        return []
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
