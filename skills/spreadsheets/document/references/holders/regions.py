"""The remaining regions of a sheet that name its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused
from copilot_server.office.xml import local_name
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.references.areas import parse_areas, shift_text, shifted_areas, write_areas, written
from skills.spreadsheets.document.references.holders.elements import children, discard, named, recount
from skills.spreadsheets.document.references.holders.views import shift_cell_attribute

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.geometry import Shift
    from skills.spreadsheets.document.references.rewriter import ShiftRewriter

# Elements that stand for cells and go with them: element -> the attribute that names the cells.
_ALONG: Final = {
    "protectedRange": "sqref",
    "ignoredError": "sqref",
    "cellWatch": "r",
    "cellSmartTags": "r",
    "webPublishItem": "sourceRef",
}


def shift_regions(root: Element, shift: Shift, sheet: str) -> None:
    """Merges, protected ranges, ignored errors, watches, smart tags, scenarios, sparklines; Refused by name."""
    _shift_merges(root, shift)
    for element in named(root, *_ALONG):
        name = _ALONG[local_name(element)]
        if name in element.attrib:
            _shift_or_discard(element, name, shift)
    _shift_sparklines(root, shift)
    _shift_listed_areas(root, shift)
    for scenario in named(root, "scenario"):
        _shift_scenario(scenario, shift, sheet)
    for holder in named(root, "scenarios"):
        if holder.get("sqref"):
            holder.set("sqref", shift_text(holder.get("sqref", ""), shift) or "A1")
    for properties in named(root, "sheetPr"):
        shift_cell_attribute(properties, "syncRef", shift)


def _shift_merges(root: Element, shift: Shift) -> None:
    for merge in named(root, "mergeCell"):
        area = Area.find(merge.get("ref", ""))
        moved = area and shift.area(area)
        if area is None or moved == area:
            continue
        if moved is None or moved.is_cell:
            discard(merge)
        else:
            merge.set("ref", written(moved))
    for holder in named(root, "mergeCells"):
        recount(holder)


def _shift_or_discard(element: Element, name: str, shift: Shift) -> None:
    moved = shift_text(element.get(name, ""), shift)
    if moved is None:
        discard(element)
    else:
        element.set(name, moved)


def _shift_sparklines(root: Element, shift: Shift) -> None:
    """The cells sparklines are drawn in; a group none of whose cells is left goes with them."""
    for group in named(root, "sparklineGroup"):
        for place in named(group, "sqref"):
            areas = parse_areas(place.text or "")
            moved = areas and shifted_areas(areas, shift)
            sparkline = place.getparent()
            if moved:
                place.text = write_areas(moved)
            elif moved is not None and sparkline is not None:
                discard(sparkline)
        if not named(group, "sparkline"):
            discard(group)


def _shift_listed_areas(root: Element, shift: Shift) -> None:
    """`xm:sqref` of newer ignored errors and protected ranges, which go when their cells do."""
    for holder in named(root, "ignoredError", "protectedRange"):
        for place in list(children(holder, "sqref")):
            moved = shift_text(place.text or "", shift)
            if moved is None:
                discard(holder)
            else:
                place.text = moved


def _shift_scenario(scenario: Element, shift: Shift, sheet: str) -> None:
    for cell in children(scenario, "inputCells"):
        moved = shift_text(cell.get("r", ""), shift)
        if moved is None:
            name = scenario.get("name", "")
            raise Refused(f"cell {cell.get('r')} of sheet {sheet!r} is an input of the scenario {name!r}")
        cell.set("r", moved)


def shift_consolidation(root: Element, rewriter: ShiftRewriter) -> None:
    """Sources of a consolidation that lie on the shifted sheet; the consolidated figures are constants."""
    for source in named(root, "dataRef"):
        if rewriter.is_own(source.get("sheet")) and not any(key.endswith("}id") for key in source.attrib):
            _shift_or_discard(source, "ref", rewriter.shift)
