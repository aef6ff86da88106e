"""Notes and threaded comments of cells that are moved one by one: each goes where its cell goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import Area, cell_name
from skills.spreadsheets.document.references.holders.elements import child, discard, named
from skills.spreadsheets.document.references.holders.legacy import edit_vml, move_note_shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.sheet import Sheet


def move_notes(sheet: Sheet, area: Area, rows: Mapping[int, int]) -> None:
    """Take the notes and comments of an area along as its rows move; those of rows that go, go too.

    Raises Refused for a drawing of notes that cannot be read.
    """
    package = sheet.book.package
    for kind in ("comments", "threadedComment"):
        for part in package.related(sheet.part, kind):
            if any(_is_moved(each, area, rows) for each in _remarks(package.xml(part))):
                for each in [each for each in _remarks(package.edit_xml(part)) if _is_moved(each, area, rows)]:
                    _move(each, rows)
    for part in package.related(sheet.part, "vmlDrawing"):
        edit_vml(package, part, lambda root: _move_shapes(root, area, rows))


def _remarks(root: Element) -> list[Element]:
    return named(root, "comment", "threadedComment")


def _is_moved(remark: Element, area: Area, rows: Mapping[int, int]) -> bool:
    place = Area.find(remark.get("ref", ""))
    return place is not None and area.contains(place.top, place.left) and rows.get(place.top) != place.top


def _move(remark: Element, rows: Mapping[int, int]) -> None:
    place = Area.parse(remark.get("ref", ""))
    target = rows.get(place.top)
    if target is None:
        discard(remark)
    else:
        remark.set("ref", cell_name(target, place.left))


def _move_shapes(root: Element, area: Area, rows: Mapping[int, int]) -> None:
    for data in named(root, "ClientData"):
        row, column = child(data, "Row"), child(data, "Column")
        if data.get("ObjectType") != "Note" or row is None or column is None:
            continue
        place = int(row.text or "0") + 1, int(column.text or "0") + 1
        if area.contains(*place):
            move_note_shape(data, place[0], rows.get(place[0]), "row")
