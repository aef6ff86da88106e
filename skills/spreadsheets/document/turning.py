"""Formulas that turn with their cells when rows become columns, as Excel's paste does with "transpose"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, cell_name, parse_cell
from skills.spreadsheets.document.references import grammar
from skills.spreadsheets.document.references.formulas import checked

if TYPE_CHECKING:
    import re

_WHOLE_LINES: Final = 9
"""The group from which on a match of the scanner is of whole columns or rows."""


def turned_formula(text: str, origin: tuple[int, int], place: tuple[int, int]) -> str:
    """The formula of the cell at `origin` as it reads at `place`: what lay below it lies right of it now.

    References with two `$` stay. Raises Refused for whole columns and rows, and for references fixed one way only.
    """

    def end(letters: str, digits: str, dollars: str) -> str:
        if dollars == "$$":
            return f"${letters}${digits}"
        row, column = parse_cell(f"{letters}{digits}") or (0, 0)
        row, column = place[0] + column - origin[1], place[1] + row - origin[0]
        if dollars or not (1 <= row <= MAX_ROW and 1 <= column <= MAX_COLUMN):
            raise _refusal(text)
        return cell_name(row, column)

    def turned(match: re.Match[str]) -> str:
        if not match.lastindex:
            return match[0]
        prefix, *parts = match.groups()
        if any(part is not None for part in parts[_WHOLE_LINES - 1 :]):
            raise _refusal(text)
        ends = [parts[at : at + 4] for at in (0, 4) if parts[at + 1] is not None]
        if any(parse_cell(f"{each[1]}{each[3]}") is None for each in ends):
            return match[0]
        return (prefix or "") + ":".join(end(each[1], each[3], f"{each[0]}{each[2]}") for each in ends)

    return grammar.REFERENCE.sub(turned, checked(text))


def _refusal(text: str) -> Refused:
    return Refused(
        f"={text} does not turn; copy values (what: values), or write =TRANSPOSE(…) at the target: "
        "only plain references (B2) and fixed ones ($B$2) can turn"
    )
