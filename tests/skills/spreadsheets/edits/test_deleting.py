"""Rows and columns deleted in several blocks, by what they hold, by their headers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from copilot_server.errors import ToolError
from skills.spreadsheets.agent import skill
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits import closing_up
from skills.spreadsheets.tools import edit
from tests.skills.spreadsheets.books import book_of


def edited(book: Workbook, *edits: Mapping[str, object]) -> tuple[Workbook, str]:
    """As the helper of that name, for people who asked to delete."""
    draft = Draft(skill, book, Consent("delete rows and columns"))
    answer = edit.run(draft, **edit.parse(json.dumps({"edits": edits})))
    return draft.document, answer


def column(book: Workbook, letter: str = "A") -> list[object]:
    return [cell.value for cell in book.active.cells() if cell.name.rstrip("0123456789") == letter]


def test_several_blocks_of_rows_go_in_one_edit() -> None:
    book, _ = edited(book_of([[at, f"=A{at}"] for at in range(1, 13)]), {"op": "delete_rows", "rows": "3, 5:8,7:9,11"})
    assert column(book) == column(book, "B") == [1, 2, 4, 10, 12]
    with pytest.raises(ToolError, match="must be like"):
        edited(book, {"op": "delete_rows", "rows": "3,B"})


def test_what_went_is_told_by_its_first_values() -> None:
    rows: list[list[object]] = [["name", "n"], ["Ann", 1], ["Bob", 2], ["Cy", 3], ["Di", 4], ["Ed", 5]]
    _, answer = edited(book_of(rows), {"op": "delete_rows", "rows": "2,4:6"})
    assert "Sheet1!4:6: 3 rows deleted (Cy|3 … Ed|5)" in answer
    assert "Sheet1!2:2: 1 row deleted (Ann|1)" in answer
    _, answer = edited(book_of(rows), {"op": "delete_rows", "rows": "2"}, {"op": "delete_rows", "rows": "2"})
    assert "(Ann|1)" in answer
    assert "(Bob|2)" in answer
    _, answer = edited(book_of(rows), {"op": "insert_rows", "before": 2}, {"op": "delete_rows", "rows": "2:3"})
    assert "Sheet1!2:3: 2 rows deleted" in answer
    _, answer = edited(book_of(rows), {"op": "delete_columns", "columns": "B"})
    assert "Sheet1!B:B: 1 column deleted (n|1|2|3)" in answer


def test_columns_go_by_their_headers() -> None:
    rows: list[list[object]] = [
        ["id", "q1 old", "q1", "OLD q2", "q2", "note, old"],
        [1, 2, 3, 4, 5, 6],
        [7, 8, 9, 1, 2, 3],
    ]
    book, _ = edited(book_of(rows), {"op": "delete_columns", "columns": "*old*"})
    assert [cell.value for cell in book.active.cells() if cell.row == 1] == ["id", "q1", "q2"]
    book, _ = edited(book_of(rows), {"op": "delete_columns", "columns": "note, old"})
    book, _ = edited(book, {"op": "delete_columns", "columns": "q1,D:E"})
    assert [cell.value for cell in book.active.cells() if cell.row == 1] == ["id", "q1 old"]
    with pytest.raises(ToolError, match="is like"):
        edited(book, {"op": "delete_columns", "columns": "*none*"})


def test_scattered_rows_take_what_points_at_single_rows_along(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[list[object]] = [
        ["n", "odd", "twice", None, None],
        *([at, at % 2, f"=A{at + 1}*2"] for at in range(1, 121)),
    ]
    book = book_of(rows)
    where = {"op": "delete_rows", "where": {"column": "odd", "value": 1}}
    points, _ = edited(book, {"op": "set_cells", "at": "H1", "values": [["=A101", "=SUM(A2:A121)"]]})

    after, _ = edited(points, where)
    assert column(after, "C") == ["twice", *range(4, 241, 4)]
    assert [cell.formula for cell in after.active.cells() if cell.column > 7] == ["=A51", "=SUM(A2:A61)"]
    assert [column(after, "H"), column(after, "I")] == [[100], [3660]]

    monkeypatch.setattr(closing_up, "_MOST_REWRITTEN", 0)
    with pytest.raises(ToolError, match="H1 reads A101"):
        edited(points, where)
    whole, _ = edited(book, {"op": "set_cells", "at": "H1", "values": "=SUM(A2:A121)"}, where)
    assert column(whole, "C") == ["twice", *range(4, 241, 4)]
    assert column(whole, "H") == [3660]


@pytest.mark.parametrize(
    ("referrer", "refusal"),
    [
        ({"op": "define_name", "name": "some", "refers_to": "Sheet1!$A$5:$A$50"}, "name some reads A5:A50"),
        ({"op": "make_chart", "data": "A10:B60", "at": "H2"}, "a chart on sheet 'Sheet1' reads"),
        (
            {"op": "validate", "range": "A9", "allow": "whole", "value": 1, "value2": 9},
            "a validation of sheet 'Sheet1'",
        ),
        ({"op": "conditional_format", "range": "A2:A60", "when": "color_scale"}, "a conditional format of sheet"),
        ({"op": "sparklines", "data": "A2:B9", "at": "F2:F9"}, "a rule or sparkline of sheet"),
    ],
)
def test_scattered_rows_do_not_close_up_under_what_reads_a_part_of_them(
    referrer: dict[str, object], refusal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing_up, "_MOST_REWRITTEN", 0)
    book, _ = edited(book_of([["n", "odd"], *([at, at % 2] for at in range(1, 121))]), referrer)

    with pytest.raises(ToolError, match=refusal):
        edited(book, {"op": "delete_rows", "where": {"column": "odd", "value": 1}})


def test_rows_move_whose_address_is_not_their_first_attribute() -> None:
    made = book_of([[at, f"=A{at}"] for at in range(1, 7)])
    part = made.active.part
    text = re.sub(rb'<row r="(\d+)"([^>]*)>', rb'<row spans="1:2" r="\1">', made.package.read(part))
    made.package.write(part, text)

    book, _ = edited(Workbook.open(made.to_bytes()), {"op": "delete_rows", "rows": "3"})

    assert b'<row spans="1:2" r="1"' in text
    assert column(book) == column(book, "B") == [1, 2, 4, 5, 6]
