"""Sparklines: the small charts inside cells, kept among a sheet's extensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.errors import TargetNotFound, ToolError
from copilot_server.office.xml import NS, local_name
from skills.spreadsheets.document.addresses import Area, cell_name, quoted_sheet
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.references.holders.elements import discard, named

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.sheet import Sheet

_URI: Final = "{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"  # [MS-XLSX] 2.2.5.7
_X14: Final = f"{{{NS['x14']}}}"
_XM: Final = f"{{{NS['xm']}}}"
_TYPES: Final = {"column": "column", "win_loss": "stacked"}


@dataclass(frozen=True, slots=True)
class Look:
    """`kind` is line, column or win_loss; colours RRGGBB."""

    kind: str = "line"
    color: str = "376092"
    has_markers: bool = False
    has_extremes: bool = False


def put_sparklines(sheet: Sheet, owner: Sheet, data: Area, at: Area, look: Look) -> None:
    """One in each cell of `at`, a row or column of cells, for each row or column of `data` on the `owner` sheet."""
    pieces = _pieces(data, at)
    clear_sparklines(sheet, at, must_be=False)
    region = sheet.frame.find("extLst")
    if region is None:
        region = sheet.frame.make("extLst")
    groups = next((each for each in region.iter() if each.tag == f"{_X14}sparklineGroups"), None)
    if groups is None:
        extension = etree.SubElement(region, sheet.frame.name("ext"), {"uri": _URI}, nsmap={"x14": NS["x14"]})
        groups = etree.SubElement(extension, f"{_X14}sparklineGroups", nsmap={"x14": NS["x14"], "xm": NS["xm"]})
    groups.append(_group(owner, pieces, look))
    sheet.frame = sheet.frame.with_region("extLst", region)


def clear_sparklines(sheet: Sheet, area: Area, *, must_be: bool = True) -> None:
    """Take the sparklines out of an area's cells; raises TargetNotFound when there are none."""
    region = sheet.frame.find("extLst")
    found = [] if region is None else [each for each in named(region, "sparkline") if _lies_in(each, area)]
    if must_be and not found:
        raise TargetNotFound(f"{area} of sheet {sheet.name!r} holds no sparklines")
    if region is None or not found:
        return
    for each in found:
        holder = each.getparent()
        group = None if holder is None else holder.getparent()
        discard(each)
        if group is not None and not named(group, "sparkline"):
            discard(group)
    sheet.frame = sheet.frame.with_region("extLst", region if elements(region) else None)


def sparklines_of(sheet: Sheet) -> list[tuple[Area, str]]:
    """(cell, source) of each."""
    region = sheet.frame.find("extLst")
    found: list[tuple[Area, str]] = []
    for each in () if region is None else named(region, "sparkline"):
        texts = {local_name(child): child.text or "" for child in each}
        if (area := Area.find(texts.get("sqref", ""))) is not None:
            found.append((area, texts.get("f", "")))
    return found


def _lies_in(sparkline: Element, area: Area) -> bool:
    text = next((each.text or "" for each in sparkline if local_name(each) == "sqref"), "")
    place = Area.find(text)
    return place is not None and place.intersects(area)


def _pieces(data: Area, at: Area) -> list[tuple[Area, str]]:
    if at.columns == 1 and at.rows == data.rows:
        lines = [Area(row, data.left, row, data.right) for row in range(data.top, data.bottom + 1)]
    elif at.rows == 1 and at.columns == data.columns:
        lines = [Area(data.top, column, data.bottom, column) for column in range(data.left, data.right + 1)]
    else:
        raise ToolError(
            f"at: {at} has {at.rows} × {at.columns} cells; one column with a cell for each of the {data.rows} rows of "
            f"{data} is needed, or one row with a cell for each of its {data.columns} columns"
        )
    return [(line, cell_name(row, column)) for line, (row, column) in zip(lines, at.cells(), strict=True)]


def _group(owner: Sheet, pieces: list[tuple[Area, str]], look: Look) -> Element:
    """CT_SparklineGroup: its colours in the order the schema wants."""
    group = etree.Element(f"{_X14}sparklineGroup", nsmap={"x14": NS["x14"], "xm": NS["xm"]})
    if look.kind in _TYPES:
        group.set("type", _TYPES[look.kind])
    group.set("displayEmptyCellsAs", "gap")
    for name, is_on in (("markers", look.has_markers), ("high", look.has_extremes), ("low", look.has_extremes)):
        if is_on:
            group.set(name, "1")
    if look.kind == "win_loss":
        group.set("negative", "1")
    colors = {"Series": look.color, "Negative": "C00000", "Axis": "000000", "Markers": look.color, "First": look.color}
    for name, color in {**colors, "Last": look.color, "High": "00B050", "Low": "C00000"}.items():
        etree.SubElement(group, f"{_X14}color{name}", rgb=f"FF{color}")
    listed = etree.SubElement(group, f"{_X14}sparklines")
    for line, place in pieces:
        each = etree.SubElement(listed, f"{_X14}sparkline")
        etree.SubElement(each, f"{_XM}f").text = f"{quoted_sheet(owner.name)}!{line}"
        etree.SubElement(each, f"{_XM}sqref").text = place
    return group
