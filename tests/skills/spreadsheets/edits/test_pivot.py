"""Pivot tables: the cells they show, and the parts that make them live."""

from __future__ import annotations

import io

import openpyxl
import pytest

from copilot_server.errors import ToolError
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.outline import outline
from tests.skills.spreadsheets.books import book_of, edited, sales

ROWS: list[list[object]] = [
    ["Kind", "City", "Day", "n", "Fee"],
    ["b", "Rom", "2026-01-05", 1, 0.5],
    ["a", "Rom", "2026-01-07", 2, None],
    ["A", "Oslo", "2026-01-05", 4, 1.25],
    [None, "Oslo", "2026-01-09", 8, 2],
]


def shown(book: Workbook, sheet: str = "Pivot") -> list[list[object]]:
    cells = {(cell.row, cell.column): cell.value for cell in book.sheet(sheet).cells() if not cell.is_blank}
    bottom, right = max(row for row, _ in cells), max(column for _, column in cells)
    return [[cells.get((row, column)) for column in range(1, right + 1)] for row in range(1, bottom + 1)]


def pivots(book: Workbook, sheet: str = "Pivot") -> list[object]:
    """As another reader takes them."""
    return openpyxl.load_workbook(io.BytesIO(book.to_bytes()))[sheet]._pivots


def test_a_pivot_table_shows_its_results_in_cells_and_is_live() -> None:
    book, answer = edited(book_of(ROWS), {"op": "pivot", "rows": "Kind", "values": "n"})
    assert shown(book) == [["Kind", "Sum of n"], ["a", 6], ["b", 1], ["(blank)", 8], ["Grand Total", 15]]
    assert "pivot table 'PivotTable1' A1:B5 of Sheet1!A1:E5: rows Kind; values Sum of n" in answer
    assert "pivot table 'PivotTable1'" in outline(book)
    (pivot,) = pivots(book)
    assert pivot.location.ref == "A1:B5"
    assert pivot.cache.refreshOnLoad
    assert [field.name for field in pivot.cache.cacheFields] == ["Kind", "City", "Day", "n", "Fee"]
    assert len(pivot.cache.records.r) == 4
    assert [len(line.x) for line in pivot.rowItems] == [1, 1, 1, 1]


def test_a_pivot_table_goes_across_with_several_values() -> None:
    book, _ = edited(
        book_of(ROWS),
        {"op": "pivot", "rows": "Kind", "columns": "City", "values": ["n", {"column": "Fee", "function": "average"}]},
    )
    assert shown(book) == [
        [None, "City", "Values", None, None, None, None],
        [None, "Oslo", None, "Rom", None, "Total Sum of n", "Total Average of Fee"],
        ["Kind", "Sum of n", "Average of Fee", "Sum of n", "Average of Fee", None, None],
        ["a", 4, 1.25, 2, None, 6, 1.25],
        ["b", None, None, 1, 0.5, 1, 0.5],
        ["(blank)", 8, 2, None, None, 8, 2],
        ["Grand Total", 12, 1.625, 3, 0.5, 15, 1.25],
    ]
    (pivot,) = pivots(book)
    assert [(line.t, line.r, line.i, [x.v for x in line.x]) for line in pivot.colItems] == [
        ("data", 0, 0, [0, 0]), ("data", 1, 1, [1]), ("data", 0, 0, [1, 0]), ("data", 1, 1, [1]),
        ("grand", 0, 0, [0]), ("grand", 0, 1, [0]),
    ]  # fmt: skip


def test_filters_choose_and_rows_nest() -> None:
    book, _ = edited(
        book_of(ROWS),
        {"op": "pivot", "rows": ["City", "Day"], "values": {"column": "n", "function": "count"}, "at": "B2",
         "filters": [{"column": "Kind", "show": ["a", "b"]}, "Fee"], "to_sheet": "Sheet 2"},
    )  # fmt: skip
    rows = [row[1:] for row in shown(book, "Sheet 2")]
    assert rows[1:3] == [["Kind", "(Multiple Items)", None], ["Fee", "(All)", None]]
    assert rows[4:] == [
        ["City", "Day", "Count of n"], ["Oslo", 46027, 1], ["Rom", 46027, 1], [None, 46029, 1], ["Grand Total", None, 3],
    ]  # fmt: skip
    (pivot,) = pivots(book, "Sheet 2")
    assert (pivot.location.ref, pivot.location.rowPageCount) == ("B5:D9", 2)
    assert [bool(item.h) for item in pivot.pivotFields[0].items] == [False, False, True]
    day = pivot.cache.cacheFields[2].sharedItems
    assert (day.containsDate, day.minDate.day, day.maxDate.day) == (True, 5, 9)


def test_a_pivot_table_follows_its_sheet_and_refuses_what_would_break_it() -> None:
    book, _ = edited(sales(8), {"op": "pivot", "rows": "Region", "values": "Revenue"})
    book, _ = edited(book, {"op": "rename_sheet", "sheet": "Sheet1", "name": "Sales"})
    (pivot,) = pivots(book)
    assert pivot.cache.cacheSource.worksheetSource.sheet == "Sales"
    with pytest.raises(ToolError, match="not empty"):
        edited(book, {"op": "pivot", "sheet": "Sales", "rows": "Date", "values": "Units"})
    with pytest.raises(ToolError, match="one column"):
        edited(
            book, {"op": "pivot", "sheet": "Sales", "rows": "Date", "columns": "Date", "values": "Units", "at": "H1"}
        )
    with pytest.raises(ToolError, match="needs a header"):
        edited(book_of([["a", None], ["x", 2]]), {"op": "pivot", "rows": "A", "values": "B", "range": "A2:B2"})
