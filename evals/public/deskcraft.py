"""DeskCraft: desk tasks in phases. Those whose words fix the result are checked anew; the rest has no gold here."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import pptx

from evals.building import asks, does, turns
from evals.public import papers
from evals.public.advisory import advisory, file_for, said_in
from evals.public.deskcraft_edits import FIXED, Fixed
from evals.public.reading import Row, folder_of, rows_of
from evals.scoring.documents import Says
from evals.scoring.presentations import Shown
from evals.task import Controls, Criterion, EditData, Said, Scope, Slot, Task


@dataclass(frozen=True, slots=True)
class _Known:
    """What the words of a row fix: `slot` is what its first phase leaves out; `half` is a part of the job."""

    criteria: Sequence[Criterion]
    scope: Scope
    steps: Sequence[EditData]
    half: Sequence[EditData] = ()
    slot: str = ""


def deskcraft() -> Iterator[Task]:
    """A row that expects a question is an ambiguous task: its second phase is the answer."""
    folder = folder_of("deskcraft")
    for row in rows_of("deskcraft"):
        given = file_for(row, folder)
        name = row["id"].removeprefix("dc-interactive_")
        if told := papers.checked(row, folder):
            yield from told
        elif given is not None and (fixed := FIXED.get(name) or FIXED.get(name.removeprefix("dc-")[:8])):
            yield _fixed(row, fixed, given)
        elif name in _WRITER:
            yield _task(row, _WRITER[name], f"{row['seed_text'][0]['path'].partition('.')[0]}.docx", _paper(row))
        elif name in _IMPRESS and given is not None:
            yield _task(row, _IMPRESS[name](given), given.name, given.read_bytes)
        elif given is not None or not row["inputs"]:
            yield advisory(row, said_in(row), given, "the set's gold files are not with it; its checks are keywords")


def _fixed(row: Row, known: Fixed, given: Path) -> Task:
    """One phase or several; over several the partial agent leaves the last out."""
    said = said_in(row)
    skill = "presentations" if given.suffix == ".pptx" else "spreadsheets"
    batches, wreck = known.batches, _WRECK[skill]
    held = Controls(
        turns(*batches), turns(*batches[:-1], [*batches[-1], wreck]), turns(*batches[:-1]) or does(*known.half)
    )
    return Task(
        id=row["id"],
        skill=skill,
        kind="multi_turn" if len(said) > 1 else "edit",
        cluster=given.name,
        name=given.name,
        turns=tuple(said),
        controls=held,
        source=given.read_bytes,
        criteria=tuple(known.criteria),
        scope=known.scope,
        excused=known.excused,
    )


def _task(row: Row, known: _Known, name: str, source: Callable[[], bytes]) -> Task:
    phases = [each["instruction"] for each in row["phases"]]
    skill = "documents" if name.endswith(".docx") else "presentations"
    wreck = _WRECK[skill]
    slot = Slot("what", known.slot, phases[1]) if known.slot else None
    if slot:
        question = "Which, and what shall it say?"
        held = Controls(asks(question, (), *known.steps), asks(question, (), *known.steps, wreck), does(*known.steps))
    else:
        held = Controls(does(*known.steps), does(*known.steps, wreck), does(*known.half))
    return Task(
        id=row["id"],
        skill=skill,
        kind="ambiguous" if slot else "multi_turn",
        cluster=name,
        name=name,
        turns=tuple(map(Said, phases[:1] if slot else phases)),
        controls=held,
        source=source,
        criteria=tuple(known.criteria),
        scope=known.scope,
        slot=slot,
    )


def _paper(row: Row) -> Callable[[], bytes]:
    """The text that comes with a row, a paragraph a line; the set writes some ends of lines and percents twice over."""

    def made() -> bytes:
        document = docx.Document()
        text = str(row["seed_text"][0]["text"]).replace("\\n", "\n").replace("%%", "%")
        for line in filter(str.strip, text.splitlines()):
            document.add_paragraph(line)
        stream = io.BytesIO()
        document.save(stream)
        return stream.getvalue()

    return made


def _swap(find: str, text: str) -> EditData:
    return {"op": "replace", "find": find, "text": text}


def _insert(where: str, anchor: str, text: str) -> EditData:
    return {"op": "insert", where: f'"{anchor}"', "markdown": text}


_ANY = r"\b(what|which|who|where|name|detail|text|say|should)\b"
_REVIEW, _UPDATED = "This policy is subject to annual review.", "Last updated: March 2025"
_WRITER: Mapping[str, _Known] = {
    "writer_011": _Known(
        [Says(r"^\s*Status: Completed$", 1), Says(r"^\s*Status: Not Started$", 2), Says("In Progress", 0)],
        Scope((r"^\s*Status: (In Progress|Completed)",)),
        [_swap("In Progress", "Completed")],
        slot=_ANY,
    ),
    "writer_error_correction_001": _Known(
        [Says(re.escape(_REVIEW), 1), Says(f"^{_UPDATED}", 1)],
        Scope((r"^(This policy is|Last updated)",)),
        [_insert("after", "Annual leave:", f"{_UPDATED}\n\n{_REVIEW}")],
        [_insert("after", "Annual leave:", _REVIEW)],
    ),
}


def _slide(path: Path, at: int) -> tuple[int, Scope]:
    """(number of the slide, all of it in scope), counted from the end for a negative one."""
    slides: list[Any] = list(pptx.Presentation(str(path)).slides)
    number = at % len(slides)
    return number + 1, Scope((f"#{slides[number].slide_id}",))


def _box(slide: int, text: str) -> EditData:
    place = {"x": 10.1, "y": 3.0, "width": 3.1, "height": 0.9}  # free on the slides concerned
    return {"op": "add_shape", "slide": str(slide), "shape": "text", "text": text, **place}


def _line_on(at: int, text: str) -> Callable[[Path], _Known]:
    def known(path: Path) -> _Known:
        number, scope = _slide(path, at)
        return _Known([Shown(re.escape(text), number)], scope, [_box(number, text)], slot=_ANY)

    return known


def _titled(path: Path) -> _Known:
    title, subtitle = "Introduction to Game Theory", "A Mathematical Approach to Strategy"
    edits = [
        {"op": "set_text", "slide": "1", "shape": shape, "text": [text]}
        for shape, text in (("3", title), ("5", subtitle))
    ]
    checks = [Shown(f"^{title}$", 1), Shown(f"^{subtitle}$", 1)]
    return _Known(checks, _slide(path, 0)[1], edits, edits[:1])


_IMPRESS: Mapping[str, Callable[[Path], _Known]] = {
    "impress_007": _line_on(-1, "Reference: Smith et al., 2024"),
    "impress_010": _titled,
    "impress_013": _line_on(0, "Author: Dr. Sarah Chen"),
}
_WRECK: Mapping[str, EditData] = {
    "spreadsheets": {"op": "set_cells", "at": "A20", "values": [["wrecked"]]},
    "documents": {"op": "insert", "markdown": "left over"},
    "presentations": {"op": "set_notes", "slide": "2", "notes": "wrecked"},
}
