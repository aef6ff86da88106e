"""What a cell holds, as the rest of the skill sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias

from skills.spreadsheets.document.addresses import Area, cell_name

# ECMA-376 Part 1, 18.17.3
_STORED: Final = frozenset({"#DIV/0!", "#GETTING_DATA", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value; `code` as Excel shows it: "#DIV/0!"."""

    code: str

    def __str__(self) -> str:
        return self.code

    @property
    def stored(self) -> str:
        """As files hold it: for errors newer than Excel 2007 they say #VALUE!, and older readers know no other."""
        return self.code if self.code in _STORED else "#VALUE!"


CellValue: TypeAlias = float | int | str | bool | CellError | None
"""Dates are serial numbers, as in the file: the number format tells (`Styles.is_date`)."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One existing cell of a sheet.

    `formula` is as people see it ("=SUM(A1:A3)": with "=", shared ones expanded, `_xlfn.` taken off); `value` is
    then its cached result. `style` is the index into the book's cell formats.
    `array` is the area an array formula or data table anchored here fills; `rich_value` tells which picture or linked
    data stands in the cell, of which `value` is only what older programs show.
    """

    row: int
    column: int
    value: CellValue = None
    formula: str | None = None
    style: int = 0
    is_rich: bool = False
    array: Area | None = None
    rich_value: int | None = None

    @property
    def name(self) -> str:
        return cell_name(self.row, self.column)

    @property
    def is_blank(self) -> bool:
        """Formatted at most: nothing stands in it."""
        return self.value is None and self.formula is None
