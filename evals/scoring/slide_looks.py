"""What is measured of how slides look and what lies where: backgrounds, pictures, lists, transitions, neighbours."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, Literal

from lxml import etree
from pptx.opc.constants import RELATIONSHIP_TYPE as RT

from evals.scoring.decks import deck
from evals.scoring.presentations import slide
from evals.trace import File, Seen

Side = Literal["left", "right", "top", "bottom"]
_EMU_CM, _EMU_INCH = 360_000, 914_400
_SLACK = 0.02  # of the slide: what looks level need not be to the unit


def is_colour(name: str, rgb: str) -> bool:
    """Whether people would call it so; a value of six digits is that one alone."""
    if re.fullmatch(r"[0-9A-Fa-f]{6}", name):
        return rgb.upper() == name.upper()
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", rgb):
        return False
    hue, saturation, value = colorsys.rgb_to_hsv(*(int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    return _COLOURS[name](hue * 360, saturation, value)


_COLOURS: Mapping[str, Callable[[float, float, float], bool]] = {
    "white": lambda _, saturation, value: saturation < 0.05 and value > 0.95,
    "yellow": lambda hue, saturation, value: 42 <= hue <= 66 and saturation > 0.3 and value > 0.8,
    "green": lambda hue, saturation, value: 80 <= hue <= 165 and saturation > 0.25 and value > 0.25,
    "purple": lambda hue, saturation, value: 255 <= hue <= 310 and saturation > 0.25 and value > 0.25,
    "light blue": lambda hue, saturation, value: 170 <= hue <= 230 and 0.05 < saturation < 0.65 and value > 0.7,
    "dark red": lambda hue, saturation, value: (hue <= 15 or hue >= 345) and saturation > 0.6 and 0.25 < value < 0.8,
}


_SLOTS = {"tx1": "dk1", "bg1": "lt1", "tx2": "dk2", "bg2": "lt2"}


def colour_of(fill: Any, one: Any) -> str:
    """A solid fill as RRGGBB, a colour of the theme's looked up there; "" where there is none."""
    node = None if fill is None or not len(fill) else fill[0]
    if node is None or not node.tag.endswith("}schemeClr"):
        return "" if node is None else node.get("val", "")
    theme = etree.fromstring(one.slide_layout.slide_master.part.part_related_by(RT.THEME).blob)
    name = node.get("val", "")
    found = theme.find(f".//{{*}}clrScheme/{{*}}{_SLOTS.get(name, name)}/*")
    return "" if found is None else found.get("lastClr") or found.get("val", "")


def shapes_of(one: Any) -> Iterator[Any]:
    """Every shape, those in groups too."""
    for shape in one.shapes:
        yield shape
        if shape.shape_type == 6:
            yield from shapes_of(shape)


def find(one: Any, what: str) -> list[Any]:
    """Its pictures, tables, callouts or arrows, or the shapes whose text, name or alternative text matches."""
    return [shape for shape in shapes_of(one) if _is(shape, what)]


def _is(shape: Any, what: str) -> bool:
    element = shape._element  # noqa: SLF001 - python-pptx names no preset shape of a group's parts
    preset = next((each.get("prst", "") for each in element.iter("{*}prstGeom")), "")
    match what:
        case "picture":
            return shape.shape_type != 6 and element.find(".//{*}blip") is not None
        case "table":
            return bool(getattr(shape, "has_table", False) and shape.has_table)
        case "callout" | "arrow":
            return what in preset.casefold()
        case _:
            said = (shape.text_frame.text if shape.has_text_frame else "", shape.name, _described(element))
            return any(re.search(what, each, re.IGNORECASE) for each in said)


def _described(element: Any) -> str:
    return next((each.get("descr", "") for each in element.iter("{*}cNvPr")), "")


@dataclass(frozen=True)
class Background:
    """The slide's own background is of that colour. Guards against a box of that colour behind all else."""

    on: int
    colour: str
    metric: ClassVar[str] = "formatting"

    def fault(self, seen: Seen) -> str | None:
        one = slide(seen.after, self.on)
        have = colour_of(one._element.find("{*}cSld/{*}bg//{*}solidFill"), one)  # noqa: SLF001
        return None if is_colour(self.colour, have) else f"the background of slide {self.on} is {have or 'inherited'}"


@dataclass(frozen=True)
class Turned:
    """One picture of the slide was turned to that many degrees, the first in order or nearest the upper left."""

    on: int
    degrees: float
    metric: ClassVar[str] = "placement"

    def fault(self, seen: Seen) -> str | None:
        pictures = [each for each in slide(seen.after, self.on).shapes if _is(each, "picture")]
        if not pictures:
            return f"no picture on slide {self.on}"
        first = {pictures[0].shape_id, min(pictures, key=lambda each: each.left + each.top).shape_id}
        turned = [each for each in pictures if abs(each.rotation - self.degrees) < 0.5]
        if len(turned) != 1:
            return f"{len(turned)} pictures of slide {self.on} stand at {self.degrees}°"
        return None if turned[0].shape_id in first else f"another picture of slide {self.on} was turned"


