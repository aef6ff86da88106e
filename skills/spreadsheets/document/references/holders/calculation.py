"""What Excel keeps about calculating: the chain of formula cells, and cells that listen to a live source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.references.areas import shift_text
from skills.spreadsheets.document.references.holders.elements import discard, named

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.geometry import Shift


def shift_listeners(root: Element, shift: Shift, sheet_id: int) -> None:
    """Of `volatileDependencies`: the cells of one sheet that real-time data is sent to."""
    for cell in named(root, "tr"):
        if cell.get("s") == str(sheet_id):
            moved = shift_text(cell.get("r", ""), shift)
            if moved is None:
                discard(cell)
            else:
                cell.set("r", moved)


def drop_listeners(root: Element, sheet_id: int) -> None:
    """Those of a sheet that is deleted."""
    for cell in named(root, "tr"):
        if cell.get("s") == str(sheet_id):
            discard(cell)
