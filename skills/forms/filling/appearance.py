"""What a PDF field looks like with its value in it, in embedded typefaces of any script."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from skills.forms.fonts.faces import Face, Faces, Sign
from skills.forms.fonts.shaping import is_right_to_left

_PADDING = 3.0
_SIZES = (12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0)
_SIZE = re.compile(r"([\d.]+)\s+Tf")
_COLOUR = re.compile(r"((?:[\d.]+\s+){1,4}(?:g|rg|k))\b")


@dataclass(frozen=True, slots=True)
class Look:
    """How the field asks to be shown (ISO 32000-2 12.7.4.3): `size` 0 is "as fits", `align` 0 left 1 centre 2 right."""

    width: float
    height: float
    size: float
    colour: str
    align: int = 0
    is_long: bool = False
    comb: int = 0

    @classmethod
    def of(cls, rectangle: tuple[float, float, float, float], default: str, align: int, flags: int, comb: int) -> Look:
        left, bottom, right, top = rectangle
        size, colour = _SIZE.search(default), _COLOUR.search(default)
        return cls(
            abs(right - left), abs(top - bottom), float(size[1]) if size else 0.0, colour[1] if colour else "0 g",
            align, bool(flags & 1 << 12), comb if flags & 1 << 24 else 0,
        )  # fmt: skip


class Typesetter:
    """Sets texts for one PDF and, at the end, embeds what it used."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.faces = Faces()
        self._signs: dict[Face, dict[int, Sign]] = {}
        self._fonts: dict[Face, Dictionary] = {}

    def appearance(self, text: str, look: Look, frame: bytes = b"") -> pikepdf.Stream:
        """The field's normal appearance: a form XObject; `frame` is drawn before the text."""
        lines, size = self._fitted(text, look)
        drawn = (
            b"" if not text else b"/Tx BMC q BT %s %s ET Q EMC" % (look.colour.encode(), self._lines(lines, size, look))
        )
        stream = _packed(self.pdf, frame + drawn)
        stream.Type, stream.Subtype = Name.XObject, Name.Form
        stream.BBox = Array([0, 0, round(look.width, 2), round(look.height, 2)])
        stream.Resources = self.resources(self.faces.used)
        return stream

    def text(self, text: str, x: float, y: float, size: float) -> bytes:
        """A line of page content at a place."""
        return b"BT 1 0 0 1 %.2f %.2f Tm %s ET\n" % (x, y, self._shown(text, size))

    def resources(self, faces: list[Face]) -> Dictionary:
        return Dictionary(Font=Dictionary({f"/{self._key(face)}": self._font(face) for face in faces}))

    def wrapped(self, text: str, size: float, width: float) -> list[str]:
        """Lines no wider than `width`; broken at spaces, and between letters where a word alone is too wide."""
        lines: list[str] = []
        for paragraph in text.split("\n"):
            current = ""
            for word in re.findall(r"\S+\s*|\s+", paragraph):
                if current and self.faces.width((current + word).rstrip(), size) > width:
                    lines.append(current.rstrip())
                    current = ""
                for letter in word:
                    if current and self.faces.width(current + letter, size) > width and not letter.isspace():
                        lines.append(current)
                        current = ""
                    current += letter
            lines.append(current.rstrip())
        return lines

    def finish(self) -> None:
        """Embed the letters used; fonts handed out before become whole only now."""
        for face, font in self._fonts.items():
            _embed(self.pdf, face, font, self._signs.get(face, {}))

    def _fitted(self, text: str, look: Look) -> tuple[list[str], float]:
        width = look.width - 2 * _PADDING
        if not look.is_long:
            line = " ".join(text.split("\n"))
            ready = look.size or next(
                (s for s in _SIZES if s * 1.3 <= look.height and self.faces.width(line, s) <= width), _SIZES[-1]
            )
            return [line], ready
        for size in [look.size] if look.size else _SIZES:
            lines = self.wrapped(text, size, width)
            if len(lines) * size * 1.2 <= look.height - 2 * _PADDING:
                return lines, size
        size = look.size or _SIZES[-1]
        return self.wrapped(text, size, width), size

    def _lines(self, lines: list[str], size: float, look: Look) -> bytes:
        if look.comb:
            return self._comb(lines[0], size, look)
        middle = (look.height - size) / 2 + size * 0.22
        top = look.height - _PADDING - size
        made = b""
        for index, line in enumerate(lines):
            spare = look.width - 2 * _PADDING - self.faces.width(line, size)
            align = 2 if not look.align and is_right_to_left(line) else look.align
            x = _PADDING + max(0.0, spare) * align / 2
            y = top - index * size * 1.2 if look.is_long else middle
            made += b"1 0 0 1 %.2f %.2f Tm %s " % (x, y, self._shown(line, size))
        return made

    def _comb(self, line: str, size: float, look: Look) -> bytes:
        cell, y, made = look.width / look.comb, (look.height - size) / 2 + size * 0.22, b""
        for index, letter in enumerate(line[: look.comb]):
            x = cell * index + (cell - self.faces.width(letter, size)) / 2
            made += b"1 0 0 1 %.2f %.2f Tm %s " % (x, y, self._shown(letter, size))
        return made

    def _shown(self, text: str, size: float) -> bytes:
        made = b""
        for face, signs in self.faces.signs(text):
            used = self._signs.setdefault(face, {})
            for sign in signs:
                if sign.code not in used or not used[sign.code].text:
                    used[sign.code] = sign
            made += b"/%s %.2f Tf %s " % (self._key(face).encode(), size, _row(signs, size))
        return made

    def _key(self, face: Face) -> str:
        if face not in self.faces.used:
            self.faces.used.append(face)
        return f"OC{self.faces.used.index(face)}"

    def _font(self, face: Face) -> Dictionary:
        if face not in self._fonts:
            self._fonts[face] = self.pdf.make_indirect(Dictionary(Type=Name.Font))
        return self._fonts[face]


