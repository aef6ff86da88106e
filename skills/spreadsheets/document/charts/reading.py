"""Reads what a chart's part shows, of whatever writer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from copilot_server.office.xml import local_name
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.charts.spec import Chart, Kind, Legend, Series, Source, Stacking
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.references.holders.elements import child, children, named
from skills.spreadsheets.document.references.sheet_names import split_location

if TYPE_CHECKING:
    from copilot_server.office.xml import Element

PLOTS: Final[dict[str, Kind]] = {
    "barChart": "column",
    "bar3DChart": "column",
    "lineChart": "line",
    "line3DChart": "line",
    "areaChart": "area",
    "area3DChart": "area",
    "pieChart": "pie",
    "pie3DChart": "pie",
    "ofPieChart": "pie",
    "doughnutChart": "doughnut",
    "scatterChart": "scatter",
    "bubbleChart": "scatter",
    "radarChart": "radar",
}
_LEGENDS: Final[dict[str, Legend]] = {"r": "right", "b": "bottom", "t": "top", "l": "left", "tr": "right"}
_STACKINGS: Final[dict[str, Stacking]] = {"stacked": "stacked", "percentStacked": "percent"}
_CATEGORY_AXES: Final = ("catAx", "dateAx")


def read_chart(root: Element) -> Chart | None:
    """None for charts of kinds not known here (stock, surface)."""
    groups = list(plots(root))
    if not groups:
        return None
    main = groups[0]
    secondary = _secondary_axes(root)
    series = [
        _series(each, kind_of(group) if kind_of(group) != kind_of(main) else None, is_second=_axes(group) in secondary)
        for group in groups
        for each in children(group, "ser")
    ]
    across, upright = axes(root)
    legend = next(iter(named(root, "legend")), None)
    position = None if legend is None else child(legend, "legendPos")
    return Chart(
        kind=kind_of(main),
        series=tuple(each for each in series if each is not None),
        stacking=_STACKINGS.get(_value(main, "grouping"), "none"),
        title=_title(_holder(root)),
        x_title=None if across is None else _title(across),
        y_title=None if upright is None else _title(upright),
        legend="none" if legend is None else _LEGENDS.get(position.get("val", "r") if position is not None else "r"),
        y2_title=_second_title(root),
        number_format=_number_format(root, upright),
        value_range=_value_range(upright),
        has_labels=any(each.get("val") in {"1", "true"} for each in named(root, "showVal", "showPercent")),
    )


def plots(root: Element) -> Iterator[Element]:
    """The groups of series that are drawn alike, in order."""
    for area in named(root, "plotArea"):
        yield from (each for each in elements(area) if local_name(each) in PLOTS)


def kind_of(group: Element) -> Kind:
    """Bars that lie are called bar, those that stand column."""
    kind = PLOTS[local_name(group)]
    return "bar" if kind == "column" and _value(group, "barDir") == "bar" else kind


def axes(root: Element) -> tuple[Element | None, Element | None]:
    """The first axis of categories (of x values in a scatter chart) and the first of values."""
    area = next(iter(named(root, "plotArea")), None)
    found = [] if area is None else elements(area)
    across = [each for each in found if local_name(each) in _CATEGORY_AXES]
    upright = [each for each in found if local_name(each) == "valAx"]
    if not across and len(upright) > 1:
        return upright[0], upright[1]
    return (across[0] if across else None), (upright[0] if upright else None)


def source_of(text: str) -> Source | None:
    """Of one area on a named sheet."""
    sheet, place = split_location(text.strip())
    area = Area.find(place.replace("$", ""))
    return None if sheet is None or area is None else Source(sheet, area)


def text_of(holder: Element) -> str:
    """All text runs, or the value kept of a cell."""
    return "".join(each.text or "" for each in named(holder, "t")) or "".join(
        each.text or "" for each in named(holder, "v")
    )


def _holder(root: Element) -> Element:
    return next((each for each in elements(root) if local_name(each) == "chart"), root)


def _title(holder: Element) -> str | None:
    title = child(holder, "title")
    return None if title is None else text_of(title) or None


def _series(element: Element, kind: Kind | None, *, is_second: bool) -> Series | None:
    values = _source(element, "val") or _source(element, "yVal")
    if values is None:
        return None
    name: Source | str | None = _source(element, "tx")
    holder = child(element, "tx")
    if name is None and holder is not None:
        name = text_of(holder) or None
    categories = _source(element, "cat") or _source(element, "xVal")
    return Series(values, categories, name, kind, is_second, _color(element))


def _color(series: Element) -> str | None:
    """RRGGBB where it has one of its own."""
    shape = child(series, "spPr")
    holder = None if shape is None else child(shape, "solidFill")
    if holder is None and shape is not None and (line := child(shape, "ln")) is not None:
        holder = child(line, "solidFill")
    color = None if holder is None else child(holder, "srgbClr")
    return None if color is None else color.get("val")


def _number_format(root: Element, upright: Element | None) -> str | None:
    """That of the labels, else of the axis of values, where it is not the cells' own."""
    holders = [*named(root, "dLbls"), *([] if upright is None else [upright])]
    found = [each for holder in holders for each in children(holder, "numFmt")]
    codes = (each.get("formatCode", "") for each in found if each.get("sourceLinked") not in {"1", "true"})
    return next((code for code in codes if code not in {"", "General"}), None)


def _value_range(axis: Element | None) -> tuple[float | None, float | None]:
    scaling = None if axis is None else child(axis, "scaling")
    if scaling is None:
        return None, None
    least, most = (_value(scaling, name) for name in ("min", "max"))
    return float(least) if least else None, float(most) if most else None


def _second_title(root: Element) -> str | None:
    """Of the axis of values at the right."""
    upright = [each for each in named(root, "valAx") if _value(each, "axPos") == "r"]
    return _title(upright[-1]) if len(list(named(root, "valAx"))) > 1 and upright else None


def _source(element: Element, name: str) -> Source | None:
    holder = child(element, name)
    formula = None if holder is None else next(iter(named(holder, "f")), None)
    return None if formula is None else source_of(formula.text or "")


def _value(element: Element, name: str) -> str:
    found = child(element, name)
    return "" if found is None else found.get("val", "")


def _axes(group: Element) -> frozenset[str]:
    return frozenset(each.get("val", "") for each in children(group, "axId"))


def _secondary_axes(root: Element) -> set[frozenset[str]]:
    """The pairs of axes after the first."""
    pairs = list(dict.fromkeys(_axes(group) for group in plots(root)))
    return set(pairs[1:])
