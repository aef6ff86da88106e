"""Where drawings, controls and embedded objects are tied to cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.office.xml import local_name
from skills.spreadsheets.document.references.holders.elements import child, named

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.geometry import Shift


def shift_anchors(root: Element, shift: Shift) -> None:
    """Every anchor with its own manner of moving: with both its corners, with the first only, or not at all.

    A drawing all of whose lines are deleted keeps its size where they were: Excel would squeeze it to nothing.
    """
    for anchor in named(root, "twoCellAnchor", "oneCellAnchor"):
        shift_corners(child(anchor, "from"), child(anchor, "to"), shift, anchor.get("editAs", "twoCell"))
    for anchor in named(root, "anchor"):
        shift_corners(child(anchor, "from"), child(anchor, "to"), shift, _control_manner(anchor))


def _control_manner(anchor: Element) -> str:
    """Controls and embedded objects say it with two flags (ISO/IEC 29500-1, 18.3.1.2)."""
    if anchor.get("moveWithCells") not in {"1", "true"}:
        return "absolute"
    return "twoCell" if anchor.get("sizeWithCells") in {"1", "true"} else "oneCell"


def shift_corners(start: Element | None, end: Element | None, shift: Shift, manner: str) -> None:
    """`manner` as `editAs` has it: twoCell, oneCell or absolute."""
    if start is None or manner == "absolute":
        return
    first = _line(start, shift)
    last = first if end is None else _line(end, shift)
    new_first, new_last = corners_after(first, last, shift, manner)
    is_squeezed = shift.deletes and shift.line(first) is None
    _put(start, new_first, shift, resets=is_squeezed)
    if end is not None:
        is_cut = shift.deletes and manner == "twoCell" and shift.line(last) is None and new_last == shift.at
        _put(end, new_last, shift, resets=is_cut)


def corners_after(first: int, last: int, shift: Shift, manner: str) -> tuple[int, int]:
    """The lines (from 1) of a drawing's two corners after the shift."""
    start = _after(first, shift)
    if manner != "twoCell" or (shift.deletes and shift.at <= first and last <= shift.last):
        return start, min(start + last - first, shift.limit)
    return start, max(start, _after(last, shift))


def _after(line: int, shift: Shift) -> int:
    moved = shift.line(line)
    return moved if moved is not None else (shift.at if shift.deletes else shift.limit)


def _line(corner: Element, shift: Shift) -> int:
    cell = child(corner, "row" if shift.axis == "row" else "col")
    return int((cell.text if cell is not None else None) or "0") + 1


def _put(corner: Element, line: int, shift: Shift, *, resets: bool) -> None:
    """Set the line; the offset into it starts anew where the line it was measured in is gone."""
    name = "row" if shift.axis == "row" else "col"
    for each in corner:
        if local_name(each) == name:
            each.text = str(line - 1)
        elif resets and local_name(each) == f"{name}Off":
            each.text = "0"
