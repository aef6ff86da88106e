"""What is measured of how sheets are laid out: panes, widths, hidden lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from openpyxl.utils.cell import get_column_letter

from evals.scoring.spreadsheets import book
from evals.trace import Seen


@dataclass(frozen=True)
class Frozen:
    """The panes are frozen above and left of the cell (None: not at all)."""

    sheet: str
    at: str | None
    metric: ClassVar[str] = "layout"

    def fault(self, seen: Seen) -> str | None:
        have = frozen_at(book(seen.after)[self.sheet])
        return None if have == self.at else f"{self.sheet} is frozen at {have}"


def frozen_at(sheet: Any) -> str | None:
    """By how much is frozen: openpyxl's own answer is the cell the lower pane was last scrolled to."""
    pane = sheet.sheet_view.pane
    if pane is None or pane.state not in {"frozen", "frozenSplit"}:
        return None
    return f"{get_column_letter(int(pane.xSplit or 0) + 1)}{int(pane.ySplit or 0) + 1}"


@dataclass(frozen=True)
class Width:
    """Columns are at least (or, hidden, not) this wide."""

    sheet: str
    column: str
    width: float
    metric: ClassVar[str] = "layout"

    def fault(self, seen: Seen) -> str | None:
        have = book(seen.after)[self.sheet].column_dimensions[self.column].width
        return None if abs(have - self.width) < 1.0 else f"{self.sheet}!{self.column} is {have:.1f} wide"


@dataclass(frozen=True)
class Hidden:
    """The column or row is hidden, or shown."""

    sheet: str
    line: str
    hidden: bool = True
    metric: ClassVar[str] = "layout"

    def fault(self, seen: Seen) -> str | None:
        sheet = book(seen.after)[self.sheet]
        lines = sheet.row_dimensions if self.line.isdigit() else sheet.column_dimensions
        have = bool(lines[int(self.line) if self.line.isdigit() else self.line].hidden)
        return None if have == self.hidden else f"{self.sheet}!{self.line} hidden is {have}"
