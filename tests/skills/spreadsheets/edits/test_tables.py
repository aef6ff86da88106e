"""Names, tables and totals."""

from __future__ import annotations

import io

import openpyxl
import pytest

from copilot_server.errors import Refused, ToolError
from fixtures.spreadsheets.odd import ODD
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.names import DefineName
from skills.spreadsheets.edits.tables import MakeTable, TotalRow
from tests.skills.spreadsheets.books import book_of, edited, sales

ROWS: list[list[object]] = [
    ["Item", "Units", "Price", "Year", "Share"],
    ["Lamp", 2, 9.5, 2026, 0.5],
    ["Desk", 3, 20, 2026, 0.5],
]


def test_a_name_stands_for_a_range_a_constant_or_a_formula() -> None:
    book = sales(3)
    DefineName(op="define_name", name="Units", refers_to="C2:C4").apply(book)
    DefineName(op="define_name", name="Rate", refers_to="=0.19").apply(book)
    DefineName(op="define_name", name="rate", refers_to="=0.2").apply(book)
    assert [(name.name, name.text) for name in book.names] == [("Rate", "0.2"), ("Units", "Sheet1!$C$2:$C$4")]
    assert set(openpyxl.load_workbook(io.BytesIO(book.to_bytes())).defined_names) == {"Rate", "Units"}


@pytest.mark.parametrize("name", ["A1", "R1C1", "two words", "1st", "TRUE", "x" * 256, ""])
def test_names_excel_would_not_take_are_explained(name: str) -> None:
    with pytest.raises(ToolError, match="name"):
        DefineName(op="define_name", name=name, refers_to="A1").apply(sales(2))


def test_formulas_follow_a_name_that_changes() -> None:
    book = sales(2)
    book, _ = edited(book, {"op": "define_name", "name": "Rate", "refers_to": "=0.1"})
    book, _ = edited(book, {"op": "set_cells", "at": "H1", "values": "=Rate*100"})
    book, _ = edited(book, {"op": "define_name", "name": "Rate", "refers_to": "=0.5"})
    assert book.active.cell(1, 8).value == 50  # type: ignore[union-attr]


def test_a_range_becomes_a_table_with_headers_told_apart() -> None:
    book = book_of([["Item", None, "item", 2026], ["a", 1, 2, 3]])
    MakeTable(op="make_table", range="A1:D2", name="Stock").apply(book)
    table = Workbook.open(book.to_bytes()).active.tables[0]
    assert (table.name, str(table.area)) == ("Stock", "A1:D2")
    assert table.columns == ("Item", "Column2", "item2", "2026")
    assert book.active.cell(1, 4).value == "2026"  # type: ignore[union-attr]
    assert openpyxl.load_workbook(io.BytesIO(book.to_bytes())).active.tables["Stock"].ref == "A1:D2"


def test_the_sheets_data_is_the_default_table() -> None:
    book = book_of(ROWS)
    MakeTable(op="make_table").apply(book)
    assert [(table.name, str(table.area)) for table in book.active.tables] == [("Table1", "A1:E3")]


def test_no_row_of_data_is_guessed_to_be_the_header() -> None:
    book = book_of([["a", 1, 46047], ["b", 2, 46048], ["c", 3, 46049]])
    with pytest.raises(ToolError, match="no header row"):
        MakeTable(op="make_table").apply(book)


def test_tables_keep_apart_from_what_stands_there() -> None:
    book = Workbook.open(ODD["table.xlsx"]())
    for area, what in (("A3:B9", "table 'Sales'"), ("E1:F9", "merged cells")):
        with pytest.raises(Refused, match=what):
            MakeTable(op="make_table", range=area).apply(book)
    with pytest.raises(Refused, match="taken"):
        MakeTable(op="make_table", range="H1:I5", name="sales").apply(book)


def test_totals_sum_what_adds_up_and_look_like_the_data() -> None:
    book = book_of(ROWS)
    TotalRow(op="total_row").apply(book)
    row = {cell.column: cell.formula or cell.value for cell in book.active.cells() if cell.row == 4}
    assert row == {1: "Total", 2: "=SUM(B2:B3)", 3: "=SUM(C2:C3)", 4: None, 5: None}
    assert book.styles.format(book.active.cell(4, 2).style).bold  # type: ignore[union-attr]


def test_a_tables_totals_are_its_own() -> None:
    book = book_of(ROWS)
    MakeTable(op="make_table", name="Stock").apply(book)
    TotalRow(op="total_row", columns=["units", "C"]).apply(book)
    table = book.active.tables[0]
    assert (str(table.area), table.totals_rows) == ("A1:E4", 1)
    assert [cell.formula for cell in book.active.cells() if cell.row == 4][1:3] == [
        "=SUBTOTAL(109,Stock[Units])", "=SUBTOTAL(109,Stock[Price])",
    ]  # fmt: skip
    part = book.package.read(table.part).decode()
    assert part.count('totalsRowFunction="sum"') == 2
    assert 'totalsRowLabel="Total"' in part


def test_totals_come_once_and_not_over_something() -> None:
    book = sales(3)
    with pytest.raises(Refused, match="row of totals already"):
        TotalRow(op="total_row").apply(book)
    book = book_of([["a", "b"], ["x", "y"]])
    with pytest.raises(ToolError, match="no column"):
        TotalRow(op="total_row").apply(book)
