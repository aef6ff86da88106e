"""What is done to every reference in a package: the one interface all holders of references are written against."""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from skills.spreadsheets.document.addresses import Area, quoted_sheet
from skills.spreadsheets.document.references.formulas import Shifter, translate
from skills.spreadsheets.document.references.sheet_names import split_location
from skills.spreadsheets.document.references.table_names import drop_table, drop_table_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from skills.spreadsheets.document.references.geometry import Shift

_WORD: Final = re.compile(r"[A-Za-z0-9]+")


class Rewriter(Protocol):
    """Says how a formula reads afterwards. Sheets are given by name; None where a formula stands on no sheet."""

    @abstractmethod
    def formula(self, text: str, on: str | None) -> str:
        """A formula standing on a sheet, as the file keeps it."""

    def name(self, text: str, *, is_built_in: bool) -> str:
        """The formula of a defined name; built-in ones are print areas, titles and filters."""
        return self.formula(text, None)

    def sheet_name(self, name: str) -> str:
        """A sheet's name standing alone."""
        return name

    @abstractmethod
    def location(self, text: str, on: str) -> str:
        """A hyperlink's place inside the workbook."""

    def mentions(self, data: bytes) -> bool:
        """False only when no formula in this part's text can name anything that changes."""
        return True


@dataclass(frozen=True, slots=True)
class TableLoss:
    """What a deletion takes from a table: some of its `columns`, or with `lost` None the table itself."""

    table: str
    columns: tuple[str, ...] = ()
    lost: tuple[str, ...] | None = None

    def without(self, text: str) -> str:
        """A formula that no longer refers to what is lost."""
        if self.lost is None:
            return drop_table(text, self.table)
        return drop_table_columns(text, self.table, self.lost, self.columns, is_inside=False)


class ShiftRewriter(Rewriter):
    """Follows the cells of one sheet that a shift moves; `losses` are the tables' that go with deleted cells."""

    def __init__(self, shift: Shift, sheet: str, losses: Sequence[TableLoss] = ()) -> None:
        self.shift = shift
        self.sheet = sheet
        self.cells = Shifter(shift, sheet)
        self._names = Shifter(shift, sheet, moves_relative=False)
        self._losses = losses
        self._hints = [NameHint(name) for name in (sheet, *(loss.table for loss in losses))]

    def is_own(self, sheet: str | None) -> bool:
        return sheet is not None and sheet.casefold() == self.sheet.casefold()

    def on(self, sheet: str | None) -> Callable[[str], str]:
        """What rewrites the formulas of one sheet."""
        shifted = self.cells.own if self.is_own(sheet) else self.cells.foreign
        return (lambda text: shifted(self.without_lost(text))) if self._losses else shifted

    def formula(self, text: str, on: str | None) -> str:
        return self.on(on)(text)

    def name(self, text: str, *, is_built_in: bool) -> str:
        return (self.cells if is_built_in else self._names).foreign(self.without_lost(text))

    def without_lost(self, text: str) -> str:
        """A formula that no longer refers to tables or columns of theirs that are deleted."""
        for loss in self._losses:
            text = loss.without(text)
        return text

    def location(self, text: str, on: str) -> str:
        sheet, place = split_location(text)
        area = Area.find(place) if self.is_own(on if sheet is None else sheet) else None
        if area is None:
            return text
        moved = self.cells.own(place)
        return moved if sheet is None else f"{quoted_sheet(sheet)}!{moved}"

    def mentions(self, data: bytes) -> bool:
        return any(hint.is_in(data) for hint in self._hints)

    def at(self, text: str, lines: int) -> str:
        """A formula as it reads that many lines further along the shift's axis."""
        rows, columns = (lines, 0) if self.shift.axis == "row" else (0, lines)
        return translate(text, rows, columns, wraps=True)


class NameHint:
    """Whether a sheet's or table's name may occur in a part, whatever its case, quotes and escapes."""

    def __init__(self, name: str) -> None:
        words = _WORD.findall(name)
        self._word = max(words, key=len).lower().encode() if words else b""

    def is_in(self, data: bytes) -> bool:
        return self._word in data.lower()
