"""After a batch of edits: all formulas that depend on it are computed, and the results that differ are written."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.calculation.computing import Computing, Uncomputed
from skills.spreadsheets.calculation.dependants import Graph, Node, Stretch
from skills.spreadsheets.calculation.load_flag import calculate_on_load
from skills.spreadsheets.calculation.reads import Reader
from skills.spreadsheets.calculation.results import Written
from skills.spreadsheets.calculation.sheet_formulas import sheet_nodes
from skills.spreadsheets.calculation.subtotals import subtotals_among
from skills.spreadsheets.document.addresses import Area

if TYPE_CHECKING:
    from skills.spreadsheets.document.workbook import Workbook

_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class NewError:
    """A formula that gives an error now and did not before."""

    sheet: str
    cell: str
    code: str


@dataclass(frozen=True, slots=True)
class Recalculation:
    """`computed` formulas depend on the edits; `changed` of them gave another result than the one cached."""

    computed: int = 0
    changed: int = 0
    errors: tuple[NewError, ...] = ()
    uncomputed: tuple[Uncomputed, ...] = ()
    left_out: int = 0

    def notes(self) -> tuple[str, ...]:
        """What the model should know, in one line each."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[str]:
        if self.errors:
            shown = ", ".join(f"{each.sheet}!{each.cell} {each.code}" for each in self.errors[:_SHOWN])
            yield f"now in error: {shown}{_more(self.errors)}"
        if self.uncomputed:
            shown = ", ".join(f"{each.sheet}!{each.cell} ({each.reason})" for each in self.uncomputed[:_SHOWN])
            yield f"not computed here, left for the application to calculate: {shown}{_more(self.uncomputed)}"
        if self.left_out:
            yield (
                f"{self.left_out:,} formulas use INDIRECT or OFFSET, too many to follow: they keep their values until "
                "the application calculates"
            )


def recalculate(book: Workbook) -> Recalculation:
    """Bring the cached values of all that depends on the pending and noted changes up to date.

    Results wait as patches, so that edits and results are written in one pass. What cannot be computed here loses
    its cached value, and the book is marked to be calculated when it is opened.
    """
    if not book.stale:
        return Recalculation()
    stale, fresh, left_out = _stale_nodes(book)
    book.stale.clear()
    if left_out:
        calculate_on_load(book)
    if not stale:
        return Recalculation(left_out=left_out)
    computing = Computing(book, stale, subtotals_among(fresh) if subtotals_among(stale) else ())
    written = Written()
    for outcome in computing.outcomes():
        written.add(outcome)
    if computing.uncomputed:
        calculate_on_load(book)
    errors = tuple(NewError(*each) for each in written.errors)
    return Recalculation(written.computed, written.changed, errors, tuple(computing.uncomputed), left_out)


def _stale_nodes(book: Workbook) -> tuple[list[Node], list[Node], int]:
    """The formulas to compute, the others, and how many could not be followed."""
    reader = Reader(book)
    nodes = [node for sheet in book.sheets if sheet.is_worksheet for node in sheet_nodes(reader, sheet)]
    if not nodes:
        return [], [], 0
    changed, own = _areas(book, book.stale.changed), _areas(book, book.stale.uncomputed)
    graph = Graph(nodes)
    stretches = graph.downstream(changed, _standing_in(nodes, [*changed, *own]))
    fresh = [node.part(*rows) for node in nodes for rows in node.rest()]
    return [stretch.part() for stretch in stretches], fresh, graph.left_out


def _areas(book: Workbook, by_part: dict[str, list[Area]]) -> list[tuple[str, Area]]:
    keys = {sheet.part: sheet.name.casefold() for sheet in book.sheets}
    return [(keys[part], area) for part, areas in by_part.items() if part in keys for area in areas]


def _standing_in(nodes: Sequence[Node], areas: Sequence[tuple[str, Area]]) -> Iterator[Stretch]:
    """The formulas that stand in the areas, or fill some of them."""
    single: dict[tuple[str, int], list[int]] = defaultdict(list)
    wide: dict[str, list[Area]] = defaultdict(list)
    for key, area in areas:
        if area.is_cell:
            single[key, area.left].append(area.top)
        else:
            wide[key].append(area)
    for rows in single.values():
        rows.sort()
    for node in nodes:
        run = node.run
        rows = single.get((run.key, run.column), ())
        for row in rows[bisect_left(rows, run.top) : bisect_right(rows, run.bottom)]:
            yield Stretch(node, row, row)
        for area in wide.get(run.key, ()):
            if area.left <= run.column <= area.right and area.top <= run.bottom and area.bottom >= run.top:
                yield Stretch(node, max(area.top, run.top), min(area.bottom, run.bottom))


def _more(found: Sequence[object]) -> str:
    return f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
