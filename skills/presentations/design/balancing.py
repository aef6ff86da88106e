"""Lines of like length: no title or paragraph ends in a line of one short word; only in themes of ours."""

from __future__ import annotations

from copilot_server.office.text.layout import measure
from skills.presentations.design.growing import is_ours
from skills.presentations.document.fitting import dangles, fit, measured
from skills.presentations.document.markup import child, need
from skills.presentations.document.shapes import Shape
from skills.presentations.document.styles import Cascade

_STEP, _STEPS = 0.03, 12
_POINT = 12700
_INSETS = {"l": "rIns", "r": "lIns"}


def balance(shape: Shape) -> None:
    """Narrow its text from the end of its lines, as little as leaves no short last line and adds none."""
    body = shape.text_body
    if body is None or shape.placeholder is None or not is_ours(shape.slide.deck) or not shape.text.strip():
        return
    unbalance(shape)
    found, count = fit(shape), len(shape.paragraphs)
    if found is None or not found.fits or not dangles(found.extent, found.width, count):
        return
    cascade = Cascade(shape)
    frame = cascade.frame()
    side = _INSETS.get(cascade.paragraph(shape.paragraphs[0]).align)
    if side is None or frame.columns > 1:
        return
    paragraphs = measured(cascade, shape.paragraphs, frame.scale)
    for step in range(1, _STEPS + 1):
        width = found.width * (1 - step * _STEP)
        extent = measure(paragraphs, width)
        if extent.lines > found.extent.lines or extent.widest_word > width:
            return
        if not dangles(extent, width, count):
            own = frame.insets[2 if side == "rIns" else 0]
            need(body, "a:bodyPr").set(side, str(own + round((found.width - width) * _POINT)))
            return


def unbalance(shape: Shape) -> None:
    """As wide as its layout has it."""
    properties = child(shape.text_body, "a:bodyPr")
    if properties is not None:
        for side in _INSETS.values():
            properties.attrib.pop(side, None)
