"""One evaluation: the formulas that can be computed and all they read go into the engine, their results come out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ironcalc import WorkbookError

from skills.spreadsheets.calculation.dependants import Graph, Node, Stretch, cells_read
from skills.spreadsheets.calculation.engine import (
    CIRCULAR,
    EXCEL_ERRORS,
    NOT_IMPLEMENTED,
    Engine,
    as_typed,
    unknown_functions,
)
from skills.spreadsheets.calculation.formula_pattern import Pattern
from skills.spreadsheets.calculation.inputs import feed
from skills.spreadsheets.calculation.reads import is_called
from skills.spreadsheets.calculation.respelling import respelt
from skills.spreadsheets.calculation.review import Review
from skills.spreadsheets.calculation.second_opinion import SECOND_ALONE, Opinion
from skills.spreadsheets.calculation.spelt_names import SpeltNames
from skills.spreadsheets.calculation.spills import Scratch, may_spill
from skills.spreadsheets.calculation.structured import Tables
from skills.spreadsheets.calculation.subtotals import (
    HiddenRows,
    hold_subtotals,
    holds_subtotals,
    leaves_out_hidden,
    leaves_out_subtotals,
    reads_formulas,
)
from skills.spreadsheets.document.addresses import Area, cell_name
from skills.spreadsheets.document.cells import CellError, CellValue

if TYPE_CHECKING:
    from skills.spreadsheets.calculation.formula_runs import FormulaRun
    from skills.spreadsheets.document.workbook import Workbook

MOST_READ: Final = 200_000_000
"""Cells that formulas of one calculation may read together: some ten seconds of the engine's work."""

_SPILL: Final = CellError("#SPILL!")
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
    """What formulas give: `values` one a row, of an array the anchor's; None: not known here.

    Of an array, `filled` holds the values of all its cells and `area` what it fills now.
    """

    run: FormulaRun
    values: Sequence[CellValue] = ()
    area: Area | None = None
    filled: dict[tuple[int, int], CellValue] | None = None
    is_known: bool = True


