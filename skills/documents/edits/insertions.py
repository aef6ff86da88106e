"""Edits that put things at words: notes, links, bookmarks, cross-references, pictures, controls."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, TargetNotFound, ToolError
from copilot_server.office.xml import NS, qname
from skills.documents.document import bookmarks, notes, pictures, runs, splice
from skills.documents.document.blocks import insert_blocks
from skills.documents.document.fields import field_runs
from skills.documents.document.markup import RPR, make, number, paragraph_properties, put, w
from skills.documents.document.orders import PPR_ORDER, RPR_ORDER
from skills.documents.document.page import page_of, section_of
from skills.documents.document.styles import use_style
from skills.documents.document.word import WordDocument
from skills.documents.edits.base import At, WordEdit, give_ids, scope_of, stretch
from skills.documents.edits.blocks import Beside, top_block
from skills.documents.writing.blocks import Caption, Span
from skills.documents.writing.builder import Builder
from skills.documents.writing.numbers import recount

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph

_NAME = re.compile(r"[^\W\d]\w{0,39}")


class AtWords(WordEdit):
    """An edit at words of a paragraph."""

    at: At
    words: Annotated[str | None, Field(description="as they stand; default: the whole paragraph")] = None

    def scope(self, document: WordDocument) -> Scope:
        paragraph = document.paragraph(self.at)
        return scope_of(document, {paragraph.place, "bookmark:*"}, {paragraph.story})

    def cut(self, document: WordDocument) -> tuple[Paragraph, list[Element]]:
        """The paragraph and the runs that hold just the words, in order. Raises TargetNotFound."""
        paragraph = document.paragraph(self.at, editing=True)
        start, end = stretch(paragraph, self.words)
        pieces = [each for each in paragraph.inlines if each.kind == "text" and each.start < end and each.end > start]
        cut = [runs.carve(each, max(start, each.start), min(end, each.end)) for each in reversed(pieces)]
        return paragraph, cut[::-1]


class Footnote(AtWords):
    """A footnote or endnote after words."""

    op: Literal["footnote"]
    is_rare: ClassVar[bool] = True
    text: Annotated[str, Field(min_length=1, description="the note")]
    kind: Literal["footnote", "endnote"] = "footnote"

    def scope(self, document: WordDocument) -> Scope:
        base = super().scope(document)
        return Scope(base.places | {"setting:*"}, base.parts)

    def apply(self, document: WordDocument) -> None:
        paragraph, cut = self.cut(document)
        if paragraph.story.kind != "body":
            raise Refused("notes can stand in the body only")
        made = notes.add_note(document, self.kind, [make("r", None, *runs.text_nodes(self.text))])
        if cut:
            made.tail, cut[-1].tail = cut[-1].tail, None
            cut[-1].addnext(made)
        else:
            paragraph.element.append(made)
        marker = self.marker(document, paragraph.story)
        if marker is not None:
            splice.wrap(made, marker.element("ins"))


class Link(AtWords):
    """Make words a hyperlink to an address, or to a bookmark (#name); `to: ""` takes a link off."""

    op: Literal["link"]
    is_rare: ClassVar[bool] = True
    to: Annotated[str, Field(description="https://…, mailto:… or #bookmark")]

    def apply(self, document: WordDocument) -> None:
        paragraph, cut = self.cut(document)
        if any(next(run.iterancestors(w("hyperlink")), None) is not None for run in cut):
            raise Refused("those words are a link already; delete and insert them to change it")
        if self.to.startswith("#"):
            attributes = {"anchor": self.to[1:], "history": "1"}
        elif re.match(r"(https?://|mailto:)", self.to):
            rid = document.relate(paragraph.story.part, f"{NS['r']}/hyperlink", self.to, external=True)
            attributes = {"r:id": rid, "history": "1"}
        else:
            raise ToolError("to: must start with https://, http://, mailto: or #")
        style = use_style(document, "Hyperlink", "character")
        marker = self.marker(document, paragraph.story)
        for run in [_replaced(each, marker) for each in cut] if marker is not None else cut:
            splice.wrap(
                run if marker is None else splice.wrap(run, marker.element("ins")), make("hyperlink", attributes)
            )
            rpr = run.find(RPR)
            if rpr is None:
                rpr = make("rPr")
                run.insert(0, rpr)
            put(rpr, "rStyle", RPR_ORDER, {"val": style})


def _replaced(run: Element, marker: splice.Marker) -> Element:
    """The run marked deleted, and a copy of it after that: links cannot be tracked, so new words are linked."""
    new = copy.deepcopy(run)
    new.tail = None
    run.addnext(new)
    splice.strike(run, marker)
    return new


class Bookmark(AtWords):
    """Name words, so that links and cross-references can lead to them."""

    op: Literal["bookmark"]
    is_rare: ClassVar[bool] = True
    name: Annotated[str, Field(description="letters, digits and _")]

    def apply(self, document: WordDocument) -> None:
        if not _NAME.fullmatch(self.name):
            raise ToolError("name: must start with a letter and hold letters, digits and _ only, at most 40")
        if bookmarks.find(document, self.name) is not None:
            raise Refused(f"a bookmark {self.name!r} exists already")
        paragraph, cut = self.cut(document)
        bookmarks.enclose(document, paragraph, cut, self.name)


class CrossReference(AtWords):
    """A live reference after words, to a bookmark's text, number or page."""

    op: Literal["cross_reference"]
    is_rare: ClassVar[bool] = True
    to: Annotated[str, Field(description="bookmark, or anchor of a paragraph (it gets one)")]
    shows: Annotated[Literal["text", "page"], Field(description="what it shows")] = "text"

    def scope(self, document: WordDocument) -> Scope:
        base = super().scope(document)
        return Scope(base.places | {"*"}, base.parts)

    def apply(self, document: WordDocument) -> None:
        name, text = self._target(document)
        paragraph, cut = self.cut(document)
        code = f"REF {name} \\h" if self.shows == "text" else f"PAGEREF {name} \\h"
        is_page = self.shows == "page"
        made = field_runs(code, "1" if is_page else text, cut[-1] if cut else None, is_dirty=is_page)
        place = cut[-1] if cut else None
        for run in made:
            if place is None:
                paragraph.element.append(run)
            else:
                place.addnext(run)
            place = run
        marker = self.marker(document, paragraph.story)
        if marker is not None:
            for run in made:
                splice.wrap(run, marker.element("ins"))

    def _target(self, document: WordDocument) -> tuple[str, str]:
        found = bookmarks.find(document, self.to)
        if found is not None:
            return self.to, bookmarks.text_of(found)
        target = document.paragraph(self.to, editing=True)
        name = f"_Ref{_number_of(target.place):09d}"
        if bookmarks.find(document, name) is None:
            worded = [each.run for each in target.inlines if each.kind == "text" and each.run is not None]
            bookmarks.enclose(document, target, worded, name)
        return name, target.text


class Picture(Beside):
    """Insert a picture, with alternative text and perhaps a caption."""

    op: Literal["picture"]
    is_rare: ClassVar[bool] = True
    picture: Annotated[str, Field(description="an attached file, or base64")]
    alt: Annotated[str, Field(min_length=1, description="what it shows")]
    width: Annotated[float | None, Field(gt=0, le=100, description="cm; default: its own, at most the page's")] = None
    caption: Annotated[str | None, Field(description="text after “Figure n: ”")] = None
    align: Literal["left", "center", "right"] = "center"

    def scope(self, document: WordDocument) -> Scope:
        story, _ = self.target(document, editing=False)
        return scope_of(document, self.places(document), {story})

    def apply(self, document: WordDocument) -> None:
        data = pictures.given(document.attached, self.picture)
        story, target = self.target(document, editing=True)
        page = page_of(section_of(document.edit_body(), top_block(target)) if story.kind == "body" else None)
        width = round(self.width * 567) if self.width else 0
        run = pictures.picture_run(document, story.part, data, self.alt, page.text_width, width)
        made = [make("p", None, run)]
        put(paragraph_properties(made[0]), "jc", PPR_ORDER, {"val": self.align})
        if self.caption is not None:
            put(paragraph_properties(made[0]), "keepNext", PPR_ORDER)
            made += Builder(document, story.part, page).build([Caption("Figure", (Span(self.caption),))])
            put(paragraph_properties(made[1]), "jc", PPR_ORDER, {"val": self.align})
        give_ids(document, story, made)
        insert_blocks(target, made, self.marker(document, story), is_before=self.before is not None)
        recount(document)


class AltText(WordEdit):
    """Set the alternative text of the pictures in a paragraph."""

    op: Literal["alt_text"]
    is_rare: ClassVar[bool] = True
    at: At
    text: Annotated[str, Field(min_length=1, description="what they show")]

    def scope(self, document: WordDocument) -> Scope:
        paragraph = document.paragraph(self.at)
        return scope_of(document, {paragraph.place}, {paragraph.story})

    def apply(self, document: WordDocument) -> None:
        paragraph = document.paragraph(self.at, editing=True)
        found = list(paragraph.element.iter(qname("wp:docPr")))
        if not found:
            raise TargetNotFound(f"[{self.at}] holds no picture")
        for each in found:
            each.set("descr", self.text)


class Control(AtWords):
    """Put words into a content control, so that people and programs can fill them in by name."""

    op: Literal["control"]
    is_rare: ClassVar[bool] = True
    name: Annotated[str, Field(min_length=1, max_length=64, description="its title and tag")]
    choices: Annotated[tuple[str, ...], Field(max_length=50, description="makes it a drop-down list")] = ()

    def apply(self, document: WordDocument) -> None:
        _, cut = self.cut(document)
        if not cut or any(run.getparent() is not cut[0].getparent() for run in cut):
            raise Refused("those words stand partly in a link, revision or control; choose others")
        root = cut[0].getroottree().getroot()
        control_id = str(max((number(each.get(w("val"))) for each in root.iter(w("id"))), default=0) + 1)
        names = [make(local, {"val": self.name}) for local in ("alias", "tag")]
        about = make("sdtPr", None, *names, make("id", {"val": control_id}))
        if self.choices:
            items = (make("listItem", {"displayText": each, "value": each}) for each in self.choices)
            about.append(make("dropDownList", None, *items))
        else:
            about.append(make("text"))
        content = make("sdtContent")
        splice.wrap(cut[0], make("sdt", None, about))
        sdt = cut[0].getparent()
        if sdt is not None:
            sdt.append(content)
        content.extend(cut)


def _number_of(text: str) -> int:
    """The same for the same text in every process, unlike `hash`."""
    number = 0
    for letter in text:
        number = (number * 31 + ord(letter)) % 1_000_000_000
    return number
