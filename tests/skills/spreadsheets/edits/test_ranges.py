"""Ranges copied, moved, split; rows deleted by what they hold; outlines."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest

from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from copilot_server.errors import ToolError
from skills.spreadsheets.agent import skill
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.tools import edit
from tests.skills.spreadsheets.books import book_of, edited, sales


def held(book: Workbook, sheet: str = "Sheet1") -> dict[str, object]:
    cells = book.sheet(sheet).cells()
    return {cell.name: cell.formula or cell.value for cell in cells if not cell.is_blank}


def asked(book: Workbook, words: str, *edits: dict[str, object]) -> Workbook:
    """With the user's own words, which destroying content needs."""
    draft = Draft(skill, book, Consent(words))
    edit.run(draft, **edit.parse(json.dumps({"edits": edits})))
    return draft.document


def test_rows_that_meet_conditions_are_deleted_and_totals_follow() -> None:
    book = asked(
        sales(8), "delete the rows of North", {"op": "delete_rows", "where": {"column": "Region", "value": "north"}}
    )
    cells = held(book)
    assert "North" not in cells.values()
    assert cells["C8"] == "=SUM(C2:C7)"
    with pytest.raises(ToolError, match="no row"):
        asked(book, "delete", {"op": "delete_rows", "where": {"column": "Region", "value": "North"}})


def test_many_scattered_rows_go_in_one_deletion() -> None:
    rows: list[list[object]] = [["n", "odd"], *([at, at % 2] for at in range(1, 121))]
    book = asked(book_of([*rows, ["Total", "=SUM(A2:A121)"]]), "remove the odd ones", {
        "op": "delete_rows", "where": {"column": "odd", "test": "=", "value": 1},
    })  # fmt: skip
    cells = held(book)
    assert [cells[f"A{row}"] for row in range(2, 62)] == list(range(2, 121, 2))
    assert cells["B62"] == "=SUM(A2:A61)"


def test_rows_that_meet_conditions_are_copied_to_another_sheet() -> None:
    book, _ = edited(
        sales(8),
        {"op": "add_sheet", "name": "Out"},
        {"op": "copy_range", "sheet": "Sheet1", "source": "A1:E1", "to": "A1", "to_sheet": "Out"},
        {
            "op": "copy_range",
            "sheet": "Sheet1",
            "source": "A2:E9",
            "to": "end",
            "to_sheet": "Out",
            "where": {"column": "Units", "test": ">=", "value": 24},
        },
    )
    assert {name: value for name, value in held(book, "Out").items() if name[0] in "CE"} == {
        "C1": "Units", "E1": "Revenue", "C2": 24, "E2": "=C2*D2", "C3": 27, "E3": "=C3*D3",
    }  # fmt: skip


def test_a_transposed_copy_turns_values() -> None:
    book, _ = edited(sales(3), {"op": "copy_range", "source": "A1:C1", "to": "H1", "transpose": True})
    assert [held(book)[name] for name in ("H1", "H2", "H3")] == ["Date", "Region", "Units"]


def test_what_refers_to_moved_cells_follows_them() -> None:
    book, _ = edited(sales(3), {"op": "copy_range", "source": "C1:C4", "to": "K1", "move": True})
    cells = held(book)
    assert (cells["K2"], cells["E2"], cells["C5"]) == (6, "=K2*D2", "=SUM(K2:K4)")
    assert "C2" not in cells


def test_cells_moved_to_another_sheet_still_read_what_they_read() -> None:
    book, _ = edited(
        sales(3),
        {"op": "add_sheet", "name": "Other"},
        {"op": "copy_range", "sheet": "Sheet1", "source": "C1:D4", "to": "B2", "to_sheet": "Other", "move": True},
    )
    assert held(book)["E2"] == "=Other!B3*Other!C3"
    book, _ = edited(
        sales(3),
        {"op": "add_sheet", "name": "Other"},
        {"op": "copy_range", "sheet": "Sheet1", "source": "E1:E4", "to": "A1", "to_sheet": "Other", "move": True},
    )
    assert held(book, "Other")["A2"] == "=Sheet1!C2*Sheet1!D2"


def test_texts_are_split_into_typed_pieces_beside_them() -> None:
    book, _ = edited(
        book_of([["n"], ["a, b,3"], ["c,d"], ["2026-01-02,x"]]), {"op": "split_text", "range": "A2:A4", "at": ","}
    )
    cells = held(book)
    assert [cells[name] for name in ("B2", "C2", "D2", "B3", "B4")] == ["a", "b", 3, "c", 46024]
    with pytest.raises(ToolError, match="not empty"):
        edited(book, {"op": "split_text", "range": "A2:A4", "at": ","})


def test_each_block_of_a_column_becomes_a_row() -> None:
    book = book_of([["a"], ["b"], [None], ["2026-01-03"], [2], [3], [None], ["=A5*2"]])
    split = {"op": "split_text", "range": "A1:A8", "blocks": True, "to": "C1"}
    book, _ = edited(book, split)
    cells = held(book)
    assert [cells.get(name) for name in ("C1", "D1", "E1", "C2", "D2", "E2", "C3", "D3")] == [
        "a", "b", None, 46025, 2, 3, 4, None,
    ]  # fmt: skip
    with pytest.raises(ToolError, match="C1 is not empty"):
        edited(book, split)


