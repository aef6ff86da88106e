"""Pivot tables: the cells they show, and the parts that make them live."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from copilot_server.errors import ToolError
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.outline import outline
from tests.skills.spreadsheets.books import book_of, edited, sales

ROWS: list[list[object]] = [
    ["Kind", "City", "Day", "n", "Fee"],
    ["b", "Rom", "2026-01-05", 1, 0.5],
    ["a", "Rom", "2026-01-07", 2, None],
    ["A", "Oslo", "2026-01-05", 4, 1.25],
    [None, "Oslo", "2026-01-09", 8, 2],
]


def shown(book: Workbook, sheet: str = "Pivot") -> list[list[object]]:
    cells = {(cell.row, cell.column): cell.value for cell in book.sheet(sheet).cells() if not cell.is_blank}
    bottom, right = max(row for row, _ in cells), max(column for _, column in cells)
    return [[cells.get((row, column)) for column in range(1, right + 1)] for row in range(1, bottom + 1)]


def pivots(book: Workbook, sheet: str = "Pivot") -> list[Any]:
    """As another reader takes them, which has no types."""
    return openpyxl.load_workbook(io.BytesIO(book.to_bytes()))[sheet]._pivots


def test_a_pivot_table_shows_its_results_in_cells_and_is_live() -> None:
    book, answer = edited(book_of(ROWS), {"op": "pivot", "rows": "Kind", "values": "n"})
    assert shown(book) == [["Kind", "Sum of n"], ["a", 6], ["b", 1], ["(blank)", 8], ["Grand Total", 15]]
    assert "pivot table 'PivotTable1' A1:B5 of Sheet1!A1:E5: rows Kind; values Sum of n" in answer
    assert "pivot table 'PivotTable1'" in outline(book)
    (pivot,) = pivots(book)
    assert pivot.location.ref == "A1:B5"
    assert pivot.cache.refreshOnLoad
    assert [field.name for field in pivot.cache.cacheFields] == ["Kind", "City", "Day", "n", "Fee"]
    assert len(pivot.cache.records.r) == 4
    assert [len(line.x) for line in pivot.rowItems] == [1, 1, 1, 1]


def test_a_pivot_table_goes_across_with_several_values() -> None:
    book, _ = edited(
        book_of(ROWS),
        {"op": "pivot", "rows": "Kind", "columns": "City", "values": ["n", {"column": "Fee", "function": "average"}]},
    )
    assert shown(book) == [
        [None, "City", "Values", None, None, None, None],
        [None, "Oslo", None, "Rom", None, "Total Sum of n", "Total Average of Fee"],
        ["Kind", "Sum of n", "Average of Fee", "Sum of n", "Average of Fee", None, None],
        ["a", 4, 1.25, 2, None, 6, 1.25],
        ["b", None, None, 1, 0.5, 1, 0.5],
        ["(blank)", 8, 2, None, None, 8, 2],
        ["Grand Total", 12, 1.625, 3, 0.5, 15, 1.25],
    ]
    (pivot,) = pivots(book)
    assert [(line.t, line.r, line.i, [x.v for x in line.x]) for line in pivot.colItems] == [
        ("data", 0, 0, [0, 0]), ("data", 1, 1, [1]), ("data", 0, 0, [1, 0]), ("data", 1, 1, [1]),
        ("grand", 0, 0, [0]), ("grand", 0, 1, [0]),
    ]  # fmt: skip


def test_filters_choose_and_rows_nest() -> None:
    book, _ = edited(
        book_of(ROWS),
        {"op": "pivot", "rows": ["City", "Day"], "values": {"column": "n", "function": "count"}, "at": "B2",
         "filters": [{"column": "Kind", "show": ["a", "b"]}, "Fee"], "to_sheet": "Sheet 2"},
    )  # fmt: skip
    rows = [row[1:] for row in shown(book, "Sheet 2")]
    assert rows[1:3] == [["Kind", "(Multiple Items)", None], ["Fee", "(All)", None]]
    assert rows[4:] == [
        ["City", "Day", "Count of n"], ["Oslo", 46027, 1], ["Rom", 46027, 1], [None, 46029, 1], ["Grand Total", None, 3],
    ]  # fmt: skip
    (pivot,) = pivots(book, "Sheet 2")
    assert (pivot.location.ref, pivot.location.rowPageCount) == ("B5:D9", 2)
    assert [bool(item.h) for item in pivot.pivotFields[0].items] == [False, False, True]
    day = pivot.cache.cacheFields[2].sharedItems
    assert (day.containsDate, day.minDate.day, day.maxDate.day) == (True, 5, 9)


def test_a_pivot_table_follows_its_sheet_and_refuses_what_would_break_it() -> None:
    book, _ = edited(sales(8), {"op": "pivot", "rows": "Region", "values": "Revenue"})
    book, _ = edited(book, {"op": "rename_sheet", "sheet": "Sheet1", "name": "Sales"})
    (pivot,) = pivots(book)
    assert pivot.cache.cacheSource.worksheetSource.sheet == "Sales"
    with pytest.raises(ToolError, match="not empty"):
        edited(book, {"op": "pivot", "sheet": "Sales", "rows": "Date", "values": "Units"})
    with pytest.raises(ToolError, match="one column"):
        edited(
            book, {"op": "pivot", "sheet": "Sales", "rows": "Date", "columns": "Date", "values": "Units", "at": "H1"}
        )
    with pytest.raises(ToolError, match="needs a header"):
        edited(book_of([["a", None], ["x", 2]]), {"op": "pivot", "rows": "A", "values": "B", "range": "A2:B2"})


DATED: list[list[object]] = [
    ["Kind", "City", "Day", "n"],
    ["a", "Oslo", "2024-01-05", 1],
    ["a", "Rom", "2024-05-07", 2],
    ["b", "Oslo", "2025-02-05", 4],
    ["b", "Rom", "2025-03-09", 8],
    ["a", "Rom", "2025-03-11", 16],
]


def test_dates_are_grouped_as_excel_does_it() -> None:
    grouped = {"column": "Day", "by": ["year", "quarter", "month"]}
    book, _ = edited(book_of(DATED), {"op": "pivot", "rows": "Day", "values": "n", "group": grouped})
    assert shown(book) == [
        ["Years", "Quarters", "Day", "Sum of n"],
        ["2024", "Qtr1", "Jan", 1],
        [None, "Qtr2", "May", 2],
        ["2025", "Qtr1", "Feb", 4],
        [None, None, "Mar", 24],
        ["Grand Total", None, None, 31],
    ]
    (pivot,) = pivots(book)
    day, *_, quarters, years = (pivot.cache.cacheFields[at] for at in (2, 3, 4, 5))
    groups = [
        (each.fieldGroup.rangePr.groupBy, each.fieldGroup.par, each.databaseField) for each in (day, quarters, years)
    ]
    assert groups == [("months", 5, True), ("quarters", None, False), ("years", None, False)]
    assert [each.v for each in years.fieldGroup.groupItems.s] == ["<1/5/2024", "2024", "2025", ">3/11/2025"]
    assert [field.x for field in pivot.rowFields] == [5, 4, 2]


def test_dates_with_gaps_are_not_grouped() -> None:
    rows = [*DATED, ["b", "Oslo", None, 3]]
    with pytest.raises(ToolError, match="not every cell of 'Day'"):
        edited(book_of(rows), {"op": "pivot", "rows": "Day", "values": "n", "group": {"column": "Day", "by": "year"}})


def test_subtotals_stand_below_their_rows() -> None:
    book, _ = edited(book_of(DATED), {"op": "pivot", "rows": ["Kind", "City"], "values": "n", "subtotals": True})
    assert [row[0] for row in shown(book)] == ["Kind", "a", None, "a Total", "b", None, "b Total", "Grand Total"]
    assert [row[2] for row in shown(book)][3:7:3] == [19, 12]
    (pivot,) = pivots(book)
    assert [(line.t, line.r) for line in pivot.rowItems][:3] == [("data", 0), ("data", 1), ("default", 0)]


def test_a_pivot_table_is_changed_in_its_place_and_the_rest_of_it_stays() -> None:
    book, _ = edited(book_of(DATED), {"op": "pivot", "rows": ["Kind"], "values": "n", "filters": "City"})
    more = [{"column": "n"}, {"column": "n", "function": "max"}]
    book, told = edited(book, {"op": "change_pivot", "values": more, "title": "Sales"})
    assert "pivot table 'Sales'" in told
    assert shown(book)[0:4] == [["City", "(All)", None], [None] * 3, ["Kind", "Sum of n", "Max of n"], ["a", 19, 16]]
    book, _ = edited(book, {"op": "change_pivot", "rows": "City", "source": "Sheet1!A1:D4"})
    assert shown(book) == [["City", "Sum of n", "Max of n"], ["Oslo", 5, 4], ["Rom", 2, 2], ["Grand Total", 7, 4]]
    (pivot,) = pivots(book)
    assert (pivot.name, pivot.location.ref, pivot.cache.cacheSource.worksheetSource.ref) == ("Sales", "A1:C4", "A1:D4")
    assert pivot.cache.refreshOnLoad
    assert len(book.package.related(book.main, "pivotCacheDefinition")) == 1


def test_a_pivot_table_says_large_numbers_in_full() -> None:
    rows = [["Kind", "City", 1234567], [1234568, "Oslo", 1], [1234569, "Rom", 2]]
    book, _ = edited(
        book_of(rows), {"op": "pivot", "rows": ["Kind", "City"], "values": "C", "subtotals": True, "range": "A2:C3"}
    )
    assert shown(book)[0][2] == "Sum of 1234567"
    assert [row[0] for row in shown(book)][2::2] == ["1234568 Total", "1234569 Total"]


@pytest.mark.parametrize("kind", ["slicerCache", "timelineCache"])
def test_a_pivot_table_with_slicers_is_left_alone(kind: str) -> None:
    book, _ = edited(book_of(DATED), {"op": "pivot", "rows": "Kind", "values": "n"})
    number = book.sheet("Pivot").id
    listed = b'<c xmlns="x"><pivotTables><pivotTable tabId="%d" name="%s"/></pivotTables></c>'
    book.package.write("xl/c/c1.xml", listed % (number, b"Other"), f"application/vnd.ms-excel.{kind}+xml")
    book, _ = edited(book, {"op": "change_pivot", "values": {"column": "n", "function": "max"}})
    book.package.write("xl/c/c1.xml", listed % (number, b"PivotTable1"))
    with pytest.raises(ToolError, match="slicers or timelines filter pivot table 'PivotTable1'"):
        edited(book, {"op": "change_pivot", "values": "n"})


def test_a_pivot_table_shown_by_a_chart_keeps_its_name() -> None:
    book, _ = edited(book_of(DATED), {"op": "pivot", "rows": "Kind", "values": "n"})
    source = b'<c xmlns="x"><pivotSource><name>[Book.xlsx]Pivot!PivotTable1</name></pivotSource></c>'
    book.package.write("xl/c/c1.xml", source, "application/vnd.openxmlformats-officedocument.drawingml.chart+xml")
    with pytest.raises(ToolError, match="a pivot chart shows 'PivotTable1'"):
        edited(book, {"op": "change_pivot", "title": "Sales"})


def test_a_pivot_table_with_folded_items_is_left_alone() -> None:
    book, _ = edited(book_of(DATED), {"op": "pivot", "rows": ["Kind", "City"], "values": "n"})
    (part,) = book.package.related(book.sheet("Pivot").part, "pivotTable")
    book.package.write(part, book.package.read(part).replace(b'<item x="0"/>', b'<item x="0" sd="0"/>', 1))
    with pytest.raises(ToolError, match="folds items of 'Kind'"):
        edited(book, {"op": "change_pivot", "title": "Sales"})


def test_a_pivot_table_whose_groups_are_hidden_is_left_alone() -> None:
    grouped = {"column": "Day", "by": ["month"]}
    book, _ = edited(book_of(DATED), {"op": "pivot", "rows": "Day", "values": "n", "group": grouped})
    (part,) = book.package.related(book.sheet("Pivot").part, "pivotTable")
    book.package.write(part, book.package.read(part).replace(b'<item x="1"/>', b'<item h="1" x="1"/>', 1))
    with pytest.raises(ToolError, match="hides groups of 'Day'"):
        edited(book, {"op": "change_pivot", "title": "Sales"})


def test_a_pivot_table_that_would_grow_over_cells_is_left_alone() -> None:
    note = {"op": "set_cells", "sheet": "Pivot", "at": "A6", "values": [["note"]]}
    book, _ = edited(book_of(DATED), {"op": "pivot", "rows": "Kind", "values": "n"}, note)
    with pytest.raises(ToolError, match="A6 is not empty"):
        edited(book, {"op": "change_pivot", "rows": ["Kind", "City"]})
    with pytest.raises(ToolError, match="there are 'PivotTable1' on 'Pivot'"):
        edited(book, {"op": "change_pivot", "name": "Other", "rows": "Kind"})


AREA = b'<pivotArea dataOnly="0" fieldPosition="0"><references count="1"><reference field="%s" count="1"><x v="%d"/></reference></references></pivotArea>'


def with_formats(book: Workbook, *areas: bytes) -> Workbook:
    """As Excel keeps what people did to areas of a pivot table."""
    (part,) = book.package.related(book.sheet("Pivot").part, "pivotTable")
    listed = b"".join(b'<format dxfId="%d">%s</format>' % (at, area) for at, area in enumerate(areas))
    formats = b'<formats count="%d">%s</formats><pivotTableStyleInfo' % (len(areas), listed)
    book.package.write(part, book.package.read(part).replace(b"<pivotTableStyleInfo", formats))
    return book


def formats_of(book: Workbook) -> list[tuple[int, list[tuple[int, list[int]]]]]:
    (pivot,) = pivots(book)
    return [
        (each.dxfId, [(one.field, [x.v for x in one.x]) for one in each.pivotArea.references]) for each in pivot.formats
    ]


def test_formats_of_areas_go_along_while_the_areas_are_there_and_the_rest_is_told() -> None:
    book, _ = edited(book_of(DATED), {"op": "pivot", "rows": "City", "columns": "Kind", "values": "n"})
    rom, b, total = AREA % (b"1", 1), AREA % (b"0", 1), AREA % (b"4294967294", 0)
    book, told = edited(with_formats(book, rom, b, total), {"op": "change_pivot", "columns": []})
    assert formats_of(book) == [(0, [(1, [1])]), (2, [(4294967294, [0])])]
    assert "1 formats of areas it has no more are gone" in told
    rows: list[list[object]] = [["n", "City"], [5, "Bonn"], [6, "Rom"], [7, "Oslo"]]
    book, _ = edited(book, {"op": "set_cells", "at": "H1", "values": rows})
    book, told = edited(book, {"op": "change_pivot", "sheet": "Pivot", "source": "Sheet1!H1:I4"})
    assert [row[0] for row in shown(book)] == ["City", "Oslo", "Rom", "Bonn", "Grand Total"]
    assert formats_of(book) == [(0, [(1, [1])]), (2, [(4294967294, [0])])]
    assert "gone" not in told


def test_looks_of_cells_stay_with_what_they_are_of() -> None:
    book, _ = edited(book_of(DATED), {"op": "pivot", "rows": "Kind", "values": "n"})
    looks = {"op": "format", "sheet": "Pivot", "fill": "FFFF00"}
    book, _ = edited(book, {**looks, "range": "B3"}, {**looks, "range": "A4:B4", "number_format": "0.0"})
    more = [{"column": "n", "function": "max"}, {"column": "n"}]
    book, _ = edited(book, {"op": "change_pivot", "columns": "City", "values": more})
    sheet = openpyxl.load_workbook(io.BytesIO(book.to_bytes()))["Pivot"]
    filled = [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == "FFFFFF00"]
    assert filled == ["G5", "A6", "G6"]
    assert [sheet[name].value for name in ("G2", "A5", "G5")] == ["Total Sum of n", "b", 12]
    assert sheet["G6"].number_format == "0.0"
