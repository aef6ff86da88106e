"""Every kind of edit on real workbooks where it fits: nothing corrupt, nothing lost or changed beside what it declares."""

from __future__ import annotations

import random
import re
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from copilot_server.agent.draft import Draft
from copilot_server.agent.guard import Consent
from copilot_server.errors import CopilotError, FileError, ToolError
from skills.spreadsheets.agent import skill
from skills.spreadsheets.document.addresses import Area, cell_name, column_letters
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.places import main_block
from skills.spreadsheets.tools import edit
from tests.fidelity.judge import Judge, values

FILES: Final = 130
SECONDS: Final = 1_000
_LARGEST: Final = 1_000_000  # bytes; larger files take the time of fifty others
# What an edit of cells may follow up in: formats, strings, the chain of formulas, relationships, types, properties.
_FOLLOWS: Final = [
    "xl/workbook*",
    "*styles*",
    "*haredStrings*",
    "*calcChain*",
    "*metadata*",
    "*.rels",
    "*Content_Types*",
]
_NAMED: Final = re.compile("'([^']*)'")


@dataclass
class Tally:
    """What became of one kind of edit."""

    clean: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    spoiled: dict[str, list[str]] = field(default_factory=dict)

    @property
    def tried(self) -> int:
        return self.clean + sum(self.refused.values()) + len(self.spoiled)


@dataclass(frozen=True)
class Place:
    """A block of data on a real sheet."""

    sheet: str
    part: str
    data: Area
    free: str
    columns: tuple[str, ...]


def _place(book: Workbook) -> Place | None:
    for sheet in book.sheets:
        if not sheet.is_worksheet or sheet.state != "visible":
            continue
        used = sheet.used
        if used is None or used.rows < 4 or used.columns < 2 or used.size > 200_000:
            continue
        try:
            data = main_block(sheet).data
        except ToolError:
            continue
        if data.rows >= 2 and data.columns >= 2 and used.right < 16_000:
            letters = tuple(column_letters(column) for column in range(data.left, data.right + 1))
            return Place(sheet.name, sheet.part, data, cell_name(used.top, used.right + 3), letters)
    return None


def _cases(at: Place) -> Iterator[tuple[str, list[dict[str, Any]], list[str]]]:
    """(name, edits, parts they may touch) for every kind of edit."""
    data, sheet = at.data, at.sheet
    first = Area(data.top, data.left, data.bottom, data.left)
    one = {"sheet": sheet, "range": str(first)}
    drawn = ["xl/drawings/*", "xl/charts/*", "xl/media/*"]
    noted = ["*comments*", "*vmlDrawing*", "xl/threadedComments/*", "xl/persons/*", "*drawings/*"]
    yield "conditional_format", [{"op": "conditional_format", **one, "when": "data_bar"}], []
    rule = {"op": "conditional_format", **one, "when": "cell", "operator": ">", "value": 5, "fill": "FFC7CE"}
    yield "conditional_format cell", [rule], []
    yield (
        "conditional_format clear",
        [{"op": "conditional_format", "sheet": sheet, "range": "all", "when": "clear"}],
        [],
    )
    yield "validate", [{"op": "validate", **one, "allow": "list", "choices": ["a", "b"]}], []
    where = {"column": at.columns[0], "test": "not_blank"}
    yield "filter", [{"op": "filter", "sheet": sheet, "range": str(data), "where": where}], ["xl/tables/*"]
    yield "remove_duplicates", [{"op": "remove_duplicates", "sheet": sheet, "range": str(data)}], []
    copy = {"op": "copy_range", "sheet": sheet, "source": str(first), "to": at.free}
    yield "copy_range", [copy], ["xl/tables/*"]
    yield "copy_range values", [{**copy, "what": "values", "transpose": data.rows < 1000}], ["xl/tables/*"]
    yield "copy_range move", [{**copy, "move": True}], ["*"]
    yield "split_text", [{"op": "split_text", **one, "at": " ", "to": at.free}], ["xl/tables/*"]
    yield "group", [{"op": "group", "sheet": sheet, "lines": f"{data.top}:{data.bottom}"}], []
    yield "group columns", [{"op": "group", "sheet": sheet, "lines": f"{at.columns[0]}:{at.columns[-1]}"}], []
    yield "note", [{"op": "note", "sheet": sheet, "cell": at.free, "text": "seen"}], noted
    yield "comment", [{"op": "comment", "sheet": sheet, "cell": at.free, "text": "why?"}], noted
    yield "link", [{"op": "link", "sheet": sheet, "range": at.free, "to": "https://example.com"}], []
    page = {"orientation": "landscape", "fit_width": 1, "title_rows": str(data.top), "footer": "&P of &N"}
    yield "print_setup", [{"op": "print_setup", "sheet": sheet, "row_breaks": [data.top + 1], **page}], []
    yield "protect", [{"op": "protect", "sheet": sheet, "unlock": [at.free]}], []
    header = max(1, data.top - 1)
    block = str(Area(header, data.left, data.bottom, data.right))
    yield "make_table", [{"op": "make_table", "sheet": sheet, "range": block}], ["xl/tables/*"]
    chart = {"op": "make_chart", "sheet": sheet, "data": block, "at": at.free, "title": "Chart"}
    narrow = str(Area(header, data.left, data.bottom, min(data.right, data.left + 3)))
    yield "make_chart", [{**chart, "data": narrow}], drawn
    twice = [
        {**chart, "data": narrow},
        {"op": "change_chart", "sheet": sheet, "chart": "Chart", "title": "T", "labels": True},
    ]
    yield "change_chart", twice, drawn


