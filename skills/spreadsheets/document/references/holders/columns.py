"""Widths and formats of columns (`cols`) after columns were inserted or deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import MAX_COLUMN
from skills.spreadsheets.document.references.holders.elements import children, discard, named

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.geometry import Shift


def shift_columns(root: Element, shift: Shift) -> None:
    """Inserted columns look like the one before them, as Excel makes them, but are not hidden with it."""
    for holder in named(root, "cols"):
        for column in list(children(holder, "col")):
            _shift_column(column, shift)


def _shift_column(column: Element, shift: Shift) -> None:
    first, last = int(column.get("min", "1")), int(column.get("max", "1"))
    is_before = last == shift.at - 1 and column.get("hidden") not in {"1", "true"}
    # Formats of the whole sheet end at its last column: there is nothing to move them for.
    span = (first, last) if last >= MAX_COLUMN and first < shift.at else shift.span(first, last)
    if span is None:
        discard(column)
        return
    grown = shift.last if is_before and not shift.deletes else span[1]
    if span[0] != first:
        column.set("min", str(span[0]))
    if grown != last:
        column.set("max", str(min(grown, MAX_COLUMN)))
