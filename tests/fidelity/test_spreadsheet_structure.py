"""Every real workbook, two rows or columns inserted in its middle: every referrer follows, or a refusal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import Area, column_letters
from skills.spreadsheets.document.references.undividable import Undividable
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.structure import InsertColumns, InsertRows
from tests.fidelity.judge import Judge, RecalculatingJudge, Told
from tests.fidelity.sweep import Carry, Choose, sweep
from tests.skills.spreadsheets.structure.compare import Lines, faults, with_whole
from tests.skills.spreadsheets.structure.referrers import pivots, read, undividable


def _two_rows(book: Workbook) -> tuple[list[Any], list[str]] | None:
    """Before the middle row of the first visible sheet that holds several rows, else of one that holds any."""
    sheets = [sheet for sheet in book.sheets if sheet.is_worksheet and sheet.state == "visible"]
    areas = [(sheet, used) for least in (2, 1) for sheet in sheets if (used := sheet.used) and used.rows >= least]
    for sheet, used in areas:
        before = used.top + used.rows // 2
        return [InsertRows(op="insert_rows", sheet=sheet.name, before=before, count=2)], ["*"]
    return None


def _two_columns(book: Workbook) -> tuple[list[Any], list[str]] | None:
    """Before the middle column likewise."""
    sheets = [sheet for sheet in book.sheets if sheet.is_worksheet and sheet.state == "visible"]
    areas = [(sheet, used) for least in (2, 1) for sheet in sheets if (used := sheet.used) and used.columns >= least]
    for sheet, used in areas:
        letters = column_letters(used.left + used.columns // 2)
        before = f"{letters}:{letters}"
        return [InsertColumns(op="insert_columns", sheet=sheet.name, before=before, count=2)], ["*"]
    return None


def _lines(edit: InsertRows | InsertColumns, source: Path | bytes) -> Lines:
    """What is to be expected; the pivot tables are read apart from our code."""
    sheet = edit.sheet or ""
    if isinstance(edit, InsertRows):
        lines = Lines(sheet, "row", edit.before, edit.count)
    else:
        lines = Lines(sheet, "column", Area.parse(edit.before or "").left, edit.count)
    return with_whole(lines, pivots(source, sheet))


def _referrers_follow(before: bytes, after: bytes, book: Workbook, edits: list[Any]) -> list[str]:
    """Referrers, and the values that are no formula's result: those follow what they read."""
    (edit,) = edits
    lines = _lines(edit, before)
    old, new = read(before), read(after)
    results = {place[1:] for place in new.formulas if place[0] == "cell"}
    for place in results:
        new.contents.pop(place, None)  # type: ignore[call-overload]
    for place in {place[1:] for place in old.formulas if place[0] == "cell"}:
        old.contents.pop(place, None)  # type: ignore[call-overload]
    return list(faults(old, new, lines))[:5]


class _Structural:
    """As the judge, but for what a shift takes away and says so: the order of calculation, shared spellings."""

    def __init__(self, judge: RecalculatingJudge) -> None:
        self._judge = judge

    def complaints(self, before: bytes, after: bytes, allow: Sequence[str]) -> list[str]:
        found = self._judge.findings(before, after, allow)
        lost = dict(found.get("features_lost") or {})
        lost.pop("array, shared and table formulas", None)  # compared one by one as referrers
        lost.pop("cell values", None)  # each compared in its place; arrays spill anew over what was inserted
        kept = {key: [each for each in found.get(key) or [] if "calcchain" not in each.lower()] for key in _LISTS}
        kept["features_lost"] = [f"{name} {counts}" for name, counts in lost.items()]
        return [f"{key}: {value}" for key, value in kept.items() if value]


def _telling(told: Told, refused: dict[str, str | None]) -> Carry:
    """Through the transaction every turn uses, what it answers kept; of refused files, why Excel refuses too."""

    def carry(path: Path, opened: Any, edits: list[Any]) -> tuple[bytes, Any]:
        draft = Draft(opened.skill, opened.document)
        try:
            told.text = draft.apply(edits)
        except ToolError:
            refused.setdefault(path.name, _undivided(path, edits[0]))
            raise
        return draft.document.to_bytes(), draft.document

    return carry


def _undivided(path: Path, edit: InsertRows | InsertColumns) -> str | None:
    """What the lines would cut through that Excel itself lets nobody cut; read apart from our own code."""
    lines, first = _lines(edit, path), int(isinstance(edit, InsertColumns))
    areas = undividable(path, lines.sheet)
    return next((what for what, box in areas if box[first] < lines.at <= box[first + 2]), None)


def _elsewhere(edits: list[Any], error: ToolError) -> list[list[Any]]:
    """Before the lines that a refusal names, when it is of something that cannot be parted."""
    (edit,), why = edits, error.__cause__
    lines = why.lines if isinstance(why, Undividable) else ()
    if isinstance(edit, InsertRows):
        return [[edit.model_copy(update={"before": line})] for line in lines]
    columns = [f"{column_letters(line)}:{column_letters(line)}" for line in lines]
    return [[edit.model_copy(update={"before": each})] for each in columns]


_LISTS = ("outside_allow", "dropped", "relationships_dropped", "content_types_dropped", "new_faults")


@pytest.mark.slow
@pytest.mark.parametrize("choose", [_two_rows, _two_columns])
def test_inserted_lines_take_every_referrer_along_on_every_real_workbook(
    corpus: Path, judge: Judge, choose: Choose
) -> None:
    told, refused = Told(), dict[str, str | None]()
    files = sorted((corpus / "xlsx").iterdir())
    judging = _Structural(RecalculatingJudge(judge, told))

    found = sweep(files, choose, judging, _referrers_follow, _telling(told, refused), _elsewhere)

    only_here = [name for name, why in refused.items() if why is None]
    print(found)
    print(f"refused though Excel would not: {only_here}; by Excel too: {Counter(filter(None, refused.values()))}")
    assert found.tried > 300
    assert not found.crashed
    assert not found.spoiled
    assert found.refused_share < 0.03, f"{found.refused_first_share:.2%} at the first place"
    assert len(only_here) / found.tried < 0.015
