"""What a PDF may cost to read: how much its streams unpack to, and how many objects, fields and marks it may have."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from copilot_server.errors import DamagedFile, EncryptedFile, TooLarge

MAX_BYTES, MAX_OBJECTS, MAX_FIELDS, MAX_WIDGETS, MAX_DEPTH = 50_000_000, 300_000, 5_000, 20_000, 32
MAX_ANNOTATIONS = 200_000
_UNPACKED = 64 << 20
_DRAWN, _ENDLESS = 8 << 20, 1 << 60
_DRAWS = re.compile(rb"\bDo\b")


def opened(data: bytes) -> Pdf:
    """Raises TooLarge, EncryptedFile or DamagedFile."""
    if len(data) > MAX_BYTES:
        raise TooLarge(f"the PDF has {len(data):,} bytes; at most {MAX_BYTES:,} are read")
    # Of the process, not of the file: qpdf knows them only so, and nothing here wants them wider.
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=1_000, parser_max_container_size=500_000, max_stream_filters=4, flate_max_memory=_UNPACKED,
        png_max_memory=_UNPACKED, tiff_max_memory=_UNPACKED, run_length_max_memory=_UNPACKED,
    )  # fmt: skip
    try:
        pdf = Pdf.open(io.BytesIO(data))
        count, pages = len(pdf.objects), len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise EncryptedFile("the PDF is encrypted; take its password off first") from error
    except (pikepdf.PdfError, RecursionError, ValueError) as error:
        raise DamagedFile(f"the PDF cannot be read: {_without_address(error)}") from error
    if count > MAX_OBJECTS:
        pdf.close()
        raise TooLarge(f"the PDF has {count:,} objects on {pages:,} pages; at most {MAX_OBJECTS:,} objects are read")
    return pdf


def _without_address(error: Exception) -> str:
    return re.sub(r"stream <[^>]*>( \([^)]*\))?: ", "", str(error))


def is_light(page: Dictionary) -> bool:
    """Whether a page can be drawn in bounded time: drawings it uses count as often as they may be used."""
    content = page.get(Name.Contents)
    parts = content if isinstance(content, Array) else [content]
    try:
        return _cost([part for part in parts if isinstance(part, Stream)], page.get(Name.Resources), {}) <= _DRAWN
    except (pikepdf.PdfError, RecursionError):
        return False


def _cost(parts: list[Stream], resources: Any, known: dict[tuple[int, int], int]) -> int:
    """Bytes of instructions; what draws itself never ends."""
    contents = [part.read_bytes() for part in parts]
    uses = sum(len(_DRAWS.findall(content)) for content in contents)
    used = resources.get(Name.XObject) if isinstance(resources, Dictionary) else None
    dearest = 0
    for form in used.as_dict().values() if uses and isinstance(used, Dictionary) else ():
        if isinstance(form, Stream) and form.get(Name.Subtype) == Name.Form:
            if form.objgen not in known:
                known[form.objgen] = _ENDLESS
                known[form.objgen] = _cost([form], form.get(Name.Resources, resources), known)
            dearest = max(dearest, known[form.objgen])
    return min(_ENDLESS, sum(map(len, contents)) + uses * dearest)
