"""What is done to every reference in a package: the one interface all holders of references are written against."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import TYPE_CHECKING, Final, Protocol

from skills.spreadsheets.document.addresses import Area, quoted_sheet
from skills.spreadsheets.document.references.formulas import Shifter
from skills.spreadsheets.document.references.sheet_names import split_location

if TYPE_CHECKING:
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

    @abstractmethod
    def location(self, text: str, on: str) -> str:
        """A hyperlink's place inside the workbook."""

    def mentions(self, data: bytes) -> bool:
        """False only when no formula in this part's text can name anything that changes."""
        return True


class ShiftRewriter(Rewriter):
    """Follows the cells of one sheet that a shift moves."""

    def __init__(self, shift: Shift, sheet: str) -> None:
        self.shift = shift
        self.sheet = sheet
        self.cells = Shifter(shift, sheet)
        self._names = Shifter(shift, sheet, moves_relative=False)
        self._hint = NameHint(sheet)

    def is_own(self, sheet: str | None) -> bool:
        return sheet is not None and sheet.casefold() == self.sheet.casefold()

    def formula(self, text: str, on: str | None) -> str:
        return self.cells.own(text) if self.is_own(on) else self.cells.foreign(text)

    def name(self, text: str, *, is_built_in: bool) -> str:
        return (self.cells if is_built_in else self._names).foreign(text)

    def location(self, text: str, on: str) -> str:
        sheet, place = split_location(text)
        area = Area.find(place) if self.is_own(on if sheet is None else sheet) else None
        if area is None:
            return text
        moved = self.cells.own(place)
        return moved if sheet is None else f"{quoted_sheet(sheet)}!{moved}"

    def mentions(self, data: bytes) -> bool:
        return self._hint.is_in(data)


class NameHint:
    """Whether a sheet's or table's name may occur in a part, whatever its case, quotes and escapes."""

    def __init__(self, name: str) -> None:
        words = _WORD.findall(name)
        self._word = max(words, key=len).lower().encode() if words else b""

    def is_in(self, data: bytes) -> bool:
        return self._word in data.lower()
