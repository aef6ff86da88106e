"""Hyperlinks of cells that are moved one by one: each goes where its cell goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.errors import Refused
from skills.spreadsheets.document.addresses import Area, cell_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skills.spreadsheets.document.sheet import Sheet


def move_links(sheet: Sheet, area: Area, rows: Mapping[int, int]) -> None:
    """Take the links of an area along as its rows move; those of rows that go, go too.

    Raises Refused for a link that reaches beyond one cell.
    """
    region = sheet.frame.find("hyperlinks")
    if region is None:
        return
    is_changed = False
    for each in list(region):
        place = Area.find(each.get("ref", ""))
        if place is None or not place.intersects(area):
            continue
        if not place.is_cell:
            raise Refused(f"the link over {place} reaches beyond one cell, and cannot move with a row")
        target = rows.get(place.top)
        if target is None:
            region.remove(each)
        else:
            each.set("ref", cell_name(target, place.left))
        is_changed = is_changed or target != place.top
    if is_changed:
        sheet.frame = sheet.frame.with_region("hyperlinks", region if len(region) else None)
