"""The refusal of lines that would run through what Excel itself lets nobody part, with the places where they can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.errors import Refused
from skills.spreadsheets.document.addresses import column_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skills.spreadsheets.document.addresses import Area
    from skills.spreadsheets.document.references.geometry import Shift


class Undividable(Refused):
    """Names what would be cut, and where the nearest lines are that can come or go.

    `lines` are those before which lines can be inserted instead: above what would be cut, then below it. Both are
    clear of all the `areas`, of which the first is what would be cut.
    """

    def __init__(self, what: str, sheet: str, shift: Shift, areas: Sequence[Area], but: str = "") -> None:
        above, below = self.lines = _clear(shift, areas)
        done = "deleting" if shift.deletes else "inserting"
        there = "here" if shift.deletes else f"before {shift.axis} {_named(shift, shift.at)}"
        super().__init__(
            f"{done} {shift.axis}s {there} would cut {what} of sheet {sheet!r}, which Excel does not part either{but}; "
            f"{_places(shift, above, below)} it can be done"
        )


def _places(shift: Shift, above: int, below: int) -> str:
    """ "above row 3 or below row 40"."""
    over, under = ("above", "below") if shift.axis == "row" else ("left of", "right of")
    places = [f"{under} {shift.axis} {_named(shift, below - 1)}"]
    if above > 1 or not shift.deletes:
        places.insert(0, f"{over} {shift.axis} {_named(shift, above)}")
    return " or ".join(places)


def _named(shift: Shift, line: int) -> str:
    return str(line) if shift.axis == "row" else column_letters(line)


def _clear(shift: Shift, areas: Sequence[Area]) -> tuple[int, int]:
    """The lines before which others can come, above the first of the areas and below it, clear of all of them."""
    spans = [shift.lines_of(area) for area in areas]
    above, below = spans[0][0], spans[0][1] + 1
    while firsts := [first for first, last in spans if first < above <= last]:
        above = min(firsts)
    while lasts := [last for first, last in spans if first < below <= last]:
        below = max(lasts) + 1
    return above, below
