"""Every kind of edit on real workbooks where it fits: nothing corrupt, nothing lost or changed beside what it declares.

Slow; in shards, so that one can run alone: `pytest -m slow -k "shard and 0" tests/fidelity/test_spreadsheet_edits.py`.
"""

from __future__ import annotations

import json
import random
import re
import traceback
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final, get_args

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from copilot_server.errors import CopilotError, ToolError
from skills.spreadsheets.agent import skill
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits import AnyEdit
from skills.spreadsheets.tools import edit
from tests.fidelity.edit_cases import Case, Place, cases, place_in
from tests.fidelity.judge import Judge, RecalculatingJudge, Told, filled_by_arrays
from tests.skills.spreadsheets.structure.compare import faults, with_whole
from tests.skills.spreadsheets.structure.referrers import Book, pivots, read

FILES: Final = 144
SHARDS: Final = 8
_LARGEST: Final = 400_000  # bytes; larger files take the time of fifty others
# What an edit of cells may follow up in: formats, strings, the chain of formulas, relationships, types, properties.
_FOLLOWS: Final = (
    "*/workbook.xml",
    "*styles*",
    "*haredStrings*",
    "*calcChain*",
    "*metadata*",
    "*.rels",
    "*Content_Types*",
)
_LISTS: Final = ("outside_allow", "dropped", "relationships_dropped", "content_types_dropped", "new_faults")


@dataclass
class Tally:
    """What became of one kind of edit."""

    clean: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    spoiled: dict[str, list[str]] = field(default_factory=dict)

    @property
    def tried(self) -> int:
        return self.clean + sum(self.refused.values()) + len(self.spoiled)


def _drawn(corpus: Path) -> list[tuple[Path, Place]]:
    """The first files of a shuffled corpus that hold a block of data to edit."""
    files = sorted((corpus / "xlsx").iterdir())
    random.Random(8).shuffle(files)  # noqa: S311 - a sample anyone can draw again
    found: list[tuple[Path, Place]] = []
    for path in files:
        if len(found) == FILES:
            break
        if path.stat().st_size > _LARGEST:
            continue
        try:
            at = place_in(Workbook.open(path))
        except CopilotError:
            continue
        if at is not None:
            found.append((path, at))
    return found


@pytest.fixture(scope="module")
def workbooks(corpus: Path) -> list[tuple[Path, Place]]:
    found = _drawn(corpus)
    assert len(found) >= 100
    return found


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_edit_is_clean_on_the_real_workbooks_it_fits(
    workbooks: list[tuple[Path, Place]], judge: Judge, shard: int
) -> None:
    tallies: dict[str, Tally] = defaultdict(Tally)
    for path, at in workbooks[shard::SHARDS]:
        before = path.read_bytes()
        for case in cases(Workbook.open(path), at):
            _try(judge, tallies[case.name], path, before, case, at)

    print(_table(tallies))
    assert {each.split()[0] for each in tallies} == _every_op()
    assert all(tally.clean for tally in tallies.values())
    assert not any(tally.spoiled for tally in tallies.values())


def _every_op() -> set[str]:
    union, _ = get_args(AnyEdit)
    return {get_args(each.model_fields["op"].annotation)[0] for each in get_args(union)}


def _table(tallies: dict[str, Tally]) -> str:
    lines: list[str] = []
    for name, tally in tallies.items():
        refused = "; ".join(f"{count}× {reason}" for reason, count in tally.refused.items())
        lines.append(f"{name}: {tally.clean} of {tally.tried} clean, {len(tally.spoiled)} spoiled, refused: {refused}")
        lines += [f"  SPOILED {file}: {'; '.join(found)[:500]}" for file, found in tally.spoiled.items()]
    return "\n".join(lines)


def carried_out(path: Path, case: Case, told: Told) -> bytes:
    """The file after the case's edits, through the tool the model calls; raises ToolError where it refuses."""
    book = Workbook.open(path)
    book.attached = dict(case.attached)
    draft = Draft(skill, book, Consent("delete, remove, clear, replace, overwrite all of it"))
    told.text = str(edit.run(draft, **edit.parse(json.dumps({"edits": case.edits}))))
    return draft.document.to_bytes()


def _try(judge: Judge, tally: Tally, path: Path, before: bytes, case: Case, at: Place) -> None:
    told = Told()
    try:
        after = carried_out(path, case, told)
        allow = [at.part, *_FOLLOWS, *case.touches, *(_fed(path) if case.writes else [])]
        judging = RecalculatingJudge(judge, told)
        found = [*_lost(judging, before, after, case, allow), *_moved(before, after, case, at)]
        if found:
            tally.spoiled[path.name] = found
        else:
            tally.clean += 1
    except ToolError as error:
        tally.refused[str(error).splitlines()[0][:140]] += 1
    except Exception as error:  # noqa: BLE001 - a sweep reports every crash by its file
        last = traceback.extract_tb(error.__traceback__)[-1]
        tally.spoiled[path.name] = [f"CRASHED {error!r} at {Path(last.filename).name}:{last.lineno}"]


