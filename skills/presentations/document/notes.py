"""Speaker notes: the notes page of a slide, made on the deck's notes master when there is none."""

from __future__ import annotations

import copy

from copilot_server.office.relationships import CONTENT_TYPE as RELATIONSHIPS_TYPE
from copilot_server.office.relationships import part_of
from copilot_server.office.xml import Element
from skills.presentations.document import text
from skills.presentations.document.deck import Deck
from skills.presentations.document.markup import child, need, node, put
from skills.presentations.document.shapes import placeholder_of, walk
from skills.presentations.document.slide import Slide, notes_body

NOTES_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.notesSlide+xml"
MASTER_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.notesMaster+xml"
THEME_TYPE = "application/vnd.openxmlformats-officedocument.theme+xml"
_KEPT = {"sldImg", "body", "sldNum"}


def set_notes(slide: Slide, words: str) -> None:
    """Make `words` the notes, a paragraph a line."""
    part = slide.notes_part or _add_page(slide)
    root = slide.deck.parts.edit(part)
    shape = notes_body(root)
    if shape is None:
        shape = _body_shape()
        need(root, "p:cSld/p:spTree").append(shape)
    body = child(shape, "p:txBody")
    if body is None:
        body = put(shape, text_body())
    text.set_body(body, [text.Line(line) for line in words.split("\n")])


def text_body() -> Element:
    """An empty text body."""
    return node("p:txBody", None, node("a:bodyPr"), node("a:lstStyle"), node("a:p"))


def _add_page(slide: Slide) -> str:
    deck = slide.deck
    master = deck.parts.one(deck.main, "notesMaster") or _add_master(deck)
    part = deck.parts.package.fresh_name("ppt/notesSlides/notesSlide{}.xml")
    deck.parts.add(part, _page(deck.parts.xml(master)), NOTES_TYPE)
    deck.parts.relate(part, "notesMaster", master)
    deck.parts.relate(part, "slide", slide.part)
    deck.parts.relate(slide.part, "notesSlide", part)
    return part


def _page(master: Element) -> Element:
    tree = empty_tree()
    for element, _ in walk(child(master, "p:cSld/p:spTree"), ()):
        own = placeholder_of(element)
        if own is not None and own.get("type") in _KEPT:
            shape = copy.deepcopy(element)
            properties = need(shape, "p:spPr")
            properties[:] = []
            body = child(shape, "p:txBody")
            if body is not None and own.get("type") == "body":
                shape.replace(body, text_body())
            tree.append(shape)
    if notes_body(tree) is None:
        tree.append(_body_shape())
    override = node("p:clrMapOvr", None, node("a:masterClrMapping"))
    return node("p:notes", None, node("p:cSld", None, tree), override)


def empty_tree() -> Element:
    """A shape tree with nothing in it but its own properties."""
    about = node("p:nvGrpSpPr", None, node("p:cNvPr", {"id": 1, "name": ""}), node("p:cNvGrpSpPr"), node("p:nvPr"))
    return node("p:spTree", None, about, node("p:grpSpPr"))


def _body_shape() -> Element:
    about = node(
        "p:nvSpPr",
        None,
        node("p:cNvPr", {"id": 3, "name": "Notes Placeholder 2"}),
        node("p:cNvSpPr", None, node("a:spLocks", {"noGrp": 1})),
        node("p:nvPr", None, node("p:ph", {"type": "body", "idx": 1})),
    )
    return node("p:sp", None, about, node("p:spPr"), text_body())


def _add_master(deck: Deck) -> str:
    """A plain notes master: slide image above, notes below, in a copy of the slides' theme."""
    parts = deck.parts
    name = parts.package.fresh_name("ppt/notesMasters/notesMaster{}.xml")
    width, height = 6858000, 9144000
    tree = empty_tree()
    tree.append(_placed("Slide Image", 2, "sldImg", (685800, 1143000, width - 1371600, 3086100)))
    tree.append(_placed("Notes", 3, "body", (685800, 4400550, width - 1371600, height - 5543550)))
    mapping = {f"accent{n}": f"accent{n}" for n in range(1, 7)}
    colors = {
        "bg1": "lt1",
        "tx1": "dk1",
        "bg2": "lt2",
        "tx2": "dk2",
        **mapping,
        "hlink": "hlink",
        "folHlink": "folHlink",
    }
    background = node("p:bg", None, node("p:bgRef", {"idx": 1001}, node("a:schemeClr", {"val": "bg1"})))
    root = node("p:notesMaster", None, node("p:cSld", None, background, tree), node("p:clrMap", colors))
    parts.add(name, root, MASTER_TYPE)
    rid = parts.relate(deck.main, "notesMaster", name)
    theme = parts.package.fresh_name("ppt/theme/theme{}.xml")
    source = deck.theme_of(deck.masters[0]).part or "ppt/theme/theme1.xml"
    parts.package.write(theme, parts.package.read(source), THEME_TYPE)
    if part_of(source) in parts.package:  # pictures it fills with
        parts.package.write(part_of(theme), parts.package.read(part_of(source)), RELATIONSHIPS_TYPE)
    parts.relate(name, "theme", theme)
    put(parts.edit(deck.main), node("p:notesMasterIdLst", None, node("p:notesMasterId", {"r:id": rid})))
    return name


def _placed(name: str, key: int, kind: str, box: tuple[int, int, int, int]) -> Element:
    locks = node("a:spLocks", {"noGrp": 1} | ({"noRot": 1, "noChangeAspect": 1} if kind == "sldImg" else {}))
    about = node(
        "p:nvSpPr",
        None,
        node("p:cNvPr", {"id": key, "name": f"{name} Placeholder"}),
        node("p:cNvSpPr", None, locks),
        node("p:nvPr", None, node("p:ph", {"type": kind, "idx": key})),
    )
    x, y, width, height = box
    place = node("a:xfrm", None, node("a:off", {"x": x, "y": y}), node("a:ext", {"cx": width, "cy": height}))
    shape = node(
        "p:sp", None, about, node("p:spPr", None, place, node("a:prstGeom", {"prst": "rect"}, node("a:avLst")))
    )
    if kind == "body":
        shape.append(text_body())
    return shape
