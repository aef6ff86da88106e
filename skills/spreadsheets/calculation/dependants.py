"""Which formulas depend on what: an index over the areas they read, asked for everything downstream of a change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from skills.spreadsheets.calculation.formula_runs import FormulaRun
from skills.spreadsheets.calculation.reads import Reads
from skills.spreadsheets.calculation.windows import Rows, Window
from skills.spreadsheets.document.addresses import Area

_BAND: Final = 512  # rows; a range is filed under the bands it crosses, unless they are too many
_MAX_BANDS: Final = 8
# A run that fills itself step by step (a running balance) is taken whole from here on.
_MOST_STEPS: Final = 16

# Each makes the engine start over: thousands in a row take it minutes.
MOST_ANYWHERE: Final = 1_000


@dataclass(slots=True)
class Node:
    """A run of formulas in the graph, and the rows of it that are stale: something they read has changed."""

    run: FormulaRun
    reads: Reads
    windows: tuple[Window, ...]
    stale: list[Rows] = field(default_factory=list[Rows])
    steps: int = 0

    @property
    def key(self) -> str:
        return self.run.key

    @property
    def is_done(self) -> bool:
        return self.stale == [(self.run.top, self.run.bottom)]

    def part(self, top: int, bottom: int) -> Node:
        """Some of its formulas, as if nothing they read had changed."""
        return Node(self.run.part(top, bottom), self.reads, self.windows)

    def fills(self, top: int, bottom: int) -> Area:
        """What the formulas of these rows fill."""
        return self.run.area or Area(top, self.run.column, bottom, self.run.column)

    def mark(self, top: int, bottom: int) -> list[Rows]:
        """Make these rows stale; those that were not."""
        fresh: list[Rows] = []
        at, before, after = top, list[Rows](), list[Rows]()
        low, high = top, bottom
        for one, other in self.stale:
            if other < top - 1:
                before.append((one, other))
            elif one > bottom + 1:
                after.append((one, other))
            else:
                if one > at:
                    fresh.append((at, min(one - 1, bottom)))
                at, low, high = max(at, other + 1), min(low, one), max(high, other)
        if at <= bottom:
            fresh.append((at, bottom))
        self.stale = [*before, (low, high), *after]
        return fresh

    def rest(self) -> Iterator[Rows]:
        """The rows that are not stale."""
        at = self.run.top
        for top, bottom in self.stale:
            if top > at:
                yield at, top - 1
            at = bottom + 1
        if at <= self.run.bottom:
            yield at, self.run.bottom


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of a node."""

    node: Node
    top: int
    bottom: int

    @property
    def fills(self) -> Area:
        return self.node.fills(self.top, self.bottom)

    def part(self) -> Node:
        return self.node.part(self.top, self.bottom)


_Entry = tuple[Area, Node, Window]


@dataclass(slots=True)
class _SheetReaders:
    """Who reads a sheet: single cells by place, ranges by bands of rows, the tall ones in one list."""

    cells: dict[tuple[int, int], list[Node]] = field(default_factory=dict[tuple[int, int], list[Node]])
    bands: dict[int, list[_Entry]] = field(default_factory=dict[int, list[_Entry]])
    tall: list[_Entry] = field(default_factory=list[_Entry])

    def add(self, window: Window, node: Node) -> None:
        area = window.over(node.run.top, node.run.bottom)
        if area.is_cell:
            self.cells.setdefault((area.top, area.left), []).append(node)
            return
        first, last = area.top // _BAND, area.bottom // _BAND
        if last - first >= _MAX_BANDS:
            self.tall.append((area, node, window))
            return
        for band in range(first, last + 1):
            self.bands.setdefault(band, []).append((area, node, window))

    def take(self, changed: Area) -> Iterator[Stretch]:
        """The formulas that read any of it, fresh ones among them."""
        yield from self._of_cells(changed)
        first, last = changed.top // _BAND, changed.bottom // _BAND
        crossed = range(first, last + 1) if last - first < len(self.bands) else list(self.bands)
        for band in crossed:
            if first <= band <= last and band in self.bands:
                self.bands[band] = yield from _touched(self.bands[band], changed)
        self.tall = yield from _touched(self.tall, changed)

    def _of_cells(self, changed: Area) -> Iterator[Stretch]:
        if changed.size <= len(self.cells):
            places: Iterable[tuple[int, int]] = changed.cells()
        else:
            places = [place for place in self.cells if changed.contains(*place)]
        for place in places:
            for node in self.cells.pop(place, ()):
                yield Stretch(node, node.run.top, node.run.bottom)


