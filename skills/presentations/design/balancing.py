"""Lines of like length: no title or paragraph ends in a line of one short word; only in themes of ours."""

from __future__ import annotations

from copilot_server.office.text.layout import Paragraph, endings, measure
from skills.presentations.design.growing import is_ours
from skills.presentations.document.fitting import fit, measured
from skills.presentations.document.markup import child, children, need
from skills.presentations.document.shapes import Shape
from skills.presentations.document.styles import Cascade

_SHORT = 0.22  # of the room
_STEP, _STEPS = 0.03, 10
_POINT = 12700
_INSETS = {"l": "rIns", "r": "lIns"}


def balance(shape: Shape) -> None:
    """Narrow its text from the end of its lines, as little as leaves no short last line and adds none."""
    body = shape.text_body
    if body is None or shape.placeholder is None or not is_ours(shape.slide.deck) or not shape.text.strip():
        return
    unbalance(shape)
    found, cascade = fit(shape), Cascade(shape)
    frame = cascade.frame()
    paragraphs = measured(cascade, children(body, "a:p"), frame.scale)
    if found is None or not found.fits or frame.columns > 1 or not _dangling(paragraphs, found.width):
        return
    side = _INSETS.get(cascade.paragraph(children(body, "a:p")[0]).align)
    for step in range(1, _STEPS + 1):
        width = found.width * (1 - step * _STEP)
        extent = measure(paragraphs, width)
        if extent.lines > found.extent.lines or extent.widest_word > width:
            return
        if side and not _dangling(paragraphs, width):
            left, _, right, _ = frame.insets
            own = right if side == "rIns" else left
            need(body, "a:bodyPr").set(side, str(own + round((found.width - width) * _POINT)))
            return


def unbalance(shape: Shape) -> None:
    """As wide as its layout has it."""
    properties = child(shape.text_body, "a:bodyPr")
    if properties is not None:
        for side in _INSETS.values():
            properties.attrib.pop(side, None)


def _dangling(paragraphs: list[Paragraph], room: float) -> bool:
    return any(lines > 1 and last < room * _SHORT for lines, last in endings(paragraphs, room))
