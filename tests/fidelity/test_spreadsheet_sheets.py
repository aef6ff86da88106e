"""Every real workbook, a sheet of it renamed, moved, copied and deleted: every referrer follows, or a refusal."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.sheets import CopySheet, DeleteSheet, MoveSheet, RenameSheet
from tests.fidelity.judge import Judge, RecalculatingJudge, Told
from tests.fidelity.sweep import Carry, sweep
from tests.skills.spreadsheets.structure.referrers import Book, Place, Target, read, targets

_NEW: str = "Plan (new) 2026"


@dataclass(frozen=True)
class _Case:
    make: Callable[[str], Any]
    least: int
    """Visible worksheets there must be."""
    loses: bool
    verify: Callable[[Book, Book, str], Iterator[str]]


def _renamed(old: Book, new: Book, name: str) -> Iterator[str]:
    def landed(sheet: str | None) -> str | None:
        return _NEW if sheet == name else sheet

    if [landed(each) for each in old.sheets] != new.sheets:
        yield f"tabs are {new.sheets}"
    for place, (text, sheet) in old.formulas.items():
        there = tuple(landed(each) if isinstance(each, str) else each for each in place)
        wanted = [_on(each, name.casefold(), _NEW.casefold()) for each in targets(text, sheet)]
        if wanted != [_on(each, "", "") for each in _targets_at(new, there)]:
            yield f"{place} {text!r} -> {new.formulas.get(there)}"
    yield from _values(old, new, landed)


def _moved(old: Book, new: Book, name: str) -> Iterator[str]:
    if new.sheets != [*(each for each in old.sheets if each != name), name]:
        yield f"tabs are {new.sheets}"
    for place, (text, _) in old.formulas.items():
        if new.formulas.get(place, ("",))[0] != text:
            yield f"{place} {text!r} -> {new.formulas.get(place)}"
    yield from _values(old, new, lambda sheet: sheet)


def _copied(old: Book, new: Book, name: str) -> Iterator[str]:
    for place, (text, _) in old.formulas.items():
        if place[0] != "chart" and new.formulas.get(place, ("",))[0] != text:
            yield f"{place} {text!r} -> {new.formulas.get(place)}"
    yield from _values(old, new, lambda sheet: sheet)
    yield from _values(old, new, lambda sheet: _NEW if sheet == name else None)
    for (kind, *where), (text, sheet) in old.formulas.items():
        if kind == "cell" and where[0] == name:
            areas = [(each.first, each.last) for each in targets(text, sheet)]
            if areas != [(each.first, each.last) for each in _targets_at(new, (kind, _NEW, *where[1:]))]:
                yield f"the copy of {where} {text!r} is {new.formulas.get((kind, _NEW, *where[1:]))}"


def _deleted(old: Book, new: Book, name: str) -> Iterator[str]:
    if new.sheets != [each for each in old.sheets if each != name]:
        yield f"tabs are {new.sheets}"
    for place, (text, sheet) in old.formulas.items():
        if place[0] != "cell" or place[1] == name:
            continue
        kept = [each for each in targets(text, sheet) if each.sheet != name.casefold()]
        found = _targets_at(new, place)
        lost = len(targets(text, sheet)) > len(kept)
        if kept != found or (lost and "#REF!" not in new.formulas.get(place, ("",))[0]):
            yield f"{place} {text!r} -> {new.formulas.get(place)}"
    yield from _values(old, new, lambda sheet: None if sheet == name else sheet)


def _values(old: Book, new: Book, landed: Callable[[str], str | None]) -> Iterator[str]:
    """Constants that are not where they were, or not what they were; results of formulas follow what they read."""
    formulas = {place[1:] for place in old.formulas if place[0] == "cell"}
    for (sheet, row, column), content in old.contents.items():
        there = landed(sheet)
        inside = any(t <= row <= b and x <= column <= y for t, x, b, y in old.spills.get(sheet, ()))
        if there is None or inside or (sheet, row, column) in formulas:
            continue
        if new.contents.get((there, row, column)) != content:
            yield f"{there} row {row} column {column} holds {new.contents.get((there, row, column))}, not {content}"


def _targets_at(book: Book, place: Place) -> list[Target]:
    text, sheet = book.formulas.get(place, ("", None))
    return targets(text, sheet)


def _on(target: Target, old: str, new: str) -> Target:
    return Target(new if target.sheet == old else target.sheet, target.first, target.last)


CASES = {
    "rename": _Case(lambda name: RenameSheet(op="rename_sheet", sheet=name, name=_NEW), 1, False, _renamed),
    "move": _Case(lambda name: MoveSheet(op="move_sheet", sheet=name, to="end"), 1, False, _moved),
    "copy": _Case(lambda name: CopySheet(op="copy_sheet", sheet=name, name=_NEW), 1, False, _copied),
    "delete": _Case(lambda name: DeleteSheet(op="delete_sheet", sheet=name), 2, True, _deleted),
}


class _Judging:
    """As the judge; what a deleted sheet takes with it is meant to go, and a shared history when its end is told."""

    def __init__(self, judge: RecalculatingJudge, *, loses: bool) -> None:
        self._judge, self._loses = judge, loses

    def complaints(self, before: bytes, after: bytes, allow: Sequence[str]) -> list[str]:
        if "no longer shared: its history of changes is gone" in self._judge.told.text:
            before = _without_history(before)
        found = self._judge.findings(before, after, allow)
        keys = ("new_faults",) if self._loses else ("outside_allow", "dropped", "features_lost", "new_faults")
        kept = {key: [each for each in found.get(key) or [] if "calcchain" not in str(each).lower()] for key in keys}
        return [f"{key}: {value}" for key, value in kept.items() if value]


def _without_history(data: bytes) -> bytes:
    out, archive = BytesIO(), zipfile.ZipFile(BytesIO(data))
    with zipfile.ZipFile(out, "w") as kept:
        for name in archive.namelist():
            if "revisions/" not in name:
                kept.writestr(name, archive.read(name))
    return out.getvalue()


def _asked(told: Told) -> Carry:
    """By someone who says so in as many words: what is lost, and the signature, are theirs to give up."""

    def carry(_: Path, opened: Any, edits: list[Any]) -> tuple[bytes, Any]:
        draft = Draft(opened.skill, opened.document, Consent("delete the sheet, signature or not"))
        told.text = draft.apply(edits)
        return draft.document.to_bytes(), draft.document

    return carry


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_sheet_takes_every_referrer_along_in_every_real_workbook(corpus: Path, judge: Judge, name: str) -> None:
    case, told = CASES[name], Told()

    def choose(book: Workbook) -> tuple[list[Any], list[str]] | None:
        seen = [sheet for sheet in book.sheets if sheet.is_worksheet and sheet.state == "visible"]
        filled = [sheet for sheet in seen if sheet.used is not None]
        return ([case.make(filled[0].name)], ["*"]) if filled and len(seen) >= case.least else None

    def verify(before: bytes, after: bytes, _: Workbook, edits: list[Any]) -> list[str]:
        return list(case.verify(read(before), read(after), edits[0].sheet))[:5]

    files = sorted((corpus / "xlsx").iterdir())
    found = sweep(files, choose, _Judging(RecalculatingJudge(judge, told), loses=case.loses), verify, _asked(told))

    print(name, found)
    assert found.tried > 100
    assert not found.crashed
    assert not found.spoiled
    assert found.refused_share < 0.03