def _touched(found: list[_Entry], changed: Area):
    """Yields the readers of what changed; returns those that go on waiting, stale ones dropped."""
    rest: list[_Entry] = []
    for entry in found:
        area, node, window = entry
        if node.is_done:
            continue
        if area.intersects(changed):
            rows = window.readers(changed, node.run.top, node.run.bottom)
            if rows is not None:
                yield Stretch(node, *rows)
        rest.append(entry)
    return rest


class Graph:
    """All formulas of a book.

    `left_out` counts formulas that read no one knows what (INDIRECT, OFFSET), when they are too many to follow.
    """

    def __init__(self, nodes: Sequence[Node]) -> None:
        self._readers: dict[str, _SheetReaders] = defaultdict(_SheetReaders)
        anywhere = [node for node in nodes if node.reads.anywhere]
        count = sum(len(node.run.cached) for node in anywhere)
        self.left_out = count if count > MOST_ANYWHERE else 0
        self._anywhere = [] if self.left_out else anywhere
        self.nodes = nodes
        for node in nodes:
            for window in node.windows:
                self._readers[window.key].add(window, node)

    def downstream(self, changed: Iterable[tuple[str, Area]], first: Iterable[Stretch]) -> list[Stretch]:
        """The formulas to compute after these areas changed, and those in `first`; each is marked stale."""
        found: list[Stretch] = []
        wave = [*first, *(Stretch(node, node.run.top, node.run.bottom) for node in self._anywhere)]
        areas = list(changed)
        while wave or areas:
            reached = [stretch for key, area in areas for stretch in self._readers[key].take(area)]
            fresh = _marked([*wave, *reached])
            found += fresh
            wave, areas = [], _filled(fresh)
        return found


def _filled(stretches: Sequence[Stretch]) -> list[tuple[str, Area]]:
    """What they fill, the singles of a column that touch joined."""
    joined: dict[tuple[str, int], list[Area]] = {}
    areas: list[tuple[str, Area]] = []
    for stretch in stretches:
        area = stretch.fills
        if area.left != area.right:
            areas.append((stretch.node.key, area))
            continue
        column = joined.setdefault((stretch.node.key, area.left), [])
        if column and column[-1].bottom + 1 == area.top:
            column[-1] = Area(column[-1].top, area.left, area.bottom, area.right)
        else:
            column.append(area)
    return [*areas, *((key, area) for (key, _), column in joined.items() for area in column)]


def _marked(stretches: Iterable[Stretch]) -> list[Stretch]:
    fresh: list[Stretch] = []
    stepped: dict[int, Node] = {}
    for stretch in stretches:
        node = stretch.node
        is_long = node.steps > _MOST_STEPS
        top, bottom = (node.run.top, node.run.bottom) if is_long else (stretch.top, stretch.bottom)
        if rows := node.mark(top, bottom):
            fresh += [Stretch(node, *each) for each in rows]
            stepped[id(node)] = node
    for node in stepped.values():
        node.steps += 1
    return fresh


def cells_read(node: Node, used: Mapping[str, Area | None] | None = None) -> int:
    """How many cells its formulas read together; `used` are the sheets' filled areas, where that matters."""
    total = 0
    for window in node.windows:
        for row in {node.run.top, node.run.bottom}:
            area: Area | None = window.at(row)
            if used is not None:
                filled = used.get(window.key)
                area = area.intersection(filled) if filled else None
            total += area.size if area and not area.is_cell else 0
    count = len(node.run.cached)
    return total if count == 1 else total * count // 2
