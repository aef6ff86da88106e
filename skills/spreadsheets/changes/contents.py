"""Changed cells as few changes: neighbours fold into one area with a matrix, a filled formula into one pattern."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from copilot_server.agent.changes import Change
from skills.spreadsheets.changes.deltas import Delta
from skills.spreadsheets.document.addresses import Area, quoted_sheet
from skills.spreadsheets.document.cells import Cell, CellError
from skills.spreadsheets.reading.display import cut, plain
from skills.spreadsheets.reading.folding import fold
from skills.spreadsheets.reading.patterns import relative_form
from skills.spreadsheets.reading.profiles import Manner

HUGE: Final = 20_000
"""Cells above which a change says first and last only; an editor then takes the file."""

_MOST_AREAS: Final = 200
_MOST_JOINED: Final = 60
_BRIDGED: Final = 3


def where(sheet: str, area: Area | str) -> str:
    return f"{quoted_sheet(sheet)}!{area}"


def entered(cell: Cell | None) -> Any:
    """What a person would have typed, as `set_cells` takes it: "=…" formulas, "'…" for texts that look otherwise."""
    if cell is None:
        return None
    if cell.formula is not None:
        return cell.formula
    if isinstance(cell.value, CellError):
        return cell.value.code
    if isinstance(cell.value, str) and (cell.value[:1] in {"=", "'", "#"} or _reads_as_date(cell.value)):
        return f"'{cell.value}"
    return cell.value


def _reads_as_date(text: str) -> bool:
    return len(text) >= 5 and text[:2].isdigit() and text[2] in "0123456789:" and ("-" in text or ":" in text)


def content_changes(
    sheet: str, deltas: Sequence[Delta], kept: frozenset[tuple[int, int]], manner: Manner
) -> list[Change]:
    """One change for each area of cells that were written, changed or cleared."""
    by_place = {(delta.row, delta.column): delta for delta in deltas}
    areas = _bridged([area for area, _ in fold({place: _act(delta) for place, delta in by_place.items()})], kept)
    if len(areas) > _MOST_AREAS:
        return _scattered(sheet, by_place, manner)
    return [_change(sheet, area, by_place, manner) for area in areas]


def _act(delta: Delta) -> str:
    if delta.after is None or delta.after.is_blank:
        return "cleared"
    if delta.before is None or delta.before.is_blank:
        return "written"
    return "changed"


def _bridged(areas: Sequence[Area], kept: frozenset[tuple[int, int]]) -> list[Area]:
    """Areas a few blank cells apart, as one: a table with gaps was written as one."""
    if len(areas) > _MOST_JOINED:
        return list(areas)
    joined: list[Area] = []
    for area in areas:
        for at, other in enumerate(joined):
            whole = Area(
                min(area.top, other.top),
                min(area.left, other.left),
                max(area.bottom, other.bottom),
                max(area.right, other.right),
            )
            if _are_near(area, other) and _is_free(whole, area, other, joined, kept):
                joined[at] = whole
                break
        else:
            joined.append(area)
    return joined if len(joined) == len(areas) else _bridged(joined, kept)


def _are_near(one: Area, other: Area) -> bool:
    rows_apart = max(one.top, other.top) - min(one.bottom, other.bottom)
    columns_apart = max(one.left, other.left) - min(one.right, other.right)
    return rows_apart <= _BRIDGED and columns_apart <= _BRIDGED


def _is_free(whole: Area, one: Area, other: Area, others: Sequence[Area], kept: frozenset[tuple[int, int]]) -> bool:
    """Whether the area around both holds nothing else, and is mostly theirs."""
    if (one.size + other.size) * 2 < whole.size:
        return False
    if any(each not in (one, other) and each.intersects(whole) for each in others):
        return False
    return not any(whole.contains(row, column) for row, column in kept)


def _change(sheet: str, area: Area, deltas: Mapping[tuple[int, int], Delta], manner: Manner) -> Change:
    inside = [deltas[place] for place in _places(area, deltas)]
    if area.is_cell:
        delta = inside[0]
        return Change(
            "cell", where(sheet, area), entered(delta.before), entered(delta.after), _line(sheet, delta, manner)
        )
    text = f"{where(sheet, area)}: {_summary(inside, manner)}"
    if len(inside) > HUGE:
        ends = (inside[0], inside[-1])
        before, after = ([entered(delta.before) for delta in ends], [entered(delta.after) for delta in ends])
        return Change("cell", where(sheet, area), _ends(before, inside), _ends(after, inside), text, replayable=False)
    filled = _filled(area, inside)
    before = _matrix(area, {(delta.row, delta.column): entered(delta.before) for delta in inside})
    after = {"fill": filled} if filled else _matrix(area, {(d.row, d.column): entered(d.after) for d in inside})
    return Change("cell", where(sheet, area), before, after, text)


def _ends(values: list[Any], inside: Sequence[Delta]) -> dict[str, Any]:
    return {"first": values[0], "last": values[-1], "cells": len(inside)}


def _places(area: Area, deltas: Mapping[tuple[int, int], Delta]) -> Iterator[tuple[int, int]]:
    if area.size <= len(deltas) * 4:
        return (place for place in area.cells() if place in deltas)
    return iter(sorted(place for place in deltas if area.contains(*place)))


def _matrix(area: Area, values: Mapping[tuple[int, int], Any]) -> list[list[Any]] | None:
    """Row by row; None when all of it is blank."""
    if all(value is None for value in values.values()):
        return None
    columns = range(area.left, area.right + 1)
    return [[values.get((row, column)) for column in columns] for row in range(area.top, area.bottom + 1)]


def _filled(area: Area, inside: Sequence[Delta]) -> str | None:
    """The first cell's formula when all are that formula filled over the area."""
    first = inside[0].after
    if first is None or first.formula is None or len(inside) != area.size:
        return None
    form = relative_form(first.formula, first.row, first.column)
    cells = (delta.after for delta in inside)
    is_one = all(cell and cell.formula and relative_form(cell.formula, cell.row, cell.column) == form for cell in cells)
    return first.formula if is_one else None


