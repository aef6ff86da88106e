"""Notes, comments, links, print setup, protection."""

from __future__ import annotations

import io

import openpyxl
import pytest

from copilot_server.errors import ToolError
from skills.spreadsheets.document.workbook import Workbook
from tests.skills.spreadsheets.books import edited, sales


def opened(book: Workbook) -> openpyxl.worksheet.worksheet.Worksheet:  # type: ignore[name-defined]
    return openpyxl.load_workbook(io.BytesIO(book.to_bytes())).active


def test_a_note_stands_on_its_cell_with_a_box_of_its_own() -> None:
    book, _ = edited(sales(3), {"op": "note", "cell": "B2", "text": "check"}, {"op": "note", "cell": "C3", "text": "2"})
    sheet = opened(book)
    assert (sheet["B2"].comment.text, sheet["C3"].comment.text) == ("check", "2")
    book, _ = edited(book, {"op": "note", "cell": "B2"})
    assert opened(book)["B2"].comment is None
    (vml,) = book.package.related(book.active.part, "vmlDrawing")
    assert book.package.read(vml).count(b"<v:shape ") == 1


def test_a_thread_is_begun_answered_and_resolved() -> None:
    book, _ = edited(sales(3), {"op": "comment", "cell": "C3", "text": "why?"})
    book, _ = edited(book, {"op": "comment", "cell": "C3", "text": "because", "done": True})
    (part,) = book.package.related(book.active.part, "threadedComment")
    first, answer = book.package.xml(part)
    assert (first.get("done"), answer.get("parentId")) == ("1", first.get("id"))
    assert opened(book)["C3"].comment.text.endswith("why?")
    with pytest.raises(ToolError, match="threaded"):
        edited(book, {"op": "note", "cell": "C3", "text": "x"})


def test_links_lead_outside_or_to_a_place_and_can_be_taken_away() -> None:
    book, _ = edited(
        sales(3),
        {"op": "link", "range": "B2", "to": "https://example.com", "text": "site"},
        {"op": "link", "range": "B3", "to": "#Sheet1!A1"},
    )
    sheet = opened(book)
    assert (sheet["B2"].value, sheet["B2"].hyperlink.target) == ("site", "https://example.com")
    assert sheet["B3"].hyperlink.location == "Sheet1!A1"
    book, _ = edited(book, {"op": "link", "range": "B2:B3"})
    assert opened(book)["B2"].hyperlink is None
    assert not book.package.relationships(book.active.part)


@pytest.mark.parametrize("target", ["javascript:alert(1)", "file:///etc/passwd", "\\\\host\\share"])
def test_links_reach_no_files_and_run_nothing(target: str) -> None:
    with pytest.raises(ToolError, match="links lead"):
        edited(sales(3), {"op": "link", "range": "B2", "to": target})


def test_a_sheet_prints_as_asked() -> None:
    book, _ = edited(
        sales(8),
        {
            "op": "print_setup",
            "area": "A1:E10",
            "title_rows": "1",
            "orientation": "landscape",
            "fit_width": 1,
            "header": "Report",
            "footer": "&LDraft&RPage &P of &N",
            "row_breaks": [5],
            "margins": "narrow",
        },
    )
    sheet = opened(book)
    assert (sheet.print_area, sheet.print_title_rows) == ("'Sheet1'!$A$1:$E$10", "$1:$1")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.oddHeader.center.text, sheet.oddFooter.right.text) == ("Report", "Page &P of &N")
    assert [each.id for each in sheet.row_breaks.brk] == [4]
    book, _ = edited(book, {"op": "print_setup", "area": "", "title_rows": ""})
    assert not book.names


