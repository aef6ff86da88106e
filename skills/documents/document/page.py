"""Sections: the page a block stands on, in twentieths of a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skills.documents.document.markup import PPR, SECTPR, P, child, number, w

if TYPE_CHECKING:
    from copilot_server.office.xml import Element

_A4 = (11906, 16838)
_MARGIN = 1440


@dataclass(frozen=True, slots=True)
class Page:
    """Sizes and margins of a section; `columns` is how many text columns share the width."""

    width: int = _A4[0]
    height: int = _A4[1]
    left: int = _MARGIN
    right: int = _MARGIN
    top: int = _MARGIN
    bottom: int = _MARGIN
    columns: int = 1
    gap: int = 720

    @property
    def text_width(self) -> int:
        """Of one column."""
        across = self.width - self.left - self.right
        return (across - self.gap * (self.columns - 1)) // self.columns


def sections(body: Element) -> list[Element]:
    """Every `w:sectPr`, in order; the last is the body's own."""
    return [each for each in body.iter(SECTPR) if _governs(each, body)]


def _governs(section: Element, body: Element) -> bool:
    """Not so the one a tracked change remembers."""
    parent = section.getparent()
    if parent is None or parent is body:
        return parent is body
    holder = parent.getparent()
    return parent.tag == PPR and holder is not None and holder.tag == P


def section_of(body: Element, block: Element) -> Element | None:
    """The `w:sectPr` that governs a block of the body: the next one in the document."""
    for each in (block, *block.itersiblings()):
        if each.tag == SECTPR:
            return each
        inner = sections(each)
        if inner:
            return inner[0]
    return body.find(SECTPR)


def page_of(section: Element | None) -> Page:
    size, margins, columns = (child(section, name) for name in ("pgSz", "pgMar", "cols"))
    own = Page()
    return Page(
        width=_length(size, "w", own.width),
        height=_length(size, "h", own.height),
        left=_length(margins, "left", own.left),
        right=_length(margins, "right", own.right),
        top=_length(margins, "top", own.top),
        bottom=_length(margins, "bottom", own.bottom),
        columns=max(1, _length(columns, "num", 1)),
        gap=_length(columns, "space", own.gap),
    )


def _length(element: Element | None, name: str, default: int) -> int:
    return default if element is None else number(element.get(w(name)), default)
