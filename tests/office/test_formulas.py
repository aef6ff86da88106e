from __future__ import annotations

import pytest

from copilot_server.office.consistency.formulas import formula_faults

GOOD = [
    "A1", "A5#", "-A1%", "+-A1", "@A1", "SUM(,)", "NOW()", "IF(A1,,2)", "(A1,B2)", "A1 B1", "A1:INDEX(B1:B9,2)", "3:5",
    "$A:$A", "SUM( A1 , B1 )", '"a""b"&A1', '{1,2;"a}",#N/A}', "#REF!", "Sheet1!#REF!", "'O''B'!A1", "[1]Sheet1!A1",
    "'[book.xlsx]A B'!A1", "T[[#This Row],[a'[b']]]+1", "1.5E-10", "Sheet1:Sheet3!A1", "_xlfn.LAMBDA(_xlpm.x,_xlpm.x+1)(5)",
    "Übersicht!A1*2", "A1\n+B1", "TRUE", "A1<>B1", "_xlfn._xlws.FILTER(A:A,B:B>1)", "Excel|Sheet1!A1",
    "_xlfn.SINGLE(A1)", '"XLOOKUP("', "my.XLOOKUP(1)", "NETWORKDAYS.INTL(A1,B1)",
]  # fmt: skip
BAD = [
    "", "SUM(A1", "A1)", "A1+", "*A1", "A1 +* B1", "()", '"a', "SUM(A1;B1)", 'A1"x"', "A1,", "=A1", "(A1)B1", "'Sheet!A1",
    "{1,2", "T[a", "A1&&B1", "SUM(A1))", "A1 <> ", "IF(A1,\"x)",
]  # fmt: skip


@pytest.mark.parametrize("formula", GOOD)
def test_formula_excel_takes_has_no_fault(formula: str) -> None:
    assert list(formula_faults(formula)) == []


@pytest.mark.parametrize("formula", BAD)
def test_formula_excel_refuses_is_told(formula: str) -> None:
    assert list(formula_faults(formula)) == ["formula syntax"]


@pytest.mark.parametrize("formula", ["XLOOKUP(1,A:A,B:B)", "1+let(x,1,x)", "SUM(UNIQUE(A:A))", "NORM.S.DIST(1,TRUE)"])
def test_newer_function_without_its_prefix_is_told(formula: str) -> None:
    assert list(formula_faults(formula)) == ["newer function without its prefix _xlfn."]


def test_deeply_nested_formula_is_told_quickly() -> None:
    assert list(formula_faults("(" * 2000 + "1" + ")" * 2000)) == []
    assert list(formula_faults("(" * 4000)) == ["formula syntax"]
