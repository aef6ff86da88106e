"""Adds, renames, moves, hides and shows sheets; everything in the workbook that refers to them follows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused
from copilot_server.office.xml import NS
from skills.spreadsheets.document.references.follow import follow
from skills.spreadsheets.document.references.holders.elements import named
from skills.spreadsheets.document.references.sheet_rewriters import RenameRewriter
from skills.spreadsheets.document.references.tabs import Tabs
from skills.spreadsheets.document.references.titles import retitle
from skills.spreadsheets.document.references.unknown_parts import refuse_unknown
from skills.spreadsheets.document.references.worksheet import patch_worksheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.workbook import Workbook

LONGEST_NAME: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_STRICT: Final = "http://purl.oclc.org/ooxml/"
WORKSHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def add_sheet(book: Workbook, name: str | None, position: int | None = None) -> str:
    """An empty sheet, at a place counted from 0 (the end by default); gives its name.

    Raises Refused for a name Excel does not allow or that another sheet has.
    """
    book.flush()
    name = free_name(book) if name is None else checked_name(book, name)
    package, folder = book.package, book.main.rpartition("/")[0]
    root = (
        (NS["x"], NS["r"])
        if not package.is_strict
        else (_STRICT + "spreadsheetml/main", _STRICT + "officeDocument/relationships")
    )
    part = package.fresh_name(f"{folder}/worksheets/sheet{{}}.xml".lstrip("/"))
    package.write(part, _EMPTY % (root[0].encode(), root[1].encode()), WORKSHEET_TYPE)
    list_sheet(book, name, part, position)
    return name


def list_sheet(book: Workbook, name: str, part: str, position: int | None) -> None:
    """Put an existing worksheet part among the tabs, and read the book anew."""
    package, titles = book.package, worksheet_names(book)
    namespace = (_STRICT + "officeDocument/relationships") if package.is_strict else NS["r"]
    rid = package.relate(book.main, f"{namespace}/worksheet", part)
    tabs = Tabs(book)
    element = tabs.holder.makeelement(_tag(tabs.holder, "sheet"), nsmap=tabs.holder.nsmap)
    element.set("name", name)
    element.set("sheetId", str(tabs.fresh_id()))
    element.set(f"{{{namespace}}}id", rid)
    tabs.insert(element, len(tabs.elements) if position is None else max(0, position))
    book.reload()
    retitle(package, titles, worksheet_names(book))


def rename_sheet(book: Workbook, sheet: Sheet, name: str) -> None:
    """Raises Refused for a name Excel does not allow or that another sheet has."""
    if name == sheet.name:
        return
    checked_name(book, name, besides=sheet)
    book.flush()
    refuse_unknown(book.package, sheet.name)
    old, titles = sheet.name, worksheet_names(book)
    place = [each.part for each in book.sheets].index(sheet.part)
    follow(book, RenameRewriter(old, name))
    _rename_pivot_charts(book, old, name)
    Tabs(book).elements[place].set("name", name)
    book.reload()
    retitle(book.package, titles, worksheet_names(book))


def move_sheet(book: Workbook, sheet: Sheet, position: int) -> None:
    """To a place counted from 0, beyond the end meaning the end."""
    book.flush()
    titles = worksheet_names(book)
    tabs = Tabs(book)
    tabs.move(tabs.elements[book.sheets.index(sheet)], max(0, position))
    book.reload()
    retitle(book.package, titles, worksheet_names(book))


def activate_sheet(book: Workbook, sheet: Sheet) -> None:
    """Bring it to the front, alone: edits by hand would go to every selected sheet. Raises Refused for a hidden one."""
    if sheet.state != "visible":
        raise Refused(f"sheet {sheet.name!r} is hidden; show it first")
    book.flush()
    Tabs(book).activate(book.sheets.index(sheet))
    for each in book.sheets:
        is_front = each.part == sheet.part
        if each.is_worksheet and any(_is_selected(view) != is_front for view in each.frame.find_all("sheetViews")):
            patch_worksheet(book.package, each.part, lambda root, front=is_front: _select(root, is_front=front))
        elif not each.is_worksheet and each.part in book.package:
            _select(book.package.edit_xml(each.part), is_front=is_front)
    book.reload()


def _is_selected(views: Element) -> bool:
    return any(view.get("tabSelected") in {"1", "true"} for view in named(views, "sheetView"))


def _select(root: Element, *, is_front: bool) -> None:
    for view in named(root, "sheetView"):
        if is_front:
            view.set("tabSelected", "1")
        else:
            view.attrib.pop("tabSelected", None)


def hide_sheet(book: Workbook, sheet: Sheet) -> None:
    """Raises Refused for the only visible sheet."""
    book.flush()
    tabs = Tabs(book)
    element = tabs.elements[book.sheets.index(sheet)]
    tabs.refuse_without(element, "hidden")
    element.set("state", "hidden")
    tabs.show_another()
    book.reload()


def show_sheet(book: Workbook, sheet: Sheet) -> None:
    book.flush()
    Tabs(book).elements[book.sheets.index(sheet)].attrib.pop("state", None)
    book.reload()


def checked_name(book: Workbook, name: str, besides: Sheet | None = None) -> str:
    """The name itself; raises Refused saying what is wrong with it."""
    if not name.strip() or len(name.encode("utf-16-le")) > 2 * LONGEST_NAME:
        raise Refused(f"a sheet's name has 1 to {LONGEST_NAME} characters, unlike {name!r}")
    if _FORBIDDEN.search(name) or name.startswith("'") or name.endswith("'"):
        raise Refused(f"{name!r} cannot name a sheet: [ ] : * ? / \\ are not allowed, nor ' at either end")
    if name.casefold() == "history":
        raise Refused("Excel keeps the name 'History' for itself")
    for sheet in book.sheets:
        if sheet.name.casefold() == name.casefold() and (besides is None or sheet.part != besides.part):
            raise Refused(
                f"there is a sheet {sheet.name!r} already; sheets are {', '.join(each.name for each in book.sheets)}"
            )
    return name


def free_name(book: Workbook, stem: str = "Sheet") -> str:
    """ "Sheet2": the first number no sheet has."""
    taken = {sheet.name.casefold() for sheet in book.sheets}
    number = 1
    while f"{stem}{number}".casefold() in taken:
        number += 1
    return f"{stem}{number}"


def worksheet_names(book: Workbook) -> Sequence[str]:
    return [sheet.name for sheet in book.sheets if sheet.is_worksheet]


def _rename_pivot_charts(book: Workbook, old: str, new: str) -> None:
    """Pivot charts name their table as [Book.xlsx]Sheet1!PivotTable1, without quotes whatever the sheet's name."""
    for part in book.package.names:
        if "drawingml.chart+xml" in (book.package.content_type(part) or ""):
            for source in named(book.package.xml(part), "pivotSource"):
                if any(f"]{old}!" in (each.text or "") for each in source):
                    for each in named(book.package.edit_xml(part), "pivotSource"):
                        for name in named(each, "name"):
                            name.text = (name.text or "").replace(f"]{old}!", f"]{new}!")


def _tag(sibling: Element, name: str) -> str:
    """A name in the namespace of an element."""
    tag = sibling.tag
    return (tag.rpartition("}")[0] + "}" if isinstance(tag, str) and "}" in tag else "") + name


_EMPTY: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<worksheet xmlns="%b" xmlns:r="%b"><sheetViews><sheetView workbookViewId="0"/></sheetViews>'
    b'<sheetFormatPr defaultRowHeight="15"/><sheetData/>'
    b'<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>'
)
