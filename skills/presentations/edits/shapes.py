"""Edits of shapes: drawn, placed, aligned, styled, connected, described, deleted."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused
from copilot_server.office.xml import Element
from skills.presentations.document.building import Look, Words, draw, fill, line, transform
from skills.presentations.document.deck import Deck
from skills.presentations.document.fitting import refit
from skills.presentations.document.markup import child, need, node, put, tag
from skills.presentations.document.shapes import Box, Shape
from skills.presentations.document.slide import Slide
from skills.presentations.edits.base import DeckEdit, ShapeRef, SlideRef, slide_scope
from skills.presentations.edits.format import Color

EMU = 914400
Inches = float
Geometry = Literal["text", "rect", "roundRect", "ellipse", "rightArrow", "downArrow", "leftArrow", "upArrow", "chevron",
                   "homePlate", "triangle", "diamond", "hexagon", "star5", "wedgeRoundRectCallout", "line"]  # fmt: skip


class AddShape(DeckEdit):
    """Draw a text box ("text"), shape or line. Place and size in inches from the slide's top left."""

    op: Literal["add_shape"]
    slide: SlideRef
    shape: Geometry = "text"
    text: str = ""
    x: Inches
    y: Inches
    width: Inches
    height: Inches
    fill: Color | None = None
    line: Color | None = None
    size: Annotated[float, Field(description="points")] = 18
    color: Color | None = None
    bold: bool = False
    align: Literal["left", "center", "right"] | None = None
    name: str = ""
    transparency: Annotated[int, Field(ge=0, le=100, description="percent")] = 0

    def scope(self, document: Deck) -> Scope:
        slide = document.slide(self.slide)
        return slide_scope(slide, [f"{slide.anchor}/{slide.free_shape_id}"])

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        slide.edit()
        box = Box(*(round(value * EMU) for value in (self.x, self.y, self.width, self.height)))
        if self.shape == "line":
            line(slide, self.name or "Line", box, self.line or "tx1", 1.5)
            return
        is_text = self.shape == "text"
        ground = self.fill or (None if is_text or self.line else "accent1")
        color = self.color or ("tx1" if ground is None else _on(slide, ground))
        align = {"left": "l", "center": "ctr", "right": "r"}[self.align or ("left" if is_text else "center")]
        words = (
            [Words(part, self.size, color, bold=self.bold, align=align) for part in self.text.split("\n")]
            if self.text
            else []
        )
        look = Look("rect" if is_text else self.shape, ground, self.line, is_text_box=is_text)
        shape = draw(
            slide, self.name or ("Text" if is_text else self.shape), box, look, words, "t" if is_text else "ctr"
        )
        if self.transparency and ground:
            _set_transparency(shape.element, self.transparency)


class PlaceShape(DeckEdit):
    """Move, resize, rotate a shape (inches, degrees), or bring it to the front or back. What is not given stays."""

    op: Literal["place_shape"]
    slide: SlideRef
    shape: ShapeRef
    x: Inches | None = None
    y: Inches | None = None
    width: Inches | None = None
    height: Inches | None = None
    rotation: float | None = None
    order: Literal["front", "back"] | None = None

    def scope(self, document: Deck) -> Scope:
        slide = document.slide(self.slide)
        return slide_scope(slide, [slide.shape(self.shape).anchor] if self.order is None else None)

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        slide.edit()
        shape = slide.shape(self.shape)
        box = shape.box
        if box is None:
            raise Refused(f"shape {self.shape!r} has no place of its own to change")
        if shape.parents:
            raise Refused(
                f"shape {self.shape!r} is inside a group; place the group {shape.parents[-1].get('id', '')} instead"
            )
        values = zip((self.x, self.y, self.width, self.height), box.tuple(), strict=True)
        set_box(shape, Box(*(old if new is None else round(new * EMU) for new, old in values)))
        if self.rotation is not None and shape.transform is not None:
            shape.transform.set("rot", str(round(self.rotation * 60000) % 21600000))
        if self.order is not None:
            tree = slide.tree
            tree.remove(shape.element)
            tree.insert(len(tree) if self.order == "front" else 2, shape.element)
        refit(shape)


