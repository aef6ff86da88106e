"""Setting, clearing, filling and replacing what cells hold."""

from __future__ import annotations

import pytest

from copilot_server.errors import Refused, TargetNotFound, ToolError
from fixtures.spreadsheets.odd import ODD
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import Cell
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.cells import Clear, Fill, SetCells
from skills.spreadsheets.edits.replace import ReplaceText
from tests.skills.spreadsheets.books import book_of, edited, sales


def shown(book: Workbook, area: str) -> list[object]:
    """What stands in an area, formulas before values."""
    return [cell.formula or cell.value for cell in book.active.cells(Area.parse(area))]


def set_cells(book: Workbook, **fields: object) -> None:
    SetCells.model_validate({"op": "set_cells", **fields}).apply(book)


def test_a_block_goes_in_from_its_first_cell() -> None:
    book = Workbook.create()
    set_cells(book, at="B2", values=[["Item", 1], ["=B2", None]])
    assert shown(book, "A1:D9") == ["Item", 1, "=B2", None]


def test_one_formula_fills_a_range_and_its_references_follow() -> None:
    book = sales(4)
    set_cells(book, at="F2:F5", values="=C2*$D$2")
    assert shown(book, "F2:F5") == ["=C2*$D$2", "=C3*$D$2", "=C4*$D$2", "=C5*$D$2"]


def test_a_header_names_the_data_below_it() -> None:
    book = sales(4)
    set_cells(book, at="region", values="x")
    assert shown(book, "B1:B7") == ["Region", "x", "x", "x", "x"]


def test_a_flat_list_is_one_row() -> None:
    book = Workbook.create()
    set_cells(book, at="A1", values=["a", 2])
    assert shown(book, "A1:B1") == ["a", 2]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"at": "A1:B2", "values": [[1, 2, 3]]}, "A1:B2 is 2 × 2 cells, the values are 1 rows of 3"),
        ({"at": "A1", "values": []}, "no rows of values"),
        ({"at": "Amont", "values": 1}, "neither A1 notation nor a header"),
        ({"at": "Other!A1", "values": 1}, "name the sheet in `sheet`"),
        ({"at": "A1:ZZ99999", "values": 1}, "at most 1,000,000"),
        ({"at": "XFD1", "values": [[1, 2]]}, "beyond the sheet's last cell"),
    ],
)
def test_what_does_not_fit_is_explained(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ToolError, match=message):
        set_cells(sales(3), **fields)


def test_a_failing_batch_of_values_changes_nothing() -> None:
    book = sales(3)
    before = book.to_bytes()
    with pytest.raises(ToolError):
        set_cells(book, at="A1", values=[[1, "=SUM("]])
    assert book.to_bytes() == before


def test_a_new_dynamic_array_says_how_far_it_spills() -> None:
    book = book_of([["Pears", "Apples"], [None, "Pears"], [None, "Plums"]])

    book, _ = edited(book, {"op": "set_cells", "at": "C1", "values": '=FILTER(B1:B3,B1:B3<>A1,"")'})

    assert [cell.value for cell in book.active.cells(Area.parse("C1:C2"))] == ["Apples", "Plums"]
    assert [each.area for each in book.active.reader.arrays] == [Area.parse("C1:C2")]


def test_clear_takes_contents_or_formats_or_both() -> None:
    book = sales(3)
    Clear(op="clear", range="A2:A3").apply(book)
    assert [(cell.value, book.styles.is_date(cell.style)) for cell in _cells(book, "A2:A4")][:2] == [(None, True)] * 2
    Clear(op="clear", range="A2:A4", what="formats").apply(book)
    assert not any(book.styles.is_date(cell.style) for cell in _cells(book, "A2:A4"))


def _cells(book: Workbook, area: str) -> list[Cell]:
    return list(book.active.cells(Area.parse(area)))


def test_fill_repeats_a_block_with_formulas_and_formats() -> None:
    book = sales(4)
    Fill(op="fill", source="E2", to="E2:E9").apply(book)
    assert shown(book, "E6:E9") == ["=C6*D6", "=C7*D7", "=C8*D8", "=C9*D9"]
    Fill(op="fill", source="A2", to="A10:A11").apply(book)
    assert [(cell.value, book.styles.is_date(cell.style)) for cell in _cells(book, "A10:A11")] == [(46024, True)] * 2


