"""What lines inserted through it cannot part: pivot tables, and arrays that do not grow. They stay in one piece.

Excel refuses such an insertion, though it is only their own cells that have no place for new lines. Here all other
cells move as always; these stand where they stood, and what referred to them goes on doing so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.copying import MoveRewriter
from skills.spreadsheets.document.patches import CellPatch, Content
from skills.spreadsheets.document.references.follow import follow
from skills.spreadsheets.document.references.grown_arrays import cut_arrays, fate
from skills.spreadsheets.document.references.holders.pivots import whole_areas
from skills.spreadsheets.document.references.holders.rules import move_rule_areas
from skills.spreadsheets.document.references.undividable import Undividable
from skills.spreadsheets.document.references.worksheet import patch_worksheet
from skills.spreadsheets.document.rich_text import value_content
from skills.spreadsheets.document.style_change import StyleChange

if TYPE_CHECKING:
    from skills.spreadsheets.document.references.geometry import Shift
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.workbook import Workbook


@dataclass(frozen=True, slots=True)
class Piece:
    """Cells, before the shift, that stay together; `name` of a pivot table, empty for an array."""

    area: Area
    name: str
    shift: Shift

    @property
    def tail(self) -> Area:
        """Those of them the shift takes along, where they stood."""
        return _between(self.area, self.shift, self.shift.at, self.shift.lines_of(self.area)[1])

    @property
    def carried(self) -> Area:
        """Where it takes them."""
        return self.shift.area(self.tail) or self.tail

    @property
    def grown(self) -> Area:
        """What the shift alone makes of it."""
        return self.shift.area(self.area) or self.area

    @property
    def touched(self) -> Area:
        """All cells that end up otherwise than the shift alone would have it."""
        return Area.around((self.tail, self.carried)) or self.tail

    def back(self, area: Area) -> Area:
        """An area after the shift as it stands with the piece in its place."""
        if not self.grown.covers(area):
            return area
        ends = [(area.top, area.left), (area.bottom, area.right)]
        (top, left), (bottom, right) = (self._back(*end) for end in ends)
        return Area(top, left, bottom, right)

    def _back(self, row: int, column: int) -> tuple[int, int]:
        if not self.carried.contains(row, column):
            return row, column
        return row - self.carried.top + self.tail.top, column - self.carried.left + self.tail.left


def whole_pieces(sheet: Sheet, shift: Shift) -> list[Piece]:
    """Those of a sheet that insertion runs through; raises Refused where it cannot be carried out around them."""
    if shift.deletes:
        return []
    arrays = [each.area for each in cut_arrays(sheet, shift) if fate(each, shift, sheet.name) == "stays"]
    found = [Piece(area, "", shift) for area in arrays]
    found += [
        Piece(area, name, shift) for area, name in whole_areas(sheet.book.package, sheet.part) if shift.cuts(area)
    ]
    for piece in found:
        _refuse_torn(sheet, piece)
    if any(piece.name for piece in found):
        _refuse_idle(sheet, shift, [piece for piece in found if piece.name])
    return found


def put_back(book: Workbook, sheet: str, pieces: Sequence[Piece]) -> None:
    """After the shift: the cells it took along back to where they stood, and with them all that refers to them."""
    for piece in pieces:
        book.flush()
        follow(book, _PieceRewriter(piece, sheet))
        book.reload()
        patch_worksheet(book.package, book.sheet(sheet).part, lambda root, back=piece.back: move_rule_areas(root, back))
        book.reload()
        _move(book.sheet(sheet), piece)


def _move(sheet: Sheet, piece: Piece) -> None:
    down, right = piece.tail.top - piece.carried.top, piece.tail.left - piece.carried.left
    cells = [(each, value_content(sheet, each)) for each in sheet.cells(piece.carried)]
    for each in sheet.cells(piece.touched):
        style = StyleChange(base=sheet.inherited_style(each.row, each.column))
        sheet.patches.add(each.row, each.column, CellPatch(Content(), (style,)))
    for each, content in cells:
        patch = CellPatch(content, (StyleChange(base=each.style),))
        sheet.patches.add(each.row + down, each.column + right, patch)


class _PieceRewriter(MoveRewriter):
    """References within the grown piece: each end behind the inserted lines goes back by as many."""

    def __init__(self, piece: Piece, sheet: str) -> None:
        super().__init__(piece.carried, sheet, piece.tail, sheet)
        self._grown = piece.grown

    def covers(self, area: Area) -> bool:
        return self._grown.covers(area)

    def is_moved(self, row: int, column: int) -> bool:
        return self._area.contains(row, column)


def _between(area: Area, shift: Shift, first: int, last: int) -> Area:
    if shift.axis == "row":
        return Area(first, area.left, last, area.right)
    return Area(area.top, first, area.bottom, last)


def _refuse_torn(sheet: Sheet, piece: Piece) -> None:
    if any(merge.intersects(piece.area) for merge in sheet.merges):
        raise _undividable(sheet, piece, " and which holds merged cells")
    if sheet.formulas(piece.tail) and piece.name:
        raise _undividable(sheet, piece, " and which holds formulas")


def _refuse_idle(sheet: Sheet, shift: Shift, pivots: Sequence[Piece]) -> None:
    """Where nothing but pivot tables would move."""
    used = sheet.used
    behind = used and _between(used, shift, shift.at, shift.lines_of(used)[1])
    cells = sheet.cells(behind) if behind else ()
    if not any(
        not cell.is_blank and not any(each.area.contains(cell.row, cell.column) for each in pivots) for cell in cells
    ):
        raise _undividable(sheet, pivots[0], ", and nothing else stands there")


def _undividable(sheet: Sheet, piece: Piece, but: str) -> Undividable:
    what = f"the pivot table {piece.name!r}" if piece.name else "the array"
    others = [area for area, _ in whole_areas(sheet.book.package, sheet.part)]
    return Undividable(f"{what} in {piece.area}", sheet.name, piece.shift, (piece.area, *others), but)
