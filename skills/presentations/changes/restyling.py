"""What changed in a shape's looks, in words: of its type, its paragraphs, its fill and outline."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from copilot_server.office.xml import Element
from skills.presentations.document.markup import FILLS, child, children, every, tag
from skills.presentations.document.shapes import Shape

_MOST = 5
_BULLETS = {"a:buNone": "none", "a:buChar": "char", "a:buAutoNum": "type", "a:buBlip": ""}
_PLAIN_TEXT = {"1": "on", "0": "off"}


def restyled(old: Shape, new: Shape) -> str:
    """ "size 24 → 18, bullets none → •": what is written on the shape itself; "" for what has no word here."""
    told: list[str] = []
    for name, read in _FACTS.items():
        before, after = (", ".join(dict.fromkeys(read(shape.element))) for shape in (old, new))
        if before != after:
            told.append(f"{name} {before} → {after or 'inherited'}" if before else f"{name} {after}")
    return ", ".join(told[:_MOST]) + (" …" if len(told) > _MOST else "")


def _of_runs(attribute: str, shown: Callable[[str], str] = str) -> Callable[[Element], Iterator[str]]:
    def read(element: Element) -> Iterator[str]:
        for looks in every(element, "a:rPr"):
            if (value := looks.get(attribute)) is not None:
                yield shown(value)

    return read


def _of_paragraphs(attribute: str) -> Callable[[Element], Iterator[str]]:
    def read(element: Element) -> Iterator[str]:
        for properties in every(element, "a:pPr"):
            if (value := properties.get(attribute)) is not None:
                yield value

    return read


def _fonts(element: Element) -> Iterator[str]:
    for looks in every(element, "a:rPr"):
        yield from (face.get("typeface", "") for face in children(looks, "a:latin"))


def _colors(element: Element) -> Iterator[str]:
    for looks in every(element, "a:rPr"):
        yield from _fill(looks)


def _highlights(element: Element) -> Iterator[str]:
    for mark in every(element, "a:highlight"):
        yield from (inner.get("val", "") for inner in mark)


def _bullets(element: Element) -> Iterator[str]:
    for properties in every(element, "a:pPr"):
        for bullet in properties:
            if tag(bullet) in _BULLETS:
                yield bullet.get(_BULLETS[tag(bullet)]) or "none"


def _shape_fill(element: Element) -> Iterator[str]:
    properties = child(element, "p:spPr")
    return _fill(properties) if properties is not None else iter(())


def _outline(element: Element) -> Iterator[str]:
    stroke = child(element, "p:spPr/a:ln")
    if stroke is not None:
        width = [f"{int(stroke.get('w', '0')) / 12700:g} pt"] if stroke.get("w") else []
        yield " ".join([*width, *_fill(stroke)])


def _fill(holder: Element) -> Iterator[str]:
    for each in holder:
        if tag(each) == "a:noFill":
            yield "none"
        elif tag(each) in FILLS:
            yield " ".join(inner.get("val", "") for inner in each) or "filled"


def _points(value: str) -> str:
    return f"{int(value) / 100:g}"


def _switch(value: str) -> str:
    return _PLAIN_TEXT.get(value, value)


_FACTS: dict[str, Callable[[Element], Iterator[str]]] = {
    "size": _of_runs("sz", _points),
    "bold": _of_runs("b", _switch),
    "italic": _of_runs("i", _switch),
    "underline": _of_runs("u"),
    "font": _fonts,
    "colour": _colors,
    "highlight": _highlights,
    "bullets": _bullets,
    "level": _of_paragraphs("lvl"),
    "align": _of_paragraphs("algn"),
    "fill": _shape_fill,
    "outline": _outline,
}
