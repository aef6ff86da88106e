"""Filters and sort orders, of a sheet or of a table, after a shift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.references.areas import shift_text, written
from skills.spreadsheets.document.references.holders.elements import child, children, discard, named

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.geometry import Shift


def shift_filters(root: Element, shift: Shift) -> None:
    """Every `autoFilter` and `sortState` below `root`; those whose cells are deleted go."""
    for filtered in named(root, "autoFilter"):
        _shift_filter(filtered, shift)
    for sort in named(root, "sortState"):
        _shift_sort(sort, shift)


def _shift_sort(sort: Element, shift: Shift) -> None:
    conditions = list(children(sort, "sortCondition"))
    for element in (*conditions, sort):
        moved = shift_text(element.get("ref", ""), shift)
        if moved is None:
            discard(element)
        else:
            element.set("ref", moved)
    if conditions and child(sort, "sortCondition") is None:
        discard(sort)


def _shift_filter(filtered: Element, shift: Shift) -> None:
    area = Area.find(filtered.get("ref", ""))
    if area is None:
        return
    moved = shift.area(area)
    if moved is None:
        discard(filtered)
        return
    filtered.set("ref", written(moved))
    if shift.axis == "column":
        for column in list(children(filtered, "filterColumn")):
            line = shift.line(area.left + int(column.get("colId", "0")))
            if line is None:
                filtered.remove(column)
            else:
                column.set("colId", str(line - moved.left))
