"""The tables people drew on a sheet: title, header rows, data, totals; several to a sheet, side by side or stacked."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import CellValue
from skills.spreadsheets.reading.grid import Grid, occupied_rows

_LOOKED_AT_FOR_HEADER: Final = 8
_TOTAL: Final = re.compile(
    r"\s*(?:grand|sub|sum|net|overall)?[\s-]*"
    r"(?:totals?|sum|summe|gesamt|insgesamt|average|mean|total général|итого|合计|总计)\b",
    re.IGNORECASE,
)


class NamedTable(Protocol):
    """What a block needs to know of a table object of the workbook."""

    @property
    def name(self) -> str: ...
    @property
    def area(self) -> Area: ...
    @property
    def header_rows(self) -> int: ...
    @property
    def totals_rows(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Block:
    """A table as drawn: `area` holds everything; row numbers tell its layers. `name` when it is a real table object."""

    area: Area
    titles: tuple[int, ...] = ()
    headers: tuple[int, ...] = ()
    totals: tuple[int, ...] = ()
    notes: tuple[int, ...] = ()
    name: str | None = None

    @property
    def data(self) -> Area:
        """The rows between header and totals; an empty area (bottom < top) when there are none."""
        top = max((*self.titles, *self.headers, self.area.top - 1)) + 1
        bottom = min((*self.totals, *self.notes, self.area.bottom + 1)) - 1
        return Area(top, self.area.left, bottom, self.area.right)


def find_blocks(grid: Grid, tables: Iterable[NamedTable] = (), merges: Sequence[Area] = ()) -> list[Block]:
    """Table objects as they are; around them, what blank rows and columns set apart."""
    found = [_of_table(table) for table in tables]
    rest = _without(grid, [block.area for block in found]) if found else grid
    drawn: list[Block] = []
    for area in _bands(rest):
        block = _layered(rest, area, merges)
        if not drawn or not (joined := _continued(rest, drawn[-1], block)):
            drawn.append(block)
        else:
            drawn[-1] = joined
    return sorted(found + drawn, key=lambda block: block.area)


def _of_table(table: NamedTable) -> Block:
    area = table.area
    return Block(
        area=area,
        headers=tuple(range(area.top, area.top + table.header_rows)),
        totals=tuple(range(area.bottom - table.totals_rows + 1, area.bottom + 1)),
        name=table.name,
    )


def _without(grid: Grid, areas: Sequence[Area]) -> Grid:
    """The grid with these areas blank."""
    rest = Grid(skipped=grid.skipped, gaps=grid.gaps)
    for number, column in grid.columns.items():
        mine = [area for area in areas if area.left <= number <= area.right]
        pieces = [(1, 1 << 30)]
        for area in mine:
            pieces = [
                piece
                for top, bottom in pieces
                for piece in ((top, min(bottom, area.top - 1)), (max(top, area.bottom + 1), bottom))
                if piece[0] <= piece[1]
            ]
        kept = column.between(0, 0)
        for top, bottom in pieces:
            part = column.between(top, bottom)
            kept.rows.extend(part.rows)
            kept.values.extend(part.values)
            kept.styles.extend(part.styles)
            kept.formulas.update(part.formulas)
        if kept.rows:
            rest.columns[number] = kept
    return rest


def _bands(grid: Grid) -> list[Area]:
    """Areas set apart by blank rows, then by blank columns, then by blank rows again."""
    areas: list[Area] = []
    for top, bottom in _spans(occupied_rows(grid.columns.values()), grid.gaps):
        for piece in _side_by_side(grid, top, bottom):
            areas.extend(_stacked(grid, piece))
    return areas


def _spans(numbers: Sequence[int], gaps: Mapping[int, int] = MappingProxyType({})) -> list[tuple[int, int]]:
    """Runs without a gap; one blank row or column ends a run, rows nobody looked at do not."""
    if numbers and numbers[-1] - numbers[0] == len(numbers) - 1:
        return [(numbers[0], numbers[-1])]
    spans: list[tuple[int, int]] = []
    start = previous = None
    for number in numbers:
        is_broken = previous is not None and number != previous + 1 and gaps.get(previous + 1) != number - 1
        if is_broken and previous is not None and start is not None:
            spans.append((start, previous))
            start = number
        if start is None:
            start = number
        previous = number
    if start is not None and previous is not None:
        spans.append((start, previous))
    return spans


def _side_by_side(grid: Grid, top: int, bottom: int) -> list[Area]:
    filled = [
        number
        for number, column in sorted(grid.columns.items())
        if bisect_left(column.rows, top) < bisect_right(column.rows, bottom)
    ]
    return [Area(top, left, bottom, right) for left, right in _spans(filled)]


def _stacked(grid: Grid, area: Area) -> list[Area]:
    rows = occupied_rows(grid.within(area))
    return [Area(top, area.left, bottom, area.right) for top, bottom in _spans(rows, grid.gaps)]


def _layered(grid: Grid, area: Area, merges: Sequence[Area]) -> Block:
    """Which rows of the area are title, header, totals and notes."""
    width = area.columns
    rows = range(area.top, min(area.bottom, area.top + _LOOKED_AT_FOR_HEADER) + 1)
    titles: list[int] = []
    top = area.top
    for row in rows:
        filled = list(grid.row(row, area.left, area.right))
        if width < 2 or row == area.bottom or len(filled) > max(1, width // 4) or not _are_texts(filled):
            break
        if len(list(grid.row(row + 1, area.left, area.right))) <= len(filled) and width < 3:
            break
        titles.append(row)
        top = row + 1
    headers = _headers(grid, Area(top, area.left, area.bottom, area.right), merges)
    if not headers and titles and area.bottom - top < 1:
        titles = []
    body = max((*headers, *titles, area.top - 1)) + 1
    notes = _notes(grid, area, body) if headers else ()
    last = min((*notes, area.bottom + 1)) - 1
    totals = _totals(grid, area, body, last) if headers else ()
    return Block(area, tuple(titles), headers, totals, notes)


def _are_texts(filled: Sequence[tuple[int, CellValue]]) -> bool:
    return all(isinstance(value, str) for _, value in filled)


def _headers(grid: Grid, area: Area, merges: Sequence[Area]) -> tuple[int, ...]:
    first = area.top
    if area.rows < 2:
        return ()
    groups = _heads_groups(grid, area, merges)
    if groups and area.rows > 2 and _is_header(grid, Area(first + 1, area.left, area.bottom, area.right)):
        return (first, first + 1)
    return (first,) if _is_header(grid, area) else ()


def _heads_groups(grid: Grid, area: Area, merges: Sequence[Area]) -> bool:
    """Whether the first row names groups of columns: merged across, or with gaps that the next row fills."""
    filled = list(grid.row(area.top, area.left, area.right))
    if not filled or not _are_texts(filled):
        return False
    if any(merge.top == area.top and merge.columns > 1 and area.covers(merge) for merge in merges):
        return True
    below = list(grid.row(area.top + 1, area.left, area.right))
    return len(filled) < len(below) and _are_texts(below) and len(below) * 4 >= area.columns * 3


def _is_header(grid: Grid, area: Area) -> bool:
    """The first row as names of what stands below: texts (or years, or dates) unlike their columns."""
    filled = dict(grid.row(area.top, area.left, area.right))
    if len(filled) * 2 < area.columns or (len(filled) < 2 and area.columns > 1):
        return False
    texts = [value for value in filled.values() if isinstance(value, str)]
    if len(texts) < len(filled) and not (_are_years(filled.values()) and (texts or _heads_texts(grid, area, filled))):
        return False
    if len({text.strip().casefold() for text in texts}) < len(texts) and area.rows < 3:
        return False
    return _differs_below(grid, area, filled)


def _are_years(values: Iterable[CellValue]) -> bool:
    numbers = [value for value in values if not isinstance(value, str)]
    return all(
        isinstance(number, (int, float)) and float(number).is_integer() and 1900 <= number <= 60_000
        for number in numbers
    )


def _heads_texts(grid: Grid, area: Area, filled: Iterable[int]) -> bool:
    """Whether texts stand below a row of dates or years."""
    below = [grid.columns[number].start(area.top + 1, area.bottom, 20).values for number in filled]
    return all(values and all(isinstance(value, str) for value in values) for values in below)


def _differs_below(grid: Grid, area: Area, filled: dict[int, CellValue]) -> bool:
    repeated = 0
    for number, value in filled.items():
        column = grid.columns[number].start(area.top + 1, area.bottom, 50)
        sample = column.values
        if any(isinstance(value, str) and not isinstance(below, str) for below in sample):
            return True
        head_style = grid.columns[number].style(area.top)
        if column.styles and head_style != column.styles[0]:
            return True
        repeated += value in sample
    return repeated == 0 and area.rows > 2


def _totals(grid: Grid, area: Area, body: int, last: int) -> tuple[int, ...]:
    found: list[int] = []
    for row in range(last, max(body, last - 3) - 1, -1):
        first = next(grid.row(row, area.left, area.right), None)
        is_named = first is not None and isinstance(first[1], str) and bool(_TOTAL.match(first[1]))
        if not is_named and not _sums_above(grid, area, row):
            break
        found.append(row)
    return tuple(reversed(found))


_SUMS: Final = re.compile(
    r"=(?:SUM|SUBTOTAL|AGGREGATE|AVERAGE|COUNTA?|MAX|MIN)\((?:\d+,)*\$?[A-Z]+\$?\d+:", re.IGNORECASE
)


def _sums_above(grid: Grid, area: Area, row: int) -> bool:
    """A row of sums over a table that does not sum on every row."""
    formulas = [column.formulas.get(row) for column in grid.crossing(area)]
    sums = [formula for formula in formulas if formula and _SUMS.match(formula)]
    above = [column.formulas.get(row - 1) for column in grid.crossing(area)] if row > area.top else []
    return bool(sums) and not any(formula and _SUMS.match(formula) for formula in above)


def _notes(grid: Grid, area: Area, body: int) -> tuple[int, ...]:
    """Single texts below a table of at least three columns: sources, remarks."""
    found: list[int] = []
    for row in range(area.bottom, max(body, area.bottom - 4), -1):
        filled = list(grid.row(row, area.left, area.right))
        is_note = len(filled) == 1 and isinstance(filled[0][1], str) and not _TOTAL.match(filled[0][1])
        if area.columns < 3 or not is_note or len(str(filled[0][1])) < 12:
            break
        found.append(row)
    return tuple(reversed(found))


def _continued(grid: Grid, above: Block, below: Block) -> Block | None:
    """One table with a blank row in it: the same columns, and nothing that heads the lower part."""
    if not above.headers or below.headers or below.titles or below.area.top - above.area.bottom > 2:
        return None
    if below.area.left < above.area.left or below.area.right > above.area.right or above.totals:
        return None
    area = Area(above.area.top, above.area.left, below.area.bottom, above.area.right)
    body = max((*above.headers, *above.titles)) + 1
    if not _same_kinds(grid, above, below) and not _totals(grid, area, body, area.bottom):
        return None
    notes = _notes(grid, area, body)
    last = min((*notes, area.bottom + 1)) - 1
    return Block(area, above.titles, above.headers, _totals(grid, area, body, last), notes)


def _same_kinds(grid: Grid, above: Block, below: Block) -> bool:
    """Whether the columns go on with the kinds of values they had, number for number."""
    pairs = [
        (grid.columns[column.number].value(above.area.bottom), column.values[0]) for column in grid.within(below.area)
    ]
    alike = sum(isinstance(one, str) == isinstance(other, str) for one, other in pairs if one is not None)
    return alike * 3 >= len(pairs) * 2 and len(pairs) * 2 >= above.area.columns
