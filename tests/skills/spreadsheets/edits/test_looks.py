"""Formats, sizes, merges and panes: what is asked changes, other formats stay, openpyxl reads the same."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from copilot_server.errors import Refused, TargetNotFound, ToolError
from fixtures.spreadsheets.odd import ODD
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.format import Format
from skills.spreadsheets.edits.layout import Freeze, Merge, Resize, Unmerge
from tests.skills.spreadsheets.books import book_of, edited, sales


def read(book: Workbook) -> Any:
    """The first sheet as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(book.to_bytes())).worksheets[0]


def format_(book: Workbook, range_: str, **fields: object) -> None:
    Format.model_validate({"op": "format", "range": range_, **fields}).apply(book)


def test_formats_change_what_is_named_and_keep_the_rest() -> None:
    book = sales(3)
    format_(book, "header", bold=True, fill="#ddeeff", align="center")
    format_(book, "A1", italic=True)
    format_(book, "Price", number_format="currency")
    sheet = read(book)
    assert (sheet["A1"].font.b, sheet["A1"].font.i, sheet["B1"].font.i) == (True, True, False)
    assert sheet["B1"].fill.fgColor.rgb == "FFDDEEFF"
    assert [sheet[place].number_format for place in ("A2", "D1", "D2", "D4")] == [
        "yyyy-mm-dd", "General", "$#,##0.00", "$#,##0.00",
    ]  # fmt: skip


def test_equal_formats_are_shared_and_none_renumbered() -> None:
    book = Workbook.open(ODD["formulas.xlsx"]())
    before = book.styles.count
    format_(book, "A1:B5", bold=True)
    format_(book, "A1:A2", bold=False)
    format_(book, "A1:A2", bold=True)
    assert book.styles.count - before <= 2
    assert [cell.style for cell in book.active.cells() if cell.name == "A10"] == [1]


def test_whole_columns_and_rows_are_formatted_for_cells_to_come() -> None:
    book = sales(3)
    format_(book, "C:C", number_format="0.0")
    format_(book, "2:2", color="FF0000")
    sheet = book.active
    code = [book.styles.number_format(sheet.inherited_style(9, column)) for column in (2, 3)]
    assert code == ["General", "0.0"]
    crossing = read(book)["C2"]
    assert (crossing.number_format, crossing.font.color.rgb) == ("0.0", "FFFF0000")
    assert book.active.cell(2, 3).value == 6  # type: ignore[union-attr]


def test_borders_go_to_the_sides_asked_for() -> None:
    book = sales(3)
    format_(book, "A1:B2", border="thin", sides="outline")
    sheet = read(book)
    assert (sheet["A1"].border.left.style, sheet["A1"].border.right.style) == ("thin", None)
    assert (sheet["B2"].border.bottom.style, sheet["B2"].border.top.style) == ("thin", None)


@pytest.mark.parametrize(
    ("fields", "message"),
    [({}, "say what to change"), ({"number_format": "0 kilos"}, "literal text"),
     ({"range": "A1:ZZ99999", "bold": True}, "too many")],
)  # fmt: skip
def test_formats_nobody_could_mean_are_explained(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ToolError, match=message):
        Format.model_validate({"op": "format", "range": "A1", **fields}).apply(sales(2))


def test_widths_and_heights_are_set_shown_and_hidden() -> None:
    book = sales(3)
    Resize(op="resize", columns="B:C", width=20).apply(book)
    Resize(op="resize", columns="C", hidden=True).apply(book)
    Resize(op="resize", rows="2:3", height=30).apply(book)
    Resize(op="resize", rows="3", hidden=True).apply(book)
    sheet = read(book)
    assert [sheet.column_dimensions[name].width for name in "BC"] == [20, 20]
    assert (sheet.column_dimensions["B"].hidden, sheet.column_dimensions["C"].hidden) == (False, True)
    assert (sheet.row_dimensions[2].height, sheet.row_dimensions[3].hidden) == (30, True)


def test_columns_fit_what_they_show() -> None:
    book = book_of([["short", "a rather longer heading", 1], ["x", "y", 12345678.5]])
    Resize(op="resize", columns="all", width="fit").apply(book)
    widths = [read(book).column_dimensions[name].width for name in "ABC"]
    assert widths[0] < widths[2] < widths[1] < 30


def test_settings_of_other_columns_stay_when_a_run_is_split() -> None:
    book = Workbook.open(ODD["formulas.xlsx"]())
    Resize(op="resize", columns="D:E", width=30).apply(book)
    spans = read(book).column_dimensions
    assert (spans["C"].width, spans["D"].width, spans["E"].width) == (12, 30, 30)
    assert book.active.inherited_style(20, 3) == book.active.inherited_style(20, 4) == 3


def test_merging_keeps_the_first_cell_and_says_what_it_would_lose() -> None:
    book = sales(3)
    edit = Merge(op="merge", range="A1:B1")
    assert edit.loss(book) == "what stands in B1"
    edit.apply(book)
    assert [cell.value for cell in book.active.cells()][:2] == ["Date", None]
    assert str(book.active.merges[0]) == "A1:B1"
    with pytest.raises(Refused, match="merged cells at A1:B1"):
        Merge(op="merge", range="A1:A2").apply(book)
    Unmerge(op="unmerge", range="A1").apply(book)
    assert not read(book).merged_cells.ranges
    with pytest.raises(TargetNotFound, match="no merged cells"):
        Unmerge(op="unmerge", range="A1").apply(book)


def test_merging_in_a_table_is_refused_by_name() -> None:
    with pytest.raises(Refused, match="table 'Sales'"):
        Merge(op="merge", range="A2:B2").apply(Workbook.open(ODD["table.xlsx"]()))


def test_panes_freeze_and_thaw() -> None:
    book = sales(3)
    Freeze(op="freeze", rows=1, columns=2).apply(book)
    assert read(book).freeze_panes == "C2"
    Freeze(op="freeze", rows=1).apply(book)
    assert read(book).freeze_panes == "A2"
    Freeze(op="freeze").apply(book)
    assert read(book).freeze_panes is None


def test_regions_come_in_the_schemas_order() -> None:
    book = Workbook.open(ODD["table.xlsx"]())
    Freeze(op="freeze", rows=1).apply(book)
    Resize(op="resize", columns="A", width=9).apply(book)
    Merge(op="merge", range="H1:I1").apply(book)
    names = [node.local.decode() for node in book.active.frame.regions]
    assert names == ["sheetViews", "cols", "sheetData", "mergeCells", "tableParts"]


def test_borders_take_a_colour() -> None:
    book, _ = edited(book_of([[1, 2]]), {"op": "format", "range": "A1:B1", "border": "thin #0070C0", "sides": "bottom"})
    made = openpyxl.load_workbook(io.BytesIO(book.to_bytes())).worksheets[0]["B1"].border.bottom
    assert (made.style, made.color.rgb) == ("thin", "FF0070C0")
    with pytest.raises(ToolError, match="as 'thin 0070C0'"):
        edited(book, {"op": "format", "range": "A1", "border": "thin blue"})
