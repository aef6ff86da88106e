"""PPTC: sessions over decks. Those whose words fix properties are checked by them; the rest is advisory."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pptx

from evals.building import turns
from evals.public.advisory import advisory, file_for, said_in
from evals.public.reading import Row, folder_of, rows_of
from evals.scoring.presentations import Notes, RunLooks, Shown, TableSays
from evals.scoring.slide_looks import Background, FromLeft, Moved, PictureHeight, Stands, Turned
from evals.task import Controls, Criterion, EditData, Scope, Task


@dataclass(frozen=True, slots=True)
class Session:
    """What a session's words fix, a reference batch a turn, and the slides it may touch (by number; () for all).

    What a vandal wrecks stands on `elsewhere`, a slide beside those.
    """

    criteria: Sequence[Criterion]
    batches: Sequence[Sequence[EditData]]
    slides: tuple[int, ...] = ()
    elsewhere: int = 1
    excused: tuple[str, ...] = ()


def pptc() -> Iterator[Task]:
    folder = folder_of("pptc")
    for row in rows_of("pptc"):
        given = file_for(row, folder)
        name = row["id"].removeprefix("pptc-")
        if name in SESSIONS:
            yield checked(row, SESSIONS[name], given)
        elif given is not None or not row["inputs"]:
            yield advisory(row, said_in(row), given, "the set compares with one deck's dump")


def checked(row: Row, session: Session, given: Path | None) -> Task:
    """A session with its controls; over a given deck the partial agent leaves the last turn out."""
    data = given.read_bytes() if given else None
    ids = [each.slide_id for each in pptx.Presentation(io.BytesIO(data)).slides] if data else []
    scope = Scope(tuple(f"#{ids[number - 1]}" for number in session.slides), (), ("ppt/media/*",))
    batches = session.batches
    wreck = _wreck(session, is_new=given is None)
    return Task(
        id=row["id"],
        skill="presentations",
        kind="multi_turn" if len(said_in(row)) > 1 else "edit",
        cluster=given.name if given else row["id"],
        name=given.name if given else "new.pptx",
        turns=tuple(said_in(row)),
        controls=Controls(turns(*batches), turns(*batches[:-1], [*batches[-1], *wreck]), turns(*batches[:-1])),
        source=None if data is None else lambda: data,
        criteria=tuple(session.criteria),
        excused=session.excused,
        scope=scope,
    )


def _wreck(session: Session, *, is_new: bool) -> list[EditData]:
    """On a deck that was given, notes nobody asked for; on a new one a box over what is there, off the slide."""
    if not is_new:
        return [{"op": "set_notes", "slide": str(session.elsewhere), "notes": "wrecked"}]
    return [
        {"op": "add_shape", "slide": "1", "shape": "text", "text": text, "x": 2.0, "y": 6.9, "width": 4, "height": 0.4}
        for text in ("wrecked", "wrecked too")
    ]


def shape(slide: int, kind: str, text: str, x: float, y: float, width: float, height: float, **more: Any) -> EditData:
    place = {"x": x, "y": y, "width": width, "height": height}
    return {"op": "add_shape", "slide": str(slide), "shape": kind, "text": text, **place, **more}


def looks(slide: int, words: str, **more: Any) -> EditData:
    return {"op": "format_text", "slide": str(slide), "find": words, **more}


def put(slide: int, at: str, text: str) -> EditData:
    return {"op": "set_text", "slide": str(slide), "shape": at, "text": [text]}


def turn(slide: int, at: str, degrees: float = 45) -> EditData:
    return {"op": "place_shape", "slide": str(slide), "shape": at, "rotation": degrees}


def table(slide: int, rows: Sequence[Sequence[str]], x: float, y: float, width: float, height: float) -> EditData:
    place = {"x": x, "y": y, "width": width, "height": height}
    return {"op": "add_exhibit", "slide": str(slide), "table": list(map(list, rows)), "at": place}


def says(rows: Sequence[Sequence[str]]) -> TableSays:
    return TableSays(None, {(r, c): text for r, row in enumerate(rows, 1) for c, text in enumerate(row, 1)}, len(rows))


_TIPS = "10 Important Tips for Your Early Career"
_AVERAGE = "This is a table that record the average income every year for a bachelor."
_BATTERIES = (
    ("Battery Type", "Description"),
    ("Alkaline", "Common household batteries with long shelf life"),
    ("Lithium-ion", "Rechargeable batteries used in electronic devices"),
    ("Nickel-cadmium", "Rechargeable batteries with high energy density"),
)
_JANE, _BRONTE = "Jane Eyre by Charlotte Bronte", "In the seemingly happy ending, Charlotte uses a legacy and a fire"
_PLOT = f"{_BRONTE} to build up the plot."
_FACTS = (("category", "information"), ("publication year", "1847"))
_WINTER = "Introduction to Winter Sports"
_CHARM = (
    "Seasonal variations bring a distinct charm to our lives. From the vibrant colors of spring to the warm hues of "
    "summer, the cozy ambiance of autumn, and the serene landscapes of winter, each season offers a unique experience. "
    "Embrace the beauty of nature's transformation throughout the year."
)
_SEASONS = (("Season", "Average Temperature", "Key Features", "Activities"), *((("",) * 4,) * 3))


def _background(slides: Sequence[int], colour: str) -> EditData:
    return {"op": "set_background", "slides": [str(each) for each in slides], "color": colour}


def _title_only(title: str) -> EditData:
    return {"op": "add_slide", "kind": "title_only", "title": title}


SESSIONS: Mapping[str, Session] = {
    "long-5": Session(
        [
            Shown(_TIPS, 2),
            RunLooks(_TIPS, 2, size=15, underline=True),
            Notes("average income every year for a bachelor", 13),
            *(Background(each, "white") for each in (2, 4, 6, 13)),
        ],
        [
            [put(2, "78", _TIPS), {"op": "format_text", "slide": "2", "shape": "78", "underline": True, "size": 15}],
            [{"op": "set_notes", "slide": "13", "notes": _AVERAGE}],
            [_background((2, 4, 6, 13), "FFFFFF")],
        ],
        (2, 4, 6, 13),
    ),
    "long-29": Session(
        [
            Shown("Justin", 5),
            Shown("Soona", 5, gone=True),
            Moved(6, "left"),
            *(Shown(f"^{_WINTER}$", each) for each in (7, 9, 10)),
            *(Shown("(?i)write your topic or idea", each, gone=True) for each in (7, 9, 10)),
            PictureHeight((9, 10, 11), 7),
            *(Turned(each, 45) for each in (4, 5, 6, 7)),
        ],
        [
            [
                {"op": "replace_text", "find": "Soona", "replace": "Justin", "slide": "5"},
                {"op": "place_shape", "slide": "6", "shape": "299", "x": 1.6},
            ],
            [
                *(put(each, at, _WINTER) for each, at in ((9, "351"), (10, "367"), (7, "317"))),
                {"op": "place_shape", "slide": "9", "shape": "350", "height": 2.7559},
            ],
            [turn(4, "239"), turn(5, "269"), turn(6, "291"), turn(7, "316")],
        ],
        (4, 5, 6, 7, 9, 10, 11),
        excused=("no_new_findings", "on_slide", "no_new_overlap"),
    ),
    "long-33": Session(
        [
            FromLeft(3, ("Agenda 1", "Agenda 2", "Agenda 3")),
            Shown("Write an agenda", 3, gone=True),
            TableSays(12, {(1, at): f"T{at}" for at in (1, 2, 3, 4)}),
            *(Background(each, "yellow") for each in (5, 6, 7)),
            Notes("^ready$", 3),
            Notes("^ready$", 4),
        ],
        [
            [put(3, at, f"Agenda {n}") for n, at in enumerate(("160", "159", "161"), 1)],
            [{"op": "edit_table", "slide": "12", "shape": "351", "cells": [
                {"row": 1, "column": at, "text": f"T{at}"} for at in (1, 2, 3, 4)]}],
            [_background((5, 6, 7), "FFFF00"),
             *({"op": "set_notes", "slide": at, "notes": "ready"} for at in ("3", "4"))],
        ],
        (3, 4, 5, 6, 7, 12),
    ),
    "short-101": Session(
        [
            Shown("^Battery Types$", None, "title"),
            RunLooks("Battery Types", 1, bold=True, italic=True),
            Stands("product a", "left"),
            says(_BATTERIES),
        ],
        [
            [_title_only("Battery Types")],
            [looks(1, "Battery Types", bold=True, italic=True)],
            [shape(1, "rect", "Product A", 8, 2, 3.5, 3, name="Product A")],
            [{"op": "place_shape", "slide": "1", "shape": "Product A", "x": 0.9}],
            [table(1, _BATTERIES, 5.2, 2, 7.2, 3)],
        ],
    ),
    "short-140": Session(
        [
            Shown(f"^{_JANE}$", None, "title"),
            RunLooks(_JANE, 1, italic=True),
            RunLooks(_PLOT, 1, bold=True, font="Arial"),
            Stands("arrow", "right", of="seemingly happy"),
            says(_FACTS),
            Stands(r"portrait|\bpicture|\bimage", "top", of="table"),
        ],
        [
            [_title_only(_JANE), looks(1, _JANE, italic=True)],
            [shape(1, "text", _PLOT, 0.9, 1.7, 6, 0.9, bold=True, size=16)],
            [looks(1, _PLOT, color="8B0000", font="Arial")],
            [shape(1, "leftArrow", "", 7.2, 1.8, 1.2, 0.6)],
            [table(1, _FACTS, 0.9, 5.3, 6, 1)],
            [shape(1, "rect", "Portrait of Charlotte Bronte", 9, 5.2, 3, 1.6, name="Portrait")],
            [{"op": "place_shape", "slide": "1", "shape": "Portrait", "x": 0.9, "y": 3.1}],
        ],
        excused=("template_fidelity",),
    ),
    "short-216": Session(
        [
            Background(1, "purple"),
            Shown("^Seasonal Variations$", 1, "title"),
            RunLooks("Seasonal Variations", 1, bold=True, italic=True),
            Shown("^Seasonal variations bring a distinct charm", 1),
            RunLooks(_CHARM, 1, size=18, font="Arial"),
            says(_SEASONS),
            Stands("callout", "left", 1),
        ],
        [
            [_title_only("Title"), _background((1,), "5B2A86")],
            [put(1, "title", "Seasonal Variations"),
             looks(1, "Seasonal Variations", bold=True, italic=True, color="FFFFFF")],
            [shape(1, "text", _CHARM, 4.6, 1.6, 8, 1.9, color="FFFFFF")],
            [looks(1, _CHARM, font="Arial", size=18)],
            [table(1, _SEASONS, 4.6, 3.9, 8, 2.2),
             {"op": "format_text", "slide": "1", "shape": "Table", "color": "FFFFFF"}],
            [shape(1, "wedgeRoundRectCallout", "Which is yours?", 0.9, 2, 3, 2)],
        ],
        excused=("template_fidelity",),
    ),
}  # fmt: skip
