"""One formula written once for many cells (rules, validations, shared formulas) after a shift.

Each cell reads such a formula relative to itself. After a shift its parts may have to move for some of the cells
only; then the cells fall apart into bands, each with a formula of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.references.areas import corner, shifted_areas
from skills.spreadsheets.document.references.formulas import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from skills.spreadsheets.document.references.formulas import End, Shifter
    from skills.spreadsheets.document.references.geometry import Shift

MOST_PIECES: Final = 200
"""A rule that would fall apart into more is refused: no one could maintain it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The cells, after the shift, that go on sharing formulas, written for the corner of the areas."""

    areas: tuple[Area, ...]
    formulas: tuple[str, ...]


def spread(areas: Sequence[Area], formulas: Sequence[str], shifter: Shifter, *, is_own: bool, what: str) -> list[Piece]:
    """The pieces a rule over `areas` becomes, usually one; none when its cells are all deleted.

    `is_own`: the cells lie on the shifted sheet and move too. Raises Refused naming `what` when it would crumble.
    """
    spans = [shifter.shift.lines_of(area) for area in areas]
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    anchor = corner(areas)
    line = anchor[0] if shifter.shift.axis == "row" else anchor[1]
    ends = [end for formula in formulas for end in shifter.ends(formula, is_own=is_own)]
    breaks = sorted(cut for cut in cuts(ends, line, shifter.shift, is_own=is_own) if first < cut <= last)
    if len(breaks) > MOST_PIECES:
        raise Refused(f"{what} refers to so many of the moved cells that it would fall apart into {len(breaks)} pieces")
    spreader = _Spreader(areas, formulas, shifter, is_own, anchor)
    if not breaks:
        piece = spreader.piece(first, last, areas)
        return [piece] if piece else []
    return _merged(spreader.bands([first, *breaks, last + 1]))


def cuts(ends: Iterable[End], anchor: int, shift: Shift, *, is_own: bool) -> set[int]:
    """The lines from which on a formula written at line `anchor` shifts differently than in the line before."""
    found: set[int] = set()
    edges = [shift.at, shift.last + 1] if shift.deletes else [shift.at, shift.limit - shift.count + 1]
    for end in ends:
        offset = end.line - anchor
        if not end.moves:
            found.update(edges if is_own and not end.is_absolute else ())
        elif end.is_absolute:
            if end.is_mixed and shift.deletes and shift.at <= end.line <= shift.last:
                found.update(edges)
        elif offset or not is_own:
            found.update(edge - offset for edge in edges)
            if is_own:
                found.update(edges)
            if end.is_of_range and shift.deletes:
                found.update(range(shift.at - offset, min(shift.last, shift.at + MOST_PIECES) + 1 - offset))
    return found


class _Spreader:
    def __init__(
        self,
        areas: Sequence[Area],
        formulas: Sequence[str],
        shifter: Shifter,
        is_own: bool,
        anchor: tuple[int, int],
    ) -> None:
        self._areas, self._formulas, self._shifter, self._is_own = areas, formulas, shifter, is_own
        self._shift = shifter.shift
        self._anchor = anchor

    def bands(self, edges: Sequence[int]) -> Iterator[Piece]:
        for first, end in pairwise(edges):
            cut = [part for area in self._areas if (part := self._between(area, first, end - 1))]
            if cut and (piece := self.piece(first, end - 1, cut)):
                yield piece

    def piece(self, first: int, last: int, areas: Sequence[Area]) -> Piece | None:
        """What becomes of the lines `first` to `last`, all of which shift alike."""
        moved = [self._grown(area) for area in shifted_areas(areas, self._shift)] if self._is_own else list(areas)
        line = self._surviving(first, last)
        if not moved or line is None:
            return None
        new_line = self._shift.line(line) if self._is_own else line
        return Piece(
            tuple(moved), tuple(self._rewritten(text, line, new_line or line, moved) for text in self._formulas)
        )

    def _rewritten(self, text: str, line: int, new_line: int, areas: Sequence[Area]) -> str:
        """The formula of the cell at `line`, shifted and written for the corner of the areas."""
        row, column = corner(areas)
        if self._shift.axis == "row":
            there = self._moved(translate(text, line - self._anchor[0], 0, wraps=True))
            return translate(there, row - new_line, column - self._anchor[1], wraps=True)
        there = self._moved(translate(text, 0, line - self._anchor[1], wraps=True))
        return translate(there, row - self._anchor[0], column - new_line, wraps=True)

    def _moved(self, text: str) -> str:
        return self._shifter.own(text) if self._is_own else self._shifter.foreign(text)

    def _surviving(self, first: int, last: int) -> int | None:
        shift = self._shift
        if not (self._is_own and shift.deletes and shift.at <= first <= shift.last):
            return first
        return shift.last + 1 if shift.last < last else None

    def _between(self, area: Area, first: int, last: int) -> Area | None:
        if self._shift.axis == "row":
            return area.intersection(Area(first, area.left, last, area.right))
        return area.intersection(Area(area.top, first, area.bottom, last))

    def _grown(self, area: Area) -> Area:
        """With the lines inserted right behind it where they came in between it and the next band of its area."""
        shift = self._shift
        if shift.deletes or shift.lines_of(area)[1] != shift.at - 1:
            return area
        if not any(whole.covers(area) and shift.lines_of(whole)[1] >= shift.at for whole in self._areas):
            return area
        if shift.axis == "row":
            return Area(area.top, area.left, shift.last, area.right)
        return Area(area.top, area.left, area.bottom, shift.last)


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces that turn out to say the same, put together again."""
    merged: list[Piece] = []
    for piece in pieces:
        for place, other in enumerate(merged):
            if _written_for(other, corner(piece.areas)) == piece.formulas:
                areas = _joined(other.areas + piece.areas)
                merged[place] = Piece(areas, _written_for(other, corner(areas)))
                break
        else:
            merged.append(piece)
    return merged


def _written_for(piece: Piece, cell: tuple[int, int]) -> tuple[str, ...]:
    """The piece's formulas as that cell reads them."""
    here = corner(piece.areas)
    return tuple(translate(text, cell[0] - here[0], cell[1] - here[1], wraps=True) for text in piece.formulas)


def _joined(areas: Sequence[Area]) -> tuple[Area, ...]:
    """Areas that touch along a whole side made one."""
    joined: list[Area] = []
    for area in areas:
        for place, other in enumerate(joined):
            both = Area.around([other, area])
            if both and both.size == other.size + area.size and not other.intersects(area):
                joined[place] = both
                break
        else:
            joined.append(area)
    return tuple(joined)
