"""Where a value comes from and what it goes into."""

from __future__ import annotations

from skills.spreadsheets.tools import read
from tests.skills.spreadsheets.books import book_of, edited, sales


def trace(book: object, place: str) -> list[str]:
    return read.run(book, range=place, show="trace").splitlines()


def test_a_formula_is_followed_to_its_inputs_and_its_readers() -> None:
    book, _ = edited(sales(3), {"op": "set_cells", "at": "H1", "values": "=E3*2"})
    lines = trace(book, "E3")
    assert lines[:3] == ["Sheet1!E3 =C3*D3 gives 6.75", " reads Sheet1!C3 9", " reads Sheet1!D3 0.75"]
    assert sorted(lines[3:]) == ["read by Sheet1!E5 =SUM(E2:E4)", "read by Sheet1!H1 =E3*2"]
    assert " reads Sheet1!E2:E9 (8 filled cells)" in trace(sales(8), "E10")


def test_readers_on_other_sheets_and_through_names_are_found() -> None:
    book, _ = edited(
        book_of([["Rate", 0.2]]),
        {"op": "define_name", "name": "Rate", "refers_to": "B1"},
        {"op": "add_sheet", "name": "Costs"},
        {"op": "set_cells", "sheet": "Costs", "at": "A1", "values": [[1], [2], [3]]},
        {"op": "set_cells", "sheet": "Costs", "at": "B1:B3", "values": "=A1*Rate"},
    )
    assert trace(book.fork(), "Sheet1!B1")[1:] == ["read by Costs!B1:B3 =A1*Rate"]
    assert trace(book, "Sheet1!A1")[1:] == ["A1 is read by no formula"]
