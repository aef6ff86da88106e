"""Inserts and deletes rows and columns: everything in the workbook that refers to cells follows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.patches import Content
from skills.spreadsheets.document.references.follow import follow
from skills.spreadsheets.document.references.geometry import Move
from skills.spreadsheets.document.references.grown_arrays import cut_arrays
from skills.spreadsheets.document.references.holders.tables import check_table, lost_columns
from skills.spreadsheets.document.references.rewriter import ShiftRewriter, TableLoss
from skills.spreadsheets.document.references.spills import cut_spills, spill_again
from skills.spreadsheets.document.references.unknown_parts import refuse_unknown
from skills.spreadsheets.document.references.whole_pieces import put_back, whole_pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skills.spreadsheets.document.references.geometry import Shift
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.workbook import Workbook


def shift_lines(book: Workbook, sheet: Sheet, shift: Shift) -> None:
    """Insert or delete rows or columns of a sheet; raises Refused naming what would break, the book then unusable."""
    book.flush()
    refuse_unknown(book.package, sheet.name)
    for table in sheet.tables:
        check_table(table, shift)
    name, part = sheet.name, sheet.part
    spills, arrays, pieces = cut_spills(sheet, shift), cut_arrays(sheet, shift), whole_pieces(sheet, shift)
    headers = follow(book, ShiftRewriter(shift, name, tuple(_losses(sheet, shift))))
    _note_stale(book, part, shift)
    book.moves += (Move(part, replace(shift, kept=tuple(piece.area for piece in pieces))),)
    book.reload()
    put_back(book, name, pieces)
    moved = book.sheet(name)
    spill_again(moved, spills, shift)
    book.stale.add_formulas(part, (place for each in arrays if (place := shift.cell(each.row, each.column))))
    if headers:
        moved.write({cell: Content(value=text) for cell, text in headers.items()})


def _losses(sheet: Sheet, shift: Shift) -> Iterator[TableLoss]:
    for table in sheet.tables:
        if shift.swallows(table.area):
            yield TableLoss(table.name)
        elif lost := lost_columns(table, shift):
            yield TableLoss(table.name, table.columns, tuple(lost))


def _note_stale(book: Workbook, part: str, shift: Shift) -> None:
    """Formulas over the lines that came or went read something else now, though their own text may say the same."""
    book.stale.move(part, shift.area)
    first, last = (max(1, shift.at - 1), shift.at) if shift.deletes else (shift.at, shift.last)
    area = Area.whole()
    if shift.axis == "row":
        area = Area(first, area.left, min(last, shift.limit), area.right)
    else:
        area = Area(area.top, first, area.bottom, min(last, shift.limit))
    book.stale.add_area(part, area)
