"""A sheet's columns: their widths, formats and whether they are hidden."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.addresses import MAX_COLUMN
from skills.spreadsheets.document.cell_writer import number_text
from skills.spreadsheets.document.formats import elements, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.frame import Frame

DEFAULT_WIDTH: Final = 8.43
_STORED_DEFAULT: Final = 9.140625


@dataclass(frozen=True, slots=True)
class ColumnSpan:
    """A run of columns with the same settings; `width` in characters, margins counted, None for the default."""

    first: int
    last: int
    width: float | None = None
    style: int = 0
    is_hidden: bool = False
    level: int = 0


def column_spans(frame: Frame) -> tuple[ColumnSpan, ...]:
    """The runs that have settings of their own, in order."""
    return frame.noted("column spans", _read_spans)


def _read_spans(frame: Frame) -> tuple[ColumnSpan, ...]:
    region = frame.find("cols")
    return () if region is None else tuple(map(_span, elements(region)))


def column_style(frame: Frame, column: int) -> int:
    """The format cells of a column take that are not there yet."""
    return next((span.style for span in column_spans(frame) if span.first <= column <= span.last), 0)


def with_columns(frame: Frame, first: int, last: int, change: Callable[[Element], None]) -> Frame:
    """The frame with `change` made to the `col` of each column between two, runs split as needed."""
    region = frame.find("cols")
    if region is None:
        region = frame.make("cols")
    runs = [piece for run in elements(region) for piece in _split(run, first, last)]
    made = list(_gaps(frame, runs, first, last))
    for run in elements(region):
        region.remove(run)
    for run in sorted([*runs, *made], key=lambda each: number(each, "min")):
        if first <= number(run, "min") <= last:
            change(run)
        region.append(run)
    return frame.with_region("cols", region)


def set_width(run: Element, width: float) -> None:
    """Give a `col` a width in characters; 0 makes it the default again."""
    run.set("width", number_text(width or _STORED_DEFAULT).decode())
    if width:
        run.set("customWidth", "1")
    else:
        run.attrib.pop("customWidth", None)
    run.attrib.pop("bestFit", None)


def _span(run: Element) -> ColumnSpan:
    width = run.get("width")
    return ColumnSpan(
        number(run, "min"),
        number(run, "max"),
        float(width) if width else None,
        number(run, "style"),
        run.get("hidden", "0") in {"1", "true"},
        number(run, "outlineLevel"),
    )


def _split(run: Element, first: int, last: int) -> Iterator[Element]:
    """The run cut where the columns begin and where they end."""
    low, high = number(run, "min"), number(run, "max")
    for start, stop in ((low, min(high, first - 1)), (max(low, first), min(high, last)), (max(low, last + 1), high)):
        if start <= stop:
            piece = copy.copy(run)
            piece.set("min", str(start))
            piece.set("max", str(stop))
            yield piece


def _gaps(frame: Frame, runs: list[Element], first: int, last: int) -> Iterator[Element]:
    """New runs for the columns between two that have none."""
    at = first
    for run in [*runs, None]:
        low, high = (last + 1, last) if run is None else (number(run, "min"), number(run, "max"))
        stop = min(low - 1, last)
        if at <= stop:
            yield frame.make("col", min=str(at), max=str(stop), width=number_text(_default_width(frame)).decode())
        at = max(at, min(high, MAX_COLUMN) + 1)


def _default_width(frame: Frame) -> float:
    region = frame.find("sheetFormatPr")
    stated = None if region is None else region.get("defaultColWidth") or region.get("baseColWidth")
    return float(stated) if stated else _STORED_DEFAULT
