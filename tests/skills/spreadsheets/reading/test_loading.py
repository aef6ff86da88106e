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

FIXTURES = Path(__file__).parents[4] / "fixtures" / "spreadsheets"


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


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.xlsx")), ids=lambda path: path.stem)
def test_every_fixture_reads_the_same_both_ways(path: Path) -> None:
    assert differences(Workbook.open(path)) == []


@pytest.mark.parametrize(
    "cells",
    [
        b'<c r="A1" t="d"><v>2026-01-05</v></c>',
        b'<c r="A1" t="str"><f>B1</f></c><c r="B1" t="str"><f>C1</f><v></v></c>',
        b'<c r="A1"><v>1</v></c><c><v>2</v></c>',
        b'<c r="A1"><f t="shared" ref="A1:A2" si="0">B1*2</f><v>4</v></c><c r="B1"><v>2</v></c>',
        b'<c r="A1" s="1" t="e" vm="1"><v>#VALUE!</v></c><c r="B1" t="b"><v>1</v></c><c r="C1" t="s"/>',
        b'<c r="A1" cm="1"><f t="array" ref="A1:A3">B1:B3</f><v>1</v></c>',
        b'<c r="A1" t="inlineStr"><is><t>in</t></is></c><c r="B1" t="inlineStr"><is><r><t>ri</t></r><r><t>ch</t></r></is></c>',
    ],
)
def test_cells_in_unusual_forms_read_the_same_both_ways(cells: bytes) -> None:
    book = book_of([[1]])
    part = book.sheets[0].part
    head, _, rest = book.package.read(part).partition(b"<sheetData>")
    second = cells.replace(b'1" ', b'2" ').replace(b'1">', b'2">').replace(b'ref="A1:A2" si="0">B1*2</f>', b'si="0"/>')
    rows = b'<row r="1">%b</row><row r="2">%b</row>' % (cells, second)
    book.package.write(part, b"%b<sheetData>%b%b" % (head, rows, rest[rest.index(b"</sheetData>") :]))
    book.reload()

    assert differences(book) == []


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
