"""The formats people gave to areas of a pivot table, told by fields and items, as another layout of it has them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.formats import elements, number
from skills.spreadsheets.document.pivots.fields import key_of
from skills.spreadsheets.document.references.holders.elements import child, named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.cells import CellValue
    from skills.spreadsheets.document.pivots.layout import PivotLayout

# In their order in a pivot table (CT_pivotTableDefinition; ISO/IEC 29500-1, A.2).
HOLDERS: Final = ("formats", "chartFormats")
_DATA: Final = ("4294967294", "-2")
"""What stands for the values in place of a field."""


@dataclass(frozen=True, slots=True)
class Renumbering:
    """What fields, their items and the values are numbered now, by what they were; those that are gone are missing.

    `axes` are the places of the fields that are shown: on which axis, and the how manyth there.
    """

    fields: Mapping[int, int]
    items: Mapping[int, Mapping[int, int]]
    values: Mapping[int, int]
    axes: Mapping[int, tuple[str, int]]
    is_same: bool

    @classmethod
    def between(
        cls, table: Element, cache: Element, values_of: Callable[[Element], Sequence[CellValue]], layout: PivotLayout
    ) -> Renumbering:
        """From a pivot table as it stood and its cache, of whose fields `values_of` gives the values."""
        names = {field.name.casefold(): at for at, field in enumerate(layout.fields)}
        cached = list(named(cache, "cacheField"))
        headers = [field.get("name", "").casefold() for field in cached]
        fields = {old: names[header] for old, header in enumerate(headers) if header in names}
        shown = named(table, "pivotField")
        items = {old: _items(shown[old], values_of(cached[old]), layout, new) for old, new in fields.items()}
        captions = {data.name: at for at, data in enumerate(layout.data)}
        values = [each.get("name", "") for each in named(table, "dataField")]
        axes = {
            at: (axis, place)
            for axis, axis_fields in (
                ("axisRow", layout.rows),
                ("axisCol", layout.columns),
                ("axisPage", _pages(layout)),
            )
            for place, at in enumerate(axis_fields)
        }
        same = values == list(captions) and all(
            [fields.get(number(each, "x")) for each in _axis(table, holder)] == list(now)
            for holder, now in (("rowFields", layout.rows), ("colFields", layout.columns))
        )
        return cls(
            fields, items, {old: captions[name] for old, name in enumerate(values) if name in captions}, axes, same
        )


def carry_formats(old: Element, new: Element, renumbering: Renumbering) -> None:
    """Put into a pivot table those of another whose areas it has too."""
    for holder in HOLDERS:
        found = child(old, holder)
        kept = (
            []
            if found is None
            else [each for one in elements(found) if (each := _renumbered(one, renumbering)) is not None]
        )
        style = child(new, "pivotTableStyleInfo")
        if found is None or not kept or style is None:
            continue
        made = deepcopy(found)
        made[:] = kept
        made.set("count", str(len(kept)))
        style.addprevious(made)


def count_formats(table: Element) -> int:
    return sum(len(named(table, name)) for name in ("format", "chartFormat"))


def _axis(table: Element, holder: str) -> list[Element]:
    found = child(table, holder)
    return [] if found is None else [each for each in elements(found) if each.get("x") not in _DATA]


def _pages(layout: PivotLayout) -> list[int]:
    return [at for at, _ in layout.pages]


def _items(field: Element, values: Sequence[CellValue], layout: PivotLayout, at: int) -> dict[int, int]:
    """The places of the items of a field among those of the new one, by the places they had."""
    items = [each for each in named(field, "item") if each.get("t", "data") == "data"]
    now = {key_of(value): place for place, value in enumerate(layout.fields[at].items)}
    if not values:  # grouped, and its groups are numbered
        return {place: place for place in range(len(items))} if len(items) == len(now) else {}
    old = [values[x] if (x := number(each, "x")) < len(values) else None for each in items]
    return {place: now[key_of(value)] for place, value in enumerate(old) if key_of(value) in now}


def _renumbered(one: Element, renumbering: Renumbering) -> Element | None:
    """The format for the new layout; None where its area is not there any more."""
    made = deepcopy(one)
    area = child(made, "pivotArea")
    if area is None or (area.get("offset") is not None and not renumbering.is_same):
        return None
    if not _places_field(area, renumbering):
        return None
    return made if all(_refers(each, renumbering) for each in named(area, "reference")) else None


def _places_field(area: Element, renumbering: Renumbering) -> bool:
    """The one field whose button or labels it is about."""
    field = area.get("field")
    if field is None or field in _DATA:
        return True
    new = renumbering.fields.get(int(field))
    axis, place = renumbering.axes.get(-1 if new is None else new, ("", 0))
    if not axis or area.get("axis", axis) != axis:
        return False
    area.set("field", str(new))
    if "fieldPosition" in area.attrib:
        area.set("fieldPosition", str(place))
    return True


def _refers(reference: Element, renumbering: Renumbering) -> bool:
    """Numbers a reference anew; False where nothing of what it names is left."""
    field = reference.get("field")
    new = None
    if field is not None and field not in _DATA:
        new = renumbering.fields.get(int(field))
        if new not in renumbering.axes:
            return False
        reference.set("field", str(new))
    places = renumbering.values if new is None else renumbering.items.get(int(field or 0), {})
    named_items = list(named(reference, "x"))
    for each in named_items:
        place = places.get(number(each, "v"))
        if place is None:
            reference.remove(each)
        else:
            each.set("v", str(place))
    left = len(named(reference, "x"))
    if named_items:
        reference.set("count", str(left))
    return bool(left) or not named_items
