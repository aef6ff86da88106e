"""Exact lookups as they are handed to the engine."""

from __future__ import annotations

import pytest

from skills.spreadsheets.calculation.exact_lookups import as_matches
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
    assert as_matches(text) == said


def test_an_empty_key_finds_nothing_and_a_key_that_is_there_is_found() -> None:
    book = workbook({"A1": 101, "A2": 102, "B1": 7, "B2": 8, "C2": 102})

    write(book, D1='=IFERROR(VLOOKUP(C1,$A:$B,2,0),"none")', D2='=IFERROR(VLOOKUP(C2,$A:$B,2,0),"none")')

    assert values(book, "D1", "D2") == ["none", 8]
