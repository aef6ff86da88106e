"""The first engine's answers to doubtful formulas held against a second engine's, with all that depends on them."""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.calculation.dependants import Graph, Node, Stretch, cells_read
from skills.spreadsheets.calculation.engine import as_typed
from skills.spreadsheets.calculation.second_opinion import (
    FIRST_SURE_DAY,
    MOST_FORMULAS,
    MOST_INPUTS,
    MOST_READ,
    Opinion,
    filled_cells,
    is_doubtful,
    is_lacking,
    is_of_early_days,
    is_suspect,
    opinions,
)
from skills.spreadsheets.calculation.spelt_names import SpeltNames
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import CellError, CellValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skills.spreadsheets.calculation.engine import Engine
    from skills.spreadsheets.calculation.formula_runs import FormulaRun
    from skills.spreadsheets.calculation.second_opinion import Place
    from skills.spreadsheets.calculation.structured import Tables
    from skills.spreadsheets.document.workbook import Workbook

_TOO_MANY: Final = "the engine may be wrong about it, and it is too much to compute twice"
_LACKING: Final = "neither engine can compute it"
_DIFFER: Final = "two engines answer differently"

Verdict = Opinion | str | None
"""What to write instead of the first engine's answer, why nothing can be written, or None: its answer stands."""


class Review:
    """Of one evaluation."""

    def __init__(
        self, book: Workbook, engine: Engine, tables: Tables, known: Sequence[tuple[Node, Sequence[CellValue]]]
    ) -> None:
        """`known` are the formulas computed, with the first engine's answers."""
        self._book = book
        self._engine = engine
        self._tables = tables
        self._verdicts: dict[Place, Opinion | str] = {}
        nodes = [node for node, _ in known]
        doubtful = [node for node in nodes if is_doubtful(node.run)]
        if doubtful and not self._judge(doubtful, _downstream(nodes, doubtful)):
            for node in doubtful:
                self._verdicts |= dict.fromkeys(_places(node.run), _TOO_MANY)
        suspect = [node for node, values in known if is_suspect(node.run, values) and not is_doubtful(node.run)]
        early = [node for node in nodes if not is_doubtful(node.run) and self._reads_early_days(node)]
        suspect += [node for node in early if node not in suspect]
        if suspect:
            # Too many of these keep their errors, which are there to be seen and mostly right.
            self._judge(suspect, _downstream(nodes, suspect))

    @property
    def has_verdicts(self) -> bool:
        return bool(self._verdicts)

    def verdict(self, run: FormulaRun, row: int) -> Verdict:
        return self._verdicts.get((run.key, row, run.column)) if self._verdicts else None

    def over(self, run: FormulaRun, values: Sequence[CellValue]) -> Sequence[CellValue]:
        """The values of a run, those of the second engine where they count."""
        if not self._verdicts:
            return values
        judged = (self.verdict(run, row) for row in range(run.top, run.bottom + 1))
        return [
            opinion.value if isinstance(opinion, Opinion) else value
            for opinion, value in zip(judged, values, strict=True)
        ]

    def _judge(self, doubtful: Sequence[Node], affected: Sequence[Node]) -> bool:
        """False when it is too much to compute twice."""
        inputs = self._inputs(affected)
        if inputs is None or self._is_too_much(affected):
            return False
        texts = self._texts(affected)
        found = opinions([sheet.name for sheet in self._book.sheets], texts, inputs)
        own = {place for node in doubtful for place in _places(node.run)}
        verdicts = {place: _verdict(run, self._engine, found[place]) for run, place in _each(affected)}
        if all(verdicts[place] is None for place in own):
            return True  # nothing that depends on them is other than the first engine has it
        self._verdicts |= {place: verdict for place, verdict in verdicts.items() if verdict is not None}
        return True

    def _reads_early_days(self, node: Node) -> bool:
        """Whether a cell it names is shown as a date and lies before 1 March 1900."""
        run = node.run
        if not is_of_early_days(run):
            return False
        return any(
            isinstance(value, float)
            and 1 <= value < FIRST_SURE_DAY
            and self._is_date(window.key, row, window.at(at).left)
            for window in node.windows
            if window.at(run.top).is_cell
            for at in range(run.top, run.bottom + 1)
            for row in [window.at(at).top]
            for value in [self._engine.value(window.key, row, window.at(at).left)]
        )

    def _is_date(self, key: str, row: int, column: int) -> bool:
        cell = self._book.sheet(key).cell(row, column)
        return cell is not None and self._book.styles.is_date(cell.style)

    def _is_too_much(self, affected: Sequence[Node]) -> bool:
        if sum(len(node.run.cached) for node in affected) > MOST_FORMULAS:
            return True
        keys = {window.key for node in affected for window in node.windows}
        used = {
            key: Area(1, 1, max(1, rows), max(1, columns))
            for key in keys
            for rows, columns in [self._engine.extent_of(key)]
        }
        return sum(cells_read(node, used) for node in affected) > MOST_READ

    def _inputs(self, affected: Sequence[Node]) -> list[tuple[Place, CellValue]] | None:
        """What the formulas read that none of them fills; None when that is too much."""
        if any(node.reads.anywhere for node in affected):
            return None
        own = {(node.key, *cell) for node in affected for cell in node.run.fills.cells()}
        areas = [
            (window.key, window.over(node.run.top, node.run.bottom)) for node in affected for window in node.windows
        ]
        found = list(islice(filled_cells(self._engine, areas), MOST_INPUTS + 1))
        return None if len(found) > MOST_INPUTS else [(place, value) for place, value in found if place not in own]

    def _texts(self, affected: Sequence[Node]) -> dict[Place, str]:
        names = SpeltNames()
        for name in self._book.names:
            text = self._tables.resolved(name.text, name.sheet or "", 0, 0)
            names.add(name.name, None if name.sheet is None else name.sheet.casefold(), text or name.text)
        texts: dict[Place, str] = {}
        for run, place in _each(affected):
            spelt = names.spelt(as_typed(run.text_at(place[1])), *place)
            texts[place] = self._tables.resolved(spelt, run.sheet.name, place[1], place[2]) or "#REF!"
        return texts