@dataclass(frozen=True)
class Moved:
    """Exactly one picture, or the one that matches, moved to that side of the slide; others stand where they stood."""

    on: int
    side: Side
    what: str = "picture"
    metric: ClassVar[str] = "placement"

    def fault(self, seen: Seen) -> str | None:
        old = {each.shape_id: each for each in find(slide(seen.before, self.on), "picture")}
        moved = [
            each
            for each in find(slide(seen.after, self.on), "picture")
            if each.shape_id in old and (each.left, each.top) != (old[each.shape_id].left, old[each.shape_id].top)
        ]
        mine = [each for each in moved if _is(each, self.what)]
        if len(mine) != 1:
            return f"{len(mine)} pictures of slide {self.on} moved"
        return None if _lies(mine[0], self.side, seen.after) else f"the picture does not stand {self.side}"


def _lies(shape: Any, side: Side, file: File) -> bool:
    x = (shape.left + shape.width / 2) / deck(file).slide_width
    y = (shape.top + shape.height / 2) / deck(file).slide_height
    return {"left": x < 0.5, "right": x > 0.5, "top": y < 0.5, "bottom": y > 0.5}[side]


@dataclass(frozen=True)
class Stands:
    """What matches stands on that side of the slide, or of what `of` matches; `gone`: nothing that matches is left.

    Guards against "added, somewhere".
    """

    what: str
    side: Side
    on: int | None = None
    of: str = ""
    gone: bool = False
    metric: ClassVar[str] = "placement"

    def fault(self, seen: Seen) -> str | None:
        slides = list(deck(seen.after).slides) if self.on is None else [slide(seen.after, self.on)]
        for each in slides:
            mine, others = find(each, self.what), find(each, self.of) if self.of else []
            if self.gone and mine:
                return f"{mine[0].name} is still there"
            if any(
                self._beside(one, others, seen.after) if self.of else _lies(one, self.side, seen.after) for one in mine
            ):
                return None
        return None if self.gone else f"no {self.what} {self.side}{f' of {self.of}' if self.of else ''}"

    def _beside(self, one: Any, others: Sequence[Any], file: File) -> bool:
        slack = {"x": _SLACK * deck(file).slide_width, "y": _SLACK * deck(file).slide_height}
        sides: Mapping[str, Callable[[Any], bool]] = {
            "left": lambda other: one.left + one.width <= other.left + slack["x"],
            "right": lambda other: one.left >= other.left + other.width - slack["x"],
            "top": lambda other: one.top + one.height <= other.top + slack["y"],
            "bottom": lambda other: one.top >= other.top + other.height - slack["y"],
        }
        return any(sides[self.side](other) for other in others if other.shape_id != one.shape_id)


@dataclass(frozen=True)
class PictureHeight:
    """A picture on one of the slides is that high, in centimetres or inches, and was not before."""

    on: tuple[int, ...]
    height: float
    metric: ClassVar[str] = "placement"

    def fault(self, seen: Seen) -> str | None:
        wanted = (self.height * _EMU_CM, self.height * _EMU_INCH)
        have = [each.height for on in self.on for each in find(slide(seen.after, on), "picture")]
        is_right = any(abs(height - each) < _EMU_CM / 50 for height in have for each in wanted)
        return None if is_right else f"pictures are {[round(each / _EMU_CM, 1) for each in have]} cm high"


@dataclass(frozen=True)
class FromLeft:
    """Texts that match stand in this order from left to right."""

    on: int
    texts: tuple[str, ...]
    metric: ClassVar[str] = "placement"

    def fault(self, seen: Seen) -> str | None:
        held = [each for each in shapes_of(slide(seen.after, self.on)) if each.has_text_frame]
        mine = [each for each in held if each.text_frame.text.strip() in self.texts]
        have = tuple(each.text_frame.text.strip() for each in sorted(mine, key=lambda each: each.left))
        return None if have == self.texts else f"from the left they read {have}"


@dataclass(frozen=True)
class Transition:
    """The slide comes in with that effect, and no other slide's changed."""

    on: int
    effect: str
    metric: ClassVar[str] = "formatting"

    def fault(self, seen: Seen) -> str | None:
        have, was = ([_effects(each) for each in deck(file).slides] for file in (seen.after, seen.before))
        if not any(tag.endswith(f"}}{self.effect}") for tag in have[self.on - 1]):
            return f"slide {self.on} comes in with {have[self.on - 1] or 'nothing'}"
        others = [at for at, (new, old) in enumerate(zip(have, was, strict=False), 1) if new != old and at != self.on]
        return f"slides {others} come in another way too" if others else None


