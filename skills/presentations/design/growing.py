"""Short text set larger and further apart, so that it fills its place; only in themes of ours, whose type is ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from copilot_server.office.text.layout import measure
from copilot_server.office.xml import Element
from skills.presentations.design.tabling import style_of
from skills.presentations.document import tongues
from skills.presentations.document.deck import Deck
from skills.presentations.document.fitting import Fit, dangles, fit, measured, set_scale
from skills.presentations.document.markup import child, need, node, put
from skills.presentations.document.shapes import Shape
from skills.presentations.document.styles import Cascade
from skills.presentations.document.text import level_of
from skills.presentations.themes.palette import CLEAN_TABLE

_SPARSE = 0.6  # of its place: what fills more of it is not made larger
_HEADROOM = 0.1  # what it may fill beyond that when it is larger
_FILLED = 0.75
_SPREAD = 0.88  # of its place, with the room between paragraphs
_STEPS = (1.3, 1.2, 1.1)
_LARGEST = 28  # points: titles are 30
_LARGEST_QUOTE = 54
_QUOTE_STEPS = (1.7, 1.5, 1.3, 1.15)
_QUOTE_LINES = 4
_WIDEST = 48.0  # points between paragraphs
_SHORTER = 0.9


def grow(shapes: Sequence[Shape], largest: float = _LARGEST, sparse: float = _SPARSE) -> None:
    """Like things alike: all of them take the step that suits the fullest, up to `largest` points.

    What fills more than `sparse` of its place keeps its size, and is only set further apart.
    """
    known = [found for shape in shapes if (found := _whole(shape))]
    if not known or len(known) < len(shapes) or not is_ours(shapes[0].slide.deck):
        return
    fullest = max(found.extent.height / found.height for found in known)
    if fullest <= sparse:
        _enlarge(shapes, largest, max(_FILLED, sparse + _HEADROOM))
    space = min(*map(_spare, shapes), _WIDEST if fullest <= sparse else _WIDEST / 2)
    if space > 0:
        for shape in shapes:
            _space(shape, space)


def grow_quote(shape: Shape) -> None:
    """A short saying is the slide: as large as it stands on four lines, up to 54 points."""
    if not is_ours(shape.slide.deck) or not (whole := _whole(shape)) or whole.extent.lines > _QUOTE_LINES:
        return
    for step in _QUOTE_STEPS:
        _reset(shape)
        resize(shape, step, _LARGEST_QUOTE)
        found = fit(shape)
        if found and found.extent.lines <= _QUOTE_LINES and _is_easy(_cautious(shape, found)):
            return
    _reset(shape)


def resize(shape: Shape, scale: float, largest: float = _LARGEST) -> None:
    """The text's sizes times `scale`, written once in the shape's own list style, so that later paragraphs follow."""
    body = shape.text_body
    levels = _levels(shape)
    if body is None or not levels:
        return
    for looks in need(body, "a:lstStyle").iter("{*}defRPr"):
        looks.attrib.pop("sz", None)
    sizes = {level: Cascade(shape).run(paragraph, None).size for level, paragraph in levels.items()}
    scale = min(scale, max(largest / max(sizes.values()), 1))  # what stands below the first level stays below it
    for level, size in sizes.items():
        need(body, f"a:lstStyle/a:lvl{level + 1}pPr/a:defRPr").set("sz", str(round(size * scale) * 100))


def set_tightly(shape: Shape, size: float, anchor: str | None = None) -> None:
    """In that size of its own, without room above and below: its box was cut to its words."""
    body = shape.text_body
    if body is None:
        return
    need(body, "a:lstStyle/a:lvl1pPr/a:defRPr").set("sz", str(round(size * 100)))
    frame = need(body, "a:bodyPr")
    for side in ("tIns", "bIns"):
        frame.set(side, "0")
    if anchor:
        frame.set("anchor", anchor)
    set_scale(body, 1)


def lead(shape: Shape) -> None:
    """What heads its sub-points in bold, where each is a line long: sentences stay as they are."""
    body, heads = shape.text_body, [each for each in shape.paragraphs if level_of(each) == 0]
    if body is None or (found := fit(shape)) is None:
        return
    looks = need(body, "a:lstStyle/a:lvl1pPr/a:defRPr")
    looks.set("b", "1")
    cascade = Cascade(shape)
    if any(measure([each], found.width).lines > 1 for each in measured(cascade, heads, cascade.frame().scale)):
        looks.attrib.pop("b")


def relax(shape: Shape) -> None:
    """Take back what was grown, where more text than that has come to stand since."""
    body = shape.text_body
    style = child(body, "a:lstStyle")
    if body is None or style is None or not len(style) or shape.placeholder is None or not is_ours(shape.slide.deck):
        return
    found = fit(shape, 1.0)
    if found is not None and not found.fits:
        style[:] = []


def _enlarge(shapes: Sequence[Shape], largest: float, filled: float) -> None:
    """The largest step at which no last line holds one word alone, else the largest that suits."""
    suiting: list[float] = []
    for step in _STEPS:
        _resize_all(shapes, step, largest)
        fits = [found for shape in shapes if (found := fit(shape))]
        if len(fits) == len(shapes) and all(
            _is_easy(_cautious(*pair), filled) for pair in zip(shapes, fits, strict=True)
        ):
            if not any(dangles(each.extent, each.width, 2) for each in fits):
                return
            suiting.append(step)
    if suiting:
        _resize_all(shapes, suiting[0], largest)
        return
    for shape in shapes:
        _reset(shape)


def _resize_all(shapes: Sequence[Shape], step: float, largest: float) -> None:
    for shape in shapes:
        resize(shape, step, largest)


def _reset(shape: Shape) -> None:
    body = shape.text_body
    if body is not None:
        need(body, "a:lstStyle")[:] = []


def _whole(shape: Shape) -> Fit | None:
    """How the text fits where no autofit has made it smaller yet."""
    found = fit(shape)
    return found if found and found.fits and Cascade(shape).frame().scale == 1 else None


def _is_easy(found: Fit, filled: float = _FILLED) -> bool:
    return found.fits and found.extent.height <= found.height * filled


def _spare(shape: Shape) -> float:
    """Points each gap between paragraphs may take of what is left over."""
    found, gaps = fit(shape), sum(level_of(each) == 0 for each in shape.paragraphs[1:])
    if found is None:
        return 0
    if not gaps:
        return _WIDEST
    return min((found.height * _SPREAD - _cautious(shape, found).extent.height) / gaps, _WIDEST)


def _cautious(shape: Shape, found: Fit) -> Fit:
    """As on lines a little shorter: renderers break Japanese, Arabic, … elsewhere, by fonts of their own."""
    if tongues.language(shape.text) is None:
        return found
    cascade = Cascade(shape)
    paragraphs = measured(cascade, shape.paragraphs, cascade.frame().scale)
    return replace(found, extent=measure(paragraphs, found.width * _SHORTER))


def _space(shape: Shape, space: float) -> None:
    paragraph, body = _levels(shape).get(0), shape.text_body
    if paragraph is not None and body is not None:
        before = Cascade(shape).paragraph(paragraph).before + space
        own = need(body, "a:lstStyle/a:lvl1pPr")
        put(own, node("a:spcBef", None, node("a:spcPts", {"val": round(before) * 100})))


def _levels(shape: Shape) -> dict[int, Element]:
    """A paragraph of each level there is."""
    return {level_of(each): each for each in reversed(shape.paragraphs)}


def is_ours(deck: Deck) -> bool:
    return style_of(deck) == CLEAN_TABLE
