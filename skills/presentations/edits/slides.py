"""Edits of the list of slides: duplicate, delete, move, hide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from skills.presentations.document import copying
from skills.presentations.document.deck import Deck
from skills.presentations.document.slide import Slide
from skills.presentations.edits.base import DeckEdit, SlideRef, list_parts, literal, new_slide_scope, slide_scope

Position = Annotated[int, Field(ge=1, description="1 = first")]


class DuplicateSlide(DeckEdit):
    """Copy a slide with its charts and notes; the copy comes right after it, or at `to`."""

    op: Literal["duplicate_slide"]
    is_rare: ClassVar[bool] = True
    slide: SlideRef
    to: Position | None = None

    def scope(self, document: Deck) -> Scope:
        return new_slide_scope(
            document, ["ppt/diagrams/*", "ppt/tags/*", "ppt/ink/*", "ppt/activeX/*", "ppt/comments/*"]
        )

    def apply(self, document: Deck) -> None:
        copying.duplicate(document, document.slide(self.slide), self.to and min(self.to, len(document.slides) + 1))


class DeleteSlides(DeckEdit):
    """Delete slides with their notes and charts."""

    op: Literal["delete_slides"]
    slides: Annotated[list[SlideRef], Field(min_length=1)]

    def scope(self, document: Deck) -> Scope:
        slides = [document.slide(reference) for reference in self.slides]
        slides += [other for slide in slides for other in document.linking_to(slide)]
        return Scope(
            frozenset(slide.anchor for slide in slides) | {"deck"}, frozenset([*list_parts(document), "ppt/*"])
        )

    def apply(self, document: Deck) -> None:
        for slide in [document.slide(reference) for reference in self.slides]:
            document.delete(slide)

    def loss(self, document: Deck) -> str | None:
        return _named(map(document.slide, self.slides))

    def loss_since(self, document: Deck, base: Deck) -> str | None:
        known = {slide.id for slide in base.slides}
        return _named(slide for slide in map(document.slide, self.slides) if slide.id in known)


class MoveSlide(DeckEdit):
    """Move a slide to another position."""

    op: Literal["move_slide"]
    is_rare: ClassVar[bool] = True
    slide: SlideRef
    to: Position

    def scope(self, document: Deck) -> Scope:
        everything = frozenset(slide.anchor for slide in document.slides)
        return Scope(everything, frozenset([literal(document.main)]), frozenset({"slide_moved"}))

    def apply(self, document: Deck) -> None:
        document.move(document.slide(self.slide), min(self.to, len(document.slides)))


class HideSlides(DeckEdit):
    """Hide slides in the show, or show them again."""

    is_rare: ClassVar[bool] = True
    op: Literal["hide_slides"]
    slides: Annotated[list[SlideRef], Field(min_length=1)]
    hidden: bool = True

    def scope(self, document: Deck) -> Scope:
        scopes = [slide_scope(document.slide(reference)) for reference in self.slides]
        return Scope(
            frozenset().union(*(s.places for s in scopes)),
            frozenset().union(*(s.parts for s in scopes)),
            frozenset({"slide_hidden", "slide_shown"}),
        )

    def apply(self, document: Deck) -> None:
        for reference in self.slides:
            root = document.slide(reference).edit()
            if self.hidden:
                root.set("show", "0")
            else:
                root.attrib.pop("show", None)


def _named(slides: Iterable[Slide]) -> str | None:
    return ", ".join(slide.name for slide in slides if _holds_something(slide)) or None


def _holds_something(slide: Slide) -> bool:
    """Whether a person put anything there: a number, date or footer, or a place left empty, is nothing of theirs."""
    own = [shape for shape in slide.shapes if shape.role not in _FURNITURE and not shape.is_empty_placeholder]
    return bool(slide.notes.strip()) or any(shape.text.strip() or shape.kind not in _TEXTS for shape in own)


_FURNITURE = {"number", "date", "footer"}
_TEXTS = {"text", "shape", "connector"}
