"""Decks like those PPT-Eval's requests speak of, which the set does not bring: what is named stands where named."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pptx
from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Inches, Pt

_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


@dataclass(frozen=True, slots=True)
class Picture:
    """A plain picture, known by its name and alternative text; places are in inches on a slide of 10 × 7.5."""

    name: str
    x: float
    y: float
    width: float = 3.0
    height: float = 2.0


@dataclass(frozen=True, slots=True)
class Box:
    """A text box, or a filled shape where `fill` is given."""

    text: str
    x: float
    y: float
    width: float = 2.0
    height: float = 0.6
    fill: str = ""
    color: str = ""


@dataclass(frozen=True, slots=True)
class Slide:
    """`numbering` is the list's, as DrawingML names it; a slide without lines has the title alone."""

    title: str
    lines: Sequence[str] = ()
    holds: Sequence[Picture | Box] = ()
    numbering: str = ""
    is_cover: bool = False


def like(slides: Mapping[int, Slide], count: int) -> Callable[[], bytes]:
    """A deck of so many slides, those not given being plain ones."""

    @cache
    def made() -> bytes:
        deck = pptx.Presentation()
        for number in range(1, count + 1):
            _add(deck, slides.get(number, Slide(f"Chapter {number}", (f"What chapter {number} is about", "And more"))))
        stream = io.BytesIO()
        deck.save(stream)
        return stream.getvalue()

    return made


def _add(deck: Any, wanted: Slide) -> None:
    layout = 0 if wanted.is_cover else 1 if wanted.lines else 5
    one = deck.slides.add_slide(deck.slide_layouts[layout])
    one.shapes.title.text = wanted.title
    if wanted.is_cover:
        one.placeholders[1].text = "\n".join(wanted.lines)
    elif wanted.lines:
        _fill(one.placeholders[1], wanted)
    for each in wanted.holds:
        _hold(one, each)


def _fill(body: Any, wanted: Slide) -> None:
    body.text_frame.text = "\n".join(wanted.lines)
    if any(isinstance(each, Picture) for each in wanted.holds):
        body.left, body.top, body.width, body.height = Inches(0.5), Inches(1.75), Inches(4.2), Inches(4.5)
    for paragraph in body.text_frame.paragraphs:
        for run in paragraph.runs:
            run.font.size = Pt(20)
        if wanted.numbering:
            mark = etree.SubElement(paragraph._p.get_or_add_pPr(), f"{{{_DRAWING}}}buAutoNum")  # noqa: SLF001
            mark.set("type", wanted.numbering)


def _hold(one: Any, wanted: Picture | Box) -> None:
    place = (Inches(wanted.x), Inches(wanted.y), Inches(wanted.width), Inches(wanted.height))
    if isinstance(wanted, Picture):
        made = one.shapes.add_picture(io.BytesIO(_png(wanted.name)), *place)
        made.name = wanted.name
        made._element.nvPicPr.cNvPr.set("descr", wanted.name)  # noqa: SLF001
        return
    if wanted.fill:
        made = one.shapes.add_shape(MSO_SHAPE.RECTANGLE, *place)
        made.fill.solid()
        made.fill.fore_color.rgb = RGBColor.from_string(wanted.fill)
    else:
        made = one.shapes.add_textbox(*place)
    made.text_frame.text = wanted.text
    made.text_frame.word_wrap = True
    for run in made.text_frame.paragraphs[0].runs:
        run.font.size = Pt(16)
        if wanted.color:
            run.font.color.rgb = RGBColor.from_string(wanted.color)


def _png(name: str) -> bytes:
    """Eight by eight of one colour, which follows from the name."""
    colour = zlib.crc32(name.encode()).to_bytes(4, "big")[:3]
    raw = (b"\0" + colour * 8) * 8
    parts = ((b"IHDR", struct.pack(">2I5B", 8, 8, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
