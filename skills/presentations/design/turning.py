"""Our themes turned over for scripts that run from right to left: marks, panels and places begin at the right."""

from __future__ import annotations

from skills.presentations.design.growing import is_ours
from skills.presentations.document import tongues
from skills.presentations.document.deck import Deck
from skills.presentations.document.markup import child, number
from skills.presentations.document.shapes import placeholder_of, walk

PARTS = ("ppt/slideMasters/*", "ppt/slideLayouts/*")
_PANELLED = "Agenda"
_SIDES = {"l": "r", "r": "l"}
_FOOTERS = {"dt", "sldNum"}


def is_to_turn(deck: Deck, words: str = "") -> bool:
    """When the first words of a deck in a theme of ours run from the right, and no slide's title from the left."""
    if any(map(str.isalpha, words)) and not tongues.is_right_to_left(words):
        return False
    titles = [words, *(slide.title or "" for slide in deck.slides)]
    spoken = [each for each in titles if any(map(str.isalpha, each))]
    return bool(spoken) and all(map(tongues.is_right_to_left, spoken)) and is_ours(deck) and not _is_turned(deck)


def turn(deck: Deck) -> None:
    """Masters and layouts only: what stands in a placeholder's place goes with it."""
    width = deck.size[0]
    for part in (*deck.masters, *deck.layouts):
        for element, _ in walk(child(deck.parts.edit(part), "p:cSld/p:spTree"), ()):
            place, own = child(element, "p:spPr/a:xfrm"), placeholder_of(element)
            offset, extent = child(place, "a:off"), child(place, "a:ext")
            if place is not None and offset is not None and extent is not None:
                offset.set("x", str(width - number(offset, "x") - number(extent, "cx")))
                if own is None:
                    place.set("flipH", "1")
            if own is not None and own.get("type") in _FOOTERS:
                for style in element.iter("{*}lvl1pPr"):
                    style.set("algn", _SIDES.get(style.get("algn", "l"), "ctr"))
    deck.parts.edit(deck.main).set("rtl", "1")
    deck.refresh()


def _is_turned(deck: Deck) -> bool:
    """Told by the panel beside the agenda, which is at the left edge or is not."""
    layout = next((each for each in deck.layouts if deck.layout_name(each) == _PANELLED), None)
    if layout is None:
        return True
    shapes = [e for e, _ in walk(child(deck.parts.xml(layout), "p:cSld/p:spTree"), ()) if placeholder_of(e) is None]
    return not shapes or number(child(shapes[0], "p:spPr/a:xfrm/a:off"), "x") > 0
