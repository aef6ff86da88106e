"""Merged cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.errors import Refused, TargetNotFound, ToolError
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.guards import pivot_areas
from skills.spreadsheets.document.patches import Content
from skills.spreadsheets.document.references.areas import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from skills.spreadsheets.document.cells import Cell
    from skills.spreadsheets.document.sheet import Sheet


def covered(sheet: Sheet, area: Area) -> Iterator[Cell]:
    """The cells whose contents a merge would take away."""
    for cell in sheet.cells(area):
        if not cell.is_blank and (cell.row, cell.column) != (area.top, area.left):
            yield cell


def merge(sheet: Sheet, area: Area) -> None:
    """Make one cell of an area, which keeps the contents of the first one only.

    Raises Refused where it would cross other merges, tables, array formulas or pivot tables.
    """
    if area.is_cell:
        raise ToolError(f"{area} is a single cell; give the range to merge")
    _check(sheet, area)
    lost = list(covered(sheet, area))
    sheet.write({(cell.row, cell.column): Content() for cell in lost})
    region = sheet.frame.find("mergeCells")
    if region is None:
        region = sheet.frame.make("mergeCells")
    region.append(sheet.frame.make("mergeCell", ref=written(area)))
    region.set("count", str(len(region)))
    sheet.frame = sheet.frame.with_region("mergeCells", region)


def unmerge(sheet: Sheet, area: Area) -> None:
    """Split the merges that lie in an area or touch it; raises TargetNotFound when there are none."""
    region = sheet.frame.find("mergeCells")
    found = [] if region is None else [each for each in region if _touches(each.get("ref", ""), area)]
    if region is None or not found:
        merges = ", ".join(map(str, sheet.merges[:20])) or "none"
        raise TargetNotFound(f"no merged cells in {area} of sheet {sheet.name!r}; merged are {merges}")
    for each in found:
        region.remove(each)
    region.set("count", str(len(region)))
    sheet.frame = sheet.frame.with_region("mergeCells", region if len(region) else None)


def _check(sheet: Sheet, area: Area) -> None:
    _refuse_crossing(area, ((merge, "merged cells") for merge in sheet.merges))
    _refuse_crossing(area, ((table.area, f"table {table.name!r}") for table in sheet.tables))
    _refuse_crossing(area, ((each.area, "array formula") for each in sheet.reader.arrays))
    _refuse_crossing(area, ((place, f"pivot table {name!r}") for place, name in pivot_areas(sheet)))


def _refuse_crossing(area: Area, others: Iterable[tuple[Area, str]]) -> None:
    for other, what in others:
        if other.intersects(area):
            raise Refused(f"{area} meets {what} at {other}; merging there would break it")


def _touches(reference: str, area: Area) -> bool:
    other = Area.find(reference)
    return other is not None and other.intersects(area)
