"""Where rows and columns of the earlier version stand in the later one, and how its formulas read there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, Area
from skills.spreadsheets.document.references.geometry import Axis, Shift
from skills.spreadsheets.document.references.rewriter import ShiftRewriter
from skills.spreadsheets.document.references.sheet_names import rename_sheet


@dataclass(frozen=True)
class Carry:
    """How formulas anywhere in the book read after all shifts and renamings between two versions."""

    shifts: tuple[ShiftRewriter, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def is_idle(self) -> bool:
        return not self.shifts and not self.renamed

    def formula(self, text: str, sheet: str | None) -> str:
        """Of a formula, as files keep it, that stood on `sheet` by its earlier name."""
        for rewriter in self.shifts:
            text = rewriter.formula(text, sheet)
        return self._renamed(text)

    def name(self, text: str, *, is_built_in: bool) -> str:
        """Of a defined name's formula."""
        for rewriter in self.shifts:
            text = rewriter.name(text, is_built_in=is_built_in)
        return self._renamed(text)

    def _renamed(self, text: str) -> str:
        for old, new in self.renamed:
            text = rename_sheet(text, old, new)
        return text


@dataclass(frozen=True)
class Moved:
    """The shifts of one sheet between two versions, in order; none for most. `sheet` is its earlier name."""

    sheet: str
    shifts: tuple[Shift, ...] = ()
    carry: Carry = field(default_factory=Carry)

    @property
    def is_still(self) -> bool:
        return not self.shifts and self.carry.is_idle

    def row(self, row: int) -> int | None:
        """Where that row stands now; None when it was deleted."""
        return self._line("row", row)

    def column(self, column: int) -> int | None:
        return self._line("column", column)

    def cell(self, row: int, column: int) -> tuple[int, int] | None:
        place: tuple[int, int] | None = (row, column)
        for shift in self.shifts:
            place = shift.cell(*place) if place else None
        return place

    def area(self, area: Area) -> Area | None:
        moved: Area | None = area
        for shift in self.shifts:
            moved = shift.area(moved) if moved else None
        return moved

    @property
    def first_row(self) -> int:
        """Rows above it stand where they stood."""
        return min((shift.at for shift in self.shifts if shift.axis == "row"), default=MAX_ROW + 1)

    @property
    def moves_columns(self) -> bool:
        return any(shift.axis == "column" for shift in self.shifts)

    def formula(self, text: str) -> str:
        """A formula of this sheet, as files keep it, as it should read now."""
        return self.carry.formula(text, self.sheet)

    def entered(self, formula: str) -> str:
        """As `formula`, with its "="."""
        return f"={self.formula(formula[1:])}" if not self.carry.is_idle else formula

    def _line(self, axis: Axis, line: int) -> int | None:
        moved: int | None = line
        for shift in self.shifts:
            if shift.axis == axis and moved is not None:
                moved = shift.line(moved)
        return moved


def still(sheet: str) -> Moved:
    return Moved(sheet)


def inserted(shifts: Sequence[Shift]) -> list[tuple[Shift, int, int]]:
    """Each insertion with the first and last line it has in the end; what was deleted again is left out."""
    found: list[tuple[Shift, int, int]] = []
    for at, shift in enumerate(shifts):
        first, last = shift.at, shift.last
        for later in shifts[at + 1 :]:
            if later.axis == shift.axis and first <= last:
                span = later.span(first, last)
                first, last = span or (1, 0)
        if not shift.deletes and first <= last <= (MAX_ROW if shift.axis == "row" else MAX_COLUMN):
            found.append((shift, first, last))
    return found
