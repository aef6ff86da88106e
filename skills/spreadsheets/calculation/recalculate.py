"""After a batch of edits: all formulas that depend on it are computed, and the results that differ are written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.calculation.computing import Computing, Uncomputed
from skills.spreadsheets.calculation.dependants import Graph, Node
from skills.spreadsheets.calculation.formula_cells import FormulaCell, formula_cells
from skills.spreadsheets.calculation.load_flag import calculate_on_load
from skills.spreadsheets.calculation.reads import Reader
from skills.spreadsheets.calculation.results import write_outcome
from skills.spreadsheets.document.addresses import Area, cell_name

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
    stale, left_out = _stale_nodes(book)
    book.stale.clear()
    if left_out:
        calculate_on_load(book)
    if not stale:
        return Recalculation(left_out=left_out)
    computing = Computing(book, stale)
    outcomes = list(computing.outcomes())
    changed, errors = 0, list[NewError]()
    for outcome in outcomes:
        is_changed = write_outcome(outcome)
        changed += is_changed
        if is_changed and outcome.error and outcome.cell.cached_kind != "e":
            errors.append(NewError(outcome.cell.sheet.name, _place(outcome.cell), outcome.error))
    if computing.uncomputed:
        calculate_on_load(book)
    return Recalculation(len(outcomes), changed, tuple(errors), tuple(computing.uncomputed), left_out)


def _stale_nodes(book: Workbook) -> tuple[list[Node], int]:
    """The formulas to compute, and how many could not be followed."""
    reader = Reader(book)
    nodes = [
        Node(cell, reader.reads(cell.text, sheet.name.casefold(), cell.row, cell.column))
        for sheet in book.sheets
        if sheet.is_worksheet
        for cell in formula_cells(sheet)
    ]
    if not nodes:
        return [], 0
    changed, own = _areas(book, book.stale.changed), _areas(book, book.stale.uncomputed)
    graph = Graph(nodes, lambda cell: cell.sheet.name.casefold())
    return graph.downstream(changed, _standing_in(nodes, [*changed, *own])), graph.left_out


def _areas(book: Workbook, by_part: dict[str, list[Area]]) -> list[tuple[str, Area]]:
    keys = {sheet.part: sheet.name.casefold() for sheet in book.sheets}
    return [(keys[part], area) for part, areas in by_part.items() if part in keys for area in areas]


def _standing_in(nodes: Sequence[Node], areas: Sequence[tuple[str, Area]]) -> list[Node]:
    """The formulas that stand in the areas, or fill some of them."""
    by_sheet: dict[str, list[Area]] = defaultdict(list)
    for key, area in areas:
        by_sheet[key].append(area)
    single = {(key, area.top, area.left) for key, area in areas if area.is_cell}
    wide = {key: [area for area in found if not area.is_cell] for key, found in by_sheet.items()}
    return [node for node in nodes if _stands_in(node, single, wide)]


def _stands_in(node: Node, single: set[tuple[str, int, int]], wide: dict[str, list[Area]]) -> bool:
    cell = node.cell
    key = cell.sheet.name.casefold()
    if (key, cell.row, cell.column) in single:
        return True
    return any(area.contains(cell.row, cell.column) for area in wide.get(key, ()))


def _place(cell: FormulaCell) -> str:
    return cell_name(cell.row, cell.column)


def _more(found: Sequence[object]) -> str:
    return f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
