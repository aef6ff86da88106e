"""All findings of a workbook, and those that a change brought or mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from copilot_server.agent.changes import Change, Finding, findings_delta
from skills.spreadsheets.changes.books import pair_sheets
from skills.spreadsheets.changes.covers import split_place
from skills.spreadsheets.checks.columns import column_findings
from skills.spreadsheets.checks.cycles import cycle_findings
from skills.spreadsheets.checks.formulas import formula_findings, name_findings
from skills.spreadsheets.checks.totals import total_findings
from skills.spreadsheets.checks.widths import width_findings
from skills.spreadsheets.document.addresses import MAX_COLUMN, Area
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.grid import Grid
from skills.spreadsheets.reading.view import View, found_in

_FEW_BLOCKS: Final = 4
"""Blocks of text (1 MiB each) up to which a change is judged by the whole sheet; beyond by the rows around it."""

_AROUND: Final = 30
_MOST_ROWS: Final = 2_000


def check(book: Workbook) -> list[Finding]:
    """Faults first, then hints, each in the order of the sheets."""
    found = [finding for sheet in book.sheets if sheet.is_worksheet for finding in _of_whole(sheet)]
    return sorted([*found, *name_findings(book)], key=lambda finding: finding.severity != "fault")


def delta(
    before: Workbook, after: Workbook, changes: Sequence[Change]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """(new, fixed) faults on the sheets that changed. Hints are left to the tool `check`."""
    touched = _touched(changes)
    earlier = {new.casefold(): old.casefold() for old, new in pair_sheets(before, after).renamed}
    old_touched = {earlier.get(name, name): areas for name, areas in touched.items()}
    old = [*_of_sheets(before, old_touched), *name_findings(before)]
    new = [*_of_sheets(after, touched, before), *name_findings(after)]
    return findings_delta(_faults(old), _faults(new))


def _faults(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "fault"]


def _touched(changes: Iterable[Change]) -> dict[str, list[Area]]:
    """By casefolded sheet name: the areas that changed, new results among them."""
    found: dict[str, list[Area]] = {}
    for change in changes:
        sheet, place = split_place(change.where)
        if sheet is None and change.where.startswith("sheet:"):
            found.setdefault(change.where.removeprefix("sheet:").casefold(), []).append(Area.whole())
        elif sheet is not None:
            found.setdefault(sheet, []).append(Area.find(place) or Area.whole())
    return found


def _of_sheets(book: Workbook, touched: dict[str, list[Area]], earlier: Workbook | None = None) -> Iterator[Finding]:
    for sheet in book.sheets:
        areas = touched.get(sheet.name.casefold())
        if areas and sheet.is_worksheet:
            yield from _of_sheet(sheet, areas, earlier and earlier.sheet_of(sheet.part))


def _of_sheet(sheet: Sheet, areas: Sequence[Area], earlier: Sheet | None) -> Sequence[Finding]:
    """Of the whole sheet, or of the rows around what changed in a large one."""
    if len(sheet.text.layout.spans) <= _FEW_BLOCKS:
        return _of_whole(sheet, earlier)
    cells = (cell for top, bottom in _windows(areas) for cell in sheet.cells(Area(top, 1, bottom, MAX_COLUMN)))
    return tuple(_of_view(View.over(sheet, Grid.of(cells))))


def _of_whole(sheet: Sheet, earlier: Sheet | None = None) -> Sequence[Finding]:
    return found_in(sheet, "findings", lambda: tuple(_of_view(View.of(sheet, earlier))))


def _windows(areas: Sequence[Area]) -> Iterator[tuple[int, int]]:
    """Spans of rows around the ends of each area, merged, in order, bounded in all."""
    spans = sorted((max(1, edge - _AROUND), edge + _AROUND) for area in areas for edge in {area.top, area.bottom})
    merged: list[tuple[int, int]] = []
    for top, bottom in spans:
        if merged and top <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(bottom, merged[-1][1]))
        else:
            merged.append((top, bottom))
    left = _MOST_ROWS
    for top, bottom in merged:
        yield top, bottom
        left -= bottom - top + 1
        if left <= 0:
            return


def _of_view(view: View) -> Iterator[Finding]:
    sheets = frozenset(sheet.name.casefold() for sheet in view.sheet.book.sheets)
    yield from formula_findings(view, sheets)
    yield from column_findings(view)
    yield from total_findings(view)
    yield from cycle_findings(view)
    yield from width_findings(view)
