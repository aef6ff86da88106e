"""Changed formats as few changes: areas in which the same properties changed to the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeAlias

from copilot_server.agent.changes import Change
from skills.spreadsheets.changes.deltas import Delta
from skills.spreadsheets.changes.moved import Moved, inserted
from skills.spreadsheets.changes.settings import setting_runs, spans_by_column
from skills.spreadsheets.document.addresses import MAX_ROW, Area
from skills.spreadsheets.document.formats import Format
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.reading.display import anchor, quoted
from skills.spreadsheets.reading.folding import areas

Difference: TypeAlias = tuple[tuple[str, Any], ...]
Place: TypeAlias = tuple[int, int]
_MOST_AREAS = 100


def difference(before: Format, after: Format) -> tuple[Difference, Difference]:
    """The properties that are not the same: as they were, as they are."""
    names = [each.name for each in fields(Format) if getattr(before, each.name) != getattr(after, each.name)]
    return (
        tuple((name, getattr(before, name)) for name in names),
        tuple((name, getattr(after, name)) for name in names),
    )


def look_changes(
    sheet: str,
    deltas: Sequence[Delta],
    formats: Callable[[Delta], tuple[Format, Format]],
    columns: Sequence[Change] = (),
    inherited: Sequence[Delta] = (),
) -> list[Change]:
    """One change for each area whose cells changed in some properties to the same.

    What `columns`, changes of whole columns, say already is left out. `inherited` cells, which took the new look from
    a neighbour when they came, do not tear an area apart.
    """
    told = [(area, change.after) for change in columns if (area := Area.find(change.where.rpartition("!")[2]))]
    before: dict[Place, Mapping[str, Any]] = {}
    cells: dict[tuple[str, Any], set[Place]] = {}
    for delta in deltas:
        place = (delta.row, delta.column)
        old, new = difference(*formats(delta))
        if any(area.contains(*place) and after == _json(new) for area, after in told):
            continue
        before[place] = dict(old)
        for item in new:
            cells.setdefault(item, set()).add(place)
    for delta in inherited:
        _join(delta, formats(delta)[1], cells, before)
    # Properties that changed in the very same cells are one change.
    together: dict[frozenset[Place], list[tuple[str, Any]]] = {}
    for item, places in cells.items():
        together.setdefault(frozenset(places), []).append(item)
    folded = [(area, tuple(items)) for places, items in together.items() for area in areas(places)]
    if len(folded) > _MOST_AREAS:
        return [_scattered(sheet, before, cells)]
    return [
        look_change(sheet, area, _shared(area, before, items), items)
        for area, items in sorted(folded, key=lambda each: each[0])
    ]


def _join(
    delta: Delta, look: Format, cells: Mapping[tuple[str, Any], set[Place]], before: dict[Place, Mapping[str, Any]]
) -> None:
    """Count an inherited cell in with the neighbour it took a property from."""
    place = (delta.row, delta.column)
    neighbours = {(delta.row - 1, delta.column), (delta.row, delta.column - 1)}
    for (name, value), places in cells.items():
        source = next(iter(neighbours & places), None)
        if source is not None and getattr(look, name) == value:
            places.add(place)
            before[place] = before[source]


def column_look_changes(before: Sheet, after: Sheet, moved: Moved, *, is_related: bool) -> Iterator[Change]:
    """Formats of whole columns, which cells not there yet take; inserted ones have their neighbour's from the start."""
    old = spans_by_column(before, moved)
    new_columns = [(first, last) for shift, first, last in inserted(moved.shifts) if shift.axis == "column"]
    for first, last, one, other in setting_runs(old, spans_by_column(after, Moved(after.name))):
        if any(low <= first and last <= high for low, high in new_columns):
            continue
        styles = (one.style if one else 0, other.style if other else 0)
        if is_related and styles[0] == styles[1]:
            continue
        was, now = difference(before.book.styles.format(styles[0]), after.book.styles.format(styles[1]))
        if now:
            yield look_change(after.name, Area(1, first, MAX_ROW, last), was, now)


def _shared(area: Area, before: Mapping[Place, Mapping[str, Any]], items: Difference) -> Difference:
    """What all cells of the area looked like before; left out where they did not agree."""
    names = [name for name, _ in items]
    first, *others = (before[place] for place in area.cells())
    return tuple((name, first[name]) for name in names if all(each.get(name) == first[name] for each in others))


def look_change(sheet: str, area: Area, before: Difference, after: Difference) -> Change:
    text = f"{anchor(sheet, area)}: {', '.join(_property(name, value) for name, value in after)}"
    return Change("format", anchor(sheet, area), _json(before), _json(after), text)


def _scattered(sheet: str, places: Iterable[Place], cells: Iterable[tuple[str, Any]]) -> Change:
    found = list(places)
    around = Area.around(Area.cell(*place) for place in found) or Area(1, 1, 1, 1)
    kinds = ", ".join(sorted({name.replace("_", " ") for name, _ in cells}))
    text = f"{anchor(sheet, around)}: {kinds} of {len(found)} scattered cells"
    return Change("format", anchor(sheet, around), None, None, text, replayable=False)


def _json(difference: Difference) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in difference}


def _property(name: str, value: Any) -> str:
    """ "bold on", "number format "0.00"", "fill FFFF00", "no fill" """
    words = name.replace("_", " ")
    match value:
        case True:
            return f"{words} on"
        case False:
            return f"{words} off"
        case None | ():
            return f"no {words}"
        case tuple():
            return f"{words} {', '.join(map(str, value))}"
        case _:
            return f"{words} {quoted(value) if name == 'number_format' else value}"
