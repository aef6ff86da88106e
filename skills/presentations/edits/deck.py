"""Edits of slides as wholes and of what all slides share: layout, background, transition, footers, theme, template."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, TargetNotFound
from copilot_server.office.xml import Element
from skills.presentations.design import turning
from skills.presentations.design.archetypes import layout_named
from skills.presentations.document import backgrounds, relayout, text, transplant
from skills.presentations.document.deck import Deck, theme_names
from skills.presentations.document.markup import child, children, need, node, put, remove, tag
from skills.presentations.document.notes import text_body
from skills.presentations.document.shapes import placeholder_of, placeholders
from skills.presentations.document.slide import Slide
from skills.presentations.document.text import Line
from skills.presentations.edits.add import attached_picture
from skills.presentations.edits.base import (
    CONTENT_TYPES,
    MEDIA_PARTS,
    DeckEdit,
    SlideRef,
    literal,
    new_slide_scope,
    slide_scope,
)
from skills.presentations.edits.format import Color

_EFFECTS = ("fade", "push", "wipe", "split", "cover", "cut", "dissolve", "zoom")


class SetLayout(DeckEdit):
    """Give a slide another layout of the deck; its content moves into the new placeholders."""

    is_rare: ClassVar[bool] = True
    op: Literal["set_layout"]
    slide: SlideRef
    layout: Annotated[str, Field(description="by name, from the outline")]

    def scope(self, document: Deck) -> Scope:
        return slide_scope(document.slide(self.slide))

    def apply(self, document: Deck) -> None:
        relayout.set_layout(document.slide(self.slide), layout_named(document, self.layout))


class SetBackground(DeckEdit):
    """Fill slides' background with a colour ("none": the layout's again) or an attached picture, or lighten theirs."""

    is_rare: ClassVar[bool] = True
    op: Literal["set_background"]
    slides: Annotated[list[SlideRef], Field(min_length=1)]
    color: Color | Literal["none"] | None = None
    picture: Annotated[str, Field(description="an attached file")] = ""
    lighten: Annotated[int | None, Field(ge=0, le=95, description="percent of the picture that fades away")] = None

    def scope(self, document: Deck) -> Scope:
        return many(document, self.slides, [*MEDIA_PARTS, CONTENT_TYPES])

    def apply(self, document: Deck) -> None:
        for slide in chosen(document, self.slides):
            if self.color is not None:
                backgrounds.set_color(slide, "" if self.color == "none" else self.color)
            if self.picture:
                backgrounds.set_picture(slide, attached_picture(document, self.picture, ""))
            if self.lighten is not None:
                backgrounds.lighten(slide, self.lighten)


class SetTransition(DeckEdit):
    """Set the transition into slides; "none" takes it off. Without `slides`: all."""

    is_rare: ClassVar[bool] = True
    op: Literal["set_transition"]
    effect: Literal["none", "fade", "push", "wipe", "split", "cover", "cut", "dissolve", "zoom"]
    slides: list[SlideRef] = Field(default_factory=list)

    def scope(self, document: Deck) -> Scope:
        return many(document, self.slides)

    def apply(self, document: Deck) -> None:
        for slide in chosen(document, self.slides):
            root = slide.edit()
            for old in [e for e in root if tag(e) == "p:transition" or any(True for _ in e.iterchildren("{*}Choice"))]:
                if next(old.iter("{*}transition"), None) is not None:
                    root.remove(old)
            if self.effect != "none":
                put(root, node("p:transition", {"spd": "med"}, node(f"p:{self.effect}")))


class SetFooters(DeckEdit):
    """Show footer text, slide numbers or a date on slides, in the layouts' own places. `false` or "" hides them."""

    is_rare: ClassVar[bool] = True
    op: Literal["set_footers"]
    footer: str | None = None
    numbers: bool | None = None
    date: str | None = None
    skip_title: Annotated[bool, Field(description="not on title slides")] = True

    def scope(self, document: Deck) -> Scope:
        return many(document, [])

    def apply(self, document: Deck) -> None:
        wanted = {
            "ftr": self.footer,
            "dt": self.date,
            "sldNum": None if self.numbers is None else ("#" if self.numbers else ""),
        }
        missing: list[int] = []
        for slide in document.slides:
            is_title = slide.layout is not None and document.parts.xml(slide.layout).get("type") == "title"
            for kind, words in wanted.items():
                if words is not None and not _show(slide, kind, "" if is_title and self.skip_title else words):
                    missing.append(slide.number)
        if missing and len(set(missing)) == len(document.slides):
            raise Refused("no layout of this deck has a place for that footer; use add_shape")


class SetTheme(DeckEdit):
    """Change the deck's theme colours and fonts; everything that uses theme slots follows."""

    is_rare: ClassVar[bool] = True
    op: Literal["set_theme"]
    colors: Annotated[
        dict[
            Literal[
                "dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink"
            ],
            str,
        ],
        Field(description="RRGGBB by slot"),
    ] = Field(default_factory=dict)
    heading_font: str = ""
    body_font: str = ""

    def scope(self, document: Deck) -> Scope:
        parts = [part for master in document.masters if (part := document.parts.one(master, "theme"))]
        return Scope(frozenset(["deck"]), frozenset(map(literal, parts)))

    def apply(self, document: Deck) -> None:
        for color in self.colors.values():
            if not re.fullmatch(r"[0-9A-Fa-f]{6}", color):
                raise Refused(f"colours are RRGGBB, not {color!r}")
        for master in document.masters:
            part = document.parts.one(master, "theme")
            if part:
                self._change(document.parts.edit(part))
        document.refresh()

    def _change(self, root: Element) -> None:
        elements = need(root, "a:themeElements")
        for slot, color in self.colors.items():
            holder = need(elements, f"a:clrScheme/a:{slot}")
            holder[:] = [node("a:srgbClr", {"val": color.upper()})]
        for path, family in (("a:majorFont", self.heading_font), ("a:minorFont", self.body_font)):
            if family:
                need(elements, f"a:fontScheme/{path}/a:latin").set("typeface", family)


