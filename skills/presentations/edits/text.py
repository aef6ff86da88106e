"""Edits of words: a shape's text, text across the deck, speaker notes."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Mismatch, Refused, TargetNotFound
from copilot_server.office.relationships import part_of
from copilot_server.office.xml import Element
from skills.presentations.design.balancing import balance
from skills.presentations.design.figuring import alike, level
from skills.presentations.design.filling import describe
from skills.presentations.design.growing import relax
from skills.presentations.document import notes, tables, text
from skills.presentations.document.building import missing_placeholder, restore_placeholder
from skills.presentations.document.deck import Deck
from skills.presentations.document.fitting import refit
from skills.presentations.document.markup import put
from skills.presentations.document.shapes import Shape
from skills.presentations.document.slide import Slide
from skills.presentations.document.text import Line
from skills.presentations.edits.base import (
    CONTENT_TYPES,
    NOTES_PARTS,
    DeckEdit,
    Lines,
    ShapeRef,
    SlideRef,
    list_parts,
    literal,
    slide_scope,
)
from skills.presentations.reading.search import near


def lines_of(paragraphs: list[str], *, keeps_levels: bool = False) -> list[Line]:
    """Paragraphs as sent; leading tabs are the level, which stays as it stands when none has any."""
    flat = [part for paragraph in paragraphs for part in paragraph.split("\n")]
    keeps_levels = keeps_levels and not any(part.startswith("\t") for part in flat)
    return [Line(part.lstrip("\t"), None if keeps_levels else len(part) - len(part.lstrip("\t"))) for part in flat]


def text_holder(slide: Slide, reference: str) -> Shape:
    """A shape that can hold text, its text body made when missing; raises Refused for pictures and the like."""
    slide.edit()
    shape = _present(slide, reference)
    if shape is None:
        model = missing_placeholder(slide, reference)
        shape = restore_placeholder(slide, model) if model is not None else slide.shape(reference)
    if shape.text_body is None:
        if shape.kind not in {"text", "shape"}:
            raise Refused(f"shape {reference!r} on slide {slide.number} is a {shape.kind}; it holds no text of its own")
        put(shape.element, notes.text_body())
    return shape


def _present(slide: Slide, reference: str) -> Shape | None:
    try:
        return slide.shape(reference)
    except TargetNotFound:
        return None


def _named_after(title: Shape | None) -> list[Shape]:
    """Charts whose alternative text is the slide's title: it would tell what the slide no longer says."""
    if title is None or title.role != "title" or not title.text.strip():
        return []
    return [each for each in title.slide.shapes if each.kind == "chart" and _flat(each.alt) == _flat(title.text)]


class SetText(DeckEdit):
    """Replace the text of a shape or placeholder, its formatting kept. `append` or `after` (0: first) adds paragraphs.

    A title or body that the slide has not comes from its layout.
    """

    op: Literal["set_text"]
    slide: SlideRef
    shape: ShapeRef = "title"
    text: Lines
    append: bool = False
    after: Annotated[int | None, Field(ge=0, description="paragraph they follow")] = None
    expect: Annotated[str | None, Field(description="text that must stand there now")] = None

    def scope(self, document: Deck) -> Scope:
        slide = document.slide(self.slide)
        shape = _present(slide, self.shape)
        own = shape.anchor if shape else f"{slide.anchor}/{slide.free_shape_id}"
        peers = alike(shape) if shape else []
        return slide_scope(slide, [own, *(each.anchor for each in (*_named_after(shape), *peers))])

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        shape = text_holder(slide, self.shape)
        body = shape.text_body
        if body is None:
            raise TargetNotFound(f"shape {self.shape!r} holds no text")
        if self.expect is not None and _flat(self.expect) not in _flat(shape.text):
            raise Mismatch(f"shape {self.shape!r} on slide {slide.number} says {shape.text!r}, not {self.expect!r}")
        named, lines = _named_after(shape), lines_of(self.text or [""], keeps_levels=not self.append)
        if self.after is not None:
            text.insert_lines(body, self.after, lines)
            _refit(shape)
            return
        if self.append:
            old = [Line(text.of_paragraph(p), text.level_of(p)) for p in shape.paragraphs]
            lines = [*(line for line in old if line.text or len(old) > 1), *lines]
        text.set_body(body, lines)
        _refit(shape)
        for each in named:
            describe(each, " ".join(shape.text.split()))


