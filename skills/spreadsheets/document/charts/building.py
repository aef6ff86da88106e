"""Writes a chart's part: XlsxWriter makes it in a scratch workbook that holds the same cells."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import column_letters, quoted_sheet
from skills.spreadsheets.document.cells import CellError
from skills.spreadsheets.document.charts.spec import ROUND, Chart, Kind, Series, Source

if TYPE_CHECKING:
    import xlsxwriter

    from skills.spreadsheets.document.workbook import Workbook

_MOST_CACHED: Final = 20_000
_STACKINGS: Final = {"none": None, "stacked": "stacked", "percent": "percent_stacked"}
_STACKED: Final = frozenset({"column", "bar", "area", "line"})
_PALETTE: Final = ("4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47", "264478", "9E480E")


def build_chart(book: Workbook, chart: Chart) -> bytes:
    """The chart part, with the values of its cells kept as Excel does; raises ToolError when nothing is to be drawn."""
    if not chart.series:
        raise ToolError("the data holds no column of numbers to draw a chart of")
    import xlsxwriter  # noqa: PLC0415 - slow to load, and for charts only

    out = io.BytesIO()
    scratch = xlsxwriter.Workbook(out, {"in_memory": True})
    _copy_cells(scratch, book, chart)
    made = _assembled(scratch, book, chart)
    holder = scratch.worksheets()[0]
    holder.insert_chart("A1", made)
    scratch.close()
    with zipfile.ZipFile(out) as archive:
        return archive.read("xl/charts/chart1.xml")


def reference(source: Source) -> str:
    """As charts name cells: Sales!$B$2:$B$9."""
    area = source.area
    first = f"${column_letters(area.left)}${area.top}"
    last = "" if area.is_cell else f":${column_letters(area.right)}${area.bottom}"
    return f"{quoted_sheet(source.sheet)}!{first}{last}"


def _sources(chart: Chart) -> list[Source]:
    found: list[Source] = []
    for series in chart.series:
        found += [each for each in (series.values, series.categories, series.name) if isinstance(each, Source)]
    return found


def _copy_cells(scratch: xlsxwriter.Workbook, book: Workbook, chart: Chart) -> None:
    sheets: dict[str, Any] = {}
    left = _MOST_CACHED
    for source in _sources(chart):
        name = book.sheet(source.sheet).name
        if name not in sheets:
            sheets[name] = scratch.add_worksheet(name)
        for cell in book.sheet(name).cells(source.area):
            value = cell.value
            if value is not None and not isinstance(value, CellError) and left > 0:
                left -= 1
                if isinstance(value, str):
                    sheets[name].write_string(cell.row - 1, cell.column - 1, value)
                else:
                    sheets[name].write_number(cell.row - 1, cell.column - 1, float(value))


def _assembled(scratch: xlsxwriter.Workbook, book: Workbook, chart: Chart) -> Any:
    """The chart, series of another kind in a second one laid over it."""
    groups: dict[tuple[Kind, bool], list[tuple[int, Series]]] = {}
    for index, series in enumerate(chart.series):
        groups.setdefault((series.kind or chart.kind, series.is_secondary), []).append((index, series))
    kinds: list[Kind] = list(dict.fromkeys(kind for kind, _ in groups))
    made: dict[Kind, Any] = {kind: scratch.add_chart(_type(chart, kind)) for kind in kinds[:2]}
    for (kind, _), members in groups.items():
        for index, series in members:
            made[kind if kind in made else kinds[0]].add_series(_series(chart, series, kind, index))
    main = made[kinds[0]]
    if len(kinds) > 1:
        main.combine(made[kinds[1]])
    _set_axes(book, chart, main, made[kinds[-1]] if len(kinds) > 1 else main)
    _set_frame(chart, main)
    return main


def _type(chart: Chart, kind: Kind) -> Any:
    found: dict[str, Any] = {"type": kind}
    subtype = _STACKINGS[chart.stacking] if kind == chart.kind and kind in _STACKED else None
    if subtype is not None:
        found["subtype"] = subtype
    if kind == "scatter":
        found["subtype"] = "straight_with_markers"
    return found


def _series(chart: Chart, series: Series, kind: Kind, index: int) -> dict[str, Any]:
    found: dict[str, Any] = {"values": "=" + reference(series.values), "y2_axis": series.is_secondary}
    if series.categories is not None:
        found["categories"] = "=" + reference(series.categories)
    if isinstance(series.name, Source):
        found["name"] = "=" + reference(series.name)
    elif series.name:
        found["name"] = series.name
    color = f"#{series.color or _PALETTE[index % len(_PALETTE)]}"
    if kind in ROUND:
        pass
    elif kind in {"line", "scatter", "radar"}:
        found["line"] = {"color": color, "width": 2.25 if kind == "line" else 1.5}
        if kind == "scatter":
            found["marker"] = {"type": "circle", "size": 5, "fill": {"color": color}, "border": {"color": color}}
    else:
        found["fill"] = {"color": color}
    if kind in {"column", "bar"}:
        found["gap"] = 80
        if chart.stacking != "none":
            found["overlap"] = 100
    if chart.has_labels and kind == chart.kind:  # the second kind has another measure
        labels: dict[str, Any] = {"percentage": True} if kind in ROUND else {"value": True}
        if chart.number_format and kind not in ROUND:
            labels["num_format"] = chart.number_format
        found["data_labels"] = labels
    return found


def _set_axes(book: Workbook, chart: Chart, main: Any, second: Any) -> None:
    if chart.kind in ROUND:
        return
    across: dict[str, Any] = {"name": chart.x_title} if chart.x_title else {}
    across |= _dated(book, chart)
    upright: dict[str, Any] = {"name": chart.y_title} if chart.y_title else {}
    if chart.number_format:
        upright["num_format"] = chart.number_format
    upright["major_gridlines"] = {"visible": True, "line": {"color": "#D9D9D9", "width": 0.75}}
    across["major_gridlines"] = {"visible": False}
    if chart.value_range[0] is not None:
        upright["min"] = chart.value_range[0]
    if chart.value_range[1] is not None:
        upright["max"] = chart.value_range[1]
    if chart.kind == "bar":  # XlsxWriter takes x for what lies: there it is the axis of values
        # The first category stands at the top, as its row does; the values' axis stays at the foot.
        across, upright = upright, {**across, "reverse": True, "crossing": "max"}
    main.set_x_axis(across)
    main.set_y_axis(upright)
    if any(series.is_secondary for series in chart.series):
        second.set_y2_axis({"name": chart.y2_title} if chart.y2_title else {})


def _dated(book: Workbook, chart: Chart) -> dict[str, Any]:
    """Categories that are dates keep their format, on an axis of time."""
    source = chart.series[0].categories if chart.series else None
    if source is None or chart.kind == "radar":
        return {}
    first = next(iter(book.sheet(source.sheet).cells(source.area)), None)
    if first is None or isinstance(first.value, str) or not book.styles.is_date(first.style):
        return {}
    found: dict[str, Any] = {"num_format": book.styles.number_format(first.style)}
    return found if chart.kind == "scatter" else {**found, "date_axis": True}


def _set_frame(chart: Chart, main: Any) -> None:
    main.set_title({"name": chart.title} if chart.title else {"none": True})
    is_single = len(chart.series) == 1 and chart.kind not in ROUND
    legend = chart.legend or ("none" if is_single else "bottom")
    main.set_legend({"none": True} if legend == "none" else {"position": legend})
