"""What the room costs a model: its tools' schemas, and five small jobs that measured the peers."""

from __future__ import annotations

import json
from typing import Any

from copilot_server.agent.draft import Draft
from copilot_server.agent.tool import Tool, look_up
from skills.spreadsheets.agent import skill
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.tools import edit, read
from tests.skills.spreadsheets.books import book_of

REGIONS = ["South", "West", "North", "South", "West", "South", "West", "North", "North", "West"]
PRODUCTS = ["Gizmo", "Gizmo", "Gadget", "Gizmo", "Gadget", "Gizmo", "Gizmo", "Widget", "Gadget", "Gizmo"]


def table(rows: int) -> list[list[object]]:
    """As wide as the peers' data: a date, two words, a count, an amount with cents."""
    data: list[list[object]] = [["Date", "Region", "Product", "Units", "Revenue"]]
    for at in range(rows):
        day = f"2026-01-{at % 28 + 1:02d}"
        data.append([day, REGIONS[at % 10], PRODUCTS[at % 10], 20 + at * 7 % 70, 1000.25 + at * 379 % 3900])
    return data


def call(tool: Tool, subject: object, arguments: dict[str, Any]) -> int:
    """Characters of the arguments as a model writes them, and of the answer."""
    text = json.dumps(arguments, separators=(",", ":"))
    return len(text) + len(tool.run(subject, **tool.parse(text)))


def test_the_tool_surface_is_within_three_thousand_tokens() -> None:
    tools = [*skill.tools, *([rare] if (rare := look_up(skill.tools)) else [])]
    shown = [{"name": each.name, "description": each.description, "parameters": each.parameters} for each in tools]

    assert len(json.dumps(shown, ensure_ascii=False)) / 4 < 3_000


def test_five_small_jobs_take_two_calls_and_3600_characters() -> None:
    rows = [*table(20), ["Total", None, None, "=SUM(D2:D21)", "=SUM(E2:E21)"]]
    draft = Draft(skill, Workbook.create())
    characters = call(
        edit,
        draft,
        {
            "edits": [
                {"op": "set_cells", "at": "A1", "values": rows},
                {"op": "format", "range": "A1:E1", "bold": True},
                {"op": "format", "range": "E2:E22", "number_format": "currency"},
                {"op": "insert_rows", "before": 5, "count": 2},
                {"op": "add_sheet", "name": "Summary"},
            ]
        },
    )
    characters += call(read, book_of(table(49)), {"range": "A1:E50"})

    book = draft.document
    total = book.sheet("Sheet1").cell(24, 5)
    assert total is not None
    assert total.formula == "=SUM(E2:E23)"
    assert [sheet.name for sheet in book.sheets] == ["Sheet1", "Summary"]
    assert characters <= 3_600
