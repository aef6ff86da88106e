"""What an edit's result tells the model beyond its changes: what formulas gave, what stood there before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from copilot_server.agent.changes import Change
from skills.spreadsheets.document.addresses import Area, cell_name, parse_cell
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.references.sheet_names import split_location
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading import patterns
from skills.spreadsheets.reading.display import plain
from skills.spreadsheets.reading.grid import Column, Grid
from skills.spreadsheets.reading.loading import manner_of
from skills.spreadsheets.reading.profiles import Manner

_MOST_LINES: Final = 12
_MOST_CELLS: Final = 50_000
_ALL_SHOWN: Final = 6  # results of a short column are told one by one: fewer words than what would sum them up
_COMPARISON: Final = re.compile(
    r"(\$?[A-Z]{1,3}\$?\d+)\s*(?:>=|<=|>|<)\s*(-?\d+(?:\.\d+)?%?|\$[A-Z]{1,3}\$\d+)(?![\w(])"
)


def report(before: Workbook, after: Workbook, changes: Sequence[Change]) -> str:
    """Results of filled formulas with their extremes and boundary rows; what was overwritten."""
    lines: list[str] = []
    for change in changes:
        if change.kind == "cell":
            lines.extend(_results(after, change))
            lines.extend(_overwritten(before, change))
    return "\n".join(lines[:_MOST_LINES])


def _results(book: Workbook, change: Change) -> Iterator[str]:
    """What each column of a filled formula gave."""
    name, place = split_location(change.where)
    area = Area.find(place)
    if not isinstance(change.after, dict) or "fill" not in change.after or name is None or area is None:
        return
    if area.size > _MOST_CELLS:
        return
    sheet = book.sheet(name)
    manner = manner_of(book)
    if area.rows == 1:
        shown = [plain(cell.value, manner.date_format(cell.style), manner.is_1904) for cell in sheet.cells(area)]
        yield f"{area} gives {', '.join(shown[:8])}{' …' if len(shown) > 8 else ''}"
        return
    for column in Grid.of(sheet.cells(area)).within(area):
        yield f"{Area(area.top, column.number, area.bottom, column.number)} gives {_given(column, manner)}"
        yield from _on_the_boundary(sheet, column)


def _given(column: Column, manner: Manner) -> str:
    """Errors first, then few values with their counts, or the range of many with first and last."""
    errors = Counter(value.code for value in column.values if isinstance(value, CellError))
    blanks = sum(1 for value in column.values if value is None)
    facts = [f"{code} ×{count}" for code, count in errors.items()]
    if blanks:
        facts.append(f"not computed here ×{blanks}")
    values = [value for value in column.values if value is not None and not isinstance(value, CellError)]
    if values:
        facts.append(_values(column, values, manner))
    return "; ".join(facts)


def _values(column: Column, values: Sequence[CellValue], manner: Manner) -> str:
    date_format = manner.date_format(column.styles[0])

    def show(value: CellValue) -> str:
        return plain(value, date_format, manner.is_1904)

    if len(values) <= _ALL_SHOWN:
        return ", ".join(map(show, values))
    counts = Counter(values)
    if len(counts) <= 5:
        return ", ".join(f"{show(value)} ×{count}" for value, count in counts.most_common())
    numbers = [value for value in values if isinstance(value, (int, float))]
    spread = f", between {show(min(numbers))} and {show(max(numbers))}" if len(numbers) == len(values) else ""
    return f"{show(values[0])} (first) … {show(values[-1])} (last){spread}"


def _on_the_boundary(sheet: Sheet, column: Column) -> Iterator[str]:
    """Rows that a comparison in the formula decides by a hair: their value is the limit itself."""
    row = column.rows[0]
    formula = column.formulas.get(row, "")
    for match in _COMPARISON.finditer(formula):
        looked_at, limit = parse_cell(match[1]), _limit(sheet, match[2])
        if looked_at is None or limit is None or "$" in match[1][1:]:
            continue
        offset = looked_at[0] - row
        area = Area(column.rows[0] + offset, looked_at[1], column.rows[-1] + offset, looked_at[1])
        exact = [cell.row for cell in sheet.cells(area) if cell.value == limit and not isinstance(cell.value, bool)]
        if exact:
            names = ", ".join(cell_name(each, looked_at[1]) for each in exact[:4])
            more = f" and {len(exact) - 4} more" if len(exact) > 4 else ""
            yield f"exactly on the limit of {match[0]}: {names}{more}"


def _limit(sheet: Sheet, text: str) -> float | None:
    if not text.startswith("$"):
        return float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    place = parse_cell(text)
    cell = sheet.cell(*place) if place else None
    return cell.value if cell and isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool) else None


def _overwritten(book: Workbook, change: Change) -> Iterator[str]:
    """What stood in an area that now holds something else, as a census."""
    if not isinstance(change.before, list) or change.after is None:
        return
    dates = _dates(book, change)
    stood = Counter(
        _census_key(value, dates.get((down, right)))
        for down, row in enumerate(change.before)
        for right, value in enumerate(row)
        if value is not None
    )
    if stood:
        listed = ", ".join(f"{value}{f' ×{count}' if count > 1 else ''}" for value, count in stood.most_common(4))
        more = f" and {len(stood) - 4} other values" if len(stood) > 4 else ""
        yield f"{change.where} held before: {listed}{more}"


def _dates(book: Workbook, change: Change) -> dict[tuple[int, int], str]:
    """Formats of the dates that stood there, by place within the area; none where rows came in above them since."""
    name, place = split_location(change.where)
    area = Area.find(place)
    sheet = next((each for each in book.sheets if each.name == name and each.is_worksheet), None)
    if sheet is None or area is None or area.size > _MOST_CELLS:
        return {}
    manner = manner_of(book)
    found: dict[tuple[int, int], str] = {}
    for cell in sheet.cells(area):
        down, right = cell.row - area.top, cell.column - area.left
        date_format = manner.date_format(cell.style)
        if date_format is not None and cell.value == change.before[down][right]:
            found[down, right] = date_format
    return found


def _census_key(value: Any, date_format: str | None) -> str:
    if isinstance(value, str) and value.startswith("="):
        return f"formulas like {re.sub(r'[0-9]+', '#', patterns.bare(value))[:40]}"
    return plain(value, date_format)
