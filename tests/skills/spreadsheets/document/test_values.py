"""What JSON values become in cells, and dates in both of Excel's systems."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_server.errors import ToolError
from fixtures.spreadsheets.raw import workbook, worksheet
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.dates import date_of_serial, iso_of_serial, parse_iso, serial_of_date
from skills.spreadsheets.document.entry import enter
from skills.spreadsheets.document.number_formats import check_format, is_date_format
from skills.spreadsheets.document.values import Input
from skills.spreadsheets.document.workbook import Workbook


@pytest.mark.parametrize(
    ("given_value", "stands"),
    [(5, 5), (0.1, 0.1), (True, True), ("007", "007"), ("12%", "12%"), ("'=1+1", "=1+1"), ("'2026-01-31", "2026-01-31"),
     ("#N/A", CellError("#N/A")), ("2026-01-31", 46053), ("2026-02-30", "2026-02-30"), ("=", "="), ("#hash", "#hash")],
)  # fmt: skip
def test_values_become_what_they_say(given_value: Input, stands: CellValue) -> None:
    book = Workbook.create()
    enter(book.active, {(1, 1): given_value})
    cell = Workbook.open(book.to_bytes()).active.cell(1, 1)
    assert cell is not None
    assert cell.value == stands
    assert type(cell.value) is type(stands)


def test_dates_are_shown_as_dates_unless_the_cell_has_a_format() -> None:
    book = Workbook.open(workbook(worksheet('<row r="1"><c r="B1" s="3"/></row>')))
    enter(book.active, {(1, 1): "2026-01-31 10:30", (1, 2): "2026-01-31", (1, 3): "06:30"})
    formats = [book.styles.number_format(cell.style) for cell in book.active.cells()]
    assert formats == ["yyyy-mm-dd hh:mm", "0.000", "hh:mm"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, "x" * 32_768])
def test_what_no_cell_holds_is_refused(value: Input) -> None:
    with pytest.raises(ToolError):
        enter(Workbook.create().active, {(1, 1): value})


def test_null_and_the_empty_text_clear() -> None:
    book = Workbook.open(workbook(worksheet('<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1"><v>1</v></c></row>')))
    enter(book.active, {(1, 1): None, (1, 2): ""})
    assert [(cell.value, cell.style) for cell in book.active.cells()] == [(None, 1), (None, 0)]


@given(st.dates(date(1900, 3, 1), date(9999, 12, 31)))
def test_days_survive_the_way_to_a_serial_number(day: date) -> None:
    for is_1904 in (False, True):
        if not is_1904 or day.year >= 1904:
            moment = date_of_serial(serial_of_date(day, is_1904=is_1904), is_1904=is_1904)
            assert moment is not None
            assert moment.date() == day


def test_excels_leap_day_of_1900_is_nobodys() -> None:
    assert serial_of_date(date(1900, 1, 1), is_1904=False) == 1
    assert serial_of_date(date(1900, 2, 28), is_1904=False) == 59
    assert serial_of_date(date(1900, 3, 1), is_1904=False) == 61
    assert date_of_serial(60, is_1904=False) is None
    assert iso_of_serial(59.5, is_1904=False) == "1900-02-28 12:00:00"
    assert parse_iso("1899-12-31", is_1904=False) is None


@pytest.mark.parametrize(
    ("code", "is_date"),
    [("yyyy-mm-dd", True), ("h:mm", True), ("General", False), ("0.00", False), ('0 "days"', False),
     ("[Red]0.0", False), ("[h]:mm", True), ("#,##0.00 [$€-407]", False), ("0.00E+00", False), ("@", False),
     ('General" hrs"', False)],
)  # fmt: skip
def test_formats_of_dates_are_told_apart(code: str, is_date: bool) -> None:
    assert is_date_format(code) is is_date


@pytest.mark.parametrize(
    "code", ["0.00", '#,##0.00 "€"', "yyyy-mm-dd hh:mm", "[Red]-0;0;;@", "0.0%", "# ?/?", "$#,##0"]
)
def test_number_formats_excel_reads_pass(code: str) -> None:
    check_format(code)


@pytest.mark.parametrize("code", ["", '0 "open', "0;0;0;0;0", "[Red0", "0 kilos", "x" * 256])
def test_number_formats_excel_would_repair_are_explained(code: str) -> None:
    with pytest.raises(ToolError, match="number_format"):
        check_format(code)
