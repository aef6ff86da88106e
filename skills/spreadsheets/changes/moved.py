"""Where rows and columns of the earlier version stand in the later one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, Area
from skills.spreadsheets.document.references.formulas import Shifter
from skills.spreadsheets.document.references.geometry import Shift


@dataclass(frozen=True)
class Moved:
    """The shifts of one sheet between two versions, in order; none for most."""

    sheet: str
    shifts: tuple[Shift, ...] = ()

    @property
    def is_still(self) -> bool:
        return not self.shifts

    def row(self, row: int) -> int | None:
        """Where that row stands now; None when it was deleted."""
        return self._line("row", row)

    def column(self, column: int) -> int | None:
        return self._line("column", column)

    def cell(self, row: int, column: int) -> tuple[int, int] | None:
        new_row, new_column = self.row(row), self.column(column)
        return None if new_row is None or new_column is None else (new_row, new_column)

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
    def first_column(self) -> int:
        return min((shift.at for shift in self.shifts if shift.axis == "column"), default=MAX_COLUMN + 1)

    def formula(self, text: str, own_sheet: str | None) -> str:
        """The formula as it reads after the shifts; `own_sheet` is where it stands."""
        is_own = own_sheet is not None and own_sheet.casefold() == self.sheet.casefold()
        for shifter in self._shifters:
            text = shifter.own(text) if is_own else shifter.foreign(text)
        return text

    def _line(self, axis: str, line: int) -> int | None:
        moved: int | None = line
        for shift in self.shifts:
            if shift.axis == axis and moved is not None:
                moved = shift.line(moved)
        return moved

    @cached_property
    def _shifters(self) -> Sequence[Shifter]:
        return [Shifter(shift, self.sheet) for shift in self.shifts]


@dataclass(frozen=True)
class Renamed:
    """Formulas carried over from the earlier version: shifts of every sheet, then sheets' new names."""

    moves: tuple[Moved, ...] = ()
    names: dict[str, str] = field(default_factory=dict[str, str])
