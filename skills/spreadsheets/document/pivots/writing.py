"""Puts a pivot table into the package, or another in its place: cache definition, records, table, what relates them."""

from __future__ import annotations

import posixpath
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from copilot_server.office import xml
from copilot_server.office.xml import local_name
from skills.spreadsheets.document.charts.drawing import relationships_of
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.pivots.fields import key_of
from skills.spreadsheets.document.pivots.formats import Renumbering, carry_formats
from skills.spreadsheets.document.pivots.layout import PivotLayout, with_repeats
from skills.spreadsheets.document.pivots.plan import shared_values
from skills.spreadsheets.document.references.areas import written
from skills.spreadsheets.document.references.holders.elements import child

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.addresses import Area
    from skills.spreadsheets.document.cells import CellValue
    from skills.spreadsheets.document.pivots.layout import Key
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.workbook import Workbook

_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.pivot{}+xml"
_VERSION: Final = "6"
# What comes after the caches in a workbook (CT_Workbook; ISO/IEC 29500-1, A.2).
_AFTER: Final = frozenset(
    {"smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst"}
)
_UNAPPLIED: Final = ("NumberFormats", "BorderFormats", "FontFormats", "PatternFormats", "AlignmentFormats")
_KEPT: Final = frozenset(
    {
        *("dataCaption", "rowHeaderCaption", "colHeaderCaption", "grandTotalCaption", "errorCaption", "showError"),
        *("missingCaption", "showMissing", "preserveFormatting", "showDrill", "printDrill", "fieldPrintTitles"),
        *(
            "itemPrintTitles",
            "applyWidthHeightFormats",
            "customListSort",
            "chartFormat",
            "showHeaders",
            "disableFieldList",
            "tag",
        ),
    }
)
_HIDE_VALUES_ROW: Final = (
    b'<extLst xmlns="%s"><ext uri="{962EF5D1-5CA2-4c93-8EF4-DBF5C05439D2}" '
    b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    b'<x14:pivotTableDefinition hideValuesRow="1"/></ext></extLst>'
)


@dataclass(frozen=True, slots=True)
class PivotSource:
    """The cells with their headers, or the table they are."""

    sheet: str
    area: Area
    table: str | None


def put_pivot(sheet: Sheet, layout: PivotLayout, source: PivotSource, name: str) -> None:
    """Add the parts of a pivot table that stands on the sheet; its cells are the caller's."""
    book, package = sheet.book, sheet.book.package
    folder, relationships = posixpath.dirname(book.main), relationships_of(sheet)
    space = etree.QName(book.tree).namespace or ""
    cache, cache_id = _put_cache(sheet, layout, source)
    table = package.fresh_name(posixpath.join(folder, "pivotTables/pivotTable{}.xml"))
    package.write(table, xml.serialize(_table(book, space, layout, name, cache_id)), _TYPE.format("Table"))
    package.relate(table, f"{relationships}/pivotCacheDefinition", cache)
    package.relate(sheet.part, f"{relationships}/pivotTable", table)


def replace_pivot(sheet: Sheet, part: str, layout: PivotLayout, source: PivotSource, name: str) -> None:
    """Make another of the pivot table that is stored in a part; its cells are the caller's.

    Its cache is written anew too: a new one where other pivot tables read it as well.
    """
    book, package = sheet.book, sheet.book.package
    space = etree.QName(book.tree).namespace or ""
    old = package.xml(part)
    cache = next(iter(package.related(part, "pivotCacheDefinition")))
    cache_id, cached = int(old.get("cacheId", "0")), package.xml(cache)
    if any(cache in package.related(other, "pivotCacheDefinition") for other in _tables(book) if other != part):
        for relation in package.relationships(part):
            if relation.target == cache:
                package.unrelate(part, relation.id)
        cache, cache_id = _put_cache(sheet, layout, source)
        package.relate(part, f"{relationships_of(sheet)}/pivotCacheDefinition", cache)
    else:
        _rewrite_cache(sheet, cache, layout, source)
    root = _table(book, space, layout, name, cache_id)
    _keep(old, root)
    is_1904 = book.is_1904
    renumbering = Renumbering.between(old, cached, lambda field: _listed_values(field, is_1904=is_1904), layout)
    carry_formats(old, root, renumbering)
    package.write(part, xml.serialize(root))


