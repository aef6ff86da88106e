"""Filters: the criteria a sheet or table keeps, and the rows they hide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.errors import Refused
from copilot_server.office.xml import local_name
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.patches import RowPatch
from skills.spreadsheets.document.references.areas import written
from skills.spreadsheets.document.sorting import hidden_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.tables import Table

CUSTOM: Final = {
    "=": "equal",
    "<>": "notEqual",
    ">": "greaterThan",
    ">=": "greaterThanOrEqual",
    "<": "lessThan",
    "<=": "lessThanOrEqual",
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """Of one column, `index` counted from the filter's first: values shown, or one or two comparisons."""

    index: int
    shown: tuple[str, ...] = ()
    has_blanks: bool = False
    comparisons: tuple[tuple[str, str], ...] = ()
    """(operator in our spelling, value); wildcards hold in texts."""


def filter_rows(sheet: Sheet, area: Area, criteria: Sequence[Criterion], hidden: Collection[int]) -> None:
    """Filter an area (header row and data) by criteria, of which the caller says which rows they hide."""
    table = _table_over(sheet, area)
    if table is not None:
        _fill(_own_filter(sheet, table), criteria)
    else:
        region = sheet.frame.find("autoFilter")
        if region is None:
            region = sheet.frame.make("autoFilter")
        region.set("ref", written(area))
        _fill(region, criteria)
        sheet.frame = sheet.frame.with_region("autoFilter", region)
    for row in {*hidden_rows(sheet, area)} - {*hidden, area.top}:
        sheet.change_row(row, RowPatch(is_hidden=False))
    for row in hidden:
        sheet.change_row(row, RowPatch(is_hidden=True))


def clear_filter(sheet: Sheet, area: Area, *, keeps_buttons: bool) -> None:
    """Take the criteria away, or the filter itself, and show the rows of its area again."""
    table = _table_over(sheet, area)
    if table is not None:
        _fill(_own_filter(sheet, table), ())
    else:
        region = sheet.frame.find("autoFilter")
        if region is not None:
            area = Area.find(region.get("ref", "")) or area
            _fill(region, ())
            sheet.frame = sheet.frame.with_region("autoFilter", region if keeps_buttons else None)
    for row in hidden_rows(sheet, Area(area.top + 1, area.left, max(area.bottom, area.top + 1), area.right)):
        sheet.change_row(row, RowPatch(is_hidden=False))


def filtered_area(sheet: Sheet) -> Area | None:
    """What the sheet's own filter covers."""
    region = sheet.frame.find("autoFilter")
    return None if region is None else Area.find(region.get("ref", ""))


def _table_over(sheet: Sheet, area: Area) -> Table | None:
    table = next((each for each in sheet.tables if each.area.intersects(area)), None)
    if table is not None and not table.area.covers(area):
        raise Refused(f"{area} reaches beyond table {table.name!r} at {table.area}; filter the table's own rows")
    return table


def _own_filter(sheet: Sheet, table: Table) -> Element:
    root = sheet.book.package.edit_xml(table.part)
    found = next((each for each in elements(root) if local_name(each) == "autoFilter"), None)
    if found is None:
        found = etree.Element(f"{{{etree.QName(root).namespace}}}autoFilter")
        root.insert(0, found)
        bottom = table.area.bottom - table.totals_rows
        found.set("ref", written(Area(table.area.top, table.area.left, bottom, table.area.right)))
    return found


def _fill(region: Element, criteria: Sequence[Criterion]) -> None:
    for child in [each for each in elements(region) if local_name(each) == "filterColumn"]:
        region.remove(child)
    for at, criterion in enumerate(sorted(criteria, key=lambda each: each.index)):
        region.insert(at, _column(region, criterion))


def _column(region: Element, criterion: Criterion) -> Element:
    space = f"{{{etree.QName(region).namespace}}}"
    column = etree.Element(f"{space}filterColumn", colId=str(criterion.index))
    if criterion.comparisons:
        custom = etree.SubElement(column, f"{space}customFilters")
        if len(criterion.comparisons) > 1:
            custom.set("and", "1")
        for operator, value in criterion.comparisons:
            each = etree.SubElement(custom, f"{space}customFilter")
            if operator != "=":
                each.set("operator", CUSTOM[operator])
            each.set("val", value)
        return column
    listed = etree.SubElement(column, f"{space}filters")
    if criterion.has_blanks:
        listed.set("blank", "1")
    for value in criterion.shown:
        etree.SubElement(listed, f"{space}filter", val=value)
    return column