def _line(sheet: str, delta: Delta, manner: Manner) -> str:
    """`Sales!B2: 12 → 42`"""
    before = _shown(delta.before, manner)
    return f"{where(sheet, Area.cell(delta.row, delta.column))}: {before + ' → ' if before else ''}{_shown(delta.after, manner) or 'cleared'}"


def _shown(cell: Cell | None, manner: Manner) -> str:
    if cell is None:
        return ""
    value = plain(cell.value, manner.date_format(cell.style), manner.is_1904)
    if cell.formula is not None:
        return f"{cut(cell.formula)} ({value or 'no value'})"
    return value


def _summary(inside: Sequence[Delta], manner: Manner) -> str:
    """What was done to how many cells, with the pattern or the first and the last."""
    acts = [_act(delta) for delta in inside]
    counts = ", ".join(f"{acts.count(act)} {act}" for act in ("written", "changed", "cleared") if act in acts)
    filled = _filled(Area.around(Area.cell(d.row, d.column) for d in inside) or Area(1, 1, 1, 1), inside)
    if filled:
        return f"{cut(filled)} filled into {len(inside)} cells"
    if set(acts) == {"cleared"}:
        return f"{len(inside)} cells cleared"
    first, last = _shown(inside[0].after, manner), _shown(inside[-1].after, manner)
    return f"{counts} ({first or 'blank'} … {last or 'blank'})"


def _scattered(sheet: str, deltas: Mapping[tuple[int, int], Delta], manner: Manner) -> list[Change]:
    """Too many small areas to list: one change that names each cell."""
    inside = [deltas[place] for place in sorted(deltas)]
    area = Area.around(Area.cell(*place) for place in deltas) or Area(1, 1, 1, 1)
    text = f"{where(sheet, area)}: {_summary(inside, manner)}, scattered"
    is_huge = len(inside) > HUGE
    before, after = (None, None) if is_huge else (_cells(inside, "before"), _cells(inside, "after"))
    return [Change("cells", where(sheet, area), before, after, text, replayable=not is_huge)]


def _cells(inside: Iterable[Delta], side: str) -> dict[str, Any]:
    return {str(Area.cell(delta.row, delta.column)): entered(getattr(delta, side)) for delta in inside}


def recalculated_change(sheet: str, deltas: Sequence[Delta], manner: Manner) -> Change:
    """New results of formulas that stayed as they are: nobody's edit, only its consequence."""
    areas = [area for area, _ in fold(dict.fromkeys(((delta.row, delta.column) for delta in deltas), True))]
    around = Area.around(areas) or Area(1, 1, 1, 1)
    first = deltas[0]
    example = f"{Area.cell(first.row, first.column)} {plain(first.value_before)} → {plain(first.value_after)}"
    listed = ", ".join(map(str, areas[:4])) + (f" and {len(areas) - 4} more" if len(areas) > 4 else "")
    text = f"{quoted_sheet(sheet)}: {len(deltas)} recalculated ({listed}; {example})"
    return Change("recalculated", where(sheet, around), None, len(deltas), text)
