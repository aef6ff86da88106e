"""A table of contents: a TOC field whose entries are computed from the headings there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skills.documents.document.fields import field_runs
from skills.documents.document.inline import visible_text
from skills.documents.document.markup import (
    BOOKMARK_START,
    ID,
    PPR,
    SPACE,
    TC,
    P,
    child,
    make,
    number,
    paragraph_properties,
    put,
    value,
    w,
)
from skills.documents.document.numbering import numbering_of
from skills.documents.document.orders import PPR_ORDER
from skills.documents.document.runs import text_nodes
from skills.documents.document.styles import styles_of, use_style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.page import Page
    from skills.documents.document.word import WordDocument


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    label: str
    text: str
    element: Element
    bookmark: str = ""


def headings(
    document: WordDocument, depth: int = 9, *, editing: bool = False, with_labels: bool = False
) -> list[Heading]:
    """Of the body, outside of tables, that have text; where asked for with the number that stands before them."""
    styles = styles_of(document)
    body = document.edit_body() if editing else document.body
    found: list[Heading] = []
    labels: Mapping[Element, str] = {}
    for element in body.iter(P):
        level = _level(element, styles.heading_level(value(element.find(PPR), "pStyle")))
        if level is None or not 1 <= level <= depth or next(element.iterancestors(TC), None) is not None:
            continue
        text = " ".join(visible_text(element).split())
        if text:
            if with_labels and not labels:
                labels = numbering_of(document, styles).labels(body.iter(P))
            found.append(Heading(level, labels.get(element, ""), text, element, _bookmark(element)))
    return found


def _level(paragraph: Element, by_style: int | None) -> int | None:
    own = value(paragraph.find(PPR), "outlineLvl")
    if own is not None:
        return number(own) + 1 if number(own) < 9 else None
    return by_style


def _bookmark(heading: Element) -> str:
    names = (each.get(w("name"), "") for each in heading.iter(BOOKMARK_START))
    return next((name for name in names if name.startswith("_Toc")), "")


def contents_blocks(document: WordDocument, depth: int, title: str, page: Page) -> list[Element]:
    """The field over as many paragraphs as there are entries, its title before it."""
    found = [_marked(document, each) for each in headings(document, depth, editing=True, with_labels=True)]
    paragraphs = [_entry(document, each, "1", page) for each in found]
    if not paragraphs:
        paragraphs = [make("p", None, make("r", None, *text_nodes("No headings yet.")))]
    enclose(paragraphs, f'TOC \\o "1-{depth}" \\h \\z \\u')
    if title:
        head = make("p", None, make("pPr", None, make("pStyle", {"val": use_style(document, "TOC Heading")})))
        head.append(make("r", None, *text_nodes(title)))
        return [head, *paragraphs]
    return paragraphs


def enclose(paragraphs: Sequence[Element], instruction: str) -> None:
    """Make the paragraphs the result of one field."""
    code = make("instrText")
    code.text = f" {instruction} "
    code.set(SPACE, "preserve")
    opening = [
        make("r", None, make("fldChar", {"fldCharType": "begin"})),
        make("r", None, code),
        make("r", None, make("fldChar", {"fldCharType": "separate"})),
    ]
    place = 1 if paragraphs[0].find(PPR) is not None else 0
    for offset, run in enumerate(opening):
        paragraphs[0].insert(place + offset, run)
    paragraphs[-1].append(make("r", None, make("fldChar", {"fldCharType": "end"})))


def _marked(document: WordDocument, heading: Heading) -> Heading:
    """With a bookmark the entry can lead to."""
    if heading.bookmark:
        return heading
    root = document.edit(document.main)
    starts = list(root.iter(BOOKMARK_START))
    bookmark_id = str(max((number(each.get(ID)) for each in starts), default=0) + 1)
    names = {each.get(w("name")) for each in starts}
    serial = 1
    while f"_Toc{100_000 + serial}" in names:
        serial += 1
    name = f"_Toc{100_000 + serial}"
    place = 1 if heading.element.find(PPR) is not None else 0
    heading.element.insert(place, make("bookmarkStart", {"id": bookmark_id, "name": name}))
    heading.element.append(make("bookmarkEnd", {"id": bookmark_id}))
    return Heading(heading.level, heading.label, heading.text, heading.element, name)


def _entry(document: WordDocument, heading: Heading, page_number: str, page: Page) -> Element:
    style_id = use_style(document, f"toc {heading.level}")
    made = make("p", None, make("pPr", None, make("pStyle", {"val": style_id})))
    if child(made.find(PPR), "tabs") is None and not _has_stop(document, style_id):
        tabs = put(paragraph_properties(made), "tabs", PPR_ORDER)
        tabs.append(make("tab", {"val": "right", "leader": "dot", "pos": str(page.text_width)}))
    label = f"{heading.label}\t" if heading.label else ""
    runs = [make("r", None, *text_nodes(f"{label}{heading.text}\t"))]
    runs += field_runs(f"PAGEREF {heading.bookmark} \\h", page_number)
    made.append(make("hyperlink", {"anchor": heading.bookmark, "history": "1"}, *runs))
    return made


def _has_stop(document: WordDocument, style_id: str) -> bool:
    """Whether the style puts the page number at the right edge of this document's pages."""
    tabs = styles_of(document).inherited(style_id, PPR, "tabs")
    return tabs is not None and any(each.get(w("val")) == "right" for each in tabs)
