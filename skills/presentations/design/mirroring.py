"""Slides in scripts that run from right to left: what stands side by side begins at the right."""

from __future__ import annotations

from skills.presentations.design.area import content_area
from skills.presentations.design.content import Content
from skills.presentations.document import tongues
from skills.presentations.document.markup import child
from skills.presentations.document.shapes import Shape
from skills.presentations.document.slide import Slide
from skills.presentations.document.text import paragraph_properties

_DRAWN = {"key_figures", "process", "timeline", "team", "two_columns", "comparison", "quote"}


def runs_from_the_right(content: Content) -> bool:
    items = [part for item in content.items for part in (item.head, item.text)]
    return tongues.is_right_to_left(" ".join([content.title, *(line.text for line in content.lines), *items]))


def mirror(slide: Slide, content: Content) -> None:
    """Turn over what was placed on the slide itself; what stands in a placeholder's place stays there."""
    if content.kind not in _DRAWN or not runs_from_the_right(content):
        return
    area = content_area(slide)
    for shape in slide.shapes:
        offset, box = child(shape.transform, "a:off"), shape.own_box
        if shape.parents or offset is None or box is None:
            continue
        offset.set("x", str(area.x + area.right - box.right))
        if shape.kind == "connector" and shape.transform is not None:
            shape.transform.set("flipH", "1")
        _align(shape)


def _align(shape: Shape) -> None:
    """Figures have no direction of their own: they take that of the words around them; insets change sides."""
    frame = child(shape.text_body, "a:bodyPr")
    left, right = (frame.get("lIns"), frame.get("rIns")) if frame is not None else (None, None)
    if frame is not None and left and right and left != right:
        frame.set("lIns", right)
        frame.set("rIns", left)
    for paragraph in shape.paragraphs:
        properties = paragraph_properties(paragraph)
        if properties.get("algn", "l") == "l":
            properties.set("algn", "r")
            properties.set("rtl", "1")
