"""How native charts look: titles, labels, legends and axes; quiet, in theme colours, the point called out."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass

from copilot_server.errors import TargetNotFound
from copilot_server.office.xml import Element
from skills.presentations.document import charts, tongues
from skills.presentations.document.building import fill
from skills.presentations.document.chart_data import SCATTERS, Data
from skills.presentations.document.markup import child, children, every, need, node, put, remove
from skills.presentations.document.slide import Slide
from skills.presentations.document.theme import contrast

_ROUND = {"pie", "doughnut"}
_DARK = 7.0  # contrast with white
_READABLE_LARGE = 3.0
_ACCENTS = tuple(f"accent{n}" for n in range(1, 7))
_DASHES = ("", "sysDash", "sysDot")
_AREAS = {"area", "stacked_area"}
_MOST_LABELS = 10
_SIZE = 1600  # hundredths of a point
_LARGE, _SMALL = 1800, 1400
_ROOMY = 6  # names, of half a slide's width in all
_LETTERS = 48
_NARROW = 0.5  # of the highest value: what varies by less says nothing over an axis from zero
_DRAWN_AS_LINES = {"line", *SCATTERS}
_FLAT = {"bar", "stacked_bar"}
_FADED = 35  # opacity in percent of columns beside those of the category called out


def set_title(root: Element, words: str, size: int = _SIZE) -> None:
    """The chart's own title; "" takes it off."""
    chart = need(root, "c:chart")
    remove(child(chart, "c:title"))
    put(chart, node("c:autoTitleDeleted", {"val": int(not words)}))
    if words:
        run = node("a:r", None, node("a:rPr", {"lang": "en-US"}), node("a:t", text=words))
        rich = node(
            "c:rich",
            None,
            node("a:bodyPr"),
            node("a:lstStyle"),
            node("a:p", None, _character("a:pPr", size, bold=True), run),
        )
        put(chart, node("c:title", None, node("c:tx", None, rich), node("c:overlay", {"val": 0})))


def set_labels(root: Element, *, shown: bool, number_format: str | None = None) -> None:
    """Values written at the points of every series, or none."""
    for each in charts.series(root):
        remove(child(each, "c:dLbls"))
        if shown:
            put(each, labels(number_format or "General", charts.kind(root)))


def set_color(root: Element, name: str, color: str) -> None:
    """Of a series, or of a category where there is one series; raises TargetNotFound naming both."""
    drawn = charts.series(root)
    for each in drawn:
        if charts.series_name(each) == name:
            is_line = child(each, "c:spPr/a:ln") is not None and child(each, "c:spPr/a:solidFill") is None
            stroke = node("a:ln", {"w": 31750, "cap": "rnd"}, fill(color), node("a:round"))
            put(each, node("c:spPr", None, stroke if is_line else fill(color)))
            if child(each, "c:marker/c:spPr") is not None:
                put(need(each, "c:marker"), node("c:spPr", None, fill(color), node("a:ln", None, node("a:noFill"))))
            return
    names = charts.categories(root)
    if name not in names or len(drawn) != 1:
        known = ", ".join([charts.series_name(each) for each in drawn] + (names if len(drawn) == 1 else []))
        raise TargetNotFound(f"no series or category {name!r} in that chart; there are {known}")
    at = names.index(name)
    for old in children(drawn[0], "c:dPt"):
        if child(old, "c:idx") is not None and need(old, "c:idx").get("val") == str(at):
            drawn[0].remove(old)
    _point(drawn[0], at, color, gap=charts.kind(root) in _ROUND)


def set_range(root: Element, low: float | None, high: float | None) -> None:
    """Where the value axis begins and ends."""
    for axis in children(need(root, "c:chart/c:plotArea"), "c:valAx")[-1:]:
        scaling = need(axis, "c:scaling")
        for name, value in (("c:max", high), ("c:min", low)):
            if value is not None:
                put(scaling, node(name, {"val": f"{value:g}"}))


