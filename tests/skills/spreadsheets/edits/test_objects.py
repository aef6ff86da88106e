"""What is brought in: sparklines, pictures, data of other files; and summaries in live formulas."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest
from PIL import Image

from copilot_server.errors import ToolError
from skills.spreadsheets.document.sparklines import sparklines_of
from skills.spreadsheets.document.workbook import Workbook
from tests.skills.spreadsheets.books import book_of, edited, sales


def held(book: Workbook, sheet: str = "Sheet1") -> dict[str, object]:
    return {cell.name: cell.formula or cell.value for cell in book.sheet(sheet).cells() if not cell.is_blank}


def test_sparklines_stand_beside_their_rows_and_can_be_taken_away() -> None:
    rows: list[list[object]] = [["n", "q1", "q2", "q3"], ["a", 1, 3, 2], ["b", 4, 2, 6]]
    book, _ = edited(book_of(rows), {"op": "sparklines", "data": "B2:D3", "at": "E2:E3", "kind": "column"})
    assert [(str(area), source) for area, source in sparklines_of(book.active)] == [
        ("E2", "Sheet1!B2:D2"), ("E3", "Sheet1!B3:D3"),
    ]  # fmt: skip
    book, _ = edited(book, {"op": "sparklines", "at": "E2"})
    assert len(sparklines_of(book.active)) == 1
    book, _ = edited(book, {"op": "sparklines", "at": "E3"})
    assert b"extLst" not in book.package.read(book.active.part)
    with pytest.raises(ToolError, match="one column"):
        edited(book, {"op": "sparklines", "data": "B2:D3", "at": "E2:E9"})


def test_a_picture_is_put_in_once_however_often_it_is_shown() -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(out, "PNG")
    book = sales(3)
    book.attached = {"logo.png": out.getvalue()}
    book, _ = edited(
        book,
        {"op": "picture", "file": "logo.png", "at": "H2", "alt": "Logo"},
        {"op": "picture", "file": "logo.png", "at": "H9", "width": 80},
    )
    sheet = openpyxl.load_workbook(io.BytesIO(book.to_bytes())).active
    assert [(each.width, each.height) for each in sheet._images] == [(40, 20), (40, 20)]
    assert sum("media/" in name for name in book.package.names) == 1
    with pytest.raises(ToolError, match="attached are"):
        edited(book, {"op": "picture", "file": "logo.jpg", "at": "A1"})


def test_data_of_other_files_keeps_its_types() -> None:
    book = Workbook.create()
    book.attached = {
        "a.csv": b"code,day,n\n007,2026-01-31,1.5\n=1+1,2026-02-01,2\n",
        "b.json": json.dumps([{"x": 1, "d": "2026-01-31"}, {"x": True, "y": "t"}]).encode(),
        "c.xlsx": sales(3).to_bytes(),
    }
    book, _ = edited(
        book,
        {"op": "import_data", "file": "a.csv"},
        {"op": "import_data", "file": "b.json", "at": "F1"},
        {"op": "import_data", "file": "c.xlsx", "at": "A10", "from_range": "A2:C4"},
    )
    cells = held(book)
    assert [cells[name] for name in ("A2", "B2", "C2", "A3")] == ["007", 46053, 1.5, "=1+1"]
    assert book.active.cell(3, 1).formula is None  # type: ignore[union-attr]
    assert [cells[name] for name in ("F2", "G2", "F3", "H3")] == [1, 46053, True, "t"]
    assert [cells[name] for name in ("A10", "B10", "C10")] == [46024, "East", 6]
    assert book.styles.is_date(book.active.cell(10, 1).style)  # type: ignore[union-attr]
    with pytest.raises(ToolError, match="not empty"):
        edited(book, {"op": "import_data", "file": "a.csv"})


def test_a_summary_follows_its_data() -> None:
    book, _ = edited(
        sales(8),
        {"op": "summarize", "rows": "Region", "values": ["Units", {"column": "Revenue", "function": "average"}]},
    )
    cells = held(book, "Summary")
    assert cells["A1"] == "Units, Average of Revenue by Region"
    assert [cells[f"A{row}"] for row in range(3, 9)] == ["Region", "East", "North", "South", "West", "Total"]
    assert cells["B4"] == "=SUMIFS(Sheet1!$C$2:$C$9,Sheet1!$B$2:$B$9,$A4)"
    assert cells["B8"] == "=SUM(Sheet1!$C$2:$C$9)"
    book, _ = edited(book, {"op": "set_cells", "sheet": "Sheet1", "at": "C2", "values": 1000})
    assert book.sheet("Summary").cell(4, 2).value == 1018  # type: ignore[union-attr]


def test_a_summary_goes_across_and_by_months() -> None:
    rows: list[list[object]] = [
        ["Day", "Kind", "n"],
        ["2026-01-05", "b", 1],
        ["2026-02-07", "a", 2],
        ["2026-01-31", "a", 4],
    ]
    book, _ = edited(
        book_of(rows),
        {"op": "make_table", "name": "T"},
        {"op": "summarize", "rows": {"column": "Day", "period": "month"}, "columns": "Kind", "values": "n"},
    )
    cells = {cell.name: cell.value for cell in book.sheet("Summary").cells() if not cell.is_blank}
    assert [cells[name] for name in ("B3", "C3", "D3")] == ["a", "b", "Total"]
    assert [cells[f"{letter}{row}"] for row in (4, 5, 6) for letter in "BCD"] == [4, 1, 5, 2, 0, 2, 6, 1, 7]
    assert held(book, "Summary")["B4"] == ('=SUMIFS(T[n],T[Day],">="&$A4,T[Day],"<"&EDATE($A4,1),T[Kind],B$3)')
