"""Attributes that hold formulas: linked cells and lists of controls, text and pictures taken from cells, thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copilot_server.office.xml import local_name
from skills.spreadsheets.document.references.holders.elements import named

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.rewriter import Rewriter

# Element -> its attributes that are formulas.
_FORMULAS: Final = {
    "controlPr": ("linkedCell", "listFillRange"),
    "formControlPr": ("fmlaLink", "fmlaRange", "fmlaTxbx", "fmlaGroup"),
    "sp": ("textlink",),
    "cameraTool": ("cellRange",),
    "cfvo": ("val",),
    "parameter": ("cell",),
}


def rewrite_attributes(root: Element, rewriter: Rewriter, sheet: str | None) -> None:
    """In a sheet, a drawing, a control's part or the connections; `sheet` is where that stands."""
    for element in named(root, *_FORMULAS):
        for name in _FORMULAS[local_name(element)]:
            if text := element.get(name):
                element.set(name, rewriter.formula(text, sheet))