def _low(data: Data) -> float | None:
    """Where the axis of a line begins, a round figure, when zero would press all of it into the top of the chart."""
    values = [value for each in data.series for value in each.values if value is not None]
    low, high = min(values, default=0), max(values, default=0)
    if low <= 0 or low == high or high - low > high * _NARROW:
        return None
    step = 10 ** math.floor(math.log10(high - low)) / 2
    return max(math.floor((low - (high - low) / 4) / step) * step, 0) or None


def set_legend(root: Element, position: str) -> None:
    """`position` is r, l, t, b; "" takes the legend off."""
    chart = need(root, "c:chart")
    remove(child(chart, "c:legend"))
    if position:
        put(chart, node("c:legend", None, node("c:legendPos", {"val": position}), node("c:overlay", {"val": 0})))


@dataclass(frozen=True, slots=True)
class Palette:
    """`muted` is the grey of what is not called out, `greys` those of series beside one that is.

    `light` are the accents on which the theme's dark text reads better than its ground; `called` is the colour of large
    words about what is called out.
    """

    muted: str
    greys: tuple[str, str]
    light: frozenset[str]
    called: str = "tx1"


def palette_of(slide: Slide) -> Palette:
    """Greys that are seen on the slide's ground, but no more than that."""
    theme = slide.deck.theme_of(slide.master) if slide.master else None
    if theme is None:
        return Palette("bg1 muted", ("bg1 grey", "bg1 muted"), frozenset())
    ground, text = theme.slot("bg1") or "FFFFFF", theme.slot("tx1") or "000000"
    accents = {slot: theme.slot(slot) or ground for slot in _ACCENTS}
    light = frozenset(slot for slot, color in accents.items() if contrast(color, text) > contrast(color, ground))
    called = "accent1" if contrast(accents["accent1"], ground) >= _READABLE_LARGE else "tx1"
    if contrast(ground, "FFFFFF") > _DARK:
        return Palette("bg1 raised", ("bg1 pale", "bg1 raised"), light, called)
    return Palette("bg1 muted", ("bg1 grey", "bg1 muted"), light, called)


def size_of(data: Data) -> int:
    """Of the type in a chart: larger where few short names stand along its axis."""
    names = sum(len(each) * (2 if each > "\u2e80" else 1) for each in data.categories)
    return _LARGE if len(data.categories) <= _ROOMY and names <= _LETTERS else _SIZE


def style(root: Element, data: Data, palette: Palette) -> None:
    """Quiet axes, theme colours, labels instead of gridlines where there is one series, the point called out."""
    _number_axes(root)
    size = size_of(data)
    set_title(root, data.title, size if len(data.title) <= _LETTERS else _SMALL)
    put(root, node("c:roundedCorners", {"val": 0}))
    put(root, text_properties(size))
    has_labels = _has_labels(data)
    for at, each in enumerate(charts.series(root)):
        _paint(each, at, data, palette)
        remove(child(each, "c:dLbls"))
        if has_labels or data.type in _ROUND:
            put(each, labels(data.number_format, data.type, size))
        if data.type in _ROUND:
            _dark_labels(need(each, "c:dLbls"), _slices(data, palette), palette, size)
    for plot in charts.plots(root):
        for each in children(plot, "c:dLbls"):
            plot.remove(each)
        if child(plot, "c:gapWidth") is not None:
            need(plot, "c:gapWidth").set("val", "60")
    _style_axes(root, data, has_labels=has_labels)
    if data.type in _DRAWN_AS_LINES:
        set_range(root, _low(data), None)
    needs_legend = len(data.series) > 1 or data.type in _ROUND
    set_legend(root, ("r" if data.type in _ROUND else "t") if needs_legend else "")


def _number_axes(root: Element) -> None:
    """python-pptx numbers some axes below zero, which the schema has no room for (ECMA-376 Part 1, 21.2.2.9)."""
    for name in ("c:axId", "c:crossAx"):
        for each in every(root, name):
            each.set("val", each.get("val", "").lstrip("-"))


