"""Edits of pages: headers, footers, page setup, section breaks."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, TargetNotFound
from copilot_server.office.xml import NS, qname, serialize
from skills.documents.document.blocks import delete_tracked, mark_block_inserted
from skills.documents.document.markup import (
    P,
    child,
    drop,
    insert_in_order,
    make,
    paragraph_properties,
    put,
    w,
)
from skills.documents.document.orders import PPR_ORDER, SECTPR_ORDER, SETTINGS_ORDER
from skills.documents.document.page import Page, page_of, section_of, sections
from skills.documents.document.paragraph import Paragraph
from skills.documents.document.splice import clear
from skills.documents.document.styles import use_style
from skills.documents.document.word import WordDocument
from skills.documents.edits.base import WordEdit, bookkeeping, scope_of
from skills.documents.edits.blocks import top_block
from skills.documents.writing.blocks import Text
from skills.documents.writing.builder import Builder
from skills.documents.writing.markdown import parse

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.documents.document.story import Story

_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
_PAPERS: Final = {
    "a3": (16838, 23811),
    "a4": (11906, 16838),
    "a5": (8391, 11906),
    "letter": (12240, 15840),
    "legal": (12240, 20160),
}


class HeaderFooter(WordEdit):
    """Set the text of a header or footer. {page} {pages} {date} {title} are fields; tabs go to centre and right."""

    op: Literal["header_footer"]
    which: Literal["header", "footer"]
    text: Annotated[str, Field(description='inline Markdown; "" empties it')]
    on: Annotated[Literal["default", "first", "even"], Field(description="which pages")] = "default"
    section: Annotated[int | None, Field(ge=1, description="only this section; default: all that differ")] = None
    align: Annotated[Literal["left", "center", "right"] | None, Field(description="of its text")] = None

    def scope(self, document: WordDocument) -> Scope:
        places = {f"{self.which}*", "after:*", "setting:evenAndOddHeaders", "section:*"}
        base = scope_of(document, places, document.stories[:1])
        return Scope(base.places, base.parts | {f"*{self.which}*.xml"})

    def apply(self, document: WordDocument) -> None:
        found = sections(document.edit_body())
        if self.section is not None and self.section > len(found):
            raise TargetNotFound(f"no section {self.section}; there are {len(found)}")
        chosen = found if self.section is None else [found[self.section - 1]]
        done: set[str] = set()
        for index, section in enumerate(chosen):
            reference = self._reference(section)
            if reference is not None:
                rid = reference.get(qname("r:id"), "")
                if rid not in done:
                    self._write(document, document.story_of(rid), section)
                    done.add(rid)
            elif index == 0:
                rid = self._new(document, section)
                done.add(rid)
                self._write(document, document.story_of(rid), section)
        self._show(document, chosen)

    def _reference(self, section: Element) -> Element | None:
        for each in section.iterfind(w(f"{self.which}Reference")):
            if each.get(w("type"), "default") == self.on:
                return each
        return None

    def _new(self, document: WordDocument, section: Element) -> str:
        """Later sections without one of their own show it too."""
        root = make("hdr" if self.which == "header" else "ftr", None, make("p"))
        kind = f"{NS['r']}/{self.which}"
        rid = document.add_part(f"word/{self.which}1.xml", serialize(root), _TYPE.format(self.which), kind)
        reference = make(f"{self.which}Reference", {"type": self.on, "r:id": rid})
        section.insert(0, reference)
        return rid

    def _write(self, document: WordDocument, story: Story, section: Element) -> None:
        """Where tracked, the old words stay, struck; else the first paragraph's look is kept."""
        root = document.edit(story.part)
        marker = self.marker(document, story)
        old = list(root.iterchildren(P))
        made = self._paragraph(document, story, old[0] if old else None, page_of(section))
        if marker is None:
            for each in old[1:]:
                root.remove(each)
            if old:
                root.replace(old[0], made)
            else:
                root.append(made)
            return
        if self.text:
            root.append(made)
            mark_block_inserted(made, marker)
        for each in old:
            if self.text:  # as a whole, its fields too
                delete_tracked(each, marker)
            else:
                clear(Paragraph(story, "", each), marker)

    def _paragraph(self, document: WordDocument, story: Story, old: Element | None, page: Page) -> Element:
        blocks = parse(self.text, document.attached) if self.text.strip() else ()
        spans = blocks[0].spans if blocks and isinstance(blocks[0], Text) else ()
        builder = Builder(document, story.part, page, old)
        made = builder.build([Text(spans)])[0]
        ppr = paragraph_properties(made)
        if child(ppr, "pStyle") is None:
            put(ppr, "pStyle", PPR_ORDER, {"val": use_style(document, self.which)})
        if "\t" in self.text and child(ppr, "tabs") is None:
            stops = put(ppr, "tabs", PPR_ORDER)
            edges = (("clear", 4513), ("clear", 9026), ("center", page.text_width // 2), ("right", page.text_width))
            stops.extend([make("tab", {"val": kind, "pos": str(position)}) for kind, position in edges])
        if self.align is not None:
            put(ppr, "jc", PPR_ORDER, {"val": self.align})
        return made

    def _show(self, document: WordDocument, chosen: list[Element]) -> None:
        """First pages and even pages differ only where the file says so."""
        if self.on == "first":
            for section in chosen:
                put(section, "titlePg", SECTPR_ORDER)
        settings = document.part("settings")
        if self.on == "even" and settings is not None:
            put(document.edit(settings), "evenAndOddHeaders", SETTINGS_ORDER)


class PageSetup(WordEdit):
    """Paper, orientation, margins and columns of a section; `break_after` starts a new section first."""

    op: Literal["page"]
    is_rare: ClassVar[bool] = True
    section: Annotated[int | None, Field(ge=1, description="number; default: all")] = None
    break_after: Annotated[str | None, Field(description="anchor: a section ends there, what follows is set up")] = None
    start: Annotated[Literal["nextPage", "continuous", "evenPage", "oddPage"], Field(description="of that break")] = (
        "nextPage"
    )
    paper: Literal["a3", "a4", "a5", "letter", "legal"] | None = None
    orientation: Literal["portrait", "landscape"] | None = None
    margins: Annotated[
        list[float] | None, Field(min_length=4, max_length=4, description="cm: top right bottom left")
    ] = None
    columns: Annotated[int | None, Field(ge=1, le=6, description="text columns")] = None
    first_page_number: Annotated[int | None, Field(ge=0, description="restart numbering at")] = None

    def scope(self, document: WordDocument) -> Scope:
        places = {"section:*"}
        if self.break_after is not None:
            places.add(document.paragraph(self.break_after).place)
        return scope_of(document, places, document.stories[:1])

    def apply(self, document: WordDocument) -> None:
        body = document.edit_body()
        chosen = [self._broken(document)] if self.break_after else sections(body)
        if not chosen:
            body.append(make("sectPr"))
            chosen = sections(body)
        if self.section is not None:
            if self.section > len(chosen):
                raise TargetNotFound(f"no section {self.section}; there are {len(chosen)}")
            chosen = [chosen[self.section - 1]]
        for each in chosen:
            self._set(each)

    def _broken(self, document: WordDocument) -> Element:
        """The section that follows the new break: of the same setup as before, its headers inherited."""
        paragraph = document.paragraph(self.break_after or "", editing=True)
        if paragraph.story.kind != "body" or top_block(paragraph.element) is not paragraph.element:
            raise Refused("a section can end at a paragraph of the body only, not in a table or header")
        if paragraph.holds_section_break:
            raise Refused("a section ends there already")
        governing = section_of(document.edit_body(), paragraph.element)
        following = governing if governing is not None else make("sectPr")
        ending = copy.deepcopy(following)
        ending.tail = None
        insert_in_order(paragraph_properties(paragraph.element), ending, PPR_ORDER)
        for name in ("headerReference", "footerReference"):
            drop(following, name)
        put(following, "type", SECTPR_ORDER, {"val": self.start})
        return following

    def _set(self, section: Element) -> None:
        page = page_of(section)
        width, height = _PAPERS[self.paper] if self.paper else (page.width, page.height)
        is_landscape = self.orientation == "landscape" if self.orientation else page.width > page.height
        short, long = sorted((width, height))
        across, down = (long, short) if is_landscape else (short, long)
        if self.paper or self.orientation:
            size = {"w": str(across), "h": str(down)} | ({"orient": "landscape"} if is_landscape else {})
            put(section, "pgSz", SECTPR_ORDER, size)
        if self.margins is not None:
            twips = [str(round(each * 567)) for each in self.margins]
            given = dict(zip(("top", "right", "bottom", "left"), twips, strict=True))
            old = child(section, "pgMar")
            kept = {"header": "708", "footer": "708", "gutter": "0"}
            kept |= {name: old.get(w(name), text) for name, text in kept.items()} if old is not None else {}
            put(section, "pgMar", SECTPR_ORDER, given | kept)
        if self.columns is not None:
            put(section, "cols", SECTPR_ORDER, {"num": str(self.columns), "space": "708"})
        if self.first_page_number is not None:
            put(section, "pgNumType", SECTPR_ORDER, {"start": str(self.first_page_number)})


class Properties(WordEdit):
    """Title, author and the like, language, protection, whether changes are tracked from now on."""

    op: Literal["properties"]
    is_rare: ClassVar[bool] = True
    title: str | None = None
    subject: str | None = None
    creator: Annotated[str | None, Field(description="the author")] = None
    keywords: str | None = None
    language: Annotated[str | None, Field(pattern=r"^[a-z]{2,3}(-[A-Z][A-Za-z]+)?$", description="e.g. en-GB")] = None
    track_changes: Annotated[bool | None, Field(description="the document's own setting")] = None
    protect: Annotated[
        Literal["none", "readOnly", "comments", "trackedChanges", "forms"] | None, Field(description="editing allowed")
    ] = None

    def scope(self, document: WordDocument) -> Scope:
        places = {"properties", "setting:*", "style-definition:*"}
        core = document.package.related("", "core-properties")
        return Scope(frozenset(places), bookkeeping(document) | {"docProps/*", "_rels/.rels", *core})

    def apply(self, document: WordDocument) -> None:
        self._describe(document)
        self._set(document)
        styles = document.part("styles")
        if self.language is not None and styles is not None:
            defaults = document.edit(styles).find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}")
            if defaults is not None:
                put(defaults, "lang", (w("lang"),), {"val": self.language})

    def _describe(self, document: WordDocument) -> None:
        names = {"dc:title": self.title, "dc:subject": self.subject, "dc:creator": self.creator}
        given = {name: text for name, text in {**names, "cp:keywords": self.keywords}.items() if text is not None}
        if not given:
            return
        root = document.core_properties()
        for name, text in given.items():
            found = root.find(qname(name))
            if found is None:
                found = root.makeelement(qname(name))
                root.append(found)
            found.text = text

    def _set(self, document: WordDocument) -> None:
        part = document.part("settings")
        if part is None or (self.track_changes is None and self.protect is None):
            return
        settings = document.edit(part)
        if self.track_changes is not None:
            drop(settings, "trackRevisions")
            if self.track_changes:
                put(settings, "trackRevisions", SETTINGS_ORDER)
        if self.protect is not None:
            drop(settings, "documentProtection")
            if self.protect != "none":
                put(settings, "documentProtection", SETTINGS_ORDER, {"edit": self.protect, "enforcement": "1"})
