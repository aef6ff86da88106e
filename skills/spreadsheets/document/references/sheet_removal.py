"""Deletes a sheet with all parts only it used; what referred to it becomes #REF!."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from copilot_server.errors import Refused
from skills.spreadsheets.document.calc_chain import drop_chain
from skills.spreadsheets.document.references.follow import follow
from skills.spreadsheets.document.references.holders.calculation import drop_listeners
from skills.spreadsheets.document.references.holders.elements import discard, named
from skills.spreadsheets.document.references.sheet_rewriters import DropRewriter
from skills.spreadsheets.document.references.sheets import worksheet_names
from skills.spreadsheets.document.references.tabs import Tabs
from skills.spreadsheets.document.references.titles import retitle
from skills.spreadsheets.document.references.unknown_parts import refuse_unknown

if TYPE_CHECKING:
    from copilot_server.office.package import Package
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.workbook import Workbook


def delete_sheet(book: Workbook, sheet: Sheet) -> None:
    """Raises Refused for the only visible sheet, and where slicers would lose what they filter."""
    book.flush()
    package, titles, place = book.package, worksheet_names(book), book.sheets.index(sheet)
    tabs = Tabs(book)
    tabs.refuse_without(tabs.elements[place], "deleted")
    refuse_unknown(package, sheet.name)
    _refuse_slicers(package, sheet)
    caches = _caches_of(package, sheet)
    follow(book, DropRewriter(sheet.name, [each.name for each in book.sheets], [each.name for each in sheet.tables]))
    for part in package.related(book.main, "volatileDependencies"):
        drop_listeners(package.edit_xml(part), sheet.id)
    tabs = Tabs(book)
    tabs.remove(tabs.elements[place])
    tabs.show_another()
    _detach(book, sheet.part, caches)
    drop_chain(package, book.main)
    book.stale.drop(sheet.part)
    book.reload()
    retitle(package, titles, worksheet_names(book))


def _detach(book: Workbook, part: str, caches: list[str]) -> None:
    """Take the sheet's relationship away, and every part that nothing leads to any more."""
    package = book.package
    before = _reachable(package)
    _unrelate(package, book.main, part)
    for cache in caches:
        if not any(cache in package.related(other, "pivotCacheDefinition") for other in _pivots(package, part)):
            _drop_cache(book, cache)
    for name in before - _reachable(package):
        if name in package:
            package.remove(name)


def _drop_cache(book: Workbook, cache: str) -> None:
    """A pivot cache whose last table is gone."""
    ids = {each.id for each in book.package.relationships(book.main) if each.target == cache}
    for entry in named(book.package.edit_xml(book.main), "pivotCache"):
        if any(value in ids for key, value in entry.attrib.items() if key.endswith("}id")):
            discard(entry)
    _unrelate(book.package, book.main, cache)


def _unrelate(package: Package, source: str, target: str) -> None:
    for each in package.relationships(source):
        if each.target == target and not each.external:
            package.unrelate(source, each.id)


def _caches_of(package: Package, sheet: Sheet) -> list[str]:
    pivots = package.related(sheet.part, "pivotTable")
    return [cache for pivot in pivots for cache in package.related(pivot, "pivotCacheDefinition")]


def _pivots(package: Package, besides: str) -> list[str]:
    """The pivot tables that other sheets still have."""
    reachable = _reachable(package)
    return [
        name for name in reachable if "pivottable+xml" in (package.content_type(name) or "").lower() and name != besides
    ]


def _refuse_slicers(package: Package, sheet: Sheet) -> None:
    """Raises Refused when a slicer or timeline stands on the sheet, or filters a pivot table or table of it."""
    has_own = package.related(sheet.part, "slicer") or package.related(sheet.part, "timeline")
    tables = {str(table.id) for table in sheet.tables}
    for name in package.names:
        if re.search(r"slicercache|timelinecache", package.content_type(name) or "", re.IGNORECASE):
            root = package.xml(name)
            is_of_sheet = any(each.get("tabId") == str(sheet.id) for each in named(root, "pivotTable"))
            is_of_table = any(each.get("tableId") in tables for each in named(root, "tableSlicerCache"))
            has_own = has_own or is_of_sheet or is_of_table
    if has_own:
        raise Refused(f"slicers or timelines depend on sheet {sheet.name!r}; delete them in Excel first")


def _reachable(package: Package) -> set[str]:
    """Every part some relationship leads to, by name as the package spells it."""
    spelt = {name.lower(): name for name in package.names}
    seen: set[str] = set()
    pending = [""]
    while pending:
        for each in package.relationships(pending.pop()):
            name = None if each.external else spelt.get(each.target.lower())
            if name is not None and name not in seen:
                seen.add(name)
                pending.append(name)
    return seen
