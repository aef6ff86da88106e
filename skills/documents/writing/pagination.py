"""On which pages headings come to stand, asked of the renderer where one lays pages out as Office does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pypdfium2

from copilot_server.errors import FileError, ServiceUnavailable
from copilot_server.office.render import find_renderer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skills.documents.document.word import WordDocument
    from skills.documents.writing.contents import Heading


def rendered(document: WordDocument) -> bytes | None:
    """The document as PDF; None where no renderer, or a draft one only, is here, or it cannot show the file."""
    renderer = find_renderer()
    if renderer.is_draft:
        return None
    try:
        return renderer.pdf(document.to_bytes(), ".docx")
    except (FileError, ServiceUnavailable):
        return None


def pages_of(pdf: bytes, headings: Sequence[Heading]) -> dict[str, int]:
    """By bookmark, from 1; headings the renderer does not list are left out."""
    with pypdfium2.PdfDocument(pdf) as pages:
        listed = [(plain(title), page + 1) for title, page in _outline(pages)]
    found: dict[str, int] = {}
    at = 0
    for heading in headings:
        wanted = plain(heading.text)
        place = next((n for n in range(at, len(listed)) if listed[n][0].endswith(wanted)), None)
        if place is not None:
            found[heading.bookmark] = listed[place][1]
            at = place + 1
    return found


def _outline(pages: pypdfium2.PdfDocument) -> list[tuple[str, int]]:
    entries: list[tuple[str, int]] = []
    for each in pages.get_toc():
        destination = each.get_dest()
        index = None if destination is None else destination.get_index()
        if index is not None:
            entries.append((each.get_title(), index))
    return entries


def plain(text: str) -> str:
    """Letters and digits only: renderers part and join words as lines need."""
    return re.sub(r"\W+", "", text).casefold()
