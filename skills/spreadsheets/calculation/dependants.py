"""Which formulas depend on what: an index over the areas they read, asked for everything downstream of a change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from skills.spreadsheets.calculation.formula_cells import FormulaCell
from skills.spreadsheets.calculation.reads import Reads
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.stale import runs

_BAND: Final = 512  # rows; a range is filed under the bands it crosses, unless they are too many
_MAX_BANDS: Final = 8

# Each makes the engine start over: thousands in a row take it minutes.
MOST_ANYWHERE: Final = 1_000


@dataclass(slots=True)
class Node:
    """A formula in the graph; `is_stale` once something it reads has changed."""

    cell: FormulaCell
    reads: Reads
    is_stale: bool = False

    @property
    def fills(self) -> Area:
        return self.cell.area or Area.cell(self.cell.row, self.cell.column)


@dataclass(slots=True)
class _SheetReaders:
    """Who reads a sheet: single cells by place, ranges by bands of rows, the tall ones in one list."""

    cells: dict[tuple[int, int], list[Node]] = field(default_factory=dict[tuple[int, int], list[Node]])
    bands: dict[int, list[tuple[Area, Node]]] = field(default_factory=dict[int, list[tuple[Area, Node]]])
    tall: list[tuple[Area, Node]] = field(default_factory=list[tuple[Area, Node]])

    def add(self, area: Area, node: Node) -> None:
        if area.is_cell:
            self.cells.setdefault((area.top, area.left), []).append(node)
            return
        first, last = area.top // _BAND, area.bottom // _BAND
        if last - first >= _MAX_BANDS:
            self.tall.append((area, node))
            return
        for band in range(first, last + 1):
            self.bands.setdefault(band, []).append((area, node))

    def take(self, changed: Area) -> Iterable[Node]:
        """The fresh formulas that read any of it."""
        yield from self._of_cells(changed)
        first, last = changed.top // _BAND, changed.bottom // _BAND
        crossed = range(first, last + 1) if last - first < len(self.bands) else list(self.bands)
        for band in crossed:
            if first <= band <= last and band in self.bands:
                self.bands[band] = yield from _touched(self.bands[band], changed)
        self.tall = yield from _touched(self.tall, changed)

    def _of_cells(self, changed: Area) -> Iterable[Node]:
        if changed.size <= len(self.cells):
            places: Iterable[tuple[int, int]] = changed.cells()
        else:
            places = [place for place in self.cells if changed.contains(*place)]
        for place in places:
            yield from self.cells.pop(place, ())


def _touched(found: list[tuple[Area, Node]], changed: Area):
    """Yields the readers of what changed; returns those that go on waiting, stale ones dropped."""
    rest: list[tuple[Area, Node]] = []
    for area, node in found:
        if node.is_stale:
            continue
        if area.intersects(changed):
            yield node
        else:
            rest.append((area, node))
    return rest


class Graph:
    """All formulas of a book.

    `left_out` counts formulas that read no one knows what (INDIRECT, OFFSET), when they are too many to follow.
    """

    def __init__(self, nodes: Sequence[Node], key_of: Callable[[FormulaCell], str]) -> None:
        self._key_of = key_of
        self._readers: dict[str, _SheetReaders] = defaultdict(_SheetReaders)
        anywhere = [node for node in nodes if node.reads.anywhere]
        self.left_out = len(anywhere) if len(anywhere) > MOST_ANYWHERE else 0
        self._anywhere = [] if self.left_out else anywhere
        self.nodes = nodes
        for node in nodes:
            for key, area in node.reads.areas:
                self._readers[key].add(area, node)

    def downstream(self, changed: Iterable[tuple[str, Area]], first: Iterable[Node]) -> list[Node]:
        """The formulas to compute after these areas changed, and those in `first`; each is marked stale."""
        found: list[Node] = []
        wave = [*first, *self._anywhere]
        areas = list(changed)
        while wave or areas:
            reached = [node for key, area in areas for node in self._readers[key].take(area)]
            fresh = _marked([*wave, *reached])
            found += fresh
            wave, areas = [], self._filled(fresh)
        return found

    def _filled(self, nodes: Sequence[Node]) -> list[tuple[str, Area]]:
        cells: dict[str, list[tuple[int, int]]] = defaultdict(list)
        areas: list[tuple[str, Area]] = []
        for node in nodes:
            key = self._key_of(node.cell)
            if node.cell.area is None:
                cells[key].append((node.cell.row, node.cell.column))
            else:
                areas.append((key, node.cell.area))
        return [*areas, *((key, area) for key, places in cells.items() for area in runs(places))]


def _marked(nodes: Iterable[Node]) -> list[Node]:
    fresh: list[Node] = []
    for node in nodes:
        if not node.is_stale:
            node.is_stale = True
            fresh.append(node)
    return fresh
