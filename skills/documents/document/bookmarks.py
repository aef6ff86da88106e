"""Bookmarks: names on stretches of text, which links and references lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.documents.document.markup import BOOKMARK_START, ID, make, number, w

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.documents.document.paragraph import Paragraph
    from skills.documents.document.word import WordDocument


def find(document: WordDocument, name: str) -> Element | None:
    """Its start, in whichever part it stands."""
    for story in document.stories:
        for each in document.tree(story.part).iter(BOOKMARK_START):
            if each.get(w("name")) == name:
                return each
    return None


def enclose(document: WordDocument, paragraph: Paragraph, cut: list[Element], name: str) -> None:
    """Around the runs, which stand in the paragraph; at its end where there are none."""
    root = document.edit(paragraph.story.part)
    bookmark_id = str(max((number(each.get(ID)) for each in root.iter(BOOKMARK_START)), default=0) + 1)
    start, end = make("bookmarkStart", {"id": bookmark_id, "name": name}), make("bookmarkEnd", {"id": bookmark_id})
    if cut:
        cut[0].addprevious(start)
        end.tail, cut[-1].tail = cut[-1].tail, None
        cut[-1].addnext(end)
    else:
        paragraph.element.extend([start, end])


def text_of(start: Element) -> str:
    """What a REF to it shows; within its paragraph."""
    words: list[str] = []
    for each in start.itersiblings():
        if each.tag == w("bookmarkEnd") and each.get(ID) == start.get(ID):
            break
        words += [node.text or "" for node in each.iter(w("t"))]
    return "".join(words)
