"""Where there is room left on a slide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from skills.presentations.checks.view import Seen, SlideView
from skills.presentations.design.area import GUTTER, content_area
from skills.presentations.document.shapes import Box
from skills.presentations.document.slide import Slide

_LEAST = 8  # of the slide's height: what is less is no place for anything
_MOST = 16  # things on a slide; among more there is no room worth a search


def free_area(slide: Slide) -> Box:
    """The content area where it is free, else the largest part of the slide that is; nothing fit: the content area."""
    whole = content_area(slide)
    taken = [_grown(seen.ink) for seen in SlideView(slide).seen if _holds(seen)]
    if len(taken) > _MOST or not any(whole.overlap(box) for box in taken):
        return whole
    width, height = slide.deck.size
    margin = min(whole.x, width - whole.right, width // 18)
    page = Box(margin, height // 14, width - 2 * margin, height * 12 // 14)
    fit = [box for box in _empty_boxes(page, taken) if min(box.width, box.height) >= height // _LEAST]
    return max(fit, key=lambda box: box.area, default=whole)


def _holds(seen: Seen) -> bool:
    return seen.fit is not None or seen.shape.kind in {"picture", "media", "chart", "table"}


def _grown(box: Box) -> Box:
    return Box(box.x - GUTTER, box.y - GUTTER, box.width + 2 * GUTTER, box.height + 2 * GUTTER)


def _empty_boxes(page: Box, taken: Sequence[Box]) -> Iterator[Box]:
    """Every rectangle between edges of what stands there that touches none of it."""
    across = sorted({page.x, page.right, *(e for box in taken for e in (box.x, box.right) if page.x < e < page.right)})
    down = sorted({page.y, page.bottom, *(e for box in taken for e in (box.y, box.bottom) if page.y < e < page.bottom)})
    for left, right in combinations(across, 2):
        beside = [box for box in taken if box.x < right and box.right > left]
        for top, bottom in combinations(down, 2):
            if not any(box.y < bottom and box.bottom > top for box in beside):
                yield Box(left, top, right - left, bottom - top)
