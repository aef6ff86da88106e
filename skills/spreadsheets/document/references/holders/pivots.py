"""Pivot tables: where they stand, and the cells their caches were read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.errors import Refused
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.references.areas import written
from skills.spreadsheets.document.references.holders.elements import child, named
from skills.spreadsheets.document.references.undividable import Undividable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.rewriter import ShiftRewriter


def shift_pivot(root: Element, rewriter: ShiftRewriter) -> None:
    """A pivot table on the shifted sheet; raises Refused naming one of which lines would be deleted."""
    location = child(root, "location")
    area = Area.find(location.get("ref", "")) if location is not None else None
    if location is None or area is None:
        return
    shift, name = rewriter.shift, root.get("name", "")
    whole = _with_page_fields(root, location, area)
    if shift.deletes and (shift.cuts(whole) or shift.swallows(whole)):
        raise Undividable(f"the pivot table {name!r} in {whole}", rewriter.sheet, shift, (whole,))
    if shift.cuts(whole):
        return  # it stays in one piece where it begins
    moved = shift.area(area)
    if moved is None:
        raise Refused(f"the pivot table {name!r} would be pushed off sheet {rewriter.sheet!r}")
    if moved != area:
        location.set("ref", written(moved))


def whole_areas(package: Package, sheet_part: str) -> Iterator[tuple[Area, str]]:
    """Where the pivot tables of a sheet lie, page fields and all, with their names."""
    for part in package.related(sheet_part, "pivotTable"):
        root = package.xml(part)
        location = child(root, "location")
        area = None if location is None else Area.find(location.get("ref", ""))
        if location is not None and area is not None:
            yield _with_page_fields(root, location, area), root.get("name", "")


def shift_source(root: Element, rewriter: ShiftRewriter) -> None:
    """The cells of a cache on the shifted sheet; raises Refused when all of them would be deleted."""
    for source in named(root, "worksheetSource", "rangeSet"):
        area = Area.find(source.get("ref", ""))
        if area is None or not rewriter.is_own(source.get("sheet")) or _is_external(source):
            continue
        moved = rewriter.shift.area(area)
        if moved is None:
            raise Refused(f"{area} of sheet {rewriter.sheet!r} is the source of a pivot table and cannot be deleted")
        if moved != area:
            source.set("ref", written(moved))


def _is_external(source: Element) -> bool:
    """Whether the cells are in another workbook: it is named by a relationship."""
    return any(key.endswith("}id") for key in source.attrib)


def _with_page_fields(root: Element, location: Element, area: Area) -> Area:
    """The table with its page fields, which lie above it, a blank row between."""
    fields = int(location.get("rowPageCount", "0"))
    if not fields or child(root, "pageFields") is None:
        return area
    return Area(max(1, area.top - fields - 1), area.left, area.bottom, max(area.right, area.left + 1))
