"""What a pivot table in a file is made of, read back so that it can be made otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.dates import serial_of_iso
from skills.spreadsheets.document.formats import elements, number
from skills.spreadsheets.document.pivots.fields import Period
from skills.spreadsheets.document.pivots.grouping import PERIODS
from skills.spreadsheets.document.pivots.layout import Function, Kind, PivotForm
from skills.spreadsheets.document.references.holders.elements import child, named

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.sheet import Sheet

_FUNCTIONS: Final[dict[str, Function]] = {each: each for each in ("sum", "count", "average", "min", "max")}  # type: ignore[assignment]
_BY_NAME: Final[dict[str, Period]] = {period: period for period in PERIODS}
_VALUES: Final = -2
_FILTERING: Final = re.compile("slicercache|timelinecache", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlannedValue:
    """A column worked out, under a caption, with a number format's code where it has one of its own."""

    column: str
    function: Function
    caption: str
    number_format: str | None


@dataclass(frozen=True, slots=True)
class PivotPlan:
    """Columns by their headers. `choices` are the values people see of a filter, `hidden` those they do not of others.

    `orders` are the values of each field as they stood. `source` is a sheet and an area, or the name of a table.
    """

    part: str
    name: str
    area: Area
    whole: Area
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[PlannedValue, ...]
    filters: tuple[tuple[str, tuple[CellValue, ...] | None], ...]
    groups: dict[str, tuple[Period, ...]]
    hidden: dict[str, tuple[CellValue, ...]]
    orders: dict[str, tuple[CellValue, ...]]
    form: PivotForm
    source: tuple[str | None, str]


def plans(sheet: Sheet) -> list[tuple[str, str]]:
    """(name, part) of the pivot tables that stand on a sheet."""
    package = sheet.book.package
    return [(package.xml(part).get("name", ""), part) for part in package.related(sheet.part, "pivotTable")]


def read_plan(sheet: Sheet, part: str) -> PivotPlan:
    """Raises Refused naming what a pivot table has that would be lost if it were made anew."""
    package = sheet.book.package
    root = package.xml(part)
    cache = next((package.xml(each) for each in package.related(part, "pivotCacheDefinition") if each in package), None)
    name, location = root.get("name", ""), child(root, "location")
    area = Area.find(location.get("ref", "")) if location is not None else None
    if cache is None or location is None or area is None:
        raise Refused(f"pivot table {name!r} is not whole in the file; make a new one")
    _refuse_rest(name, root, cache)
    _refuse_slicers(sheet, name)
    return _Reading(sheet, name, root, cache).plan(part, area, number(location, "rowPageCount"))


