"""Formulas whose references follow rows and columns that move, or that are filled or sorted elsewhere.

A formula is given as the file keeps it: without `=`, `_xlfn.` and all. What has no reference to change comes back
as the same object.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from copilot_server.errors import Refused
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, column_letters, column_number
from skills.spreadsheets.document.references import grammar
from skills.spreadsheets.document.references.grammar import REF_ERROR, is_bare, is_column, names_sheet
from skills.spreadsheets.document.references.insertion import quick_insertion

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator, Sequence

    from skills.spreadsheets.document.references.geometry import Shift

LONGEST: Final = 1 << 16
"""Excel allows 8,192 characters; anything this long is no formula but an attack on whoever scans it."""


class Shifter:
    """Moves the references of formulas after one Shift of one sheet.

    `moves_relative` is off for defined names, whose relative parts are offsets from the cell that uses the name and
    so have no line to follow. References over several sheets (Sheet1:Sheet3!A1) stay, as in Excel: the other sheets'
    cells did not move.
    """

    def __init__(self, shift: Shift, sheet: str, *, moves_relative: bool = True) -> None:
        self.shift = shift
        self.sheet = sheet
        by_row = shift.axis == "row"
        change = _change(shift, moves_relative=moves_relative)
        bare = partial((grammar.BARE_BY_ROW if by_row else grammar.BARE_BY_COLUMN).sub, change)
        self._bare = bare if shift.deletes or not moves_relative else quick_insertion(shift, bare)
        self._scanner = grammar.BY_ROW if by_row else grammar.BY_COLUMN
        self._number: Callable[[str], int] = int if by_row else column_number
        self._own = _on(sheet, change, includes_bare=True)
        self._foreign = _on(sheet, change, includes_bare=False)

    def own(self, text: str) -> str:
        """A formula that stands on the shifted sheet."""
        return self._bare(text) if is_bare(text) else self._scanner.sub(self._own, checked(text))

    def foreign(self, text: str) -> str:
        """A formula that stands elsewhere: only references naming the sheet move."""
        return self._scanner.sub(self._foreign, checked(text)) if "!" in text else text

    def ends(self, text: str, *, is_own: bool) -> Iterator[End]:
        """The ends of every reference in a formula, a single cell being its own only end."""
        for match in self._scanner.finditer(checked(text)):
            if match.lastindex:
                prefix = match[1]
                moves = names_sheet(prefix, self.sheet) if prefix else is_own
                yield from _ends(match.groups(), self._number, moves=moves)


@dataclass(frozen=True, slots=True)
class End:
    """The line one end of a reference names.

    `moves`: it is on the shifted sheet; `is_mixed`: only one of the range's two ends has `$`.
    """

    line: int
    moves: bool
    is_absolute: bool
    is_of_range: bool
    is_mixed: bool


def _ends(groups: Sequence[str | None], number: Callable[[str], int], *, moves: bool) -> Iterator[End]:
    written = groups[1:7] if groups[1] is not None else groups[7:13]
    found = [(head or "", number(line)) for head, line in zip(written[::3], written[1::3], strict=True) if line]
    is_range = len(found) > 1
    is_mixed = is_range and found[0][0].endswith("$") != found[1][0].endswith("$")
    for head, line in found:
        yield End(line, moves, head.endswith("$"), is_range, is_mixed)


def shift_formula(text: str, shift: Shift, sheet: str, own_sheet: str | None) -> str:
    """The formula after `shift` on `sheet`; `own_sheet` is where it stands (None: on no sheet).

    Ranges grow and shrink; what is deleted whole becomes #REF!. Raises Refused for text too long to be one.
    """
    shifter = Shifter(shift, sheet)
    is_own = own_sheet is not None and own_sheet.casefold() == sheet.casefold()
    return shifter.own(text) if is_own else shifter.foreign(text)


def translate(text: str, rows: int, columns: int, *, wraps: bool = False, own_only: bool = False) -> str:
    """The formula as it reads copied `rows` down and `columns` right: parts without `$` move along.

    What leaves the sheet becomes #REF!, or with `wraps` comes in at the other end, as offsets in names, rules and
    shared formulas do. `own_only` leaves references that name a sheet where they are, as sorting does.
    """

    def moved(match: re.Match[str]) -> str:
        if not match.lastindex or (own_only and match[1]):
            return match[0]
        return _translated(match, rows, columns, wraps=wraps)

    scanner = grammar.BARE_REFERENCE if is_bare(text) else grammar.REFERENCE
    return scanner.sub(moved, checked(text)) if rows or columns else text


def checked(text: str) -> str:
    """The text itself; raises Refused when it is too long to be a formula."""
    if len(text) > LONGEST:
        raise Refused(f"a formula of {len(text):,} characters cannot be followed; Excel's limit is 8,192")
    return text


def _on(sheet: str, change: Callable[[re.Match[str]], str], *, includes_bare: bool) -> Callable[[re.Match[str]], str]:
    def changed(match: re.Match[str]) -> str:
        if not match.lastindex:
            return match[0]
        prefix = match[1]
        is_here = names_sheet(prefix, sheet) if prefix else includes_bare
        return change(match) if is_here else match[0]

    return changed


def _change(shift: Shift, *, moves_relative: bool) -> Callable[[re.Match[str]], str]:
    """What becomes of one reference the scanner found, its prefix included."""
    number: Callable[[str], int] = int if shift.axis == "row" else column_number
    text: Callable[[int], str] = str if shift.axis == "row" else column_letters
    line, span, limit = shift.line, shift.span, shift.limit

    def single(match: re.Match[str], prefix: str, head: str, old: int, tail: str) -> str:
        if old > limit or not _is_other_axis(head, tail) or not (moves_relative or head.endswith("$")):
            return match[0]
        new = line(old)
        return f"{prefix}{REF_ERROR}" if new is None else f"{prefix}{head}{text(new)}{tail}"

    def change(match: re.Match[str]) -> str:
        groups = match.groups()
        prefix = groups[0] or ""
        head, first, tail, last_head, last, last_tail = groups[1:7] if groups[1] is not None else groups[7:13]
        if last is None:
            return single(match, prefix, head, number(first), tail)
        start, end = number(first), number(last)
        if max(start, end) > limit or not (_is_other_axis(head, tail) and _is_other_axis(last_head, last_tail)):
            return match[0]
        if moves_relative or (head.endswith("$") and last_head.endswith("$")):
            new = span(start, end) if start <= end else _reversed(span(end, start))
        else:
            new = _absolute_ends(line, (head, start), (last_head, end))
        if new is None:
            return f"{prefix}{REF_ERROR}"
        return f"{prefix}{head}{text(new[0])}{tail}:{last_head}{text(new[1])}{last_tail}"

    return change


def _reversed(span: tuple[int, int] | None) -> tuple[int, int] | None:
    return span and (span[1], span[0])


def _absolute_ends(
    line: Callable[[int], int | None], start: tuple[str, int], end: tuple[str, int]
) -> tuple[int, int] | None:
    """Ends with `$` moved, the others as they are; None when one is deleted."""
    first, last = (line(old) if head.endswith("$") else old for head, old in (start, end))
    return None if first is None or last is None else (first, last)


def _is_other_axis(head: str, tail: str) -> bool:
    """Whether the part that does not move is on a sheet: `head` a column when rows move, `tail` a row else."""
    if len(head) > 2:
        return is_column(head.strip("$"))
    return len(tail) < 7 or int(tail.lstrip("$")) <= MAX_ROW


def _translated(match: re.Match[str], rows: int, columns: int, *, wraps: bool) -> str:
    prefix, *parts = match.groups()
    cells, whole_columns, whole_rows = parts[:8], parts[8:12], parts[12:]
    if whole_columns[1] is not None:
        ends = [_moved_column(whole_columns[at], whole_columns[at + 1], columns, wraps) for at in (0, 2)]
    elif whole_rows[1] is not None:
        ends = [_moved_row(whole_rows[at], whole_rows[at + 1], rows, wraps) for at in (0, 2)]
    else:
        if not all(_is_cell(cells[at + 1], cells[at + 3]) for at in (0, 4) if cells[at + 1] is not None):
            return match[0]
        ends = [_moved_cell(cells[at : at + 4], rows, columns, wraps) for at in (0, 4) if cells[at + 1] is not None]
    return f"{prefix or ''}{REF_ERROR if None in ends else ':'.join(end or '' for end in ends)}"


def _is_cell(letters: str, digits: str) -> bool:
    return is_column(letters) and int(digits) <= MAX_ROW


def _moved_cell(parts: list[str], rows: int, columns: int, wraps: bool) -> str | None:
    column = _moved_column(parts[0], parts[1], columns, wraps)
    row = _moved_row(parts[2], parts[3], rows, wraps)
    return None if column is None or row is None else column + row


def _moved_column(dollar: str, letters: str, columns: int, wraps: bool) -> str | None:
    if dollar:
        return dollar + letters
    number = _moved(column_number(letters), columns, MAX_COLUMN, wraps)
    return None if number is None else column_letters(number)


def _moved_row(dollar: str, digits: str, rows: int, wraps: bool) -> str | None:
    if dollar:
        return dollar + digits
    number = _moved(int(digits), rows, MAX_ROW, wraps)
    return None if number is None else str(number)


def _moved(line: int, by: int, limit: int, wraps: bool) -> int | None:
    moved = line + by
    if 1 <= moved <= limit:
        return moved
    return (moved - 1) % limit + 1 if wraps else None
