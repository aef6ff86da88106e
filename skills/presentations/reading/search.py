"""Where words stand in a deck."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from skills.presentations.document import tables
from skills.presentations.document.deck import Deck
from skills.presentations.document.shapes import Shape
from skills.presentations.document.slide import Slide
from skills.presentations.document.text import meant

_AROUND = 40
_SHOWN = 80
_NEAR = 3
_LIKE = 0.75
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


def search(deck: Deck, words: str, limit: int = 40) -> str:
    """Matches with their slide and shape ids, titles, cells and notes included; case ignored.

    Where there is none, what is near.
    """
    pattern = re.compile(re.escape(meant(words)), re.IGNORECASE)
    found = list(_matches(deck, pattern))
    if not found:
        return f"{words!r} stands nowhere in the deck{near(deck, words)}"
    more = [f"… and {len(found) - limit} more"] if len(found) > limit else []
    return "\n".join([f"{len(found)} places:", *found[:limit], *more])


def near(deck: Deck, words: str, slide: str | None = None) -> str:
    """Where the same words stand in another form or with others between, as an error goes on; "" for nowhere."""
    sought = [_stem(word) for word in _WORD.findall(meant(words))]
    matcher = SequenceMatcher(None, b=words.lower())
    found: list[str] = []
    for place, text in _paragraphs(deck.slides if slide is None else [deck.slide(slide)]):
        matcher.set_seq1(text.lower())
        is_like = matcher.real_quick_ratio() >= _LIKE and matcher.quick_ratio() >= _LIKE and matcher.ratio() >= _LIKE
        if is_like or _has_all(text, sought):
            found.append(f"{place}: {text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}")
    more = f" (and {len(found) - _NEAR} more)" if len(found) > _NEAR else ""
    return f"; near: {' | '.join(found[:_NEAR])}{more}" if found else ""


def _has_all(text: str, sought: list[str]) -> bool:
    own = {_stem(word) for word in _WORD.findall(text)}
    return bool(sought) and own.issuperset(sought)


def _stem(word: str) -> str:
    """Roughly what its inflections share."""
    low = word.lower()
    bare = re.sub(r"(?:'s|s|es|ed|ing|er|en|e)$", "", low)
    return bare if len(bare) > 2 else low


def _paragraphs(slides: Iterable[Slide]) -> Iterator[tuple[str, str]]:
    for slide in slides:
        for shape in slide.shapes:
            for place, words in _texts(shape):
                for part in words.split("\n"):
                    yield f"slide {slide.number} {shape.anchor}{place}", part
        for part in slide.notes.split("\n"):
            yield f"slide {slide.number} {slide.anchor}/notes", part


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
