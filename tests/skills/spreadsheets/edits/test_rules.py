"""Conditional formats, data validation, filters."""

from __future__ import annotations

import io
import warnings
from typing import Any

import openpyxl
import pytest

from copilot_server.errors import ToolError
from skills.spreadsheets.document.workbook import Workbook
from tests.skills.spreadsheets.books import book_of, edited, sales


def opened(book: Workbook) -> Any:
    """As a reader takes it that knows no extensions, and says so."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*extension is not supported")
        return _loaded(book)


def _loaded(book: Workbook) -> Any:
    return openpyxl.load_workbook(io.BytesIO(book.to_bytes())).active


def rule(**fields: object) -> dict[str, object]:
    return {"op": "conditional_format", "range": "C2:C9", **fields}


def test_every_kind_of_rule_is_one_excel_writes() -> None:
    kinds = ["color_scale", "data_bar", "icons", "top", "bottom", "above_average", "below_average", "duplicate"]
    kinds += ["unique", "blank", "not_blank", "error"]
    edits = [rule(when=kind) for kind in kinds]
    edits += [rule(when=kind, value="x") for kind in ("contains", "not_contains", "begins", "ends")]
    edits += [rule(when="cell", operator="between", value=3, value2="=$F$1", fill="FFC7CE", color="9C0006")]
    edits += [rule(range="A2:E9", when="formula", value="=$C2>10", bold=True)]
    book, _ = edited(sales(8), *edits)
    rules = [each for area in opened(book).conditional_formatting for each in area.rules]
    assert len(rules) == len(edits)
    assert sorted(each.priority for each in rules) == list(range(1, len(edits) + 1))
    between = next(each for each in rules if each.type == "cellIs")
    assert (between.formula, between.dxf.fill.bgColor.rgb) == (["3", "$F$1"], "FFFFC7CE")


def test_rules_taken_off_a_few_cells_stay_on_the_others() -> None:
    book, _ = edited(sales(8), rule(range="A2:E9", when="formula", value="=$C2>10"))
    book, _ = edited(book, {"op": "conditional_format", "range": "A1:E4", "when": "clear"})
    (area,) = opened(book).conditional_formatting
    assert (str(area.sqref), area.rules[0].formula) == ("A5:E9", ["$C5>10"])


@pytest.mark.parametrize(
    ("fields", "what"), [({"when": "cell", "value": 3}, "operator"), ({"when": "begins"}, "value")]
)
def test_what_a_rule_lacks_is_named(fields: dict[str, object], what: str) -> None:
    with pytest.raises(ToolError, match=what):
        edited(sales(8), rule(**fields))


def test_validations_replace_each_other_cell_by_cell() -> None:
    book, _ = edited(
        sales(8),
        {"op": "validate", "range": "B2:B9", "allow": "list", "choices": ["North", "South"], "message": "pick one"},
        {"op": "validate", "range": "B4:B5", "allow": "list", "choices": "Sheet1!$H$1:$H$3"},
        {"op": "validate", "range": "A2:A9", "allow": "date", "operator": ">=", "value": "2026-01-01", "error": "No"},
    )
    found = {str(each.sqref): (each.type, each.formula1) for each in opened(book).data_validations.dataValidation}
    assert found == {
        "B2:B3 B6:B9": ("list", '"North,South"'),
        "B4:B5": ("list", "Sheet1!$H$1:$H$3"),
        "A2:A9": ("date", "46023"),
    }
    book, _ = edited(book, {"op": "validate", "range": "A1:B9", "allow": "any"})
    assert not opened(book).data_validations.dataValidation


def test_a_filter_hides_rows_and_says_why() -> None:
    book, answer = edited(sales(8), {"op": "filter", "where": {"column": "Region", "value": ["North", "East"]}})
    sheet = opened(book)
    assert sheet.auto_filter.ref == "A1:E9"
    assert sheet.auto_filter.filterColumn[0].filters.filter == ["North", "East"]
    hidden = {row for row in range(1, 11) if sheet.row_dimensions[row].hidden}
    assert hidden == {row for row in range(2, 10) if sheet.cell(row, 2).value not in {"North", "East"}}
    assert "hidden" in answer
    book, _ = edited(book, {"op": "filter", "off": True})
    sheet = opened(book)
    assert sheet.auto_filter.ref is None
    assert not any(sheet.row_dimensions[row].hidden for row in range(1, 11))


def test_filters_compare_dates_and_numbers_by_value() -> None:
    where = [
        {"column": "Date", "test": ">", "value": "2026-01-04"},
        {"column": "Units", "test": "between", "value": [3, 18]},
    ]
    book, _ = edited(sales(8), {"op": "filter", "where": where})
    sheet = opened(book)
    shown = [sheet.cell(row, 3).value for row in range(2, 10) if not sheet.row_dimensions[row].hidden]
    assert shown == [15, 18]


def test_duplicates_go_and_what_stays_keeps_its_formulas() -> None:
    book = book_of([["a", "b"], ["x", 1], ["X", 1], ["y", 2], ["x", 1], ["z", "=A6&1"]])
    book, _ = edited(book, {"op": "remove_duplicates", "by": ["a"]})
    assert [(cell.name, cell.formula or cell.value) for cell in book.active.cells() if not cell.is_blank][2:] == [
        ("A2", "x"), ("B2", 1), ("A3", "y"), ("B3", 2), ("A4", "z"), ("B4", "=A4&1"),
    ]  # fmt: skip
