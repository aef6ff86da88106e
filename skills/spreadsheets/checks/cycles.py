"""Formulas that depend on themselves through cells of their own sheet."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from functools import partial
from typing import Final, TypeAlias

from copilot_server.agent.changes import Finding
from skills.spreadsheets.document.addresses import Area, cell_name
from skills.spreadsheets.document.references import grammar
from skills.spreadsheets.reading import patterns
from skills.spreadsheets.reading.display import anchor
from skills.spreadsheets.reading.grid import Column
from skills.spreadsheets.reading.view import View

# What asks where a cell is, not what it holds.
_POSITION: Final = re.compile(
    r"\b(?:ROWS?|COLUMNS?|FORMULATEXT|ISFORMULA|SHEETS?|CELL|AREAS|OFFSET)\((?:[^()]|\([^()]*\))*\)", re.IGNORECASE
)
Place: TypeAlias = tuple[int, int]
_MOST_FORMULAS: Final = 20_000
_MOST_READ: Final = 300_000
"""Formula cells read by all formulas together, beyond which no one waits for the answer."""


def cycle_findings(view: View) -> Iterator[Finding]:
    """The first few cycles, each at one of its cells; nothing for sheets with too many formulas to follow."""
    columns = [column for column in view.grid.columns.values() if column.formulas]
    if sum(len(column.formulas) for column in columns) > _MOST_FORMULAS:
        return
    reads = _reads(view, columns)
    for cycle in _cycles(reads)[:5]:
        names = [cell_name(*place) for place in cycle]
        shown = " → ".join([*names[:5], "…", names[0]] if len(names) > 5 else [*names, names[0]])
        text = f"depends on itself: {shown}" if len(names) > 1 else "refers to itself"
        yield Finding("cycle", anchor(view.sheet.name, names[0]), text, what=shown)


def _reads(view: View, columns: Sequence[Column]) -> dict[Place, Sequence[Place]]:
    """Which formula cells each formula reads directly, in columns of which any reads a column of formulas.

    A formula filled down reads the same columns in each row: where these hold no formulas, one look is enough.
    """
    sheet, numbers = view.sheet.name, [column.number for column in columns]
    read_by = [(column, column.noted("columns read", partial(_columns_read, sheet))) for column in columns]
    tangled = [column for column, spans in read_by if _is_any_in(numbers, spans)]
    rows = {column.number: sorted(column.formulas) for column in tangled}
    found: dict[Place, Sequence[Place]] = {}
    left = _MOST_READ
    for column in tangled:
        for run in patterns.runs(column.formulas, column.number):
            areas = own_references(run.formula, sheet)
            if not _is_any_in(rows, {(area.left, area.right) for area in areas}):
                found.update(dict.fromkeys(((row, column.number) for row in run.rows), ()))
                continue
            for row in run.rows:
                areas = own_references(column.formulas[row], sheet)
                read = [place for area in areas for place in _formulas_in(area, rows)]
                left -= len(read)
                if left < 0:
                    return {}
                found[row, column.number] = read
    return found


def _columns_read(sheet: str, column: Column) -> frozenset[tuple[int, int]]:
    """The first and the last column of each area of its own sheet that a formula of the column names."""
    runs = patterns.runs(column.formulas, column.number)
    return frozenset((area.left, area.right) for run in runs for area in own_references(run.formula, sheet))


def _is_any_in(columns: Collection[int], spans: Set[tuple[int, int]]) -> bool:
    return any(first <= number <= last for first, last in spans for number in columns)


def own_references(formula: str, sheet: str) -> Iterator[Area]:
    """The areas of its own sheet a formula names."""
    for match in grammar.REFERENCE.finditer(_POSITION.sub("", formula)):
        if not match.lastindex:
            continue
        prefix = match[1] or ""
        if not prefix or grammar.names_sheet(prefix, sheet):
            area = Area.find(match[0][len(prefix) :].replace("$", ""))
            if area is not None:
                yield area


def _formulas_in(area: Area, rows: Mapping[int, list[int]]) -> Iterator[Place]:
    for number, numbers in rows.items():
        if area.left <= number <= area.right:
            first, last = bisect_left(numbers, area.top), bisect_right(numbers, area.bottom)
            yield from ((row, number) for row in numbers[first:last])


def _cycles(reads: Mapping[Place, Sequence[Place]]) -> list[list[Place]]:
    """Cells that reach themselves, found by taking away whatever reads nothing that is left (Kahn)."""
    waiting = {place: len(set(read)) for place, read in reads.items()}
    readers: dict[Place, list[Place]] = {}
    for place, read in reads.items():
        for other in set(read):
            readers.setdefault(other, []).append(place)
    free = [place for place, count in waiting.items() if not count]
    while free:
        place = free.pop()
        del waiting[place]
        for reader in readers.get(place, ()):
            waiting[reader] -= 1
            if not waiting[reader]:
                free.append(reader)
    return _walked(reads, waiting)


def _walked(reads: Mapping[Place, Sequence[Place]], left: Mapping[Place, int]) -> list[list[Place]]:
    """From each cell that is left, along what it reads, until a cell comes up again: that stretch is a cycle."""
    cycles: list[list[Place]] = []
    seen: set[Place] = set()
    for start in sorted(left):
        path: dict[Place, int] = {}
        place: Place | None = start
        while place is not None and place not in seen and place not in path:
            path[place] = len(path)
            place = next((other for other in reads[place] if other in left), None)
        if place is not None and place in path:
            cycles.append(list(path)[path[place] :])
        seen.update(path)
    return cycles