def _has_labels(data: Data) -> bool:
    """Values at the points, where there is room for them; they stand for the axis."""
    if data.type in {"column", "bar"} and len(data.series) > 1:
        return len(data.series) * len(data.categories) <= _MOST_LABELS
    return len(data.series) == 1 and len(data.categories) <= 12 and data.type not in {*SCATTERS, *_AREAS}


def _paint(series: Element, at: int, data: Data, palette: Palette) -> None:
    if data.type in _ROUND:
        for old in children(series, "c:dPt"):
            series.remove(old)
        for point, slot in enumerate(_slices(data, palette)):
            _point(series, point, slot, gap=True)
        return
    slot, dash = slot_of(at, data, palette)
    is_called_out = data.calls_a_category and len(data.series) == 1
    properties = node("c:spPr")
    if data.type in _DRAWN_AS_LINES:
        properties.append(stroke_of(slot, dash, data.type))
        put(series, marker(slot, data.type))
        remove(child(series, "c:smooth"))
        put(series, node("c:smooth", {"val": 0}))  # without it, LibreOffice bends the line
    else:
        properties.append(fill(palette.muted if is_called_out else slot))
    put(series, properties)
    if not data.calls_a_category or data.type in _DRAWN_AS_LINES:
        return
    for point, name in enumerate(data.categories):
        if is_called_out and name == data.highlight:
            _point(series, point, slot)
        elif not is_called_out and name != data.highlight:
            _point(series, point, f"{slot} {_FADED}")


def _slices(data: Data, palette: Palette) -> list[str]:
    """An accent each; where one is called out, greys for the others."""
    if data.highlight not in data.categories:
        return [_ACCENTS[at % len(_ACCENTS)] for at in range(len(data.categories))]
    return ["accent1" if name == data.highlight else palette.greys[at % 2] for at, name in enumerate(data.categories)]


def stroke_of(slot: str, dash: str, kind: str) -> Element:
    if kind == "scatter":
        return node("a:ln", None, node("a:noFill"))
    dashes = [node("a:prstDash", {"val": dash})] if dash else []
    return node("a:ln", {"w": 34925, "cap": "rnd"}, fill(slot), *dashes, node("a:round"))


def slot_of(at: int, data: Data, palette: Palette) -> tuple[str, str]:
    """Its place's accent; where one series is called out, greys for the others, told apart by dashes as well."""
    if not data.calls_a_series:
        return _ACCENTS[at % len(_ACCENTS)], ""
    called = [each.name for each in data.series].index(data.highlight)
    if at == called:
        return "accent1", ""
    if data.type == "combo":
        return palette.muted, ""  # words called out at the line stand before the columns
    other = at - (at > called)
    return palette.greys[other % 2], _DASHES[other % len(_DASHES)]


def marker(slot: str, kind: str, size: int = 0) -> Element:
    size = size or (9 if kind == "scatter" else 6)
    looks = node("c:spPr", None, fill(slot), node("a:ln", None, node("a:noFill")))
    return node("c:marker", None, node("c:symbol", {"val": "circle"}), node("c:size", {"val": size}), looks)


def _point(series: Element, at: int, slot: str, *, gap: bool = False) -> None:
    """One point in its own colour; slices of a pie are kept apart by the ground's colour."""
    looks = node("c:spPr", None, fill(slot))
    if gap:
        looks.append(node("a:ln", {"w": 19050}, fill("bg1")))
    made = node(
        "c:dPt",
        None,
        node("c:idx", {"val": at}),
        node("c:invertIfNegative", {"val": 0}),
        node("c:bubble3D", {"val": 0}),
        looks,
    )
    if gap:
        made.remove(made[1])
    following = {"c:dLbls", "c:trendline", "c:errBars", "c:cat", "c:val", "c:xVal", "c:yVal", "c:smooth", "c:extLst"}
    place = next((n for n, each in enumerate(series) if named(each) in following), len(series))
    series.insert(place, made)


