"""Whatever batch of edits comes: it lands whole and sound, or the file stays as it was."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from copilot_server.agent.changes import Finding, findings_delta
from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from copilot_server.agent.schema import edits_in, name_of
from copilot_server.errors import ToolError
from skills.spreadsheets.agent import skill
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.tools import edit
from tests.properties.random_edits import OPS, batch
from tests.properties.random_rare_edits import WITH_FILES

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "spreadsheets"
FILES = sorted(path.name for path in FOLDER.glob("*.xlsx"))
NOT_FOR_CALAMINE = {"utf16.xlsx", "latin1.xlsx"}  # it reads parts in UTF-8 only
CONSENT = Consent("delete, merge and replace whatever is in the way")


@dataclass(frozen=True)
class Original:
    """A fixture as it is before any edit, and which other readers can read it at all."""

    data: bytes
    faults: tuple[Finding, ...]
    readers: tuple[Callable[[bytes], None], ...]


def in_openpyxl(data: bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of every part that it would lose
        openpyxl.load_workbook(BytesIO(data)).close()


def in_calamine(data: bytes) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(nrows=100)


@cache
def original(name: str) -> Original:
    data = (FOLDER / name).read_bytes()
    readers = (in_openpyxl,) if name in NOT_FOR_CALAMINE else (in_openpyxl, in_calamine)
    return Original(data, faults_of(data), readers)


def faults_of(data: bytes) -> tuple[Finding, ...]:
    return tuple(each for each in skill.check(Workbook.open(data)) if each.severity == "fault")


def landed(name: str, seed: int) -> bool:
    """Apply the batch of this seed and hold it to its promises; whether it landed."""
    source, random = original(name), Random(f"{name} {seed}")  # noqa: S311 - the same batches every time, no secret
    base = Workbook.open(source.data)
    told_of(base)
    draft = Draft(skill, base, CONSENT)
    sent = batch(random, base)
    try:
        arguments: dict[str, Any] = edit.parse(json.dumps({"edits": sent}))
        edit.run(draft, **arguments)
    except ToolError:
        assert draft.document.to_bytes() == source.data, "a failed batch left a trace"
        return False
    assert base.to_bytes() == source.data, "undo does not give back the file"
    _is_sound(draft, source)
    return True


def _is_sound(draft: Draft[Workbook], source: Original) -> None:
    saved = draft.document.to_bytes()
    for read in source.readers:
        read(saved)
    receipt = draft.receipt()
    assert receipt.outside == ()
    new, _ = findings_delta(source.faults, faults_of(saved))
    named = Counter((each.code, each.where) for each in receipt.new)
    assert [each for each in new if (each.code, each.where) not in named] == []
    next_turn = Workbook.open(saved, draft.document.package.memory())
    assert told_of(next_turn) == told_of(draft.document) == told_of(Workbook.open(saved)), "something stale is told"


def told_of(book: Workbook) -> tuple[object, ...]:
    """What every turn is told of a workbook, kept from turn to turn where parts stay as they are."""
    return skill.outline(book), skill.check(book)


def test_batches_are_drawn_from_every_edit_there_is() -> None:
    assert {name_of(each) for each in edits_in(edit.arguments)} - WITH_FILES == OPS


@pytest.mark.parametrize("name", FILES)
def test_batch_lands_sound_or_leaves_the_file_unchanged(name: str) -> None:
    assert sum(landed(name, seed) for seed in range(12)) > 0


@pytest.mark.slow
def test_five_hundred_batches_land_sound_or_leave_the_file_unchanged() -> None:
    outcomes = [landed(FILES[seed % len(FILES)], seed) for seed in range(1000, 1500)]
    assert sum(outcomes) > len(outcomes) * 0.3, "too few batches land for this to show anything"
