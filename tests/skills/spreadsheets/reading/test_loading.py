"""Reading by column gives what reading cell by cell gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot_server.errors import CopilotError
from skills.spreadsheets.document.sheet_text import BlockSpan
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.grid import Grid
from skills.spreadsheets.reading.loading import load, sampled
from tests.skills.spreadsheets.books import book_of, sales


def differences(book: Workbook) -> list[str]:
    return [
        f"{sheet.name} column {number}"
        for sheet in book.sheets
        for fast, slow in [(load(sheet).columns, Grid.of(sheet.cells()).columns)]
        for number in fast.keys() | slow.keys()
        if fast.get(number) != slow.get(number)
    ]


def test_alike_rows_are_read_as_single_cells_are() -> None:
    assert differences(sales(200)) == []
    assert differences(book_of([["a", 1, True, "'007", "=1/0", None, "x & y"]] * 30)) == []


def test_a_sample_holds_both_ends_and_rows_in_between() -> None:
    spans = [BlockSpan(at << 20, at + 1 << 20, at * 1000 + 1, at * 1000 + 1000) for at in range(900)]
    found = list(sampled(spans))

    assert found[:4] == spans[:4]
    assert found[-2:] == spans[-2:]
    assert 60 <= len(found) <= 80
    assert len(set(found)) == len(found)


@pytest.mark.slow
def test_every_real_workbook_reads_the_same_both_ways(corpus: Path) -> None:
    wrong: dict[str, list[str]] = {}
    for path in sorted((corpus / "xlsx").iterdir()):
        try:
            found = differences(Workbook.open(path))
        except CopilotError:
            continue
        if found:
            wrong[path.name] = found
    assert wrong == {}
