"""The tracked changes a file holds, as facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from copilot_server.office.xml import local_name
from skills.documents.document.markup import (
    AUTHOR,
    BOOKMARK_END,
    BOOKMARK_START,
    DATE,
    DEL,
    DEL_TEXT,
    FALLBACK,
    MOVE_FROM,
    PPR,
    RPR,
    TRPR,
    P,
    R,
    T,
    w,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.xml import Element

_CONTENT = {w("ins"): "insertion", w("del"): "deletion", w("moveFrom"): "move away", w("moveTo"): "move here"}
_FORMATTING = {
    w("rPrChange"): "formatting",
    w("pPrChange"): "paragraph formatting",
    w("sectPrChange"): "section",
    w("tblPrChange"): "table",
    w("tblPrExChange"): "table",
    w("tblGridChange"): "table",
    w("trPrChange"): "row",
    w("tcPrChange"): "cell",
    w("cellIns"): "cell insertion",
    w("cellDel"): "cell deletion",
    w("cellMerge"): "cell merge",
    w("numberingChange"): "numbering",
}
_MARKS = {BOOKMARK_START, BOOKMARK_END, w("commentRangeStart"), w("commentRangeEnd"), w("proofErr")}
_REFERENCE, _NUMBERED_BY = w("commentReference"), w("numPr")
ALL_TAGS = (*_CONTENT, *_FORMATTING)
# What shares one series of ids in a part.
NUMBERED = (*ALL_TAGS, w("moveFromRangeStart"), w("moveToRangeStart"), BOOKMARK_START)


@dataclass(frozen=True, slots=True)
class Revision:
    """`kind` in words; `text` what was inserted or deleted, ~~so~~ what is deleted of an insertion.

    `mark` is "paragraph" or "row" where that is meant.
    """

    element: Element
    kind: str
    mark: str
    author: str
    date: str
    text: str

    @property
    def paragraph(self) -> Element | None:
        return next(self.element.iterancestors(P), None)


def revisions(root: Element) -> Iterator[Revision]:
    """In document order; repetitions in fallbacks for older readers left out."""
    for element in root.iter(*ALL_TAGS):
        if next(element.iterancestors(FALLBACK), None) is None:
            yield describe(element)


def describe(element: Element) -> Revision:
    kind = _CONTENT.get(str(element.tag)) or _FORMATTING[str(element.tag)]
    text = _words(element) if element.tag in _CONTENT else ""
    return Revision(element, kind, mark_of(element), element.get(AUTHOR, ""), element.get(DATE, ""), text)


def _words(element: Element) -> str:
    is_deletion = element.tag in {DEL, MOVE_FROM}
    nodes = element.iter(T, DEL_TEXT)
    return "".join(
        node.text or "" if is_deletion or node.tag == T else struck(node.text or "") for node in nodes
    ).replace("~~~~", "")


def struck(text: str) -> str:
    """Words since deleted, as they are quoted."""
    return f"~~{text}~~" if text else ""


def is_hollow(element: Element) -> bool:
    """Of an insertion or deletion around nothing but marks: those of comments and bookmarks."""
    if element.tag not in _CONTENT or mark_of(element) or next(element.iterancestors(), element).tag == _NUMBERED_BY:
        return False
    return all(_is_mark(each) for each in element)


def _is_mark(element: Element) -> bool:
    return element.tag in _MARKS or (element.tag == R and all(node.tag in {RPR, _REFERENCE} for node in element))


def mark_of(element: Element) -> str:
    """What an insertion or deletion without text is about: the paragraph's end, a row, or "" for text."""
    if element.tag not in _CONTENT:
        return ""
    parent = element.getparent()
    if parent is not None and parent.tag == TRPR:
        return "row"
    if parent is not None and parent.tag == RPR:
        above = parent.getparent()
        return "paragraph" if above is not None and above.tag == PPR else "other"
    return ""


def is_formatting(element: Element) -> bool:
    return local_name(element).endswith("Change")
