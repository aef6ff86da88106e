"""New slides and new shapes: placeholders as the layout has them, text boxes and shapes in theme colours."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from copilot_server.office.xml import Element
from skills.presentations.document.deck import Deck
from skills.presentations.document.markup import child, node
from skills.presentations.document.notes import empty_tree, text_body
from skills.presentations.document.shapes import ROLES, Box, Shape, placeholder_of, placeholders
from skills.presentations.document.slide import Slide
from skills.presentations.document.text import meant, speak

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_GREYS = {"muted": 22000, "grey": 4000, "raised": 45000, "pale": 60000}  # how much lighter than half
_FURNITURE = {"dt", "ftr", "sldNum", "hdr"}


def new_slide(deck: Deck, layout: str, position: int | None = None) -> Slide:
    """A slide with every placeholder of the layout, empty; footers as the neighbouring slide shows them."""
    tree = empty_tree()
    for element, own in placeholders(deck.parts.xml(layout)):
        if own.get("type") not in _FURNITURE:
            tree.append(_placeholder(element, own, len(tree)))
    for element, own in _footers(deck, layout, position):
        tree.append(_footer(element, own, len(tree)))
    override = node("p:clrMapOvr", None, node("a:masterClrMapping"))
    return deck.insert(node("p:sld", None, node("p:cSld", None, tree), override), layout, position)


def missing_placeholder(slide: Slide, reference: str) -> Element | None:
    """The layout's placeholder of that role ("title", "body 2") which the slide has lost; None when there is none."""
    if slide.layout is None:
        return None
    role, _, ordinal = reference.strip().lower().partition(" ")
    held = {(own.get("type", "obj"), own.get("idx", "0")) for _, own in placeholders(slide.root)}
    offered = [
        (element, (own.get("type", "obj"), own.get("idx", "0")))
        for element, own in placeholders(slide.deck.parts.xml(slide.layout))
        if ROLES.get(own.get("type", "obj")) == role and own.get("type") not in _FURNITURE
    ]
    at = int(ordinal) if ordinal.isdigit() else 1
    chosen = offered[at - 1 : at] if ordinal else [each for each in offered if each[1] not in held][:1]
    return chosen[0][0] if chosen and chosen[0][1] not in held else None


def restore_placeholder(slide: Slide, model: Element) -> Shape:
    """Put an empty one like this of the layout on the slide; a title goes to the back, where it is read first."""
    link = placeholder_of(model)
    key = slide.free_shape_id
    made = _placeholder(model, node("p:ph") if link is None else link, key)
    tree = slide.tree
    is_title = link is not None and ROLES.get(link.get("type", "obj")) == "title"
    tree.insert(2 if is_title else len(tree), made)
    return Shape(slide, made, str(key))


def _placeholder(element: Element, own: Element, key: int) -> Element:
    name = _name(element) or "Placeholder"
    about = node(
        "p:nvSpPr",
        None,
        node("p:cNvPr", {"id": key, "name": name}),
        node("p:cNvSpPr", None, node("a:spLocks", {"noGrp": 1})),
        node("p:nvPr", None, _link(own)),
    )
    return node("p:sp", None, about, node("p:spPr"), text_body())


def _link(own: Element) -> Element:
    """The p:ph that takes after this one of the layout."""
    return node("p:ph", {key: own.get(key, "") for key in ("type", "orient", "sz", "idx") if own.get(key)})


def _footers(deck: Deck, layout: str, position: int | None) -> list[tuple[Element, Element]]:
    """The footers of the layout that the slide before shows, with that slide's words."""
    before = [slide for slide in deck.slides if position is None or slide.number < position]
    model = before[-1] if before else None
    shown = {own.get("type"): element for element, own in placeholders(model.root)} if model else {}
    return [
        (shown[kind], own) for _, own in placeholders(deck.parts.xml(layout)) if (kind := own.get("type")) in _FURNITURE
        and kind in shown
    ]  # fmt: skip


def _footer(element: Element, own: Element, key: int) -> Element:
    made = copy.deepcopy(element)
    about, link = child(made, "p:nvSpPr/p:cNvPr"), placeholder_of(made)
    if about is not None and link is not None:
        about.set("id", str(key))
        link.getparent().replace(link, _link(own))  # type: ignore[union-attr]
    return made


def _name(element: Element) -> str:
    about = child(element, "p:nvSpPr/p:cNvPr")
    return (about.get("name") or "") if about is not None else ""


