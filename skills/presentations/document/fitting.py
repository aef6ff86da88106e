"""Whether text fits its shape, measured; and type stepped down, to a floor, until it does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from copilot_server.office.text.layout import Extent, Paragraph, Span, measure
from copilot_server.office.xml import Element
from skills.presentations.document.markup import child, children, need, node, put, remove, tag
from skills.presentations.document.shapes import Box, Shape
from skills.presentations.document.styles import Cascade, Frame

FLOOR: Final = 12.0
_STEPS: Final = (1.0, 0.925, 0.85, 0.775, 0.7, 0.625, 0.55)
_EMU: Final = 12700
_SHORT: Final = 0.22  # of the room: a last line shorter than that dangles
_UNEVEN: Final = 0.4
_SLACK: Final = 1.02  # renderers differ by about that much


@dataclass(frozen=True, slots=True)
class Fit:
    """A text against its room, all in points; `smallest` is the smallest type in it."""

    extent: Extent
    width: float
    height: float
    smallest: float

    @property
    def overflow(self) -> float:
        """How much higher the text is than its room; 0 or less when it fits."""
        return self.extent.height - self.height * _SLACK

    @property
    def fits(self) -> bool:
        return self.overflow <= 0 and self.extent.widest_word <= self.width * _SLACK


def fit(shape: Shape, scale: float | None = None, cascade: Cascade | None = None) -> Fit | None:
    """The shape's text in its own box; None where there is no text or nothing says how large the box is.

    `scale` stands for the shape's own autofit scaling of its type.
    """
    box, body = shape.box, shape.text_body
    if box is None or body is None or not shape.text.strip():
        return None
    cascade = cascade or Cascade(shape)
    frame = cascade.frame()
    chosen = frame.scale if scale is None else scale
    width, height = room(box, frame, shape)
    paragraphs = measured(cascade, children(body, "a:p"), chosen)
    extent = measure(paragraphs, width if frame.wraps else 100_000)
    if frame.columns > 1:
        extent = replace(extent, height=extent.height / frame.columns)
    sizes = [span.size for paragraph in paragraphs for span in paragraph.spans if span.text.strip()]
    return Fit(extent, width if frame.wraps else extent.width, height, min(sizes, default=FLOOR))


def room(box: Box, frame: Frame, shape: Shape) -> tuple[float, float]:
    """Width and height left for text, in points; shapes that are no rectangles have less of it."""
    left, top, right, bottom = frame.insets
    share = _text_share(shape)
    width, height = box.width * share - left - right, box.height * share - top - bottom
    if frame.is_turned:
        width, height = height, width
    columns = max(frame.columns, 1)
    return max(width / columns / _EMU, 1), max(height / _EMU, 1)


def measured(cascade: Cascade, paragraphs: list[Element], scale: float = 1.0) -> list[Paragraph]:
    """The paragraphs as the layout wants them, everything inherited counted in."""
    found: list[Paragraph] = []
    for paragraph in paragraphs:
        style = cascade.paragraph(paragraph)
        spans: list[Span] = []
        for element in paragraph:
            name = tag(element)
            if name in {"a:r", "a:fld", "a:br"}:
                looks = cascade.run(paragraph, child(element, "a:rPr"))
                content = child(element, "a:t")
                words = "\v" if name == "a:br" else (content.text or "") if content is not None else ""
                spans.append(Span(words, looks.font, looks.size * scale, looks.is_bold))
        if not spans:
            looks = cascade.run(paragraph, child(paragraph, "a:endParaRPr"))
            spans.append(Span("", looks.font, looks.size * scale, looks.is_bold))
        line = style.line if style.line < 0 or scale == 1 else style.line * (0.9 if scale < 0.9 else 1)
        first = style.left if style.has_bullet else style.left + style.indent
        found.append(Paragraph(tuple(spans), style.left, first, line, style.before * scale, style.after * scale))
    return found


def dangles(extent: Extent, room: float, paragraphs: int) -> bool:
    """Whether a paragraph ends in a line of one short word or sign; a title or sentence alone is to be more even."""
    return extent.shortest_end < room * (_UNEVEN if paragraphs == 1 else _SHORT)


def paragraph_tops(shape: Shape) -> tuple[int, ...]:
    """Where each paragraph begins on the slide, and the last one ends, in EMU from the top; () where nothing tells."""
    box, body, found = shape.box, shape.text_body, fit(shape)
    if box is None or body is None or found is None or shape.rotation:
        return ()
    cascade = Cascade(shape)
    frame = cascade.frame()
    if frame.columns > 1 or frame.is_turned:
        return ()
    spare = found.height * _EMU - found.extent.height * _EMU
    top = box.y + frame.insets[1] + round({"ctr": spare / 2, "b": spare}.get(frame.anchor, 0))
    paragraphs = measured(cascade, children(body, "a:p"), frame.scale)
    return tuple(
        top + round(measure(paragraphs[:count], found.width if frame.wraps else 100_000).height * _EMU)
        for count in range(len(paragraphs) + 1)
    )


def refit(shape: Shape) -> bool:
    """Step the type of a changed text down until it fits, or back up; False when it cannot fit at the floor.

    A text box that grows with its text is given the height it needs; other shapes without autofit stay as they are.
    """
    body = shape.text_body
    if body is None:
        return True
    cascade = Cascade(shape)
    frame = cascade.frame()
    if frame.fit == "spAutoFit":
        return _grow(shape, frame)
    if frame.fit != "normAutofit" and shape.placeholder is None:
        return True
    best = next((step for step in _STEPS if _fits(shape, step, cascade)), None)
    if best is None:
        best = next(
            (step for step in reversed(_STEPS) if (found := fit(shape, step, cascade)) and found.smallest >= FLOOR), 1.0
        )
        set_scale(body, best)
        return False
    set_scale(body, best)
    return True


def set_scale(body: Element, scale: float) -> None:
    """Write the autofit scaling; nothing is written where none is needed and none was."""
    properties = need(body, "a:bodyPr")
    present = child(properties, "a:normAutofit")
    if scale >= 1:
        if present is not None:
            for name in ("fontScale", "lnSpcReduction"):
                present.attrib.pop(name, None)
        return
    for other in ("a:noAutofit", "a:spAutoFit"):
        remove(child(properties, other))
    scaled = node("a:normAutofit", {"fontScale": round(scale * 100000)})
    if scale < 0.9:
        scaled.set("lnSpcReduction", "10000")
    put(properties, scaled)


def _fits(shape: Shape, scale: float, cascade: Cascade) -> bool:
    found = fit(shape, scale, cascade)
    return found is None or (found.fits and (found.smallest >= FLOOR or scale == 1))


def _grow(shape: Shape, frame: Frame) -> bool:
    found, transform = fit(shape), shape.transform
    extent = child(transform, "a:ext")
    if found is None or extent is None or shape.parents:
        return True
    needed = round(found.extent.height * _EMU) + frame.insets[1] + frame.insets[3]
    if found.overflow > 0:
        extent.set("cy", str(needed))
    return True


def _text_share(shape: Shape) -> float:
    geometry = child(shape.element, "p:spPr/a:prstGeom")
    kind = geometry.get("prst", "rect") if geometry is not None else "rect"
    return _SHARES.get(kind, 1.0)


_SHARES: Final = {"ellipse": 0.707, "diamond": 0.5, "triangle": 0.5, "hexagon": 0.75, "roundRect": 0.97}
