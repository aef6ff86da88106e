"""Plain commands become edits, in the ways people put them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import TypeAdapter

from copilot_server.agent.phrases import Request
from skills.spreadsheets.edits import AnyEdit
from skills.spreadsheets.phrases import understand

EDITS: TypeAdapter[Any] = TypeAdapter(list[AnyEdit])


def edits(text: str, selection: str | None = None) -> list[Mapping[str, Any]]:
    """What the text is understood as; every edit is one the room really has."""
    plan = understand(Request(text, selection))
    assert not plan.unknown, plan.unknown
    EDITS.validate_python(plan.edits)
    return [dict(edit) for edit in plan.edits]


def set_cells(at: str, values: object, **more: object) -> dict[str, object]:
    return {"op": "set_cells", **more, "at": at, "values": values}


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("set B2 to 42", set_cells("B2", 42)),
        ("Could you please set the value of cell B2 to 42, thanks!", set_cells("B2", 42)),
        ('Set B2 to "text"', set_cells("B2", "text")),
        ("set B2 to =SUM(A1:A3)", set_cells("B2", "=SUM(A1:A3)")),
        ("B2 = SUM(A1:A3)", set_cells("B2", "=SUM(A1:A3)")),
        ("set B2:C3 to 1, 2; 3, 4", set_cells("B2:C3", [[1, 2], [3, 4]])),
        ("set A1:A3 to 1, 2, 3", set_cells("A1:A3", [[1], [2], [3]])),
        ("Rename the sheet Sales to 'Sales 2026'.", {"op": "rename_sheet", "sheet": "Sales", "name": "Sales 2026"}),
        ("rename the sheet 'A to B' to C", {"op": "rename_sheet", "sheet": "A to B", "name": "C"}),
        ('rename the sheet to "Plan to win".', {"op": "rename_sheet", "name": "Plan to win"}),
        ("rename this sheet Plan", {"op": "rename_sheet", "name": "Plan"}),
        ("set A1 to 'hello'.", set_cells("A1", "hello")),
        ("set A1:A3 to 0", set_cells("A1:A3", 0)),
        ("set 'Sheet 2'!B2 to 7", set_cells("B2", 7, sheet="Sheet 2")),
        ("change A2 on sheet “My Data” to yes", set_cells("A2", "yes", sheet="My Data")),
        ('write "Total" into A10', set_cells("A10", "Total")),
        ("set A2 to 007", set_cells("A2", "007")),
        ('set A2 to "=x"', set_cells("A2", "'=x")),
        ("set A2 to 1,234.5", set_cells("A2", 1234.5)),
        ("write Total in A9", set_cells("A9", "Total")),
        ("set D1 to Notes", set_cells("D1", "Notes")),
        ("B2 is 5", set_cells("B2", 5)),
        ('A1: "Name"', set_cells("A1", "Name")),
        ("set A2 to true", set_cells("A2", True)),
        ("set B2 to it's fine", set_cells("B2", "it's fine")),
        ('set B2 to "it\'s 5; then"', set_cells("B2", "it's 5; then")),
    ],
)
def test_setting_cells(text: str, edit: dict[str, object]) -> None:
    assert edits(text) == [edit]


def test_a_percentage_brings_its_format() -> None:
    assert edits("set B2 to 12.5%") == [
        set_cells("B2", 0.125),
        {"op": "format", "range": "B2", "number_format": "0.0%"},
    ]


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("clear D4:D9", {"op": "clear", "range": "D4:D9", "what": "contents"}),
        ("erase the contents of column C", {"op": "clear", "range": "C:C", "what": "contents"}),
        ("clear the formatting of A1:B2", {"op": "clear", "range": "A1:B2", "what": "formats"}),
        ("fill D2 down to D20", {"op": "fill", "source": "D2", "to": "D2:D20"}),
        ('replace "a" with "b"', {"op": "replace_text", "find": "a", "replace": "b"}),
        ("replace “foo; bar” with ‘x then y’", {"op": "replace_text", "find": "foo; bar", "replace": "x then y"}),
        (
            'replace "a" with "b" in column C',
            {"op": "replace_text", "find": "a", "replace": "b", "range": "C:C"},
        ),
    ],
)
def test_clearing_filling_replacing(text: str, edit: dict[str, object]) -> None:
    assert edits(text) == [edit]


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("make the header row bold", {"op": "format", "range": "header", "bold": True}),
        ("Bold the headers", {"op": "format", "range": "header", "bold": True}),
        ("make A1:E1 bold and italic", {"op": "format", "range": "A1:E1", "bold": True, "italic": True}),
        ("make row 3 not bold", {"op": "format", "range": "3:3", "bold": False}),
        ("format column C as currency", {"op": "format", "range": "C:C", "number_format": "$#,##0.00"}),
        ("format column C as percent", {"op": "format", "range": "C:C", "number_format": "0%"}),
        ('format column "Due date" as date', {"op": "format", "range": "Due date", "number_format": "yyyy-mm-dd"}),
        ("format C as 0.00", {"op": "format", "range": "C:C", "number_format": "0.00"}),
        ("show B2:B9 as percent with 1 decimal", {"op": "format", "range": "B2:B9", "number_format": "0.0%"}),
        ("set the number format of D2 to #,##0", {"op": "format", "range": "D2", "number_format": "#,##0"}),
        ("fill A1:E1 with light blue", {"op": "format", "range": "A1:E1", "fill": "BDD7EE"}),
        ("center A1:E1", {"op": "format", "range": "A1:E1", "align": "center"}),
        ("wrap text in column D", {"op": "format", "range": "D:D", "wrap": True}),
        ("freeze the first row", {"op": "freeze", "rows": 1, "columns": 0}),
        ("freeze the top 2 rows and first column", {"op": "freeze", "rows": 2, "columns": 1}),
        ("freeze panes at C4", {"op": "freeze", "rows": 3, "columns": 2}),
        ("unfreeze panes", {"op": "freeze", "rows": 0, "columns": 0}),
        ("merge A1:C1", {"op": "merge", "range": "A1:C1"}),
        ("set the width of column B to 20", {"op": "resize", "columns": "B:B", "width": 20}),
        ("autofit the columns", {"op": "resize", "columns": "all", "width": "fit"}),
    ],
)
def test_looks_and_layout(text: str, edit: dict[str, object]) -> None:
    assert edits(text) == [edit]


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ('add a note "check" to B2', {"op": "note", "cell": "B2", "text": "check"}),
        ('leave a comment on C3 saying "why?"', {"op": "comment", "cell": "C3", "text": "why?"}),
        ("remove the note from B2", {"op": "note", "cell": "B2"}),
        ("hide column E", {"op": "resize", "columns": "E:E", "hidden": True}),
        ("show rows 3 to 5", {"op": "resize", "rows": "3:5", "hidden": False}),
        ("remove duplicates", {"op": "remove_duplicates"}),
        ('remove duplicate rows by columns "Name" and C', {"op": "remove_duplicates", "by": ["Name", "C"]}),
    ],
)
def test_notes_hidden_lines_and_duplicates(text: str, edit: dict[str, object]) -> None:
    assert edits(text) == [edit]


@pytest.mark.parametrize(
    "text",
    [
        "put a dropdown in C3",
        "add a chart to H2",
        "insert sparklines in G2",
        "add a red border to A1:C3",
        "B2 is wrong",
        "C5 is empty",
        "B2: why is this negative?",
        "set B2 to the sum of column B",
        "set B2 to average of C2:C9",
        "fill C2:C9 with random numbers",
        "change A1 to uppercase",
        "store the result in D1",
        "set column C to 0",
        "let B2 be highlighted",
    ],
)
def test_a_thing_asked_for_is_never_written_as_words(text: str) -> None:
    assert understand(Request(text)).unknown == (text,)


def test_the_selection_is_meant_by_this() -> None:
    assert edits("make this bold", "Sheet1!B2:C4") == [
        {"op": "format", "sheet": "Sheet1", "range": "B2:C4", "bold": True}
    ]


def test_several_commands_come_in_one_request() -> None:
    text = "1. make the header bold\n2. freeze the first row; then set A1 to 1 and B1 to 2"

    assert [edit["op"] for edit in edits(text)] == ["format", "freeze", "set_cells", "set_cells"]


@pytest.mark.parametrize("text", ["make it pretty", "what is the total?", "delete a sheet", "set B2"])
def test_what_is_not_understood_is_named(text: str) -> None:
    plan = understand(Request(text))

    assert plan.unknown == (text,)
    assert plan.edits == ()
    assert "add a total row" in plan.examples


def test_one_unknown_part_and_nothing_is_done() -> None:
    plan = understand(Request("set A1 to 1; paint it like Monet; freeze the first row"))

    assert plan.unknown == ("paint it like Monet",)
    assert plan.edits == ()
