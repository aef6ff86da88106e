"""The point of a chart called out: its value larger and in colour, its marker larger, words of its own beside it."""

from __future__ import annotations

from copilot_server.office.xml import Element
from skills.presentations.document import charts, tongues
from skills.presentations.document.building import fill
from skills.presentations.document.chart_data import SCATTERS, Data
from skills.presentations.document.chart_looks import (
    Palette,
    labels,
    marker,
    named,
    size_of,
    slot_of,
    stroke_of,
    text_properties,
)
from skills.presentations.document.figures import is_told, written
from skills.presentations.document.markup import child, need, node, put

_WITH_POINTS = {"line", *SCATTERS}
_CALLED = {"column", "bar", "line", "combo", *SCATTERS}
_ROUND = {"pie", "doughnut"}
_AREAS = {"area", "stacked_area"}
_LARGER = 400  # hundredths of a point
_MARKER = 13
_BEFORE = {"c:dLbls", "c:trendline", "c:errBars", "c:cat", "c:val", "c:xVal", "c:yVal", "c:smooth", "c:extLst"}


def undrawn(data: Data) -> str:
    """What of the highlight and callout asked for this kind of chart does not draw, and the way out; "" for nothing."""
    asked, kind = data.highlight, data.type.replace("_", " ")
    names = [each.name for each in data.series]
    if data.callout and not asked:
        return "a callout needs highlight: the category or series it stands at"
    if asked and asked not in {*names, *data.categories}:
        return f"no category or series {asked!r} to highlight; there are {', '.join([*data.categories, *names][:20])}"
    if data.type in _ROUND and asked and asked not in data.categories:
        return f"a {kind} chart highlights a slice: name a category"
    if data.type in _AREAS and data.calls_a_category:
        return f"the {kind} chart has no points to highlight; name one of several series, or make a line or columns"
    if data.callout and data.type not in _CALLED:
        return f"no callout is drawn on a {kind} chart: say it in text, or make a column, bar, line or scatter chart"
    if data.callout and _place(data) is None:
        return f"there is no value at {asked!r} for the callout to stand at"
    return ""


def call_out(root: Element, data: Data, palette: Palette) -> None:
    """The category highlighted, of the first series with a value there; a series highlighted at its last point."""
    found = _place(data) if data.highlight and data.type in _CALLED else None
    if found is None or not (data.calls_a_category or data.callout):
        return
    which, at = found
    series, kind = charts.series(root)[which], _drawn_as(which, data)
    value = data.series[which].values[at] or 0
    if data.type in SCATTERS:  # gaps are no points there
        at = sum(each is not None for each in data.series[which].values[:at])
    if kind in _WITH_POINTS:
        _mark(series, at, slot_of(which, data, palette)[0], kind)
    if data.callout or child(series, "c:dLbls") is not None:
        _label(series, at, kind, _words(series, value, data), data, palette)


def _place(data: Data) -> tuple[int, int] | None:
    """(series, point) of what is called out; None where nothing stands there."""
    names = [each.name for each in data.series]
    if data.calls_a_category:
        at = list(data.categories).index(data.highlight)
        return next(((which, at) for which, each in enumerate(data.series) if each.values[at] is not None), None)
    which = names.index(data.highlight)
    points = [at for at, value in enumerate(data.series[which].values) if value is not None]
    return (which, points[-1]) if points else None


def _drawn_as(which: int, data: Data) -> str:
    if data.type != "combo":
        return data.type
    return "line" if which and which == len(data.series) - 1 else "column"


def _words(series: Element, value: float, data: Data) -> str:
    """What is said, with the value whose label it takes the place of."""
    has_values = child(series, "c:dLbls") is not None
    if not data.callout or not has_values or is_told(value, data.callout, data.number_format):
        return data.callout
    return f"{data.callout}\n{written(value, data.number_format)}"


def _mark(series: Element, at: int, slot: str, kind: str) -> None:
    looks = node("c:spPr", None, stroke_of(slot, "", kind))
    made = node(
        "c:dPt", None, node("c:idx", {"val": at}), marker(slot, kind, _MARKER), node("c:bubble3D", {"val": 0}), looks
    )
    place = next((n for n, each in enumerate(series) if named(each) in _BEFORE), len(series))
    series.insert(place, made)


def _label(series: Element, at: int, kind: str, words: str, data: Data, palette: Palette) -> None:
    """Its own label among those of the series, or the only one there."""
    held = child(series, "c:dLbls")
    if held is None:
        held = put(series, _only_one(data, kind))
    made = node("c:dLbl", None, node("c:idx", {"val": at}))
    size = size_of(data) + _LARGER
    if words:
        made.append(node("c:tx", None, _rich(words, size, palette.called)))
    for each in labels(data.number_format, kind, size):
        made.append(each)
    put(made, text_properties(size, bold=True, slot=palette.called))
    if data.type == "line" and _comes_down(series, at):
        put(made, node("c:dLblPos", {"val": "b"}))  # above it runs the line
    held.insert(0, made)


def _comes_down(series: Element, at: int) -> bool:
    """Whether the line falls towards that point."""
    before, here = [float(value or 0) for value in charts.values(series)][max(at - 1, 0) : at + 1] if at else (0, 0)
    return before > here


def _only_one(data: Data, kind: str) -> Element:
    """Labels that show nothing, around those that do."""
    made = labels(data.number_format, kind)
    need(made, "c:showVal").set("val", "0")
    return made


def _rich(words: str, size: int, slot: str) -> Element:
    looks = {"sz": size, "b": 1}
    paragraphs: list[Element] = []
    for part in words.split("\n"):
        run = node(
            "a:r",
            None,
            node("a:rPr", {"lang": tongues.language(part) or "en-US", **looks}, fill(slot)),
            node("a:t", text=part),
        )
        paragraphs.append(node("a:p", None, node("a:pPr", None, node("a:defRPr", looks, fill(slot))), run))
    return node("c:rich", None, node("a:bodyPr", {"wrap": "none"}), node("a:lstStyle"), *paragraphs)
