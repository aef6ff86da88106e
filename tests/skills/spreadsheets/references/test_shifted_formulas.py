"""Formulas after rows or columns came or went, form by form."""

from __future__ import annotations

import pytest

from copilot_server.errors import Refused
from skills.spreadsheets.document.references.formulas import LONGEST, Shifter, shift_formula
from skills.spreadsheets.document.references.geometry import Shift

TWO_ROWS_BEFORE_3 = Shift("row", 3, 2)
ROWS_3_AND_4_GONE = Shift("row", 3, 2, deletes=True)
COLUMN_BEFORE_B = Shift("column", 2, 1)
COLUMN_B_GONE = Shift("column", 2, 1, deletes=True)


def on_own_sheet(text: str, shift: Shift) -> str:
    return shift_formula(text, shift, "Data", "Data")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A1+A3", "A1+A5"),
        ("$A$3*A$2*$A4", "$A$5*A$2*$A6"),
        ("SUM(A1:A5)", "SUM(A1:A7)"),
        ("SUM(A3:A5)", "SUM(A5:A7)"),
        ("SUM(A1:A2)", "SUM(A1:A2)"),
        ("SUM(B5:A1)", "SUM(B7:A1)"),
        ("SUM(B:B)", "SUM(B:B)"),
        ("SUM(3:5)+SUM($1:$1)", "SUM(5:7)+SUM($1:$1)"),
        ("SUM(A1:A1048576)", "SUM(A1:A1048576)"),
        ("SUM(A4:A1048576)", "SUM(A6:A1048576)"),
        ("LOG10(A5)+LOG10", "LOG10(A7)+LOG12"),
        ("_xlfn.XLOOKUP(A5,B:B,C:C)", "_xlfn.XLOOKUP(A7,B:B,C:C)"),
        ("A1.B5+total.A5+A5x", "A1.B5+total.A5+A5x"),
        ("1E5+2.5E+10+A5", "1E5+2.5E+10+A7"),
        ('"A5 ""B5"" "&A5', '"A5 ""B5"" "&A7'),
        ("IF(A5=\"it's\",A6,'Data'!A7)", "IF(A7=\"it's\",A8,'Data'!A9)"),
        ("Data!A5:B9+data!A5", "Data!A7:B11+data!A7"),
        ("Other!A5+'An Other'!A5", "Other!A5+'An Other'!A5"),
        ("[1]Data!A5+'[1]Data'!A5+'C:\\[b.xlsx]Data'!A5", "[1]Data!A5+'[1]Data'!A5+'C:\\[b.xlsx]Data'!A5"),
        ("SUM(Data:Other!A5)+SUM('Data:An Other'!A5)", "SUM(Data:Other!A5)+SUM('Data:An Other'!A5)"),
        ("Table1[A5]+Table1[[#This Row],[B5]]+A5", "Table1[A5]+Table1[[#This Row],[B5]]+A7"),
        ("SUM(A5#)+@A5", "SUM(A7#)+@A7"),
        ("SUM({1,2;3,4}*A5)", "SUM({1,2;3,4}*A7)"),
        ("#REF!+#REF!A5+Data!#REF!+A5", "#REF!+#REF!A5+Data!#REF!+A7"),
        ("(A5,B6) A7:B8", "(A7,B8) A9:B10"),
        ("A5:INDEX(B5:B9,2)", "A7:INDEX(B7:B11,2)"),
        ("A1:Data!B5", "A1:Data!B7"),
        ("R5C5+RC+XFE5+ABCD5", "R5C5+RC+XFE5+ABCD5"),
        ("tab5[x]+a5", "tab5[x]+a7"),
        ("Größe5+日本5+A5", "Größe5+日本5+A7"),
        ('INDIRECT("A5")', 'INDIRECT("A5")'),
    ],
)
def test_references_at_or_below_inserted_rows_move(before: str, after: str) -> None:
    assert on_own_sheet(before, TWO_ROWS_BEFORE_3) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A1+A3+A5", "A1+#REF!+A3"),
        ("SUM(A1:A9)", "SUM(A1:A7)"),
        ("SUM(A3:A9)", "SUM(A3:A7)"),
        ("SUM(A1:A4)", "SUM(A1:A2)"),
        ("SUM(A3:A4)", "SUM(#REF!)"),
        ("SUM(A9:A4)", "SUM(A7:A3)"),
        ("SUM(3:4)+SUM(3:9)", "SUM(#REF!)+SUM(3:7)"),
        ("Data!A3+Other!A3", "Data!#REF!+Other!A3"),
        ("SUM(B:B,A1:A1048576)", "SUM(B:B,A1:A1048576)"),
    ],
)
def test_references_into_deleted_rows_break_and_ranges_shrink(before: str, after: str) -> None:
    assert on_own_sheet(before, ROWS_3_AND_4_GONE) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A1+B1+$C$9", "A1+C1+$D$9"),
        ("SUM(A1:B2)+SUM(B:C)+SUM(A:A)", "SUM(A1:C2)+SUM(C:D)+SUM(A:A)"),
        ("SUM(1:1)+SUM(A1:XFD1)", "SUM(1:1)+SUM(A1:XFD1)"),
        ("LOG10(B1)+LOG10", "LOG10(C1)+LOH10"),
        ("AZ1+Data!Z9+b1", "BA1+Data!AA9+C1"),
    ],
)
def test_references_right_of_an_inserted_column_move(before: str, after: str) -> None:
    assert on_own_sheet(before, COLUMN_BEFORE_B) == after


def test_references_into_a_deleted_column_break() -> None:
    assert on_own_sheet("B1+SUM(A:C)+SUM(B:B)+C$4", COLUMN_B_GONE) == "#REF!+SUM(A:B)+SUM(#REF!)+B$4"


def test_formulas_on_other_sheets_move_only_what_names_the_sheet() -> None:
    text = "A5+Data!A5+'Data'!$A$5:B6+Other!A5"
    assert shift_formula(text, TWO_ROWS_BEFORE_3, "Data", "Other") == "A5+Data!A7+'Data'!$A$7:B8+Other!A5"


def test_sheet_names_are_compared_without_case_and_with_their_quotes_undone() -> None:
    text = "'BOB''S FILE'!A5"
    assert shift_formula(text, TWO_ROWS_BEFORE_3, "Bob's file", None) == "'BOB''S FILE'!A7"


def test_what_has_nothing_to_move_comes_back_letter_by_letter() -> None:
    text = 'sum( a1 , B$2 ) & "x"  + Other!A5'
    assert on_own_sheet(text, TWO_ROWS_BEFORE_3) == text


def test_relative_parts_of_names_are_offsets_and_stay() -> None:
    names = Shifter(TWO_ROWS_BEFORE_3, "Data", moves_relative=False)
    assert names.foreign("Data!$A$5+Data!A5+Data!$A$1:A5+Data!A$4") == "Data!$A$7+Data!A5+Data!$A$1:A5+Data!A$6"


def test_text_no_formula_can_be_as_long_as_is_refused() -> None:
    with pytest.raises(Refused, match="8,192"):
        on_own_sheet("'" * (LONGEST + 1), TWO_ROWS_BEFORE_3)
