"""From a file to PNG pages: conversion to PDF, pixels by pdfium, what was made remembered by content."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import pypdfium2

from copilot_server.errors import ServiceUnavailable
from copilot_server.office.render import soffice
from copilot_server.office.render.inert import inert

_KEPT = 16  # files
_MAX_PAGES = 500


@dataclass(frozen=True, slots=True)
class Page:
    """`number` counts from 1; a draft shows roughly what Office would, and must say so where people see it."""

    png: bytes
    number: int
    is_draft: bool = False


class _Converter(Protocol):
    def pdf(self, data: bytes, suffix: str) -> bytes: ...


class Renderer:
    """Renders files through a converter to PDF; the last few files are not converted twice."""

    def __init__(self, converter: _Converter) -> None:
        self._converter = converter
        self._made: OrderedDict[str, bytes] = OrderedDict()
        self._guard = threading.Lock()

    def pdf(self, data: bytes, suffix: str) -> bytes:
        """Raises kinds of FileError for a file the gate refuses, ServiceUnavailable for one that cannot be shown."""
        key = f"{hashlib.sha256(data).hexdigest()}{suffix.lower()}"
        with self._guard:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = self._converter.pdf(inert(data), suffix)
        with self._guard:
            self._made[key] = made
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return made

    def pages(self, data: bytes, suffix: str, pages: range | None = None, width_px: int = 1280) -> list[Page]:
        """The pages of that range (1 is the first; None is all), each `width_px` wide."""
        with pypdfium2.PdfDocument(self.pdf(data, suffix)) as document:
            count = min(len(document), _MAX_PAGES)
            wanted = [number for number in pages or range(1, count + 1) if 1 <= number <= count]
            return [Page(_png(document[number - 1], width_px), number) for number in wanted]


@cache
def find_renderer() -> Renderer | None:
    """The renderer of this machine; None where no program for it is installed."""
    program = soffice.find()
    return Renderer(soffice.LibreOffice(program)) if program else None


def pages(data: bytes, suffix: str, pages: range | None = None, width_px: int = 1280) -> list[Page]:
    """With the renderer of this machine; raises ServiceUnavailable where there is none."""
    renderer = find_renderer()
    if renderer is None:
        raise ServiceUnavailable("no program to render pages is installed; install LibreOffice (soffice)")
    return renderer.pages(data, suffix, pages, width_px)


def _png(page: Any, width_px: int) -> bytes:
    bitmap = page.render(scale=width_px / page.get_width())
    out = io.BytesIO()
    bitmap.to_pil().save(out, "PNG")
    return out.getvalue()
