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
from skills.presentations.document.markup import child, need, node, put

_WITH_POINTS = {"line", *SCATTERS}
_BARS = {"column", "bar", "line"}
_LARGER = 400  # hundredths of a point
_MARKER = 13
_BEFORE = {"c:dLbls", "c:trendline", "c:errBars", "c:cat", "c:val", "c:xVal", "c:yVal", "c:smooth", "c:extLst"}


def call_out(root: Element, data: Data, palette: Palette) -> None:
    """The category highlighted, of the series highlighted or else the first; a series alone at its last point."""
    names = [each.name for each in data.series]
    if not data.highlight or data.type not in {*_BARS, *SCATTERS}:
        return
    which = names.index(data.highlight) if data.highlight in names and len(names) > 1 else 0
    if data.highlight in data.categories:
        at = list(data.categories).index(data.highlight)
    elif len(names) > 1 and data.callout:
        at = max((n for n, value in enumerate(data.series[which].values) if value is not None), default=0)
    else:
        return
    series = charts.series(root)[which]
    if data.type in _WITH_POINTS:
        _mark(series, at, slot_of(which, data, palette)[0], data.type)
    if data.callout or child(series, "c:dLbls") is not None:
        _label(series, at, data, palette)


def _mark(series: Element, at: int, slot: str, kind: str) -> None:
    looks = node("c:spPr", None, stroke_of(slot, "", kind))
    made = node(
        "c:dPt", None, node("c:idx", {"val": at}), marker(slot, kind, _MARKER), node("c:bubble3D", {"val": 0}), looks
    )
    place = next((n for n, each in enumerate(series) if named(each) in _BEFORE), len(series))
    series.insert(place, made)


def _label(series: Element, at: int, data: Data, palette: Palette) -> None:
    """Its own label among those of the series, or the only one there."""
    held = child(series, "c:dLbls")
    if held is None:
        held = put(series, _only_one(data))
    made = node("c:dLbl", None, node("c:idx", {"val": at}))
    size = size_of(data) + _LARGER
    if data.callout:
        made.append(node("c:tx", None, _rich(data.callout, size, palette.called)))
    for each in labels(data.number_format, data.type, size):
        made.append(each)
    put(made, text_properties(size, bold=True, slot=palette.called))
    if data.type == "line" and _comes_down(series, at):
        put(made, node("c:dLblPos", {"val": "b"}))  # above it runs the line
    held.insert(0, made)


def _comes_down(series: Element, at: int) -> bool:
    """Whether the line falls towards that point."""
    before, here = [float(value or 0) for value in charts.values(series)][max(at - 1, 0) : at + 1] if at else (0, 0)
    return before > here


def _only_one(data: Data) -> Element:
    """Labels that show nothing, around those that do."""
    made = labels(data.number_format, data.type)
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
