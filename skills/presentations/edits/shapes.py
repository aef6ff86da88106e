"""Edits of shapes: drawn, placed, aligned, styled, connected, described, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused
from copilot_server.office.xml import Element
from skills.presentations.document import text as texts
from skills.presentations.document.building import Look, Words, draw, fill, line
from skills.presentations.document.copying import copied
from skills.presentations.document.deck import Deck
from skills.presentations.document.fitting import refit
from skills.presentations.document.markup import child, need, node, put, tag
from skills.presentations.document.placing import set_box
from skills.presentations.document.shapes import Box, Shape
from skills.presentations.document.slide import Slide
from skills.presentations.document.text import Line
from skills.presentations.edits.base import DeckEdit, ShapeRef, SlideRef, slide_scope
from skills.presentations.edits.format import Color

EMU = 914400
Inches = float
Geometry = Literal["text", "rect", "roundRect", "ellipse", "rightArrow", "downArrow", "leftArrow", "upArrow", "chevron",
                   "homePlate", "triangle", "diamond", "hexagon", "star5", "wedgeRoundRectCallout", "line"]  # fmt: skip


class AddShape(DeckEdit):
    """Draw a text box ("text"), shape or line."""

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
    line_width: Annotated[float, Field(description="points")] = 1
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
            line(slide, self.name or "Line", box, self.line or "tx1", max(self.line_width, 1.5))
            return
        is_text = self.shape == "text"
        ground = self.fill or (None if is_text or self.line else "accent1")
        color = self.color or ("tx1" if ground is None or ground == "none" else _on(slide, ground))
        align = {"left": "l", "center": "ctr", "right": "r"}[self.align or ("left" if is_text else "center")]
        words = (
            [Words(part, self.size, color, bold=self.bold, align=align) for part in self.text.split("\n")]
            if self.text
            else []
        )
        look = Look("rect" if is_text else self.shape, ground, self.line, self.line_width, is_text_box=is_text)
        shape = draw(
            slide, self.name or ("Text" if is_text else self.shape), box, look, words, "t" if is_text else "ctr"
        )
        if self.transparency and ground:
            _set_transparency(shape.element, self.transparency)


class PlaceShape(DeckEdit):
    """Move, resize, rotate a shape (inches, degrees), or bring it to the front or back. What is not given stays;
    pictures keep their proportions when only one side is given."""

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
        width, height = self.width, self.height
        if shape.kind in {"picture", "media"} and (width is None) != (height is None) and box.width and box.height:
            ratio = box.width / box.height
            width, height = (
                (height * ratio, height) if width is None and height is not None else (width, (width or 0) / ratio)
            )
        values = zip((self.x, self.y, width, height), box.tuple(), strict=True)
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
    is_rare: ClassVar[bool] = True
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
        return _named(slide, [slide.shape(each) for each in self.shapes])

    def loss_since(self, document: Deck, base: Deck) -> str | None:
        """A group made in this turn may hold what stood there before, so what is inside counts too."""
        slide = document.slide(self.slide)
        before = next((each for each in base.slides if each.id == slide.id), None)
        known = {shape.key for shape in before.shapes} if before else set[str]()
        chosen = [slide.shape(each) for each in self.shapes]
        inside = {shape.key: {each.key for each in slide.shapes if shape.element in each.parents} for shape in chosen}
        return _named(slide, [shape for shape in chosen if known & {shape.key, *inside[shape.key]}])


def _named(slide: Slide, shapes: Sequence[Shape]) -> str | None:
    held = [shape for shape in shapes if not shape.is_empty_placeholder]
    return ", ".join(f"{shape.role} {shape.name!r} on slide {slide.number}" for shape in held) or None


class CopyShape(DeckEdit):
    """Copy a text box, shape, picture or table with its looks, to another place or slide; then give it its own text."""

    is_rare: ClassVar[bool] = True
    op: Literal["copy_shape"]
    slide: SlideRef
    shape: ShapeRef
    to: Annotated[SlideRef | None, Field(description="slide it goes to; none: the same")] = None
    x: Inches | None = None
    y: Inches | None = None
    text: Annotated[list[str] | None, Field(description="instead of the text it had")] = None
    name: str = ""

    def scope(self, document: Deck) -> Scope:
        slide = document.slide(self.to or self.slide)
        return slide_scope(slide, [f"{slide.anchor}/{slide.free_shape_id}"])

    def apply(self, document: Deck) -> None:
        source, target = document.slide(self.slide), document.slide(self.to or self.slide)
        target.edit()
        made = copied(source.shape(self.shape), target, self.name)
        box = made.box
        if box is not None:
            x, y = (old if new is None else round(new * EMU) for new, old in ((self.x, box.x), (self.y, box.y)))
            set_box(made, Box(x, y, box.width, box.height))
        body = made.text_body
        if self.text is not None and body is not None:
            texts.set_body(body, [Line(each) for each in self.text])
            refit(made)


class StyleShape(DeckEdit):
    """Set a shape's fill and outline ("none" takes it off), and how its text stands in it."""

    is_rare: ClassVar[bool] = True
    op: Literal["style_shape"]
    slide: SlideRef
    shape: ShapeRef
    fill: Color | Literal["none"] | None = None
    transparency: Annotated[int | None, Field(ge=0, le=100, description="percent")] = None
    line: Color | Literal["none"] | None = None
    line_width: Annotated[float | None, Field(gt=0, le=50, description="points")] = None
    text_columns: Annotated[int | None, Field(ge=1, le=6, description="columns its text flows in")] = None
    text_at: Literal["top", "middle", "bottom"] | None = None

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
        self._set_text(shape)

    def _set_text(self, shape: Shape) -> None:
        body = shape.text_body
        if body is None or (self.text_columns is None and self.text_at is None):
            return
        frame = need(body, "a:bodyPr")
        if self.text_columns is not None:
            frame.set("numCol", str(self.text_columns))
            frame.set("spcCol", "228600")
        if self.text_at is not None:
            frame.set("anchor", {"top": "t", "middle": "ctr", "bottom": "b"}[self.text_at])
        refit(shape)


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
