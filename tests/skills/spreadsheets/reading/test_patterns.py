"""Formulas that mean the same in their places."""

from __future__ import annotations

import pytest

from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.reading.folding import areas, fold, row_spans
from skills.spreadsheets.reading.patterns import Filled, constants, relative_form, runs


@pytest.mark.parametrize(
    ("formula", "form"),
    [
        ("=D2*$E$1", "=R[0]C[-2]*R1C5"),
        ("=LOG10(A1)+Q1!A1", "=LOG10(R[-1]C[-5])+Q1!R[-1]C[-5]"),
        ("=SUM(C:C,3:5)", "=SUM(C[-3]:C[-3],R[1]:R[3])"),
        ("='My A1 Sheet'!B2&\"A1\"", "='My A1 Sheet'!R[0]C[-4]&\"A1\""),
        ("=Sales[A1]+1", "=Sales[A1]+1"),
    ],
)
def test_relative_form_replaces_references_only(formula: str, form: str) -> None:
    assert relative_form(formula, 2, 6) == form


def test_a_filled_column_is_one_run_and_its_break_another() -> None:
    formulas = {row: f"=A{row}*2" for row in range(2, 50)} | {17: "=A17*3"}
    found = runs(formulas, 2)

    assert [(run.first, run.last, len(run.rows)) for run in found] == [(2, 49, 47), (17, 17, 1)]


def test_a_filled_formula_tells_any_row_without_parsing() -> None:
    assert Filled.of('=B2*$C$1&"50%"', 2).at(9) == '=B9*$C$1&"50%"'


def test_constants_are_numbers_outside_references_and_texts() -> None:
    assert constants('=A1*0.19+ROUND(B2,2)&"7"') == ("0.19", "2")


def test_cells_fold_into_rectangles_by_key() -> None:
    keys = {(row, column): "x" for row in (1, 2, 3) for column in (1, 2)} | {(4, 1): "y"}

    assert fold(keys) == [(Area(1, 1, 3, 2), "x"), (Area(4, 1, 4, 1), "y")]
    assert areas([(1, 1), (2, 1), (2, 2)]) == [Area(1, 1, 1, 1), Area(2, 1, 2, 2)]
    assert row_spans([9, 3, 4, 5]) == [(3, 5), (9, 9)]