class _Reading:
    def __init__(self, sheet: Sheet, name: str, root: Element, cache: Element) -> None:
        self._sheet, self._name, self._root = sheet, name, root
        self._cached = named(cache, "cacheField")
        self._fields = list(named(root, "pivotField"))
        self._cache = cache
        self._is_1904 = sheet.book.is_1904

    def plan(self, part: str, area: Area, pages: int) -> PivotPlan:
        rows, columns = self._axis("rowFields"), self._axis("colFields")
        used = [*rows, *columns, *self._pages()]
        self._refuse_lost_groups(rows, columns)
        for at in (at for at in (*rows, *columns) if self._is_folded(at)):
            raise Refused(f"pivot table {self._name!r} folds items of {self._header(at)!r}; unfold them first")
        for at in (at for at in used if self._is_sorted_by_value(at)):
            raise Refused(
                f"pivot table {self._name!r} sorts {self._header(at)!r} by its values, which is not kept here"
            )
        top = area.top - pages - 1 if pages else area.top
        self._refuse_subtotals(rows, columns)
        source = next(iter(named(self._cache, "worksheetSource")))
        return PivotPlan(
            part=part,
            name=self._name,
            area=area,
            whole=Area(max(1, top), area.left, area.bottom, max(area.right, area.left + bool(pages))),
            rows=self._headers(rows),
            columns=self._headers(columns),
            values=tuple(map(self._value, named(self._root, "dataField"))),
            filters=tuple((self._header(at), self._choice(at, page)) for at, page in self._pages().items()),
            groups=self._groups([*rows, *columns]),
            hidden={self._header(at): gone for at in (*rows, *columns) if (gone := self._hidden(at))},
            orders={self._header(at): self._order(at) for at in used if self._group(at) is None},
            form=self._form(rows),
            source=(source.get("sheet"), source.get("ref") or source.get("name", "")),
        )

    def _axis(self, holder: str) -> list[int]:
        found = child(self._root, holder)
        places = [] if found is None else [int(each.get("x", "0")) for each in elements(found)]
        if holder == "rowFields" and _VALUES in places and len(named(self._root, "dataField")) > 1:
            raise Refused(f"pivot table {self._name!r} has its values one below the other, which cannot be made here")
        return [at for at in places if at != _VALUES]

    def _headers(self, fields: list[int]) -> tuple[str, ...]:
        """Derived fields are told by the groups of the column they come from."""
        return tuple(self._header(at) for at in fields if not self._is_derived(at))

    def _header(self, at: int) -> str:
        return self._cached[at].get("name", "")

    def _group(self, at: int) -> Element | None:
        return child(self._cached[at], "fieldGroup")

    def _is_derived(self, at: int) -> bool:
        return self._cached[at].get("databaseField") == "0"

    def _groups(self, used: list[int]) -> dict[str, tuple[Period, ...]]:
        """The periods that are shown of each column of dates."""
        found: dict[str, list[Period]] = {}
        for at in used:
            group = self._group(at)
            if group is None:
                continue
            by = next((each.get("groupBy", "range") for each in named(group, "rangePr")), "")
            base = number(group, "base")
            if by not in _BY_NAME or base not in used:
                raise Refused(
                    f"pivot table {self._name!r} groups {self._header(at)!r} in a way not made here; ungroup it"
                )
            found.setdefault(self._header(base), []).append(_BY_NAME[by])
        return {name: tuple(periods) for name, periods in found.items()}

    def _pages(self) -> dict[int, Element]:
        holder = child(self._root, "pageFields")
        return {} if holder is None else {number(each, "fld"): each for each in elements(holder)}

    def _items(self, at: int) -> list[tuple[CellValue, bool]]:
        """The items of a field in their order, and whether each is hidden."""
        values = shared_values(self._cached[at], is_1904=self._is_1904)
        items = [each for each in named(self._fields[at], "item") if each.get("t", "data") == "data"]
        return [(values[x], each.get("h") in {"1", "true"}) for each in items if (x := number(each, "x")) < len(values)]

    def _choice(self, at: int, page: Element) -> tuple[CellValue, ...] | None:
        items = self._items(at)
        if (item := page.get("item")) is not None and int(item) < len(items):
            return (items[int(item)][0],)
        shown = tuple(value for value, is_hidden in items if not is_hidden)
        return shown if len(shown) < len(items) else None

    def _hidden(self, at: int) -> tuple[CellValue, ...]:
        if self._group(at) is not None:
            return ()
        return tuple(value for value, is_hidden in self._items(at) if is_hidden)

    def _order(self, at: int) -> tuple[CellValue, ...]:
        return tuple(value for value, _ in self._items(at))

    def _is_folded(self, at: int) -> bool:
        return any(each.get("sd") in {"0", "false"} for each in named(self._fields[at], "item"))

    def _is_sorted_by_value(self, at: int) -> bool:
        return child(self._fields[at], "autoSortScope") is not None

    def _value(self, element: Element) -> PlannedValue:
        function = _FUNCTIONS.get(element.get("subtotal", "sum"))
        if function is None or element.get("showDataAs", "normal") != "normal":
            how = element.get("showDataAs") or element.get("subtotal")
            raise Refused(
                f"pivot table {self._name!r} shows {element.get('name')!r} as {how}, which cannot be made here"
            )
        code = None
        if (format_id := element.get("numFmtId")) is not None:
            code = self._sheet.book.styles.format_code(int(format_id))
        return PlannedValue(self._header(number(element, "fld")), function, element.get("name", ""), code)

    def _form(self, rows: list[int]) -> PivotForm:
        def is_on(at: int, name: str) -> bool:
            return self._fields[at].get(name, "1") in {"1", "true"}

        outer = rows[:-1]
        kinds: set[Kind] = {_KINDS[(is_on(at, "outline"), is_on(at, "compact"))] for at in rows}
        is_mixed, kind = len(kinds) > 1, kinds.pop() if kinds else _KINDS[True, True]
        if is_mixed or (kind != "tabular" and outer and not all(is_on(at, "subtotalTop") for at in outer)):
            raise Refused(f"pivot table {self._name!r} mixes the forms of its rows, which cannot be made here")
        return PivotForm(
            kind=kind,
            has_subtotals=any(is_on(at, "defaultSubtotal") for at in outer),
            below=self._root.get("colGrandTotals", "1") in {"1", "true"},
            right=self._root.get("rowGrandTotals", "1") in {"1", "true"},
        )

    def _refuse_lost_groups(self, rows: list[int], columns: list[int]) -> None:
        """Those that are hidden, or stand in a filter."""
        grouped = [at for at in (*rows, *columns, *self._pages()) if self._group(at) is not None]
        for at in grouped:
            if at in self._pages() or any(each.get("h") in {"1", "true"} for each in named(self._fields[at], "item")):
                raise Refused(
                    f"pivot table {self._name!r} filters or hides groups of {self._header(at)!r}, which is not kept "
                    "here; ungroup it, or show all of it in rows or columns first"
                )

    def _refuse_subtotals(self, rows: list[int], columns: list[int]) -> None:
        """Those of functions of their own, and those of columns."""
        for at in (*rows, *columns):
            if own := [key for key in self._fields[at].attrib if str(key) in _OWN_SUBTOTALS]:
                raise Refused(f"pivot table {self._name!r} has a {own[0]} of {self._header(at)!r}, not made here")
        for at in columns[:-1]:
            if self._fields[at].get("defaultSubtotal", "1") in {"1", "true"}:
                raise Refused(
                    f"pivot table {self._name!r} has subtotals across, of {self._header(at)!r}, not made here"
                )


