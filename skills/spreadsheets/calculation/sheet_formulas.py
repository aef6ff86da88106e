"""The formulas of a sheet and what they read, known again in the next version unless one of them has changed."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skills.spreadsheets.calculation.dependants import Node
from skills.spreadsheets.calculation.formula_runs import formula_runs
from skills.spreadsheets.calculation.windows import Window, windows
from skills.spreadsheets.document.patches import Content

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from skills.spreadsheets.calculation.formula_runs import FormulaRun
    from skills.spreadsheets.calculation.reads import Reader, Reads
    from skills.spreadsheets.document.sheet import Sheet


@dataclass(frozen=True, slots=True)
class _Formula:
    """A node of whatever state of the sheet has this formula."""

    run: Callable[[Sheet], FormulaRun]
    reads: Reads
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class _Formulas:
    """Those stored in a sheet; `context` is all that what they read depends on besides their own text."""

    context: Hashable
    stored: Sequence[_Formula]

    def nodes(self, sheet: Sheet) -> list[Node]:
        return [Node(each.run(sheet), each.reads, each.windows) for each in self.stored]


def sheet_nodes(reader: Reader, sheet: Sheet) -> list[Node]:
    """A worksheet's formulas, pending ones in place of those they overwrite."""
    context = (sheet.name, reader.context)
    known = next(
        (each for each in sheet.formulas_known if isinstance(each, _Formulas) and each.context == context), None
    )
    if known is not None and not _has_pending_formulas(sheet):
        nodes = known.nodes(sheet)
        if not _is_any_overwritten(nodes, sheet):
            return nodes
    found = formula_runs(sheet)
    nodes = [node for run in found.runs for node in _nodes(reader, run)]
    if found.are_all_stored:
        stored = [_Formula(node.run.elsewhere(), node.reads, node.windows) for node in nodes]
        sheet.formulas_known[:] = [_Formulas(context, stored)]
    return nodes


def _nodes(reader: Reader, run: FormulaRun) -> Iterator[Node]:
    first = reader.reads(run.text, run.key, run.top, run.column)
    if run.top == run.bottom:
        yield Node(run, first, tuple(Window(*read) for read in first.areas))
        return
    last = reader.reads(run.text_at(run.bottom), run.key, run.bottom, run.column)
    found = windows(first.areas, last.areas, run.top, run.bottom)
    if found is not None:
        yield Node(run, first, found)
        return
    for row in range(run.top, run.bottom + 1):
        yield from _nodes(reader, run.part(row, row))


def _has_pending_formulas(sheet: Sheet) -> bool:
    return any(isinstance(each, Content) and each.formula is not None for each in sheet.patches.contents())


def _is_any_overwritten(nodes: Sequence[Node], sheet: Sheet) -> bool:
    """Whether something else is to stand in place of one of these formulas."""
    rows: dict[int, list[int]] = defaultdict(list)
    for row, columns in sorted(sheet.patches.cells.items()):
        for column, patch in columns.items():
            if isinstance(patch.content, Content):
                rows[column].append(row)
    for node in nodes:
        pending = rows.get(node.run.column, ())
        at = bisect_left(pending, node.run.top)
        if at < len(pending) and pending[at] <= node.run.bottom:
            return True
    return False
