"""The charts of a sheet in a line each: what they are, what they show, where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from skills.spreadsheets.document.addresses import quoted_sheet
from skills.spreadsheets.document.charts.drawing import Placed, charts_of
from skills.spreadsheets.document.charts.reading import read_chart
from skills.spreadsheets.document.charts.spec import Chart, Source
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.reading.display import quoted

_MOST: Final = 8
_MOST_SERIES: Final = 6


def chart_lines(sheet: Sheet) -> Iterator[str]:
    """`chart 1 column "Revenue" of B2:B13 by A2:A13 at H2:O16`, the first few."""
    found = charts_of(sheet)
    yield from (chart_line(sheet, each) for each in found[:_MOST])
    if len(found) > _MOST:
        yield f"{len(found) - _MOST} more charts"


def chart_line(sheet: Sheet, placed: Placed) -> str:
    """One chart, as `read` and measured changes tell it."""
    package = sheet.book.package
    chart = package.found("chart", [placed.part], lambda: read_chart(package.xml(placed.part)))
    at = f" at {placed.area}" if placed.area else ""
    if chart is None:
        return f"chart {placed.number} of a kind not read here{at}"
    title = f" {quoted(chart.title)}" if chart.title else ""
    return f"chart {placed.number} {_kinds(chart)}{title} of {_series(sheet, chart)}{at}"


def _kinds(chart: Chart) -> str:
    kinds = dict.fromkeys([chart.kind, *(each.kind for each in chart.series if each.kind)])
    stacked = f"{chart.stacking} " if chart.stacking != "none" else ""
    second = " (second axis)" if any(each.is_secondary for each in chart.series) else ""
    return stacked + "+".join(str(kind) for kind in kinds) + second


def _series(sheet: Sheet, chart: Chart) -> str:
    shown = [_place(sheet, each.values) for each in chart.series[:_MOST_SERIES]]
    more = f" and {len(chart.series) - _MOST_SERIES} more" if len(chart.series) > _MOST_SERIES else ""
    categories = next((each.categories for each in chart.series if each.categories), None)
    by = f" by {_place(sheet, categories)}" if categories else ""
    return f"{', '.join(shown) or 'no cells'}{more}{by}"


def _place(sheet: Sheet, source: Source) -> str:
    is_own = source.sheet.casefold() == sheet.name.casefold()
    return str(source.area) if is_own else f"{quoted_sheet(source.sheet)}!{source.area}"
