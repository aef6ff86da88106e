"""Makes tables of ranges."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.errors import Refused
from copilot_server.office import xml
from copilot_server.office.xml import NS
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import CellError
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.guards import pivot_areas
from skills.spreadsheets.document.name_edits import check_name
from skills.spreadsheets.document.names import name_elements
from skills.spreadsheets.document.patches import Content
from skills.spreadsheets.document.references.areas import written
from skills.spreadsheets.document.tables import stored_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skills.spreadsheets.document.cells import CellValue
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.tables import Table
    from skills.spreadsheets.document.workbook import Workbook

STYLE: Final = "TableStyleMedium2"

_CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"
_STRICT_RELATIONSHIPS: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def make_table(sheet: Sheet, area: Area, name: str | None, style: str = STYLE) -> str:
    """Make a table of an area whose first row holds the columns' names; the table's name.

    Blank and repeated names are made up and told apart as Excel does. Raises Refused where the area meets another
    table, merged cells, an array formula, a pivot table or a filter of something else.
    """
    if area.rows < 2:
        raise Refused(f"{area} is one row; a table needs a header row and data below it")
    _refuse_crossing(sheet, area)
    chosen = _free_name(sheet.book, name)
    columns = _columns(sheet, area)
    sheet.write({(area.top, area.left + index): Content(column) for index, column in enumerate(columns)})
    _take_filter(sheet, area)
    _write_part(sheet, area, chosen, columns, style)
    return chosen


def _refuse_crossing(sheet: Sheet, area: Area) -> None:
    for other, what in _obstacles(sheet):
        if other.intersects(area):
            raise Refused(f"{area} meets {what} at {other}; a table cannot be made there")


def _obstacles(sheet: Sheet) -> Iterator[tuple[Area, str]]:
    yield from ((table.area, f"table {table.name!r}") for table in sheet.tables)
    yield from ((merge, "merged cells") for merge in sheet.merges)
    yield from ((array.area, "an array formula") for array in sheet.reader.arrays)
    yield from ((place, f"pivot table {name!r}") for place, name in pivot_areas(sheet))


def _free_name(book: Workbook, name: str | None) -> str:
    taken = {table.name.casefold() for sheet in book.sheets for table in sheet.tables}
    taken |= {each.name.casefold() for each in book.names}
    if name is not None:
        check_name(name)
        if name.casefold() in taken:
            raise Refused(f"{name!r} is taken by another table or name")
        return name
    number = 1
    while f"table{number}" in taken:
        number += 1
    return f"Table{number}"


def _columns(sheet: Sheet, area: Area) -> list[str]:
    header = Area(area.top, area.left, area.top, area.right)
    found = {cell.column: cell.value for cell in sheet.cells(header)}
    columns: list[str] = []
    for index, column in enumerate(range(area.left, area.right + 1), 1):
        wanted = _as_name(found.get(column)) or f"Column{index}"
        columns.append(_told_apart(wanted, columns))
    return columns


def _as_name(value: CellValue) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value.code if isinstance(value, CellError) else value)


def _told_apart(name: str, others: list[str]) -> str:
    taken, number, new = {other.casefold() for other in others}, 2, name
    while new.casefold() in taken:
        new, number = f"{name}{number}", number + 1
    return new


def _take_filter(sheet: Sheet, area: Area) -> None:
    """A sheet's own filter over the same cells becomes the table's, in whose part a new one stands."""
    region = sheet.frame.find("autoFilter")
    place = None if region is None else Area.find(region.get("ref", ""))
    if region is None or place is None or not place.intersects(area):
        return
    if elements(region):
        raise Refused(f"the sheet filters rows in {place}; clear the filter before making a table there")
    sheet.frame = sheet.frame.with_region("autoFilter", None)
    book = sheet.book
    index = str(book.sheets.index(sheet))
    for name in name_elements(book.package.edit_xml(book.main)):
        if name.get("name") == "_xlnm._FilterDatabase" and name.get("localSheetId") == index:
            names = name.getparent()
            if names is not None:
                names.remove(name)
                if not len(names) and (parent := names.getparent()) is not None:
                    parent.remove(names)


def _write_part(sheet: Sheet, area: Area, name: str, columns: list[str], style: str) -> None:
    package = sheet.book.package
    root = etree.Element(f"{{{sheet.frame.namespace}}}table", nsmap={None: sheet.frame.namespace})
    ids = [table.id for each in sheet.book.sheets for table in each.tables]
    root.attrib.update(
        {
            "id": str(max(ids, default=0) + 1),
            "name": name,
            "displayName": name,
            "ref": written(area),
            "totalsRowShown": "0",
        }
    )
    etree.SubElement(root, f"{{{sheet.frame.namespace}}}autoFilter", ref=written(area))
    listed = etree.SubElement(root, f"{{{sheet.frame.namespace}}}tableColumns", count=str(len(columns)))
    for index, column in enumerate(columns, 1):
        etree.SubElement(listed, f"{{{sheet.frame.namespace}}}tableColumn", id=str(index), name=stored_name(column))
    shown = {"name": style, "showFirstColumn": "0", "showLastColumn": "0", "showRowStripes": "1"}
    etree.SubElement(root, f"{{{sheet.frame.namespace}}}tableStyleInfo", {**shown, "showColumnStripes": "0"})
    folder = posixpath.dirname(posixpath.dirname(sheet.part))
    part = package.fresh_name(posixpath.join(folder, "tables/table{}.xml"))
    package.write(part, xml.serialize(root), _CONTENT_TYPE)
    relationships = _STRICT_RELATIONSHIPS if package.is_strict else NS["r"]
    _refer(sheet, package.relate(sheet.part, f"{relationships}/table", part), relationships)


def _refer(sheet: Sheet, rid: str, relationships: str) -> None:
    region = sheet.frame.find("tableParts")
    if region is None:
        region = sheet.frame.make("tableParts")
    part = sheet.frame.make("tablePart")
    part.set(f"{{{relationships}}}id", rid)
    region.append(part)
    region.set("count", str(len(elements(region))))
    sheet.frame = sheet.frame.with_region("tableParts", region)


def open_totals_row(sheet: Sheet, table: Table) -> None:
    """Grow a table by a totals row, whose cells the caller fills."""
    root = sheet.book.package.edit_xml(table.part)
    grown = Area(table.area.top, table.area.left, table.area.bottom + 1, table.area.right)
    root.set("ref", written(grown))
    root.set("totalsRowCount", "1")
    root.attrib.pop("totalsRowShown", None)
