"""What the Open XML SDK's validator says of files our edits made: nothing (skipped where it is not installed)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from skills.spreadsheets.agent import skill
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.tools import edit
from tests.skills.spreadsheets.books import sales
from tests.validator import needs_validator, validator_errors

_RULE = {"op": "conditional_format", "range": "C2:C9"}
_CHART = {"op": "make_chart", "data": "B1:C9", "title": "T", "labels": True, "number_format": "0.0", "at": "H2"}
_KINDS = ("column", "bar", "line", "area", "pie", "doughnut", "scatter", "radar")
CASES: dict[str, list[dict[str, Any]]] = {
    "rules": [
        *({**_RULE, "when": when} for when in ("color_scale", "data_bar", "icons", "top", "duplicate", "blank", "error")),
        {**_RULE, "when": "cell", "operator": ">", "value": 10, "fill": "FFC7CE", "bold": True},
        {**_RULE, "when": "contains", "value": "a"},
    ],
    "validations": [
        {"op": "validate", "range": "B2:B9", "allow": "list", "choices": ["North", "South"], "message": "pick"},
        {"op": "validate", "range": "A2:A9", "allow": "date", "operator": ">=", "value": "2026-01-01", "error": "no"},
        {"op": "validate", "range": "C2:C9", "allow": "whole", "value": 1, "value2": 10, "strict": False},
    ],
    "filter": [{"op": "filter", "where": [{"column": "Region", "value": "North"}, {"column": "Units", "test": ">", "value": 3}]}],
    "groups": [{"op": "group", "lines": "2:5"}, {"op": "group", "lines": "C:D", "folded": True}],
    "subtotals": [{"op": "sort", "by": "Region"}, {"op": "subtotals", "by": "Region", "columns": ["Units"]}],
    "notes": [{"op": "note", "cell": "B2", "text": "x"}, {"op": "comment", "cell": "C3", "text": "why?"}],
    "links": [{"op": "link", "range": "B2", "to": "https://example.com"}, {"op": "link", "range": "B3", "to": "#Sheet1!A1"}],
    "page": [{"op": "print_setup", "area": "A1:E10", "title_rows": "1", "fit_width": 1, "header": "H", "row_breaks": [5]}],
    "protection": [{"op": "protect", "unlock": ["C2:C9"], "allow": ["sort"], "password": "x"}],
    "table": [
        {"op": "clear", "range": "A10:E10"},
        {"op": "make_table", "range": "A1:E9", "name": "T"},
        {"op": "change_table", "table": "T", "formulas": {"Revenue": "=[@Units]*[@Price]"}, "totals": {"Revenue": "sum"}},
    ],
    "sparklines": [{"op": "sparklines", "data": "C2:E9", "at": "G2:G9", "kind": "column", "extremes": True}],
    "summary": [{"op": "summarize", "rows": "Region", "values": "Units"}],
    "pivot": [
        {"op": "pivot", "rows": "Region", "values": "Units"},
        {"op": "pivot", "sheet": "Sheet1", "rows": ["Region", "Date"], "columns": ["Price"], "to_sheet": "P2",
         "values": ["Units", {"column": "Revenue", "function": "average"}]},
        {"op": "pivot", "sheet": "Sheet1", "rows": "Date", "values": [{"column": "Units", "function": "max"}, "Revenue"],
         "filters": [{"column": "Region", "show": ["North", "East"]}, "Price"], "to_sheet": "P2", "at": "A30"},
    ],
    "move": [{"op": "copy_range", "source": "C1:C9", "to": "K1", "move": True}],
    **{f"chart {kind}": [{**_CHART, "kind": kind}] for kind in _KINDS},
    "chart combined": [
        {**_CHART, "data": None, "categories": "Date", "series": [{"values": "Units"}, {"values": "Revenue", "kind": "line", "secondary": True}]}
    ],
    "chart changed": [
        _CHART,
        {"op": "change_chart", "title": "New", "x_title": "a", "data": "B1:D9", "labels": True, "legend": "left", "colors": ["FF0000"]},
    ],
}  # fmt: skip


def _said(path: Path) -> list[str]:
    return [str(each) for each in validator_errors(path)]


@pytest.mark.slow
@needs_validator
@pytest.mark.parametrize("name", CASES)
def test_the_validator_of_the_open_xml_sdk_finds_nothing_new(name: str, tmp_path: Path) -> None:
    draft: Draft[Workbook] = Draft(skill, sales(8), Consent("clear and delete"))
    edit.run(draft, **edit.parse(json.dumps({"edits": CASES[name]})))
    draft.document.save(tmp_path / "after.xlsx")
    sales(8).save(tmp_path / "before.xlsx")

    assert set(_said(tmp_path / "after.xlsx")) <= set(_said(tmp_path / "before.xlsx"))
