"""Structural edits on a sheet of 100,000 × 20 with 200,000 formulas, against openpyxl's load and save."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import xlsxwriter

from bench.ratio import Ratio, cpu_seconds
from skills.spreadsheets.document.references.geometry import Axis, Shift
from skills.spreadsheets.document.references.sheets import rename_sheet
from skills.spreadsheets.document.references.shift import shift_lines
from skills.spreadsheets.document.workbook import Workbook

ROWS, COLUMNS, FORMULAS = 100_000, 20, 2
_INSERTIONS: tuple[tuple[str, Axis, int], ...] = (
    ("a row", "row", 1),
    ("a row in the middle", "row", ROWS // 2),
    ("a column", "column", 1),
)


def measure() -> Iterator[Ratio]:
    """Inserting at the top moves every row and every formula: nothing can be skipped."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "large.xlsx"), Path(folder, "out.xlsx")
        make(source)
        theirs = cpu_seconds(lambda: openpyxl.load_workbook(source).save(target), repeat=1)
        detail = f"openpyxl {theirs:.1f} s"
        for what, axis, at in _INSERTIONS:
            ours = cpu_seconds(lambda axis=axis, at=at: insert(source, target, axis, at), repeat=1)
            claim = f"openpyxl's load and save / inserting {what} and saving"
            yield Ratio(claim, theirs / ours, 10, "at least", f"({ours:.1f} s; {detail})")
        ours = cpu_seconds(lambda: rename(source, target), repeat=1)
        yield Ratio("openpyxl's load and save / renaming the sheet and saving", theirs / ours, 10, "at least", detail)


def make(target: Path) -> None:
    """Numbers in 18 columns, two formulas in each row, and a second sheet that sums the first."""
    book = xlsxwriter.Workbook(str(target), {"constant_memory": True})
    sheet = book.add_worksheet("Data")
    for row in range(ROWS):
        for column in range(COLUMNS - FORMULAS):
            sheet.write_number(row, column, (row * 31 + column * 7) % 9973 / 4)
        sheet.write_formula(row, COLUMNS - 2, f"=SUM(A{row + 1}:R{row + 1})", None, 1)
        sheet.write_formula(row, COLUMNS - 1, f"=S{row + 1}*$A$1", None, 1)
    book.add_worksheet("Summary").write_formula(0, 0, f"=SUM(Data!S1:S{ROWS})", None, 1)
    book.close()


def insert(source: Path, target: Path, axis: Axis, at: int) -> None:
    """One line, the way the edit does it."""
    book = Workbook.open(source)
    shift_lines(book, book.sheets[0], Shift(axis, at, 1))
    book.save(target)


def rename(source: Path, target: Path) -> None:
    book = Workbook.open(source)
    rename_sheet(book, book.sheets[0], "Facts & figures")
    book.save(target)