def test_fill_expands_a_shared_formula() -> None:
    book = Workbook.open(ODD["formulas.xlsx"]())
    Fill(op="fill", source="B3", to="D3:D4").apply(book)
    assert shown(book, "D3:D4") == ["=C3*2", "=C4*2"]


def test_fill_refuses_arrays_and_nothing() -> None:
    book = Workbook.open(ODD["formulas.xlsx"]())
    with pytest.raises(Refused, match="array formula"):
        Fill(op="fill", source="A6", to="A12:A13").apply(book)
    with pytest.raises(ToolError, match="is empty"):
        Fill(op="fill", source="G1", to="G2:G3").apply(book)


def replace(book: Workbook, **fields: object) -> None:
    ReplaceText.model_validate({"op": "replace_text", **fields}).apply(book)


def test_text_is_replaced_in_values_and_formulas_and_stays_text() -> None:
    book = book_of([["North 1", 5, '=A1&" North"'], ["northern", "n/a", None]])
    replace(book, find="north", replace="2")
    assert shown(book, "A1:C2") == ["2 1", 5, '=A1&" 2"', "2ern", "n/a"]


def test_a_cell_replaced_altogether_may_become_a_number() -> None:
    book = book_of([["n/a", "x n/a", 7]])
    replace(book, find="n/a", replace="0")
    assert shown(book, "A1:C1") == [0, "x 0", 7]
    replace(book, find="7", replace="8", whole_cell=True)
    assert shown(book, "A1:C1") == [0, "x 0", 8]


def test_runs_keep_their_formats_when_text_in_them_is_replaced() -> None:
    book = Workbook.open(ODD["table.xlsx"]())
    replace(book, find="ric", replace="poorl", match_case=True)
    book.flush()
    cell = book.active.cell(1, 5)
    assert cell is not None
    assert (cell.value, cell.is_rich) == ("poorlh", True)
    assert b"<si><r><t>poorl</t></r><r><rPr><b/></rPr><t>h</t></r></si></sst>" in book.package.read(
        "xl/sharedStrings.xml"
    )


def test_text_that_stands_nowhere_is_said() -> None:
    with pytest.raises(TargetNotFound, match="'zebra' stands nowhere in the workbook"):
        replace(sales(3), find="zebra", replace="x")


def test_dates_that_stood_there_are_told_as_dates() -> None:
    _, said = edited(sales(3), {"op": "set_cells", "at": "A2:A4", "values": "n/a"})

    assert "held before: 2026-01-02, 2026-01-03, 2026-01-04" in said


def test_names_for_functions_are_computed_and_follow_what_they_read() -> None:
    doubled = {"op": "define_name", "name": "DOUBLED", "refers_to": "=LAMBDA(x,x*2)"}
    taxed = {"op": "define_name", "name": "TAXED", "refers_to": "=LAMBDA(x,DOUBLED(x)+Sheet1!$D$2)"}
    again = {"op": "define_name", "name": "AGAIN", "refers_to": "=LAMBDA(n,IF(n<2,1,n*AGAIN(n-1)))"}
    formulas = {"op": "set_cells", "at": "H2", "values": [["=TAXED(C2)", "=AGAIN(4)"]]}
    book, said = edited(sales(3), doubled, taxed, again, formulas)
    assert "H2" in said
    assert "I2 (it calls a name that calls itself)" in said
    assert book.active.cell(2, 8).value == 12.5

    book, _ = edited(book, {"op": "set_cells", "at": "D2", "values": 100})
    assert book.active.cell(2, 8).value == 112


def test_arguments_left_out_of_sort_and_take_are_what_excel_takes_for_them() -> None:
    rows: list[list[object]] = [["a", 3], ["b", 1], ["c", 2]]
    edits = [
        {"op": "set_cells", "at": "D1", "values": "=SORT(B1:B3,,-1)"},
        {"op": "set_cells", "at": "F1", "values": "=TAKE(A1:B3,,1)"},
    ]
    book, _ = edited(book_of(rows), *edits)
    assert [book.active.cell(row, 4).value for row in (1, 2, 3)] == [3, 2, 1]
    assert [book.active.cell(row, 6).value for row in (1, 2, 3)] == ["a", "b", "c"]
