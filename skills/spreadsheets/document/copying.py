"""Copies and moves cells within a sheet and to others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from copilot_server.errors import Refused, ToolError
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, Area, cell_name, parse_cell, quoted_sheet
from skills.spreadsheets.document.entry import moved_formula, write
from skills.spreadsheets.document.formula_check import policy
from skills.spreadsheets.document.formula_tokens import Token, tokens
from skills.spreadsheets.document.patches import CellPatch, Content
from skills.spreadsheets.document.references.follow import follow
from skills.spreadsheets.document.references.grammar import parse_prefix
from skills.spreadsheets.document.references.rewriter import NameHint, Rewriter
from skills.spreadsheets.document.references.sheet_names import split_location
from skills.spreadsheets.document.rich_text import value_content
from skills.spreadsheets.document.rules.carrying import CONDITIONAL, KINDS, Strip, copy_rules, move_rules, split_rules
from skills.spreadsheets.document.style_change import StyleChange
from skills.spreadsheets.document.turning import turned_formula

if TYPE_CHECKING:
    from skills.spreadsheets.document.cells import Cell
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.workbook import Workbook

What: TypeAlias = Literal["all", "values", "formats", "contents"]


_CARRIED: Final = {"all": KINDS, "formats": (CONDITIONAL,)}


@dataclass(frozen=True, slots=True)
class Target:
    """Where copies go: the first cell, and whether rows become columns."""

    sheet: Sheet
    row: int
    column: int
    is_turned: bool = False

    def place(self, down: int, right: int) -> tuple[int, int]:
        return (self.row + right, self.column + down) if self.is_turned else (self.row + down, self.column + right)

    def area(self, rows: int, columns: int) -> Area:
        last = self.place(rows - 1, columns - 1)
        if last[0] > MAX_ROW or last[1] > MAX_COLUMN:
            raise ToolError(f"to: the copy would reach beyond the sheet's last cell, to {cell_name(*last)}")
        return Area(self.row, self.column, *last)


def copy_cells(
    sheet: Sheet, area: Area, rows: Sequence[int], target: Target, what: What, *, skips_blanks: bool = False
) -> None:
    """Copy those rows of an area, one below the other; relative references follow, as in Excel.

    Rules go along with formats, validations with all of it. Raises Refused for parts of array formulas, and for
    formulas that cannot turn.
    """
    _refuse_arrays(sheet, area)
    index = {row: at for at, row in enumerate(rows)}
    cells = {(cell.row, cell.column): cell for cell in sheet.cells(area) if cell.row in index}
    formulas = sheet.formulas(area) if what in {"all", "contents"} else {}
    contents: dict[tuple[int, int], Content] = {}
    for row in rows:
        for column in range(area.left, area.right + 1):
            place = target.place(index[row], column - area.left)
            cell = cells.get((row, column))
            if skips_blanks and (cell is None or cell.is_blank):
                continue
            if what != "formats":
                turned = target.is_turned
                contents[place] = _content(sheet, cell, formulas.get((row, column)), place, (row, column), turned)
                if what != "all" and cell is not None and (look := _date_format(sheet, cell)) is not None:
                    target.sheet.patches.add(*place, CellPatch(restyles=(look,)))
            if what in {"all", "formats"}:
                style = sheet.inherited_style(row, column) if cell is None else cell.style
                if cell is not None or what == "formats":
                    target.sheet.patches.add(*place, CellPatch(restyles=(StyleChange(base=style),)))
    if what in {"all", "formats"} and not skips_blanks:
        strips = [_strip(target, index, Area(first, area.left, last, area.right)) for first, last in _runs(rows)]
        copy_rules(sheet, strips, target.sheet, _CARRIED[what])
    if contents:
        write(target.sheet, contents)


def _date_format(sheet: Sheet, cell: Cell) -> StyleChange | None:
    """What lets a date be seen as one where only its value goes, unless the target has a format of its own."""
    styles = sheet.book.styles
    if not isinstance(cell.value, int | float) or not styles.is_date(cell.style):
        return None
    return StyleChange(number_format=styles.number_format(cell.style), only_if_general=True)


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of neighbours."""
    for _, run in groupby(enumerate(rows), lambda item: item[1] - item[0]):
        found = [row for _, row in run]
        yield found[0], found[-1]


def _strip(target: Target, index: Mapping[int, int], area: Area) -> Strip:
    return Strip(area, *target.place(index[area.top], 0), target.is_turned)


def _content(
    sheet: Sheet,
    cell: Cell | None,
    formula: Content | None,
    place: tuple[int, int],
    origin: tuple[int, int],
    turned: bool,
) -> Content:
    if formula is not None and formula.formula is not None:
        policy(formula.formula.text)
        if turned:
            text = turned_formula(formula.formula.text, origin, place)
            area = None if formula.formula.area is None else Area.cell(*place)
            return replace(formula, value=None, formula=replace(formula.formula, text=text, area=area))
        moved = moved_formula(formula.formula, place[0] - origin[0], place[1] - origin[1])
        return replace(formula, value=None, formula=moved)
    return Content() if cell is None else value_content(sheet, cell)


def _refuse_arrays(sheet: Sheet, area: Area) -> None:
    for array in sheet.reader.arrays:
        if array.area.intersects(area) and not array.area.is_cell:
            raise Refused(f"{area} holds part of the array formula of {array.area}; copy its values instead")