def _listed_values(field: Element, *, is_1904: bool) -> list[CellValue]:
    """None of a grouped field, whose items are its groups."""
    return shared_values(field, is_1904=is_1904) if child(field, "fieldGroup") is None else []


def _tables(book: Workbook) -> list[str]:
    return [part for each in book.sheets for part in book.package.related(each.part, "pivotTable")]


def _keep(old: Element, new: Element) -> None:
    """What a person set of a pivot table's looks, and this says nothing else about."""
    for key, value in old.attrib.items():
        if key in _KEPT:
            new.set(key, value)
    style, own = child(old, "pivotTableStyleInfo"), child(new, "pivotTableStyleInfo")
    if style is not None and own is not None:
        new.replace(own, deepcopy(style))


def _rewrite_cache(sheet: Sheet, cache: str, layout: PivotLayout, source: PivotSource) -> None:
    package, space = sheet.book.package, etree.QName(sheet.book.tree).namespace or ""
    definition = _definition(space, layout, source)
    kept = next(iter(package.related(cache, "pivotCacheRecords")), None)
    data = xml.serialize(_records(space, layout))
    if kept is None:
        kept = package.fresh_name(posixpath.join(posixpath.dirname(cache), "pivotCacheRecords{}.xml"))
        package.write(kept, data, _TYPE.format("CacheRecords"))
        package.relate(cache, f"{relationships_of(sheet)}/pivotCacheRecords", kept)
    else:
        package.write(kept, data)
    rid = next(each.id for each in package.relationships(cache) if each.target == kept)
    definition.set(f"{{{relationships_of(sheet)}}}id", rid)
    package.write(cache, xml.serialize(definition))


def _put_cache(sheet: Sheet, layout: PivotLayout, source: PivotSource) -> tuple[str, int]:
    """A new cache: its part, and its number in the workbook."""
    book, package = sheet.book, sheet.book.package
    folder, relationships = posixpath.dirname(book.main), relationships_of(sheet)
    space = etree.QName(book.tree).namespace or ""
    cache = package.fresh_name(posixpath.join(folder, "pivotCache/pivotCacheDefinition{}.xml"))
    records = package.fresh_name(posixpath.join(folder, "pivotCache/pivotCacheRecords{}.xml"))
    package.write(records, xml.serialize(_records(space, layout)), _TYPE.format("CacheRecords"))
    definition = _definition(space, layout, source)
    package.write(cache, b"<x/>", _TYPE.format("CacheDefinition"))
    rid = package.relate(cache, f"{relationships}/pivotCacheRecords", records)
    definition.set(f"{{{relationships}}}id", rid)
    package.write(cache, xml.serialize(definition))
    return cache, _list_cache(book, package.relate(book.main, f"{relationships}/pivotCacheDefinition", cache), sheet)


def _list_cache(book: Workbook, rid: str, sheet: Sheet) -> int:
    root = book.package.edit_xml(book.main)
    space = etree.QName(root).namespace
    holder = child(root, "pivotCaches")
    if holder is None:
        holder = etree.Element(f"{{{space}}}pivotCaches")
        later = (root.index(each) for each in elements(root) if local_name(each) in _AFTER)
        root.insert(next(later, len(root)), holder)
    number = max((int(each.get("cacheId", "0")) for each in elements(holder)), default=0) + 1
    entry = etree.SubElement(holder, f"{{{space}}}pivotCache", cacheId=str(number))
    entry.set(f"{{{relationships_of(sheet)}}}id", rid)
    return number


def _definition(space: str, layout: PivotLayout, source: PivotSource) -> Element:
    root = etree.Element(f"{{{space}}}pivotCacheDefinition", nsmap={None: space})
    versions = {"createdVersion": _VERSION, "refreshedVersion": _VERSION, "minRefreshableVersion": "3"}
    count = str(len(layout.fields[0].stored))
    root.attrib.update({"refreshOnLoad": "1", **versions, "recordCount": count})
    held = _add(root, "cacheSource", type="worksheet")
    if source.table is not None:
        _add(held, "worksheetSource", name=source.table)
    else:
        _add(held, "worksheetSource", ref=written(source.area), sheet=source.sheet)
    fields = _add(root, "cacheFields", count=len(layout.fields))
    fields.extend(field.cache_field(space) for field in layout.fields)
    return root


