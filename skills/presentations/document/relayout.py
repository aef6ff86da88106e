"""Give a slide another layout: each placeholder finds its like there, what finds none keeps its place."""

from __future__ import annotations

from copilot_server.office import relationships
from copilot_server.office.xml import Element, qname
from skills.presentations.document.building import missing_placeholder, restore_placeholder, transform
from skills.presentations.document.markup import child, need, put, tag
from skills.presentations.document.shapes import Box, Shape, placeholders
from skills.presentations.document.slide import Slide

_FAMILY = {
    "title": "title",
    "ctrTitle": "title",
    "dt": "dt",
    "ftr": "ftr",
    "sldNum": "sldNum",
    "pic": "pic",
    "subTitle": "body",
}


def set_layout(slide: Slide, layout: str) -> None:
    """Placeholders are matched by kind, in order of their index; contents stay; a title the slide lacks comes back."""
    slide.edit()
    held = [(shape, shape.box) for shape in slide.shapes if shape.placeholder is not None]
    offers = [own for _, own in placeholders(slide.deck.parts.xml(layout))]
    _point(slide, layout)
    for shape, box in held:
        _settle(shape, box, offers)
    title = missing_placeholder(slide, "title") if slide.title_shape is None else None
    if title is not None:
        restore_placeholder(slide, title)


def _settle(shape: Shape, box: Box | None, offers: list[Element]) -> None:
    own = shape.placeholder
    if own is None:
        return
    found = _like(own, offers)
    if found is None:
        if shape.own_box is None and box is not None and tag(shape.element) in {"p:sp", "p:pic"}:
            put(need(shape.element, "p:spPr"), transform(box))
        return
    offers.remove(found)
    _take_place(shape, found)
    for name in ("type", "idx", "orient", "sz"):
        value = found.get(name)
        if value is None:
            own.attrib.pop(name, None)
        else:
            own.set(name, value)


def _take_place(shape: Shape, found: Element) -> None:
    """Charts and tables carry a place of their own: it becomes that of the new placeholder."""
    holder = next((each for each in found.iterancestors() if tag(each) == "p:sp"), None)
    offset, extent = child(holder, "p:spPr/a:xfrm/a:off"), child(holder, "p:spPr/a:xfrm/a:ext")
    own_offset, own_extent = child(shape.transform, "a:off"), child(shape.transform, "a:ext")
    if tag(shape.element) != "p:graphicFrame" or offset is None or extent is None:
        return
    if own_offset is not None and own_extent is not None:
        own_offset.attrib.update({"x": offset.get("x", "0"), "y": offset.get("y", "0")})
        if shape.kind == "chart":
            own_extent.attrib.update({"cx": extent.get("cx", "0"), "cy": extent.get("cy", "0")})


def _like(own: Element, offers: list[Element]) -> Element | None:
    """The same index and family, else the next of the family."""
    family = _family(own)
    alike = [offer for offer in offers if _family(offer) == family]
    exact = [offer for offer in alike if offer.get("idx", "0") == own.get("idx", "0")]
    return (exact or sorted(alike, key=lambda offer: int(offer.get("idx", "0") or 0)) or [None])[0]


def _family(own: Element) -> str:
    return _FAMILY.get(own.get("type", "obj"), "body")


def _point(slide: Slide, layout: str) -> None:
    """Turn the slide's relationship to its layout."""
    name = relationships.part_of(slide.part)
    links = {each.id for each in slide.deck.parts.package.relationships(slide.part) if each.kind == "slideLayout"}
    root = slide.deck.parts.package.edit_xml(name)
    for element in root:
        if element.get("Id") in links:
            element.set("Target", relationships.relative(layout, slide.part))
    slide.deck.refresh()


def scale(slide: Slide, across: float, down: float) -> None:
    """Stretch the places written on the slide, for another slide size."""
    for shape in slide.shapes:
        if shape.parents or shape.transform is None:
            continue
        for element in shape.transform:
            if element.tag in {qname("a:off"), qname("a:ext")}:
                for name, factor in (("x", across), ("cx", across), ("y", down), ("cy", down)):
                    if element.get(name) is not None:
                        element.set(name, str(round(int(float(element.get(name, "0"))) * factor)))
