"""Changed cells as few changes: neighbours fold into one area with a matrix, a filled formula into one pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from copilot_server.agent.changes import Change
from skills.spreadsheets.changes.deltas import Delta
from skills.spreadsheets.changes.reordered import reordered
from skills.spreadsheets.document.addresses import Area, quoted_sheet
from skills.spreadsheets.document.cells import Cell, CellError
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.reading import patterns
from skills.spreadsheets.reading.display import anchor, cut, plain
from skills.spreadsheets.reading.folding import areas as folded_areas
from skills.spreadsheets.reading.folding import fold
from skills.spreadsheets.reading.loading import manner_of
from skills.spreadsheets.reading.profiles import Manner

HUGE: Final = 20_000
"""Cells above which a change says first and last only; an editor then takes the file."""

_MOST_AREAS: Final = 200
_MOST_JOINED: Final = 40
_BRIDGED: Final = 3
_REPEATED: Final = 3
_UNCOMPUTED: Final = "not computed"
_LOOKS_OTHERWISE: Final = re.compile(r"[=#']|\d{4}-\d\d-\d\d|\d\d:\d\d")


def entered(cell: Cell | None) -> Any:
    """What a person would have typed, as `set_cells` takes it: "=…" formulas, "'…" for texts that look otherwise."""
    if cell is None:
        return None
    if cell.formula is not None:
        return cell.formula
    if isinstance(cell.value, CellError):
        return cell.value.code
    if isinstance(cell.value, str) and _LOOKS_OTHERWISE.match(cell.value):
        return f"'{cell.value}"
    return cell.value


def content_changes(sheet: Sheet, deltas: Sequence[Delta]) -> list[Change]:
    """One change for each area of cells that were written, changed or cleared; `sheet` is the later version."""
    if len(deltas) <= HUGE and (found := reordered(sheet, deltas)) is not None:
        return [_reordered_change(sheet.name, *found, manner_of(sheet.book))]
    by_place = {(delta.row, delta.column): delta for delta in deltas}
    filled = _filled_forms(deltas)
    fills = [area for area, _ in fold(filled)]
    rest = {place: _act(delta) for place, delta in by_place.items() if place not in filled}
    others = _bridged([area for area, _ in fold(rest)], fills, sheet) if len(deltas) <= HUGE else folded_areas(rest)
    if len(fills) + len(others) > _MOST_AREAS:
        return _scattered(sheet.name, by_place, manner_of(sheet.book))
    return [_change(sheet.name, area, by_place, manner_of(sheet.book)) for area in sorted([*fills, *others])]


def written_whole(sheet: Sheet, deltas: Sequence[Delta]) -> list[Change]:
    """All of a new sheet as one change: nothing else stands there."""
    by_place = {(delta.row, delta.column): delta for delta in deltas}
    area = Area.around(Area.cell(*place) for place in by_place)
    return [] if area is None else [_change(sheet.name, area, by_place, manner_of(sheet.book))]


def _reordered_change(sheet: str, area: Area, cells: Mapping[tuple[int, int], Delta], manner: Manner) -> Change:
    inside = [cells[place] for place in sorted(cells)]
    where = anchor(sheet, area)
    rows = [inside[0], next(delta for delta in inside if delta.row == inside[-1].row)]
    first, last = (_shown(delta.after, manner) or "blank" for delta in rows)
    text = f"{where}: {area.rows} rows in another order ({first} … {last})"
    return Change("cell", where, _matrix(area, inside, "before"), _matrix(area, inside, "after"), text)


def _filled_forms(deltas: Sequence[Delta]) -> dict[tuple[int, int], str]:
    """The cells whose new formula is one of several filled down or right, by its relative form."""
    by_column: dict[int, dict[int, str]] = {}
    for delta in deltas:
        if delta.after is not None and delta.after.formula is not None:
            by_column.setdefault(delta.column, {})[delta.row] = delta.after.formula
    runs = [(column, run) for column, formulas in by_column.items() for run in patterns.runs(formulas, column)]
    counts: dict[str, int] = {}
    for _, run in runs:
        counts[run.form] = counts.get(run.form, 0) + len(run.rows)
    return {(row, column): run.form for column, run in runs if counts[run.form] >= _REPEATED for row in run.rows}


def _act(delta: Delta) -> str:
    if delta.after is None or delta.after.is_blank:
        return "cleared"
    if delta.before is None or delta.before.is_blank:
        return "written"
    return "changed"


def _bridged(areas: Sequence[Area], fills: Sequence[Area], sheet: Sheet) -> list[Area]:
    """Areas a few blank cells apart, as one: a table with gaps was written as one."""
    if len(areas) > _MOST_JOINED:
        return list(areas)
    joined: list[Area] = []
    for area in areas:
        for at, other in enumerate(joined):
            whole = Area.around([area, other]) or area
            taken = [each for each in [*areas, *fills] if each not in (area, other) and not other.covers(each)]
            if _are_near(area, other, whole) and _is_free(whole, (area, other), taken, sheet):
                joined[at] = whole
                break
        else:
            joined.append(area)
    return joined if len(joined) == len(areas) else _bridged(joined, fills, sheet)


def _are_near(one: Area, other: Area, whole: Area) -> bool:
    rows_apart = max(one.top, other.top) - min(one.bottom, other.bottom)
    columns_apart = max(one.left, other.left) - min(one.right, other.right)
    is_mostly_theirs = (one.size + other.size) * 4 >= whole.size * 3
    return rows_apart <= _BRIDGED and columns_apart <= _BRIDGED and is_mostly_theirs


def _is_free(whole: Area, parts: Sequence[Area], taken: Sequence[Area], sheet: Sheet) -> bool:
    """Whether nothing but the two areas stands in the area around both."""
    if any(each.intersects(whole) for each in taken):
        return False
    return all(
        cell.is_blank or any(part.contains(cell.row, cell.column) for part in parts) for cell in sheet.cells(whole)
    )


def _change(sheet: str, area: Area, deltas: Mapping[tuple[int, int], Delta], manner: Manner) -> Change:
    inside = [deltas[place] for place in _places(area, deltas)]
    first, where = inside[0], anchor(sheet, area)
    if area.is_cell:
        return Change("cell", where, entered(first.before), entered(first.after), _cell_line(where, first, manner))
    fill = _fill(area, inside)
    text = f"{where}: {_fill_words(fill, inside) if fill else _summary(inside, manner)}"
    if len(inside) > HUGE:
        before, after = _ends(inside, "before"), {"fill": fill} if fill else _ends(inside, "after")
        return Change("cell", where, before, after, text, replayable=fill is not None)
    after = {"fill": fill} if fill else _matrix(area, inside, "after")
    return Change("cell", where, _matrix(area, inside, "before"), after, text)


def _places(area: Area, deltas: Mapping[tuple[int, int], Delta]) -> Iterator[tuple[int, int]]:
    if area.size <= len(deltas) * 4:
        return (place for place in area.cells() if place in deltas)
    return iter(sorted(place for place in deltas if area.contains(*place)))


def _side(delta: Delta, side: str) -> Cell | None:
    return delta.before if side == "before" else delta.after


def _ends(inside: Sequence[Delta], side: str) -> dict[str, Any]:
    first, last = entered(_side(inside[0], side)), entered(_side(inside[-1], side))
    return {"first": first, "last": last, "cells": len(inside)}


def _matrix(area: Area, inside: Sequence[Delta], side: str) -> list[list[Any]] | None:
    """Row by row; None when all of it is blank."""
    values = {(delta.row, delta.column): entered(_side(delta, side)) for delta in inside}
    if all(value is None for value in values.values()):
        return None
    columns = range(area.left, area.right + 1)
    return [[values.get((row, column)) for column in columns] for row in range(area.top, area.bottom + 1)]


def _fill(area: Area, inside: Sequence[Delta]) -> str | None:
    """The first cell's formula when all are that formula filled over the area."""
    first = inside[0].after
    if first is None or first.formula is None or len(inside) != area.size or area.size < _REPEATED:
        return None
    forms = _filled_forms(inside)
    return first.formula if len(forms) == len(inside) and len(set(forms.values())) == 1 else None


