"""What is known of a sheet's formulas is taken over into its next version exactly as reading anew would find it."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest

from copilot_server.errors import ToolError
from skills.spreadsheets.calculation.reads import Reader
from skills.spreadsheets.calculation.sheet_formulas import sheet_nodes
from skills.spreadsheets.document.cell_text import FormulaText
from skills.spreadsheets.document.patches import CellPatch, Content
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from tests.properties.random_edits import batch
from tests.skills.spreadsheets.books import edited, sales

_CONTENTS = (Content(7), Content("seen"), Content(), Content(formula=FormulaText("B2*2")))


@pytest.mark.parametrize("name", ["sales", "table", "formulas", "prefixed", "implied"])
def test_formulas_taken_over_are_those_that_reading_anew_finds(fixtures: Path, name: str) -> None:
    random = Random(name)  # noqa: S311 - nothing secret
    book = Workbook.open((fixtures / "spreadsheets" / f"{name}.xlsx").read_bytes())
    for _ in range(25):
        book = _next(random, book)
        for sheet in book.sheets:
            if sheet.is_worksheet:
                assert _told(sheet) == _told_anew(sheet)
        trial = book.fork()
        for sheet in [each for each in trial.sheets if each.is_worksheet]:
            row, column = random.randint(1, 12), random.randint(1, 7)
            sheet.patches.add(row, column, CellPatch(random.choice(_CONTENTS)))
            assert _told(sheet) == _told_anew(sheet)


def test_a_word_beside_formulas_leaves_them_known() -> None:
    book, _ = edited(sales(), {"op": "set_cells", "at": "H2", "values": "seen"})
    known = list(book.sheets[0].formulas_known)
    assert known
    later, _ = edited(book, {"op": "set_cells", "at": "H3", "values": "seen too"})
    assert later.sheets[0].formulas_known == known


@pytest.mark.parametrize("edit", [{"at": "C3", "values": 99}, {"at": "E3", "values": 5}, {"at": "H2", "values": "=C2"}])
def test_another_result_or_formula_is_found_anew(edit: dict[str, Any]) -> None:
    book, _ = edited(sales(), {"op": "set_cells", "at": "H2", "values": "seen"})
    later, _ = edited(book, {"op": "set_cells", **edit})
    assert not later.sheets[0].formulas_known


def _next(random: Random, book: Workbook) -> Workbook:
    """After a batch that may be wrong: then the book as it is."""
    try:
        return edited(book, *batch(random, book))[0]
    except ToolError:
        return book


def _told_anew(sheet: Sheet) -> list[tuple[Any, ...]]:
    known = list(sheet.formulas_known)
    sheet.formulas_known.clear()
    found = _told(sheet)
    sheet.formulas_known[:] = known
    return found


def _told(sheet: Sheet) -> list[tuple[Any, ...]]:
    nodes = sheet_nodes(Reader(sheet.book), sheet)
    assert all(node.run.sheet is sheet for node in nodes)
    return [(_facts(node.run), node.reads, node.windows) for node in nodes]


def _facts(run: Any) -> tuple[Any, ...]:
    names = ("top", "column", "text", "cached", "kind", "area", "is_dynamic", "group", "group_bottom")
    return tuple(getattr(run, name) for name in names)
