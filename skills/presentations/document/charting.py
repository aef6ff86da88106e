"""Native charts made and their data replaced: python-pptx writes data and workbook, the looks are ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.chart.xmlwriter import ChartXmlWriter, SeriesXmlRewriterFactory
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml

from copilot_server.errors import Refused
from copilot_server.office.xml import Element, parse
from skills.presentations.document import chart_looks, charts
from skills.presentations.document.building import frame
from skills.presentations.document.calling_out import call_out, undrawn
from skills.presentations.document.chart_data import Data, Series, chart_data, workbook
from skills.presentations.document.combining import combine
from skills.presentations.document.deck import Deck
from skills.presentations.document.markup import child, every, node, put
from skills.presentations.document.shapes import Box, Shape
from skills.presentations.document.slide import Slide

_TYPES = {
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stacked_column": XL_CHART_TYPE.COLUMN_STACKED,
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked_bar": XL_CHART_TYPE.BAR_STACKED,
    "line": XL_CHART_TYPE.LINE,
    "area": XL_CHART_TYPE.AREA,
    "stacked_area": XL_CHART_TYPE.AREA_STACKED,
    "pie": XL_CHART_TYPE.PIE,
    "doughnut": XL_CHART_TYPE.DOUGHNUT,
    "scatter": XL_CHART_TYPE.XY_SCATTER,
    "scatter_lines": XL_CHART_TYPE.XY_SCATTER_LINES,
    "combo": XL_CHART_TYPE.COLUMN_CLUSTERED,
}
_REWRITTEN_AS = {
    "column": "column",
    "bar": "bar",
    "line": "line",
    "area": "area",
    "pie": "pie",
    "doughnut": "doughnut",
    "scatter": "scatter",
    "radar": "line",
    "column+line": "column",
}
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHART_URI = "http://schemas.openxmlformats.org/drawingml/2006/chart"


def add_chart(slide: Slide, name: str, box: Box, data: Data, link: Element | None = None) -> Shape:
    """A chart part with its workbook, in a frame at `box`; `link` is the p:ph it fills.

    Raises Refused for a highlight or callout that would not be drawn.
    """
    if missed := undrawn(data):
        raise Refused(missed)
    made = chart_data(data)
    xml = ChartXmlWriter(_TYPES[data.type], made).xml.encode()
    parts = slide.deck.parts
    part = parts.package.fresh_name("ppt/charts/chart{}.xml")
    root = parse(xml)
    palette = chart_looks.palette_of(slide)
    chart_looks.style(root, data, palette)
    if data.type == "combo":
        combine(root, chart_looks.slot_of(len(data.series) - 1, data, palette)[0])
    call_out(root, data, palette)
    parts.add(part, root, CHART_TYPE)
    _attach_workbook(slide.deck, part, workbook(made))
    rid = parts.relate(slide.part, "chart", part)
    graphic = node("a:graphic", None, node("a:graphicData", {"uri": _CHART_URI}, node("c:chart", {"r:id": rid})))
    return frame(slide, name, box, graphic, link)


def replace_data(slide: Slide, shape: Shape, categories: Sequence[str], series: Sequence[Series]) -> None:
    """New categories and series in the chart's own formatting; its workbook is rewritten to match."""
    part = shape.chart_part
    if part is None:
        raise Refused(f"shape {shape.key} on slide {slide.number} is no chart whose data can be replaced")
    root = slide.deck.parts.edit(part)
    kind = charts.kind(root)
    if kind not in _REWRITTEN_AS:
        raise Refused(f"a {kind} chart's data cannot be replaced here; delete it and make a new chart")
    if "+" in kind and len(series) != len(charts.series(root)):
        raise Refused(f"this combination has {len(charts.series(root))} series; send as many, or make a new chart")
    data = Data(_REWRITTEN_AS[kind], categories, series, _number_format(root))  # type: ignore[arg-type]
    made = chart_data(data)
    rewritten: Any = parse_xml(etree.tostring(root))
    SeriesXmlRewriterFactory(_TYPES[data.type], made).replace_series_data(rewritten)
    fresh = parse(etree.tostring(rewritten))
    root[:] = list(fresh)
    _attach_workbook(slide.deck, part, workbook(made))


def _attach_workbook(deck: Deck, part: str, data: bytes) -> None:
    """Written over the embedded workbook the chart names, or added."""
    parts = deck.parts
    root = parts.edit(part)
    named = child(root, "c:externalData")
    rid = (
        next((str(value) for key, value in named.attrib.items() if str(key).endswith("}id")), "")
        if named is not None
        else ""
    )
    target = parts.target(part, rid)
    if target is not None:
        parts.package.write(target, data)
        return
    target = parts.package.fresh_name("ppt/embeddings/Microsoft_Excel_Sheet{}.xlsx")
    parts.write(target, data, WORKBOOK_TYPE)
    link = node("c:externalData", {"r:id": parts.relate(part, "package", target)}, node("c:autoUpdate", {"val": 0}))
    put(root, link)


def _number_format(root: Element) -> str:
    return next((code.text for code in every(child(root, "c:chart"), "c:formatCode") if code.text), "General")
