"""Cached values after an edit: right where they depend on it, untouched where they do not, never stale."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest

from skills.spreadsheets.calculation import review
from skills.spreadsheets.calculation.engine import Engine
from skills.spreadsheets.calculation.recalculate import Recalculation, recalculate
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cell_text import FormulaText
from skills.spreadsheets.document.cells import CellError
from skills.spreadsheets.document.patches import Content, RowPatch
from skills.spreadsheets.document.workbook import Workbook


def workbook(
    cells: Mapping[str, Any], *, names: Mapping[str, str] | None = None, sheets: tuple[str, ...] = ()
) -> Workbook:
    """A book whose first sheet is "Data"; cells as "B2" or "Other!B2"; formulas come without cached values."""
    made = openpyxl.Workbook()
    made.active.title = "Data"
    for name in sheets:
        made.create_sheet(name)
    for place, value in cells.items():
        sheet, _, cell = place.rpartition("!")
        made[sheet or "Data"][cell] = value
    for name, text in (names or {}).items():
        made.defined_names[name] = openpyxl.workbook.defined_name.DefinedName(name, attr_text=text)
    stream = io.BytesIO()
    made.save(stream)
    book = Workbook.open(stream.getvalue())
    _calculate_all(book)
    return Workbook.open(book.to_bytes())


def _calculate_all(book: Workbook) -> None:
    for sheet in book.sheets:
        used = sheet.used
        if used is not None:
            book.stale.add_area(sheet.part, used)
    recalculate(book)


def write(book: Workbook, **cells: Any) -> Recalculation:
    """Values, and formulas by "=…", into "Data"."""
    for place, value in cells.items():
        sheet = book.sheet("Data")
        row, column = int(place[1:]), ord(place[0]) - 64
        is_formula = isinstance(value, str) and value.startswith("=")
        content = Content(formula=FormulaText(value[1:])) if is_formula else Content(value)
        sheet.write({(row, column): content})
    return recalculate(book)


def values(book: Workbook, *places: str, sheet: str = "Data") -> list[Any]:
    reopened = openpyxl.load_workbook(io.BytesIO(book.to_bytes()), data_only=True)
    return [reopened[sheet][place].value for place in places]


def test_what_depends_on_the_edit_is_computed_through_every_step() -> None:
    book = workbook({"A1": 1, "A2": "=A1*2", "A3": "=SUM(A1:A2)", "B1": 5, "B2": "=B1+1"})

    done = write(book, A1=10)

    assert values(book, "A2", "A3", "B2") == [20, 30, 6]
    assert (done.computed, done.changed) == (2, 2)


def test_what_does_not_depend_on_it_keeps_its_bytes() -> None:
    book = workbook({"A1": 1, "A2": "=A1*2", "Other!A1": "=7*3"}, sheets=("Other",))
    before = Workbook.open(book.to_bytes())

    write(book, A1=10)
    book.flush()

    part = book.sheet("Other").part
    assert book.package.read(part) == before.package.read(part)


def test_a_result_that_is_the_same_is_not_written() -> None:
    book = workbook({"A1": 3, "A2": "=A1>0", "A3": '=IF(A2,"yes","no")'})

    done = write(book, A1=4)

    assert (done.computed, done.changed) == (2, 0)


def test_formulas_on_other_sheets_and_through_names_follow() -> None:
    book = workbook(
        {"A1": 2, "Other!A1": "=Data!A1*10", "Other!A2": "=Rate+1"},
        names={"Rate": "Data!$A$1"},
        sheets=("Other",),
    )

    write(book, A1=5)

    assert values(book, "A1", "A2", sheet="Other") == [50, 6]


def test_a_new_formula_is_computed_even_over_values_nobody_changed() -> None:
    book = workbook({"A1": 2, "A2": 3})

    write(book, A3="=SUM(A1:A2)")

    assert values(book, "A3") == [5]


def test_text_logical_and_error_results_are_written_as_such() -> None:
    book = workbook({"A1": 1, "A2": '=A1&"x"', "A3": "=A1>5", "A4": "=1/(A1-1)"})

    done = write(book, A1=9)

    assert values(book, "A2", "A3", "A4") == ["9x", True, 0.125]
    assert done.errors == ()


def test_new_errors_are_told_with_their_cells() -> None:
    book = workbook({"A1": 1, "A2": "=10/A1"})

    done = write(book, A1=0)

    assert [(each.cell, each.code) for each in done.errors] == [("A2", "#DIV/0!")]
    assert done.notes() == ("now in error: Data!A2 #DIV/0!",)
    assert book.sheet("Data").cell(2, 1).value == CellError("#DIV/0!")


def test_a_function_the_engine_lacks_leaves_no_stale_value_behind() -> None:
    book = workbook({"A1": 1, "A2": "=CUBEVALUE(9,A1)", "A3": "=A2+1"})

    done = write(book, A1=2)

    assert values(book, "A2", "A3") == [None, None]
    assert {each.cell for each in done.uncomputed} == {"A2", "A3"}
    assert "CUBEVALUE" in done.notes()[0]
    assert b'fullCalcOnLoad="1"' in book.package.read(book.main)


def test_indirect_references_are_computed_whatever_changed() -> None:
    book = workbook({"A1": "C1", "A2": "=INDIRECT(A1)", "C1": 4})

    write(book, C1=6)

    assert values(book, "A2") == [6]


def test_a_circle_is_told_and_not_given_a_number() -> None:
    book = workbook({"A1": 1})

    done = write(book, A2="=A3", A3="=A2")

    assert {each.reason for each in done.uncomputed} >= {"it depends on itself"}


def test_a_legacy_array_formula_fills_its_area() -> None:
    book = workbook({"A1": 1, "A2": 2})
    sheet = book.sheet("Data")
    sheet.write({(1, 2): Content(formula=FormulaText("A1:A2*10", "array", Area.parse("B1:B2")))})
    recalculate(book)

    assert values(book, "B1", "B2") == [10, 20]


@pytest.mark.parametrize("count", [3, 2000])
def test_running_totals_follow_whatever_their_number(count: int) -> None:
    cells: dict[str, Any] = {}
    for row in range(1, count + 1):
        cells[f"A{row}"] = 1
        cells[f"B{row}"] = f"=SUM(A$1:A{row})"
    book = workbook(cells)

    done = write(book, A1=11)

    assert done.computed == count
    assert values(book, "B1", f"B{count}") == [11, count + 10]


def test_a_chain_of_references_is_followed_to_its_end() -> None:
    book = workbook({"A1": 1, **{f"A{row}": f"=A{row - 1}+1" for row in range(2, 1001)}})

    write(book, A1=100)

    assert values(book, "A1000") == [1099]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ('=SUM(COUNTIF(A1:A4,{"abc","cde"}))', 3),
        ('=SUMPRODUCT(--ISNUMBER(SEARCH({"a","b","x"},A1)))', 2),
        ("=SUMPRODUCT(1/COUNTIF(A1:A4,A1:A4))", 3),
        ('=LOOKUP(2,1/(A1:A4="abc"),B1:B4)', 40),
        ('=IFERROR(SUM(SEARCH({"b","c"},A1)),"none")', 5),
        ("=SUMPRODUCT((MOD(B1:B4,20)=10)*B1:B4)", 40),
        ("=SUMPRODUCT(ROUND(B1:B4/7,0))", 14),
        ('=SUMPRODUCT((TEXT(B1:B4,"00")="20")*1)', 1),
        ("=SUMPRODUCT(NOT(B1:B4>20)*B1:B4)", 30),
        ('=COUNTIF(A1:B4,"<>abc")', 6),
        ('=SUMIFS(B1:B4,B1:B4,"<>abc")', 100),
        ('=LEN(TEXTJOIN("-",TRUE,A1:A4,""))', 15),
        ('=DATEVALUE("1 May 2022")', 44682),
        ('=COUNTIF(B1:B4,"<="&EOMONTH(DATEVALUE("1 "&"Jan 1900"),0))', 3),
        ('=MONTH("January"&1)', 1),
        ("=YEAR(Z1)", 1900),
    ],
)
def test_idioms_that_hand_arrays_to_functions_of_one_value_are_computed_right(formula: str, value: float) -> None:
    book = workbook({"A1": "x", "A2": "bcd", "A3": "cde", "A4": "abc", "B1": 10, "B2": 20, "B3": 30, "B4": 40})

    done = write(book, A1="abc", D1=formula, D2="=D1+1")

    assert done.uncomputed == ()
    assert values(book, "D1", "D2") == [value, value + 1]


def test_subtotals_of_groups_are_not_counted_twice_in_the_grand_total() -> None:
    book = workbook(
        {"A1": 1, "A2": 2, "A3": "=SUBTOTAL(9,A1:A2)", "A4": 5, "A5": "=SUBTOTAL(9,A4:A4)", "A6": "=SUBTOTAL(9,A1:A5)"}
    )

    write(book, A4=7)

    assert values(book, "A3", "A5", "A6") == [3, 7, 10]


def test_a_running_balance_follows_from_its_first_row_on() -> None:
    cells: dict[str, Any] = {"A1": 100, "B1": 0}
    for row in range(2, 200):
        cells |= {f"A{row}": f"=A{row - 1}+B{row}", f"B{row}": 1}
    book = workbook(cells)

    done = write(book, B100=11)

    assert done.changed == 100
    assert values(book, "A99", "A100", "A199") == [198, 209, 308]


def test_what_would_be_wrong_without_the_second_engine_is_left_to_the_application(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(review, "MOST_INPUTS", 0)
    book = workbook({"A1": "x", "A2": "abc", "B1": 1})

    done = write(book, A1="abc", D1='=SUM(COUNTIF(A1:A2,{"abc","x"}))', D2="=D1+1")

    assert [each.cell for each in done.uncomputed] == ["D1", "D2"]
    assert values(book, "D1", "D2") == [None, None]


def test_subtotals_over_hidden_rows_are_left_to_the_application() -> None:
    book = workbook({"A1": 1, "A2": 2, "A3": "=SUBTOTAL(109,A1:A2)"})
    book.sheet("Data").change_row(1, RowPatch(is_hidden=True))

    done = write(book, A2=5)

    assert [each.reason for each in done.uncomputed] == ["it may leave out hidden rows"]


def test_doubtful_arrays_beyond_what_two_engines_can_check_are_cleared_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    book = workbook({"A1": "x", "A2": "abc"})
    array = FormulaText("COUNTIF(A1:A2,A1:A2)", "array", Area.parse("D1:D2"))
    book.sheet("Data").write({(1, 4): Content(formula=array)})
    recalculate(book)
    assert values(book, "D1", "D2") == [1, 1]
    monkeypatch.setattr(review, "MOST_INPUTS", 0)

    done = write(book, A1="abc")

    assert [each.cell for each in done.uncomputed] == ["D1"]
    assert values(book, "D1", "D2") == [None, None]


def test_arrays_are_measured_on_one_sheet_however_many_there_are() -> None:
    engine = Engine(["data"])
    texts = ("SEQUENCE(3,4)", "1/0", "data!A1:B9", "7")
    numbers = [engine.put_size(text) for text in texts]
    engine.evaluate()

    assert [engine.size(number) for number in numbers] == [(3, 4), (1, 1), (9, 2), (1, 1)]
    assert len(engine._model.get_worksheets_properties()) == 2  # pyright: ignore[reportPrivateUsage]


def test_an_array_does_not_spill_over_what_stands_there() -> None:
    book = workbook({"A1": 3, "A2": 1, "D2": "mine", "E2": "=D1"})
    array = FormulaText("_xlfn.SEQUENCE(1,A1)", "array", Area.parse("C2:C2"))
    sheet = book.sheet("Data")
    sheet.write({(2, 3): Content(formula=array, metadata=1), (5, 1): Content(formula=FormulaText("IFERROR(C2,0)+A1"))})
    recalculate(book)
    # what files say for #SPILL!
    assert values(book, "C2", "D2", "A5") == ["#VALUE!", "mine", 3]

    write(book, A1=2)
    assert values(book, "C2", "D2", "A5") == ["#VALUE!", "mine", 2]

    write(book, D2=None, A1=3, E2=None)

    assert values(book, "C2", "D2", "E2", "A5") == [1, 2, 3, 4]


def test_aggregate_comes_from_the_second_engine_with_all_that_reads_it() -> None:
    none = 'AGGREGATE(15,6,B1:B4/(A1:A4="q"),1)'
    book = workbook({
        "A1": "x", "A2": "y", "A3": "x", "A4": "z", "B1": 3, "B2": 5, "B3": 1, "B4": 9,
        "D1": '=AGGREGATE(15,6,B1:B4/(A1:A4="x"),2)', "D2": "=D1*10", "D3": f"={none}", "D4": f'=IFERROR({none},"none")',
        "D5": "=AGGREGATE(9,6,B1:B4)",
    })  # fmt: skip
    write(book, B1=4)
    assert values(book, "D1", "D2", "D3", "D4", "D5") == [4, 40, "#NUM!", "none", 19]


def test_aggregate_is_not_computed_where_it_may_leave_out_more_than_is_known_here() -> None:
    book = workbook(
        {"A1": 1, "A2": 2, "A3": "=SUBTOTAL(9,A1:A2)", "B1": "=AGGREGATE(9,0,A1:A3)", "B2": "=AGGREGATE(9,4,A1:A3)"}
    )
    done = write(book, A1=5)
    assert {each.cell: each.reason for each in done.uncomputed} == {"B1": "it leaves out other subtotals"}
    assert values(book, "B2") == [14]


def test_days_before_march_1900_are_those_of_excels_calendar() -> None:
    book = workbook(
        {"A1": dt.date(1900, 2, 14), "B1": "=DAY(A1)", "B2": "=EOMONTH(A1,0)", "B3": "=DATE(1900,1,15)", "B4": "=B1*2"}
    )
    write(book, A1=45)
    assert values(book, "B1", "B2", "B3", "B4") == [14, 59, 15, 28]
