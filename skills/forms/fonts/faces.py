"""Typefaces found, measured, and cut down for embedding."""

from __future__ import annotations

import io
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, TTLibError

from copilot_server.errors import UnsupportedFile
from skills.forms.fonts.shaping import Shaper, as_seen, needs_shaping

_SHIPPED = Path(__file__).parent / "DejaVuSans.ttf"
# Whatever a machine has is tried in this order: plain weights of families made to cover a script.
_PREFERRED = ("NotoSans-Regular", "NotoSansCJK-Regular", "DroidSansFallback", "NotoSans", "NotoSerifCJK", "DejaVuSans")
_SUFFIXES = {".ttf", ".otf", ".ttc"}
_SKIPPED = ("Bold", "Italic", "Oblique", "Light", "Thin", "Mono", "Black", "Condensed", "Emoji")


@dataclass(frozen=True, slots=True)
class Sign:
    """A glyph as a content stream names it (`code`: its number, or its CID where the font has those).

    Widths and shifts are in thousandths of the font size; `advance` differs from `width` where letters are drawn
    together or marks stand on them.
    """

    code: int
    number: int
    text: str
    width: float
    advance: float
    right: float = 0.0
    up: float = 0.0


class Face:
    """One typeface; widths and metrics in thousandths of the font size. The file is open only while it is read."""

    def __init__(self, path: Path, number: int) -> None:
        """Raises TTLibError or KeyError for what is no font with outlines."""
        self.path, self.number = path, number
        self._shaper: Shaper | None = None
        with TTFont(path, fontNumber=number, lazy=True) as opened:
            font: Any = opened
            self._glyphs: dict[int, str] = font.getBestCmap() or {}
            self._order: dict[str, int] = font.getReverseGlyphMap()
            self._names: list[str] = font.getGlyphOrder()
            self._scale = 1000 / font["head"].unitsPerEm
            self._widths: dict[str, tuple[int, int]] = font["hmtx"].metrics
            self.is_outline_cff = "CFF " in font
            self.is_cid_keyed = self.is_outline_cff and hasattr(font["CFF "].cff[0], "ROS")
            self.name = str(font["name"].getDebugName(6) or path.stem).replace(" ", "")
            self.metrics = self._measured(font["head"], font["hhea"])

    def _measured(self, head: Any, across: Any) -> dict[str, int]:
        """Ascent, descent and box for the font's descriptor."""
        values = {"Ascent": across.ascent, "Descent": across.descent}
        values |= {name: getattr(head, name) for name in ("xMin", "yMin", "xMax", "yMax")}
        return {name: round(value * self._scale) for name, value in values.items()}

    def has(self, letter: str) -> bool:
        return ord(letter) in self._glyphs

    def width(self, letter: str) -> float:
        return self._widths[self._glyphs.get(ord(letter), ".notdef")][0] * self._scale

    def sign(self, letter: str) -> Sign:
        """The letter by itself."""
        return self._sign(self._order.get(self._glyphs.get(ord(letter), ".notdef"), 0), letter)

    def shaped(self, text: str, *, is_turned: bool) -> list[Sign]:
        """A piece of text as the typeface sets it, from left to right."""
        self._shaper = self._shaper or Shaper(self.path, self.number)
        return [
            replace(
                self._sign(glyph.number, glyph.text), advance=glyph.advance * self._scale,
                right=glyph.right * self._scale, up=glyph.up * self._scale,
            )
            for glyph in self._shaper.glyphs(text, is_turned=is_turned)
        ]  # fmt: skip

    def _sign(self, number: int, text: str) -> Sign:
        name = self._names[number]
        code = number
        if self.is_cid_keyed:
            code = int(name.removeprefix("cid")) if name.startswith("cid") else 0
        width = self._widths[name][0] * self._scale
        return Sign(code, number, text, width, width)

    def cut_down(self, numbers: Iterable[int]) -> bytes:
        """The font file with these glyphs only, their numbers unchanged."""
        # CIDs keep their numbers by themselves; glyph numbers have to be told to.
        options = Options(hinting=False, layout_features=[], notdef_outline=True, glyph_names=False)
        options.retain_gids = not self.is_cid_keyed
        options.drop_tables = [*options.drop_tables, "GSUB", "GPOS", "GDEF", "BASE", "VORG", "FFTM", "vhea", "vmtx"]
        subsetter = Subsetter(options)
        subsetter.populate(gids=list(numbers))
        with TTFont(self.path, fontNumber=self.number, lazy=True, recalcTimestamp=False) as font:
            subsetter.subset(font)
            if self.is_outline_cff:
                return font.getTableData("CFF ")
            out = io.BytesIO()
            font.save(out)
            return out.getvalue()


class Faces:
    """The faces a text needs, found as its letters ask for them."""

    def __init__(self) -> None:
        self.used: list[Face] = []

    def runs(self, text: str) -> Iterator[tuple[Face, str]]:
        """Pieces of the text with the face that has their letters; raises UnsupportedFile naming letters none has."""
        piece, current = "", None
        for letter in text:
            face = self.face_for(letter, current)
            if face is not current and piece:
                assert current is not None  # noqa: S101 - a piece has a face
                yield current, piece
                piece = ""
            piece, current = piece + letter, face
        if piece and current is not None:
            yield current, piece

    def signs(self, text: str) -> Iterator[tuple[Face, list[Sign]]]:
        """The text as it is seen, from left to right."""
        if not needs_shaping(text):
            yield from ((face, [face.sign(letter) for letter in piece]) for face, piece in self.runs(text))
            return
        # A letter with its mark is one glyph in most typefaces; the mark alone may be in another.
        for piece, is_turned in as_seen(unicodedata.normalize("NFC", text)):
            pieces = list(self.runs(piece))
            for face, part in reversed(pieces) if is_turned else pieces:
                yield face, face.shaped(part, is_turned=is_turned)

    def width(self, text: str, size: float) -> float:
        if needs_shaping(text):
            return sum(sign.advance for _, signs in self.signs(text) for sign in signs) * size / 1000
        return sum(face.width(letter) for face, piece in self.runs(text) for letter in piece) * size / 1000

    def face_for(self, letter: str, current: Face | None = None) -> Face:
        for face in ([current] if current else []) + self.used:
            if face.has(letter):
                return face
        for face in _all_faces():
            if face.has(letter):
                self.used.append(face)
                return face
        raise UnsupportedFile(
            f"no typeface on this machine has {letter!r} (U+{ord(letter):04X}); "
            "install one for its script, such as Debian's fonts-noto-core or fonts-noto-cjk"
        )


def _all_faces() -> Iterator[Face]:
    yield _face(_SHIPPED, 0)
    for path in _files():
        if any(word in path.stem for word in _SKIPPED):
            continue
        try:
            yield _face(path, 0)
        except (TTLibError, OSError, KeyError):
            continue


@cache
def _face(path: Path, number: int) -> Face:
    return Face(path, number)


@cache
def _files() -> tuple[Path, ...]:
    found = [
        Path(folder) / name
        for root in _folders()
        for folder, _, names in os.walk(root)
        for name in names
        if Path(name).suffix.lower() in _SUFFIXES
    ]
    return tuple(sorted(found, key=_rank))


def _rank(path: Path) -> tuple[int, str]:
    places = [place for place, word in enumerate(_PREFERRED) if path.stem.startswith(word)]
    return (min(places, default=len(_PREFERRED)), path.name)


def _folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "darwin":
        return [home / "Library/Fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")]
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts"]
    return [home / ".fonts", home / ".local/share/fonts", Path("/usr/local/share/fonts"), Path("/usr/share/fonts")]
