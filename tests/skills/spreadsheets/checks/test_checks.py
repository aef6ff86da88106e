"""Each fault is found where it is, and a sound sheet has none."""

from __future__ import annotations

import pytest

from skills.spreadsheets.changes.compare import compare
from skills.spreadsheets.checks.check import check, delta
from skills.spreadsheets.checks.widths import shown_width
from tests.skills.spreadsheets.books import book_of, edited, sales


def faults(rows: list[list[object]]) -> list[tuple[str, str]]:
    return [(each.code, each.where) for each in check(book_of(rows)) if each.severity == "fault"]


def hints(rows: list[list[object]]) -> set[str]:
    return {each.code for each in check(book_of(rows)) if each.severity == "hint"}


def column(values: list[object], header: str = "Value") -> list[list[object]]:
    return [[header], *([value] for value in values)]


def test_a_sound_sheet_has_no_faults() -> None:
    book, _ = edited(sales(), {"op": "resize", "columns": "A", "width": 12})

    assert [each for each in check(book) if each.severity == "fault"] == []


def test_formula_errors_fold_by_pattern() -> None:
    rows: list[list[object]] = [["A", "B"], *([at, f"=A{at + 2}/0"] for at in range(6))]

    assert faults(rows) == [("formula-error", "Sheet1!B2")]


def test_a_number_typed_over_a_formula_column_is_found() -> None:
    rows: list[list[object]] = [["A", "B"], *([at, f"=A{at + 2}*2"] for at in range(9))]
    rows[5][1] = 7

    assert faults(rows) == [("hard-coded", "Sheet1!B6")]


def test_a_formula_that_breaks_its_column_is_found() -> None:
    rows: list[list[object]] = [["A", "B"], *([at, f"=A{at + 2}*2"] for at in range(9))]
    rows[5][1] = "=A6*3"

    assert faults(rows) == [("inconsistent-formula", "Sheet1!B6")]


def test_numbers_stored_as_text_are_found_among_numbers() -> None:
    assert faults(column([1, 2, "'3", 4, 5, 6])) == [("text-number", "Sheet1!A4")]
    assert faults(column(["'007", "'008", 9, 10, 11, 12])) == []


def test_a_total_that_misses_its_last_row_is_found() -> None:
    assert faults(column([1, 2, 3, 4, "=SUM(A2:A4)"])) == [("total-misses", "Sheet1!A6")]
    assert faults(column([1, 2, 3, 4, "=SUM(A2:A5)"])) == []


def test_a_total_over_another_total_is_found() -> None:
    assert faults(column([1, 2, "=SUM(A2:A3)", 4, 5, "=SUM(A2:A6)"])) == [("double-counted", "Sheet1!A7")]


def test_cycles_are_found_but_asking_for_ones_own_row_is_none() -> None:
    assert ("cycle", "Sheet1!A2") in faults([["x"], ["=B2+1", "=A2+1"]])
    assert faults([["x"], ["=ROW(A2)"]]) == []


def test_broken_references_are_found() -> None:
    codes = {code for code, _ in faults([["x"], ["=SUM(#REF!)"]])}

    assert "broken-reference" in codes


def test_hints_name_volatile_functions_whole_columns_and_written_in_numbers() -> None:
    assert {"volatile", "whole-column", "constant"} <= hints([["x"], ["=TODAY()"], ["=SUM(C:C)"], ["=C1*0.19"]])


def test_twin_headers_and_mixed_columns_are_hints() -> None:
    rows: list[list[object]] = [
        ["Name", "name", "Mix"],
        *([f"n{at}", f"m{at}", at if at % 2 else "x"] for at in range(8)),
    ]

    assert {"duplicate-header", "mixed-column"} <= hints(rows)


@pytest.mark.parametrize(
    ("value", "number_format", "width"),
    [(12345678, "0", 8), (1234567.5, "#,##0.00", 10.5), (0.5, "0%", 3), (123456789012, "General", 6)],
)
def test_shown_width_counts_digits_and_half_separators(value: float, number_format: str, width: float) -> None:
    assert shown_width(value, number_format, is_date=False) == pytest.approx(width, abs=0.6)


def test_a_date_in_a_narrow_column_is_truncated_until_it_is_widened() -> None:
    before = book_of(column(["2026-01-02", "2026-01-03"]))
    after, answer = edited(before, {"op": "resize", "columns": "A", "width": 14})

    assert [each.code for each in delta(before, after, compare(before, after))[1]] == ["truncated"]
    assert "fixed: Sheet1!A3" in answer


def test_delta_tells_new_faults_only() -> None:
    before = book_of([["A", "B"], [1, "=A2/0"], [2, None]])
    after, answer = edited(before, {"op": "set_cells", "at": "B3", "values": "=A3+missing_name"})

    new, fixed = delta(before, after, compare(before, after))
    assert [each.where for each in new] == ["Sheet1!B3"]
    assert fixed == ()
    assert "! Sheet1!B3" in answer


def test_amounts_in_several_currencies_in_one_column_are_hinted_at() -> None:
    rows: list[list[object]] = [["Item", "Price"], ["a", 1], ["b", 2], ["c", 3], ["d", 4]]
    book, _ = edited(
        book_of(rows),
        {"op": "format", "range": "B2:B4", "number_format": "$#,##0.00"},
        {"op": "format", "range": "B5", "number_format": "[$€-407]#,##0.00"},
    )
    (found,) = [each for each in check(book) if each.code == "mixed-units"]
    assert (found.where, found.severity) == ("Sheet1!B2:B5", "hint")
    assert "$ ×3, € ×1 (first odd one B5)" in found.text


def test_a_list_of_inputs_of_several_kinds_is_no_column_of_mixed_values() -> None:
    rows: list[list[object]] = [
        ["Input", "Value"],
        ["Loan", 250000],
        ["Rate", 0.042],
        ["Years", 25],
        ["From", "2026-03-01"],
    ]
    book, _ = edited(
        book_of(rows),
        {"op": "format", "range": "B2", "number_format": "$#,##0.00"},
        {"op": "format", "range": "B3", "number_format": "0.0%"},
    )
    assert not [each for each in check(book) if each.code in {"mixed-units", "mixed-column"}]


def test_figures_of_a_dashboard_tile_are_no_faults() -> None:
    rows: list[list[object]] = [["Revenue", None], [123456789.5, None], ["after returns", None], ["", "=ROW()/10^9"]]
    book, _ = edited(
        book_of(rows),
        {"op": "format", "range": "A2", "number_format": "#,##0.00", "size": 16},
        {"op": "merge", "range": "A2:C2"},
    )
    assert not check(book)
