"""Whether what an edit declared allows what was measured; places in one notation for both.

"Sales!B2:B9" cells · "Sales!3:5", "Sales!C:C" whole lines · "Sales!*" all of a sheet · "sheet:Sales" its tab
· "Sales!~notes" the notes and comments of its cells · "Sales!~rules" its conditional formats and validations
· "name:Rate" · "part:xl/theme/theme1.xml" · "*" everything
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from copilot_server.agent.changes import Change, Scope
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.references.sheet_names import split_location

NOTES = "~notes"
RULES = "~rules"
_OF_NOTES = frozenset({"note", "drawing"})  # the drawings are those the scope's parts let change
_OF_RULES = frozenset({"rule", "validation"})
# Consequences that no edit needs to declare: results of formulas that stayed as they are.
_ALWAYS = frozenset({"recalculated"})


def covers(scope: Scope, change: Change) -> bool:
    """Areas of one scope count together; of a folded change only the cells that differ must lie within them."""
    if change.kind in _ALWAYS or "*" in scope.places:
        return True
    if scope.kinds and change.kind not in scope.kinds:
        return False
    sheet, place = split_place(change.where)
    if sheet is None:
        return change.where.casefold() in {each.casefold() for each in scope.places}
    mine = [inner for owner, inner in map(split_place, scope.places) if owner == sheet]
    if "*" in mine or (NOTES in mine and place == "*" and change.kind in _OF_NOTES):
        return True
    if RULES in mine and change.kind in _OF_RULES:
        return True
    area = Area.find(place)
    areas = [found for inner in mine if (found := Area.find(inner))]
    return area is not None and _covers_cells(area, areas, change)


def split_place(where: str) -> tuple[str | None, str]:
    """(sheet casefolded, what is there) of "Sales!B2"; (None, …) for places on no sheet's cells."""
    sheet, place = split_location(where)
    return (
        (None, where) if sheet is None or where.startswith(("name:", "sheet:", "part:")) else (sheet.casefold(), place)
    )


def _covers_cells(area: Area, areas: Iterable[Area], change: Change) -> bool:
    left = [area]
    for each in areas:
        left = [piece for rest in left for piece in rest.outside(each)]
    return not left or (change.kind in {"cell", "cells"} and not any(_differs(piece, area, change) for piece in left))


def _differs(piece: Area, area: Area, change: Change) -> bool:
    """Whether any cell of the piece changed, as far as the change lists its cells."""
    if change.kind == "cells":
        named = {*(change.before or {}), *(change.after or {})}
        places = (Area.find(name) for name in named)
        return not change.replayable or any(place is not None and place.intersects(piece) for place in places)
    if not _is_matrix(change.before) or not _is_matrix(change.after):
        return True
    return any(
        _at(change.before, row - area.top, column - area.left) != _at(change.after, row - area.top, column - area.left)
        for row, column in piece.cells()
    )


def _is_matrix(value: Any) -> bool:
    return value is None or isinstance(value, list)


def _at(matrix: list[list[Any]] | None, row: int, column: int) -> Any:
    return None if matrix is None else matrix[row][column]
