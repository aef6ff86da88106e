"""How a sheet prints is told in words, once for all that changed of it."""

from __future__ import annotations

from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.reading.ranges import range_text
from tests.skills.spreadsheets.books import edited, sales

SETUP = {
    "op": "print_setup", "orientation": "landscape", "paper": "A4", "fit_width": 1, "footer": "&P of &N",
    "row_breaks": [5, 7], "margins": "narrow", "screen_gridlines": False,
}  # fmt: skip
WORDS = (
    'prints landscape A4, 1 page wide, narrow margins, footer "&C&P of &N", breaks before rows 5, 7, '
    "no gridlines on screen"
)


def test_one_line_says_how_a_sheet_prints_now() -> None:
    book, said = edited(sales(8), SETUP)

    assert said == f"Sheet1!*: {WORDS}"
    assert range_text(book.active, Area.parse("A1:C3"), "formats", 500).endswith(WORDS)


def test_breaks_that_move_with_their_rows_are_no_change_of_the_page() -> None:
    book, _ = edited(sales(8), SETUP)
    _, moved = edited(book, {"op": "insert_rows", "before": 2})
    _, changed = edited(book, {"op": "print_setup", "screen_gridlines": True, "row_breaks": []})

    assert "prints" not in moved
    assert changed.endswith('prints landscape A4, 1 page wide, narrow margins, footer "&C&P of &N"')


def test_a_new_sheet_is_told_with_what_is_set_up_on_it() -> None:
    _, said = edited(
        sales(3),
        {"op": "add_sheet", "name": "Out"},
        {"op": "freeze", "sheet": "Out", "rows": 1},
        {"op": "print_setup", "sheet": "Out", "orientation": "landscape"},
        {"op": "protect", "sheet": "Out"},
    )

    assert said == 'sheet "Out" added; frozen above/left of A2; protected; prints landscape'
