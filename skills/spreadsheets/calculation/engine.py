"""IronCalc as a calculator: values and formulas in, results out; it never sees the file."""

from __future__ import annotations

import re
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Final

import ironcalc

from skills.spreadsheets.document.addresses import cell_name
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.formula_functions import KNOWN
from skills.spreadsheets.document.formula_text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# What Excel itself calls errors; the engine has two more, for what it lacks and for circles.
EXCEL_ERRORS: Final = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"}
)
NOT_IMPLEMENTED: Final = "#N/IMPL!"
CIRCULAR: Final = "#CIRC!"
# A1# is stored as ANCHORARRAY(A1), @A1:A9 as SINGLE(A1:A9) ([MS-XLSX] 2.2.2).
_OPERATORS: Final = re.compile(r"\b(ANCHORARRAY|SINGLE)\(([^()]+)\)")
_ASIDE: Final = "~aside"
_HELD: Final = 1  # columns of that sheet
_SIZES: Final = (2, 3)
_FUNCTION: Final = re.compile(r'"[^"]*"|\'[^\']*\'|([A-Za-z_][\w.]*)\(')
# Parameters of LET and LAMBDA look like functions where they are called.
_DEFINES_NAMES: Final = re.compile(r"\b(?:LET|LAMBDA)\(", re.IGNORECASE)


class Engine:
    """A model with the sheets of a book, in its order; rows and columns from 1."""

    def __init__(self, sheets: list[str]) -> None:
        self._model = ironcalc.create("book")
        self._index = {name.casefold(): place for place, name in enumerate(sheets)}
        self._sizes = 0
        self._held = 0
        for place in range(len(sheets)):
            if place:
                self._model.new_sheet()
            self._model.rename_sheet(place, f"~{place}")  # so that no new name meets an old one
        for place, name in enumerate(sheets):
            self._model.rename_sheet(place, name)

    def put_value(self, sheet: str, row: int, column: int, value: CellValue) -> None:
        place = self._index[sheet]
        match value:
            case None:
                return
            case bool():
                self._model.update_cell_with_bool(place, row, column, value)
            case str():
                self._model.update_cell_with_text(place, row, column, value)
            case CellError():
                self._model.update_cell_with_formula(place, row, column, f"={value.code}")
            case _:
                self._model.update_cell_with_number(place, row, column, float(value))

    def number_putter(self, sheet: str) -> Callable[[int, int, float], None]:
        """For many numbers of one sheet: row, column and number."""
        return partial(self._model.update_cell_with_number, self._index[sheet])

    def put_formulas(self, sheet: str, column: int, formulas: Iterable[tuple[int, str]]) -> None:
        """Many of one column by row, each with its `=`; one the engine cannot read gives its own error."""
        put, place = self._model.update_cell_with_formula, self._index[sheet]
        for row, text in formulas:
            try:
                put(place, row, column, text)
            except ironcalc.WorkbookError:
                self.put_value(sheet, row, column, CellError(NOT_IMPLEMENTED))

    def put_formula(self, sheet: str, row: int, column: int, text: str) -> None:
        self._model.update_cell_with_formula(self._index[sheet], row, column, "=" + text)

    def put_array(self, sheet: str, row: int, column: int, size: tuple[int, int], text: str) -> None:
        """An array formula over `size` = (rows, columns)."""
        rows, columns = size
        self._model.set_user_array_formula(self._index[sheet], row, column, columns, rows, "=" + text)

    def put_name(self, name: str, sheet: str | None, text: str) -> bool:
        """Whether the engine takes the name."""
        try:
            self._model.new_defined_name(name, None if sheet is None else self._index[sheet], text)
        except ironcalc.WorkbookError:
            return False
        return True

    @cached_property
    def _aside(self) -> int:
        """The place of a sheet of ours behind those of the book, for all that is worked out beside its cells.

        One for everything: each sheet more costs the engine as much as there are.
        """
        self._model.new_sheet()
        place = len(self._index)
        self._model.rename_sheet(place, _ASIDE)
        return place

    def put_size(self, text: str) -> int:
        """What tells how many rows and columns a formula gives; a number to ask `size` by."""
        self._sizes += 1
        for column, function in zip(_SIZES, ("ROWS", "COLUMNS"), strict=True):
            self._model.update_cell_with_formula(self._aside, self._sizes, column, f"={function}({text})")
        return self._sizes

    def size(self, number: int) -> tuple[int, int]:
        """(rows, columns); one of each for an error."""
        rows, columns = (self._model.get_cell_value(self._aside, number, column) for column in _SIZES)
        return (int(rows), int(columns)) if isinstance(rows, float) and isinstance(columns, float) else (1, 1)

    def put_subtotal(self, sheet: str, row: int, column: int, value: float) -> None:
        """A number that other subtotals take for one of their kind and leave out."""
        self._held += 1
        self._model.update_cell_with_number(self._aside, self._held, _HELD, float(value))
        self.put_formula(sheet, row, column, f"SUBTOTAL(9,'{_ASIDE}'!{cell_name(self._held, _HELD)})")

    def extent_of(self, sheet: str) -> tuple[int, int]:
        """(rows, columns) of a sheet that are filled from A1 on."""
        _, rows, _, columns = self._model.get_sheet_dimensions(self._index[sheet])
        return rows, columns

    def evaluate(self) -> None:
        self._model.evaluate()

    def value(self, sheet: str, row: int, column: int) -> CellValue:
        """None for an empty cell."""
        return self.values(sheet, column, range(row, row + 1))[0]

    def values(self, sheet: str, column: int, rows: range) -> list[CellValue]:
        """Of a column's cells, one a row."""
        place, of_cell = self._index[sheet], self._model.get_cell_value
        found: list[CellValue] = [of_cell(place, row, column) for row in rows]
        for index, value in enumerate(found):
            if isinstance(value, str) and value.startswith("#"):
                kind = self._model.get_cell_type(place, rows[index], column)
                found[index] = CellError(value) if kind == ironcalc.CellType.ErrorValue else value
        return found


def unknown_functions(text: str) -> frozenset[str]:
    """The functions of a stored formula that the engine lacks, in capitals; words Excel does not know are none."""
    if _DEFINES_NAMES.search(text):
        return frozenset()
    names = {match[1].upper() for match in _FUNCTION.finditer(as_typed(text)) if match[1]}
    return frozenset(name for name in names if name in KNOWN and not _knows(name))


def as_typed(text: str) -> str:
    """A stored formula as a person types it, operators in place of the functions files store for them."""
    return _OPERATORS.sub(lambda match: f"{match[2]}#" if match[1] == "ANCHORARRAY" else f"@{match[2]}", shown(text))


@cache
def _knows(function: str) -> bool:
    """The engine writes functions it does not know in small letters."""
    probe = ironcalc.create("probe")
    try:
        probe.update_cell_with_formula(0, 1, 1, f"={function}(1)")
        return str(probe.get_cell_content(0, 1, 1)).startswith(f"={function}(")
    except ironcalc.WorkbookError:
        return False