class ReplaceText(DeckEdit):
    """Replace words everywhere (in tables and notes too) or on one slide and its notes; formatting kept."""

    op: Literal["replace_text"]
    find: Annotated[str, Field(min_length=1)]
    replace: str
    slide: SlideRef | None = None
    match_case: bool = True
    whole_word: bool = False

    def _pattern(self) -> re.Pattern[str]:
        found = re.escape(text.meant(self.find))
        if self.whole_word:
            found = rf"(?<!\w){found}(?!\w)"
        return re.compile(found, re.NOFLAG if self.match_case else re.IGNORECASE)

    def _holders(self, document: Deck) -> list[tuple[Slide, list[str], bool]]:
        """(slide, anchors with a match, whether its notes have one)."""
        pattern = self._pattern()
        slides = document.slides if self.slide is None else (document.slide(self.slide),)
        found: list[tuple[Slide, list[str], bool]] = []
        for slide in slides:
            shapes = [shape.anchor for shape in slide.shapes if any(pattern.search(t) for t in _paragraph_texts(shape))]
            in_notes = bool(slide.notes_part and pattern.search(slide.notes))
            if shapes or in_notes:
                found.append((slide, shapes, in_notes))
        return found

    def scope(self, document: Deck) -> Scope:
        places: set[str] = set()
        parts: set[str] = set()
        for slide, shapes, in_notes in self._holders(document):
            places.update(shapes)
            places.update(each.anchor for shape in slide.shapes if shape.anchor in shapes for each in alike(shape))
            parts.update([literal(slide.part)] if shapes else [])
            if in_notes and slide.notes_part:
                places.add(f"{slide.anchor}/notes")
                parts.add(literal(slide.notes_part))
        return Scope(frozenset(places), frozenset(parts))

    def apply(self, document: Deck) -> None:
        pattern, holders = self._pattern(), self._holders(document)
        if not holders:
            where = "" if self.slide is None else " on that slide"
            raise TargetNotFound(f"{self.find!r} stands nowhere{where}{near(document, self.find, self.slide)}")
        for slide, anchors, in_notes in holders:
            if anchors:
                slide.edit()
            for shape in slide.shapes:
                if shape.anchor in anchors:
                    for body in _bodies(shape):
                        text.replace_in_body(body, pattern, text.meant(self.replace))
                    _refit(shape)
            if in_notes and slide.notes_part:
                for body in document.parts.edit(slide.notes_part).iter("{*}txBody"):
                    text.replace_in_body(body, pattern, text.meant(self.replace))


class SetNotes(DeckEdit):
    """Set a slide's speaker notes; `append` adds to what stands."""

    op: Literal["set_notes"]
    slide: SlideRef
    notes: str
    append: bool = False

    def scope(self, document: Deck) -> Scope:
        slide = document.slide(self.slide)
        parts = (
            [literal(slide.notes_part), literal(part_of(slide.notes_part))]
            if slide.notes_part
            else [*NOTES_PARTS, CONTENT_TYPES, literal(part_of(slide.part)), *list_parts(document)]
        )
        return Scope(frozenset([f"{slide.anchor}/notes"]), frozenset(parts))

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        old = slide.notes if self.append else ""
        notes.set_notes(slide, "\n".join(part for part in (old, self.notes) if part))


def _refit(shape: Shape) -> None:
    relax(shape)
    refit(shape)
    balance(shape)
    level(shape)


def _bodies(shape: Shape) -> list[Element]:
    """The text bodies a shape holds: its own, or those of its cells."""
    own = shape.text_body
    return [own] if own is not None else [cell for row in tables.cells(shape.table) for cell in row]


def _paragraph_texts(shape: Shape) -> list[str]:
    return [part for body in _bodies(shape) for part in text.of_body(body).split("\n")]


def _flat(value: str) -> str:
    return " ".join(text.meant(value).split()).lower()
