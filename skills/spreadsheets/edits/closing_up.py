"""Many scattered rows deleted at once: those that stay move up first, so that one deletion takes all the others.

Deleting stretch by stretch rewrites the whole sheet as often. Moving up takes along what stands in the rows, but
whatever reads only a part of them would read other rows then, and is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from copilot_server.errors import Refused
from copilot_server.office.xml import local_name
from skills.spreadsheets.calculation.reads import Reader
from skills.spreadsheets.document.addresses import MAX_COLUMN, Area, quoted_sheet
from skills.spreadsheets.document.references.areas import parse_areas
from skills.spreadsheets.document.references.geometry import Shift
from skills.spreadsheets.document.references.shift import shift_lines
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.sorting import arrange
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.rows import data_area

_MOST_SHIFTS: Final = 40  # each rewrites the whole sheet:
_MOST_REWRITTEN: Final = 4_000_000  # cells, beyond which scattered rows close up in this way
_FIXED_ROW: Final = re.compile(r"\$\d")
_RULES: Final = {"conditionalFormatting": "a conditional format", "dataValidations": "a validation"}


def closes_up(sheet: Sheet, shifts: Sequence[Shift]) -> bool:
    """Whether so many scattered rows of so large a sheet go that one deletion for each stretch would take too long."""
    cells = sheet.used.size if sheet.used else 0
    return len(shifts) > _MOST_SHIFTS and len(shifts) * cells > _MOST_REWRITTEN


def close_up(book: Workbook, sheet: Sheet, shifts: Sequence[Shift]) -> None:
    """Take the rows of these deletions, the last ones first, out of the sheet; raises Refused as said above."""
    name, used = sheet.name, sheet.used or Area.cell(1, 1)
    area = Area(shifts[-1].at, 1, max(data_area(sheet, None).bottom, shifts[0].last), used.right)
    book.flush()
    torn = next(_torn(book, sheet, Area(area.top, 1, area.bottom, MAX_COLUMN)), None)
    if torn is not None:
        what, read = torn
        raise Refused(
            f"{what} reads {read}, a part of the rows that would close up, {area.top}:{area.bottom}, and would read "
            "others then; sort the rows to delete together first"
        )
    doomed = {row for shift in shifts for row in range(shift.at, shift.last + 1)}
    kept = [row for row in range(area.top, area.bottom + 1) if row not in doomed]
    arrange(sheet, area, kept)
    shift_lines(book, book.sheet(name), Shift("row", area.top + len(kept), len(doomed), deletes=True))


def _torn(book: Workbook, sheet: Sheet, area: Area) -> Iterator[tuple[str, Area]]:
    """(what, area) of all that reads only a part of the rows."""
    key = sheet.name.casefold()
    for what, owner, read in (*_read_by_names(book), *_read_by_charts(book), *_held_by_rules(sheet)):
        if owner == key and _is_part(read, area):
            yield what, read
    reader = Reader(book)
    for other in (each for each in book.sheets if each.is_worksheet and each.has_formulas):
        for cell in other.cells():
            if cell.formula is None:
                continue
            is_inside = other.part == sheet.part and area.contains(cell.row, cell.column)
            for owner, read in reader.reads(cell.formula[1:], other.name.casefold(), cell.row, cell.column).areas:
                is_own = is_inside and read.top == read.bottom == cell.row and not _FIXED_ROW.search(cell.formula)
                if owner == key and _is_part(read, area) and not is_own:
                    yield f"{quoted_sheet(other.name)}!{cell.name}", read


def _is_part(read: Area, area: Area) -> bool:
    return read.intersects(area) and not (read.top <= area.top and read.bottom >= area.bottom)


def _read_by_names(book: Workbook) -> Iterator[tuple[str, str, Area]]:
    reader = Reader(book)
    for name in book.names:
        for owner, read in reader.reads(name.text, (name.sheet or "").casefold(), 1, 1).areas:
            yield f"the name {name.name}", owner, read


def _read_by_charts(book: Workbook) -> Iterator[tuple[str, str, Area]]:
    reader, package = Reader(book), book.package
    for sheet in book.sheets:
        drawings = package.related(sheet.part, "drawing")
        for part in (chart for drawing in drawings for chart in package.related(drawing, "chart")):
            for formula in (each.text for each in package.xml(part).iter() if local_name(each) == "f"):
                for owner, read in reader.reads(formula or "", sheet.name.casefold(), 1, 1).areas:
                    yield f"a chart on sheet {sheet.name!r}", owner, read


def _held_by_rules(sheet: Sheet) -> Iterator[tuple[str, str, Area]]:
    """Areas of rules, which stay where they are while rows move up under them."""
    for region, what in _RULES.items():
        for element in (each for found in sheet.frame.find_all(region) for each in found.iter()):
            for area in parse_areas(element.get("sqref", "")) or []:
                yield f"{what} of sheet {sheet.name!r}", sheet.name.casefold(), area
    extensions = sheet.frame.find("extLst")
    for element in [] if extensions is None else extensions.iter():
        for area in (parse_areas(element.text or "") or []) if local_name(element) == "sqref" else []:
            yield f"a rule or sparkline of sheet {sheet.name!r}", sheet.name.casefold(), area
