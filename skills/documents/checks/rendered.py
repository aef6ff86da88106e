"""Findings that only the laid-out pages show: headings left alone at the foot of a page, pages nearly empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pypdfium2

from copilot_server.agent.changes import Finding
from skills.documents.document.page import page_of, sections
from skills.documents.writing.contents import headings
from skills.documents.writing.pagination import plain, rendered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skills.documents.document.word import WordDocument

_FEW_WORDS: Final = 20
_POINT: Final = 20  # twips
_PICTURE: Final = 3  # pdfium's kind of page object


def page_findings(document: WordDocument) -> tuple[Finding, ...] | None:
    """None where no renderer is here that lays pages out as Office does."""
    pdf = rendered(document)
    if pdf is None:
        return None
    with pypdfium2.PdfDocument(pdf) as pages:
        return tuple(_findings(document, [_body(document, page) for page in pages]))


def _body(document: WordDocument, page: pypdfium2.PdfPage) -> tuple[list[str], bool]:
    """The lines between the margins, and whether the page shows pictures."""
    own = sections(document.body)
    margins = page_of(own[-1] if own else None)
    text = page.get_textpage().get_text_bounded(
        bottom=margins.bottom / _POINT - 2, top=page.get_height() - margins.top / _POINT + 2
    )
    has_picture = next(page.get_objects(filter=(_PICTURE,)), None) is not None
    return [line.strip() for line in text.splitlines() if line.strip()], has_picture


def _findings(document: WordDocument, pages: list[tuple[list[str], bool]]) -> Iterator[Finding]:
    titles = {plain(f"{each.label}{each.text}"): each for each in headings(document, with_labels=True)}
    for number, (lines, has_picture) in enumerate(pages, 1):
        words = sum(len(line.split()) for line in lines)
        if number > 1 and words < _FEW_WORDS and not has_picture:
            what = f"page {number} holds {words} words only"
            yield Finding("nearly-empty-page", f"page {number}", what, "shorten, or take out the break", "", "hint")
        heading = titles.get(plain(lines[-1])) if lines and number < len(pages) else None
        if heading is not None and not has_picture:
            anchor = document.identify(document.stories[0], heading.element).anchor
            text = f"heading {heading.text[:50]!r} stands alone at the foot of page {number}"
            yield Finding("lone-heading", anchor, text, "keep it with the next paragraph", heading.text, "hint")
