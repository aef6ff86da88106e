"""What a pivot table shows, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.references.holders.elements import child, named

if TYPE_CHECKING:
    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element


def pivot_line(package: Package, part: str) -> str:
    """`pivot table 'P' A3:C8 of Sheet1!A1:E9: rows Region; values Sum of Units`."""
    root = package.xml(part)
    location = child(root, "location")
    where = "" if location is None else f" {location.get('ref', '')}"
    cache = next((package.xml(each) for each in package.related(part, "pivotCacheDefinition") if each in package), None)
    names = [] if cache is None else [each.get("name", "") for each in named(cache, "cacheField")]
    axes = (("rows", "rowFields", "x"), ("columns", "colFields", "x"), ("filters", "pageFields", "fld"))
    said = [f"{word} {', '.join(found)}" for word, holder, key in axes if (found := _fields(root, holder, key, names))]
    if values := [each.get("name", "") for each in named(root, "dataField")]:
        said.append(f"values {', '.join(values)}")
    return f"pivot table {root.get('name', '')!r}{where}{_source(cache)}: {'; '.join(said) or 'empty'}"


def _fields(root: Element, holder: str, key: str, names: list[str]) -> list[str]:
    found = child(root, holder)
    indices = [] if found is None else [int(each.get(key, "-1")) for each in found if isinstance(each.tag, str)]
    return [names[at] if at < len(names) else f"field {at}" for at in indices if at >= 0]


def _source(cache: Element | None) -> str:
    source = next(iter(named(cache, "worksheetSource")), None) if cache is not None else None
    if source is None:
        return ""
    sheet, place = source.get("sheet"), source.get("ref") or source.get("name", "")
    return f" of {sheet}!{place}" if sheet else f" of {place}"
