"""Results into cells: written only where they differ from what is cached, and never left stale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.cell_text import FormulaText
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.patches import CellPatch, Content, Result

if TYPE_CHECKING:
    from skills.spreadsheets.calculation.computing import Outcome
    from skills.spreadsheets.calculation.formula_cells import FormulaCell

# Two engines sum in another order: what differs by less is the same number.
_SAME: Final = 1e-12


def write_outcome(outcome: Outcome) -> bool:
    """Patch the formula's cell, and those its array fills; whether anything differed."""
    cell = outcome.cell
    if not outcome.is_known:
        is_changed = cell.cached is not None
        if is_changed:
            _patch(cell, Result(None))
        return is_changed
    if cell.kind == "array":
        return _write_array(outcome)
    if is_cached(cell, outcome.value):
        return False
    _patch(cell, Result(outcome.value))
    return True


def is_cached(cell: FormulaCell, value: CellValue) -> bool:
    """Whether the stored result says the same."""
    cached = cell.cached
    if cached is None:
        return False
    match value:
        case bool():
            return cell.cached_kind == "b" and (cached.strip() in {"1", "true"}) == value
        case CellError(code):
            return cell.cached_kind == "e" and cached == code
        case str():
            return cell.cached_kind in {"str", "inlineStr"} and cached == value
        case None:
            return cell.cached_kind == "str" and not cached
        case _:
            return cell.cached_kind == "n" and _is_same(cached, float(value))


def _is_same(cached: str, value: float) -> bool:
    try:
        return math.isclose(float(cached), value, rel_tol=_SAME, abs_tol=1e-300)
    except ValueError:
        return False


def _write_array(outcome: Outcome) -> bool:
    """The anchor's result and area, the other cells' values; cells it filled and fills no more become blank."""
    cell, area, values = outcome.cell, outcome.area, outcome.values or {}
    if area is None:
        return False
    old = {} if cell.area is None else {(each.row, each.column): each.value for each in cell.sheet.cells(cell.area)}
    is_moved = area != cell.area
    anchor = (cell.row, cell.column)
    differing = {place: value for place, value in values.items() if place != anchor and old.get(place) != value}
    gone = [place for place in old if place not in values]
    if is_moved or not is_cached(cell, outcome.value):
        formula = FormulaText(cell.text, "array", area, None) if is_moved else None
        _patch(cell, Result(outcome.value, formula))
    elif not differing and not gone:
        return False
    for place, value in differing.items():
        cell.sheet.patches.add(*place, CellPatch(Content(value)))
    for place in gone:
        cell.sheet.patches.add(*place, CellPatch(Content()))
    return True


def _patch(cell: FormulaCell, result: Result) -> None:
    cell.sheet.patches.add(cell.row, cell.column, CellPatch(result))
