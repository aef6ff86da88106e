"""Advance widths and heights of font faces, from metrics at hand: no font needs to be installed."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

# Families by the free one with the same widths, or the nearest with the factor their text is wider by.
_STAND_INS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("calibri", "carlito", "candara"), ("Carlito", 1.0)),
    **dict.fromkeys(("calibri light",), ("Carlito", 1.0)),
    **dict.fromkeys(("aptos", "aptos display", "corbel", "gill sans mt"), ("Carlito", 1.07)),
    **dict.fromkeys(("cambria", "caladea", "cambria math"), ("Caladea", 1.0)),
    **dict.fromkeys(("georgia", "palatino linotype", "book antiqua", "constantia"), ("Caladea", 1.06)),
    **dict.fromkeys(("arial", "helvetica", "liberation sans", "arial nova"), ("Liberation Sans", 1.0)),
    **dict.fromkeys(
        ("segoe ui", "segoe ui light", "segoe ui semibold", "tahoma", "open sans"), ("Liberation Sans", 1.0)
    ),
    **dict.fromkeys(("trebuchet ms", "century gothic", "montserrat", "poppins"), ("Liberation Sans", 1.08)),
    **dict.fromkeys(("verdana", "dejavu sans"), ("Liberation Sans", 1.17)),
    **dict.fromkeys(("arial narrow", "liberation sans narrow", "impact"), ("Liberation Sans", 0.82)),
    **dict.fromkeys(("times new roman", "times", "liberation serif", "garamond"), ("Liberation Serif", 1.0)),
    **dict.fromkeys(("courier new", "consolas", "liberation mono", "courier"), ("Liberation Mono", 1.0)),
}
_UNKNOWN = ("Liberation Sans", 1.03)
_ARABIC = 640  # of the wider faces: which of them a machine shows it in cannot be known
_WIDE = {"W", "F"}
_EMPTY_CATEGORIES = {"Mn", "Me", "Cf", "Cc"}


@dataclass(frozen=True)
class Face:
    """Measures in thousandths of the type size; `height` is of a single-spaced line."""

    height: int
    widths: dict[int, int]
    factor: float

    def advance(self, character: str) -> float:
        """The width of one character; a letter the metrics lack is taken for an average one, CJK for a full square."""
        known = self.widths.get(ord(character))
        if known:
            return known * self.factor
        if unicodedata.category(character) in _EMPTY_CATEGORIES:
            return 0
        if unicodedata.east_asian_width(character) in _WIDE:
            return 1000
        return (_ARABIC if "\u0600" <= character <= "\u06ff" else 560) * self.factor


@cache
def face(family: str, *, is_bold: bool = False) -> Face:
    """The face of that family or what stands in for it."""
    name, factor = _STAND_INS.get(family.strip().lower(), _UNKNOWN)
    stored = _metrics()[name]["bold" if is_bold else "regular"]
    widths = {
        int(first) + offset: width
        for first, run in stored["widths"].items()
        for offset, width in enumerate(run)
        if width
    }
    return Face(stored["height"], widths, factor)


@lru_cache(maxsize=65536)
def width(text: str, family: str, size: float, *, is_bold: bool = False) -> float:
    """The width of a text on one line, in points."""
    chosen = face(family, is_bold=is_bold)
    return sum(map(chosen.advance, text)) * size / 1000


@cache
def _metrics() -> dict[str, Any]:
    return json.loads(Path(__file__).with_name("metrics.json").read_text(encoding="utf-8"))
