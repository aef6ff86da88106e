"""Rows and columns inserted through what cannot be parted: it grows where it can, or stays in one piece."""

from __future__ import annotations

import pytest

from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import Area, column_letters
from skills.spreadsheets.document.references.geometry import Shift
from skills.spreadsheets.document.references.undividable import Undividable
from skills.spreadsheets.document.workbook import Workbook
from tests.skills.spreadsheets.books import book_of, edited
from tests.skills.spreadsheets.edits.test_pivot import pivots, shown

DATA: list[list[object]] = [["Kind", "n"], *([kind, at] for at, kind in enumerate("abcabcab", 1))]


def held(book: Workbook, *names: str) -> list[object]:
    cells = {cell.name: cell.formula or cell.value for cell in book.sheets[0].cells() if not cell.is_blank}
    return [cells.get(name) for name in names]


def values(book: Workbook, *names: str) -> list[object]:
    cells = {cell.name: cell.value for cell in book.sheets[0].cells() if not cell.is_blank}
    return [cells.get(name) for name in names]


def beside_pivot(*more: dict[str, object]) -> Workbook:
    """Data in A1:B9, its pivot table in D2:E6, cells that read it in H1:H3."""
    pivot = {"op": "pivot", "rows": "Kind", "values": "n", "to_sheet": "Sheet1", "at": "D2"}
    formulas = {"op": "set_cells", "at": "H1", "values": [["=E5"], ["=SUM(E3:E5)"], ["=SUM(B2:B9)"]]}
    return edited(book_of(DATA), pivot, formulas, *more)[0]


def test_rows_come_in_beside_a_pivot_table_which_stays_in_one_piece() -> None:
    book, told = edited(beside_pivot(), {"op": "insert_rows", "before": 4, "count": 2})
    assert "2 rows inserted; D2:E6 stays in one piece where it is" in told
    assert values(book, "D3", "D4", "D5", "D6", "E4", "E6", "D7", "D8") == [
        "a",
        "b",
        "c",
        "Grand Total",
        15,
        36,
        None,
        None,
    ]
    assert values(book, "A3", "A4", "A6", "B11") == ["b", None, "c", 8]
    assert held(book, "H1", "H2", "H3") == ["=E5", "=SUM(E3:E5)", "=SUM(B2:B11)"]
    assert [pivot.location.ref for pivot in pivots(book, "Sheet1")] == ["D2:E6"]


def test_rules_of_a_pivot_table_stay_with_it_and_others_grow() -> None:
    rule = {"op": "conditional_format", "when": "data_bar"}
    book = beside_pivot({**rule, "range": "E3:E5"}, {**rule, "range": "B2:B9"})
    book, _ = edited(book, {"op": "insert_rows", "before": 4})
    data = book.package.read(book.sheets[0].part)
    assert b'sqref="E3:E5"' in data
    assert b'sqref="B2:B10"' in data


@pytest.mark.parametrize(
    ("edit", "places", "lines"),
    [
        ({"op": "insert_rows", "before": 5}, "above row 3 or below row 7", (3, 8)),
        ({"op": "insert_columns", "before": "C:C"}, "left of column B or right of column C", (2, 4)),
    ],
)
def test_a_pivot_table_alone_is_not_cut_and_the_places_named_instead_will_do(
    edit: dict[str, object], places: str, lines: tuple[int, int]
) -> None:
    book, _ = edited(book_of(DATA), {"op": "pivot", "rows": "Kind", "values": "n", "at": "B3"})
    before = shown(book)
    with pytest.raises(ToolError, match=f"nothing else stands there; {places} it can be done") as refused:
        edited(book, {**edit, "sheet": "Pivot"})
    assert isinstance(refused.value.__cause__, Undividable)
    assert refused.value.__cause__.lines == lines
    assert shown(book) == before
    for line in lines:
        letters = column_letters(line)
        place = line if edit["op"] == "insert_rows" else f"{letters}:{letters}"
        edited(book, {**edit, "sheet": "Pivot", "before": place})


def test_places_named_instead_are_clear_of_the_pivot_tables_beside() -> None:
    areas = (Area.parse("B3:C9"), Area.parse("E7:F12"), Area.parse("H1:I4"), Area.parse("K20:L30"))
    refusal = Undividable("it", "Pivot", Shift("row", 8, 1), areas)
    assert refusal.lines == (1, 13)
    assert "above row 1 or below row 12 it can be done" in str(refusal)
    refusal = Undividable("it", "Pivot", Shift("row", 2, 1, deletes=True), areas[2:])
    assert "below row 4 it can be done" in str(refusal)
    assert "above" not in str(refusal)


@pytest.mark.parametrize(
    ("formula", "area", "row", "becomes", "results"),
    [
        ("A1:A4*10", "C1:C4", 3, ("C1:C6", "A1:A6*10"), [10, 20, 0, 0, 30, 40]),
        ("TRANSPOSE(A8:D8)", "C1:C4", 3, ("C1:C4", "TRANSPOSE(A10:D10)"), [5, 6, 7, 8, None, None]),
    ],
)
def test_arrays_grow_line_by_line_or_stay_as_they_are(
    formula: str, area: str, row: int, becomes: tuple[str, str], results: list[object]
) -> None:
    book = with_array(formula, area)
    book, _ = edited(book, {"op": "insert_rows", "before": row, "count": 2})
    (array,) = book.sheets[0].reader.arrays
    assert (str(array.area), array.text) == becomes
    assert values(book, *(f"C{at}" for at in range(1, 7))) == results


def test_an_array_whose_inputs_the_lines_run_through_is_not_cut() -> None:
    with pytest.raises(ToolError, match="array formula in C1:C4"):
        edited(with_array("MMULT(A1:A4,A1)", "C1:C4"), {"op": "insert_rows", "before": 3})


def with_array(formula: str, area: str) -> Workbook:
    """1 to 4 in A1:A4, 5 to 8 in A8:D8, and an array formula of several cells."""
    book = book_of([[1], [2], [3], [4], [None], [None], [None], [5, 6, 7, 8]])
    data = book.package.read(book.sheets[0].part)
    first = area.partition(":")[0].encode()
    cell = b'<c r="%b"><f t="array" ref="%b">%b</f></c></row>' % (first, area.encode(), formula.encode())
    book.package.write(book.sheets[0].part, data.replace(b"</row>", cell, 1))
    book.reload()
    book.stale.add_area(book.sheets[0].part, book.sheets[0].used)  # type: ignore[arg-type]
    return edited(book, {"op": "set_cells", "at": "A1", "values": [[1]]})[0]
