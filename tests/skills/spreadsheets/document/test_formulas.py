"""Formulas: how files spell them, which Excel could not read, which must not be written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_server.errors import Refused, ToolError
from fixtures.spreadsheets.odd import ODD
from skills.spreadsheets.document.array_formulas import may_spill
from skills.spreadsheets.document.entry import enter
from skills.spreadsheets.document.formula_check import check_syntax, policy
from skills.spreadsheets.document.formula_text import shown, stored
from skills.spreadsheets.document.formula_tokens import tokens
from skills.spreadsheets.document.workbook import Workbook


@pytest.mark.parametrize(
    ("people", "file"),
    [
        ("XLOOKUP(A1,B:B,C:C)", "_xlfn.XLOOKUP(A1,B:B,C:C)"),
        ("SORT(FILTER(A1:B9,B1:B9>1))", "_xlfn._xlws.SORT(_xlfn._xlws.FILTER(A1:B9,B1:B9>1))"),
        ("LET(x,A1,y,x*2,x+y)", "_xlfn.LET(_xlpm.x,A1,_xlpm.y,_xlpm.x*2,_xlpm.x+_xlpm.y)"),
        ("LAMBDA(a,[b],IF(ISOMITTED(b),a,a*b))(A5)",
         "_xlfn.LAMBDA(_xlpm.a,_xlop.b,IF(_xlfn.ISOMITTED(_xlpm.b),_xlpm.a,_xlpm.a*_xlpm.b))(A5)"),
        ("SUM('My Sheet'!A3#)", "SUM(_xlfn.ANCHORARRAY('My Sheet'!A3))"),
        ("LCM(A43,@J:J)", "LCM(A43,_xlfn.SINGLE(J:J))"),
        ("Sales[@Amount]*2", "Sales[[#This Row],[Amount]]*2"),
        ("Sales[@[Unit Price]]*2", "Sales[[#This Row],[Unit Price]]*2"),
        ('"IFS(1)"&IFS(A1,1)', '"IFS(1)"&_xlfn.IFS(A1,1)'),
        ("SUM(A1:B2)", "SUM(A1:B2)"),
    ],
)  # fmt: skip
def test_formulas_are_spelt_as_excel_stores_them_and_shown_as_people_write_them(people: str, file: str) -> None:
    assert stored(people) == file
    assert shown(file) == people
    assert stored(file) == file


def test_a_column_of_this_row_needs_its_table() -> None:
    assert stored("[@Amount]*2", "Sales") == "Sales[[#This Row],[Amount]]*2"
    with pytest.raises(ToolError, match="inside a table"):
        stored("[@Amount]*2")


@given(st.text(max_size=60))
def test_tokens_joined_are_the_formula(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text


@pytest.mark.parametrize(
    "text",
    ["A1:B2 C3", "SUM(A1 A2)", "{1,2;3}", "1+1=2", "@A1:A3", "A1#", "IF(1,,2)", "-+1", "10%", "A1:INDEX(B:B,3)",
     "SUM((A1,B1))", "'a b'!A:A", "$3:$5", "PI()", "A1^-2", "1e5+.5", "#REF!+1", "SUM(Sheet1!#REF!)", "SUM(A1,,)",
     "LAMBDA(x,x)(1)", "SUM(Sheet1:Sheet3!A1)", "T[[#All],[a]:[b]]", "OFFSET(A1,1,1):B9", "[1]Sheet1!A1"],
)  # fmt: skip
def test_formulas_excel_reads_are_let_through(text: str) -> None:
    policy(text)
    check_syntax(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("SUM(", r"1 '\)' missing at the end"),
        ("1+", "a value is missing at the end"),
        (")", r"'\)' without '\('"),
        ("1 2", "an operator is missing at '2'"),
        ('"a', "a quote is not closed"),
        ("SUM(A1;A2)", "parted by ',', not ';'"),
        ("=1", "a value is missing at '=1'"),
        ("1//2", "a value is missing at '/2'"),
        ("1,2", "',' outside of parentheses"),
        ("SUMM(A1)", "did you mean 'SUM'"),
        ("", "empty"),
        ("A1+" * 5000 + "A1", "limit is 8,192"),
    ],
)
def test_formulas_excel_cannot_read_are_explained(text: str, fault: str) -> None:
    with pytest.raises(ToolError, match=fault):
        check_syntax(text)


@pytest.mark.parametrize(
    "text",
    ['WEBSERVICE("http://x")', "_xlfn.IMAGE(A1)", "RTD(1)", "cmd|'/c calc'!A0", "[Book.xlsx]Sheet1!A1",
     "'C:\\[x.xlsx]S'!A1", "FILTERXML(A1,A2)", 'CALL("a","b")'],
)  # fmt: skip
def test_formulas_that_reach_outside_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        policy(text)


@pytest.mark.parametrize(
    ("text", "spills"),
    [("FILTER(A1:A3,B1:B3>1)", True), ("SUM(A1:A3)", False), ("SUM(A1:A3*B1:B3)", True), ("A1:A3", True),
     ("SUMPRODUCT((A1:A3>1)*B1:B3)", False), ("LEN(A1:A3)", True), ("SUM(A1#)", False), ("Sales[Units]*2", True),
     ("Sales[@Units]*2", False), ("SUM(Sales[Units])", False), ("INDEX(A1:A9,MATCH(1,B1:B9,0))", False),
     ("SMALL(IF(INDEX(A1:C3,2,0)>0,COLUMN(A1:C1)-COLUMN(A1)),2)", True), ("ROW(A1)", False),
     ("ROW()-ROW(Sales[[#Headers],[Order]])", False), ("ROW(Sales[[#Headers],[Order]:[Date]])", True)],
)  # fmt: skip
def test_formulas_over_arrays_are_told_apart(text: str, spills: bool) -> None:
    assert may_spill(text) is spills


def test_a_formula_that_spills_is_stored_as_a_dynamic_array() -> None:
    book = Workbook.create()
    enter(book.active, {(1, 1): "=SEQUENCE(3)", (1, 3): "=SEQUENCE(2)"})
    book.flush()
    xml = book.package.read(book.active.part).decode()
    assert '<c r="A1" cm="1"><f t="array" ref="A1">_xlfn.SEQUENCE(3)</f></c>' in xml
    assert book.package.related("xl/workbook.xml", "sheetMetadata") == ("xl/metadata.xml",)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("=Dat!A1", "no sheet 'Dat'; did you mean 'Data'"),
        ("=SUM(Sale[Units])", "no table 'Sale'; did you mean 'Sales'"),
    ],
)
def test_formulas_that_name_what_is_not_there_are_explained(formula: str, message: str) -> None:
    with pytest.raises(ToolError, match=message):
        enter(Workbook.open(ODD["table.xlsx"]()).active, {(9, 9): formula})
