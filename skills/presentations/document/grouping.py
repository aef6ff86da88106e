"""Groups made and dissolved, and the order of shapes, which is both that of drawing and that of reading aloud."""

from __future__ import annotations

from collections.abc import Sequence

from copilot_server.errors import Refused
from skills.presentations.document.building import transform
from skills.presentations.document.markup import node, remove, tag
from skills.presentations.document.placing import set_box
from skills.presentations.document.shapes import Box, Shape
from skills.presentations.document.slide import Slide


def group(slide: Slide, shapes: Sequence[Shape], name: str) -> Shape:
    """In the place of the topmost of them; raises Refused for placeholders, which Office keeps out of groups."""
    boxes = [box for shape in shapes if (box := shape.box)]
    if len(boxes) < len(shapes) or any(shape.parents or shape.placeholder is not None for shape in shapes):
        raise Refused("placeholders, members of other groups and shapes without a place cannot be grouped")
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    whole = Box(x, y, max(box.right for box in boxes) - x, max(box.bottom for box in boxes) - y)
    place = transform(whole)
    place.append(node("a:chOff", {"x": whole.x, "y": whole.y}))
    place.append(node("a:chExt", {"cx": whole.width, "cy": whole.height}))
    key = slide.free_shape_id
    about = node("p:nvGrpSpPr", None, node("p:cNvPr", {"id": key, "name": name}), node("p:cNvGrpSpPr"), node("p:nvPr"))
    made = node("p:grpSp", None, about, node("p:grpSpPr", None, place))
    elements = [shape.element for shape in shapes]
    drawn = [element for element in slide.tree if element in elements]
    drawn[-1].addnext(made)
    made.extend(drawn)
    return Shape(slide, made, str(key))


def ungroup(slide: Slide, shape: Shape) -> None:
    """Raises Refused for what is no group, and for a group that is turned or mirrored as a whole."""
    if shape.kind != "group":
        raise Refused(f"shape {shape.key} on slide {slide.number} is no group")
    own = shape.transform
    if own is not None and (shape.rotation or own.get("flipH") == "1" or own.get("flipV") == "1"):
        raise Refused("this group is turned or mirrored as a whole; turn it back first")
    members = [each for each in slide.shapes if each.parents and each.parents[-1] is shape.element]
    places = [(member, member.box, member.parents[:-1]) for member in members]
    if any(parents for _, _, parents in places):
        raise Refused("this group lies in another group; dissolve that one first")
    for member, box, _ in places:
        if box is not None:
            set_box(Shape(slide, member.element, member.key), box)
    for element in [e for e in shape.element if tag(e) not in {"p:nvGrpSpPr", "p:grpSpPr", "p:extLst"}]:
        shape.element.addprevious(element)
    remove(shape.element)


def order(slide: Slide, shapes: Sequence[Shape]) -> None:
    """These in this order, in the places that they have together."""
    if any(shape.parents for shape in shapes):
        raise Refused("members of a group keep the group's order; name the group")
    tree, elements = slide.tree, [shape.element for shape in shapes]
    places = sorted(tree.index(element) for element in elements)
    for element in elements:
        tree.remove(element)
    for place, element in zip(places, elements, strict=True):
        tree.insert(place, element)
