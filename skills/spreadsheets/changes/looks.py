"""Changed formats as few changes: areas in which the same properties changed to the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from copilot_server.agent.changes import Change
from skills.spreadsheets.changes.deltas import Delta
from skills.spreadsheets.changes.moved import Moved
from skills.spreadsheets.changes.settings import setting_runs, spans_by_column
from skills.spreadsheets.document.addresses import MAX_ROW, Area
from skills.spreadsheets.document.formats import Format
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.reading.display import anchor, quoted
from skills.spreadsheets.reading.folding import fold

Difference = tuple[tuple[str, Any], ...]
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
) -> list[Change]:
    """One change for each area whose cells changed in the same properties to the same.

    What `columns`, changes of whole columns, say already is left out.
    """
    told = [(area, change.after) for change in columns if (area := Area.find(change.where.rpartition("!")[2]))]
    to_after: dict[tuple[int, int], Difference] = {}
    to_before: dict[tuple[int, int], Difference] = {}
    for delta in deltas:
        old, new = difference(*formats(delta))
        is_told = any(area.contains(delta.row, delta.column) and after == _json(new) for area, after in told)
        if new and not is_told:
            to_before[delta.row, delta.column], to_after[delta.row, delta.column] = old, new
    folded = fold(to_after)
    if len(folded) > _MOST_AREAS:
        return [_scattered(sheet, to_after)]
    return [look_change(sheet, area, _shared(area, to_before), new) for area, new in folded]


def column_look_changes(before: Sheet, after: Sheet, moved: Moved, *, is_related: bool) -> Iterator[Change]:
    """Formats of whole columns, which cells not there yet take."""
    old = spans_by_column(before, moved)
    for first, last, one, other in setting_runs(old, spans_by_column(after, Moved(after.name))):
        styles = (one.style if one else 0, other.style if other else 0)
        if is_related and styles[0] == styles[1]:
            continue
        was, now = difference(before.book.styles.format(styles[0]), after.book.styles.format(styles[1]))
        if now:
            yield look_change(after.name, Area(1, first, MAX_ROW, last), was, now)


def _shared(area: Area, differences: Mapping[tuple[int, int], Difference]) -> Difference:
    """What all cells of the area looked like before, property by property; left out where they did not agree."""
    found = [dict(differences[place]) for place in area.cells()]
    return tuple(item for item in found[0].items() if all(each.get(item[0]) == item[1] for each in found))


def look_change(sheet: str, area: Area, before: Difference, after: Difference) -> Change:
    text = f"{anchor(sheet, area)}: {', '.join(_property(name, value) for name, value in after)}"
    return Change("format", anchor(sheet, area), _json(before), _json(after), text)


def _scattered(sheet: str, differences: Mapping[tuple[int, int], Difference]) -> Change:
    around = Area.around(Area.cell(*place) for place in differences) or Area(1, 1, 1, 1)
    kinds = {name for difference in differences.values() for name, _ in difference}
    text = f"{anchor(sheet, around)}: {', '.join(sorted(kinds))} of {len(differences)} scattered cells"
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