def _cell_line(where: str, delta: Delta, manner: Manner) -> str:
    """`Sales!B2: 12 → 42`"""
    before = _shown(delta.before, manner)
    after = _shown(delta.after, manner) or "cleared"
    return f"{where}: {before} → {after}" if before else f"{where}: {after}"


def _shown(cell: Cell | None, manner: Manner) -> str:
    if cell is None:
        return ""
    value = plain(cell.value, manner.date_format(cell.style), manner.is_1904)
    if cell.formula is not None:
        return f"{cut(cell.formula)} ({value or _UNCOMPUTED})"
    return value


def _fill_words(fill: str, inside: Sequence[Delta]) -> str:
    overwritten = sum(1 for delta in inside if _act(delta) == "changed")
    return f"{cut(fill, 120)} filled into {len(inside)} cells" + (
        f", {overwritten} held something" if overwritten else ""
    )


def _summary(inside: Sequence[Delta], manner: Manner) -> str:
    """What was done to how many cells, with the first and the last."""
    acts = [_act(delta) for delta in inside]
    counts = ", ".join(f"{acts.count(act)} {act}" for act in ("written", "changed", "cleared") if act in acts)
    if set(acts) == {"cleared"}:
        return f"{len(inside)} cells cleared"
    first, last = _shown(inside[0].after, manner), _shown(inside[-1].after, manner)
    return f"{counts} ({first or 'blank'} … {last or 'blank'})"


def _scattered(sheet: str, deltas: Mapping[tuple[int, int], Delta], manner: Manner) -> list[Change]:
    """Too many small areas to list: one change that names each cell."""
    inside = [deltas[place] for place in sorted(deltas)]
    where = anchor(sheet, Area.around(Area.cell(*place) for place in deltas) or Area(1, 1, 1, 1))
    text = f"{where}: {_summary(inside, manner)}, scattered"
    if len(inside) > HUGE:
        return [Change("cells", where, _ends(inside, "before"), _ends(inside, "after"), text, replayable=False)]
    return [Change("cells", where, _by_cell(inside, "before"), _by_cell(inside, "after"), text)]


def _by_cell(inside: Sequence[Delta], side: str) -> dict[str, Any]:
    return {str(Area.cell(delta.row, delta.column)): entered(_side(delta, side)) for delta in inside}


def recalculated_change(sheet: str, deltas: Sequence[Delta]) -> Change:
    """New results of formulas that stayed as they are: nobody's edit, only its consequence."""
    areas = folded_areas((delta.row, delta.column) for delta in deltas)
    around = Area.around(areas) or Area(1, 1, 1, 1)
    first = deltas[0]
    name = str(Area.cell(first.row, first.column))
    example = f"{name} {plain(first.value_before) or _UNCOMPUTED} → {plain(first.value_after) or _UNCOMPUTED}"
    listed = ", ".join(map(str, areas[:4])) + (f" and {len(areas) - 4} more" if len(areas) > 4 else "")
    if len(deltas) == 1:
        text = f"{quoted_sheet(sheet)}: recalculated {example}"
    else:
        text = f"{quoted_sheet(sheet)}: {len(deltas)} recalculated ({listed}; {example})"
    return Change("recalculated", anchor(sheet, around), None, {"cells": len(deltas)}, text)