def _records(space: str, layout: PivotLayout) -> Element:
    count = len(layout.fields[0].stored)
    root = etree.Element(f"{{{space}}}pivotCacheRecords", nsmap={None: space}, count=str(count))
    fields = [field for field in layout.fields if not field.is_derived]
    indices = [{key_of(item): at for at, item in enumerate(field.shared)} for field in fields]
    for at in range(count):
        record = etree.SubElement(root, f"{{{space}}}r")
        for field, index in zip(fields, indices, strict=True):
            if index:
                _add(record, "x", v=index[key_of(field.stored[at])])
            else:
                record.append(field.element(space, field.stored[at]))
    return root


def _table(book: Workbook, space: str, layout: PivotLayout, name: str, cache_id: int) -> Element:
    """CT_pivotTableDefinition (ISO/IEC 29500-1, 18.10.1.73)."""
    root = etree.Element(f"{{{space}}}pivotTableDefinition", nsmap={None: space})
    root.attrib.update(
        {"name": name, "cacheId": str(cache_id), "dataCaption": "Values", "applyWidthHeightFormats": "1"}
    )
    root.attrib.update(_settings(layout))
    _location(root, layout)
    fields = _add(root, "pivotFields", count=len(layout.fields))
    for at in range(len(layout.fields)):
        _field(fields, layout, at)
    _listed(root, "rowFields", "field", ({"x": at} for at in layout.rows))
    _lines(root, layout)
    _across(root, layout)
    _listed(root, "dataFields", "dataField", (_data(book, layout, at) for at in range(len(layout.data))))
    shown = {"showRowHeaders": "1", "showColHeaders": "1", "showRowStripes": "0", "showColStripes": "0"}
    _add(root, "pivotTableStyleInfo", name="PivotStyleLight16", **shown, showLastColumn="1")
    if len(layout.data) > 1:
        root.append(xml.parse(_HIDE_VALUES_ROW % space.encode()))
    return root


def _settings(layout: PivotLayout) -> dict[str, str]:
    said = {f"apply{each}": "0" for each in _UNAPPLIED}
    said |= {"updatedVersion": _VERSION, "minRefreshableVersion": "3", "createdVersion": _VERSION}
    said |= {"useAutoFormatting": "1", "itemPrintTitles": "1", "indent": "0"}
    said |= {"outline": "1", "outlineData": "1"} if layout.form.is_nested else {}
    said |= {} if layout.form.is_compact else {"compact": "0", "compactData": "0"}
    said |= {"multipleFieldFilters": "0"}
    said |= {} if layout.form.right else {"rowGrandTotals": "0"}
    return said | ({} if layout.form.below else {"colGrandTotals": "0"})


def _location(root: Element, layout: PivotLayout) -> None:
    place = _add(root, "location", ref=written(layout.area))
    place.set("firstHeaderRow", "0" if len(layout.data) > 1 and not layout.columns else "1")
    place.set("firstDataRow", str(layout.first_row(0)))
    place.set("firstDataCol", str(layout.label_columns))
    if layout.pages:
        place.attrib.update({"rowPageCount": str(len(layout.pages)), "colPageCount": "1"})


def _across(root: Element, layout: PivotLayout) -> None:
    """The fields of the columns, their lines, and the filters."""
    several = len(layout.data) > 1
    across = [*layout.columns, *([-2] if several else [])]
    if across:
        _listed(root, "colFields", "field", ({"x": at} for at in across))
    _items(root, "colItems", layout.column_keys, len(layout.data), has_total=bool(layout.columns) and layout.form.right)
    if layout.pages:
        pages = ((at, None if shown is None or len(shown) > 1 else next(iter(shown))) for at, shown in layout.pages)
        said = ({"fld": at, **({} if item is None else {"item": item}), "hier": -1} for at, item in pages)
        _listed(root, "pageFields", "pageField", said)


