"""Copy a slide with all that is its own: charts and their workbooks, notes, diagrams; pictures are shared."""

from __future__ import annotations

import copy
import re

from copilot_server.errors import Refused
from copilot_server.office import relationships
from copilot_server.office.package import Package
from copilot_server.office.xml import parse, serialize
from skills.presentations.document.building import transform
from skills.presentations.document.deck import Deck
from skills.presentations.document.markup import need, put
from skills.presentations.document.shapes import Shape
from skills.presentations.document.slide import Slide

# Kinds of part that slides of one deck hold in common; anything else a slide relates to is copied with it.
_SHARED = {
    *("slideLayout", "slideMaster", "notesMaster", "theme", "image", "video", "audio", "media", "font", "slide"),
    *("commentAuthors", "presProps", "viewProps", "tableStyles", "hdphoto"),
}
_DROPPED = {"comments", "tags"}
_NUMBER = re.compile(r"\d*(\.[^./]+)$")


def duplicate(deck: Deck, slide: Slide, position: int | None = None) -> Slide:
    """A copy right after the slide, or at `position`; charts and notes are independent of the original's."""
    part = copy_part(deck.parts.package, slide.part)
    return deck.list_slide(part, slide.number + 1 if position is None else position)


def copied(shape: Shape, target: Slide, name: str = "") -> Shape:
    """A copy on top of the target slide; a placeholder becomes a plain shape. Raises Refused for what has own parts."""
    if shape.kind not in {"text", "shape", "picture", "table", "connector"} or shape.parents:
        raise Refused(f"a {'member of a group' if shape.parents else shape.kind} cannot be copied; duplicate the slide")
    place, key = shape.box, target.free_shape_id
    made = Shape(target, copy.deepcopy(shape.element), str(key))
    about, link = made.about, made.placeholder
    if about is not None:
        about.set("id", str(key))
        about.set("name", name or about.get("name", ""))
    if link is not None:
        link.getparent().remove(link)  # type: ignore[union-attr]
    parts = target.deck.parts
    for element in made.element.iter():
        for attribute, value in element.attrib.items():
            if "relationships" in str(attribute):
                known = next(each for each in parts.links(shape.slide.part) if each.id == value)
                element.set(attribute, parts.relate(target.part, known.kind, known.target, external=known.external))
    target.tree.append(made.element)
    if place is not None and made.own_box is None:
        put(need(made.element, "p:spPr"), transform(place))
    return made


def copy_part(package: Package, name: str, made: dict[str, str] | None = None) -> str:
    """The name of an equal part with copies of what only it holds; `made` maps what was copied already."""
    made = {} if made is None else made
    package.changed()  # settles trees under edit, so that what is read is what stands
    new = package.fresh_name(_NUMBER.sub(r"{}\1", name.replace("{", "").replace("}", "")))
    made[name] = new
    package.write(new, package.read(name), package.content_type(name))
    listed = relationships.part_of(name)
    if listed in package:
        _copy_relationships(package, name, new, made)
    return new


def _copy_relationships(package: Package, name: str, new: str, made: dict[str, str]) -> None:
    root = copy.deepcopy(parse(package.read(relationships.part_of(name))))
    by_id = {each.id: each for each in package.relationships(name)}
    for element in list(root):
        link = by_id.get(element.get("Id", ""))
        if link is None or link.external or link.target not in package:
            continue
        if link.kind in _SHARED and link.target not in made:
            continue
        if link.kind in _DROPPED and not _is_named(package, new, link.id):
            root.remove(element)
            continue
        target = made.get(link.target) or copy_part(package, link.target, made)
        element.set("Target", relationships.relative(target, new))
    package.write(relationships.part_of(new), serialize(root), relationships.CONTENT_TYPE)


def _is_named(package: Package, part: str, rid: str) -> bool:
    """Whether the part's XML refers to the relationship by its id."""
    return any(
        value == rid
        for element in package.xml(part).iter()
        for key, value in element.attrib.items()
        if str(key).startswith("{") and "relationships" in str(key)
    )
