"""Formulas copied elsewhere: fills, sorts, shared formulas."""

from __future__ import annotations

import pytest

from skills.spreadsheets.document.references.formulas import translate


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A1+$A1+A$1+$A$1", "C4+$A4+C$1+$A$1"),
        ("SUM(A1:$B$9)", "SUM(C4:$B$9)"),
        ("SUM(B:C)+SUM(2:$3)", "SUM(D:E)+SUM(5:$3)"),
        ("'My Sheet'!A1&\"A1\"", "'My Sheet'!C4&\"A1\""),
        ("[1]Data!A1+LOG10(A1)+T[A1]", "[1]Data!C4+LOG10(C4)+T[A1]"),
        ("XFE1+A1048577+A1.B1", "XFE1+A1048577+A1.B1"),
    ],
)
def test_parts_without_dollar_move_along(before: str, after: str) -> None:
    assert translate(before, 3, 2) == after


def test_what_leaves_the_sheet_is_an_error() -> None:
    assert translate("A3+SUM(A3:B9)+XFD9", -3, 1) == "#REF!+SUM(#REF!)+#REF!"


def test_offsets_wrap_around_the_sheet_where_readers_let_them() -> None:
    assert translate("A1+XFD2", -1, 1, wraps=True) == "B1048576+A1"


def test_sorting_leaves_what_names_a_sheet() -> None:
    assert translate("A2+Data!A2", 5, 0, own_only=True) == "A7+Data!A2"
