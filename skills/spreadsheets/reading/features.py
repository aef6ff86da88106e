"""What a sheet has beside its cells, in one line: state, tables, merges, frozen panes, filters, charts, rules …"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from copilot_server.office.xml import local_name
from skills.spreadsheets.document.addresses import Area, column_letters
from skills.spreadsheets.document.columns import column_spans
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.frame import Frame
from skills.spreadsheets.document.pivots.reading import pivot_line
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.sparklines import sparklines_of
from skills.spreadsheets.reading.charts import chart_lines
from skills.spreadsheets.reading.display import quoted
from skills.spreadsheets.reading.page_words import page_words
from skills.spreadsheets.reading.view import found_beside

_MOST_PIVOTS: Final = 4


def head_line(sheet: Sheet, used: Area | None) -> str:
    """`sheet "Sales" A1:L1001; frozen above/left of A2; filter A1:L1001; 1 chart`; `used` is what holds something."""
    kind = "sheet" if sheet.is_worksheet else "chart sheet"
    extent = f" {used or 'empty'}" if sheet.is_worksheet else ""
    return "; ".join([f"{kind} {quoted(sheet.name)}{extent}", *_facts(sheet)])


def facts_beside_cells(sheet: Sheet) -> Iterator[str]:
    """What is set up on a sheet; charts, pivot tables and the like are told for themselves."""
    yield from _settings(sheet)
    if sheet.is_worksheet and (page := page_words(sheet)):
        yield f"prints {page}"


def _facts(sheet: Sheet) -> Iterator[str]:
    yield from _settings(sheet)
    if sheet.is_worksheet:
        yield from _objects(sheet)


def _settings(sheet: Sheet) -> Iterator[str]:
    if sheet.state != "visible":
        yield "hidden" if sheet.state == "hidden" else "very hidden"
    if sheet.is_worksheet:
        yield from sheet.frame.noted("settings", lambda frame: tuple(_of_frame(frame)))


def _of_frame(frame: Frame) -> Iterator[str]:
    if (frozen := frame.noted("frozen", _frozen)) is not None:
        yield f"frozen above/left of {frozen}"
    if (filtered := _filter_area(frame)) is not None:
        yield f"filter {filtered}"
    if merges := frame.merges:
        yield f"merged {', '.join(map(str, merges[:6]))}" + (f" and {len(merges) - 6} more" if len(merges) > 6 else "")
    hidden = [
        f"{column_letters(span.first)}:{column_letters(span.last)}" for span in column_spans(frame) if span.is_hidden
    ]
    if hidden:
        yield f"hidden columns {', '.join(hidden[:5])}"
    yield from _regions(frame)


def _regions(frame: Frame) -> Iterator[str]:
    rules = sum(len(elements(each)) for each in frame.find_all("conditionalFormatting"))
    if rules:
        yield f"{rules} conditional format{_s(rules)}"
    validations = frame.find("dataValidations")
    if validations is not None and len(elements(validations)):
        count = len(elements(validations))
        yield f"{count} validation{_s(count)}"
    protection = frame.find("sheetProtection")
    if protection is not None and protection.get("sheet", "0") in {"1", "true"}:
        yield "protected"


def _objects(sheet: Sheet) -> Iterator[str]:
    drawn, notes = found_beside(sheet, "objects", lambda: (tuple(_drawn(sheet)), _notes(sheet)))
    yield from drawn
    yield from sheet.frame.noted("sparklines", lambda _: tuple(_sparklines(sheet)))
    yield from _counted(notes, "note")


def _drawn(sheet: Sheet) -> Iterator[str]:
    package = sheet.book.package
    yield from chart_lines(sheet)
    for drawing in package.related(sheet.part, "drawing"):
        yield from _counted(len(package.related(drawing, "chartEx")), "chart of a newer kind")
        yield from _counted(len(package.related(drawing, "image")), "picture")
    pivots = package.related(sheet.part, "pivotTable")
    yield from (pivot_line(package, part) for part in pivots[:_MOST_PIVOTS])
    if len(pivots) > _MOST_PIVOTS:
        yield f"{len(pivots)} pivot tables in all"


def _sparklines(sheet: Sheet) -> Iterator[str]:
    if found := sparklines_of(sheet):
        area = Area.around(area for area, _ in found)
        yield f"{len(found)} sparkline{_s(len(found))} in {area} of {found[0][1]}{' …' if len(found) > 1 else ''}"


def _notes(sheet: Sheet) -> int:
    package = sheet.book.package
    roots = (package.xml(part) for part in package.related(sheet.part, "comments"))
    lists = (each for root in roots for each in root if local_name(each) == "commentList")
    return sum(len(elements(each)) for each in lists)


def _counted(count: int, noun: str) -> Iterator[str]:
    if count:
        yield f"{count} {noun}{_s(count)}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def frozen_at(sheet: Sheet) -> Area | None:
    """The first cell that scrolls."""
    return sheet.frame.noted("frozen", _frozen)


def _frozen(frame: Frame) -> Area | None:
    views = frame.find("sheetViews")
    panes = [] if views is None else [pane for view in elements(views) for pane in elements(view)]
    for pane in panes:
        if local_name(pane) == "pane" and pane.get("state") in {"frozen", "frozenSplit"}:
            return Area.cell(int(float(pane.get("ySplit", "0"))) + 1, int(float(pane.get("xSplit", "0"))) + 1)
    return None


def _filter_area(frame: Frame) -> Area | None:
    region = frame.find("autoFilter")
    return None if region is None else Area.find(region.get("ref", ""))