class DeleteShapes(DeckEdit):
    """Delete shapes, pictures, charts or tables from a slide."""

    op: Literal["delete_shapes"]
    slide: SlideRef
    shapes: Annotated[list[ShapeRef], Field(min_length=1)]

    def scope(self, document: Deck) -> Scope:
        slide = document.slide(self.slide)
        found = [slide.shape(each) for each in self.shapes]
        inside = [each.anchor for each in slide.shapes if any(shape.element in each.parents for shape in found)]
        parts = [
            "ppt/charts/*",
            "ppt/embeddings/*",
            "ppt/drawings/*",
            "ppt/diagrams/*",
            "ppt/media/*",
            "?Content_Types].xml",
        ]
        return slide_scope(slide, [*(shape.anchor for shape in found), *inside], parts)

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        slide.edit()
        for shape in [slide.shape(each) for each in self.shapes]:
            parent = shape.element.getparent()
            if parent is not None:
                _drop_links(slide, shape)
                parent.remove(shape.element)

    def loss(self, document: Deck) -> str | None:
        slide = document.slide(self.slide)
        held = [shape for shape in (slide.shape(each) for each in self.shapes) if not shape.is_empty_placeholder]
        return ", ".join(f"{shape.role} {shape.name!r} on slide {slide.number}" for shape in held) or None


class StyleShape(DeckEdit):
    """Set a shape's fill and outline, from the theme where one fits. "none" takes it off."""

    is_rare: ClassVar[bool] = True
    op: Literal["style_shape"]
    slide: SlideRef
    shape: ShapeRef
    fill: Color | Literal["none"] | None = None
    transparency: Annotated[int | None, Field(ge=0, le=100, description="percent")] = None
    line: Color | Literal["none"] | None = None
    line_width: Annotated[float | None, Field(gt=0, le=50, description="points")] = None

    def scope(self, document: Deck) -> Scope:
        slide = document.slide(self.slide)
        return slide_scope(slide, [slide.shape(self.shape).anchor])

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        slide.edit()
        shape = slide.shape(self.shape)
        if tag(shape.element) not in {"p:sp", "p:pic", "p:cxnSp"}:
            raise Refused(f"a {shape.kind} has no fill and outline of its own")
        properties = need(shape.element, "p:spPr")
        if self.fill is not None:
            put(properties, node("a:noFill") if self.fill == "none" else fill(self.fill))
        if self.transparency is not None:
            _set_transparency(shape.element, self.transparency)
        if self.line is not None or self.line_width is not None:
            stroke = need(properties, "a:ln")
            if self.line is not None:
                put(stroke, node("a:noFill") if self.line == "none" else fill(self.line))
            if self.line_width is not None:
                stroke.set("w", str(round(self.line_width * 12700)))


class AlignShapes(DeckEdit):
    """Align shapes with the first of them or spread them evenly; one alone aligns with the slide."""

    is_rare: ClassVar[bool] = True
    op: Literal["align_shapes"]
    slide: SlideRef
    shapes: Annotated[list[ShapeRef], Field(min_length=1)]
    how: Literal["left", "center", "right", "top", "middle", "bottom", "spread_across", "spread_down", "same_size"]

    def scope(self, document: Deck) -> Scope:
        slide = document.slide(self.slide)
        return slide_scope(slide, [slide.shape(each).anchor for each in self.shapes])

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        slide.edit()
        placed = [(shape, box) for shape in (slide.shape(each) for each in self.shapes) if (box := shape.box)]
        guide = placed[0][1] if len(placed) > 1 else Box(0, 0, *document.size)
        if self.how.startswith("spread"):
            _spread(placed, across=self.how == "spread_across")
            return
        for shape, box in placed:
            set_box(shape, _aligned(box, guide, self.how))


class Connect(DeckEdit):
    """Join two shapes by a line that stays attached to them."""

    is_rare: ClassVar[bool] = True
    op: Literal["connect"]
    slide: SlideRef
    start: ShapeRef
    end: ShapeRef
    arrow: bool = True
    color: Color = "tx1"

    def scope(self, document: Deck) -> Scope:
        slide = document.slide(self.slide)
        return slide_scope(slide, [f"{slide.anchor}/{slide.free_shape_id}"])

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        slide.edit()
        first, last = slide.shape(self.start), slide.shape(self.end)
        boxes = first.box, last.box
        if boxes[0] is None or boxes[1] is None:
            raise Refused("both shapes need a place on the slide to be joined")
        sites, place, flips = _route(boxes[0], boxes[1])
        sites = (_site(first, sites[0]), _site(last, sites[1]))
        made = line(slide, "Connector", place, self.color, 1.5, "triangle" if self.arrow else "")
        facts = need(made.element, "p:nvCxnSpPr/p:cNvCxnSpPr")
        facts.append(node("a:stCxn", {"id": first.key, "idx": sites[0]}))
        facts.append(node("a:endCxn", {"id": last.key, "idx": sites[1]}))
        for name in flips:
            need(made.element, "p:spPr/a:xfrm").set(name, "1")


