"""Edits of how text looks: emphasis, size, colour, alignment, bullets, links."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, TargetNotFound
from copilot_server.office.xml import Element
from skills.presentations.document import tables, text
from skills.presentations.document.building import fill
from skills.presentations.document.deck import Deck
from skills.presentations.document.markup import child, node, put, remove
from skills.presentations.document.shapes import Shape
from skills.presentations.document.slide import Slide
from skills.presentations.edits.base import DeckEdit, ShapeRef, SlideRef, slide_scope


def _known_color(value: str) -> str:
    if not re.fullmatch(r"bg[12]|tx[12]|accent[1-6]|none|[0-9A-Fa-f]{6}", value):
        raise ValueError("must be bg1, tx1, bg2, tx2, accent1 to accent6 (the theme's), or RRGGBB")
    return value


Color = Annotated[str, AfterValidator(_known_color), Field(description="accent1, tx2 …, or RRGGBB")]
_BULLETS = {
    "number": "arabicPeriod", "roman": "romanUcPeriod", "letter": "alphaLcPeriod",
}  # fmt: skip
_ALIGN = {"left": "l", "center": "ctr", "right": "r", "justify": "just"}


class FormatText(DeckEdit):
    """Format a shape's text, or only the words `find` in it (or in the whole slide without `shape`)."""

    op: Literal["format_text"]
    slide: SlideRef
    shape: ShapeRef | None = None
    find: str = ""
    paragraphs: Annotated[list[int], Field(description="only these, 1 = first")] = Field(default_factory=list)
    row: Annotated[int | None, Field(description="of a table: this row only")] = None
    column: int | None = None
    bold: bool | None = None
    italic: bool | None = None
    underline: bool | None = None
    size: Annotated[float | None, Field(ge=6, le=200)] = None
    color: Color | None = None
    highlight: Annotated[str | None, Field(description="RRGGBB behind the words")] = None
    font: str | None = None
    align: Literal["left", "center", "right", "justify"] | None = None
    bullets: Literal["none", "bullet", "number", "roman", "letter"] | None = None
    level: Annotated[int | None, Field(ge=0, le=8)] = None
    link: Annotated[str | None, Field(description='URL or "slide 3"; "" takes it off')] = None

    def _shapes(self, document: Deck) -> tuple[Slide, list[Shape]]:
        slide = document.slide(self.slide)
        if self.shape is not None:
            return slide, [slide.shape(self.shape)]
        return slide, [shape for shape in slide.shapes if not self.find or text.meant(self.find) in _words(shape)]

    def scope(self, document: Deck) -> Scope:
        slide, shapes = self._shapes(document)
        return slide_scope(slide, [shape.anchor for shape in shapes])

    def apply(self, document: Deck) -> None:
        document.slide(self.slide).edit()
        slide, shapes = self._shapes(document)
        rid = self._link(slide) if self.link else ""
        count = 0
        for shape in shapes:
            for body in _bodies(shape, self.row, self.column):
                count += self._format(body, rid)
        if not count:
            raise TargetNotFound(
                f"{self.find!r} stands nowhere on slide {slide.number}" if self.find else "no text to format there"
            )

    def _format(self, body: Element, rid: str) -> int:
        count = 0
        for at, paragraph in enumerate(body.iterchildren("{*}p"), start=1):
            if self.paragraphs and at not in self.paragraphs:
                continue
            words = text.of_paragraph(paragraph)
            spans = (
                [match.span() for match in re.finditer(re.escape(text.meant(self.find)), words)]
                if self.find
                else [(0, len(words))]
            )
            for start, end in reversed(spans):
                for run in text.runs_between(paragraph, start, end):
                    self._dress(text.properties_of(run), rid)
                count += 1
            if spans:
                self._set(paragraph)
                if not words and not self.find:
                    count += 1
        return count

    def _dress(self, looks: Element, rid: str) -> None:
        for name, value in (("b", self.bold), ("i", self.italic)):
            if value is not None:
                looks.set(name, str(int(value)))
        if self.underline is not None:
            looks.set("u", "sng" if self.underline else "none")
        if self.size is not None:
            looks.set("sz", str(round(self.size * 100)))
        if self.color is not None:
            put(looks, fill(self.color))
        if self.highlight is not None:
            put(looks, node("a:highlight", None, node("a:srgbClr", {"val": self.highlight.upper()})))
        if self.font is not None:
            for name in ("a:latin", "a:ea", "a:cs"):
                put(looks, node(name, {"typeface": self.font}))
        if self.link is not None:
            remove(child(looks, "a:hlinkClick"))
        if rid:
            jump = {"action": "ppaction://hlinksldjump"} if (self.link or "").lower().startswith("slide") else {}
            put(looks, node("a:hlinkClick", {"r:id": rid, **jump}))

    def _set(self, paragraph: Element) -> None:
        if self.align is not None:
            text.paragraph_properties(paragraph).set("algn", _ALIGN[self.align])
        if self.level is not None:
            text.set_level(paragraph, self.level)
        if self.bullets is not None:
            text.set_bullet(paragraph, _bullet(self.bullets))
            if self.bullets != "none":
                text.give_room(paragraph)

    def _link(self, slide: Slide) -> str:
        target = (self.link or "").strip()
        if target.lower().startswith("slide"):
            goal = slide.deck.slide(target[5:].strip())
            return slide.deck.parts.relate(slide.part, "slide", goal.part)
        if not re.match(r"(https?://|mailto:)", target, re.IGNORECASE):
            raise Refused(f'a link is an http, https or mailto address or "slide N", not {target!r}')
        return slide.deck.parts.relate(slide.part, "hyperlink", target, external=True)


def _bullet(kind: str) -> Element | None:
    if kind == "none":
        return None
    return node("a:buChar", {"char": "•"}) if kind == "bullet" else node("a:buAutoNum", {"type": _BULLETS[kind]})


def _bodies(shape: Shape, row: int | None = None, column: int | None = None) -> list[Element]:
    """Its text, or that of its cells; of one row or column of them where that is named."""
    own = shape.text_body
    if own is not None:
        return [own]
    return [
        body
        for at, cells in enumerate(tables.cells(shape.table), start=1)
        for across, body in enumerate(cells, start=1)
        if row in {None, at} and column in {None, across}
    ]


def _words(shape: Shape) -> str:
    return "\n".join(text.of_body(body) for body in _bodies(shape))
