"""Faults of place: off the slide, one thing over another, pictures out of proportion."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from itertools import combinations

from PIL import Image, UnidentifiedImageError

from copilot_server.agent.changes import Finding
from skills.presentations.checks.view import FURNITURE, Seen, SlideView
from skills.presentations.document.markup import child, number
from skills.presentations.document.shapes import Box, Shape

_SLACK = 45720  # EMU; a twentieth of an inch is no fault
_LEAST_SHARE = 0.08
_LEAST_AREA = 91440 * 91440  # a tenth of an inch squared
_STRETCH = 0.06
_EXHIBITS = {"picture", "chart", "table", "smartart", "media", "ole", "chartex"}


def off_slide(view: SlideView) -> Iterator[Finding]:
    for seen in view.seen:
        is_content = seen.fit is not None or seen.shape.kind in _EXHIBITS
        if not is_content or seen.shape.parents:
            continue
        place = seen.ink if seen.fit and seen.shape.kind in {"text", "shape"} else seen.box
        place = _turned(place, seen.shape.rotation)
        if not place.within(view.bounds, _SLACK) and not _is_bleed(seen, view):
            yield view.finding("off_slide", seen.shape, "reaches beyond the slide", "move or resize it onto the slide")


def overlaps(view: SlideView) -> Iterator[Finding]:
    """Text or exhibits drawn over each other; decorations, backgrounds and members of one group may overlap."""
    contents = [seen for seen in view.seen if _is_content(seen)]
    for one, other in combinations(contents, 2):
        shared = one.ink.overlap(other.ink)
        smaller = min(one.ink.area, other.ink.area) or 1
        if shared < _LEAST_AREA or shared / smaller < _LEAST_SHARE or _is_layering(one, other, view):
            continue
        text = f"overlaps {other.shape.role} {other.shape.name!r} ({other.shape.key}) by {100 * shared // smaller} %"
        yield view.finding("overlap", one.shape, text, "move one of them apart")


def stretched(view: SlideView) -> Iterator[Finding]:
    for seen in view.seen:
        if seen.shape.kind != "picture" or seen.shape.parents or not seen.box.height:
            continue
        ratio = _own_ratio(seen.shape)
        if ratio and abs(seen.box.width / seen.box.height / ratio - 1) > _STRETCH:
            yield view.finding(
                "stretched", seen.shape, "the picture is out of proportion", "resize it in its own ratio or crop it"
            )


def _turned(box: Box, degrees: float) -> Box:
    """What a rectangle covers when it is turned about its middle."""
    if not degrees % 180:
        return box
    cosine, sine = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    width, height = (
        round(box.width * cosine + box.height * sine),
        round(box.width * sine + box.height * cosine),
    )
    return Box(box.x + (box.width - width) // 2, box.y + (box.height - height) // 2, width, height)


def _is_content(seen: Seen) -> bool:
    return seen.shape.role not in FURNITURE and (seen.fit is not None or seen.shape.kind in _EXHIBITS)


def _is_layering(one: Seen, other: Seen, view: SlideView) -> bool:
    """Done on purpose: members of a group, text set on a picture, a picture that fills the slide."""
    if one.shape.parents and one.shape.parents[:1] == other.shape.parents[:1]:
        return True
    pictures = [seen for seen in (one, other) if seen.shape.kind in {"picture", "media"}]
    if len(pictures) == 2:
        return True
    for picture in pictures:
        text = other if picture is one else one
        if text.ink.within(picture.box, _SLACK) or picture.box.area > 0.7 * view.bounds.area:
            return True
    return False


def _is_bleed(seen: Seen, view: SlideView) -> bool:
    """A picture that runs off the edge to fill the slide is a background."""
    return seen.shape.kind == "picture" and seen.box.overlap(view.bounds) > 0.3 * view.bounds.area


def _own_ratio(shape: Shape) -> float | None:
    """Width by height of the picture as cropped; None for vector pictures and unreadable ones."""
    rid = shape.picture_id
    part = shape.slide.deck.parts.target(shape.slide.part, rid) if rid else None
    if part is None:
        return None
    try:
        with Image.open(io.BytesIO(shape.slide.deck.parts.package.read(part))) as image:
            if image.format in {"WMF", "EMF"}:
                return None
            width, height = image.size
    except (UnidentifiedImageError, OSError, ValueError):
        return None
    crop = child(shape.element, "p:blipFill/a:srcRect")
    across = 1 - (number(crop, "l") + number(crop, "r")) / 100000
    down = 1 - (number(crop, "t") + number(crop, "b")) / 100000
    return width * across / (height * down) if height * down > 0 and across > 0 else None