def _effects(one: Any) -> set[str]:
    return {str(node.tag) for each in one._element.iter("{*}transition") for node in each}  # noqa: SLF001


@dataclass(frozen=True)
class Portrait:
    """Slides are higher than wide, and all they hold lies on them."""

    metric: ClassVar[str] = "structure"

    def fault(self, seen: Seen) -> str | None:
        width, height = deck(seen.after).slide_width or 0, deck(seen.after).slide_height or 0
        return None if height > width else f"slides are {width} × {height}"


@dataclass(frozen=True)
class Filled:
    """The shape that matches is filled with that colour ("none": with nothing)."""

    what: str
    on: int
    colour: str
    metric: ClassVar[str] = "formatting"

    def fault(self, seen: Seen) -> str | None:
        one = slide(seen.after, self.on)
        fills = [self._fill(each, one) for each in find(one, self.what)]
        is_right = any(each == "none" if self.colour == "none" else is_colour(self.colour, each) for each in fills)
        return None if is_right else f"“{self.what}” on slide {self.on} is filled with {fills}"

    def _fill(self, shape: Any, one: Any) -> str:
        looks = shape._element.find("{*}spPr")  # noqa: SLF001 - a fill of the theme's has no colour to python-pptx
        if looks is None:
            return ""
        if looks.find("{*}noFill") is not None:
            return "none"
        return colour_of(looks.find("{*}solidFill"), one)


@dataclass(frozen=True)
class Flow:
    """Shapes with these texts lead to one another, and no picture is left.

    Each is joined to the next by a connector glued to both; or they stand in that order with as many arrows between.
    """

    on: int
    steps: tuple[str, ...]
    metric: ClassVar[str] = "structure"

    def fault(self, seen: Seen) -> str | None:
        one = slide(seen.after, self.on)
        said = {each.shape_id: each.text_frame.text.strip() for each in shapes_of(one) if each.has_text_frame}
        joins: set[tuple[str, str]] = set()
        for each in one._element.iter("{*}cNvCxnSpPr"):  # noqa: SLF001 - python-pptx does not tell what is joined
            start, end = each.find("{*}stCxn"), each.find("{*}endCxn")
            if start is not None and end is not None:
                joins.add((said.get(int(start.get("id")), ""), said.get(int(end.get("id")), "")))
        missing = [pair for pair in pairwise(self.steps) if pair not in joins]
        if missing and not self._in_order(one):
            return f"{missing[0][0]} does not lead to {missing[0][1]}"
        return f"a picture is left on slide {self.on}" if find(one, "picture") else None

    def _in_order(self, one: Any) -> bool:
        found = [[each for each in shapes_of(one) if each.has_text_frame and each.text_frame.text.strip() == step]
                 for step in self.steps]  # fmt: skip
        if not all(found):
            return False
        firsts = [each[0] for each in found]
        is_along = any(
            all(a < b for a, b in pairwise(places))
            for places in ([each.left for each in firsts], [each.top for each in firsts])
        )
        arrows = len(find(one, "arrow")) + sum(1 for _ in one._element.iter("{*}cxnSp"))  # noqa: SLF001
        return is_along and arrows >= len(self.steps) - 1


@dataclass(frozen=True)
class Around:
    """One new shape without filling lies around that height of the slide and around none of the others, in inches."""

    on: int
    middle: float
    others: tuple[float, ...]
    metric: ClassVar[str] = "placement"

    def fault(self, seen: Seen) -> str | None:
        known = {each.shape_id for each in slide(seen.before, self.on).shapes}
        new = [each for each in slide(seen.after, self.on).shapes if each.shape_id not in known]
        if len(new) != 1:
            return f"{len(new)} new shapes on slide {self.on}"
        top, bottom = new[0].top / _EMU_INCH, (new[0].top + new[0].height) / _EMU_INCH
        if not top <= self.middle <= bottom or any(top <= each <= bottom for each in self.others):
            return f"it lies from {top:.2f} to {bottom:.2f}, not around {self.middle} alone"
        if new[0]._element.find("{*}spPr/{*}noFill") is None:  # noqa: SLF001 - `shape.fill` would write one into the view
            return "it is filled"
        return None


@dataclass(frozen=True)
class Outlined:
    """What matches has a line around it that can be seen."""

    what: str
    on: int
    metric: ClassVar[str] = "formatting"

    def fault(self, seen: Seen) -> str | None:
        for each in find(slide(seen.after, self.on), self.what):
            line = each._element.find("{*}spPr/{*}ln")  # noqa: SLF001 - `shape.line` would write one into the view
            if line is not None and line.find("{*}solidFill") is not None:
                return None
        return f"“{self.what}” on slide {self.on} has no line"
