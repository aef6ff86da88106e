"""Defines names, checked as Excel would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.errors import Refused, ToolError
from copilot_server.office.xml import local_name
from skills.spreadsheets.document.addresses import Area, column_letters, quoted_sheet
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.formula_check import check_syntax, policy
from skills.spreadsheets.document.formula_text import stored
from skills.spreadsheets.document.names import name_elements

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.workbook import Workbook

_NAME: Final = re.compile(r"[^\W\d][\w.\\?]{0,254}\Z|\\[\w.\\?]{0,254}\Z")
_ADDRESS: Final = re.compile(r"[A-Z]{1,3}\d{1,7}\Z|R\d*C\d*\Z|[RC]\d*\Z|TRUE\Z|FALSE\Z", re.IGNORECASE)
# What may stand before the names in a workbook (CT_Workbook; ISO/IEC 29500-1, A.2).
_BEFORE: Final = frozenset(
    {"fileVersion", "fileSharing", "workbookPr", "AlternateContent", "revisionPtr", "absPath", "workbookProtection"}
    | {"bookViews", "sheets", "functionGroups", "externalReferences"}
)


def check_name(name: str) -> None:
    """Raise ToolError unless Excel takes it for the name of a range or table."""
    if not _NAME.match(name):
        raise ToolError(
            f"{name!r} is no name: it takes a letter or _ first, then letters, digits, . and _, without blanks"
        )
    if _ADDRESS.match(name):
        raise ToolError(f"{name!r} reads as a cell or a value, so it cannot be a name; try {name + '_'!r}")


def absolute(sheet: Sheet, area: Area) -> str:
    """An area as names refer to it: Sales!$B$2:$B$9."""
    first, last = f"${column_letters(area.left)}", f"${column_letters(area.right)}"
    if area.is_whole_columns:
        place = f"{first}:{last}"
    elif area.is_whole_rows:
        place = f"${area.top}:${area.bottom}"
    else:
        place = f"{first}${area.top}" + ("" if area.is_cell else f":{last}${area.bottom}")
    return f"{quoted_sheet(sheet.name)}!{place}"


def define_name(book: Workbook, name: str, text: str) -> None:
    """Make a name of the whole book stand for a formula given without `=`, whether or not it stood for one before.

    Raises ToolError for names and formulas Excel would not take, Refused where a table has that name.
    """
    check_name(name)
    if any(table.name.casefold() == name.casefold() for sheet in book.sheets for table in sheet.tables):
        raise Refused(f"{name!r} is the name of a table; take another")
    policy(text)
    check_syntax(text, [each.name for each in book.names], knows_all=book.package.has_macros)
    root = book.package.edit_xml(book.main)
    element = next((each for each in name_elements(root) if _is_of_book(each, name)), None)
    if element is None:
        element = _added(_list(root), name)
    element.text = stored(text)
    _note_readers(book, name)


def _is_of_book(element: Element, name: str) -> bool:
    return element.get("name", "").casefold() == name.casefold() and "localSheetId" not in element.attrib


def _list(root: Element) -> Element:
    found = next((each for each in elements(root) if local_name(each) == "definedNames"), None)
    if found is None:
        found = etree.Element(f"{{{etree.QName(root).namespace}}}definedNames")
        places = [root.index(each) for each in elements(root) if local_name(each) in _BEFORE]
        root.insert(max(places, default=-1) + 1, found)
    return found


def _added(names: Element, name: str) -> Element:
    """Excel keeps names in alphabetical order."""
    element = etree.Element(f"{{{etree.QName(names).namespace}}}definedName", name=name)
    later = (index for index, each in enumerate(names) if each.get("name", "").casefold() > name.casefold())
    names.insert(next(later, len(names)), element)
    return element


def _note_readers(book: Workbook, name: str) -> None:
    """Formulas that use the name read something else now."""
    uses = re.compile(rf"(?<![\w.\\]){re.escape(name)}(?![\w.(])", re.IGNORECASE)
    for sheet in book.sheets:
        if sheet.is_worksheet and (sheet.has_formulas or sheet.patches):
            formulas = sheet.formulas(Area.whole()).items()
            found = [place for place, each in formulas if each.formula and uses.search(each.formula.text)]
            if found:
                book.stale.add_formulas(sheet.part, found)


def define_built_in(book: Workbook, name: str, sheet: Sheet, text: str) -> None:
    """Make one of Excel's own names ("_xlnm.Print_Area") stand for a formula on one sheet; "" takes it away."""
    root = book.package.edit_xml(book.main)
    index = str(book.sheets.index(sheet))
    found = [each for each in name_elements(root) if each.get("name") == name and each.get("localSheetId") == index]
    for each in found if not text else ():
        if (parent := each.getparent()) is not None:
            parent.remove(each)
            if not len(parent) and (above := parent.getparent()) is not None:
                above.remove(parent)
    if text:
        element = found[0] if found else _added(_list(root), name)
        element.set("localSheetId", index)
        element.text = text
