"""What has to follow when a cell is written: strings, formats, formulas that shared it, the calculation chain."""

from __future__ import annotations

import re

import pytest

from copilot_server.errors import Refused
from fixtures.spreadsheets.odd import ODD
from fixtures.spreadsheets.raw import SHEET, workbook, worksheet
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import CellError
from skills.spreadsheets.document.entry import enter
from skills.spreadsheets.document.patches import Content
from skills.spreadsheets.document.workbook import Workbook


def sheet_xml(book: Workbook) -> str:
    book.flush()
    return book.package.read(SHEET).decode()


def test_strings_are_appended_and_equal_ones_shared() -> None:
    book = Workbook.open(workbook(worksheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')))
    book.active.write({(2, 1): Content("one"), (3, 1): Content("new"), (4, 1): Content("new"), (5, 1): Content(" x")})
    xml = sheet_xml(book)
    assert [re.search(f'r="A{row}"[^>]*><v>(\\d+)<', xml)[1] for row in (2, 3, 4, 5)] == ["0", "3", "3", "4"]  # type: ignore[index]
    strings = book.package.read("xl/sharedStrings.xml").decode()
    assert 'count="7" uniqueCount="5"' in strings
    assert strings.endswith('<si><t>new</t></si><si><t xml:space="preserve"> x</t></si></sst>')


def test_numbers_leave_the_strings_part_alone() -> None:
    book = Workbook.open(ODD["table.xlsx"]())
    book.active.write({(2, 1): Content(5)})
    book.flush()
    assert book.package.changed() == {SHEET}


def test_what_xml_cannot_hold_is_escaped_as_excel_does() -> None:
    book = Workbook.create()
    book.active.write({(1, 1): Content("a\x07b_x0041_ <&>\r\n")})
    strings = Workbook.open(book.to_bytes())
    assert strings.active.cell(1, 1).value == "a\x07b_x0041_ <&>\r\n"  # type: ignore[union-attr]
    assert b"a_x0007_b_x005F_x0041_" in strings.package.read("xl/sharedStrings.xml")


@pytest.mark.parametrize(
    ("value", "source"),
    [
        (0.1 + 0.2, "<v>0.30000000000000004</v>"),
        (1e21, "<v>1E+21</v>"),
        (-7.0, "<v>-7</v>"),
        (True, 't="b"><v>1</v>'),
        (CellError("#N/A"), 't="e"><v>#N/A</v>'),
    ],
)
def test_values_keep_type_and_digits(value: object, source: str) -> None:
    book = Workbook.create()
    book.active.write({(1, 1): Content(value)})  # type: ignore[arg-type]
    assert source in sheet_xml(book)


def test_new_cells_take_the_format_of_their_row_or_column() -> None:
    book = Workbook.open(ODD["formulas.xlsx"]())
    sheet = book.active
    sheet.write({(10, 3): Content(1), (11, 3): Content(1), (11, 5): Content(1)})
    assert [sheet.cell(row, column).style for row, column in ((10, 3), (11, 3), (11, 5))] == [1, 3, 0]  # type: ignore[union-attr]
    assert '<c r="C10" s="1"><v>1</v></c>' in sheet_xml(book)
    assert '<row r="11"><c r="C11" s="3"><v>1</v></c><c r="E11"><v>1</v></c></row>' in sheet_xml(book)


def test_dimension_and_spans_grow_with_new_cells() -> None:
    book = Workbook.open(workbook(worksheet('<row r="2" spans="2:3"><c r="B2"/></row>', '<dimension ref="B2:C2"/>')))
    book.active.write({(2, 5): Content(1)})
    assert '<dimension ref="B2:E2"/>' in sheet_xml(book)
    assert 'spans="2:5"' in sheet_xml(book)


def test_a_shared_formula_lives_on_when_its_first_cell_is_overwritten() -> None:
    book = Workbook.open(ODD["formulas.xlsx"]())
    book.active.write({(1, 2): Content(100), (2, 2): Content(None)})
    formulas = {cell.name: (cell.formula, cell.value) for cell in Workbook.open(book.to_bytes()).active.cells()}
    assert formulas["B1"] == (None, 100)
    assert [formulas[f"B{row}"] for row in (3, 4, 5)] == [("=A3*2", 6), ("=A4*2", 8), ("=A5*2", 10)]
    assert '<f t="shared" ref="B3:B5" si="0">A3*2</f><v>6</v>' in sheet_xml(book)


def test_cells_that_lose_their_formula_leave_the_calculation_chain() -> None:
    book = Workbook.open(ODD["formulas.xlsx"]())
    book.active.write({(5, 2): Content(1), (3, 2): Content(1)})
    book.flush()
    chain = book.package.read("xl/calcChain.xml").decode()
    assert re.findall(r'r="(B\d)"', chain) == ["B4", "B2", "B1"]
    assert '<c r="B4" i="1"/>' in chain


def test_an_emptied_calculation_chain_goes_with_what_names_it() -> None:
    book = Workbook.open(ODD["formulas.xlsx"]())
    book.active.write({(row, 2): Content(1) for row in range(1, 6)})
    book.flush()
    assert "xl/calcChain.xml" not in book.package
    assert not book.package.related("xl/workbook.xml", "calcChain")


def test_parts_of_arrays_and_data_tables_are_refused_by_name() -> None:
    sheet = Workbook.open(ODD["formulas.xlsx"]()).active
    with pytest.raises(Refused, match=r"Data!A6:B6 holds one array formula"):
        sheet.write({(6, 2): Content(1)})
    with pytest.raises(Refused, match=r"A7:A8 holds one data table"):
        sheet.write({(8, 1): Content(1)})
    sheet.write({(6, 1): Content(1), (6, 2): Content(2)})


def test_cells_hidden_in_a_merge_are_refused_by_name() -> None:
    sheet = Workbook.open(ODD["table.xlsx"]()).active
    with pytest.raises(Refused, match=r"F2 is hidden in the merged cells E1:F2.*write to E1"):
        sheet.write({(2, 6): Content(1)})
    sheet.write({(1, 5): Content(1)})


def test_a_table_header_renames_its_column_and_every_formula_that_uses_it() -> None:
    book = Workbook.open(ODD["table.xlsx"]())
    enter(book.active, {(1, 2): "Pieces", (1, 3): 2026})
    sheet = Workbook.open(book.to_bytes()).active
    assert sheet.tables[0].columns == ("Item", "Pieces", "2026")
    assert sheet.cell(1, 3).value == "2026"  # type: ignore[union-attr]
    assert sheet.cell(3, 3).formula == "=Sales[@Pieces]*2"  # type: ignore[union-attr]
    assert sheet.cell(6, 2).formula == "=SUM(Sales[Pieces])"  # type: ignore[union-attr]
    assert b"Sales[[#This Row],[Pieces]]*2" in book.package.read("xl/tables/table1.xml")


def test_two_columns_may_change_names_at_once() -> None:
    book = Workbook.open(ODD["table.xlsx"]())
    enter(book.active, {(1, 1): "Units", (1, 2): "Item"})
    sheet = Workbook.open(book.to_bytes()).active
    assert sheet.tables[0].columns == ("Units", "Item", "Double")
    assert sheet.cell(6, 2).formula == "=SUM(Sales[Item])"  # type: ignore[union-attr]


@pytest.mark.parametrize("value", [None, "", "=1+1", "units"])
def test_what_cannot_head_a_table_column_is_refused(value: str | None) -> None:
    with pytest.raises(Refused, match="table 'Sales'"):
        enter(Workbook.open(ODD["table.xlsx"]()).active, {(1, 1): value})


def test_a_fork_and_its_origin_do_not_see_each_other() -> None:
    book = Workbook.open(ODD["formulas.xlsx"]())
    list(book.active.cells())
    other = book.fork()
    other.active.write({(1, 1): Content("changed")})
    other.flush()
    book.active.write({(1, 1): Content("mine")})
    assert other.active.cell(1, 1).value == "changed"  # type: ignore[union-attr]
    assert Workbook.open(book.to_bytes()).active.cell(1, 1).value == "mine"  # type: ignore[union-attr]


def test_what_was_changed_is_noted_for_calculation() -> None:
    book = Workbook.create()
    book.active.write({(row, 2): Content(row) for row in range(1, 50)} | {(3, 9): Content(1)})
    assert [str(area) for area in book.stale.changed[book.active.part]] == ["B1:B49", "I3"]
    assert book.active.used == Area.parse("B1:I49")
