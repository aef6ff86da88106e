"""The quick way through the commonest formulas after an insertion: each end of a range moves for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import column_letters, column_number
from skills.spreadsheets.document.references import grammar
from skills.spreadsheets.document.references.grammar import is_column

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from skills.spreadsheets.document.references.geometry import Shift


class _EndsAreNotEnough(Exception):
    """Only the whole range tells where this end goes: it reaches the sheet's last line, or is no reference."""


def quick_insertion(shift: Shift, exact: Callable[[str], str]) -> Callable[[str], str]:
    """For bare formulas (`grammar.is_bare`): twice as fast as `exact`, which it falls back to."""
    is_row = shift.axis == "row"
    scanner = grammar.BARE_ROW_ENDS if is_row else grammar.BARE_COLUMN_ENDS
    moved = _row_end(shift) if is_row else _column_end(shift)
    has_whole_lines = (grammar.WHOLE_ROWS_HINT if is_row else grammar.WHOLE_COLUMNS_HINT).search
    substitute = scanner.sub

    def shifted(text: str) -> str:
        if ":" in text and has_whole_lines(text):
            return exact(text)
        try:
            return substitute(moved, text)
        except _EndsAreNotEnough:
            return exact(text)

    return shifted


def _row_end(shift: Shift) -> Callable[[re.Match[str]], str]:
    at, count, last = shift.at, shift.count, shift.limit - shift.count

    def moved(match: re.Match[str]) -> str:
        head, digits = match.groups()
        row = int(digits)
        if row < at:
            return match[0]
        if row > last or (len(head) > 2 and not is_column(head.strip("$"))):
            raise _EndsAreNotEnough
        return f"{head}{row + count}"

    return moved


def _column_end(shift: Shift) -> Callable[[re.Match[str]], str]:
    at, count, last = shift.at, shift.count, shift.limit - shift.count

    def moved(match: re.Match[str]) -> str:
        head, letters, tail = match.groups()
        column = column_number(letters)
        if column < at:
            return match[0]
        if column > last or len(tail) > 6:
            raise _EndsAreNotEnough
        return f"{head}{column_letters(column + count)}{tail}"

    return moved
