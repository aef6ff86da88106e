"""Edits of how shapes stand to each other: aligned, joined, grouped, in which order they are read; pictures cropped."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused
from skills.presentations.document import grouping
from skills.presentations.document.building import line
from skills.presentations.document.deck import Deck
from skills.presentations.document.markup import need, node
from skills.presentations.document.pictures import crop
from skills.presentations.document.placing import aligned, route, set_box, site, spread
from skills.presentations.document.shapes import Box
from skills.presentations.edits.base import DeckEdit, ShapeRef, SlideRef, slide_scope
from skills.presentations.edits.format import Color

Percent = Annotated[float, Field(ge=0, lt=100)]


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
        if any(shape.parents for shape, _ in placed):
            raise Refused("one of these is inside a group; align the group, or ungroup it first")
        guide = placed[0][1] if len(placed) > 1 else Box(0, 0, *document.size)
        if self.how.startswith("spread"):
            spread(placed, across=self.how == "spread_across")
            return
        for shape, box in placed:
            set_box(shape, aligned(box, guide, self.how))


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
        sites, place, flips = route(boxes[0], boxes[1])
        made = line(slide, "Connector", place, self.color, 1.5, "triangle" if self.arrow else "")
        facts = need(made.element, "p:nvCxnSpPr/p:cNvCxnSpPr")
        facts.append(node("a:stCxn", {"id": first.key, "idx": site(first, sites[0])}))
        facts.append(node("a:endCxn", {"id": last.key, "idx": site(last, sites[1])}))
        for name in flips:
            need(made.element, "p:spPr/a:xfrm").set(name, "1")


class GroupShapes(DeckEdit):
    """Make shapes one group, which is then placed as a whole."""

    is_rare: ClassVar[bool] = True
    op: Literal["group_shapes"]
    slide: SlideRef
    shapes: Annotated[list[ShapeRef], Field(min_length=2)]
    name: str = "Group"

    def scope(self, document: Deck) -> Scope:
        return slide_scope(document.slide(self.slide))

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        slide.edit()
        grouping.group(slide, [slide.shape(each) for each in self.shapes], self.name)


class UngroupShapes(DeckEdit):
    """Dissolve a group; its members stay where they are seen."""

    is_rare: ClassVar[bool] = True
    op: Literal["ungroup_shapes"]
    slide: SlideRef
    shape: ShapeRef

    def scope(self, document: Deck) -> Scope:
        return slide_scope(document.slide(self.slide))

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        slide.edit()
        grouping.ungroup(slide, slide.shape(self.shape))


class OrderShapes(DeckEdit):
    """Set the order in which shapes are read out and drawn: the first is read first and lies lowest."""

    is_rare: ClassVar[bool] = True
    op: Literal["order_shapes"]
    slide: SlideRef
    shapes: Annotated[list[ShapeRef], Field(min_length=2, description="those not named keep their places")]

    def scope(self, document: Deck) -> Scope:
        return slide_scope(document.slide(self.slide))

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        slide.edit()
        grouping.order(slide, [slide.shape(each) for each in self.shapes])


class CropPicture(DeckEdit):
    """Cut parts off a picture's sides, in percent of the whole picture; what stays keeps its size and place."""

    is_rare: ClassVar[bool] = True
    op: Literal["crop_picture"]
    slide: SlideRef
    shape: ShapeRef = "picture"
    left: Percent = 0
    top: Percent = 0
    right: Percent = 0
    bottom: Percent = 0

    def scope(self, document: Deck) -> Scope:
        slide = document.slide(self.slide)
        return slide_scope(slide, [slide.shape(self.shape).anchor])

    def apply(self, document: Deck) -> None:
        if self.left + self.right >= 100 or self.top + self.bottom >= 100:
            raise Refused("that would cut off the whole picture")
        slide = document.slide(self.slide)
        slide.edit()
        shape = slide.shape(self.shape)
        box = crop(shape, (self.left, self.top, self.right, self.bottom))
        set_box(shape, box)
