"""Copies a sheet: its parts are duplicated, and what referred to the original in it means the copy."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_OID, uuid5

from copilot_server.errors import Refused
from copilot_server.office import xml
from copilot_server.office.xml import local_name
from skills.spreadsheets.document.references.follow import follow_sheet
from skills.spreadsheets.document.references.holders.elements import children, discard, named
from skills.spreadsheets.document.references.sheet_names import sheets_named
from skills.spreadsheets.document.references.sheet_rewriters import CopyRewriter
from skills.spreadsheets.document.references.sheets import checked_name, list_sheet
from skills.spreadsheets.document.references.worksheet import patch_worksheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.workbook import Workbook

# Parts that copies share; of all others a copy needs its own.
_SHARED: Final = frozenset({"image", "theme", "pivotCacheDefinition", "hyperlink", "externalLink", "person"})
# What Excel leaves behind: an XML map may fill a cell only once.
_LEFT_BEHIND: Final = frozenset({"tableSingleCells"})
_REFUSED: Final = {"slicer": "slicers", "timeline": "timelines", "queryTable": "a query"}
_DIGITS: Final = re.compile(r"\d*(\.[^./]*)$")
_LONGEST_STEM: Final = 25


def copy_sheet(book: Workbook, sheet: Sheet, name: str | None, position: int | None = None) -> str:
    """At a place counted from 0, behind the original by default; gives the copy's name.

    Raises Refused for a name that cannot be, and for what cannot stand in a workbook twice.
    """
    name = _free_name(book, sheet.name) if name is None else checked_name(book, name)
    book.flush()
    package, place = book.package, book.sheets.index(sheet)
    copied = _Copier(package)
    part = copied.part(sheet.part)
    tables = _rename_tables(book, {table.name: copied.made[table.part] for table in sheet.tables})
    related = {relation.id for relation in package.relationships(part)}
    patch_worksheet(package, part, lambda root: _make_own(root, related))
    list_sheet(book, name, part, place + 1 if position is None else position)
    _copy_names(book, sheet.name, name)
    follow_sheet(book, book.sheet(name), CopyRewriter(sheet.name, name, tables))
    _new_thread_ids(package, part)
    book.reload()
    return name


class _Copier:
    """Copies parts with their relationships, keeping the relationships' ids."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.made: dict[str, str] = {}

    def part(self, name: str) -> str:
        """The copy of a part, and of all it relates to that cannot be shared; raises Refused by name."""
        if name not in self.made:
            package = self._package
            self.made[name] = other = package.fresh_name(_DIGITS.sub(r"{}\1", name))
            package.write(other, package.read(name), package.content_type(name))
            if package.relationships(name):
                self._relationships(name, other)
        return self.made[name]

    def _relationships(self, name: str, other: str) -> None:
        root = copy.deepcopy(self._package.xml(_relations_of(name)))
        known = {each.id: each for each in self._package.relationships(name)}
        for element in list(root):
            relation = known.get(element.get("Id", ""))
            if relation is None or relation.external or relation.raw_target.startswith("#"):
                continue
            if relation.kind in _REFUSED:
                raise Refused(
                    f"the sheet holds {_REFUSED[relation.kind]}, which cannot be copied here; copy it in Excel"
                )
            if relation.kind in _LEFT_BEHIND:
                root.remove(element)
            elif relation.target in self._package:
                target = relation.target if relation.kind in _SHARED else self.part(relation.target)
                element.set("Target", f"/{target}")
        self._package.write(_relations_of(other), xml.serialize(root), self._package.content_type(_relations_of(name)))


def _relations_of(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def _make_own(root: Element, related: set[str]) -> None:
    """What only one sheet of a workbook may have: the front, a name in macros. What leads nowhere is not copied."""
    for element in named(root, "sheetView"):
        element.attrib.pop("tabSelected", None)
    for element in named(root, "sheetPr"):
        element.attrib.pop("codeName", None)
    for element in list(root.iter()):
        dangling = [
            key for key, value in element.attrib.items() if key.endswith("relationships}id") and value not in related
        ]
        if dangling and local_name(element) == "pageSetup":
            del element.attrib[dangling[0]]
        elif dangling:
            discard(element)


def _rename_tables(book: Workbook, made: Mapping[str, str]) -> dict[str, str]:
    """Give copied tables, by the original's name, names and ids of their own; the new name by the old."""
    parts = [name for name in book.package.names if "table+xml" in (book.package.content_type(name) or "")]
    roots = [book.package.xml(name) for name in parts]
    taken = {root.get("displayName", "").casefold() for root in roots} | {each.name.casefold() for each in book.names}
    fresh = max((int(root.get("id", "0")) for root in roots), default=0) + 1
    names: dict[str, str] = {}
    for number, (old, new) in enumerate(made.items()):
        root = book.package.edit_xml(new)
        names[old] = _free_table_name(root.get("displayName", "Table"), taken)
        root.set("id", str(fresh + number))
        root.set("name", names[old])
        root.set("displayName", names[old])
        for element in [root, *named(root, "tableColumn", "autoFilter")]:
            for key in [key for key in element.attrib if key.endswith("}uid")]:
                del element.attrib[key]
    return names


def _free_table_name(name: str, taken: set[str]) -> str:
    number = 2
    while f"{name}_{number}".casefold() in taken:
        number += 1
    taken.add(f"{name}_{number}".casefold())
    return f"{name}_{number}"


def _copy_names(book: Workbook, old: str, new: str) -> None:
    """Names that mean cells of the original, or hold only there, are made anew for the copy, as Excel does."""
    root = book.package.edit_xml(book.main)
    order = [sheet.name for sheet in book.sheets]
    scopes, rewriter = {str(order.index(old)), None}, CopyRewriter(old, new, {})
    for holder in children(root, "definedNames"):
        for name in list(children(holder, "definedName")):
            text, scope = name.text or "", name.get("localSheetId")
            if scope not in scopes or (scope is None and set(sheets_named(text)) != {old.casefold()}):
                continue
            other = copy.deepcopy(name)
            other.set("localSheetId", str(order.index(new)))
            other.text = rewriter.formula(text, None)
            holder.append(other)


def _new_thread_ids(package: Package, part: str) -> None:
    """Threaded comments are known by ids across the workbook; notes beneath them repeat the ids."""
    threads = package.related(part, "threadedComment")
    ids = [each.get("id", "") for thread in threads for each in named(package.xml(thread), "threadedComment")]
    fresh = {old: "{" + str(uuid5(NAMESPACE_OID, old + part)).upper() + "}" for old in ids if old}
    for name in (*threads, *package.related(part, "comments")) if fresh else ():
        data = package.read(name)
        for old, new in fresh.items():
            data = data.replace(old.encode(), new.encode())
        package.write(name, data)


def _free_name(book: Workbook, name: str) -> str:
    """ "Sales (2)", as Excel names copies."""
    taken = {sheet.name.casefold() for sheet in book.sheets}
    number = 2
    while f"{name[:_LONGEST_STEM]} ({number})".casefold() in taken:
        number += 1
    return f"{name[:_LONGEST_STEM]} ({number})"
