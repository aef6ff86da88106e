"""Rules that lie over lists of areas (`sqref`), some of which are taken away from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copilot_server.office.xml import NS, local_name
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.references.areas import corner, parse_areas, write_areas
from skills.spreadsheets.document.references.formulas import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.sheet import Sheet

_FORMULAS: Final = frozenset({"formula", "formula1", "formula2", "f"})
_EXTENDED: Final = f"{{{NS['x14']}}}"


def take_area(element: Element, taken: Area) -> bool:
    """Take an area away from an element's `sqref`, its formulas written for its new first cell; False when all goes."""
    areas = parse_areas(element.get("sqref", ""))
    if areas is None or not any(area.intersects(taken) for area in areas):
        return True
    left = [piece for area in areas for piece in area.outside(taken)]
    if not left:
        return False
    element.set("sqref", write_areas(left))
    rewrite(element, areas, left)
    return True


def rewrite(element: Element, before: Sequence[Area], after: Sequence[Area]) -> None:
    """Write an element's formulas, relative to the first cell of the areas before, for that of the areas after."""
    old, new = corner(before), corner(after)
    if old == new:
        return
    for each in element.iter():
        if local_name(each) in _FORMULAS and each.text:
            each.text = translate(each.text, new[0] - old[0], new[1] - old[1], wraps=True)


def take_extended(sheet: Sheet, list_name: str, taken: Area) -> None:
    """Take an area away from the rules of Excel 2010 (`x14`) among the sheet's extensions."""
    region = sheet.frame.find("extLst")
    if region is None:
        return
    lists = [each for each in region.iter() if each.tag == f"{_EXTENDED}{list_name}"]
    found = [rule for each in lists for rule in elements(each) if _touches(rule, taken)]
    for rule in found:
        place = next(each for each in elements(rule) if local_name(each) == "sqref")
        areas = parse_areas(place.text or "") or []
        left = [piece for area in areas for piece in area.outside(taken)]
        if left:
            place.text = write_areas(left)
            rewrite(rule, areas, left)
        else:
            _drop(rule)
    if found:
        sheet.frame = sheet.frame.with_region("extLst", region if len(region) else None)


def _touches(rule: Element, taken: Area) -> bool:
    text = next((each.text or "" for each in elements(rule) if local_name(each) == "sqref"), "")
    return any(area.intersects(taken) for area in parse_areas(text) or [])


def _drop(element: Element) -> None:
    """Out of its parent, and the parents that are empty then: list, `ext`, but not the region itself."""
    while (parent := element.getparent()) is not None:
        parent.remove(element)
        if len(parent) or local_name(parent) == "extLst":
            if parent.get("count") is not None:
                parent.set("count", str(len(parent)))
            return
        element = parent
