"""Calls as they are handed to the engine, where it gets them wrong as they stand."""

from __future__ import annotations

import pytest

from skills.spreadsheets.calculation.respelling import respelt
from tests.skills.spreadsheets.calculation.test_recalculate import values, workbook, write


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("VLOOKUP(C1,A:B,2,0)", "INDEX(A:B,MATCH(C1,INDEX(A:B,0,1),0),2)"),
        (
            'IFERROR(vlookup(C1,\'a, b\'!$A$1:$B$9,MATCH("x,",D1:E1,0),FALSE),"")',
            "IFERROR(INDEX('a, b'!$A$1:$B$9,MATCH(C1,INDEX('a, b'!$A$1:$B$9,0,1),0),MATCH(\"x,\",D1:E1,0)),\"\")",
        ),
        ("HLOOKUP(C1,A1:F2,2,0)+1", "INDEX(A1:F2,2,MATCH(C1,INDEX(A1:F2,1,0),0))+1"),
        (
            "VLOOKUP(VLOOKUP(C1,A:B,2,0),D:E,(1+1),FALSE)",
            "INDEX(D:E,MATCH(INDEX(A:B,MATCH(C1,INDEX(A:B,0,1),0),2),INDEX(D:E,0,1),0),(1+1))",
        ),
        ("VLOOKUP(C1,A:B,2)", "VLOOKUP(C1,A:B,2)"),
        ("VLOOKUP(C1,A:B,2,TRUE)", "VLOOKUP(C1,A:B,2,TRUE)"),
        ("VLOOKUP(C1,A:C,{2,3},0)", "VLOOKUP(C1,A:C,{2,3},0)"),
        ("SUM(A1:A3)", "SUM(A1:A3)"),
    ],
)
def test_exact_lookups_are_said_by_index_and_match(text: str, said: str) -> None:
    assert respelt(text) == said


def test_an_empty_key_finds_nothing_and_a_key_that_is_there_is_found() -> None:
    book = workbook({"A1": 101, "A2": 102, "B1": 7, "B2": 8, "C2": 102})

    write(book, D1='=IFERROR(VLOOKUP(C1,$A:$B,2,0),"none")', D2='=IFERROR(VLOOKUP(C2,$A:$B,2,0),"none")')

    assert values(book, "D1", "D2") == ["none", 8]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("'123", "00000", "00123"),
        (2.5, "#,##0", "3"),
        (0.125, "0.00", "0.13"),
        (0.125, "0%", "13%"),
        (-2.5, "0", "-3"),
        (1234.5, "#,##0.00", "1,234.50"),
        (False, "0", "FALSE"),
        ("n/a", "0.0", "n/a"),
        ("'2024-03-05", "d/m/yyyy", "5/3/2024"),
        (45356, "yyyy-mm-dd", "2024-03-05"),
    ],
)
def test_text_shows_numbers_as_excel_does(value: object, code: str, shown: str) -> None:
    book = workbook({"A1": "x"})

    write(book, A1=value.removeprefix("'") if isinstance(value, str) else value, D1=f'=TEXT(A1,"{code}")&""')

    assert values(book, "D1") == [shown]


def test_text_of_nothing_is_that_of_zero_and_errors_stay() -> None:
    book = workbook({"A1": 1})

    write(book, D1='=TEXT(Z9,"0.00")', D2='=TEXT(1/0,"0")', D3='=TEXT(TEXT(2.5,"0"),"00")')

    assert values(book, "D1", "D2", "D3") == ["0.00", "#DIV/0!", "03"]
