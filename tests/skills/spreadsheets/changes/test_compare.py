"""Changes are measured between two states, whatever brought them about."""

from __future__ import annotations

from copilot_server.agent.changes import Change
from skills.spreadsheets.changes.compare import compare
from skills.spreadsheets.document.references.geometry import Shift
from skills.spreadsheets.document.references.shift import shift_lines
from skills.spreadsheets.document.workbook import Workbook
from tests.skills.spreadsheets.books import Rows, book_of, edited, sales


def changes_of(book: Workbook, *edits: dict[str, object]) -> list[Change]:
    return compare(book, edited(book, *edits)[0])


def kinds(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.kind, change.where) for change in changes]


def test_nothing_changed_is_no_change() -> None:
    book = sales()

    assert compare(book, book.fork()) == []


def test_a_cell_tells_before_and_after_and_its_dependants_fold_into_one_line() -> None:
    found = changes_of(sales(), {"op": "set_cells", "at": "C3", "values": 100})

    assert kinds(found) == [("cell", "Sheet1!C3"), ("recalculated", "Sheet1!C3:E14")]
    assert (found[0].before, found[0].after) == (9, 100)
    assert found[0].text == "Sheet1!C3: 9 → 100"
    assert found[1].after == {"cells": 3}


def test_a_filled_column_is_one_change_with_its_pattern() -> None:
    found = changes_of(sales(), {"op": "set_cells", "at": "F2:F13", "values": "=E2*1.19"})

    assert kinds(found) == [("cell", "Sheet1!F2:F13")]
    assert found[0].after == {"fill": "=E2*1.19"}


def test_a_pasted_block_is_one_change_with_its_matrix() -> None:
    values = [[f"r{row}", row, row / 2] for row in range(3000)]
    found = changes_of(sales(), {"op": "set_cells", "at": "H1", "values": values})

    assert kinds(found) == [("cell", "Sheet1!H1:J3000")]
    assert found[0].after == values
    assert "9000 written" in found[0].text
    assert found[0].replayable


def test_a_huge_block_says_first_and_last_and_is_not_replayed() -> None:
    values = [[row] for row in range(25_000)]
    found = changes_of(sales(), {"op": "set_cells", "at": "H1", "values": values})

    assert found[0].after == {"first": 0, "last": 24_999, "cells": 25_000}
    assert not found[0].replayable


def test_texts_that_look_otherwise_are_marked_for_replay() -> None:
    found = changes_of(sales(), {"op": "set_cells", "at": "H1", "values": [["'=x", "'2026-01-31", "'007"]]})

    assert found[0].after == [["'=x", "'2026-01-31", "007"]]


def test_style_only_differences_say_what_changed() -> None:
    found = changes_of(sales(), {"op": "format", "range": "A1:E1", "bold": True, "number_format": "0.00"})

    assert kinds(found) == [("format", "Sheet1!A1:E1")]
    assert found[0].after == {"number_format": "0.00", "bold": True}
    assert found[0].before == {"number_format": "General", "bold": False}


def test_a_formatted_column_is_one_change() -> None:
    found = changes_of(sales(), {"op": "format", "range": "C:C", "italic": True})

    assert kinds(found) == [("format", "Sheet1!C:C")]


def test_inserted_rows_are_structure_and_what_moved_is_no_change() -> None:
    book = sales()
    after = book.fork()
    shift_lines(after, after.sheets[0], Shift("row", 5, 2))

    assert kinds(compare(book, after)) == [("rows inserted", "Sheet1!5:6")]


def test_deleted_columns_are_structure_but_broken_formulas_are_told() -> None:
    book = sales()
    after = book.fork()
    shift_lines(after, after.sheets[0], Shift("column", 2, 1, deletes=True))

    assert kinds(compare(book, after)) == [("columns deleted", "Sheet1!B:B")]


def test_a_cell_changed_below_inserted_rows_is_found_where_it_stands_now() -> None:
    book = sales()
    after = book.fork()
    shift_lines(after, after.sheets[0], Shift("row", 2, 1))
    after, _ = edited(after, {"op": "set_cells", "at": "B6", "values": "Nowhere"})

    assert kinds(compare(book, after)) == [("rows inserted", "Sheet1!2:2"), ("cell", "Sheet1!B6")]


def test_files_without_common_history_are_lined_up_by_their_rows() -> None:
    rows: Rows = [["Name", "Points"], *([f"n{at}", at] for at in range(40))]
    longer = [*rows[:10], ["new", 1], ["newer", 2], *rows[10:]]
    found = compare(book_of(rows), book_of(longer))

    assert kinds(found) == [("rows inserted", "Sheet1!11:12"), ("cell", "Sheet1!A11:B12")]


def test_merges_panes_and_widths_are_changes_of_their_own() -> None:
    found = changes_of(
        sales(),
        {"op": "merge", "range": "G1:H1"},
        {"op": "freeze", "rows": 1},
        {"op": "resize", "columns": "B", "width": 30},
    )

    assert sorted(kinds(found)) == [
        ("columns resized", "Sheet1!B:B"),
        ("freeze", "Sheet1!*"),
        ("merge", "Sheet1!G1:H1"),
    ]


def test_what_a_chart_and_a_pivot_table_read_is_told_where_it_grew() -> None:
    chart = {"op": "make_chart", "sheet": "Sheet1", "kind": "column", "data": "B1:C9"}
    book, _ = edited(sales(8), chart, {"op": "pivot", "sheet": "Sheet1", "rows": "Region", "values": "Units"})
    _, told = edited(book, {"op": "insert_rows", "sheet": "Sheet1", "before": 5})
    assert "pivot table reads 'Sheet1'!A1:E10 now, 'Sheet1'!A1:E9 before" in told.replace("Sheet1!A", "'Sheet1'!A")
    assert any("of C2:C10 by B2:B10" in line and "9 before" in line for line in told.splitlines())