def move_cells(book: Workbook, sheet: Sheet, area: Area, target: Target) -> None:
    """Cut and paste: the cells' formulas stay as they are, and all that refers to the cells follows them.

    Raises Refused where merged cells, array formulas or a table's rows would be torn.
    """
    _refuse_arrays(sheet, area)
    landing = target.area(area.rows, area.columns)
    for other, place in ((sheet, area), (target.sheet, landing)):
        if any(merge.intersects(place) for merge in other.merges):
            raise Refused(f"{place} of sheet {other.name!r} holds merged cells; unmerge them before moving cells")
        if any(table.area.intersects(place) for table in other.tables):
            raise Refused(f"{place} of sheet {other.name!r} is part of a table; copy the cells and clear the old ones")
    split_rules(sheet, area)
    from_name, to_name = sheet.name, target.sheet.name
    book.flush()
    follow(book, MoveRewriter(area, from_name, landing, to_name))
    book.reload()
    sheet, other = book.sheet(from_name), book.sheet(to_name)
    strip = Strip(area, landing.top, landing.left)
    move_rules(sheet, strip, other, lambda text: _naming(text, from_name, to_name))
    cells = list(sheet.cells(area))
    formulas = sheet.formulas(area)
    contents = {_landed(each, area, landing): _kept(sheet, each, formulas, to_name) for each in cells}
    styles = {_landed(each, area, landing): each.style for each in cells}
    write(sheet, {(cell.row, cell.column): Content() for cell in cells if not cell.is_blank})
    for cell in cells:
        sheet.patches.add(cell.row, cell.column, CellPatch(restyles=(StyleChange(base=0),)))
    standing = [cell for cell in other.cells(landing) if not cell.is_blank]
    write(other, {(cell.row, cell.column): Content() for cell in standing})
    for place, style in styles.items():
        other.patches.add(*place, CellPatch(restyles=(StyleChange(base=style),)))
    write(other, contents)


def _landed(cell: Cell, area: Area, landing: Area) -> tuple[int, int]:
    return cell.row - area.top + landing.top, cell.column - area.left + landing.left


def _kept(sheet: Sheet, cell: Cell, formulas: Mapping[tuple[int, int], Content], to_name: str) -> Content:
    found = formulas.get((cell.row, cell.column))
    if found is None or found.formula is None:
        return value_content(sheet, cell)
    text = found.formula.text
    if sheet.name != to_name:
        text = _naming(text, sheet.name, to_name)
    return replace(found, value=None, formula=replace(found.formula, text=text))


def _naming(text: str, sheet: str, to: str) -> str:
    """A formula of one sheet as it reads on another: it names the first wherever it named none, and not the second."""
    pieces: list[str] = []
    found = list(tokens(text))
    for at, token in enumerate(found):
        before = [each for each in found[:at] if each.kind != "space"][-2:]
        is_end = bool(before) and before[-1].text == ":" and len(before) > 1 and before[0].kind == "cell"
        is_named = bool(before) and before[-1].kind == "prefix"
        pieces.append(f"{quoted_sheet(sheet)}!" if token.kind == "cell" and not is_named and not is_end else "")
        is_of_target = token.kind == "prefix" and token.text.casefold() == f"{quoted_sheet(to)}!".casefold()
        pieces.append("" if is_of_target else token.text)
    return "".join(pieces)


class MoveRewriter(Rewriter):
    """Follows cells that are moved to another place; what refers to only some of an area's cells stays."""

    def __init__(self, area: Area, sheet: str, landing: Area, to: str) -> None:
        self._area, self._sheet, self._to = area, sheet, to
        self._rows, self._columns = landing.top - area.top, landing.left - area.left
        self._hint = NameHint(sheet)

    def formula(self, text: str, on: str | None) -> str:
        found, pieces, at = list(tokens(text)), list[str](), 0
        while at < len(found):
            start = at + 1 if found[at].kind == "prefix" else at
            end = _reference_end(found, start)
            if end == start:
                pieces.append(found[at].text)
                at += 1
                continue
            whole = "".join(each.text for each in found[at:end])
            prefix = found[at].text if start > at else ""
            pieces.append(self._moved(prefix, [each.text for each in found[start:end:2]], on) or whole)
            at = end
        new = "".join(pieces)
        return text if new == text else new

    def location(self, text: str, on: str) -> str:
        sheet, place = split_location(text)
        if Area.find(place) is None:
            return text
        name = "" if sheet is None else f"{quoted_sheet(sheet)}!"
        return self._moved(name, place.split(":"), on) or text

    def mentions(self, data: bytes) -> bool:
        return True

    def covers(self, area: Area) -> bool:
        """Whether a reference to that area follows."""
        return self._area.covers(area)

    def is_moved(self, row: int, column: int) -> bool:
        """Whether that end of a reference does."""
        return True

    def _moved(self, prefix: str, ends: Sequence[str], on: str | None) -> str | None:
        """The reference where its cells are now; None when they stay."""
        owner = on
        if prefix:
            parsed = parse_prefix(prefix)
            owner = None if parsed.book or parsed.first != parsed.last else parsed.first
        area = Area.find(":".join(ends))
        if owner is None or owner.casefold() != self._sheet.casefold() or area is None or not self.covers(area):
            return None
        is_away = self._to.casefold() != self._sheet.casefold()
        name = f"{quoted_sheet(self._to)}!" if is_away else prefix
        return name + ":".join(self._end(each) for each in ends)

    def _end(self, text: str) -> str:
        row, column = parse_cell(text) or (1, 1)
        if not self.is_moved(row, column):
            return text
        letters = "".join(each for each in cell_name(row + self._rows, column + self._columns) if each.isalpha())
        return f"{'$' * text.startswith('$')}{letters}{'$' * ('$' in text[1:])}{row + self._rows}"


def _reference_end(found: Sequence[Token], start: int) -> int:
    """Behind a cell or a range of two cells that starts there; `start` when none does."""
    if start >= len(found) or found[start].kind != "cell":
        return start
    is_range = start + 2 < len(found) and found[start + 1].text == ":" and found[start + 2].kind == "cell"
    return start + 3 if is_range else start + 1
