"""PPT-Eval: its requests, word for word, over decks like those they speak of; checked by what each names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.building import does
from evals.public.advisory import advisory
from evals.public.like_decks import Box, Picture, Slide, like
from evals.public.reading import Absent, Row, folder_of, rows_of
from evals.scoring.presentations import RunLooks, Shown
from evals.scoring.slide_looks import Around, Background, Filled, Flow, Outlined, Stands, Transition, Turned
from evals.scoring.slide_words import BulletAdded, Linked, ListLooks, Paragraphs, TableHolds, TitledAt
from evals.task import Controls, Criterion, EditData, Said, Scope, Task


@dataclass(frozen=True, slots=True)
class Like:
    """A request on a deck with the like on it: slide `at` may change (() for all that are named in `more`)."""

    slides: Mapping[int, Slide]
    at: int
    criteria: Sequence[Criterion]
    steps: Sequence[EditData]
    half: Sequence[EditData] = ()
    more: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return max(*self.slides, *self.more, self.at, 2) + 1


def ppteval() -> Iterator[Task]:
    """Raises Absent where none of the requests can be run."""
    folder = folder_of("ppteval")
    found = 0
    for row in rows_of("ppteval"):
        name = row["id"].removeprefix("ppteval-")
        deck = folder / row["deck"]
        if name in LIKE:
            found += 1
            yield _task(row, LIKE[name])
        elif deck.is_file():
            found += 1
            yield advisory(row, [Said(row["instruction"])], deck, "the set's criteria are words")
    if not found:
        raise Absent(f"ppteval's decks are not with it: put them into {folder} to run its other requests")


def _task(row: Row, known: Like) -> Task:
    # python-pptx numbers slides from 256 on in the order they were made
    places = tuple(f"#{255 + number}" for number in (known.at, *known.more))
    untouched = next(number for number in range(known.count, 0, -1) if number not in {known.at, *known.more})
    wreck = {"op": "set_notes", "slide": str(untouched), "notes": "wrecked"}
    half = known.half or ({"op": "set_notes", "slide": str(known.at), "notes": "Will be done."},)
    return Task(
        id=row["id"],
        skill="presentations",
        kind="edit",
        cluster=row["deck"],
        name="deck.pptx",
        turns=(Said(row["instruction"]),),
        controls=Controls(does(*known.steps), does(*known.steps, wreck), does(*half)),
        source=like(known.slides, known.count),
        criteria=tuple(known.criteria),
        scope=Scope(places, known.kinds, ("ppt/media/*",)),
        excused=known.excused,
    )


def put(at: int, where: str, *lines: str, **more: Any) -> EditData:
    return {"op": "set_text", "slide": str(at), "shape": where, "text": list(lines), **more}


def looks(at: int, where: str, **more: Any) -> EditData:
    return {"op": "format_text", "slide": str(at), "shape": where, **more}


def box(at: int, text: str, x: float, y: float, width: float, height: float, **more: Any) -> EditData:
    place = {"x": x, "y": y, "width": width, "height": height}
    return {"op": "add_shape", "slide": str(at), "shape": "text", "text": text, **place, **more}


def _is(text: str) -> str:
    return f"^{re.escape(text)}$"


_FAT = "Obesity is defined as excess body fat"
_BMI = "Because body fat is difficult to measure directly, obesity is often measured by body mass index (BMI)"
_TRIPLE = (
    "The association may be stronger for obese adolescents than younger children",
    "Obese children are also more likely to have increased risk of heart disease",
    "Obese children are also more likely to develop asthma",
)
_PRECISE = "Determining healthy weight for children requires precise measurement tools"
_AGES = ("2-5", "6-11", "12-19", "20+")
_RANGES = (
    ("Ages", "Male", "Female"),
    *((each, "< 25", "< 24") for each in _AGES[:2]),
    *((each, "18.5–24.9", "> 18.5") for each in _AGES[2:]),
)
_ALL_AGES = (r"2\s*[-–]\s*5", r"6\s*[-–]\s*11", r"12\s*[-–]\s*19", r"20\s*\+")
_FLOW = ("Browser", "HTTP Request", "Web Server", "HTTP Response")
_URL, _HOST, _PATH = "https://university.edu/courses/networking.html", "university.edu", "/courses/networking.html"
_OLD_HOST, _OLD_PATH = "www.someschool.edu", "/someDept/pic.gif"
_AILERONS = "Ailerons control the roll movement of the aircraft"
_ROLL = "Longitudinal Axis - Roll Movement (2 of 3)"
_CHECKS = ("Book your place", "Bring a copy of your results", "Talk to three colleges")
_DURAND = ("Simple forms", "Regular plans", "Economy of means")
_WORMS = ("Worms have no limbs", "They breathe through the skin", "They live in soil and water")


def _link_of(at: int, text: str) -> EditData:
    return {"op": "format_text", "slide": str(at), "shape": "body", "find": text, "link": "slide 1"}


LIKE: Mapping[str, Like] = {
    "Obesity-015": Like(
        {3: Slide("What is BMI?", ("Weight divided by the square of height",))}, 3,
        [TableHolds(3, ("(?i)^(boys|male|men)", "(?i)^(girls|female|women)", *_ALL_AGES, "<", ">", "–"))],
        [{"op": "add_exhibit", "slide": "3", "table": list(map(list, _RANGES)),
          "at": {"x": 4.6, "y": 3.4, "width": 4.8, "height": 2.2}}],
        [{"op": "add_exhibit", "slide": "3", "table": list(map(list, _RANGES[:3])),
          "at": {"x": 4.6, "y": 3.4, "width": 4.8, "height": 2.2}}],
    ),
    "Drummond_Troilo-Unseen Aspects of Sea Level Rise (final)-020": Like(
        {5: Slide("Miami plans ahead", (), (
            Picture("Chart of sea level", 0.6, 2), Picture("Miami-Dade report document", 6.2, 2)))}, 5,
        [Stands("miami-dade", "left", 5), Stands("chart", "right", 5)],
        [{"op": "place_shape", "slide": "5", "shape": "Chart of sea level", "x": 6.2},
         {"op": "place_shape", "slide": "5", "shape": "Miami-Dade report document", "x": 0.6}],
        [{"op": "place_shape", "slide": "5", "shape": "Miami-Dade report document", "x": 0.6, "y": 4.6}],
    ),
    "3-021": Like(
        {8: Slide("Scheduling", (), (Box("Proc 1", 1, 3, 1.6, 1, "C00000"), Box("Proc 2", 3, 3, 1.6, 1, "C00000")))}, 8,
        [Shown("^Proc 3$", 8), Filled("^Proc 3$", 8, "purple"), Stands("^Proc 3$", "right", 8, of="^Proc 2$")],
        [box(8, "Proc 3", 5, 3, 1.6, 1, shape="rect", fill="7030A0", color="FFFFFF")],
        [box(8, "Proc 3", 5, 3, 1.6, 1, shape="rect", fill="C00000")],
    ),
    "3-006": Like(
        {3: Slide("Machines", (), (Box("vCPU1", 1, 3, 1.6, 1, "FF00FF"), Box("vCPU2", 3, 3, 1.6, 1, "FF00FF")))}, 3,
        [Filled("^vCPU1$", 3, "green"), Filled("^vCPU2$", 3, "FF00FF")],
        [{"op": "style_shape", "slide": "3", "shape": "Rectangle 2", "fill": "2E8B57"}],
        [{"op": "style_shape", "slide": "3", "shape": "Rectangle 3", "fill": "2E8B57"}],
    ),
    "3-002": Like(
        {1: Slide("Lecture 3: Scheduling", ("Operating systems",), is_cover=True)}, 1,
        [Shown(_is("Lecture 1: Scheduling"), 1, "title")], [put(1, "title", "Lecture 1: Scheduling")],
    ),
    "application+layer+slide-021": Like(
        {4: Slide("Web pages", ("A page consists of objects",), (
            Box(f"{_OLD_HOST}{_OLD_PATH}", 2, 4, 6), Box(f"host name: {_OLD_HOST}", 1, 5, 3.6),
            Box(f"path name: {_OLD_PATH}", 5, 5, 3.6)))}, 4,
        [Shown(re.escape(_URL), 4), Shown(rf"(?m)^(?!https).*{re.escape(_HOST)}\W*$", 4),
         Shown(rf"(?m)^(?!https).*{re.escape(_PATH)}\W*$", 4), Shown("someschool|someDept", 4, gone=True)],
        [put(4, "4", _URL), put(4, "5", f"host name: {_HOST}"), put(4, "6", f"path name: {_PATH}")],
        [put(4, "4", _URL)],
    ),
    "Obesity-009": Like(
        {2: Slide("What is obesity?", (f"{_FAT}. {_BMI}.",))}, 2,
        [Paragraphs(2, (rf"^{_FAT}\.?$", rf"^{re.escape(_BMI)}\.?$")), ListLooks("^Because", 2, level=1),
         ListLooks("^Obesity", 2, level=0)],
        [put(2, "body", f"{_FAT}.", f"{_BMI}."), looks(2, "body", paragraphs=[2], level=1)],
        [put(2, "body", f"{_FAT}.", f"{_BMI}.")],
    ),
    "application+layer+slide-011": Like(
        {11: Slide("HTTP overview", (), (Picture("Diagram of PC, server and Mac", 2, 2, 5, 4),))}, 11,
        [Flow(11, _FLOW)],
        [{"op": "delete_shapes", "slide": "11", "shapes": ["Diagram of PC, server and Mac"]},
         *(box(11, text, x, y, 2.6, 1, shape="roundRect", name=text, size=16)
           for text, x, y in zip(_FLOW, (0.8, 6.4, 6.4, 0.8), (2, 2, 4.6, 4.6), strict=True)),
         *({"op": "connect", "slide": "11", "start": start, "end": end}
           for start, end in zip(_FLOW, (*_FLOW[1:], _FLOW[0]), strict=True))],
        [box(11, text, 0.4 + 2.3 * at, 6.2, 2, 0.8, shape="roundRect", size=14) for at, text in enumerate(_FLOW)],
    ),
    "Accounting Equation-004": Like(
        {2: Slide("The equation", ("Assets = Capital + Liability",)),
         4: Slide("Liability", ("A Liability is owed",))}, 2,
        [Shown(r"\bLiability\b", gone=True), Shown(_is("Assets = Capital + Debt"), 2), Shown("^Debt$", 4, "title"),
         Shown("^A Debt is owed$", 4)],
        [{"op": "replace_text", "find": "Liability", "replace": "Debt"}],
        [{"op": "replace_text", "find": "Liability", "replace": "Debt", "slide": "2"}],
        more=(4,),
    ),
    "Accounting Equation-001": Like(
        {1: Slide("Accounting Equation", ("For beginners",), is_cover=True)}, 1,
        [RunLooks("Accounting Equation", 1, color="FF0000")], [looks(1, "title", color="FF0000")],
        [looks(1, "subtitle", color="FF0000")],
    ),
    "Jean-Nicolas-Louis Durand-009": Like(
        {5: Slide("Principles", _DURAND)}, 5,
        [Paragraphs(5, tuple(map(_is, _DURAND))), *(ListLooks(_is(each), 5, "number") for each in _DURAND)],
        [looks(5, "body", bullets="number")], [looks(5, "body", bullets="number", paragraphs=[1, 2])],
    ),
    "Jean-Nicolas-Louis Durand-025": Like(
        {6: Slide("A plan", (), (Picture("Architectural diagram", 3, 2.5),))}, 6,
        [Turned(6, 45)], [{"op": "place_shape", "slide": "6", "shape": "Architectural diagram", "rotation": 45}],
        [{"op": "place_shape", "slide": "6", "shape": "Architectural diagram", "rotation": 90}],
    ),
    "Jean-Nicolas-Louis Durand-012": Like(
        {6: Slide("A plan", (), (Picture("Architectural diagram", 3, 2.5),))}, 6,
        [Outlined("architectural diagram", 6)],
        [{"op": "style_shape", "slide": "6", "shape": "Architectural diagram", "line": "000000", "line_width": 2}],
    ),
    "Revisiting Classical  Social Experiments [Autosaved]-021": Like(
        {2: Slide("Three experiments", ("Asch", "Milgram", "Zimbardo"))}, 2,
        [Transition(2, "fade")], [{"op": "set_transition", "effect": "fade", "slides": ["2"]}],
        [{"op": "set_transition", "effect": "fade"}],
    ),
    "Revisiting Classical  Social Experiments [Autosaved]-023": Like(
        {4: Slide("Asch", ("Lines of different length",))}, 4,
        [TitledAt(5, "^Milgram[’']s Obedience Study$")],
        [{"op": "add_slide", "kind": "title_only", "title": "Milgram's Obedience Study", "after": "4"}],
        [{"op": "add_slide", "kind": "title_only", "title": "Milgram's Obedience Study", "after": "2"}],
        kinds=("slide_added",),
    ),
    "HSC Careers and Expo FINAL COM MOD-022": Like(
        {5: Slide("Before you come", _CHECKS)}, 5,
        [Around(5, 2.35, (1.97, 2.74))],  # inches: where three lines of 20 pt lie in the body
        [{"op": "add_shape", "slide": "5", "shape": "rect", "text": "", "x": 0.5, "y": 2.2, "width": 9, "height": 0.45,
          "fill": "none", "line": "C00000", "name": "rect"}],
        [{"op": "add_shape", "slide": "5", "shape": "rect", "text": "", "x": 0.5, "y": 1.7, "width": 9, "height": 0.4,
          "fill": "none", "line": "C00000", "name": "rect"}],
        excused=("no_new_overlap", "no_new_findings"),
    ),
    "HSC Careers and Expo FINAL COM MOD-051": Like(
        {19: Slide("Next steps", _CHECKS)}, 19,
        [Paragraphs(19, tuple(map(_is, _CHECKS))), *(ListLooks(_is(each), 19, "number") for each in _CHECKS)],
        [looks(19, "body", bullets="number")], [looks(19, "body", bullets="number", paragraphs=[1])],
    ),
    "HSC Careers and Expo FINAL COM MOD-064": Like(
        {19: Slide("Next steps", ("After the HSC comes life", "Ask your teachers"))}, 19,
        [Linked("HSC", 19, 1)], [_link_of(19, "HSC")],
        [{"op": "format_text", "slide": "19", "shape": "body", "find": "HSC", "link": "slide 2"}],
    ),
    "HSC Careers and Expo FINAL COM MOD-008": Like(
        {2: Slide("Welcome", ("Doors open at nine", "Lunch at noon"))}, 2,
        [Stands("^Important Note$", "right", 2), Stands("^Important Note$", "bottom", 2)],
        [box(2, "Important Note", 7.2, 6.6, 2.4, 0.5)], [box(2, "Important Note", 0.5, 6.6, 2.4, 0.5)],
    ),
    "4._Pre-Colonial_Filipino_Culture-014": Like(
        {8: Slide("Classes", ("Nobles", "Freemen", "Dependants", "Outsiders"), numbering="arabicPeriod")}, 8,
        [Paragraphs(8, ("^Nobles$", "^Freemen$", "^Dependants$", "^Outsiders$")),
         *(ListLooks(each, 8, "roman") for each in ("Nobles", "Freemen", "Dependants", "Outsiders"))],
        [looks(8, "body", bullets="roman")], [looks(8, "body", bullets="roman", paragraphs=[1])],
    ),
    "Aircraft_surface-001": Like(
        {1: Slide("AIRCRAFT SURFACE", ("by A. Pilot",), is_cover=True)}, 1,
        [Shown("^AIRCRAFT FUNDAMENTALS$", 1, "title")], [put(1, "title", "AIRCRAFT FUNDAMENTALS")],
        [put(1, "title", "AIRCRAFT")],
    ),
    "Aircraft_surface-002": Like(
        {1: Slide("AIRCRAFT SURFACE", ("by A. Pilot",), is_cover=True)}, 1,
        [Stands("^An Introduction to Flight Dynamics$", "bottom", 1, of="by A. Pilot")],
        [box(1, "An Introduction to Flight Dynamics", 2, 6.4, 6, 0.6)],
        [box(1, "An Introduction to Flight Dynamics", 2, 1.2, 6, 0.6)],
    ),
    "Aircraft_surface-003": Like(
        {2: Slide("Axes", ("Longitudinal Axis", "Lateral Axis", "Vertical Axis"))}, 2,
        [Paragraphs(2, ("^Longitudinal Axis$", _is("Lateral (Side-to-Side) Axis"), "^Vertical Axis$"))],
        [{"op": "replace_text", "find": "Lateral Axis", "replace": "Lateral (Side-to-Side) Axis", "slide": "2"}],
        [put(2, "body", "Lateral (Side-to-Side) Axis")],
    ),
    "Aircraft_surface-006": Like(
        {4: Slide("Longitudinal Axis (2 of 3)", ("Roll",))}, 4,
        [Shown(_is(_ROLL), 4, "title")], [put(4, "title", _ROLL)], [put(4, "title", "Roll Movement (2 of 3)")],
    ),
    "Aircraft_surface-007": Like(
        {3: Slide("Ailerons", (), (Picture("Ailerons of a plane", 3, 1.9, 4, 3),))}, 3,
        [Stands(_is(_AILERONS), "bottom", 3, of="picture")], [box(3, _AILERONS, 2, 5.2, 6, 0.6)],
        [box(3, _AILERONS, 0.3, 2, 2.5, 1.2)],
    ),
    "Aircraft_surface-009": Like(
        {5: Slide("Roll", (), (Picture("A plane that rolls", 3, 3, 4, 3),))}, 5,
        [Stands("^Roll Movement Demonstration$", "bottom", 5, of="^Roll$")],
        [box(5, "Roll Movement Demonstration", 2, 1.8, 6, 0.6)], [box(5, "Roll Demonstration", 2, 1.8, 6, 0.6)],
    ),
    "Obesity-011": Like(
        {9: Slide("Risks", (f"{_TRIPLE[0]}; heart disease and asthma are more likely", "Ask your doctor"))}, 9,
        [Paragraphs(9, (*(rf"^{each}\.?$" for each in _TRIPLE), "^Ask your doctor$")),
         ListLooks(_TRIPLE[0], 9, "number"), *(ListLooks(each, 9, "bullet") for each in (*_TRIPLE[1:], "Ask your"))],
        [put(9, "body", *_TRIPLE, "Ask your doctor"), looks(9, "body", paragraphs=[1], bullets="number")],
        [put(9, "body", *_TRIPLE, "Ask your doctor")],
    ),
    "Obesity-013": Like(
        {6: Slide("Healthy weight", ("Tables by age and sex help",))}, 6,
        [Paragraphs(6, ("^Tables by age", f"^{_PRECISE}")), RunLooks(_PRECISE, 6, underline=True),
         RunLooks("Tables by age and sex help", 6, underline=False)],
        [put(6, "body", _PRECISE, append=True),
         looks(6, "body", paragraphs=[2], underline=True)],
        [put(6, "body", _PRECISE, append=True)],
    ),
    "Worms-019": Like(
        {5: Slide("How worms live", _WORMS)}, 5,
        [BulletAdded(5, r"(?i)reproduc|\beggs?\b|hermaphrodit|\bmat(e|ing)\b|cocoon|offspring|asexual|fragment")],
        [put(5, "body", "Earthworms are hermaphrodites: each can lay cocoons of eggs", append=True)],
        [put(5, "body", "Worms are useful", append=True)],
    ),
    "Worms-003": Like(
        {2: Slide("Worms", ("No backbone", "Flatworms", "Roundworms", "Segmented worms"))}, 2,
        [Paragraphs(2, ("^No backbone$", "^Flatworms$", "^Roundworms$", "^Segmented worms$")),
         ListLooks("^No backbone$", 2, "bullet"),
         *(ListLooks(each, 2, "number") for each in ("^Flatworms$", "^Roundworms$", "^Segmented worms$"))],
        [looks(2, "body", paragraphs=[2, 3, 4], bullets="number")], [looks(2, "body", bullets="number")],
    ),
    "Worms-008": Like(
        {4: Slide("The head", ("Prostomium",))}, 4, [Background(4, "light blue")],
        [{"op": "set_background", "slides": ["4"], "color": "ADD8E6"}],
        [{"op": "set_background", "slides": ["4"], "color": "FFFFFF"}],
    ),
    "application+layer+slide-014": Like(
        {3: Slide("Apps", ("Mail", "Web"))}, 3, [Background(3, "light blue")],
        [{"op": "set_background", "slides": ["3"], "color": "ADD8E6"}],
        [{"op": "set_background", "slides": ["3"], "color": "00008B"}],
    ),
    "application+layer+slide-001": Like(
        {1: Slide("Application Layer", ("Networks",), is_cover=True)}, 1,
        [Shown("^Network Application Layer$", 1, "title"), RunLooks("Network Application Layer", 1, bold=True)],
        [put(1, "title", "Network Application Layer"), looks(1, "title", bold=True)],
        [put(1, "title", "Network Application Layer")],
    ),
    "application+layer+slide-015": Like(
        {4: Slide("Architectures", ("Client and server", "Peer to peer"))}, 4,
        [TableHolds(4, ("^Application$", "^Architecture Type$", "Skype", "(?i)instant messaging"))],
        [{"op": "add_exhibit", "slide": "4", "table": [
            ["Application", "Architecture Type"], ["Skype", "Hybrid"], ["Instant messaging", "Hybrid"]],
          "at": {"x": 2, "y": 3.4, "width": 6, "height": 1.5}}],
        [{"op": "add_exhibit", "slide": "4", "table": [["Application", "Architecture Type"], ["Skype", "Hybrid"]],
          "at": {"x": 2, "y": 3.4, "width": 6, "height": 1}}],
    ),
    "pediatic glasses when to prescribe1-033": Like(
        {5: Slide("Examination", (), (Picture("Eye test", 0.8, 2), Picture("Eye chart", 5.5, 2)))}, 5,
        [*(Shown(f"Image Placeholder - Eye Examination {n}", 5) for n in (1, 2)),
         Stands("picture", "left", 5, gone=True)],
        [{"op": "delete_shapes", "slide": "5", "shapes": ["Eye test", "Eye chart"]},
         *(box(5, f"Image Placeholder - Eye Examination {n}", x, 2, 3.5, 0.8) for n, x in ((1, 0.8), (2, 5.5)))],
        [box(5, f"Image Placeholder - Eye Examination {n}", x, 4.6, 3.5, 0.8) for n, x in ((1, 0.8), (2, 5.5))],
    ),
}  # fmt: skip