def test_protection_asks_for_its_password() -> None:
    book, _ = edited(sales(3), {"op": "protect", "unlock": ["C2:C4"], "allow": ["sort"], "password": "pass"})
    sheet = opened(book)
    assert sheet.protection.sheet
    assert (sheet.protection.sort, sheet["C2"].protection.locked, sheet["D2"].protection.locked) == (False, False, True)
    with pytest.raises(ToolError, match="another password"):
        edited(book, {"op": "protect", "off": True, "password": "wrong"})
    book, _ = edited(book, {"op": "protect", "off": True, "password": "pass"})
    assert not opened(book).protection.sheet


def test_a_table_changes_its_look_totals_formulas_and_name() -> None:
    book, _ = edited(sales(8), {"op": "clear", "range": "A10:E10"}, {"op": "make_table", "range": "A1:E9", "name": "T"})
    change = {
        "op": "change_table",
        "table": "T",
        "style": "TableStyleLight3",
        "formulas": {"Revenue": "=[@Units]*[@Price]"},
        "totals": {"Revenue": "sum", "Date": "All"},
        "name": "Deals",
    }
    book, _ = edited(book, change, {"op": "set_cells", "at": "H1", "values": "=SUM(Deals[Units])"})
    table = book.active.tables[0]
    assert (table.name, table.style, str(table.area)) == ("Deals", "TableStyleLight3", "A1:E10")
    cells = {cell.name: cell.formula or cell.value for cell in book.active.cells()}
    assert (cells["E2"], cells["E10"]) == ("=Deals[@Units]*Deals[@Price]", "=SUBTOTAL(109,Deals[Revenue])")
    assert cells["H1"] == "=SUM(Deals[Units])"
    assert "calculatedColumnFormula" in book.package.read(table.part).decode()

    plain, _ = edited(book, {"op": "change_table", "table": "Deals", "to_range": True})
    cells = {cell.name: cell.formula or cell.value for cell in plain.active.cells()}
    assert not plain.active.tables
    assert (cells["H1"], cells["E2"]) == ("=SUM(Sheet1!$C$2:$C$9)", "=Sheet1!$C$2*Sheet1!$D$2")
    assert opened(plain)["A1"].value == "Date"

    wider, _ = edited(
        book,
        {"op": "change_table", "table": "Deals", "totals": False},
        {"op": "change_table", "table": "Deals", "range": "A1:F12"},
    )
    assert wider.active.tables[0].columns[-1] == "Column6"


def test_notes_and_comments_go_where_their_rows_are_sorted_to() -> None:
    book, _ = edited(
        sales(6), {"op": "note", "cell": "B3", "text": "third"}, {"op": "comment", "cell": "C6", "text": "why?"}
    )
    owners = {opened(book)[cell].comment.text: opened(book)[key].value for cell, key in (("B3", "A3"), ("C6", "A6"))}

    book, _ = edited(book, {"op": "sort", "by": [{"column": "Date", "descending": True}]})

    sheet = opened(book)
    found = {cell.comment.text: sheet.cell(cell.row, 1).value for row in sheet for cell in row if cell.comment}
    assert found == owners
    assert (sheet["B6"].comment.text, sheet["B3"].comment) == ("third", None)
    (threads,) = book.package.related(book.active.part, "threadedComment")
    assert [each.get("ref") for each in book.package.xml(threads)] == ["C3"]
    (vml,) = book.package.related(book.active.part, "vmlDrawing")
    assert all(text in book.package.read(vml) for text in (b"<x:Row>5</x:Row>", b"<x:Row>2</x:Row>"))


def test_the_notes_of_rows_that_are_removed_go_with_them() -> None:
    book, _ = edited(sales(3), {"op": "copy_range", "source": "A3:E3", "to": "A4", "what": "values"})
    book, _ = edited(book, {"op": "note", "cell": "B4", "text": "twice"})

    book, _ = edited(book, {"op": "remove_duplicates", "range": "A2:D4"})

    assert not [cell for row in opened(book) for cell in row if cell.comment]
    (vml,) = book.package.related(book.active.part, "vmlDrawing")
    assert b"<v:shape " not in book.package.read(vml)
