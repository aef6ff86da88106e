"""Findings of the whole: headings, references, comments, tables, pictures, numbering, fonts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from copilot_server.agent.changes import Finding
from copilot_server.office.xml import qname
from skills.documents.document.comments import comments
from skills.documents.document.markup import (
    BOOKMARK_END,
    BOOKMARK_START,
    FALLBACK,
    FLD_SIMPLE,
    ID,
    INSTR,
    TXBX,
    P,
    R,
    T,
    child,
    number,
    value,
    w,
)
from skills.documents.document.page import page_of, section_of
from skills.documents.document.tables import Table, tables
from skills.documents.writing.contents import headings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.xml import Element
    from skills.documents.document.word import WordDocument

_REFERENCE: Final = re.compile(r"\b(?:REF|PAGEREF|NOTEREF)\s+\"?([^\s\"\\]+)", re.IGNORECASE)
_BROKEN: Final = re.compile(r"Error! (?:Reference source|Bookmark) not", re.IGNORECASE)
_MAX_FONTS = 4


def structure_findings(document: WordDocument) -> tuple[Finding, ...]:
    """Each names the place it is at."""
    return document.remembered("structure findings", lambda: tuple(_findings(document)))


def _findings(document: WordDocument) -> Iterator[Finding]:
    yield from _heading_levels(document)
    yield from _references(document)
    yield from _numbering(document)
    yield from _comments(document)
    yield from _tables(document)
    yield from _pictures(document)
    yield from _fonts(document)


def _heading_levels(document: WordDocument) -> Iterator[Finding]:
    last = 0
    for each in headings(document):
        if last and each.level > last + 1:
            anchor = document.identify(document.stories[0], each.element).anchor
            text = f"heading {each.level} {each.text[:50]!r} follows a heading {last}"
            yield Finding("heading-level", anchor, text, f"make it heading {last + 1}", each.text)
        last = each.level


def _references(document: WordDocument) -> Iterator[Finding]:
    names = {
        each.get(w("name")) for story in document.stories for each in document.tree(story.part).iter(BOOKMARK_START)
    }
    for story in document.stories:
        root = document.tree(story.part)
        codes = [(each, each.text or "") for each in root.iter(INSTR)]
        codes += [(each, each.get(w("instr"), "")) for each in root.iter(FLD_SIMPLE)]
        for element, code in codes:
            match = _REFERENCE.search(code)
            if match and match[1] not in names:
                where = _anchor(document, element)
                yield Finding(
                    "broken-reference", where, f"the field refers to bookmark {match[1]!r}, which is gone", "", match[1]
                )
        for node in root.iter(T):
            if _BROKEN.search(node.text or ""):
                yield Finding(
                    "broken-reference", _anchor(document, node), "a cross-reference shows an error", "", node.text or ""
                )
        for link in root.iter(w("hyperlink")):
            target = link.get(w("anchor"))
            if target and target not in names and target != "_top" and link.get(qname("r:id")) is None:
                yield Finding(
                    "broken-link",
                    _anchor(document, link),
                    f"a link leads to bookmark {target!r}, which is gone",
                    "",
                    target,
                )
        yield from _half_bookmarks(document, root)


def _half_bookmarks(document: WordDocument, root: Element) -> Iterator[Finding]:
    starts = {each.get(ID): each for each in root.iter(BOOKMARK_START)}
    ends = {each.get(ID) for each in root.iter(BOOKMARK_END)}
    for bookmark_id, start in starts.items():
        if bookmark_id not in ends:
            name = start.get(w("name"), "")
            yield Finding("half-bookmark", _anchor(document, start), f"bookmark {name!r} has no end", "", name)


def _numbering(document: WordDocument) -> Iterator[Finding]:
    part = document.part("numbering")
    known = {each.get(w("numId")) for each in document.tree(part).iterfind(w("num"))} if part else set[str | None]()
    for each in document.body.iter(w("numId")):
        num_id = each.get(w("val"))
        if num_id not in {*known, "0", None}:
            yield Finding(
                "broken-numbering",
                _anchor(document, each),
                f"its list {num_id} does not exist",
                "make it a list again",
                "",
            )


def _comments(document: WordDocument) -> Iterator[Finding]:
    anchored = {
        each.get(ID)
        for story in document.stories
        if story.kind != "comments"
        for each in document.tree(story.part).iter(w("commentReference"))
    }
    for each in comments(document):
        if each.id not in anchored and not each.parent:
            yield Finding(
                "loose-comment",
                f"comment:{each.id}",
                f"comment {each.id} is anchored to nothing",
                "",
                each.text,
                "hint",
            )


def _tables(document: WordDocument) -> Iterator[Finding]:
    for table in tables(document):
        if next(table.element.iterancestors(TXBX, w("tbl")), None) is not None:
            continue
        yield from _too_wide(document, table)
        look = child(table.element.find(w("tblPr")), "tblLook")
        has_no_header = look is not None and look.get(w("firstRow")) == "0"
        if (
            len(table.rows) > 3
            and table.width > 1
            and not (table.header_rows or has_no_header or not _looks_headed(table))
        ):
            text = "the header row does not repeat on the next page"
            yield Finding("table-header", table.label, text, "mark it as header row", "", "hint")


def _looks_headed(table: Table) -> bool:
    first = table.grid[0]
    return all(cell.text.strip() and not cell.text.strip()[0].isdigit() for cell in first)


def _too_wide(document: WordDocument, table: Table) -> Iterator[Finding]:
    grid = child(table.element, "tblGrid")
    width = sum(number(each.get(w("w"))) for each in grid) if grid is not None else 0
    block = table.element
    while (parent := block.getparent()) is not None and parent.tag != w("body"):
        block = parent
    page = page_of(section_of(document.body, block))
    if width > (page.width - page.left // 2) and value(table.element.find(w("tblPr")), "tblLayout") is None:
        yield Finding(
            "wide-table", table.label, f"{width / 567:.1f} cm wide on a page of {page.width / 567:.1f} cm", "", ""
        )


def _pictures(document: WordDocument) -> Iterator[Finding]:
    for each in document.body.iter(qname("wp:docPr")):
        if next(each.iterancestors(FALLBACK), None) is not None:
            continue  # the twin of what is looked at by itself
        holds_picture = each.getparent() is not None and next(_parent(each).iter(qname("pic:pic")), None) is not None
        if holds_picture and not each.get("descr") and not each.get("title"):
            yield Finding(
                "alt-text",
                _anchor(document, each),
                "a picture has no alternative text",
                "describe it",
                each.get("name", ""),
                "hint",
            )


def _fonts(document: WordDocument) -> Iterator[Finding]:
    """Set directly on runs that have text."""
    used: set[str] = set()
    for fonts in document.body.iter(w("rFonts")):
        name = fonts.get(w("ascii"))
        run = _parent(_parent(fonts))
        if name and name not in used and run.tag == R and run.find(T) is not None:
            used.add(name)
    if len(used) > _MAX_FONTS:
        names = ", ".join(sorted(used))
        yield Finding(
            "many-fonts", "document", f"{len(used)} fonts are set directly: {names}", "use styles", "", "hint"
        )


def _parent(element: Element) -> Element:
    parent = element.getparent()
    return element if parent is None else parent


def _anchor(document: WordDocument, element: Element) -> str:
    paragraph = next(element.iterancestors(P), None)
    root = element.getroottree().getroot()
    for story in document.stories:
        if paragraph is not None and document.tree(story.part) is root:
            return document.identify(story, paragraph).anchor
    return "document"