@dataclass(frozen=True, slots=True)
class Look:
    """How a drawn shape looks; colours are theme slots, sizes in points. No `fill` and no `line`: none of it."""

    geometry: str = "rect"
    fill: str | None = None
    line: str | None = None
    line_width: float = 1.0
    is_text_box: bool = False
    adjust: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph of a drawn shape: theme slot, points, and how it stands."""

    text: str
    size: float
    color: str = "tx1"
    bold: bool = False
    italic: bool = False
    align: str = "l"
    is_heading: bool = False
    before: float = 0


def draw(
    slide: Slide,
    name: str,
    box: Box,
    look: Look,
    words: Sequence[Words] = (),
    anchor: str = "ctr",
    inset: int | None = None,
) -> Shape:
    """Add a shape or text box on top; `inset` in EMU on every side."""
    key = slide.free_shape_id
    facts = node("p:cNvSpPr", {"txBox": 1} if look.is_text_box else {})
    about = node("p:nvSpPr", None, node("p:cNvPr", {"id": key, "name": name}), facts, node("p:nvPr"))
    frame: dict[str, str | int] = {"wrap": "square", "rtlCol": 0, "anchor": anchor}
    if inset is not None:
        frame |= dict.fromkeys(("lIns", "tIns", "rIns", "bIns"), inset)
    body = node("p:txBody", None, node("a:bodyPr", frame, node("a:noAutofit")), node("a:lstStyle"))
    body.extend(
        [paragraph(each) for each in _by_line(words)] or [node("a:p", None, node("a:endParaRPr", {"lang": "en-US"}))]
    )
    shape = node("p:sp", None, about, _properties(box, look), body)
    slide.tree.append(shape)
    return Shape(slide, shape, str(key))


def _by_line(words: Sequence[Words]) -> list[Words]:
    """A line end or break within words begins a paragraph."""
    return [replace(each, text=part) for each in words for part in meant(each.text).replace("\v", "\n").split("\n")]


def paragraph(words: Words) -> Element:
    properties = node("a:pPr", {"algn": words.align})
    if words.before:
        properties.append(node("a:spcBef", None, node("a:spcPts", {"val": round(words.before * 100)})))
    made = node("a:p", None, properties)
    for at, part in enumerate(_BOLD.split(words.text)):
        if part:
            made.append(node("a:r", None, _looks(words, is_marked=at % 2 == 1), node("a:t", text=part)))
    speak(made)
    return made


def _looks(words: Words, *, is_marked: bool) -> Element:
    """`is_marked` is a part the text says in **bold**."""
    style: dict[str, str | int] = {"sz": round(words.size * 100), "b": int(words.bold or is_marked)}
    looks = node("a:rPr", {"lang": "en-US", **style, **({"i": 1} if words.italic else {})}, fill(words.color))
    if words.is_heading:
        looks.append(node("a:latin", {"typeface": "+mj-lt"}))
    return looks


def fill(color: str) -> Element:
    """A solid fill: a theme slot ("accent1"), one at some opacity ("tx1 60"), a grey of the ground
    ("bg1 muted", "bg1 grey", of a dark one "bg1 raised", "bg1 pale"), or RRGGBB.

    "none" is no fill at all.
    """
    if color == "none":
        return node("a:noFill")
    slot, _, strength = color.partition(" ")
    if len(slot) == 6 and all(c in "0123456789ABCDEFabcdef" for c in slot):
        inner = node("a:srgbClr", {"val": slot.upper()})
    else:
        inner = node("a:schemeClr", {"val": slot})
        if strength in _GREYS:
            inner.append(node("a:lumMod", {"val": 50000}))
            inner.append(node("a:lumOff", {"val": _GREYS[strength]}))
        elif strength:
            inner.append(node("a:alpha", {"val": int(strength) * 1000}))
    return node("a:solidFill", None, inner)


def transform(box: Box, name: str = "a:xfrm") -> Element:
    return node(name, None, node("a:off", {"x": box.x, "y": box.y}), node("a:ext", {"cx": box.width, "cy": box.height}))


def frame(slide: Slide, name: str, box: Box, graphic: Element, link: Element | None = None) -> Shape:
    """A p:graphicFrame on top; `link` is the p:ph of the placeholder it fills."""
    key = slide.free_shape_id
    about = node(
        "p:nvGraphicFramePr",
        None,
        node("p:cNvPr", {"id": key, "name": name}),
        node("p:cNvGraphicFramePr", None, node("a:graphicFrameLocks", {"noGrp": 1})),
        node("p:nvPr", None, *([_link(link)] if link is not None else [])),
    )
    made = node("p:graphicFrame", None, about, transform(box, "p:xfrm"), graphic)
    slide.tree.append(made)
    return Shape(slide, made, str(key))


def line(slide: Slide, name: str, box: Box, color: str, width: float, arrow: str = "") -> Shape:
    """A straight connector from the box's top left to its bottom right; `arrow` ends it in a head."""
    key = slide.free_shape_id
    stroke = node("a:ln", {"w": round(width * 12700)}, fill(color))
    if arrow:
        stroke.append(node("a:tailEnd", {"type": arrow}))
    about = node("p:nvCxnSpPr", None, node("p:cNvPr", {"id": key, "name": name}), node("p:cNvCxnSpPr"), node("p:nvPr"))
    looks = node("p:spPr", None, transform(box), node("a:prstGeom", {"prst": "line"}, node("a:avLst")), stroke)
    made = node("p:cxnSp", None, about, looks)
    slide.tree.append(made)
    return Shape(slide, made, str(key))


def _properties(box: Box, look: Look) -> Element:
    adjust = [node("a:gd", {"name": "adj", "fmla": f"val {look.adjust}"})] if look.adjust is not None else []
    made = node(
        "p:spPr", None, transform(box), node("a:prstGeom", {"prst": look.geometry}, node("a:avLst", None, *adjust))
    )
    made.append(fill(look.fill) if look.fill else node("a:noFill"))
    stroke = [fill(look.line)] if look.line else [node("a:noFill")]
    made.append(node("a:ln", {"w": round(look.line_width * 12700)} if look.line else {}, *stroke))
    return made
