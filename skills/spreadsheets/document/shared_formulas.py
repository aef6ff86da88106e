"""Keeps a shared formula alive when the cell that spells it out is overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cell_text import FormulaText
from skills.spreadsheets.document.patches import CellPatch, Content, Promotion
from skills.spreadsheets.document.references.formulas import translate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skills.spreadsheets.document.reading import Anchored
    from skills.spreadsheets.document.sheet import Sheet


def rehome(sheet: Sheet) -> None:
    """Make the next member spell the formula out, for every shared formula whose first cell is overwritten."""
    if not sheet.has_formulas:
        return
    for master in sheet.reader.anchored:
        if master.kind == "shared" and _is_overwritten(sheet, master.row, master.column):
            members = list(_members(sheet, master))
            if members:
                row, column = members[0]
                area = Area.around(Area.cell(*member) for member in members)
                text = translate(master.text, row - master.row, column - master.column, wraps=True)
                promoted = FormulaText(text, "shared", area, master.group)
                sheet.patches.add(row, column, CellPatch(Promotion(promoted)))


def _members(sheet: Sheet, master: Anchored) -> Iterator[tuple[int, int]]:
    """The cells that go on sharing the formula, in order."""
    area = master.area
    for row, cells in sheet.reader.rows(area.top, area.bottom):
        for cell in cells:
            formula = cell.formula
            if (
                formula is not None
                and formula.kind == "shared"
                and formula.group == master.group
                and not formula.text
                and area.contains(row, cell.column)
                and not _is_overwritten(sheet, row, cell.column)
            ):
                yield row, cell.column


def _is_overwritten(sheet: Sheet, row: int, column: int) -> bool:
    patch = sheet.patches.cells.get(row, {}).get(column)
    return patch is not None and isinstance(patch.content, Content)
