"""A slide measured once for all checks: shapes, their boxes, where their ink stands, what lies under them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from copilot_server.agent.changes import Finding
from copilot_server.office.xml import Element
from skills.presentations.document.fitting import Fit, fit
from skills.presentations.document.markup import child, flag, tag
from skills.presentations.document.shapes import Box, Shape, placeholder_of, walk
from skills.presentations.document.slide import Slide
from skills.presentations.document.styles import Cascade, Frame
from skills.presentations.document.theme import Theme, opacity

_POINT = 12700
FURNITURE = {"date", "footer", "number", "header"}


@dataclass(frozen=True)
class Seen:
    """A shape with its measures; `ink` is where its content really stands."""

    shape: Shape
    box: Box
    ink: Box
    fit: Fit | None
    frame: Frame | None
    cascade: Cascade


class SlideView:
    def __init__(self, slide: Slide) -> None:
        self.slide = slide

    @cached_property
    def seen(self) -> tuple[Seen, ...]:
        """Visible shapes that have a place, back to front; groups are seen as their members."""
        shapes = [s for s in self.slide.shapes if not s.is_hidden and s.kind not in {"group", "connector", "ink"}]
        placed = [(shape, box) for shape in shapes if (box := shape.box) is not None]
        # what stands wholly beside the slide is staged for an animation, and nobody sees it
        return tuple(_seen(shape, box) for shape, box in placed if box.overlap(self.bounds) or not box.area)

    @cached_property
    def theme(self) -> Theme:
        slide = self.slide
        return slide.deck.theme_of(slide.master) if slide.master else Theme(None, "", {}, "Calibri", "Calibri", {})

    @property
    def bounds(self) -> Box:
        return Box(0, 0, *self.slide.deck.size)

    def finding(self, code: str, shape: Shape | None, text: str, mend: str = "", *, is_hint: bool = False) -> Finding:
        where = shape.anchor if shape else self.slide.anchor
        what = f"{shape.name}: {shape.text[:60]}" if shape else self.slide.title or ""
        name = f"slide {self.slide.number}" + (f", {shape.role} {shape.name!r}" if shape else "")
        return Finding(code, where, f"{name}: {text}", mend, what, "hint" if is_hint else "fault")

    def ground(self, seen: Seen) -> str | None:
        """RRGGBB of what lies under a shape's text; None where it is a picture, a gradient or cannot be told."""
        own = _fill_of(seen.shape.element)
        if own is not None and tag(own) != "a:noFill":
            return self._plain(own)
        middle = (seen.ink.x + seen.ink.width // 2, seen.ink.y + seen.ink.height // 2)
        for box, element in self._under(seen.shape):
            if box.x <= middle[0] <= box.right and box.y <= middle[1] <= box.bottom:
                if tag(element) != "p:sp":
                    return None
                fill = _fill_of(element)
                if fill is not None and tag(fill) != "a:noFill" and opacity(fill) > 0.2:
                    return self._plain(fill)
        return self._background()

    def _under(self, shape: Shape) -> Iterator[tuple[Box, Element]]:
        """What is drawn below the shape, nearest first: slide, then layout, then master."""
        below = [seen for seen in self.seen if seen.shape.element is not shape.element]
        order = [each.element for each in self.slide.shapes]
        place = next((at for at, each in enumerate(order) if each is shape.element), len(order))
        for seen in reversed(below):
            if next((at for at, each in enumerate(order) if each is seen.shape.element), 0) < place:
                yield seen.box, seen.shape.element
        yield from self._decorations

    @cached_property
    def _decorations(self) -> list[tuple[Box, Element]]:
        slide = self.slide
        found: list[tuple[Box, Element]] = []
        for part, below in (
            (slide.layout, slide.root),
            (slide.master, slide.deck.parts.xml(slide.layout) if slide.layout else None),
        ):
            if part is None or (below is not None and not flag(below, "showMasterSp", default=True)):
                break
            drawn = [
                e
                for e, _ in walk(child(slide.deck.parts.xml(part), "p:cSld/p:spTree"), ())
                if placeholder_of(e) is None
            ]
            shapes = [Shape(slide, element, "") for element in drawn if tag(element) in {"p:sp", "p:pic"}]
            found += [(shape.own_box, shape.element) for shape in reversed(shapes) if shape.own_box]
        return found

    def _background(self) -> str | None:
        slide = self.slide
        for part in (slide.part, slide.layout, slide.master):
            holder = child(slide.deck.parts.xml(part), "p:cSld/p:bg") if part else None
            if holder is None:
                continue
            reference = child(holder, "p:bgRef")
            if reference is not None:
                index = reference.get("idx", "1001")
                return self.theme.color(reference) if index in {"1001", "1"} else None
            fill = _fill_of(child(holder, "p:bgPr"))
            return self._plain(fill) if fill is not None else None
        return self.theme.slot("bg1")

    def _plain(self, fill: Element) -> str | None:
        return self.theme.color(fill) if tag(fill) == "a:solidFill" and opacity(fill) > 0.85 else None


def _seen(shape: Shape, box: Box) -> Seen:
    cascade = Cascade(shape)
    measured = fit(shape, cascade=cascade)
    if measured is None or shape.rotation:
        return Seen(shape, box, box, measured, None, cascade)
    frame = cascade.frame()
    return Seen(shape, box, _ink(box, frame, measured, cascade), measured, frame, cascade)


def _ink(box: Box, frame: Frame, measured: Fit, cascade: Cascade) -> Box:
    """Where the text stands in the box: by its anchor; over its full width, for alignment varies by paragraph."""
    left, top, right, bottom = frame.insets
    height = round(measured.extent.height * _POINT)
    width = round(measured.extent.width * _POINT)
    room = box.height - top - bottom
    offset = {"ctr": (room - height) // 2, "b": room - height}.get(frame.anchor, 0)
    paragraphs = cascade.shape.paragraphs
    align = cascade.paragraph(paragraphs[0]).align if paragraphs else "l"
    spare = box.width - left - right - width
    shift = {"ctr": spare // 2, "r": spare}.get(align, 0) if spare > 0 else 0
    return Box(box.x + left + shift, box.y + top + offset, width, height)


def _fill_of(element: Element | None) -> Element | None:
    """The fill element written on a shape (or on a background's properties), or the theme fill its style names."""
    properties = child(element, "p:spPr")
    for holder in (properties, element):
        for each in holder if holder is not None else ():
            if tag(each) in {"a:solidFill", "a:gradFill", "a:blipFill", "a:pattFill", "a:noFill", "a:grpFill"}:
                return each
    reference = child(element, "p:style/a:fillRef")
    if reference is None or reference.get("idx") == "0" or len(reference) == 0:
        return None
    copied = reference.makeelement(str(reference.tag).replace("fillRef", "solidFill"))
    copied.extend([copy.deepcopy(each) for each in reference])
    return copied
