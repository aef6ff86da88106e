"""Faults of totals: ranges that miss a row, sums that count other totals again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from copilot_server.agent.changes import Finding
from skills.spreadsheets.document.addresses import Area, cell_name
from skills.spreadsheets.reading.display import anchor, cut
from skills.spreadsheets.reading.grid import Column
from skills.spreadsheets.reading.view import View

_TOTAL: Final = re.compile(
    r"=(SUM|AVERAGE|COUNT|MAX|MIN|SUBTOTAL)\((?:\d+,)?(\$?[A-Z]{1,3}\$?\d+:\$?[A-Z]{1,3}\$?\d+)\)\Z", re.IGNORECASE
)
_NEAR: Final = 3
_MOST: Final = 20


def total_findings(view: View) -> Iterator[Finding]:
    """Of each column's totals over the column itself."""
    columns = (column for column in view.grid.columns.values() if column.formulas)
    found = (finding for column in columns for finding in column.noted("totals", partial(_of_column, view)))
    for finding, _ in zip(found, range(_MOST), strict=False):
        yield finding


def _of_column(view: View, column: Column) -> Sequence[Finding]:
    return tuple(_findings(view, column))


def _findings(view: View, column: Column) -> Iterator[Finding]:
    totals = {
        row: (match[1].upper(), area)
        for row, formula in column.formulas.items()
        if (match := _TOTAL.match(formula)) and (area := _own(match[2], column))
    }
    for row, (function, area) in totals.items():
        formula = column.formulas[row]
        where = anchor(view.sheet.name, cell_name(row, column.number))
        if missed := _missed(column, row, area, totals):
            text = f"{cut(formula)} leaves out {missed}, which stands beside it"
            yield Finding("total-misses", where, text, "widen the range", what=formula)
        inner = [
            each
            for each, (_, other) in totals.items()
            if each != row and area.contains(each, column.number) and area.covers(other)
        ]
        if function == "SUM" and inner:
            text = f"{cut(formula)} counts {cell_name(inner[0], column.number)} again, which is a total of its own"
            yield Finding("double-counted", where, text, "add up the subtotals, or leave them out", what=formula)


def _own(text: str, column: Column) -> Area | None:
    area = Area.find(text)
    return area if area is not None and area.left == area.right == column.number and area.rows > 1 else None


def _missed(column: Column, row: int, area: Area, totals: dict[int, tuple[str, Area]]) -> str | None:
    """The cell next to the range, towards the total or at the far end, that holds a number like the others."""
    if not 0 < row - area.bottom <= _NEAR + 1:
        return None
    between = [each for each in range(area.bottom + 1, row) if _is_number(column, each) and each not in totals]
    if between:
        return cell_name(between[0], column.number)
    above = area.top - 1
    is_data = above >= 1 and _is_number(column, above) and above not in totals and not _is_header_like(column, above)
    return cell_name(above, column.number) if is_data else None


def _is_number(column: Column, row: int) -> bool:
    value = column.value(row)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_header_like(column: Column, row: int) -> bool:
    """A year over the numbers, or a number in another format than theirs: an input above, not a row of data."""
    value, style = column.value(row), column.style(row)
    is_year = isinstance(value, int) and 1900 <= value <= 2200
    return is_year or style != column.style(row + 1) or (row in column.formulas) != (row + 1 in column.formulas)
