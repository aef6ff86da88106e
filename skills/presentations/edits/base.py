"""What the edits of a deck share: how slides and shapes are named, and what an edit of a slide may touch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, TypeAlias

from pydantic import ConfigDict, Field

from copilot_server.agent.changes import Scope
from copilot_server.agent.edit import Edit
from copilot_server.office.relationships import part_of
from skills.presentations.document.deck import Deck
from skills.presentations.document.slide import Slide

SlideRef: TypeAlias = str  # its number or "#id", as the tools' descriptions say once for all
ShapeRef: TypeAlias = Annotated[str, Field(description="id, role, name")]
Lines: TypeAlias = Annotated[list[str], Field(description="a paragraph each; leading tabs for sub-levels; **bold**")]
CONTENT_TYPES = "?Content_Types].xml"
CHART_PARTS = ("ppt/charts/*", "ppt/embeddings/*", "ppt/drawings/*")
NOTES_PARTS = ("ppt/notesSlides/*", "ppt/notesMasters/*", "ppt/theme/*")
MEDIA_PARTS = ("ppt/media/*",)


class DeckEdit(Edit[Deck]):
    """An edit of a presentation. Numbers sent for slides and shapes are taken as their names."""

    model_config = ConfigDict(coerce_numbers_to_str=True)


def slide_scope(slide: Slide, places: Iterable[str] | None = None, parts: Iterable[str] = ()) -> Scope:
    """These places of the slide (all of it by default), its part and relationships, and further `parts`."""
    chosen = frozenset([slide.anchor] if places is None else places)
    return Scope(chosen, frozenset([literal(slide.part), literal(part_of(slide.part)), *parts]))


def list_parts(deck: Deck) -> tuple[str, ...]:
    """What holds the list of slides."""
    return literal(deck.main), literal(part_of(deck.main)), CONTENT_TYPES


def literal(name: str) -> str:
    """The part's name as a pattern for itself alone."""
    return name.replace("[", "[[]")


def new_slide_scope(deck: Deck, parts: Iterable[str] = (), count: int = 1) -> Scope:
    """The next slides to be added, and the parts that hold them."""
    first = deck.next_slide_id
    places = frozenset(f"#{first + offset}" for offset in range(count))
    slides = ("ppt/slides/slide*.xml", "ppt/slides/_rels/slide*.xml.rels")
    return Scope(places, frozenset([*list_parts(deck), *slides, *NOTES_PARTS, *CHART_PARTS, *MEDIA_PARTS, *parts]))
