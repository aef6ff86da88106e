"""Real workbooks: one cell set, then a batch of edits of every kind; nothing is lost, broken or moved."""

from __future__ import annotations

import importlib.util
import io
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from copilot_server.errors import CopilotError, Refused
from skills.spreadsheets.document.addresses import MAX_ROW, Area, column_letters
from skills.spreadsheets.document.patches import Content
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.cells import SetCells
from skills.spreadsheets.edits.format import Format
from skills.spreadsheets.edits.layout import Freeze, Merge, Resize
from skills.spreadsheets.edits.names import DefineName
from skills.spreadsheets.edits.tables import MakeTable

pytestmark = pytest.mark.slow

# What goes with a cell's own formula when the cell is given another content.
_OF_ONE_CELL = {"formulas", "cached formula values", "array, shared and table formulas", "cell metadata (cm, vm)"}
_CHAIN = ("*calcchain*", "[Content_Types].xml", "*/_rels/workbook.xml.rels")


@pytest.fixture(scope="module")
def package_diff(corpus: Path) -> ModuleType:
    """The judge of packages, kept with the shared material."""
    path = Path(os.environ.get("OFFICE_TOOLS", corpus.parent / "tools")) / "package_diff.py"
    if not path.is_file():
        pytest.skip(f"{path} is not here; set OFFICE_TOOLS to its folder")
    spec = importlib.util.spec_from_file_location("package_diff", path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["package_diff"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def workbooks(corpus: Path) -> list[Path]:
    return sorted(path for path in (corpus / "xlsx").iterdir() if path.suffix in {".xlsx", ".xlsm"})


def test_one_cell_of_a_real_workbook_changes_and_nothing_else(corpus: Path, package_diff: ModuleType) -> None:
    unclean: list[str] = []
    refused: list[str] = []
    paths = workbooks(corpus)
    for path in paths:
        data = path.read_bytes()
        try:
            book, place = _with_one_cell(data)
            after = book.to_bytes()
        except CopilotError as error:
            refused.append(f"{path.name}: {error}")
            continue
        result = package_diff.compare(io.BytesIO(data), io.BytesIO(after), (book.active.part, *_CHAIN))
        lost = {name for name, (n, left) in result["features_lost"].items() if n - left > 1 or name not in _OF_ONE_CELL}
        if not result["ok"] or lost - {"rich text runs in cells"}:
            unclean.append(f"{path.name}: {package_diff.show(result, True)} {lost}")
        unclean += [f"{path.name}: {each}" for each in _moved_values(data, after, book.active.name, place)]
    assert not unclean
    assert len(refused) <= len(paths) * 0.005, refused


def _with_one_cell(data: bytes) -> tuple[Workbook, tuple[int, int]]:
    """In the middle of the used cells of the sheet in front, or below them where that is not to be written to."""
    book = Workbook.open(data)
    sheet, used = book.active, book.active.used or Area.cell(1, 1)
    middle = ((used.top + used.bottom) // 2, (used.left + used.right) // 2)
    header = any(table.header and table.header.contains(*middle) for table in sheet.tables)
    for place in (middle, (min(used.bottom + 2, MAX_ROW), used.left), (200, 2)):
        try:
            if not (header and place == middle):
                sheet.write({place: Content(4242.5)})
                return book, place
        except Refused:
            continue
    raise Refused("no cell can be written to")


def _moved_values(before: bytes, after: bytes, sheet: str, place: tuple[int, int]) -> Iterator[str]:
    """Cells that read differently, but for the one that was set."""
    old, new = _values(before), _values(after)
    if old is None:
        return
    key = (sheet, place[0] - 1, place[1] - 1)
    if new is None:
        yield "does not open any more"
        return
    if key not in new:
        yield f"{key} was not written"
    for each in old.keys() | new.keys():
        if each != key and old.get(each) != new.get(each):
            yield f"{each}: {old.get(each)} became {new.get(each)}"


def _values(data: bytes) -> dict[tuple[str, int, int], str] | None:
    """All values as calamine reads them; None for a book it cannot open."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found: dict[tuple[str, int, int], str] = {}
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            top, left = sheet.start or (0, 0)
            for row, values in enumerate(sheet.to_python(skip_empty_area=True), top):
                found |= {(name, row, column): repr(value) for column, value in enumerate(values, left) if value != ""}
    except Exception:  # noqa: BLE001 - whatever it cannot read is no reference
        return None
    return found


def _edits(book: Workbook) -> Iterator[Any]:
    """One of each kind, below and beside what is there."""
    used = book.active.used or Area.cell(1, 1)
    row, first, second = used.bottom + 3, column_letters(used.left), column_letters(used.left + 1)
    block = [["a new text", "2026-05-05"], [True, '=FILTER(A1:A3,A1:A3<>"")']]
    yield SetCells(op="set_cells", at=f"{first}{row}", values=block)
    yield Format(op="format", range=f"{first}{row}:{second}{row + 1}", bold=True, fill="FFEE00", border="thin")
    yield Format(op="format", range="B:B", number_format="0.000")
    yield Format(op="format", range="2:2", color="112233", align="center")
    yield Freeze(op="freeze", rows=1, columns=1)
    yield Resize(op="resize", columns="B:C", width=22)
    yield Resize(op="resize", rows="1:2", height=25)
    yield Merge(op="merge", range=f"{first}{row + 7}:{second}{row + 8}")
    yield DefineName(op="define_name", name="Zz_new", refers_to="B2:B5")
    yield SetCells(op="set_cells", at=f"{first}{row + 20}", values=[["h1", "h2"], [1, 2], [3, 4]])
    yield MakeTable(op="make_table", range=f"{first}{row + 20}:{second}{row + 22}", name="Zz_table")


def test_edits_of_every_kind_leave_real_workbooks_whole(corpus: Path, package_diff: ModuleType) -> None:
    broken: list[str] = []
    for path in workbooks(corpus):
        data = path.read_bytes()
        try:
            book = Workbook.open(data)
            is_full = (book.active.used or Area.cell(1, 1)).bottom > MAX_ROW - 100
        except CopilotError:
            continue
        if is_full:
            continue
        for edit in _edits(book):
            # These refuse before they change anything, so the book stays good.
            with suppress(Refused):
                edit.apply(book)
        after = book.to_bytes()
        result = package_diff.compare(io.BytesIO(data), io.BytesIO(after), ("*",), True)
        if not result["ok"]:
            broken.append(f"{path.name}: {package_diff.show(result)}")
        if _opens(data) and not _opens(after):
            broken.append(f"{path.name}: openpyxl no longer opens it")
    assert not broken


def _opens(data: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            openpyxl.load_workbook(io.BytesIO(data))
        except Exception:  # noqa: BLE001 - real files break it in many ways
            return False
    return True
