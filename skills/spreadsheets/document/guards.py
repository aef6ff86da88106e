"""What must not be written over: merged cells but their first, parts of arrays, pivot tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.errors import Refused
from copilot_server.office.xml import local_name
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, Area, cell_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from skills.spreadsheets.document.sheet import Sheet


def check_writable(sheet: Sheet, cells: Collection[tuple[int, int]]) -> None:
    """Raise Refused, naming what stands in the way, unless all of these cells may get new contents."""
    hull = Area.around(Area.cell(*cell) for cell in cells)
    if hull is None:
        return
    if hull.bottom > MAX_ROW or hull.right > MAX_COLUMN:
        raise Refused(f"{hull} reaches beyond the last cell of a sheet, XFD1048576")
    _check_merges(sheet, hull, cells)
    _check_arrays(sheet, hull, cells)
    for area, name in pivot_areas(sheet):
        if area.intersects(hull) and any(area.contains(*cell) for cell in cells):
            raise Refused(f"{sheet.name}!{area} is pivot table {name!r}; change its source data instead")


def _check_merges(sheet: Sheet, hull: Area, cells: Collection[tuple[int, int]]) -> None:
    for merge in sheet.merges:
        inside = merge.intersection(hull)
        if inside is None:
            continue
        first = (merge.top, merge.left)
        hidden = next((cell for cell in _among(inside, cells) if cell != first), None)
        if hidden is not None:
            raise Refused(
                f"{cell_name(*hidden)} is hidden in the merged cells {merge} of sheet {sheet.name!r}; "
                f"write to {cell_name(*first)}, or unmerge them first"
            )


def _check_arrays(sheet: Sheet, hull: Area, cells: Collection[tuple[int, int]]) -> None:
    if not sheet.has_formulas or not sheet.text.layout.has_array_formulas:
        return
    for array in sheet.reader.arrays:
        inside = array.area.intersection(hull)
        if inside is None:
            continue
        touched = sum(1 for _ in _among(inside, cells))
        if touched and touched < array.area.size:
            what = "data table" if array.kind == "dataTable" else "array formula"
            raise Refused(
                f"{sheet.name}!{array.area} holds one {what}, of which no part can change alone; "
                "write to all of it or leave it"
            )


def _among(area: Area, cells: Collection[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The cells within an area."""
    if area.size < len(cells):
        return (cell for cell in area.cells() if cell in cells)
    return (cell for cell in cells if area.contains(*cell))


def pivot_areas(sheet: Sheet) -> Iterator[tuple[Area, str]]:
    """Where the sheet's pivot tables lie, with their names."""
    package = sheet.book.package
    for part in package.related(sheet.part, "pivotTable"):
        root = package.xml(part)
        for child in root:
            area = Area.find(child.get("ref", "")) if local_name(child) == "location" else None
            if area is not None:
                yield area, root.get("name", "")
