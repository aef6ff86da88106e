"""What differs between the cells and rows of two versions of a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from skills.spreadsheets.changes.blocks import RowPair
from skills.spreadsheets.changes.deltas import Delta, differences
from skills.spreadsheets.changes.moved import Moved, inserted
from skills.spreadsheets.changes.rows import differing_rows
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import Cell
from skills.spreadsheets.document.columns import column_style
from skills.spreadsheets.document.formats import Format
from skills.spreadsheets.document.row_text import row_attributes, row_tag, style_of
from skills.spreadsheets.document.sheet import Sheet


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row whose own settings differ, in the later version's numbering; heights in points, None for the default."""

    row: int
    height: tuple[float | None, float | None]
    is_hidden: tuple[bool, bool]
    style: tuple[int | None, int | None]
    level: tuple[int, int] = (0, 0)


class SheetComparison:
    """Compares two versions of a sheet.

    `is_related`: strings and formats are numbered alike in both, so equal bytes are equal cells. `inherited` are the
    cells of inserted rows and columns, which look like their neighbours from the start.
    """

    def __init__(self, before: Sheet, after: Sheet, moved: Moved, *, is_related: bool) -> None:
        self.before = before
        self.after = after
        self.moved = moved
        self.is_related = is_related
        self.content: list[Delta] = []
        self.looks: list[Delta] = []
        self.recalculated: list[Delta] = []
        self.inherited: list[Delta] = []
        self.rows: list[RowChange] = []
        self._inserted = inserted(moved.shifts)
        self._row_styles: dict[int, tuple[tuple[int | None] | None, int | None]] = {}
        self._arrays = _array_areas(before, after, moved)
        for pair in self._pairs():
            self._take(pair)
        if any(shift.kept for shift in moved.shifts):
            self._settle_kept()

    def formats(self, delta: Delta) -> tuple[Format, Format]:
        """What the cell looked like and looks like; what is not there looks like its row or column."""
        old, new = self._styles(delta)
        return (
            self.before.book.styles.format(old) if old is not None else self.after.book.styles.format(new),
            self.after.book.styles.format(new),
        )

    def _is_result(self, delta: Delta) -> bool:
        """Whether the cell only shows what an array formula elsewhere gives."""
        has_own = any(cell is not None and cell.formula not in {None, "="} for cell in (delta.before, delta.after))
        return not has_own and any(area.contains(delta.row, delta.column) for area in self._arrays)

    def _pairs(self) -> Iterator[RowPair]:
        return differing_rows(self.before.text, self.after.text, self.moved, trusts_bytes=self.is_related)

    def _take(self, pair: RowPair) -> None:
        # A pair's rows have one number each, so deltas find their row's own format by it.
        row = pair.after if pair.after is not None else self.moved.row(pair.before or 0)
        self._row_styles[row or 0] = (
            None if pair.before is None else (_own_style(pair.source_before),),
            _own_style(pair.source_after),
        )
        old_source, new_source = self._reduced(pair)
        old = {place: cell for cell in self._cells(self.before, pair.before, old_source) if (place := self._now(cell))}
        new = {(cell.row, cell.column): cell for cell in self._cells(self.after, pair.after, new_source)}
        found = differences(old, new, self.moved.entered, self._same_look)
        for delta in found.content:
            (self.recalculated if self._is_result(delta) else self.content).append(delta)
        self.looks.extend(found.looks)
        self.recalculated.extend(found.recalculated)
        self.inherited.extend(
            delta for place, cell in new.items() if self.is_new_line(delta := Delta(*place, None, cell))
        )
        if pair.source_before and pair.source_after:
            self._compare_settings(pair)

    def _now(self, cell: Cell) -> tuple[int, int] | None:
        return self.moved.cell(cell.row, cell.column)

    def _reduced(self, pair: RowPair) -> tuple[bytes, bytes]:
        """The rows with the cells that are the same in both left out; as they are where that cannot be told."""
        old, new = pair.source_before, pair.source_after
        if not (self.is_related and self.moved.is_still and old and new) or b"<!" in old or b"<!" in new:
            return old, new
        old_cells, new_cells = old.split(b"<c r="), new.split(b"<c r=")
        if len(old_cells) < 3 or len(new_cells) < 3 or old.count(b"<c ") + 1 != len(old_cells):
            return old, new
        kept = set(old_cells[1:-1]) & set(new_cells[1:-1])
        return _joined(old_cells, kept), _joined(new_cells, kept)

    def _cells(self, sheet: Sheet, row: int | None, source: bytes) -> Iterator[Cell]:
        return iter(()) if row is None else sheet.reader.row_cells(row, source)

    def _same_look(self, delta: Delta) -> bool:
        old, new = self._styles(delta)
        if old is None or (self.is_related and old == new):
            return True
        return self.before.book.styles.format(old) == self.after.book.styles.format(new)

    def _styles(self, delta: Delta) -> tuple[int | None, int]:
        """Format indexes before and after; None before for cells of new rows and columns, which have no before."""
        row_before, row_after = self._row_styles[delta.row]
        new = delta.after.style if delta.after else _inherited(self.after, row_after, delta.column)
        if delta.before is not None:
            return delta.before.style, new
        if self.is_new_line(delta):
            return None, new
        return _inherited(self.before, row_before[0] if row_before else None, delta.column), new

    def is_new_line(self, delta: Delta) -> bool:
        """Whether the cell stands in an inserted row or column."""
        return any(
            first <= (delta.row if shift.axis == "row" else delta.column) <= last
            for shift, first, last in self._inserted
        )

    def _settle_kept(self) -> None:
        """Cells that stayed while their row went: what came and what went are one place, and mostly the same."""
        sides: dict[tuple[int, int], list[Cell | None]] = {}
        self.inherited = [delta for delta in self.inherited if not self._is_kept(delta)]
        for found in (self.content, self.looks, self.recalculated):
            for delta in [delta for delta in found if self._is_kept(delta)]:
                known = sides.setdefault((delta.row, delta.column), [None, None])
                sides[delta.row, delta.column] = [known[0] or delta.before, known[1] or delta.after]
                found.remove(delta)
        old = {place: cell for place, (cell, _) in sides.items() if cell is not None}
        new = {place: cell for place, (_, cell) in sides.items() if cell is not None}
        for row, _ in sides:
            self._row_styles.setdefault(row, (None, None))
        again = differences(old, new, self.moved.entered, self._same_look)
        for delta in again.content:
            (self.recalculated if self._is_result(delta) else self.content).append(delta)
        self.looks.extend(again.looks)
        self.recalculated.extend(again.recalculated)

    def _is_kept(self, delta: Delta) -> bool:
        return any(shift.keeps(delta.row, delta.column) for shift in self.moved.shifts)

    def _compare_settings(self, pair: RowPair) -> None:
        if row_tag(pair.source_before) == row_tag(pair.source_after):
            return
        old, new = row_attributes(pair.source_before), row_attributes(pair.source_after)
        height = (_height(old.get(b"ht")), _height(new.get(b"ht")))
        hidden = (_is_on(old.get(b"hidden")), _is_on(new.get(b"hidden")))
        style = (style_of(old), style_of(new))
        level = (_level(old.get(b"outlineLevel")), _level(new.get(b"outlineLevel")))
        pairs = (height, hidden, level, style if self.is_related else (None, None))
        if any(one != other for one, other in pairs):
            self.rows.append(RowChange(pair.after or 0, height, hidden, style, level))


def _joined(cells: list[bytes], kept: set[bytes]) -> bytes:
    return b"<c r=".join([cells[0], *(cell for cell in cells[1:-1] if cell not in kept), cells[-1]])


def _array_areas(before: Sheet, after: Sheet, moved: Moved) -> list[Area]:
    """What array formulas fill now, and filled before, in the later version's coordinates."""
    old = [area for each in _arrays(before) if (area := moved.area(each))]
    return [*old, *_arrays(after)]


def _arrays(sheet: Sheet) -> list[Area]:
    return [each.area for each in sheet.reader.arrays] if sheet.text.layout.has_array_formulas else []


def _own_style(source: bytes) -> int | None:
    return style_of(row_attributes(source)) if source else None


def _inherited(sheet: Sheet, row_style: int | None, column: int) -> int:
    return column_style(sheet.frame, column) if row_style is None else row_style


def _height(text: str | None) -> float | None:
    return None if text is None else float(text)


def _level(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _is_on(text: str | None) -> bool:
    return text in {"1", "true"}