class ApplyTemplate(DeckEdit):
    """Dress the deck in another template, an attached file or a theme of ours; layouts are matched by name and role."""

    is_rare: ClassVar[bool] = True
    op: Literal["apply_template"]
    template: Annotated[
        str, Field(description="attached file, or theme: meridian, ledger, nocturne, grove (also -4x3)")
    ]

    def scope(self, document: Deck) -> Scope:
        return Scope(
            frozenset([*(slide.anchor for slide in document.slides), "deck"]),
            frozenset(["ppt/*", "?Content_Types].xml"]),
        )

    def apply(self, document: Deck) -> None:
        transplant.apply_template(document, _other(document, self.template))
        if turning.is_to_turn(document):
            turning.turn(document)


class CopySlides(DeckEdit):
    """Copy slides from an attached deck, in this deck's looks."""

    is_rare: ClassVar[bool] = True
    op: Literal["copy_slides"]
    deck: Annotated[str, Field(description="name of the attached deck")]
    slides: Annotated[list[int], Field(min_length=1, description="their numbers there")]
    after: SlideRef | None = None

    def scope(self, document: Deck) -> Scope:
        return new_slide_scope(document, ["ppt/*"], count=len(self.slides))

    def apply(self, document: Deck) -> None:
        source = _other(document, self.deck)
        at = None if self.after is None else document.slide(self.after).number + 1 if self.after != "0" else 1
        for offset, reference in enumerate(self.slides):
            transplant.copy_slide(document, source.slide(reference), None if at is None else at + offset)


class SetSections(DeckEdit):
    """Divide the deck into named sections, each starting at a slide; the list replaces what there is."""

    is_rare: ClassVar[bool] = True
    op: Literal["set_sections"]
    sections: Annotated[dict[str, int], Field(description="name → number of its first slide; {} removes all")]

    def scope(self, document: Deck) -> Scope:
        return Scope(frozenset(["deck"]), frozenset([literal(document.main)]))

    def apply(self, document: Deck) -> None:
        starts = sorted(self.sections.items(), key=lambda pair: pair[1])
        if starts and starts[0][1] != 1:
            raise Refused("the first section starts at slide 1")
        listed = need(document.parts.edit(document.main), "p:extLst")
        for extension in children(listed, "p:ext"):
            if extension.get("uri") == _SECTIONS_URI:
                listed.remove(extension)
        if starts:
            listed.append(_section_list(document, starts))
        if not len(listed):
            remove(listed)


_SECTIONS_URI = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"


def many(document: Deck, references: list[str], parts: Sequence[str] = ()) -> Scope:
    """These slides, or all, and further `parts`."""
    scopes = [slide_scope(slide, parts=parts) for slide in chosen(document, references)]
    return Scope(
        frozenset().union(*(each.places for each in scopes)), frozenset().union(*(each.parts for each in scopes))
    )


def chosen(document: Deck, references: list[str]) -> list[Slide]:
    return [document.slide(each) for each in references] if references else list(document.slides)


def _other(document: Deck, name: str) -> Deck:
    name = PurePath(name).name
    if name in document.attached:
        return Deck.open(document.attached[name])
    if name.lower() in theme_names():
        return Deck.create(name.lower())
    known = ", ".join([*document.attached, *theme_names()])
    raise TargetNotFound(f"no attached file or theme {name!r}; there are: {known}")


def _show(slide: Slide, kind: str, words: str) -> bool:
    """Show, change or hide one footer; False where the layout has no place for it."""
    slide.edit()
    present = next((element for element, own in placeholders(slide.root) if own.get("type") == kind), None)
    if not words:
        remove(present)
        return True
    if present is None:
        present = _from_layout(slide, kind)
        if present is None:
            return False
    if kind != "sldNum":
        body = child(present, "p:txBody")
        text.set_body(put(present, text_body()) if body is None else body, [Line(words)])
    return True


def _from_layout(slide: Slide, kind: str) -> Element | None:
    for element, own in placeholders(slide.deck.parts.xml(slide.layout)) if slide.layout else ():
        if own.get("type") == kind:
            made = copy.deepcopy(element)
            need(made, "p:spPr")[:] = []
            need(made, "p:nvSpPr/p:cNvPr").set("id", str(slide.free_shape_id))
            link = placeholder_of(made)
            body = child(made, "p:txBody")
            if link is not None and body is not None:
                need(body, "a:lstStyle")[:] = []
            slide.tree.append(made)
            return made
    return None


def _section_list(document: Deck, starts: list[tuple[str, int]]) -> Element:
    made = node("p14:sectionLst")
    for at, (name, first) in enumerate(starts):
        last = starts[at + 1][1] - 1 if at + 1 < len(starts) else len(document.slides)
        ids = [node("p14:sldId", {"id": slide.id}) for slide in document.slides[first - 1 : last]]
        guid = f"{{{0x5EC71000 + at:08X}-0000-4000-8000-{first:012X}}}"
        made.append(node("p14:section", {"name": name, "id": guid}, node("p14:sldIdLst", None, *ids)))
    return node("p:ext", {"uri": _SECTIONS_URI}, made)
