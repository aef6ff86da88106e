"""Where content may stand on a slide, and how it is cut into columns and rows."""

from __future__ import annotations

from skills.presentations.document.markup import child
from skills.presentations.document.shapes import Box, placeholders
from skills.presentations.document.slide import Slide

EMU = 914400
GUTTER = 228600  # a quarter of an inch


def content_area(slide: Slide) -> Box:
    """Below the title, as wide and as deep as the master's body, clear of the footers."""
    width, height = slide.deck.size
    body = _master_body(slide)
    title = slide.title_shape
    left, right, bottom = (
        (body.x, body.right, body.bottom) if body else (width // 18, width - width // 18, height * 7 // 8)
    )
    top = body.y if body else height // 4
    box = title.box if title else None
    if box is not None:
        is_above = box.bottom < height * 0.55
        top = max(top, box.bottom + GUTTER // 2) if is_above else top
        if is_above and box.width > width * 0.5:
            left, right = min(left, box.x), max(right, box.right)
    return Box(left, top, right - left, max(bottom - top, height // 4))


def columns(area: Box, count: int, gutter: int = GUTTER) -> list[Box]:
    """Equal columns with a gutter between them."""
    width = (area.width - gutter * (count - 1)) // count
    return [Box(area.x + at * (width + gutter), area.y, width, area.height) for at in range(count)]


def rows(area: Box, count: int, gutter: int = GUTTER) -> list[Box]:
    height = (area.height - gutter * (count - 1)) // count
    return [Box(area.x, area.y + at * (height + gutter), area.width, height) for at in range(count)]


def _master_body(slide: Slide) -> Box | None:
    master = slide.master
    for element, own in placeholders(slide.deck.parts.xml(master)) if master else ():
        place = child(element, "p:spPr/a:xfrm")
        offset, extent = child(place, "a:off"), child(place, "a:ext")
        if own.get("type") == "body" and offset is not None and extent is not None:
            return Box(*(int(e.get(k, "0")) for e, k in ((offset, "x"), (offset, "y"), (extent, "cx"), (extent, "cy"))))
    return None
