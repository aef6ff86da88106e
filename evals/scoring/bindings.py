"""What charts and pivot tables of workbooks are made of: the ranges they draw and sum up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from openpyxl.utils.cell import range_boundaries

from evals.scoring.engine import place
from evals.scoring.measure import Measures, claim
from evals.scoring.spreadsheets import book
from evals.task import Task
from evals.trace import File, Seen, Trace


@dataclass(frozen=True)
class ChartBinds:
    """Some chart of the sheet draws exactly these ranges. Guards bindings when rows, columns and sheets move."""

    sheet: str
    ranges: tuple[str, ...]
    metric: ClassVar[str] = "bindings"

    def fault(self, seen: Seen) -> str | None:
        found = [bound for name, bound in charts(seen.after) if name == self.sheet]
        return None if tuple(sorted(self.ranges)) in found else f"charts of {self.sheet} draw {found}"


@dataclass(frozen=True)
class PivotSums:
    """Some pivot table of the sheet is made of exactly this: its source, what goes down and across, what is summed up.

    `values` maps a column to how it is summed up (sum, count, average …). Guards against tables that only look like
    pivots, and against sources that do not follow their list.
    """

    sheet: str
    source: str
    rows: tuple[str, ...]
    values: Mapping[str, str]
    columns: tuple[str, ...] = ()
    metric: ClassVar[str] = "bindings"

    def fault(self, seen: Seen) -> str | None:
        found = [each for each in pivots(seen.after) if each.sheet == self.sheet]
        wanted = Pivot(self.sheet, self.source, self.rows, self.columns, dict(self.values))
        return None if wanted in found else f"pivots of {self.sheet} are {found}"


@dataclass(frozen=True)
class Pivot:
    """A pivot table by what it is made of."""

    sheet: str
    source: str
    rows: tuple[str, ...]
    columns: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict[str, str])


def charts(file: File) -> list[tuple[str, tuple[str, ...]]]:
    """(sheet, the ranges it draws) of every chart."""
    return [
        (sheet.title, tuple(sorted(_drawn(chart))))
        for sheet in book(file).worksheets
        for chart in sheet._charts  # noqa: SLF001 - openpyxl has no other way to them
    ]


def _drawn(chart: Any) -> Iterator[str]:
    for each in (chart, *chart._charts[1:]):  # noqa: SLF001 - the rest of a combination
        for series in each.series:
            for axis in ("val", "cat", "xVal", "yVal", "bubbleSize"):
                data = getattr(series, axis, None)
                held = data and (getattr(data, "numRef", None) or getattr(data, "strRef", None))
                if held:
                    yield held.f.replace("$", "").replace("'", "")


def pivots(file: File) -> list[Pivot]:
    """Every pivot table; a source that is no range of the book (a name, a table, another file) by its name."""
    return [
        _pivot(sheet.title, each)
        for sheet in book(file).worksheets
        for each in sheet._pivots  # noqa: SLF001 - openpyxl has no other way to them
    ]


def _pivot(sheet: str, found: Any) -> Pivot:
    names = [each.name for each in found.cache.cacheFields]
    held = found.cache.cacheSource.worksheetSource
    source = f"{held.sheet}!{held.ref}" if held is not None and held.ref else str(held and held.name)
    return Pivot(
        sheet,
        source,
        tuple(names[each.x] for each in found.rowFields if each.x >= 0),
        tuple(names[each.x] for each in found.colFields if each.x >= 0),
        {names[each.fld]: each.subtotal or "sum" for each in found.dataFields},
    )


def hygiene(before: File, after: File, trace: Trace, spec: Task) -> Measures:
    """`bindings_kept`: charts and pivots still draw cells that exist and hold something, and none is gone.

    Guards against workbooks whose pictures and summaries are of nothing.
    """
    if after.suffix == ".csv" or before.data == after.data:
        return {}
    old, new = [_bound(file) for file in (before, after)]
    lost = [f"{kind} of {each}" for kind, each in new if _is_lost(after, each)]
    known = sum(_is_lost(before, each) for _, each in old)
    counts = [(len(charts(file)), len(pivots(file))) for file in (before, after)]
    gone = [
        f"{was - now} {kind} are gone"
        for was, now, kind in zip(*counts, ("charts", "pivots"), strict=True)
        if was > now
    ]
    return {"bindings_kept": claim([*(lost if len(lost) > known else []), *gone])}


def _bound(file: File) -> list[tuple[str, str]]:
    drawn = [("chart", each) for _, ranges in charts(file) for each in ranges]
    return [*drawn, *(("pivot", each.source) for each in pivots(file) if "!" in each.source)]


def _is_lost(file: File, address: str) -> bool:
    sheet, area = place(address)
    if "#REF" in address or sheet not in book(file).sheetnames:
        return True
    left, top, right, bottom = range_boundaries(area)
    cells = book(file)[sheet].iter_rows(top, bottom, left, right, values_only=True)
    return all(value is None for row in cells for value in row)