def test_one_sheet_alone_comes_to_the_front() -> None:
    front = {"op": "move_sheet", "active": True}
    book, answer = edited(book_of([[1]]), {"op": "add_sheet", "name": "Two"}, {**front, "sheet": "Two"})
    assert 'sheet "Two" in front' in answer
    book, answer = edited(book, {**front, "sheet": "Sheet1", "to": "end"})
    assert 'sheet "Sheet1" in front' in answer
    opened = openpyxl.load_workbook(io.BytesIO(book.to_bytes()))
    assert (opened.sheetnames, opened.active.title) == (["Two", "Sheet1"], "Sheet1")
    assert [sheet.sheet_view.tabSelected for sheet in opened] == [None, True]
    with pytest.raises(ToolError, match="'Two' is hidden"):
        edited(book, {"op": "hide_sheet", "sheet": "Two"}, {**front, "sheet": "Two"})


def test_groups_fold_and_unfold() -> None:
    book, answer = edited(sales(8), {"op": "group", "lines": "2:5"}, {"op": "group", "lines": "C:D", "folded": True})
    assert "4 rows at outline level 1" in answer
    assert b'outlineLevelRow="1"' in book.package.read(book.active.part)
    book, answer = edited(book, {"op": "group", "lines": "2:5", "ungroup": True})
    assert "no longer grouped" in answer


def test_subtotals_stand_after_each_group_of_sorted_data() -> None:
    edits = ({"op": "sort", "by": "Region"}, {"op": "subtotals", "by": "Region", "columns": ["Units"]})
    book, _ = edited(sales(8), *edits)
    cells = held(book)
    assert (cells["B4"], cells["C4"], cells["C14"]) == ("East Total", "=SUBTOTAL(9,C2:C3)", "=SUBTOTAL(9,C2:C13)")
    with pytest.raises(ToolError, match="not sorted"):
        edited(sales(8), edits[1])


def repeated() -> Workbook:
    """Keys that stand several times, each time with a number."""
    return book_of([["Key", "N"], ["a", 1], ["b", 2], ["a", 3], ["b", 4], ["c", 5], ["a", 3]])


def test_rows_are_deleted_by_a_formula_that_compares_them_with_each_other() -> None:
    older = "=B2<MAXIFS(B$2:B$7,A$2:A$7,A2)"
    book = asked(repeated(), "delete the older ones", {"op": "delete_rows", "where": {"formula": older}})
    assert [held(book)[f"{letter}{row}"] for row in range(2, 6) for letter in "AB"] == ["a", 3, "b", 4, "c", 5, "a", 3]


def test_rows_are_copied_by_a_formula_and_a_test_together_whatever_their_headers_say() -> None:
    where = ["=COUNTIF(A$1:A$7,A2)>1", {"column": "N", "test": ">", "value": 2}]
    book, _ = edited(repeated(), {"op": "copy_range", "source": "A1:B7", "to": "D1", "where": where})
    cells = held(book)
    assert [cells.get(f"D{row}") for row in range(1, 5)] == ["a", "b", "a", None]
    assert not any(name[0] > "E" for name in cells)  # nothing of the trial is left


def test_a_formula_sees_what_earlier_edits_of_the_batch_wrote() -> None:
    book, _ = edited(
        repeated(),
        {"op": "set_cells", "at": "C1", "values": [["Rank"], ['=COUNTIFS(A$2:A$7,A2,B$2:B$7,">"&B2)']]},
        {"op": "set_cells", "at": "C3:C7", "values": '=COUNTIFS(A$2:A$7,A3,B$2:B$7,">"&B3)'},
        {"op": "copy_range", "source": "A1:C7", "to": "E1", "where": "=C2=0"},
    )
    assert [held(book).get(f"F{row}") for row in range(1, 6)] == [3, 4, 5, 3, None]


def test_words_are_replaced_only_in_rows_a_formula_holds_for() -> None:
    book = book_of([["Kind", "Sum"], ["Tax", 10], ["Tax", 10.5], ["Fee", 3]])
    whole = {"op": "replace_text", "find": "Tax", "replace": "WH Tax", "range": "A2:A4", "where": "=B2=INT(B2)"}
    book, _ = edited(book, whole)
    assert [held(book)[f"A{row}"] for row in range(2, 5)] == ["WH Tax", "Tax", "Fee"]


@pytest.mark.parametrize(
    ("formula", "said"), [("=1/0", "#DIV/0!"), ("=NOSUCH(A2)", "NOSUCH"), ('=CELL("row",A2)>1', "computed")]
)
def test_a_formula_that_cannot_say_which_rows_is_told_and_nothing_changes(formula: str, said: str) -> None:
    with pytest.raises(ToolError, match=said):
        asked(repeated(), "delete them", {"op": "delete_rows", "where": {"formula": formula}})


def test_a_filter_says_that_it_cannot_hold_a_formula() -> None:
    with pytest.raises(ToolError, match="free column"):
        edited(repeated(), {"op": "filter", "where": "=B2>2"})


def test_dates_copied_as_values_are_seen_as_dates_where_no_other_format_is() -> None:
    book = book_of([["2026-01-05", None], ["2026-01-06", None]])
    kept = {"op": "format", "range": "B2", "number_format": "0.00"}
    book, _ = edited(book, kept, {"op": "copy_range", "source": "A1:A2", "to": "B1", "what": "values"})
    cells = {cell.name: book.styles.number_format(cell.style) for cell in book.sheets[0].cells()}
    assert (cells["B1"], cells["B2"]) == ("yyyy-mm-dd", "0.00")
