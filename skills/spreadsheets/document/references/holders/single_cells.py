"""Single cells mapped to XML data (`tableSingleCells`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.errors import Refused
from skills.spreadsheets.document.references.areas import shift_text
from skills.spreadsheets.document.references.holders.elements import named

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.geometry import Shift


def shift_single_cells(root: Element, shift: Shift, sheet: str) -> None:
    """Raises Refused naming a mapped cell that would be deleted."""
    for cell in named(root, "singleXmlCell"):
        moved = shift_text(cell.get("r", ""), shift)
        if moved is None:
            raise Refused(f"cell {cell.get('r')} of sheet {sheet!r} is mapped to XML data and cannot be deleted")
        cell.set("r", moved)
