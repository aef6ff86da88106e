"""Every pivot table of every real workbook made anew as it is: refused by name, or sound, with all its formats.

Slow; the validator's word is asked where it is installed.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from lxml import etree

from copilot_server.agent.draft import Draft
from copilot_server.errors import FileError, ToolError
from skills.spreadsheets.agent import skill
from skills.spreadsheets.document.guards import pivot_areas
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.pivot import ChangePivot
from tests.fidelity.test_spreadsheet_validity import errors_of
from tests.validator import VALIDATOR


@dataclass
class Tally:
    """Pivot tables tried, made anew, refused with the reason, and what is wrong with those made."""

    tried: int = 0
    made: int = 0
    formats: int = 0
    """Of areas, in those made."""
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@pytest.mark.slow
def test_every_real_pivot_table_is_made_anew_or_refused(corpus: Path, tmp_path: Path) -> None:
    tally = Tally()
    for path in sorted((corpus / "xlsx").iterdir()):
        try:
            book = Workbook.open(path)
        except FileError:
            continue
        for sheet in (each for each in book.sheets if each.is_worksheet):
            for _, name in pivot_areas(sheet):
                _make_anew(tally, path, ChangePivot(op="change_pivot", sheet=sheet.name, name=name), tmp_path)

    print(f"{tally.tried} pivot tables: {tally.made} made anew, {tally.formats} formats of theirs, all kept")
    print(f"the validator {'was asked' if VALIDATOR else 'is not here'}")
    print("\n".join(f"  refused {count}×: {reason}" for reason, count in tally.refused.most_common()))
    assert tally.tried > 50
    assert tally.made > 15
    assert tally.formats > 10
    assert tally.faults == []


def _make_anew(tally: Tally, path: Path, edit: ChangePivot, folder: Path) -> None:
    tally.tried += 1
    draft = Draft(skill, Workbook.open(path))
    try:
        draft.apply([edit])
    except ToolError as error:
        reason = str(error).partition(str(edit.name))[2].strip("' ").partition("\n")[0]
        tally.refused[reason or str(error)[:120]] += 1
        return
    tally.made += 1
    before, after = (_formats(book, edit) for book in (draft.base, draft.document))
    tally.formats += len(before)
    if before != after:
        tally.faults.append(f"{path.name} {edit.name}: formats {before} are {after}")
    if VALIDATOR is not None:
        written = folder / f"after{path.suffix}"
        draft.document.save(written)
        shutil.copy(path, folder / f"before{path.suffix}")
        new = errors_of(written) - errors_of(folder / f"before{path.suffix}")
        tally.faults += [f"{path.name} {edit.name}: {error}" for error in new]


def _formats(book: Workbook, edit: ChangePivot) -> list[bytes]:
    """As the file has them, read apart from our own code; as nothing moves, each says what it said."""
    parts = book.package.related(book.sheet(edit.sheet or "").part, "pivotTable")
    roots = [etree.fromstring(book.package.read(part)) for part in parts]
    root = next(each for each in roots if each.get("name") == edit.name)
    return [etree.tostring(each, method="c14n2") for each in root.iter("{*}format", "{*}chartFormat")]