def _row(signs: list[Sign], size: float) -> bytes:
    """Glyphs shown one after the other; moved where their own widths would not put them so."""
    if all(sign.width == sign.advance and not sign.right and not sign.up for sign in signs):
        return b"<%s> Tj" % b"".join(b"%04X" % sign.code for sign in signs)
    made, height = b"", 0.0
    for sign in signs:
        if sign.up != height:
            height = sign.up
            made += b"%.2f Ts " % (height * size / 1000)
        back = sign.width - sign.advance + sign.right
        made += b"[%.1f <%04X> %.1f] TJ " % (-sign.right, sign.code, back)
    return made + (b"0 Ts" if height else b"")


def _embed(pdf: Pdf, face: Face, font: Dictionary, signs: dict[int, Sign]) -> None:
    """A Type 0 font with Identity-H codes (ISO 32000-2 9.7) and the way back to Unicode, for copying and searching."""
    metrics = face.metrics
    program = pdf.make_indirect(_packed(pdf, face.cut_down(sign.number for sign in signs.values())))
    if face.is_outline_cff:
        program.Subtype = Name.CIDFontType0C
    box = Array([metrics[name] for name in ("xMin", "yMin", "xMax", "yMax")])
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name(f"/OCCUTS+{face.name}"), Flags=4, FontBBox=box, ItalicAngle=0,
        Ascent=metrics["Ascent"], Descent=metrics["Descent"], CapHeight=metrics["Ascent"], StemV=80,
    )  # fmt: skip
    descriptor["/FontFile3" if face.is_outline_cff else "/FontFile2"] = program
    coded = sorted((code, sign.text) for code, sign in signs.items())
    widths: list[Any] = []
    for code, _ in coded:
        widths += [code, Array([round(signs[code].width)])]
    inner = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0 if face.is_outline_cff else Name.CIDFontType2,
        BaseFont=Name(f"/OCCUTS+{face.name}"), FontDescriptor=pdf.make_indirect(descriptor), W=Array(widths), DW=1000,
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
    )  # fmt: skip
    if not face.is_outline_cff:
        inner.CIDToGIDMap = Name.Identity
    font.Subtype, font.BaseFont, font.Encoding = Name.Type0, inner.BaseFont, Name("/Identity-H")
    font.DescendantFonts = Array([pdf.make_indirect(inner)])
    font.ToUnicode = pdf.make_indirect(_packed(pdf, _to_unicode(coded)))


def _packed(pdf: Pdf, content: bytes) -> pikepdf.Stream:
    """Packed here, since a PDF that is filled is saved without touching any stream in it."""
    stream = pikepdf.Stream(pdf, b"")
    stream.write(zlib.compress(content), filter=Name.FlateDecode)
    return stream


def _to_unicode(coded: list[tuple[int, str]]) -> bytes:
    head = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /OC def /CMapType 2 def "
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    )
    body = ""
    coded = [(code, text) for code, text in coded if text]
    for start in range(0, len(coded), 100):
        block = coded[start : start + 100]
        rows = "\n".join(f"<{code:04X}> <{text.encode('utf-16-be').hex()}>" for code, text in block)
        body += f"{len(block)} beginbfchar\n{rows}\nendbfchar\n"
    return f"{head}{body}endcmap CMapName currentdict /CMap defineresource pop end end".encode()
