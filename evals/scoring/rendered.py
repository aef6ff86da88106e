"""Pages as a renderer lays them out: measured where LibreOffice is here, else not, with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import pypdfium2

from copilot_server.errors import FileError, ServiceUnavailable
from copilot_server.office.render import find_renderer
from evals.scoring.measure import Unmeasured
from evals.trace import File, Seen


@dataclass(frozen=True)
class BeginsPage:
    """The line that matches is the first on its page, and only there. Guards against blank lines typed as a break."""

    pattern: str
    metric: ClassVar[str] = "rendered_pagination"

    def fault(self, seen: Seen) -> str | None:
        at = [
            (number, place)
            for number, page in enumerate(pages(seen.after), 1)
            for place, line in enumerate(page)
            if re.search(self.pattern, line)
        ]
        if not at:
            return f"no page shows “{self.pattern}”"
        number, place = at[0]
        return None if place == 0 and number > 1 else f"“{self.pattern}” is line {place + 1} of page {number}"


@dataclass(frozen=True)
class PageCount:
    """So many pages, none of them blank. Guards against breaks that leave empty paper."""

    count: int
    metric: ClassVar[str] = "rendered_pagination"

    def fault(self, seen: Seen) -> str | None:
        found = pages(seen.after)
        blank = [number for number, page in enumerate(found, 1) if not page]
        if len(found) != self.count:
            return f"{len(found)} pages, not {self.count}"
        return f"page {blank[0]} is blank" if blank else None


def pages(file: File) -> tuple[tuple[str, ...], ...]:
    """The lines of each page; raises Unmeasured where no renderer lays pages out as Office does."""
    return _pages(file.data, file.suffix)


@lru_cache(maxsize=16)
def _pages(data: bytes, suffix: str) -> tuple[tuple[str, ...], ...]:
    renderer = find_renderer()
    if renderer.is_draft:
        raise Unmeasured("LibreOffice is not installed")
    try:
        pdf = renderer.pdf(data, suffix)
    except (FileError, ServiceUnavailable) as error:
        raise Unmeasured(f"the renderer could not show it: {error}") from error
    with pypdfium2.PdfDocument(pdf) as made:
        return tuple(_lines(page) for page in made)


def _lines(page: pypdfium2.PdfPage) -> tuple[str, ...]:
    text = page.get_textpage().get_text_range()
    return tuple(line.strip() for line in text.splitlines() if line.strip())
