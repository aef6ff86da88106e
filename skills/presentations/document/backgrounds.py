"""A slide's own background: a colour, a picture, or the one it inherits, faded."""

from __future__ import annotations

import copy

from copilot_server.errors import Refused
from copilot_server.office.xml import Element, qname
from skills.presentations.design.content import Picture
from skills.presentations.document.building import fill
from skills.presentations.document.markup import child, need, node, put, remove
from skills.presentations.document.pictures import store
from skills.presentations.document.slide import Slide


def set_color(slide: Slide, color: str) -> None:
    """A plain colour; "" leaves the slide to its layout."""
    common = need(slide.edit(), "p:cSld")
    remove(child(common, "p:bg"))
    if color:
        put(common, node("p:bg", None, node("p:bgPr", None, fill(color), node("a:effectLst"))))


def set_picture(slide: Slide, picture: Picture) -> None:
    rid = slide.deck.parts.relate(slide.part, "image", store(slide.deck, picture.data, picture.suffix))
    _show(slide, node("a:blipFill", None, node("a:blip", {"r:embed": rid}), _stretched()))


def lighten(slide: Slide, percent: int) -> None:
    """Let the background picture fade, the inherited one copied to the slide first; raises Refused without one."""
    found = _picture(slide)
    if found is None:
        raise Refused(f"slide {slide.number} has no background picture; a picture on it is a shape of its own")
    blip, part = found
    target = slide.deck.parts.target(part, blip.get(qname("r:embed"), ""))
    if target is None:
        raise Refused(f"the background picture of slide {slide.number} is not in the file")
    own = copy.deepcopy(blip)
    own.set(qname("r:embed"), slide.deck.parts.relate(slide.part, "image", target))
    for old in own.findall(qname("a:alphaModFix")):
        own.remove(old)
    own.insert(0, node("a:alphaModFix", {"amt": (100 - percent) * 1000}))
    _show(slide, node("a:blipFill", None, own, _stretched()))


def _picture(slide: Slide) -> tuple[Element, str] | None:
    """The picture behind the slide and the part that names it."""
    for part in (slide.part, slide.layout, slide.master):
        background = child(slide.deck.parts.xml(part), "p:cSld/p:bg") if part else None
        if background is not None and part is not None:
            blip = child(background, "p:bgPr/a:blipFill/a:blip")
            return None if blip is None else (blip, part)
    return None


def _show(slide: Slide, filling: Element) -> None:
    common = need(slide.edit(), "p:cSld")
    remove(child(common, "p:bg"))
    put(common, node("p:bg", None, node("p:bgPr", None, filling, node("a:effectLst"))))


def _stretched() -> Element:
    return node("a:stretch", None, node("a:fillRect"))
