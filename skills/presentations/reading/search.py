"""Where words stand in a deck."""

from __future__ import annotations

import re
from collections.abc import Iterator

from skills.presentations.document import tables
from skills.presentations.document.deck import Deck
from skills.presentations.document.shapes import Shape
from skills.presentations.document.text import meant

_AROUND = 40


def search(deck: Deck, words: str, limit: int = 40) -> str:
    """Matches with their slide and shape ids, titles, cells and notes included; case ignored."""
    pattern = re.compile(re.escape(meant(words)), re.IGNORECASE)
    found = list(_matches(deck, pattern))
    if not found:
        return f"{words!r} stands nowhere in the deck"
    more = [f"… and {len(found) - limit} more"] if len(found) > limit else []
    return "\n".join([f"{len(found)} places:", *found[:limit], *more])


def _matches(deck: Deck, pattern: re.Pattern[str]) -> Iterator[str]:
    for slide in deck.slides:
        for shape in slide.shapes:
            for place, words in _texts(shape):
                for match in pattern.finditer(words):
                    yield f"slide {slide.number} {shape.anchor}{place} ({shape.role}): {_around(words, match)}"
        for match in pattern.finditer(slide.notes):
            yield f"slide {slide.number} {slide.anchor}/notes: {_around(slide.notes, match)}"


def _texts(shape: Shape) -> Iterator[tuple[str, str]]:
    if shape.table is not None:
        for row, cells in enumerate(tables.texts(shape.table), start=1):
            for column, words in enumerate(cells, start=1):
                yield f"/R{row}C{column}", words
    elif shape.text_body is not None:
        yield "", shape.text


def _around(words: str, match: re.Match[str]) -> str:
    start, end = max(match.start() - _AROUND, 0), match.end() + _AROUND
    shown = " ".join(words[start:end].split())
    return ("…" if start else "") + shown + ("…" if end < len(words) else "")
