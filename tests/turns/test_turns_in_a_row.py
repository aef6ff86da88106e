"""A turn gives what it would give in a process that knows nothing of the turns before it."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from copilot_server.agent.draft import content_hash
from copilot_server.agent.messages import ToolCall
from copilot_server.errors import FileError
from copilot_server.turns import desk
from copilot_server.turns.desk import Place, Source
from copilot_server.turns.shelf import Shelf
from skills.spreadsheets.document.workbook import Workbook
from tests.properties.random_edits import VALUES, Sent, batch

LARGEST = 60_000  # bytes of a file, so that all of them take minutes
DATED = "comment"  # it bears an id drawn at random and the time it was made
VOLATILE = re.compile(rb"RAND|NOW\(|TODAY\(")  # never twice the same
BOOKS = ("sales", "formulas", "table", "scores", "commented", "implied", "prefixed")


@pytest.mark.parametrize("name", BOOKS)
def test_turns_over_made_workbooks(fixtures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    data = (fixtures / "spreadsheets" / f"{name}.xlsx").read_bytes()
    assert compared(tmp_path, data, Random(name), 8, monkeypatch) > 2, "hardly anything was changed"  # noqa: S311


@pytest.mark.slow
def test_turns_over_real_workbooks(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = dict[str, int]()
    for path in sorted(corpus.glob("xlsx/**/*.xls[xm]")):
        if path.stat().st_size <= LARGEST:
            try:
                changed[path.name] = compared(tmp_path, path.read_bytes(), Random(path.name), 3, monkeypatch)  # noqa: S311
            except FileError:
                continue  # refused on opening
    assert sum(changed.values()) > len(changed)


def compared(folder: Path, data: bytes, random: Random, turns: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many of the turns changed something."""
    changed = 0
    for number in range(turns):
        book = Workbook.open(data)
        sheets = [sheet.part for sheet in book.sheets if sheet.is_worksheet]
        if not sheets or any(VOLATILE.search(book.package.read(part)) for part in sheets):
            break
        edits = _edits(random, book, is_small=number % 2 == 0)
        warm = _carried(folder, data, edits, "warm")
        with monkeypatch.context() as patch:
            patch.setattr(desk, "_remembered", Shelf(0))
            patch.setattr(desk, "_benches", OrderedDict())
            cold = _carried(folder, data, edits, "cold")
        assert warm == cold, edits
        changed += warm[-1] != data
        data = warm[-1]
    return changed


def _edits(random: Random, book: Workbook, *, is_small: bool) -> list[Sent]:
    if not is_small:
        return [edit for edit in batch(random, book) if edit["op"] != DATED] or _edits(random, book, is_small=True)
    sheet = random.choice([sheet for sheet in book.sheets if sheet.is_worksheet])
    at = f"{random.choice('ABCDEFH')}{random.randint(1, 40)}"
    return [{"op": "set_cells", "sheet": sheet.name, "at": at, "values": [[random.choice(VALUES)]]}]


def _carried(folder: Path, data: bytes, edits: list[Sent], name: str) -> tuple[Any, ...]:
    """What the model is told at first and of its edit, what is measured, and the version made."""
    path = folder / f"{content_hash(data)}.xlsx"
    path.write_bytes(data)
    call = ToolCall("1", "edit", json.dumps({"edits": edits}))
    words = "delete, merge and replace whatever is in the way"
    place = Place(f"{path.stem} {name}", Source("book.xlsx", "spreadsheets", path), words=words)
    told = desk.begin(place)
    called = desk.call(place, call, "edit")
    if called.receipt is None:
        return told, called.outcome, data
    saved = desk.save(replace(place, journal=(call,)))
    return told, called.outcome, called.receipt, saved.receipt, saved.data
