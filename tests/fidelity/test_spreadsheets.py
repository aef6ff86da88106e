"""Every real workbook, one edit: nothing lost or changed but what the edit declares."""

from __future__ import annotations

import io
import json
import math
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from copilot_server.cli import main as program
from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import Area, cell_name, quoted_sheet
from skills.spreadsheets.document.guards import pivot_areas
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.cells import SetCells
from tests.fidelity.judge import Judge, RecalculatingJudge, Told, values
from tests.fidelity.sweep import Carry, sweep

NEW = 4711.25


def _one_cell(book: Workbook) -> tuple[list[Any], list[str]] | None:
    """The first constant number of the first visible sheet that has one, else a free cell below what is used."""
    sheets = [sheet for sheet in book.sheets if sheet.is_worksheet and sheet.state == "visible"]
    if not sheets:
        return None
    for sheet in sheets:
        for cell in sheet.cells(Area(1, 1, 200, 60)):
            is_number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
            if is_number and cell.formula is None and not _is_special(sheet, cell.row, cell.column):
                return _edit(book, sheet, cell.row, cell.column)
    used = sheets[0].used
    return _edit(book, sheets[0], (used.bottom if used else 0) + 2, 1)


def _is_special(sheet: Any, row: int, column: int) -> bool:
    """Cells that mean more than their value: merged away, a table's header, an array's, a pivot table's."""
    return (
        any(area.contains(row, column) for area in sheet.merges)
        or any(table.header and table.header.contains(row, column) for table in sheet.tables)
        or any(array.area.contains(row, column) for array in sheet.reader.arrays)
        or any(area.contains(row, column) for area, _ in pivot_areas(sheet))
    )


def _edit(book: Workbook, sheet: Any, row: int, column: int) -> tuple[list[Any], list[str]]:
    edit = SetCells(op="set_cells", sheet=sheet.name, at=cell_name(row, column), values=NEW)
    dependants = [each.part for each in book.sheets if each.is_worksheet and each.has_formulas]
    return [edit], [sheet.part, *dependants, book.main]


def _other_values_stay(before: bytes, after: bytes, book: Workbook, edits: list[Any]) -> list[str]:
    """Every value but the edited cell, as calamine reads it; formulas' results may follow the edit."""
    old, new = values(before), values(after)
    if old is None:
        return []
    if new is None:
        return ["calamine cannot read it any more"]
    formulas = {
        (sheet.name, cell.row, cell.column)
        for sheet in book.sheets
        if sheet.is_worksheet and sheet.has_formulas
        for cell in sheet.cells()
        if cell.formula is not None
    }
    (edit,) = edits
    faults: list[str] = []
    for name, rows in old.items():
        for row, cells in enumerate(rows, 1):
            for column, value in enumerate(cells, 1):
                place = (name, row, column)
                is_edited = name == edit.sheet and cell_name(row, column) == edit.at
                if is_edited or place in formulas or _is_of_array(book, name, row, column):
                    continue
                now = _at(new.get(name, []), row, column)
                if not _same(value, now):
                    faults.append(f"{name}!{cell_name(row, column)}: {value!r} → {now!r}")
    return faults[:5]


def _is_of_array(book: Workbook, name: str, row: int, column: int) -> bool:
    sheet = book.sheet(name)
    return sheet.is_worksheet and any(each.area.contains(row, column) for each in sheet.reader.arrays)


def _at(rows: list[list[Any]], row: int, column: int) -> Any:
    return rows[row - 1][column - 1] if row <= len(rows) and column <= len(rows[row - 1]) else ""


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12) or (math.isnan(one) and math.isnan(other))
    return one == other


def _by_command(folder: Path, told: Told, signed: list[str]) -> Carry:
    """Through `office-copilot edit`, in a sentence, with the builtin model; asked about a signature, it says yes."""

    def carry(path: Path, opened: Any, edits: list[Any]) -> tuple[bytes, Any]:
        (edit,) = edits
        made = folder / f"out{path.suffix}"
        made.unlink(missing_ok=True)
        request = f"set {quoted_sheet(edit.sheet)}!{edit.at} to {edit.values}"
        words = ["edit", str(path), request, "-o", str(made), "--json", "--no-input", "--model", "builtin"]
        said = _run(words)
        if said["status"] == "needs_answer" and "digital signature" in said["message"]:
            signed.append(path.name)
            assert not made.exists()
            said = _run([*words, "--answer", "yes"])
        if said["status"] != "completed":
            raise ToolError(said["message"])
        told.text = "\n".join(said["receipt"]["notes"])
        return made.read_bytes(), Workbook.open(made)

    return carry


def _run(words: list[str]) -> dict[str, Any]:
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(io.StringIO()), pytest.raises(SystemExit) as ended:
        program.main(words)
    return json.loads(said.getvalue() or "{}") or {"status": "failed", "message": f"exit {ended.value.code}"}


@pytest.mark.slow
def test_a_one_cell_edit_is_clean_on_every_real_workbook(
    corpus: Path, judge: Judge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPILOT_HOME", str(tmp_path / "home"))
    files = sorted((corpus / "xlsx").iterdir())

    told, signed = Told(), list[str]()
    judging = RecalculatingJudge(judge, told)

    found = sweep(files, _one_cell, judging, _other_values_stay, _by_command(tmp_path, told, signed))

    print(found)
    print(f"asked before a signature would be broken: {signed}")
    assert found.tried > 350
    assert not found.crashed
    assert not found.spoiled
    assert found.clean_share >= 0.995
