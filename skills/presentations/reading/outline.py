"""The whole deck in a line or two a slide."""

from __future__ import annotations

from collections import Counter

from copilot_server.errors import Refused
from skills.presentations.document.deck import Deck
from skills.presentations.document.pictures import pixels
from skills.presentations.document.shapes import Shape
from skills.presentations.document.slide import Slide

_LINE = 160
_FURNITURE = {"title", "date", "footer", "number", "header"}


def outline(deck: Deck) -> str:
    """Slides with id, layout, title, kinds of shape, words, notes; then layouts and theme."""
    width, height = (value / 914400 for value in deck.size)
    lines = [f"{len(deck.slides)} slides, {width:.4g}×{height:.4g} in; {_theme_line(deck)}"]
    lines += [_slide_line(slide) for slide in deck.slides]
    names = Counter(deck.layout_name(layout) for layout in deck.layouts)
    lines.append("layouts: " + ", ".join(names))
    if deck.attached:
        lines.append("attached files: " + ", ".join(_file(name, data) for name, data in deck.attached.items()))
    return "\n".join(lines)


def _theme_line(deck: Deck) -> str:
    if not deck.masters:
        return "no master"
    theme = deck.theme_of(deck.masters[0])
    accents = " ".join(theme.colors.get(f"accent{n}", "?") for n in range(1, 7))
    return f"theme {theme.name or 'unnamed'}: {theme.major} / {theme.minor}, accents {accents}"


def _slide_line(slide: Slide) -> str:
    shapes = slide.shapes
    words = sum(len(shape.text.split()) for shape in shapes if shape.role != "title")
    held = Counter(_noun(shape) for shape in shapes if shape.role not in _FURNITURE and not shape.parents)
    parts = [f"{count} {noun}" if count > 1 else noun for noun, count in held.items()]
    title = " ".join((slide.title or "").split())
    marks = [*(["hidden"] if slide.is_hidden else []), *(["notes"] if slide.notes.strip() else [])]
    facts = ", ".join([*parts, *([f"{words} words"] if words else []), *marks])
    shown = f"“{title}”" if title else "(no title)"
    return f"{slide.number} {slide.anchor} [{slide.layout_name}] {shown}: {facts or 'nothing else'}"[:_LINE]


def _file(name: str, data: bytes) -> str:
    try:
        width, height = pixels(data)
    except Refused:
        return name
    return f"{name} ({width}×{height} px)"


def _noun(shape: Shape) -> str:
    return "empty " + shape.role if shape.is_empty_placeholder else shape.role
