"""From a file to PNG pages: converted to PDF or pictures, pixels by pdfium, what was made remembered by content."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeAlias

import pypdfium2
from PIL import Image

from copilot_server.errors import DamagedFile, ServiceUnavailable
from copilot_server.office.render import soffice
from copilot_server.office.render.drafts import Drafts
from copilot_server.office.render.inert import inert

_KEPT = 16  # files
_MAX_PAGES = 500
_MAX_HEIGHT = 16_384  # pixels; a page may be a strip of any length
_PDF = ".pdf"
_one_at_a_time = threading.Lock()  # pdfium may not be used from two threads


@dataclass(frozen=True, slots=True)
class Page:
    """`number` counts from 1; a draft shows roughly what Office would, and must say so where people see it."""

    png: bytes
    number: int
    is_draft: bool = False


Made: TypeAlias = bytes | tuple[bytes, ...]
"""A PDF, or a PNG a page."""


class Converter(Protocol):
    is_draft: bool

    def convert(self, data: bytes, suffix: str) -> Made: ...


class Renderer:
    """Renders files through a converter; the last few files are not converted twice."""

    def __init__(self, converter: Converter) -> None:
        self._converter = converter
        self._made: OrderedDict[str, Made] = OrderedDict()
        self._guard = threading.Lock()

    @property
    def is_draft(self) -> bool:
        """Whether its pages are only near to what Office shows; they must then be called so."""
        return self._converter.is_draft

    def pdf(self, data: bytes, suffix: str) -> bytes:
        """Raises kinds of FileError for a file the gate refuses, ServiceUnavailable for one that cannot be shown."""
        made = self._convert(data, suffix)
        if isinstance(made, tuple):
            raise ServiceUnavailable("the draft renderer makes pictures of this kind of file only; install LibreOffice")
        return made

    def pages(self, data: bytes, suffix: str, pages: range | None = None, width_px: int = 1280) -> list[Page]:
        """The pages of that range (1 is the first; None is all), each `width_px` wide; raises as `pdf` does."""
        made = self._convert(data, suffix)
        if isinstance(made, tuple):
            return [
                Page(_resized(made[number - 1], width_px), number, is_draft=self.is_draft)
                for number in _wanted(pages, len(made))
            ]
        is_draft = self.is_draft and suffix.lower() != _PDF
        with _one_at_a_time, _opened(made) as document:
            document.init_forms()  # else what is filled in shows no page
            return [
                Page(_png(document[number - 1], width_px), number, is_draft=is_draft)
                for number in _wanted(pages, len(document))
            ]

    def _convert(self, data: bytes, suffix: str) -> Made:
        key = f"{hashlib.sha256(data).hexdigest()}{suffix.lower()}"
        with self._guard:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = data if suffix.lower() == _PDF else self._converter.convert(inert(data), suffix)
        with self._guard:
            self._made[key] = made
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return made


@cache
def find_renderer() -> Renderer:
    """LibreOffice where it is installed, else the draft renderers."""
    program = soffice.find()
    return Renderer(soffice.LibreOffice(program) if program else Drafts())


def pages(data: bytes, suffix: str, pages: range | None = None, width_px: int = 1280) -> list[Page]:
    """With the renderer of this machine."""
    return find_renderer().pages(data, suffix, pages, width_px)


def _opened(pdf: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise DamagedFile(f"the PDF cannot be shown: {error}") from error


def _wanted(pages: range | None, count: int) -> list[int]:
    last = min(count, _MAX_PAGES)
    return [number for number in pages or range(1, last + 1) if 1 <= number <= last]


def _resized(png: bytes, width_px: int) -> bytes:
    with Image.open(io.BytesIO(png)) as picture:
        height = max(round(picture.height * width_px / picture.width), 1)
        out = io.BytesIO()
        picture.resize((width_px, height), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def _png(page: Any, width_px: int) -> bytes:
    width, height = page.get_size()
    bitmap = page.render(scale=min(width_px / width, _MAX_HEIGHT / height))
    out = io.BytesIO()
    bitmap.to_pil().save(out, "PNG")
    return out.getvalue()
