"""Workbooks for tests, made of rows as people would type them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from copilot_server.agent.draft import Draft
from skills.spreadsheets.agent import skill
from skills.spreadsheets.calculation.settle import settle
from skills.spreadsheets.document.entry import enter
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.tools import edit

Rows = Sequence[Sequence[object]]


def book_of(rows: Rows, at: tuple[int, int] = (1, 1)) -> Workbook:
    """One sheet, "Sheet1", calculated and written."""
    book = Workbook.create()
    cells = {(at[0] + down, at[1] + right): value for down, row in enumerate(rows) for right, value in enumerate(row)}
    enter(book.sheets[0], {place: value for place, value in cells.items() if value is not None})  # type: ignore[misc]
    settle(book, book)
    return book.fork()


def edited(book: Workbook, *edits: Mapping[str, object]) -> tuple[Workbook, str]:
    """The workbook after the edits, through the draft and its gate, and what the model is told."""
    draft = Draft(skill, book)
    answer = edit.run(draft, **edit.parse(json.dumps({"edits": edits})))
    return draft.document, answer


def sales(rows: int = 12) -> Workbook:
    """A table with a header, dates, a formula column and a total row."""
    data: list[list[object]] = [["Date", "Region", "Units", "Price", "Revenue"]]
    for at in range(2, rows + 2):
        region = ["North", "South", "East", "West"][at % 4]
        data.append([f"2026-01-{at:02d}", region, at * 3, at / 4, f"=C{at}*D{at}"])
    last = rows + 1
    data.append(["Total", None, f"=SUM(C2:C{last})", None, f"=SUM(E2:E{last})"])
    return book_of(data)
