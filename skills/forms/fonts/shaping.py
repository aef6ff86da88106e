"""Scripts whose letters join, stack or run from right to left: the glyphs a typeface has for a text, in their order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import uharfbuzz
from bidi.algorithm import get_display

# Hebrew to Arabic Extended, their presentation forms, and what lies above the Basic Multilingual Plane.
_RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_SHAPED_TOO = "\u0300-\u036f\u0900-\u109f\u1780-\u18af"  # marks; Devanagari to Myanmar; Khmer and Mongolian
_SHAPED = re.compile(f"[{_SHAPED_TOO}{_RIGHT_TO_LEFT}]")
_TURNED = re.compile(f"[{_RIGHT_TO_LEFT}]")
harfbuzz: Any = uharfbuzz  # a compiled module that says nothing of its types
_TURNED_CLASSES = {"R", "AL", "NSM"}


@dataclass(frozen=True, slots=True)
class Glyph:
    """`number` in the typeface; `text` what it says, "" when another says it; the rest in units of the typeface."""

    number: int
    text: str
    advance: int
    right: int = 0
    up: int = 0


def needs_shaping(text: str) -> bool:
    """Whether the letters of a text are more than a row of glyphs, one each."""
    return _SHAPED.search(text) is not None


def is_right_to_left(text: str) -> bool:
    """By its first letter that has a direction (UAX #9, P2)."""
    found = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind in {"R", "AL"} for kind in found if kind in {"L", "R", "AL"}), False)


def as_seen(text: str) -> Iterator[tuple[str, bool]]:
    """Pieces from left to right, each in the order it is read, and whether it is read from the right."""
    seen = str(get_display(text)) if _TURNED.search(text) else text
    for is_turned, letters in groupby(seen, key=_is_turned):
        piece = "".join(letters)
        yield piece[::-1] if is_turned else piece, is_turned


def _is_turned(letter: str) -> bool:
    return _TURNED.match(letter) is not None and unicodedata.bidirectional(letter) in _TURNED_CLASSES


class Shaper:
    """The OpenType rules of one typeface."""

    def __init__(self, path: Path, number: int) -> None:
        face = harfbuzz.Face(harfbuzz.Blob.from_file_path(str(path)), number)
        self._font = harfbuzz.Font(face)

    def glyphs(self, text: str, *, is_turned: bool) -> list[Glyph]:
        """From left to right."""
        row: Any = harfbuzz.Buffer()
        row.add_str(text)
        row.guess_segment_properties()
        row.direction = "rtl" if is_turned else "ltr"
        harfbuzz.shape(self._font, row)
        starts = sorted({info.cluster for info in row.glyph_infos})
        ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
        said: set[int] = set()
        made: list[Glyph] = []
        for info, place in zip(row.glyph_infos, row.glyph_positions, strict=True):
            words = "" if info.cluster in said else text[info.cluster : ends[info.cluster]]
            said.add(info.cluster)
            made.append(Glyph(info.codepoint, words, place.x_advance, place.x_offset, place.y_offset))
        return made
