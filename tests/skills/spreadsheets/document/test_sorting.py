"""Sorted rows: whole cells move, with what is fastened to them, and it is told as one change."""

from __future__ import annotations

import io

import openpyxl
import xlsxwriter

from skills.spreadsheets.changes.compare import compare
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.sorting import SortKey, sort_rows
from skills.spreadsheets.document.workbook import Workbook


def _book() -> Workbook:
    """Four rows to sort by column A; a link, a text in two formats and a formula among them."""
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, bold = made.add_worksheet("Data"), made.add_format({"bold": True})
    for row, number in enumerate((3, 1, 4, 2)):
        sheet.write(row, 0, number)
        sheet.write_formula(row, 2, f"=A{row + 1}*2", None, number * 2)
    sheet.write_url(0, 1, "https://example.com/three", string="three")
    sheet.write_rich_string(1, 1, "o", bold, "ne")
    made.close()
    return Workbook.open(stream.getvalue())


def test_links_formats_within_texts_and_formulas_move_with_their_rows() -> None:
    book = _book()

    sort_rows(book.sheet("Data"), Area.parse("A1:C4"), [SortKey(1)])

    saved = openpyxl.load_workbook(io.BytesIO(book.to_bytes()), rich_text=True)["Data"]
    assert [saved.cell(row, 1).value for row in range(1, 5)] == [1, 2, 3, 4]
    assert [run if isinstance(run, str) else run.text for run in saved["B1"].value] == ["o", "ne"]
    assert [place for place in ("B1", "B2", "B3", "B4") if saved[place].hyperlink] == ["B3"]
    assert saved["C3"].value == "=A3*2"


def test_a_sort_is_one_change() -> None:
    before = _book()
    after = before.fork()
    sort_rows(after.sheet("Data"), Area.parse("A1:C4"), [SortKey(1)])
    after.flush()

    changes = [change for change in compare(before, after) if change.kind == "cell"]

    assert [change.text for change in changes] == ["Data!A1:B4: 4 rows in another order (1 … 4)"]