class DescribeShape(DeckEdit):
    """Set the alternative text (what screen readers say) or the name of a shape."""

    is_rare: ClassVar[bool] = True
    op: Literal["describe_shape"]
    slide: SlideRef
    shape: ShapeRef
    alt: str | None = None
    name: str | None = None

    def scope(self, document: Deck) -> Scope:
        slide = document.slide(self.slide)
        return slide_scope(slide, [slide.shape(self.shape).anchor])

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        slide.edit()
        about = slide.shape(self.shape).about
        for attribute, value in (("descr", self.alt), ("name", self.name)):
            if value is not None and about is not None:
                about.set(attribute, value)


def set_box(shape: Shape, box: Box) -> None:
    """Write the shape's place; what the transform says beside it (rotation, a group's inner size) stays."""
    present = shape.transform
    if present is None:
        put(need(shape.element, "p:spPr"), transform(box))
        return
    offset, extent = need(present, "a:off"), need(present, "a:ext")
    for element, values in ((offset, {"x": box.x, "y": box.y}), (extent, {"cx": box.width, "cy": box.height})):
        for key, value in values.items():
            element.set(key, str(value))


def _on(slide: Slide, ground: str) -> str:
    from skills.presentations.design.compose import on, theme_of  # noqa: PLC0415

    return on(theme_of(slide), ground)


def _set_transparency(element: Element, percent: int) -> None:
    color = child(element, "p:spPr/a:solidFill")
    for inner in color if color is not None else ():
        put(inner, node("a:alpha", {"val": (100 - percent) * 1000}))


def _drop_links(slide: Slide, shape: Shape) -> None:
    """The parts only this shape held go with it."""
    package = slide.deck.parts.package
    used = [
        str(value) for each in shape.element.iter() for key, value in each.attrib.items() if "relationships" in str(key)
    ]
    others = {
        str(value)
        for each in slide.root.iter()
        if each is not shape.element and shape.element not in each.iterancestors()
        for key, value in each.attrib.items()
        if "relationships" in str(key)
    }
    for rid in set(used) - others:
        target = slide.deck.parts.target(slide.part, rid)
        if any(each.id == rid for each in package.relationships(slide.part)):
            package.unrelate(slide.part, rid)
        if target is not None and not target.startswith("ppt/slides/"):
            slide.deck.drop_unused(target)


def _aligned(box: Box, guide: Box, how: str) -> Box:
    x, y, width, height = box.tuple()
    match how:
        case "left":
            x = guide.x
        case "center":
            x = guide.x + (guide.width - width) // 2
        case "right":
            x = guide.right - width
        case "top":
            y = guide.y
        case "middle":
            y = guide.y + (guide.height - height) // 2
        case "bottom":
            y = guide.bottom - height
        case _:
            width, height = guide.width, guide.height
    return Box(x, y, width, height)


def _spread(placed: list[tuple[Shape, Box]], *, across: bool) -> None:
    """Equal gaps between the outermost two."""
    placed = sorted(placed, key=lambda pair: pair[1].x if across else pair[1].y)
    if len(placed) < 3:
        raise Refused("three shapes or more are needed to spread them evenly")
    first, last = placed[0][1], placed[-1][1]
    room = (last.right - first.x) if across else (last.bottom - first.y)
    gap = (room - sum(box.width if across else box.height for _, box in placed)) // (len(placed) - 1)
    at = first.x if across else first.y
    for shape, box in placed:
        set_box(shape, Box(at, box.y, box.width, box.height) if across else Box(box.x, at, box.width, box.height))
        at += (box.width if across else box.height) + gap


def _site(shape: Shape, side: int) -> int:
    """The connection site of a side; ellipses have eight sites, the others four."""
    geometry = child(shape.element, "p:spPr/a:prstGeom")
    return side * 2 if geometry is not None and geometry.get("prst") == "ellipse" else side


def _route(first: Box, last: Box) -> tuple[tuple[int, int], Box, list[str]]:
    """Connection sites (0 top, 1 left, 2 bottom, 3 right), the line's box, and its flips."""
    across, down = (
        last.x + last.width // 2 - first.x - first.width // 2,
        last.y + last.height // 2 - first.y - first.height // 2,
    )
    if abs(across) >= abs(down):
        sites = (3, 1) if across > 0 else (1, 3)
        start = (first.right if across > 0 else first.x, first.y + first.height // 2)
        end = (last.x if across > 0 else last.right, last.y + last.height // 2)
    else:
        sites = (2, 0) if down > 0 else (0, 2)
        start = (first.x + first.width // 2, first.bottom if down > 0 else first.y)
        end = (last.x + last.width // 2, last.y if down > 0 else last.bottom)
    flips = [name for name, is_back in (("flipH", end[0] < start[0]), ("flipV", end[1] < start[1])) if is_back]
    box = Box(min(start[0], end[0]), min(start[1], end[1]), abs(end[0] - start[0]), abs(end[1] - start[1]))
    return sites, box, flips
