"""Rows of values, within a budget, with formulas as patterns."""

from __future__ import annotations

import pytest

from copilot_server.errors import ToolError
from skills.spreadsheets.tools import find, read
from tests.skills.spreadsheets.books import book_of, edited, sales


def run_read(book: object, **arguments: object) -> str:
    defaults = {"sheet": None, "range": None, "show": "values", "max_tokens": 2000}
    return read.run(book, **{**defaults, **arguments})


def run_find(book: object, text: str, **arguments: object) -> str:
    defaults = {"sheet": None, "whole_cell": False, "match_case": False, "limit": 20}
    return find.run(book, text=text, **{**defaults, **arguments})


def test_rows_read_between_bars_with_dates_as_iso() -> None:
    text = run_read(sales(), range="A1:C3")

    assert "1|Date|Region|Units" in text
    assert "2|2026-01-02|East|6" in text


def test_formulas_follow_as_patterns_or_stand_in_their_cells() -> None:
    assert "formulas: E2:E13 =C2*D2" in run_read(sales(), range="D2:E13")
    assert "3|0.75|=C3*D3" in run_read(sales(), range="D3:E3", show="formulas")


def test_formulas_filled_down_or_right_are_told_once() -> None:
    text = run_read(sales(), range="D1:E14", show="formulas")
    assert "2|0.5|=C2*D2\n3|0.75|=…\n" in text
    assert "14||=SUM(E2:E13)\n" in text
    assert text.endswith("=… filled from above or the left: E2:E13 =C2*D2")
    assert "\n3|" not in run_read(sales(), range="E1:E14", show="formulas")
    book = book_of([[1, 2, 3], ["=A1*2", "=B1*2", "=C1*2"], ["=A2*2", "=B2*2", "=C2*3"]])
    text = run_read(book, range="A1:C3", show="formulas")
    assert "2|=A1*2|=…|=…\n3|=…|=…|=C2*3" in text


def test_a_budget_ends_with_how_to_read_on() -> None:
    text = run_read(sales(400), range="A:E", max_tokens=150)

    assert 'range="A' in text.splitlines()[-2] + text.splitlines()[-1]
    assert len(text) < 1000


def test_formats_are_told_by_area() -> None:
    book, _ = edited(sales(), {"op": "format", "range": "A1:E1", "bold": True, "fill": "FFFF00"})

    assert "A1:E1 bold, fill FFFF00" in run_read(book, range="A1:E2", show="formats")


def test_texts_that_look_like_something_else_are_quoted() -> None:
    text = run_read(book_of([["'007", "'=x", "TRUE ", "a|b", "plain"]]), range="A1:E1")

    assert '1|"007"|"=x"|"TRUE "|"a|b"|plain' in text


def test_a_blank_range_says_what_the_sheet_holds() -> None:
    assert "is blank; the sheet holds A1:E14" in run_read(sales(), range="X1:Z9")


def test_a_range_may_name_its_sheet_but_not_another_one() -> None:
    assert "2|2026-01-02" in run_read(sales(), range="Sheet1!A2:B2")
    with pytest.raises(ToolError, match="names another sheet"):
        run_read(sales(), sheet="Sheet2", range="Sheet1!A2")


def test_find_tells_header_row_and_formula() -> None:
    assert 'Sheet1!B2 "East" (column "Region")' in run_find(sales(), "east")
    assert "Sheet1!E3 =C3*D3 (6.75)" in run_find(sales(), "C3~*D3")


def test_find_counts_beyond_what_it_shows() -> None:
    text = run_find(sales(40), "n*h", whole_cell=True, limit=2)

    assert text.startswith("10 found, the first 2:")


def test_find_says_so_when_there_is_nothing() -> None:
    assert run_find(sales(), "xyz") == '"xyz" is found nowhere'
