"""Dynamic arrays a shift runs through: Excel spills them anew from their anchor, over as many cells as before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from copilot_server.errors import Refused
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.patches import CellPatch, Content
from skills.spreadsheets.document.references.cell_formulas import FormulaPatterns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skills.spreadsheets.document.cells import CellValue
    from skills.spreadsheets.document.references.geometry import Shift
    from skills.spreadsheets.document.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Spill:
    """A dynamic array before the shift: the cells it fills and the values last seen there, its anchor's aside."""

    area: Area
    values: dict[tuple[int, int], CellValue]

    def after(self, shift: Shift) -> Area | None:
        """Where it spills after the shift; None when its anchor is deleted."""
        anchor = shift.cell(self.area.top, self.area.left)
        return anchor and Area(*anchor, anchor[0] + self.area.rows - 1, anchor[1] + self.area.columns - 1)


def cut_spills(sheet: Sheet, shift: Shift) -> list[Spill]:
    """The dynamic arrays that the shift runs through; raises Refused where deleted lines let cells into their way."""
    if not sheet.text.layout.has_array_formulas:
        return []
    patterns = FormulaPatterns(sheet.text.prefix)
    anchors = (anchor for block in sheet.text.blocks() for anchor in patterns.anchors(block.data))
    areas = [each.area for each in anchors if each.is_dynamic and shift.cuts(each.area)]
    return [_read(sheet, area, shift) for area in areas]


def spill_again(sheet: Sheet, spills: list[Spill], shift: Shift) -> None:
    """Put the values seen last where the arrays now spill; the sheet is the one after the shift."""
    for spill in spills:
        now = spill.after(shift)
        for cell in spill.values:
            landing = shift.cell(*cell)
            if landing and not (now and now.contains(*landing)):
                sheet.patches.add(*landing, CellPatch(Content()))
        if now is not None:
            by = now.top - spill.area.top, now.left - spill.area.left
            for (row, column), value in spill.values.items():
                sheet.patches.add(row + by[0], column + by[1], CellPatch(Content(value=value)))
            sheet.book.stale.add_formulas(sheet.part, [(now.top, now.left)])


def _read(sheet: Sheet, area: Area, shift: Shift) -> Spill:
    anchor = (area.top, area.left)
    found = {(cell.row, cell.column): cell.value for cell in sheet.cells(area)}
    spill = Spill(area, {cell: found.get(cell) for cell in area.cells() if cell != anchor})
    now = spill.after(shift)
    for cell in _coming(area, shift) if now else ():
        for stored in sheet.cells(cell):
            if not stored.is_blank:
                raise Refused(
                    f"{stored.name} of sheet {sheet.name!r} would get in the way of the array that spills over {area}"
                )
    return spill


def _coming(area: Area, shift: Shift) -> Iterator[Area]:
    """The cells that move up or left into the array's place when lines of it are deleted."""
    if shift.deletes:
        first, last = shift.lines_of(area)
        count = min(last, shift.last) - max(first, shift.at) + 1
        start, end = last - count + 1 + shift.count, last + shift.count
        if shift.axis == "row":
            yield Area(start, area.left, end, area.right)
        else:
            yield Area(area.top, start, area.bottom, end)