def named(element: Element) -> str:
    return "c:" + str(element.tag).rpartition("}")[2]


def labels(number_format: str, kind: str, size: int = _SIZE) -> Element:
    is_round = kind in _ROUND
    made = node(
        "c:dLbls", None, node("c:numFmt", {"formatCode": "0%" if is_round else number_format, "sourceLinked": 0})
    )
    made.append(node("c:spPr", None, node("a:noFill"), node("a:ln", None, node("a:noFill"))))
    made.append(text_properties(size, bold=is_round, slot="bg1" if is_round else "tx1"))
    if kind in {"column", "bar", "line"}:
        made.append(node("c:dLblPos", {"val": "t" if kind == "line" else "outEnd"}))
    shown = {
        "showLegendKey": 0,
        "showVal": int(not is_round),
        "showCatName": 0,
        "showSerName": 0,
        "showPercent": int(is_round),
        "showBubbleSize": 0,
    }
    made.extend([node(f"c:{name}", {"val": value}) for name, value in shown.items()])
    return made


def _dark_labels(labels: Element, slots: list[str], palette: Palette, size: int) -> None:
    """Dark type on light slices; the others keep the ground's colour."""
    for at, slot in reversed(list(enumerate(slots))):
        if slot in palette.light or slot in palette.greys:
            made = node("c:dLbl", None, node("c:idx", {"val": at}))
            made.extend([copy.deepcopy(each) for each in labels if named(each) != "c:dLbl"])
            put(made, text_properties(size, bold=True))
            labels.insert(0, made)


def _style_axes(root: Element, data: Data, *, has_labels: bool) -> None:
    """Values at the points need no value axis; otherwise hairline gridlines and no axis line."""
    area = need(root, "c:chart/c:plotArea")
    words = " ".join([data.title, *data.categories, *(each.name for each in data.series)])
    is_from_the_right = data.type not in SCATTERS and tongues.is_right_to_left(words)
    for axis in [each for name in ("c:catAx", "c:dateAx", "c:valAx") for each in children(area, name)]:
        is_value = named(axis) == "c:valAx"
        for name in ("c:majorGridlines", "c:minorGridlines"):
            remove(child(axis, name))
        for name in ("c:majorTickMark", "c:minorTickMark"):
            put(axis, node(name, {"val": "none"}))
        if is_value and has_labels:
            put(axis, node("c:delete", {"val": 1}))
        elif is_value:
            hairline = node("a:ln", {"w": 6350}, fill("tx1 25"))
            put(axis, node("c:majorGridlines", None, node("c:spPr", None, hairline)))
            put(axis, node("c:numFmt", {"formatCode": data.number_format, "sourceLinked": 0}))
        stroke = node("a:ln", None, node("a:noFill")) if is_value else node("a:ln", {"w": 9525}, fill("tx1 50"))
        put(axis, node("c:spPr", None, stroke))
        put(axis, text_properties(size_of(data)))
        is_flat = data.type in _FLAT
        if (is_flat and is_from_the_right) if is_value else (is_flat or is_from_the_right):
            put(need(axis, "c:scaling"), node("c:orientation", {"val": "maxMin"}))


def text_properties(size: int, *, bold: bool = False, slot: str = "tx1") -> Element:
    paragraph = node(
        "a:p", None, _character("a:pPr", size, bold=bold, slot=slot), node("a:endParaRPr", {"lang": "en-US"})
    )
    return node("c:txPr", None, node("a:bodyPr"), node("a:lstStyle"), paragraph)


def _character(name: str, size: int, *, bold: bool = False, slot: str = "tx1") -> Element:
    looks = node("a:defRPr", {"sz": size, "b": int(bold)}, fill(slot), node("a:latin", {"typeface": "+mn-lt"}))
    return node(name, None, looks)
