"""Recalculation by an engine that shares nothing with ours: what cells are worth, also with other inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

import formulon
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

Value: TypeAlias = float | bool | str | None


def place(address: str) -> tuple[str, str]:
    """("Sales", "B2") of "Sales!B2"."""
    sheet, _, cell = address.rpartition("!")
    return sheet.strip("'"), cell.replace("$", "")


class Values:
    """A recalculated book; cells are read as they are asked for, since reading costs more than calculating."""

    def __init__(self, data: bytes, inputs: Mapping[str, Value]) -> None:
        self._book = formulon.Workbook.load(data)
        self.sheets = [self._book.sheet_name(index) for index in range(self._book.sheet_count())]
        for address, value in inputs.items():
            if isinstance(value, str):
                self._book.set_text(*self._index(place(address)), value)
            else:
                self._book.set_number(*self._index(place(address)), float(value or 0))
        self._book.recalc()

    def get(self, at: tuple[str, str]) -> Value:
        """The value; an error is its text ("#DIV/0!"). None for an empty cell or a sheet that is not there."""
        if at[0] not in self.sheets:
            return None
        return _plain(self._book.get_value(*self._index(at)).to_python())

    def items(self) -> Iterator[tuple[tuple[str, str], Value]]:
        """Every written cell."""
        for index, name in enumerate(self.sheets):
            for cell in self._book.iter_cells(index):
                yield (name, _address(cell.row, cell.col)), _plain(cell.value.to_python())

    def _index(self, at: tuple[str, str]) -> tuple[int, int, int]:
        letters, row = coordinate_from_string(at[1])
        return self.sheets.index(at[0]), row - 1, column_index_from_string(letters) - 1


@lru_cache(maxsize=12)
def _recalculated(data: bytes, inputs: tuple[tuple[str, Value], ...]) -> Values:
    return Values(data, dict(inputs))


def recalculated(data: bytes, inputs: Mapping[str, Value] | None = None) -> Values:
    """The book calculated anew after `inputs` were put in."""
    return _recalculated(data, tuple(sorted((inputs or {}).items())))


def _plain(value: object) -> Value:
    if value is None or isinstance(value, (bool, float, int, str)):
        return value
    code = getattr(value, "error_code", None)
    return formulon.error_display_name(code) if code is not None else str(value)


def _address(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def same(found: Value, wanted: Value) -> bool:
    """Numbers to nine digits, text exactly; an empty text is an empty cell."""
    if isinstance(wanted, bool) or isinstance(found, bool):
        return bool(found) == bool(wanted) and isinstance(found, bool) == isinstance(wanted, bool)
    if isinstance(wanted, (int, float)) and isinstance(found, (int, float)):
        return abs(found - wanted) <= 1e-9 * max(1.0, abs(wanted)) + 1e-6
    return (found or None) == (wanted or None)