def _fed(path: Path) -> list[str]:
    """Sheets with formulas, whose results may follow."""
    return [sheet.part for sheet in Workbook.open(path).sheets if sheet.is_worksheet and sheet.has_formulas]


def _lost(judge: RecalculatingJudge, before: bytes, after: bytes, case: Case, allow: list[str]) -> Iterator[str]:
    """What the comparison of packages finds, but for what the case says it takes away.

    Formulas that shared one spelling may be written out, and Excel makes the chain of calculation anew: array formulas
    and data tables are counted here, and all formulas read one by one in `_moved`.
    """
    found = judge.findings(before, after, allow)
    for key in _LISTS:
        kept = [each for each in found.get(key) or [] if "calcchain" not in str(each).lower() or key == "new_faults"]
        if key == "relationships_dropped" and "hyperlinks" in case.takes:
            kept = [each for each in kept if " hyperlink " not in each]
        if kept:
            yield f"{key}: {kept}"
    for name, (had, has) in dict(found.get("features_lost") or {}).items():
        if name == "array, shared and table formulas":
            had, has = _arrays(before), _arrays(after)  # noqa: PLW2901 - counted without the shared ones
            if has >= had or case.takes >= {"formulas"}:
                continue
        if name == "cell values" and had - has <= filled_by_arrays(before):  # arrays may fill fewer cells now
            continue
        if name == "cell metadata (cm, vm)" and had - has <= judge.told.uncomputed:  # of results that were cleared
            continue
        if name == "cached formula values" and had - has <= _empty_results(after) - _empty_results(before):
            continue
        if name not in case.takes:
            yield f"lost: {name} {had} → {has}"


def _empty_results(data: bytes) -> int:
    """Formulas that give "", of which the comparison sees no value."""
    sheets = [sheet for sheet in Workbook.open(data).sheets if sheet.is_worksheet]
    return sum(cell.formula is not None and cell.value == "" for sheet in sheets for cell in sheet.cells())


def _arrays(data: bytes) -> int:
    archive = zipfile.ZipFile(BytesIO(data))
    sheets = (archive.read(name) for name in archive.namelist() if "/worksheets/sheet" in name.lower())
    return sum(len(re.findall(rb'<(?:\w+:)?f\b[^>]*\st="(?:array|dataTable)"', sheet)) for sheet in sheets)


def _moved(before: bytes, after: bytes, case: Case, at: Place) -> Iterator[str]:
    """Cells, formulas and names that read otherwise though the edit does not write there."""
    old, new = read(before), read(after)
    if case.lines is not None:
        lines = with_whole(case.lines, pivots(before, case.lines.sheet))
        yield from list(faults(_without_results(old), _without_results(new), lines))[:5]
        return
    if case.touches == ("*",):  # names, charts and formulas may follow what moved
        return
    differences = [*_differences(old.formulas, new.formulas, case, at)]
    differences += _differences(_plain(old), _plain(new), case, at)
    yield from differences[:5]


def _without_results(book: Book) -> Book:
    for place in {place[1:] for place in book.formulas if place[0] == "cell"}:
        book.contents.pop(place, None)  # type: ignore[call-overload]
    return book


def _plain(book: Book) -> dict[tuple[object, ...], tuple[str, str | None]]:
    """What cells hold, as (type, value), without the results of formulas."""
    spilt = [(sheet, box) for sheet, boxes in book.spills.items() for box in boxes]
    return {
        ("cell", *place): (kind, value)
        for place, (kind, value, _) in _without_results(book).contents.items()
        if not any(place[0] == name and t <= place[1] <= b and x <= place[2] <= y for name, (t, x, b, y) in spilt)
    }


def _differences(old: dict[Any, Any], new: dict[Any, Any], case: Case, at: Place) -> Iterator[str]:
    for place, held in old.items():
        if not _is_written(place, case, at) and new.get(place) != held:
            yield f"{place} held {held}, holds {new.get(place)}"
    for place in new.keys() - old.keys():
        if not _is_written(place, case, at) and place[0] == "cell" and place[1] == at.sheet:
            yield f"{place} holds {new[place]} out of nowhere"


def _is_written(place: tuple[Any, ...], case: Case, at: Place) -> bool:
    match place:
        case ("name", "_xlnm.Print_Area" | "_xlnm.Print_Titles", _):
            return case.name == "print_setup"
        case ("cell", sheet, int(row), int(column)) if sheet == at.sheet:
            return case.writes == "all" or (isinstance(case.writes, Area) and case.writes.contains(row, column))
        case _:
            return False
