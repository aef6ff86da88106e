"""Asks the application that opens the book next to calculate all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copilot_server.office.xml import local_name

if TYPE_CHECKING:
    from skills.spreadsheets.document.workbook import Workbook

# What may stand before `calcPr` in a workbook (ISO/IEC 29500-1, 18.2.27 and the schema's CT_Workbook).
_BEFORE: Final = frozenset(
    """
    fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups
    externalReferences definedNames AlternateContent revisionPtr
    """.split()
)


def calculate_on_load(book: Workbook) -> None:
    """Set `fullCalcOnLoad`, making the element in its place where the book has none."""
    root = book.package.edit_xml(book.main)
    found = next((each for each in root if local_name(each) == "calcPr"), None)
    if found is None:
        found = root.makeelement(str(root.tag).replace("workbook", "calcPr"))
        after = [place for place, each in enumerate(root) if local_name(each) in _BEFORE]
        root.insert(max(after, default=-1) + 1, found)
    found.set("fullCalcOnLoad", "1")
