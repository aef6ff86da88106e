"""Where lines break and how high a text stands, by the rules word processors and slides share."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from copilot_server.office.text import faces

# A word with the blanks after it; CJK breaks after every character; a hyphen or slash may end a line.
_ATOM = re.compile(r"[^\s\-/–—]+[\-/–—]?\s*|[\-/–—]+\s*|\s+")
_NO_LINE_START = set("、。，．・：；？！）］｝〉》」』】〕”’ーぁぃぅぇぉっゃゅょァィゥェォッャュョ,.!?:;)]}")


@dataclass(frozen=True, slots=True)
class Span:
    """Characters that look alike; `size` in points."""

    text: str
    font: str
    size: float
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Spans and the room around them, in points; `line` multiplies the font's height, or is points if negative.

    A vertical tab in a span breaks the line. `left` is the indent of every line, `first` that of the first.
    """

    spans: tuple[Span, ...]
    left: float = 0
    first: float = 0
    line: float = 1.0
    before: float = 0
    after: float = 0


@dataclass(frozen=True, slots=True)
class Extent:
    """What a text takes up: `width` of its longest line and `height`, in points, and its number of lines.

    `widest_word` is the longest piece that cannot be broken, `shortest_end` the shortest last line of a paragraph of
    several, infinite where there is none.
    """

    width: float
    height: float
    lines: int
    widest_word: float
    shortest_end: float = math.inf


def measure(paragraphs: Sequence[Paragraph], room: float) -> Extent:
    """Lay the paragraphs out in lines `room` points wide."""
    extents = [_extent(paragraph, room) for paragraph in paragraphs]
    gaps = sum(p.after + (p.before if position else 0) for position, p in enumerate(paragraphs))
    last = paragraphs[-1].after if paragraphs else 0
    return Extent(
        width=max((each.width for each in extents), default=0.0),
        height=sum(each.height for each in extents) + gaps - last,
        lines=sum(each.lines for each in extents),
        widest_word=max((each.widest_word for each in extents), default=0.0),
        shortest_end=min((each.shortest_end for each in extents), default=math.inf),
    )


@lru_cache(maxsize=8192)
def _extent(paragraph: Paragraph, room: float) -> Extent:
    """Of its lines alone. Remembered: a text is measured when it is fitted, and again when it is checked."""
    broken = _lines(paragraph, room)
    return Extent(
        width=max(length for length, _ in broken),
        height=sum(_line_height(paragraph, sizes) for _, sizes in broken),
        lines=len(broken),
        widest_word=max((length for length, _ in _atoms(paragraph)), default=0.0),
        shortest_end=broken[-1][0] if len(broken) > 1 else math.inf,
    )


def line_height(font: str, size: float) -> float:
    """Of a single-spaced line, in points."""
    return faces.face(font).height * size / 1000


def _lines(paragraph: Paragraph, room: float) -> list[tuple[float, list[tuple[str, float]]]]:
    """(width, fonts and sizes on it) of each line."""
    plain = [(span.font, span.size) for span in paragraph.spans[:1]]
    lines: list[tuple[float, list[tuple[str, float]]]] = []
    used, looks = paragraph.first or paragraph.left, list[tuple[str, float]]()
    for length, atom in _atoms(paragraph):
        ink = faces.width(atom.text.rstrip(), atom.font, atom.size, is_bold=atom.is_bold)
        is_glued = atom.text[:1] in _NO_LINE_START
        if atom.text == "\v" or (used + ink > room + 0.01 and looks and not is_glued):
            lines.append((used, looks or plain))
            used, looks = paragraph.left, []
        if atom.text != "\v":
            over, used = divmod(used + length, room) if ink > room > 0 else (0, used + length)
            lines.extend([(room, [(atom.font, atom.size)])] * int(over))
            looks = [*looks, (atom.font, atom.size)]
    return [*lines, (used, looks or plain)]


def _line_height(paragraph: Paragraph, looks: Sequence[tuple[str, float]]) -> float:
    if paragraph.line < 0:
        return -paragraph.line
    return paragraph.line * max((line_height(font, size) for font, size in looks), default=0)


def _atoms(paragraph: Paragraph) -> list[tuple[float, Span]]:
    """Unbreakable pieces with their widths, blanks after them counted in."""
    found: list[tuple[float, Span]] = []
    for span in paragraph.spans:
        for part in re.split(r"(\v)", span.text):
            for text in [part] if part == "\v" else _pieces(part):
                length = 0.0 if text == "\v" else faces.width(text, span.font, span.size, is_bold=span.is_bold)
                found.append((length, Span(text, span.font, span.size, span.is_bold)))
    return found


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for atom in _ATOM.findall(text):
        start = 0
        for position, character in enumerate(atom):
            if position and unicodedata.east_asian_width(character) in {"W", "F"} and character not in _NO_LINE_START:
                pieces.append(atom[start:position])
                start = position
        pieces.append(atom[start:])
    return [piece for piece in pieces if piece]
