"""What a sheet's views remember: the first cell shown, frozen panes, the selection, page breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.addresses import Area, parse_cell
from skills.spreadsheets.document.references.areas import parse_areas, shifted_areas, write_areas, written
from skills.spreadsheets.document.references.holders.elements import child, children, discard, named, recount

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.geometry import Shift

# What becomes of the panes beyond a split that is given up; "" is the only pane there is.
_FAR_PANES: Final[dict[str, dict[str, str]]] = {
    "ySplit": {"bottomLeft": "", "bottomRight": "topRight"},
    "xSplit": {"topRight": "", "bottomRight": "bottomLeft"},
}


def shift_views(root: Element, shift: Shift) -> None:
    for view in named(root, "sheetView", "customSheetView"):
        pane = child(view, "pane")
        if pane is not None:
            _shift_pane(view, pane, shift)
        _shift_corner(view, shift)
        for selection in children(view, "selection"):
            _shift_selection(selection, shift)
    for selection in named(root, "pivotSelection"):
        _shift_pivot_selection(selection, shift)


def shift_breaks(root: Element, shift: Shift) -> None:
    """Page breaks; `id` is the line before the break, so it goes with the line after it."""
    for holder in named(root, "rowBreaks" if shift.axis == "row" else "colBreaks"):
        seen: set[int] = set()
        for each in list(children(holder, "brk")):
            line = int(each.get("id", "0")) + 1
            moved = _landing(line, shift) - 1
            if moved in seen or not 0 < moved < shift.limit:
                discard(each)
            else:
                seen.add(moved)
                each.set("id", str(moved))
        recount(holder)
        if "manualBreakCount" in holder.attrib:
            holder.set("manualBreakCount", str(sum(each.get("man") in {"1", "true"} for each in holder)))


def shift_cell_attribute(element: Element, name: str, shift: Shift) -> None:
    """A remembered cell; when it is deleted, the one that took its place."""
    known = parse_cell(element.get(name, ""))
    if known:
        element.set(name, str(Area.cell(*_cell_landing(known, shift))))


def _shift_corner(view: Element, shift: Shift) -> None:
    """The first cell shown; a view that starts at the sheet's first line goes on doing so."""
    known = parse_cell(view.get("topLeftCell", ""))
    if known and (known[0] if shift.axis == "row" else known[1]) > 1:
        shift_cell_attribute(view, "topLeftCell", shift)


def _shift_pane(view: Element, pane: Element, shift: Shift) -> None:
    if pane.get("state") in {"frozen", "frozenSplit"}:
        _shift_frozen(view, pane, shift)
    shift_cell_attribute(pane, "topLeftCell", shift)


def _shift_frozen(view: Element, pane: Element, shift: Shift) -> None:
    """How many lines are frozen: from the first one shown to the last, which both may have moved."""
    name = "ySplit" if shift.axis == "row" else "xSplit"
    count = int(float(pane.get(name, "0")))
    if count < 1:
        return
    shown = parse_cell(view.get("topLeftCell", "A1")) or (1, 1)
    first = shown[0] if shift.axis == "row" else shown[1]
    span = shift.span(first, first + count - 1)
    if span is None:
        _drop_split(view, pane, name)
        return
    start = first if first == 1 else span[0]
    pane.set(name, str(span[1] - start + 1))


def _drop_split(view: Element, pane: Element, name: str) -> None:
    """No frozen line is left in this direction: the panes on its far side take the place of all."""
    far = _FAR_PANES[name]
    for selection in list(children(view, "selection")):
        if selection.get("pane", "") not in far:
            view.remove(selection)
        elif new := far[selection.get("pane", "")]:
            selection.set("pane", new)
        else:
            del selection.attrib["pane"]
    del pane.attrib[name]
    if "xSplit" in pane.attrib or "ySplit" in pane.attrib:
        pane.set("activePane", far["bottomRight"])
    else:
        view.remove(pane)


def _shift_selection(selection: Element, shift: Shift) -> None:
    areas = parse_areas(selection.get("sqref", ""))
    if areas:
        moved = shifted_areas(areas, shift)
        if len(moved) != len(areas):
            selection.attrib.pop("activeCellId", None)
        active = parse_cell(selection.get("activeCell", "A1")) or (1, 1)
        landing = Area.cell(*_cell_landing(active, shift))
        if not any(area.covers(landing) for area in moved):
            moved = [landing]
            selection.attrib.pop("activeCellId", None)
        if moved != areas:
            selection.set("sqref", write_areas(moved))
    shift_cell_attribute(selection, "activeCell", shift)


def _shift_pivot_selection(selection: Element, shift: Shift) -> None:
    for name in ("activeRow", "previousRow") if shift.axis == "row" else ("activeCol", "previousCol"):
        if name in selection.attrib:
            selection.set(name, str(_landing(int(selection.get(name, "0")) + 1, shift) - 1))


def _cell_landing(cell: tuple[int, int], shift: Shift) -> tuple[int, int]:
    row, column = cell
    return (_landing(row, shift), column) if shift.axis == "row" else (row, _landing(column, shift))


def _landing(line: int, shift: Shift) -> int:
    """Where a line stands, or, when it is gone, the line in its place."""
    moved = shift.line(line)
    return moved if moved is not None else (shift.at if shift.deletes else shift.limit)


def shift_dimension(root: Element, shift: Shift) -> None:
    """The hint at which cells are used."""
    for element in named(root, "dimension"):
        area = Area.find(element.get("ref", ""))
        if area is not None and (moved := shift.area(area)) != area:
            element.set("ref", written(moved) if moved else "A1")