def _verdict(run: FormulaRun, engine: Engine, theirs: Opinion) -> Verdict:
    row, column = theirs.area.top, theirs.area.left
    mine = engine.value(run.key, row, column)
    if isinstance(theirs.value, CellError):
        if is_lacking(mine):
            return _LACKING if is_lacking(theirs.value) else theirs
        return None if mine == theirs.value else _DIFFER
    if run.kind != "array":
        if not theirs.area.is_cell:
            return "it gives an array the engine would spill"
        return None if _is_same(mine, theirs.value) else theirs
    if not run.is_dynamic and run.area is not None and run.area != theirs.area:
        return _spread(theirs, run.area) if theirs.area.is_cell else _DIFFER
    are_same = all(_is_same(engine.value(run.key, *place), value) for place, value in theirs.values.items())
    return None if are_same else theirs


def _spread(opinion: Opinion, area: Area) -> Opinion:
    """One value in all cells of an array formula."""
    return Opinion(opinion.value, area, dict.fromkeys(area.cells(), opinion.value))


def _is_same(one: CellValue, other: CellValue) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-300)
    return one == other


def _downstream(nodes: Sequence[Node], first: Sequence[Node]) -> list[Node]:
    """The first and all that depend on them."""
    fresh = {id(node): Node(node.run, node.reads, node.windows) for node in nodes}
    starting = [Stretch(fresh[id(node)], node.run.top, node.run.bottom) for node in first]
    areas = [(stretch.node.key, stretch.fills) for stretch in starting]
    return [stretch.part() for stretch in Graph(list(fresh.values())).downstream(areas, starting)]


def _places(run: FormulaRun) -> list[Place]:
    return [(run.key, row, run.column) for row in range(run.top, run.bottom + 1)]


def _each(nodes: Sequence[Node]) -> list[tuple[FormulaRun, Place]]:
    return [(node.run, place) for node in nodes for place in _places(node.run)]
