"""Attributes that hold the bare name of a sheet: sources of pivot tables and of consolidations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.references.holders.elements import named

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.rewriter import Rewriter


def rewrite_sheet_names(root: Element, rewriter: Rewriter) -> None:
    """In a sheet or a pivot cache; a source in another workbook, named by a relationship, stays."""
    for source in named(root, "worksheetSource", "rangeSet", "dataRef"):
        name = source.get("sheet")
        if name and not any(key.endswith("}id") for key in source.attrib):
            source.set("sheet", rewriter.sheet_name(name))
