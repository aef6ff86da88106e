"""Frozen panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import cell_name
from skills.spreadsheets.document.formats import elements

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.frame import Frame
    from skills.spreadsheets.document.sheet import Sheet


def freeze(sheet: Sheet, rows: int, columns: int) -> None:
    """Keep the first rows and columns in view in every view of the sheet; 0 and 0 lets all scroll."""
    frame = sheet.frame
    region = frame.find("sheetViews")
    if region is None:
        region = frame.make("sheetViews")
        region.append(frame.make("sheetView", workbookViewId="0"))
    for view in elements(region):
        _freeze_view(frame, view, rows, columns)
    sheet.frame = frame.with_region("sheetViews", region)


def _freeze_view(frame: Frame, view: Element, rows: int, columns: int) -> None:
    """CT_SheetView: the pane comes first, then a selection for each pane."""
    selections = [each for each in elements(view) if each.tag == frame.name("selection")]
    active = next((each for each in selections if each.get("pane", "topLeft") == _active(view, frame)), None)
    for each in [*selections, *(child for child in elements(view) if child.tag == frame.name("pane"))]:
        view.remove(each)
    place = {key: active.get(key, "") for key in ("activeCell", "sqref") if active is not None and active.get(key)}
    view.attrib.pop("topLeftCell", None)
    if not rows and not columns:
        if place:
            view.insert(0, frame.make("selection", **place))
        return
    pane = frame.make("pane")
    for name, count in (("xSplit", columns), ("ySplit", rows)):
        if count:
            pane.set(name, str(count))
    pane.set("topLeftCell", cell_name(rows + 1, columns + 1))
    names = _panes(rows, columns)
    pane.set("activePane", names[-1])
    pane.set("state", "frozen")
    view.insert(0, pane)
    for index, name in enumerate(names, 1):
        is_active = name == names[-1]
        view.insert(index, frame.make("selection", pane=name, **(place if is_active else {})))


def _active(view: Element, frame: Frame) -> str:
    pane = next((each for each in elements(view) if each.tag == frame.name("pane")), None)
    return "topLeft" if pane is None else pane.get("activePane", "topLeft")


def _panes(rows: int, columns: int) -> list[str]:
    """The panes besides the first, the one that scrolls last."""
    if rows and columns:
        return ["topRight", "bottomLeft", "bottomRight"]
    return ["bottomLeft"] if rows else ["topRight"]
