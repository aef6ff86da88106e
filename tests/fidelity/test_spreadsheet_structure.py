"""Every real workbook, two rows inserted in its middle: every referrer points at what it pointed at, or a refusal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.structure import InsertRows
from tests.fidelity.judge import Judge
from tests.fidelity.sweep import sweep
from tests.skills.spreadsheets.structure.compare import Lines, faults
from tests.skills.spreadsheets.structure.referrers import read


def _two_rows(book: Workbook) -> tuple[list[Any], list[str]] | None:
    """Before the middle row of the first visible sheet that holds more than one row."""
    for sheet in book.sheets:
        used = sheet.used if sheet.is_worksheet and sheet.state == "visible" else None
        if used is not None and used.rows > 1:
            before = used.top + used.rows // 2
            return [InsertRows(op="insert_rows", sheet=sheet.name, before=before, count=2)], ["*"]
    return None


def _referrers_follow(before: bytes, after: bytes, book: Workbook, edits: list[Any]) -> list[str]:
    (edit,) = edits
    lines = Lines(edit.sheet, "row", edit.before, edit.count)
    return list(faults(read(before), read(after), lines))[:5]


@pytest.mark.slow
def test_two_inserted_rows_take_every_referrer_along_on_every_real_workbook(corpus: Path, judge: Judge) -> None:
    found = sweep(sorted((corpus / "xlsx").iterdir()), _two_rows, judge, _referrers_follow)

    print(found)
    assert found.tried > 300
    assert not found.crashed
    assert not found.spoiled
    assert found.refused_share < 0.09