_OWN_SUBTOTALS: Final = frozenset(
    f"{name}Subtotal"
    for name in ("sum", "countA", "avg", "max", "min", "product", "count", "stdDev", "stdDevP", "var", "varP")
)
_KINDS: Final[dict[tuple[bool, bool], Kind]] = {
    (True, True): "compact",
    (True, False): "outline",
    (False, False): "tabular",
    (False, True): "tabular",
}
_LOST: Final = {
    "filters": "filters by label or value",
    "conditionalFormats": "conditional formats of its own",
    "pivotHierarchies": "a data model",
    "calculatedItem": "calculated items",
    "calculatedMember": "calculated members",
}


def _refuse_rest(name: str, root: Element, cache: Element) -> None:
    source = child(cache, "cacheSource")
    if source is None or source.get("type") != "worksheet" or child(source, "worksheetSource") is None:
        raise Refused(f"pivot table {name!r} has its data from outside the sheets of this file; change it in Excel")
    if any(key.endswith("}id") for key in named(source, "worksheetSource")[0].attrib):
        raise Refused(f"pivot table {name!r} has its data from another workbook; change it in Excel")
    for holder, what in _LOST.items():
        if named(root, holder) or named(cache, holder):
            raise Refused(f"pivot table {name!r} has {what}, which would be lost; change it in Excel")
    for field in named(cache, "cacheField"):
        if field.get("formula"):
            raise Refused(f"pivot table {name!r} has the calculated field {field.get('name')!r}; change it in Excel")


def shared_values(field: Element, *, is_1904: bool) -> list[CellValue]:
    """The values a cache lists of a field, in their order."""
    shared = child(field, "sharedItems")
    return [] if shared is None else [_shared(each, is_1904=is_1904) for each in elements(shared)]


def _shared(element: Element, *, is_1904: bool) -> CellValue:
    value, kind = element.get("v", ""), str(element.tag).rpartition("}")[2]
    match kind:
        case "n":
            return float(value)
        case "b":
            return value in {"1", "true"}
        case "e":
            return CellError(value)
        case "d":
            return serial_of_iso(value, is_1904=is_1904)
        case "m":
            return None
        case _:
            return value


def has_chart(sheet: Sheet, name: str) -> bool:
    """Whether a pivot chart shows that pivot table of the sheet, by its name."""
    package, ending = sheet.book.package, f"]{sheet.name}!{name}".casefold()
    charts = (part for part in package.names if "drawingml.chart+xml" in (package.content_type(part) or ""))
    sources = (each for part in charts for source in named(package.xml(part), "pivotSource") for each in source)
    return any((each.text or "").casefold().endswith(ending) for each in sources)


def _refuse_slicers(sheet: Sheet, name: str) -> None:
    """Slicers and timelines hold the numbers of items, which are others when the table is made anew."""
    package = sheet.book.package
    for part in package.names:
        if _FILTERING.search(package.content_type(part) or "") and any(
            each.get("tabId") == str(sheet.id) and each.get("name", "").casefold() == name.casefold()
            for each in named(package.xml(part), "pivotTable")
        ):
            raise Refused(f"slicers or timelines filter pivot table {name!r}; change it in Excel")
