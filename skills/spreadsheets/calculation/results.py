"""Results into cells: written only where they differ from what is cached, and never left stale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.addresses import cell_name
from skills.spreadsheets.document.cell_text import FormulaText, unescape_x
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.patches import CellPatch, Content, Result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skills.spreadsheets.calculation.computing import Outcome
    from skills.spreadsheets.calculation.formula_runs import Cached, FormulaRun

# Two engines sum in another order: what differs by less is the same number.
_SAME: Final = 1e-12


class Written:
    """Outcomes written as patches, and what that came to."""

    def __init__(self) -> None:
        self.computed = self.changed = 0
        self.errors: list[tuple[str, str, str]] = []
        """Sheet, cell and code of the formulas that are in error now and were not."""

    def add(self, outcome: Outcome) -> None:
        """Patch the formulas' cells, and those an array fills."""
        run = outcome.run
        self.computed += len(run.cached)
        if not outcome.is_known:
            lost = {row: None for row, (text, _) in enumerate(run.cached, run.top) if text is not None}
            self._patch(run, lost)
            _clear_spilled(run)
        elif run.kind == "array":
            if _write_array(outcome):
                self.changed += 1
                self._note_errors(run, {run.top: outcome.values[0]})
        else:
            pairs = zip(outcome.values, run.cached, strict=True)
            found = {row: value for row, (value, cached) in enumerate(pairs, run.top) if not is_cached(cached, value)}
            self._patch(run, found)
            self._note_errors(run, found)

    def _patch(self, run: FormulaRun, values: Mapping[int, CellValue]) -> None:
        self.changed += len(values)
        if values:
            run.sheet.patches.add_results(run.column, dict(values))

    def _note_errors(self, run: FormulaRun, values: Mapping[int, CellValue]) -> None:
        for row, value in values.items():
            if isinstance(value, CellError) and run.cached[row - run.top][1] != "e":
                self.errors.append((run.sheet.name, cell_name(row, run.column), value.code))


def is_cached(cached: Cached, value: CellValue) -> bool:
    """Whether the stored result says the same."""
    text, kind = cached
    if text is None:
        return False
    if type(value) is float and kind == "n":
        return _is_same(text, value)
    match value:
        case bool():
            return kind == "b" and (text.strip() in {"1", "true"}) == value
        case float() | int():
            return kind == "n" and _is_same(text, float(value))
        case CellError():
            return kind == "e" and text == value.stored
        case str():
            return kind in {"str", "inlineStr"} and unescape_x(text) == value
        case None:
            return kind == "str" and not text


def number_of(cached: Cached) -> float | None:
    """The stored result of a formula that gave a number."""
    text, kind = cached
    try:
        return float(text) if text is not None and kind == "n" else None
    except ValueError:
        return None


def _is_same(cached: str, value: float) -> bool:
    try:
        known = float(cached)
    except ValueError:
        return False
    return known == value or math.isclose(known, value, rel_tol=_SAME, abs_tol=1e-300)


def _clear_spilled(run: FormulaRun) -> None:
    """What an array formula filled beside its own cell is not known any more than that cell's result."""
    for cell in run.sheet.cells(run.area) if run.kind == "array" and run.area is not None else ():
        if (cell.row, cell.column) != (run.top, run.column) and cell.value is not None:
            run.sheet.patches.add(cell.row, cell.column, CellPatch(Content()))


def _write_array(outcome: Outcome) -> bool:
    """The anchor's result and area, the other cells' values; cells it filled and fills no more become blank."""
    run, area, values = outcome.run, outcome.area, outcome.filled or {}
    if area is None:
        return False
    sheet, anchor = run.sheet, (run.top, run.column)
    old = {} if run.area is None else {(each.row, each.column): each.value for each in sheet.cells(run.area)}
    is_moved = area != run.area
    differing = {place: value for place, value in values.items() if place != anchor and old.get(place) != value}
    gone = [place for place in old if place not in values]
    if is_moved or not is_cached(run.cached[0], outcome.values[0]):
        formula = FormulaText(run.text, "array", area, None) if is_moved else None
        sheet.patches.add(*anchor, CellPatch(Result(outcome.values[0], formula)))
    elif not differing and not gone:
        return False
    for place, value in differing.items():
        sheet.patches.add(*place, CellPatch(Content(value)))
    for place in gone:
        sheet.patches.add(*place, CellPatch(Content()))
    return True
