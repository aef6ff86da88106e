"""One evaluation: the formulas that can be computed and all they read go into the engine, their results come out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ironcalc import WorkbookError

from skills.spreadsheets.calculation.dependants import Graph, Node
from skills.spreadsheets.calculation.engine import CIRCULAR, EXCEL_ERRORS, Engine, as_typed, unknown_functions
from skills.spreadsheets.calculation.inputs import Wanted
from skills.spreadsheets.calculation.spelt_names import SpeltNames
from skills.spreadsheets.calculation.spills import Scratch, may_spill
from skills.spreadsheets.calculation.structured import Tables
from skills.spreadsheets.document.addresses import Area, cell_name
from skills.spreadsheets.document.cells import CellError, CellValue

if TYPE_CHECKING:
    from skills.spreadsheets.calculation.formula_cells import FormulaCell
    from skills.spreadsheets.document.workbook import Workbook

MOST_READ: Final = 200_000_000
"""Cells that formulas of one calculation may read together: some ten seconds of the engine's work."""

_DATES: Final = re.compile(
    r"\b(?:DATE|DATEVALUE|YEAR|MONTH|DAY|WEEKDAY|WEEKNUM|EOMONTH|EDATE|TODAY|NOW|DATEDIF|NETWORKDAYS|WORKDAY|TEXT)\(",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Uncomputed:
    """A formula the engine cannot answer for, and why."""

    sheet: str
    cell: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a formula gives; `values` holds all cells of an array, `area` what it fills now. None: not known here."""

    cell: FormulaCell
    value: CellValue
    area: Area | None = None
    values: dict[tuple[int, int], CellValue] | None = None
    is_known: bool = True

    @property
    def error(self) -> str:
        return self.value.code if isinstance(self.value, CellError) else ""


class Computing:
    """Computes stale formulas of a book; `uncomputed` fills while outcomes are read."""

    def __init__(self, book: Workbook, stale: Sequence[Node]) -> None:
        self.book = book
        self.uncomputed: list[Uncomputed] = []
        self._tables = Tables(book)
        self._engine = Engine([sheet.name for sheet in book.sheets])
        self._names = SpeltNames()
        self._scratch = Scratch(self._engine)
        self._blocked: set[int] = set()
        self._block_all(stale, self._too_much(stale) | self._obstacles(stale))
        self._stale = stale
        self._computable = [node for node in stale if id(node) not in self._blocked]

    def outcomes(self) -> Iterator[Outcome]:
        if self._computable:
            self._feed()
            self._engine.evaluate()
        failed = {id(node): reason for node in self._computable if (reason := self._failure(node))}
        self._block_all(self._stale, failed)
        for node in self._stale:
            if id(node) in self._blocked:
                yield Outcome(node.cell, None, is_known=False)
            else:
                yield self._outcome(node.cell)

    # What cannot be computed

    def _obstacles(self, stale: Sequence[Node]) -> dict[int, str]:
        return {id(node): reason for node in stale if (reason := self._obstacle(node))}

    def _too_much(self, stale: Sequence[Node]) -> dict[int, str]:
        """All of them, where together they read more cells than can be waited for."""
        used = {sheet.name.casefold(): sheet.used for sheet in self.book.sheets if sheet.is_worksheet}
        read = sum(_cells(area, used.get(key)) for node in stale for key, area in node.reads.areas if not area.is_cell)
        return dict.fromkeys(map(id, stale), "too many cells are read") if read > MOST_READ else {}

    def _obstacle(self, node: Node) -> str:
        if node.reads.obstacle:
            return node.reads.obstacle
        text = node.cell.text
        if node.cell.kind == "dataTable":
            return "a data table"
        if not text:
            return "its text is not in the file"
        if lacking := unknown_functions(text):
            return f"the engine lacks {', '.join(sorted(lacking))}"
        if self.book.is_1904 and _DATES.search(text):
            return "dates counted from 1904"
        return ""

    def _failure(self, node: Node) -> str:
        """What the engine's answer shows that it could not."""
        cell = node.cell
        value = self._engine.value(cell.sheet.name.casefold(), cell.row, cell.column)
        if isinstance(value, CellError):
            if value.code == CIRCULAR:
                return "it depends on itself"
            if value.code not in EXCEL_ERRORS:
                return f"the engine answers {value.code}"
            if value.code == "#SPILL!" and not cell.is_dynamic:
                return "it gives an array the engine would spill"
        if cell.area is None and not cell.is_dynamic and may_spill(cell.text) and self._has_spilled(cell):
            return "it gives an array the engine would spill"
        return ""

    def _has_spilled(self, cell: FormulaCell) -> bool:
        key = cell.sheet.name.casefold()
        return any(
            self._engine.value(key, row, column) is not None and cell.sheet.cell(row, column) is None
            for row, column in ((cell.row + 1, cell.column), (cell.row, cell.column + 1))
        )

    def _block_all(self, stale: Sequence[Node], reasons: dict[int, str]) -> None:
        """Block these formulas and all that depend on them, each with the reason that stops it."""
        if not reasons:
            return
        first = [node for node in stale if id(node) in reasons]
        fresh = [Node(node.cell, node.reads) for node in stale]
        originals = {id(copy): node for copy, node in zip(fresh, stale, strict=True)}
        starting = [copy for copy in fresh if id(originals[id(copy)]) in reasons]
        areas = [(node.cell.sheet.name.casefold(), node.fills) for node in first]
        for copy in Graph(fresh, _key).downstream(areas, starting):
            node = originals[id(copy)]
            if id(node) in self._blocked:
                continue
            self._blocked.add(id(node))
            reason = reasons.get(id(node), "it depends on one that is not computed")
            name = cell_name(node.cell.row, node.cell.column)
            self.uncomputed.append(Uncomputed(node.cell.sheet.name, name, reason))

    # Feeding

    def _feed(self) -> None:
        self._feed_names()
        self._feed_values()
        for node in self._computable:
            try:
                self._feed_formula(node.cell)
            except WorkbookError:
                key = node.cell.sheet.name.casefold()
                self._engine.put_value(key, node.cell.row, node.cell.column, CellError("#N/IMPL!"))

    def _feed_names(self) -> None:
        needed = {name for node in self._computable for name in node.reads.names}
        for name in self.book.names:
            if name.name.casefold() in needed:
                scope = None if name.sheet is None else name.sheet.casefold()
                text = self._tables.resolved(name.text, name.sheet or "", 0, 0)
                if not self._engine.put_name(name.name, scope, text or name.text):
                    self._names.add(name.name, scope, text or name.text)

    def _feed_values(self) -> None:
        areas: dict[str, set[Area]] = defaultdict(set)
        for node in self._computable:
            for key, area in node.reads.areas:
                areas[key].add(area)
        if any(node.reads.anywhere for node in self._computable):
            areas = {sheet.name.casefold(): {Area.whole()} for sheet in self.book.sheets}
        own = self._own_cells()
        for sheet in self.book.sheets:
            key = sheet.name.casefold()
            if key not in areas or not sheet.is_worksheet:
                continue
            wanted = Wanted(areas[key])
            computed = own.get(key, set())
            for stretch in wanted.stretches():
                for cell in sheet.cells(stretch):
                    place = (cell.row, cell.column)
                    if cell.value is not None and place not in computed and wanted.holds(*place):
                        self._engine.put_value(key, cell.row, cell.column, cell.value)

    def _own_cells(self) -> dict[str, set[tuple[int, int]]]:
        """The cells the computed formulas fill themselves: what they held before is no input."""
        own: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for node in self._computable:
            own[node.cell.sheet.name.casefold()].update(node.fills.cells())
        return own

    def _feed_formula(self, cell: FormulaCell) -> None:
        key = cell.sheet.name.casefold()
        spelt = self._names.spelt(as_typed(cell.text), key, cell.row, cell.column)
        text = self._tables.resolved(spelt, cell.sheet.name, cell.row, cell.column)
        if text is None:
            self._engine.put_value(key, cell.row, cell.column, CellError("#REF!"))
        elif cell.kind == "array" and not cell.is_dynamic and cell.area is not None:
            self._engine.put_array(key, cell.row, cell.column, (cell.area.rows, cell.area.columns), text)
        else:
            self._engine.put_formula(key, cell.row, cell.column, text)
            if cell.is_dynamic:
                self._scratch.put(cell, text)

    # Results

    def _outcome(self, cell: FormulaCell) -> Outcome:
        if cell.kind != "array":
            return Outcome(cell, self._value(cell, cell.row, cell.column))
        area = self._filled(cell)
        values = {place: self._value(cell, *place) for place in area.cells()}
        return Outcome(cell, values[cell.row, cell.column], area, values)

    def _filled(self, cell: FormulaCell) -> Area:
        here = Area.cell(cell.row, cell.column)
        if not cell.is_dynamic:
            return cell.area or here
        value = self._value(cell, cell.row, cell.column)
        if isinstance(value, CellError) and value.code == "#SPILL!":
            return here
        rows, columns = self._scratch.size(cell)
        return Area(cell.row, cell.column, cell.row + rows - 1, cell.column + columns - 1)

    def _value(self, cell: FormulaCell, row: int, column: int) -> CellValue:
        return self._engine.value(cell.sheet.name.casefold(), row, column)


def _cells(area: Area, used: Area | None) -> int:
    inside = area.intersection(used) if used else None
    return inside.size if inside else 0


def _key(cell: FormulaCell) -> str:
    return cell.sheet.name.casefold()