def _faults(
    judge: Judge, before: bytes, after: bytes, book: Workbook, name: str, allow: list[str], part: str
) -> list[str]:
    found = judge.complaints(before, after, [part, *_FOLLOWS, *allow])
    if name == "conditional_format clear":  # what it takes away is what was asked for
        found = [fault for fault in found if not fault.startswith("features_lost: ") or "conditional" not in fault]
    if name == "copy_range move":  # formulas are rewritten everywhere; Excel makes the chain of them anew
        found = [fault for fault in found if not all("calcchain" in each.lower() for each in _NAMED.findall(fault))]
    if "copy" in name or name in {"filter", "remove_duplicates", "split_text", "link", "make_table"}:
        return found
    old, new = values(before), values(after)
    if old is not None and new != old and not any(sheet.has_formulas for sheet in book.sheets if sheet.is_worksheet):
        found.append("values read otherwise though no cell was edited")
    return found


@pytest.mark.slow
def test_every_edit_is_clean_on_the_real_workbooks_it_fits(corpus: Path, judge: Judge) -> None:
    files = sorted((corpus / "xlsx").iterdir())
    random.Random(8).shuffle(files)  # noqa: S311 - a sample anyone can draw again
    tallies: dict[str, Tally] = defaultdict(Tally)
    read, stop = 0, time.monotonic() + SECONDS
    for path in files:
        if read >= FILES or time.monotonic() > stop:
            break
        if path.stat().st_size > _LARGEST:
            continue
        try:
            book = Workbook.open(path)
            at = _place(book)
        except (FileError, CopilotError):
            continue
        if at is None:
            continue
        read += 1
        before = path.read_bytes()
        for name, edits, allow in _cases(at):
            _try(judge, tallies[name], path, before, (name, edits, allow), at)
    print(f"{read} workbooks")
    for name, tally in tallies.items():
        print(
            f"{name}: {tally.clean} of {tally.tried} clean, {len(tally.spoiled)} spoiled, refused {dict(tally.refused)}"
        )
        for file, faults in tally.spoiled.items():
            print(f"  SPOILED {file}: {'; '.join(faults)[:300]}")
    assert read >= 100
    assert not any(tally.spoiled for tally in tallies.values())


def _try(judge: Judge, tally: Tally, path: Path, before: bytes, case: tuple[str, Any, list[str]], at: Place) -> None:
    name, edits, allow = case
    try:
        draft = Draft(skill, Workbook.open(path), Consent("delete, remove, clear, replace, overwrite all of it"))
        arguments = edit.arguments.model_validate({"edits": edits})
        edit.run(draft, edits=arguments.edits)  # type: ignore[attr-defined]
        faults = _faults(judge, before, draft.document.to_bytes(), draft.document, name, allow, at.part)
        if faults:
            tally.spoiled[path.name] = faults
        else:
            tally.clean += 1
    except ToolError as error:
        tally.refused[str(error).splitlines()[0][:140]] += 1
    except Exception as error:  # noqa: BLE001 - a sweep reports every crash by its file
        last = traceback.extract_tb(error.__traceback__)[-1]
        tally.spoiled[path.name] = [f"CRASHED {error!r} at {Path(last.filename).name}:{last.lineno}"]