class Computing:
    """Computes stale formulas of a book; `uncomputed` fills while outcomes are read."""

    def __init__(self, book: Workbook, stale: Sequence[Node], subtotals: Sequence[FormulaRun] = ()) -> None:
        """`subtotals` are those that are up to date, which others must know for what they are."""
        self.book = book
        self._subtotals = subtotals
        self._hidden = HiddenRows(book)
        self.uncomputed: list[Uncomputed] = []
        self._blocked: list[FormulaRun] = []
        self._tables = Tables(book)
        self._engine = Engine([sheet.name for sheet in book.sheets])
        self._names = SpeltNames()
        self._scratch = Scratch(self._engine)
        reasons = self._too_much(stale) | self._obstacles(stale)
        self._computable = self._without(stale, [_all_of(node, reason) for node, reason in _reasoned(stale, reasons)])

    def outcomes(self) -> Iterator[Outcome]:
        computable = self._computable
        if computable:
            feed(self.book, self._engine, [node.run for node in computable], self._areas_read())
            self._feed_names()
            for run in self._subtotals:
                hold_subtotals(self._engine, run)
            for node in computable:
                self._feed_formulas(node.run)
            self._engine.evaluate()
            self._keep_within_bounds([node.run for node in computable if node.run.is_dynamic])
        known = {id(node): self._values(node.run) for node in computable}
        review = Review(self.book, self._engine, self._tables, [(node, known[id(node)]) for node in computable])
        failed = [failure for node in computable for failure in self._failures(node, known[id(node)], review)]
        for node in self._without(computable, failed):
            yield self._outcome(node.run, known.get(id(node)), review)
        for run in self._blocked:
            yield Outcome(run, is_known=False)

    def _keep_within_bounds(self, arrays: Sequence[FormulaRun]) -> None:
        """Arrays that would spill over what stands there are #SPILL!, for whoever reads them too.

        The engine cannot tell: it was fed only what formulas read.
        """
        spilt = [run for run in arrays if self._meets_another(run)]
        for run in spilt:
            self._engine.put_value(run.key, run.top, run.column, _SPILL)
        if spilt:
            self._engine.evaluate()
            self._keep_within_bounds([run for run in arrays if run not in spilt])

    def _meets_another(self, run: FormulaRun) -> bool:
        return self._is_taken(run, self._filled(run, self._values(run)[0]))

    def _is_taken(self, run: FormulaRun, area: Area) -> bool:
        """Whether something stands in the area that the array has not filled itself."""
        own = run.area or Area.cell(run.top, run.column)
        if own.contains(area.bottom, area.right):
            return False
        return any(not own.contains(cell.row, cell.column) and not cell.is_blank for cell in run.sheet.cells(area))

    # What cannot be computed

    def _obstacles(self, stale: Sequence[Node]) -> dict[int, str]:
        return {id(node): reason for node in stale if (reason := self._obstacle(node))}

    def _too_much(self, stale: Sequence[Node]) -> dict[int, str]:
        """All of them, where together they read more cells than can be waited for."""
        if sum(cells_read(node) for node in stale) <= MOST_READ:
            return {}
        used = {sheet.name.casefold(): sheet.used for sheet in self.book.sheets if sheet.is_worksheet}
        read = sum(cells_read(node, used) for node in stale)
        return dict.fromkeys(map(id, stale), "too many cells are read") if read > MOST_READ else {}

    def _obstacle(self, node: Node) -> str:
        if node.reads.obstacle:
            return node.reads.obstacle
        text = node.run.text
        if node.run.kind == "dataTable":
            return "a data table"
        if not text:
            return "its text is not in the file"
        if lacking := unknown_functions(text) - SECOND_ALONE:
            return f"the engine lacks {', '.join(sorted(lacking))}"
        if obstacle := self._left_out(node):
            return obstacle
        if reads_formulas(text):
            return "it asks about formulas or the file itself"
        if self.book.is_1904 and _DATES.search(text):
            return "dates counted from 1904"
        return ""

    def _left_out(self, node: Node) -> str:
        text, row = node.run.text, node.run.top
        if leaves_out_hidden(text) and any(self._hidden.within(each.key, each.at(row)) for each in node.windows):
            return "it may leave out hidden rows"
        if leaves_out_subtotals(text) and any(
            holds_subtotals(self.book.sheet(each.key), each.over(row, node.run.bottom)) for each in node.windows
        ):
            return "it leaves out other subtotals"
        return ""

    def _failures(self, node: Node, values: Sequence[CellValue], review: Review) -> Iterator[Failure]:
        """What the engines' answers show that they could not."""
        run = node.run
        is_doubtful = run.area is None and not run.is_dynamic and may_spill(run.text)
        if not (is_doubtful or review.has_verdicts or any(isinstance(value, CellError) for value in values)):
            return
        for row, value in enumerate(values, run.top):
            judged = review.verdict(run, row)
            if judged is not None:
                if isinstance(judged, str):
                    yield Failure(Stretch(node, row, row), judged)
                continue
            reason = _refusal(value, run) if isinstance(value, CellError) else ""
            if not reason and is_doubtful and self._has_spilled(run, row):
                reason = "it gives an array the engine would spill"
            if reason:
                yield Failure(Stretch(node, row, row), reason)

    def _has_spilled(self, run: FormulaRun, row: int) -> bool:
        return any(
            self._engine.value(run.key, *place) is not None and run.sheet.cell(*place) is None
            for place in ((row + 1, run.column), (row, run.column + 1))
        )

    def _without(self, nodes: Sequence[Node], failures: Sequence[Failure]) -> Sequence[Node]:
        """The nodes that neither failed nor depend on one that did; the others are blocked, with their reasons."""
        if not failures:
            return nodes
        reasons = {(id(each.stretch.node), row): each.reason for each in failures for row in each.rows}
        graph = Graph(nodes)
        areas = [(each.stretch.node.key, each.stretch.fills) for each in failures]
        for stretch in graph.downstream(areas, [each.stretch for each in failures]):
            run = stretch.part().run
            self._blocked.append(run)
            for row in range(stretch.top, stretch.bottom + 1):
                reason = reasons.get((id(stretch.node), row), "it depends on one that is not computed")
                self.uncomputed.append(Uncomputed(run.sheet.name, cell_name(row, run.column), reason))
        whole = [node for node in nodes if not node.stale]
        return [*whole, *(node.part(*rows) for node in nodes if node.stale for rows in node.rest())]

    # Feeding

    def _areas_read(self) -> dict[str, set[Area]]:
        if any(node.reads.anywhere for node in self._computable):
            return {sheet.name.casefold(): {Area.whole()} for sheet in self.book.sheets}
        areas: dict[str, set[Area]] = defaultdict(set)
        for node in self._computable:
            for window in node.windows:
                areas[window.key].add(window.over(node.run.top, node.run.bottom))
        return areas

    def _feed_names(self) -> None:
        needed = {name for node in self._computable for name in node.reads.names}
        for name in self.book.names:
            if name.name.casefold() in needed:
                scope = None if name.sheet is None else name.sheet.casefold()
                text = self._tables.resolved(name.text, name.sheet or "", 0, 0)
                if is_called(text or name.text) or not self._engine.put_name(name.name, scope, text or name.text):
                    self._names.add(name.name, scope, text or name.text)

    def _feed_formulas(self, run: FormulaRun) -> None:
        typed = respelt(as_typed(run.text))
        rows = range(run.top, run.bottom + 1)
        if "[" not in typed and not self._names and run.kind != "array":
            pattern = Pattern.of("=" + typed, run.top)
            self._engine.put_formulas(run.key, run.column, zip(rows, pattern.texts(run.top, run.bottom), strict=True))
            return
        pattern = Pattern.of(typed, run.top)
        for row in rows:
            try:
                self._feed_formula(run, row, pattern.at(row) or "#REF!")
            except WorkbookError:
                self._engine.put_value(run.key, row, run.column, CellError(NOT_IMPLEMENTED))

    def _feed_formula(self, run: FormulaRun, row: int, typed: str) -> None:
        spelt = self._names.spelt(typed, run.key, row, run.column)
        text = self._tables.resolved(spelt, run.sheet.name, row, run.column)
        if text is None:
            self._engine.put_value(run.key, row, run.column, CellError("#REF!"))
        elif run.kind == "array" and not run.is_dynamic and run.area is not None:
            self._engine.put_array(run.key, row, run.column, (run.area.rows, run.area.columns), text)
        else:
            self._engine.put_formula(run.key, row, run.column, text)
            if run.is_dynamic:
                self._scratch.put(run, text)

    # Results

    def _outcome(self, run: FormulaRun, values: Sequence[CellValue] | None, review: Review) -> Outcome:
        values = self._values(run) if values is None else values
        if run.kind != "array":
            return Outcome(run, review.over(run, values))
        opinion = review.verdict(run, run.top)
        if isinstance(opinion, Opinion) and not self._is_taken(run, opinion.area):
            return Outcome(run, [opinion.value], opinion.area, opinion.values)
        area = self._filled(run, values[0])
        filled = {place: self._engine.value(run.key, *place) for place in area.cells()}
        return Outcome(run, values, area, filled)

    def _filled(self, run: FormulaRun, value: CellValue) -> Area:
        here = Area.cell(run.top, run.column)
        if not run.is_dynamic:
            return run.area or here
        if value == _SPILL:
            return here
        rows, columns = self._scratch.size(run)
        return Area(run.top, run.column, run.top + rows - 1, run.column + columns - 1)

    def _values(self, run: FormulaRun) -> Sequence[CellValue]:
        return self._engine.values(run.key, run.column, range(run.top, run.bottom + 1))


@dataclass(frozen=True, slots=True)
class Failure:
    """Formulas the engine has no answer for."""

    stretch: Stretch
    reason: str

    @property
    def rows(self) -> range:
        return range(self.stretch.top, self.stretch.bottom + 1)


def _reasoned(nodes: Sequence[Node], reasons: dict[int, str]) -> Iterator[tuple[Node, str]]:
    return ((node, reasons[id(node)]) for node in nodes if id(node) in reasons)


def _all_of(node: Node, reason: str) -> Failure:
    return Failure(Stretch(node, node.run.top, node.run.bottom), reason)


def _refusal(value: CellError, run: FormulaRun) -> str:
    """Why an error is none of the formula's own."""
    if value.code == CIRCULAR:
        return "it depends on itself"
    if value.code not in EXCEL_ERRORS:
        return f"the engine answers {value.code}"
    if value.code == "#SPILL!" and not run.is_dynamic:
        return "it gives an array the engine would spill"
    return ""
