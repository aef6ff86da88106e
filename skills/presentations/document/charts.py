"""Native charts: read as categories and series, made in the theme's colours, their data replaced in place."""

from __future__ import annotations

from copilot_server.office.xml import Element
from skills.presentations.document.markup import child, children, every, tag

_TYPES = {
    "barChart": "bar",
    "bar3DChart": "bar",
    "lineChart": "line",
    "line3DChart": "line",
    "areaChart": "area",
    "area3DChart": "area",
    "pieChart": "pie",
    "pie3DChart": "pie",
    "ofPieChart": "pie",
    "doughnutChart": "doughnut",
    "scatterChart": "scatter",
    "bubbleChart": "bubble",
    "radarChart": "radar",
    "stockChart": "stock",
    "surfaceChart": "surface",
}
_MAX_SHOWN = 16


def plots(root: Element) -> list[Element]:
    """The c:barChart, c:lineChart … of a chart part."""
    area = child(root, "c:chart/c:plotArea")
    return [] if area is None else [each for each in area if tag(each).removeprefix("c:") in _TYPES]


def kind(root: Element) -> str:
    """column, bar, line, area, pie … ; a combination joins them by "+"."""
    names: list[str] = []
    for plot in plots(root):
        name = _TYPES[tag(plot).removeprefix("c:")]
        direction = child(plot, "c:barDir")
        if name == "bar" and (direction is None or direction.get("val", "col") == "col"):
            name = "column"
        names.append(name)
    return "+".join(dict.fromkeys(names)) or "unknown"


def series(root: Element) -> list[Element]:
    return [each for plot in plots(root) for each in children(plot, "c:ser")]


def series_name(element: Element) -> str:
    return "".join(value.text or "" for value in every(child(element, "c:tx"), "c:v"))


def categories(root: Element) -> list[str]:
    for each in series(root):
        holder = child(each, "c:cat")
        found = points(holder if holder is not None else child(each, "c:xVal"))
        if found:
            return found
    return []


def points(holder: Element | None) -> list[str]:
    """The cached values of a c:cat, c:val, c:xVal …, gaps as ""."""
    found = {
        int(point.get("idx", "0")): (value.text or "")
        for point in every(holder, "c:pt")
        if (value := child(point, "c:v")) is not None
    }
    return [found.get(at, "") for at in range(max(found) + 1)] if found else []


def values(element: Element) -> list[str]:
    holder = child(element, "c:val")
    return points(holder if holder is not None else child(element, "c:yVal"))


def title(root: Element) -> str:
    return "".join(run.text or "" for run in every(child(root, "c:chart/c:title"), "a:t"))


def data(root: Element) -> dict[str, list[str]]:
    """Everything a chart shows, by series; "" is the categories."""
    return {"": categories(root), **{f"{n}:{series_name(each)}": values(each) for n, each in enumerate(series(root))}}


def summary(root: Element) -> list[str]:
    """As `read` shows it: kind and title, categories, a line a series."""
    head = f"{kind(root)} chart" + (f" “{title(root)}”" if title(root) else "")
    return [
        head,
        "categories: " + _short(categories(root)),
        *(f"series {series_name(each) or '(unnamed)'}: {_short(values(each))}" for each in series(root)),
    ]


def _short(found: list[str]) -> str:
    more = f" … {len(found)} in all" if len(found) > _MAX_SHOWN else ""
    return ", ".join(_number(value) for value in found[:_MAX_SHOWN]) + more


def _number(text: str) -> str:
    try:
        return f"{float(text):.6g}"
    except ValueError:
        return text
