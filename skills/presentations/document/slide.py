"""One slide: its shapes, title, layout and notes, read from its part and edited in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from copilot_server.errors import TargetNotFound
from copilot_server.office.xml import Element, qname
from skills.presentations.document.markup import child, flag
from skills.presentations.document.shapes import Shape, shapes_in

if TYPE_CHECKING:
    from skills.presentations.document.deck import Deck


@dataclass(frozen=True)
class Slide:
    """`id` stays the same when slides move, `number` is the position now (1 is the first)."""

    deck: Deck
    id: int
    part: str
    number: int

    @property
    def anchor(self) -> str:
        return f"#{self.id}"

    @property
    def root(self) -> Element:
        return self.deck.parts.xml(self.part)

    def edit(self) -> Element:
        """The slide's tree to change; shapes asked for from now on are live elements of it."""
        return self.deck.parts.edit(self.part)

    @property
    def layout(self) -> str | None:
        return self.deck.above(self.part, "slideLayout")

    @property
    def master(self) -> str | None:
        return self.deck.above(self.layout, "slideMaster") if self.layout else None

    @property
    def layout_name(self) -> str:
        return self.deck.layout_name(self.layout) if self.layout else "no layout"

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Every shape, those in groups after their group, in drawing order (back to front)."""
        return tuple(shapes_in(self))

    def shape(self, reference: int | str) -> Shape:
        """By id ("4"), placeholder role ("title", "body", "body 2", "subtitle") or name; raises TargetNotFound."""
        text = str(reference).strip().rpartition("/")[2]
        shapes = self.shapes
        for found in (
            [shape for shape in shapes if shape.key == text],
            _by_role(shapes, text.lower()),
            [shape for shape in shapes if shape.name.lower() == text.lower()],
        ):
            if found:
                return found[0]
        known = ", ".join(f"{shape.key} ({shape.role} {shape.name!r})" for shape in shapes[:12]) or "none"
        raise TargetNotFound(f"slide {self.number} has no shape {reference!r}; its shapes are {known}")

    @property
    def title_shape(self) -> Shape | None:
        return next((shape for shape in self.shapes if shape.role == "title" and shape.text_body is not None), None)

    @property
    def title(self) -> str | None:
        """Of the title placeholder; None without one."""
        shape = self.title_shape
        return shape.text.strip() if shape else None

    @property
    def is_hidden(self) -> bool:
        return not flag(self.root, "show", default=True)

    @property
    def notes_part(self) -> str | None:
        return self.deck.parts.one(self.part, "notesSlide")

    @property
    def notes(self) -> str:
        """The speaker's notes; "" without any."""
        body = notes_body(self.deck.parts.xml(self.notes_part)) if self.notes_part else None
        return Shape(self, body, "notes").text if body is not None else ""

    @property
    def name(self) -> str:
        """How people are told of it."""
        return f"slide {self.number}" + (f" “{_short(self.title)}”" if self.title else "")

    @property
    def free_shape_id(self) -> int:
        used = [int(text) for each in self.root.iter(qname("p:cNvPr")) if (text := each.get("id", "")).isdigit()]
        return max([1, *used]) + 1

    @property
    def tree(self) -> Element:
        """The shape tree, live."""
        found = child(self.edit(), "p:cSld/p:spTree")
        if found is None:
            raise TargetNotFound(f"slide {self.number} has no shape tree to put shapes in")
        return found


def notes_body(root: Element) -> Element | None:
    """The shape of a notes page that holds the notes."""
    for shape in root.iter(qname("p:sp")):
        placeholder = child(shape, "p:nvSpPr/p:nvPr/p:ph")
        if placeholder is not None and placeholder.get("type", "obj") == "body":
            return shape
    return None


def _by_role(shapes: tuple[Shape, ...], text: str) -> list[Shape]:
    role, _, ordinal = text.partition(" ")
    matching = [shape for shape in shapes if shape.role == role]
    return matching[int(ordinal) - 1 : int(ordinal)] if ordinal.isdigit() else matching if not ordinal else []


def _short(text: str | None, length: int = 60) -> str:
    flat = " ".join((text or "").split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"