def _field(holder: Element, layout: PivotLayout, at: int) -> None:
    field = layout.fields[at]
    form = {} if layout.form.is_compact else {"compact": "0"}
    element = _add(holder, "pivotField", **form, **({} if layout.form.is_nested else {"outline": "0"}))
    element.set("showAll", "0")
    if field.is_date:
        element.set("numFmtId", "14")
    if any(data.field == at for data in layout.data):
        element.set("dataField", "1")
    shown = dict(layout.pages).get(at)
    is_row = at in layout.rows
    axis = "axisRow" if is_row else "axisCol" if at in layout.columns else "axisPage" if field.items else ""
    if not axis or (axis == "axisPage" and at not in dict(layout.pages)):
        return
    has_subtotal = layout.form.has_subtotals and is_row and at != layout.rows[-1]
    element.attrib.update({"axis": axis, **({} if has_subtotal else {"defaultSubtotal": "0"})})
    hides = shown is not None and len(shown) > 1
    if hides:
        element.set("multipleItemSelectionAllowed", "1")
    gone = dict(layout.hidden).get(at, frozenset[int]())
    items = _add(element, "items", count=len(field.items) + has_subtotal)
    for item in range(len(field.items)):
        is_hidden = (hides and shown is not None and item not in shown) or item in gone
        _add(items, "item", **({"h": "1"} if is_hidden else {}), x=item)
    if has_subtotal:
        _add(items, "item", t="default")


def _data(book: Workbook, layout: PivotLayout, at: int) -> dict[str, Any]:
    data = layout.data[at]
    said: dict[str, Any] = {"name": data.name, "fld": data.field}
    if data.function != "sum":
        said["subtotal"] = data.function
    code = data.number_format or layout.fields[data.field].number_format
    if data.number_format or (data.function != "count" and code != "General"):
        said["numFmtId"] = book.styles.format_id(code)
    return {**said, "baseField": 0, "baseItem": 0}


def _lines(root: Element, layout: PivotLayout) -> None:
    """The rows of results, subtotals among them (CT_I; ISO/IEC 29500-1, 18.10.1.44)."""
    holder = _add(root, "rowItems")
    for line in layout.lines:
        said: dict[str, Any] = {"t": "default"} if line.is_total else {}
        element = _add(holder, "i", **said, **({"r": line.same} if line.same else {}))
        _members(element, line.key[line.same :])
    if layout.form.below:
        _members(_add(holder, "i", t="grand"), (0,))
    holder.set("count", str(len(holder)))


def _items(root: Element, name: str, keys: Sequence[Key], count: int, *, has_total: bool) -> None:
    """The lines of one axis: for each key its items that differ from the line before, then the totals."""
    holder = _add(root, name)
    for key, same in with_repeats(keys):
        for data in range(count):
            line = _add(holder, "i", **({"r": same if data == 0 else len(key)} if same or data else {}))
            if data:
                line.set("i", str(data))
            _members(line, (*key[same if data == 0 else len(key) :], *([data] if count > 1 else [])))
    if not keys and not has_total:
        for data in range(count):
            line = _add(holder, "i", **({"i": data} if data else {}))
            _members(line, (data,) if count > 1 else ())
    if has_total:
        for data in range(count):
            line = _add(holder, "i", t="grand", **({"i": data} if data else {}))
            _members(line, (0,))
    holder.set("count", str(len(holder)))


def _members(line: Element, members: Sequence[int]) -> None:
    for member in members:
        _add(line, "x", **({"v": member} if member else {}))


def _listed(root: Element, name: str, each: str, items: Iterable[dict[str, Any]]) -> None:
    holder = _add(root, name)
    for item in items:
        _add(holder, each, **item)
    holder.set("count", str(len(holder)))


def _add(parent: Element, tag: str, /, **attributes: object) -> Element:
    space = etree.QName(parent).namespace
    return etree.SubElement(parent, f"{{{space}}}{tag}", {key: str(value) for key, value in attributes.items()})
