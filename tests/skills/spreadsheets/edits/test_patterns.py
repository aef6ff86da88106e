"""Texts replaced by regular expressions."""

from __future__ import annotations

import pytest

from copilot_server.errors import ToolError
from tests.skills.spreadsheets.books import book_of, edited

ROWS: list[list[object]] = [["Code"], ["AB12"], ["cd 7"], [12], ["=A2&1"], ["x"]]


def test_a_pattern_replaces_in_typed_texts_alone() -> None:
    one = {"op": "replace_text", "range": "A2:A6", "find": r"([A-Z]+)\s*(\d+)", "replace": r"\2-\1", "pattern": True}
    book, _ = edited(book_of(ROWS), one)
    cells = {cell.name: cell.formula or cell.value for cell in book.active.cells()}
    assert cells == {"A1": "Code", "A2": "12-AB", "A3": "7-cd", "A4": 12, "A5": "=A2&1", "A6": "x"}
    book, _ = edited(book_of(ROWS), {**one, "match_case": True})
    assert [book.active.cell(row, 1).value for row in (2, 3)] == ["12-AB", "cd 7"]  # type: ignore[union-attr]
    with pytest.raises(ToolError, match="stands nowhere"):
        edited(book_of(ROWS), {**one, "find": "[a-z]", "replace": "", "whole_cell": True, "range": "A2:A5"})
    with pytest.raises(ToolError, match="no regular expression"):
        edited(book_of(ROWS), {**one, "find": "("})


def test_no_pattern_takes_more_than_its_texts_length() -> None:
    rows = [["a" * 5000 + "c"]]
    with pytest.raises(ToolError, match="stands nowhere"):
        edited(book_of(rows), {"op": "replace_text", "find": "(a+)+b", "replace": "", "pattern": True})


def test_what_a_pattern_makes_of_a_whole_cell_may_be_a_number() -> None:
    book = book_of([["PID1"], ["GG 65"], ["PID007"], ["see PID1"]])
    replaced = {
        "op": "replace_text",
        "find": "^[A-Z]{2,3} ?([0-9]+)",
        "replace": "\\1",
        "range": "A1:A4",
        "pattern": True,
    }
    book, _ = edited(book, replaced)
    assert [cell.value for cell in book.sheets[0].cells()] == [1, 65, "007", "see PID1"]
