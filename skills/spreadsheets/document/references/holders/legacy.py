"""VML drawings: the shapes of notes, form controls and embedded objects, with the cells they name."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from copilot_server.errors import DamagedFile, Refused
from copilot_server.office import xml
from skills.spreadsheets.document.references.holders.anchors import corners_after
from skills.spreadsheets.document.references.holders.elements import child, named

if TYPE_CHECKING:
    from collections.abc import Callable

    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.geometry import Shift
    from skills.spreadsheets.document.references.rewriter import Rewriter

# Excel itself writes <br> without closing it.
_OPEN_BREAK: Final = re.compile(rb"<br(\s[^>]*[^/>])?>", re.IGNORECASE)
_FORMULAS: Final = ("FmlaLink", "FmlaRange", "FmlaTxbx", "FmlaPict", "FmlaGroup")


def edit_vml(package: Package, part: str, change: Callable[[Element], None]) -> None:
    """Change the tree of a VML part; raises Refused naming a part that is no XML even with its breaks closed."""
    data = package.read(part)
    try:
        root = xml.parse(_OPEN_BREAK.sub(rb"<br\1/>", data) if b"<br" in data.lower() else data)
    except DamagedFile as error:
        raise Refused(f"the drawing {part} holds shapes tied to cells but cannot be read: {error}") from error
    before = xml.serialize(root)
    change(root)
    after = xml.serialize(root)
    if after != before:
        package.write(part, after)


def rewrite_vml_formulas(root: Element, rewriter: Rewriter, sheet: str) -> None:
    """Cells that controls are linked to or fill themselves from."""
    for element in named(root, *_FORMULAS):
        element.text = rewriter.formula(element.text or "", sheet)


def shift_vml(root: Element, shift: Shift) -> None:
    """Where shapes stand; the shape of a note goes with its cell."""
    for data in named(root, "ClientData"):
        if data.get("ObjectType") == "Note":
            _shift_note(data, shift)
        else:
            manner = _manner(data)
            _shift_anchor(data, partial(corners_after, shift=shift, manner=manner), shift.axis)


def _shift_note(data: Element, shift: Shift) -> None:
    holder = child(data, "Row" if shift.axis == "row" else "Column")
    if holder is None:
        return
    line = int(holder.text or "0") + 1
    move_note_shape(data, line, shift.line(line), shift.axis)


def move_note_shape(data: Element, line: int, target: int | None, axis: str) -> None:
    """Move the shape of a note, by its ClientData, from one row or column to another; None takes it away."""
    if target is None:
        shape = data.getparent()
        if shape is not None and (parent := shape.getparent()) is not None:
            parent.remove(shape)
        return
    holder = child(data, "Row" if axis == "row" else "Column")
    if holder is not None:
        holder.text = str(target - 1)
    by = target - line
    _shift_anchor(data, lambda first, last: (max(1, first + by), max(1, last + by)), axis)


def _manner(data: Element) -> str:
    """These two flags say "not", whatever the standard says of them: so Excel writes and reads them."""
    if child(data, "MoveWithCells") is not None:
        return "absolute"
    return "oneCell" if child(data, "SizeWithCells") is not None else "twoCell"


def _shift_anchor(data: Element, moved: Callable[[int, int], tuple[int, int]], axis: str) -> None:
    """`x:Anchor`: left column, offset, top row, offset, right column, offset, bottom row, offset."""
    anchor = child(data, "Anchor")
    numbers = [int(word) for word in (anchor.text or "").split(",")] if anchor is not None else []
    if anchor is None or len(numbers) != 8:
        return
    first, last = (2, 6) if axis == "row" else (0, 4)
    start, end = moved(numbers[first] + 1, numbers[last] + 1)
    if (start, end) != (numbers[first] + 1, numbers[last] + 1):
        numbers[first], numbers[last] = start - 1, end - 1
        anchor.text = ", ".join(map(str, numbers))
